"""The drawing operators of a page that concern text, read from its content stream.

pdfminer reads one token at a time, by a method each, which is most of its time. Here one regular expression finds the
tokens, and lines, curves and colours, which are most of a page with drawings, are passed over at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from pdfminer.psparser import LIT

# Operators of text, state and forms, with the number of their operands.
OPERANDS = {
    b"q": 0, b"Q": 0, b"cm": 6, b"BT": 0, b"ET": 0, b"Tc": 1, b"Tw": 1, b"Tz": 1, b"TL": 1, b"Tf": 2, b"Tr": 1,
    b"Ts": 1, b"Td": 2, b"TD": 2, b"Tm": 6, b"T*": 0, b"TJ": 1, b"Tj": 1, b"'": 1, b'"': 3, b"Do": 1, b"BMC": 1,
    b"BDC": 2, b"EMC": 0,
}  # fmt: skip

_TOKEN = re.compile(
    rb"""
      (?: [-+.\d\s\0]{1,120}+ (?:[mlcvyhwWnSsFfBbjJMiGgKk]\*?|re|rg|RG|ri) (?=[\s\0]) )+   # lines, curves, colours
    | ( [-+]? (?: \d+ \.? \d* | \.\d+ ) )       # 1 number
    | \( ( [^()\\]* ) \)                        # 2 string
    | ( [A-Za-z'"*] [^\s\0()<>\[\]{}/%]* )      # 3 operator
    | / ( [^\s\0()<>\[\]{}/%]* )                # 4 name
    | < ( [0-9A-Fa-f\s\0]* ) >                  # 5 string of hexadecimal digits
    | ( << | >> | \[ | \] )                     # 6
    | ( \( )                                    # 7 string with escapes or parentheses
    | % [^\r\n]*                                # comment
    """,
    re.VERBOSE,
)
_NUMBER, _STRING, _OPERATOR, _NAME, _HEX, _BRACKET, _LONG_STRING = range(1, 8)
_WORDS = {b"true": True, b"false": False, b"null": None}
_IN_STRING = re.compile(rb"\\[\s\S]|[()]")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|[\s\S])")
_ESCAPES = {b"b": b"\b", b"t": b"\t", b"n": b"\n", b"f": b"\f", b"r": b"\r", b"\r\n": b"", b"\r": b"", b"\n": b""}
_HASH = re.compile(rb"#([0-9A-Fa-f]{2})")
_IMAGE_DATA = re.compile(rb"ID[\s\0]")
# Behind the data of an image come operators; two letters of the data itself are followed by anything.
_IMAGE_END = re.compile(rb"EI(?:[\s\0](?=[\t\n\r -~]{16}|[\t\n\r -~]*\Z)|\Z)")
_MAX_OPEN = 100  # brackets, one in the other


def operations(data: bytes) -> Iterator[tuple[bytes, list[Any]]]:
    """The operators in OPERANDS with their operands, in order; one that lacks operands is left out.

    Numbers are floats, strings bytes, names PSLiterals, dictionaries have their keys as str.
    """
    operands = _Operands()
    position: int | None = 0
    while position is not None:
        start, position = position, None
        for token in _TOKEN.finditer(data, start):
            kind = token.lastindex or 0
            if kind == _OPERATOR:
                name = token[_OPERATOR]
                if name in OPERANDS:
                    given = operands.taken(OPERANDS[name])
                    if given is not None:
                        yield name, given
                elif name in _WORDS:
                    operands.add(_WORDS[name])
                elif name == b"BI":
                    operands.clear()
                    position = _behind_image(data, token.end())
                    break
                else:
                    operands.clear()
            elif kind == _LONG_STRING:
                string, position = _string(data, token.end())
                operands.add(string)
                break
            else:
                _VALUES[kind](operands, token[kind])


class _Operands:
    """What stands before an operator; of brackets that are open yet, `_around` has what stands before them."""

    def __init__(self) -> None:
        self._values: list[Any] = []
        self._around: list[list[Any]] = []

    def add(self, value: Any) -> None:
        self._values.append(value)

    def clear(self) -> None:
        self._values, self._around = [], []

    def pass_over(self, token: bytes) -> None:
        """Behind drawing nothing is left; comments change nothing."""
        if not token.startswith(b"%"):
            self.clear()

    def taken(self, count: int) -> list[Any] | None:
        """The last `count` operands, None if there are fewer; none are left."""
        given = self._around[0] if self._around else self._values
        self.clear()
        return given[len(given) - count :] if len(given) >= count else None

    def bracket(self, bracket: bytes) -> None:
        if bracket in {b"[", b"<<"}:
            if len(self._around) < _MAX_OPEN:
                self._around.append(self._values)
                self._values = []
        elif self._around:
            inner, self._values = self._values, self._around.pop()
            self._values.append(inner if bracket == b"]" else _dictionary(inner))


def _dictionary(values: list[Any]) -> dict[str, Any]:
    return {str(getattr(key, "name", "")): value for key, value in zip(values[::2], values[1::2], strict=False)}


def _name(raw: bytes) -> Any:
    if b"#" in raw:
        raw = _HASH.sub(lambda match: bytes((int(match[1], 16),)), raw)
    try:
        return LIT(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return LIT(raw)


def _unhex(digits: bytes) -> bytes:
    packed = b"".join(digits.replace(b"\0", b"").split())
    return bytes.fromhex((packed + b"0" * (len(packed) % 2)).decode("ascii"))


def _string(data: bytes, start: int) -> tuple[bytes, int | None]:
    """The string that begins at `start`, and the position behind its closing parenthesis, None where there is none."""
    depth = 1
    for match in _IN_STRING.finditer(data, start):
        if match[0] == b"(":
            depth += 1
        elif match[0] == b")":
            depth -= 1
            if not depth:
                return _ESCAPE.sub(_escape, data[start : match.end() - 1]), match.end()
    return b"", None


def _escape(match: re.Match[bytes]) -> bytes:
    found = match[1]
    if found.isdigit() and found < b"8":
        return bytes((int(found, 8) & 0xFF,))
    return _ESCAPES.get(found, found)


def _behind_image(data: bytes, start: int) -> int | None:
    """The position behind an image that stands between the operators, None where it never ends."""
    begin = _IMAGE_DATA.search(data, start)
    end = _IMAGE_END.search(data, begin.end()) if begin else None
    return end.end() if end else None


_VALUES: dict[int, Callable[[_Operands, bytes], None]] = {
    0: _Operands.pass_over,
    _NUMBER: lambda operands, token: operands.add(float(token)),
    _STRING: _Operands.add,
    _NAME: lambda operands, token: operands.add(_name(token)),
    _HEX: lambda operands, token: operands.add(_unhex(token)),
    _BRACKET: _Operands.bracket,
}
