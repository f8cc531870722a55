"""pdfminer's many ways to fail, listed once, and the one error that is made of them.

It reports damage by whatever exception the damaged value happens to raise.
"""

from __future__ import annotations

import binascii
import struct
import zlib

from pdfminer.pdfdocument import PDFNoValidXRef
from pdfminer.psexceptions import PSEOF, PSException

from corpus.errors import ExtractionError

# What pdfminer raises on damaged files, as met on damaged files; MemoryError passes through.
DAMAGE = (
    PSException, ArithmeticError, AssertionError, AttributeError, binascii.Error, EOFError, LookupError,
    NotImplementedError, OSError, RecursionError, struct.error, TypeError, ValueError, zlib.error,
)  # fmt: skip

_REASONS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((RecursionError,), "its objects nest without end or refer to each other in circles"),
    ((binascii.Error, struct.error, zlib.error, PSEOF, EOFError), "data in it is broken or ends too early"),
    ((PDFNoValidXRef,), "its table of objects is missing or broken"),
    ((OverflowError,), "it has numbers beyond any page"),
    ((PSException,), "its objects are missing or broken"),
)


def damaged(error: BaseException) -> ExtractionError:
    """The error to raise for one of DAMAGE: what is wrong with the file, not where the parser stumbled over it."""
    reason = next(
        (reason for kinds, reason in _REASONS if isinstance(error, kinds)), "its objects contradict each other"
    )
    return ExtractionError(f"the PDF is damaged: {reason}", stage="parse")
