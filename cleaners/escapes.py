r"""Escapes that came through as text: `\u00e9`, `%u00e9`, `u00e9`, `%C3%A9`, `=C3=A9`, `+AOk-`, `&eacute` and `&#233`
without their semicolon.

Escapes are meant in code, addresses and file names, so only those are undone that stand in words: next to letters, in
tokens and lines that are no address, path, pattern or data, where undoing makes a word, or where others of the same
kind in the document made words.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from html.entities import html5
from typing import NamedTuple

from cleaners.evidence import ODD, Evidence, evidence_of
from cleaners.soft_breaks import soft_breaks
from corpus.document import Change, Document, repair

_CODE_LINE = re.compile(
    r"""["']\s*:\s*["'\[{\d]|[{}]|\[\\|\\[dwsbnrtxW][+*\\)\]]|=\s*["']|\bhttps?:|\b[A-Za-z]:\\|\bre\.[a-z]|[a-z_]\([^)\s]*["']|(?<!\s)(?<!C2[=%]A0)(?<!u00a0)(?<!u00A0);\s*$|==|</|/>|\$\w"""
)
_ADDRESS = re.compile(
    r"\.\w{2,5}$|\w_\w|[/@&<>{}\[\]|^~$]|\?(?![\"'»”)]*$)|://|www\.|\w\.\w{2,4}/|\w=\w*=(?![0-9A-F]{2})"
)
_VARIABLE = re.compile(r"(?<![0-9A-Fa-f])%[A-Za-z_]{3,}%")  # of a command line
_PERCENTAGE = re.compile(r"(?<=\d)(?<!%[0-9A-Fa-f]\d)%[a-fA-F]{2}(?!%)")  # 80%acrylic
_TOKEN = re.compile(r"[^ \t\n\r\f\v]+")
_SURE = 0.97
_LIKELY = 0.85
_MANY = 5  # tokens that became words for each that did not, for these to be names
_FEW = 2  # tokens that became words before others of the same kind are believed
_LONGEST_TOKEN = 2000


_ENTITY = "escape-entity"
_BARE_RULE = "escape-unicode-bare"
_LEAST_LETTERS = 3  # of a word that `u00e9` without its backslash must make: product numbers look like it


class Kind(NamedTuple):
    """A way to escape characters."""

    rule: str
    gate: re.Pattern[str]
    undo: Callable[[str], str]


def _from_utf16(match: re.Match[str]) -> str:
    codes = bytes.fromhex("".join(re.findall(r"[0-9a-fA-F]{4}", match[0])))
    try:
        text = codes.decode("utf-16-be")
    except UnicodeDecodeError:
        return match[0]
    return text if text.isprintable() or "\xa0" in text or "\xad" in text or "\u202f" in text else match[0]


_ALONE = frozenset("\xa0«»°€…‘’“”–—¿¡§·")  # signs that a single byte may stand for, beside letters


