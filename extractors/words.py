"""Tables of words in the code."""

from __future__ import annotations


def words(text: str) -> list[str]:
    """The words of a table that is written as one text."""
    return text.split()
