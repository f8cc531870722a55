"""pdfium's functions for single characters, bound with plain integers for pointers.

A page has thousands of characters; ctypes' typed pointers would double the time of a call.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

LOCK = threading.Lock()
"""To be held while pdfium is at work: it is not made for threads."""

_Pointer, _Int, _Unsigned, _Double = ctypes.c_void_p, ctypes.c_int, ctypes.c_uint, ctypes.c_double


def start() -> None:
    """Start the library; doing so again is harmless."""
    pdfium.FPDF_InitLibrary()


def _bound(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    return ctypes.CFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


class _Calls(NamedTuple):
    """Each takes the address of a text page and the index of a character, then addresses of what it fills in."""

    count_chars: Callable[..., Any]
    text_object: Callable[..., Any]
    unicode: Callable[..., Any]
    text: Callable[..., Any]
    generated: Callable[..., Any]
    map_error: Callable[..., Any]
    origin: Callable[..., Any]
    loose_box: Callable[..., Any]
    matrix: Callable[..., Any]
    font_size: Callable[..., Any]
    font: Callable[..., Any]
    font_name: Callable[..., Any]
    font_flags: Callable[..., Any]


CALLS = _Calls(
    count_chars=_bound(pdfium.FPDFText_CountChars, _Int, _Pointer),
    text_object=_bound(pdfium.FPDFText_GetTextObject, _Pointer, _Pointer, _Int),
    unicode=_bound(pdfium.FPDFText_GetUnicode, _Unsigned, _Pointer, _Int),
    text=_bound(pdfium.FPDFText_GetText, _Int, _Pointer, _Int, _Int, _Pointer),
    generated=_bound(pdfium.FPDFText_IsGenerated, _Int, _Pointer, _Int),
    map_error=_bound(pdfium.FPDFText_HasUnicodeMapError, _Int, _Pointer, _Int),
    origin=_bound(pdfium.FPDFText_GetCharOrigin, _Int, _Pointer, _Int, _Pointer, _Pointer),
    loose_box=_bound(pdfium.FPDFText_GetLooseCharBox, _Int, _Pointer, _Int, _Pointer),
    matrix=_bound(pdfium.FPDFText_GetMatrix, _Int, _Pointer, _Int, _Pointer),
    font_size=_bound(pdfium.FPDFText_GetFontSize, _Double, _Pointer, _Int),
    font=_bound(pdfium.FPDFTextObj_GetFont, _Pointer, _Pointer),
    font_name=_bound(pdfium.FPDFFont_GetBaseFontName, ctypes.c_size_t, _Pointer, _Pointer, ctypes.c_size_t),
    font_flags=_bound(pdfium.FPDFFont_GetFlags, _Int, _Pointer),
)
