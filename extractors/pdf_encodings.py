"""The glyph names that a font's own encoding gives to its codes (`/Differences`, PDF 32000-1, 9.6.6.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pdfminer.pdftypes import resolve1
from pdfminer.psparser import PSLiteral


def differences(encoding: Any) -> Iterator[tuple[int, str]]:
    """Codes and the names of their glyphs, in the order of the list; nothing where an encoding has none."""
    encoding = resolve1(encoding)
    entries = resolve1(encoding.get("Differences")) if isinstance(encoding, dict) else None
    code = 0
    for entry in entries if isinstance(entries, list) else ():
        value = resolve1(entry)
        if isinstance(value, int):
            code = value
        elif isinstance(value, PSLiteral):
            yield code, str(value.name)
            code += 1