def _from_bytes(match: re.Match[str]) -> str:
    data = bytes.fromhex(re.sub("[%=]|\\\\x", "", match[0]))
    if data.isascii():
        return match[0]
    for encoding in ("utf-8", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return match[0] if len(data) == 1 and not (text.isalpha() or text in _ALONE) else text
    return match[0]


def _undoing(pattern: str, undone: Callable[[re.Match[str]], str]) -> Callable[[str], str]:
    compiled = re.compile(pattern)
    return lambda token: compiled.sub(undone, token)


_NAMES = {name[:-1] for name, value in html5.items() if name.endswith(";") and len(value) == 1 and not value.isascii()}
_LETTERS = re.compile("acute|grave|circ$|uml|tilde$|cedil|ring$|caron|slash$|lig$|breve|ogon|dot$")
_SIGNS = (
    "laquo raquo rsquo lsquo ldquo rdquo bdquo sbquo ndash mdash hellip nbsp euro iquest iexcl deg ordf ordm copy reg "
    "sect middot eth ETH thorn THORN shy"
)
_KNOWN_NAMES = sorted(
    (name for name in _NAMES if _LETTERS.search(name) or name in _SIGNS.split()), key=lambda name: (-len(name), name)
)


def _from_name(match: re.Match[str]) -> str:
    return html.unescape(f"&{match[1]};")


def _from_utf7(match: re.Match[str]) -> str:
    try:
        text = f"{match[0].removesuffix('-')}-".encode("ascii").decode("utf-7")
    except UnicodeDecodeError:
        return match[0]
    return text if text.isprintable() and not text.isascii() else match[0]


_BARE = "00[a-fA-F][0-9a-fA-F]|0[1-4][0-9a-fA-F]{2}|201[0-9a-fA-F]|2026|20ac"  # letters, signs of typography

KINDS = (
    Kind(
        "escape-unicode",
        re.compile(r"[\\%]u[0-9a-fA-F]{4}"),
        _undoing(r"(?<!\\)(?:[\\%]u[0-9a-fA-F]{4})+", _from_utf16),
    ),
    Kind(  # its backslash is lost
        _BARE_RULE,
        re.compile(rf"(?<![\\%])u(?:{_BARE})"),
        _undoing(rf"(?<![\\%])(?:u(?:{_BARE}))+", _from_utf16),
    ),
    Kind("escape-percent", re.compile(r"%[89A-Fa-f][0-9A-Fa-f]"), _undoing(r"(?:%[0-9A-Fa-f]{2})+", _from_bytes)),
    Kind("escape-quoted-printable", re.compile(r"=[89A-F][0-9A-F]"), _undoing(r"(?:=[0-9A-F]{2})+", _from_bytes)),
    Kind(
        "escape-hex", re.compile(r"\\x[89a-fA-F][0-9a-fA-F]"), _undoing(r"(?<!\\)(?:\\x[0-9a-fA-F]{2})+", _from_bytes)
    ),
    Kind(
        _ENTITY,
        re.compile(r"&[A-Za-z]{3,8}(?![A-Za-z;]*;)"),
        _undoing("&(" + "|".join(_KNOWN_NAMES) + ");?", _from_name),
    ),
    Kind("escape-number", re.compile(r"&#\d{3,5}(?!\d*;)"), _undoing(r"&(#\d{3,5});?(?!\d)", _from_name)),
    Kind("escape-utf-7", re.compile(r"\+(?:A[K-P]|IB)[A-Za-z0-9+/]"), _undoing(r"\+[A-Za-z0-9+/]{3,}-?", _from_utf7)),
)


_GATE = re.compile(
    r"[\\%][ux][0-9a-fA-F]{2}|%[89A-Fa-f][0-9A-Fa-f]|=[89A-F][0-9A-F]|&[A-Za-z]{3}|&#\d{3}|\+A[K-P]"
    r"|u0[0-4][0-9a-fA-F]{2}"
)
_ANY = re.compile(r"[\\%=&+]|u0[0-4]")


def repair_escapes(document: Document) -> Document:
    """Undo escapes that stand in words."""
    text = document.text
    if not _ANY.search(text) or not _GATE.search(text):
        return document
    evidence: Evidence | None = None
    document = document.apply(soft_breaks(document))
    for kind in KINDS:
        if kind.gate.search(document.text):
            evidence = evidence or evidence_of(document.text, document.language_declared)
            document = document.apply(_changes(document, kind, evidence))
    return document


def _changes(document: Document, kind: Kind, evidence: Evidence) -> list[Change]:
    found = [(start, token, after) for start, token, after in _candidates(document, kind)]
    worth = {token: (_word_gain(token, after, kind, evidence), after) for _, token, after in found}
    made = sum(gain == 1 for gain, _ in worth.values())
    spoiled = sum(gain < 0 for gain, _ in worth.values())
    believed = made > spoiled and (made >= _FEW or made >= len(worth) / 2)
    names = made >= _MANY * max(1, spoiled)
    changes = []
    for start, token, after in found:
        gain = worth[token][0]
        if gain > 0 or (gain == 0 and believed) or names:
            changes.append(
                repair(start, start + len(token), after, "escape", kind.rule, _SURE if gain == 1 else _LIKELY)
            )
    return changes


def _candidates(document: Document, kind: Kind) -> Iterator[tuple[int, str, str]]:
    text = document.text
    code = [(block.start, block.end) for block in document.blocks if block.kind == "code" and block.kept]
    position = 0
    for match in kind.gate.finditer(text):
        if match.start() < position:
            continue
        start = text.rfind("\n", 0, match.start()) + 1
        position = text.find("\n", match.start()) + 1 or len(text)
        line = text[start:position]
        if _CODE_LINE.search(line) or any(a < position and start < b for a, b in code):
            continue
        for token in _TOKEN.finditer(line):
            if len(token[0]) > _LONGEST_TOKEN or not kind.gate.search(token[0]):
                continue
            if _VARIABLE.search(token[0]) or _PERCENTAGE.search(token[0]):
                continue
            after = kind.undo(token[0])
            rest = kind.undo(token[0]) if kind.rule == _ENTITY else re.sub(kind.gate.pattern, "", token[0])
            if after != token[0] and not _ADDRESS.search(rest):
                yield start + token.start(), token[0], after


def _word_gain(token: str, after: str, kind: Kind, evidence: Evidence) -> float:
    """1 when undoing made words, .5 when it is plausible, -1 when it made none, 0 when nobody can tell."""
    whole = after
    for other in KINDS:
        whole = whole if other.rule == _ENTITY else other.undo(whole)  # a word may be escaped in two ways
    words = re.findall(r"[^\W\d_]+", whole)
    least = _LEAST_LETTERS if kind.rule == _BARE_RULE else 1
    if any(len(word) >= least and evidence.known(word) and _cased(word) for word in words if not word.isascii()):
        return 1
    beside = re.search(r"[^\W\d_]", kind.gate.sub("", token)) is not None
    if not beside or kind.rule == _ENTITY or _LATIN1.search(token):
        return 0
    return -1 if evidence.piece(after) <= 4 * ODD else 0.5


def _cased(word: str) -> bool:
    return word.isupper() or word[1:] == word[1:].lower()


# a byte by itself, as Latin-1 has it, says less than the sequences of UTF-8
_LATIN1 = re.compile(r"(?<![%=x][0-9A-F]{2})(?<!\\x[0-9a-f]{2})[%=][89A-F][0-9A-F](?![%=][89AB][0-9A-F])|\\x")
