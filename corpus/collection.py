"""Python's search for reference cycles, put off while a document is worked on.

What a page needs is held by tens of thousands of small objects at once, hardly any of them in a cycle. The collector
looks through them again and again, and through all that the program around holds: a third of the time that a page
takes, for nothing. What is left in cycles is found by the first search afterwards.
"""

from __future__ import annotations

import functools
import gc
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def collection_paused(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a function that works on one document. Calls may nest; a collector that was off stays off."""

    @functools.wraps(function)
    def paused(*args: P.args, **kwargs: P.kwargs) -> R:
        if not gc.isenabled():
            return function(*args, **kwargs)
        gc.disable()
        try:
            return function(*args, **kwargs)
        finally:
            gc.enable()

    return paused
