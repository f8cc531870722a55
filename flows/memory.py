"""Memory that a stage of a build no longer needs goes back to the system before the next one asks for its own.

Python frees the small objects of a stage, but glibc keeps their pages, scattered between what stays, and what the next
stage takes from elsewhere (Arrow, numpy) comes on top.
"""

from __future__ import annotations

import ctypes
import gc

import pyarrow as pa


def give_back() -> None:
    """Return unused pages. Where the C library has no such call nothing is lost but memory."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
