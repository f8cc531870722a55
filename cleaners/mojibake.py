"""Repair of text that was decoded as what it was not (mojibake), by ftfy, behind a gate and with minimal edits.

ftfy sees one line at a time. Reading every line with its heuristics costs .65 s per MB, so a regular expression that is
cheap and passes every line that ftfy would change goes first: it names the characters and pairs of characters without
which none of ftfy's fixers does anything, derived from ftfy's own tables.

ftfy mends more than mojibake. What a change was is read off the change: a character reference (escape), a ligature
spelled out, a control character, canonical composition (unicode), and what remains is mojibake. Quotes, widths and line
breaks are left alone: with ftfy's defaults one clean sentence in ten changes, so set none does.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator

import ftfy
from ftfy.badness import MOJIBAKE_CATEGORIES
from ftfy.chardata import CONTROL_CHARS, LIGATURES

from cleaners.evidence import mixes_scripts
from cleaners.normal_form import composition_spans
from cleaners.quoted_damage import is_quoted
from cleaners.spans import changed_spans
from corpus.document import Change, Document, normalise, repair
from corpus.marks import has_long_marks

CONFIG = ftfy.TextFixerConfig(
    uncurl_quotes=False,
    fix_character_width=False,
    fix_line_breaks=False,
    fix_latin_ligatures=False,  # a ligature may be another letter misread: `pdf_letters` spells them out later
    replace_lossy_sequences=False,  # takes away by which words tell what was lost: `utf8_readings`
    normalization="NFC",
    explain=False,
)
_MARKED = CONFIG._replace(normalization=None)  # for lines with endless runs of marks, which make NFC quadratic

_PLAIN = re.compile("[A-Za-z]")
_MOSTLY = 0.5  # share of plain letters in a line of a language of Latin script
_NEAR = 40  # characters of a word around a change
_ENTITY = re.compile(r"&#?[0-9A-Za-z]{1,24};")
_ESCAPES = re.compile("\N{ESCAPE}\\[[0-9;]*[a-zA-Z]|[" + "".join(map(re.escape, map(chr, CONTROL_CHARS))) + "]")


def _gate() -> re.Pattern[str]:
    """One of these must be in a line that ftfy changes (but for NFC, which `composition_spans` finds).

    Each alternative of ftfy.badness.BADNESS_RE needs a C1 control, two neighbours of the sets below, or one of the
    literals; the other fixers need one character of their tables.
    """
    sets = MOJIBAKE_CATEGORIES
    signs = "".join(
        sets[k] for k in ("bad", "law", "currency", "start_punctuation", "end_punctuation", "numeric", "box")
    )
    rare = signs + sets["upper_accented"] + "°"
    any_ = rare + sets["lower_accented"] + sets["kaomoji"]
    letters = sets["upper_common"] + sets["lower_common"]
    singles = (
        "\x80-\x9f\ud800-\udfff" + "".join(map(chr, LIGATURES)) + "".join(re.escape(chr(c)) for c in CONTROL_CHARS)
    )
    # first character -> what else; written as a set and what it was, since a set is what regular expressions find fast
    pairs = (
        (singles, ""),
        ("&", _ENTITY.pattern[1:]),
        (rare, f"[{any_}]"),
        (sets["lower_accented"] + sets["kaomoji"], f"[{rare}]"),
        (sets["bad"] + sets["upper_accented"], f"(?<=[{letters}].)"),
        ("ВГРСΒΓΞΟ", f"[{signs}°][ВГРСΒΓΞΟ]"),
        ("вβā", "(?:(?<=в)Ђ|(?<=[βā])€)"),
        ("ØÙÂÃÎÐ√≈‚", r"[^\x00-\x7f]"),
        ("Œœ", "(?![A-Za-z])"),
        ("ÂÃ", " "),
    )
    first = "".join(start for start, _ in pairs)
    return re.compile(f"[{first}](?:" + "|".join(f"(?<=[{start}]){rest}" for start, rest in pairs) + ")")


GATE = _gate()


def repair_mojibake(document: Document) -> Document:
    """Repair the lines of the text that ftfy can repair.

    Character references are left alone in blocks of kind code and in lines that hold a `<`, where they may be meant.
    """
    text = document.text
    if text.isspace():  # U+0085 alone is a line end, not an ellipsis
        return document
    code = [(block.start, block.end) for block in document.blocks if block.kind == "code" and block.kept]
    changes: list[Change] = []
    for start, end in suspicious_lines(text):
        line = text[start:end]
        fixed = _fix(line, unescape=not _inside(start, end, code))
        if fixed != line:
            found = list(_changes(line, fixed, start))
            changes += [] if is_quoted(line, _readings(line, found, start)) else found
    return document.apply(_owned(document, changes))


def _owned(document: Document, changes: list[Change]) -> Iterator[Change]:
    """Leave out what would write text between blocks, such as the ellipsis for a U+0085 that was read as a line end."""
    kept = document.kept_blocks()
    ends = [block.end for block in kept]
    for change in changes:
        i = bisect_right(ends, change.start)
        if not document.blocks or not change.after.strip() or (i < len(kept) and kept[i].start < change.end):
            yield change


_BEFORE = re.compile(r"\S*$")
_BEHIND = re.compile(r"\S*")


def _readings(line: str, changes: list[Change], offset: int) -> Iterator[str]:
    """The tokens that would be changed, as they would be."""
    for change in changes:
        start, end = change.start - offset, change.end - offset
        before, behind = _BEFORE.search(line[max(start - _NEAR, 0) : start]), _BEHIND.match(line, end, end + _NEAR)
        yield (before[0] if before else "") + change.after + (behind[0] if behind else "")


def suspicious_lines(text: str) -> Iterator[tuple[int, int]]:
    """The lines, as offsets with their line break, that ftfy might change."""
    position = 0
    spots = sorted(
        {match.start() for match in GATE.finditer(text)} | {start for start, _, _ in composition_spans(text)}
    )
    for spot in spots:
        if spot >= position:
            start = text.rfind("\n", 0, spot) + 1
            position = (text.find("\n", spot) + 1) or len(text)
            yield start, position


def _fix(line: str, *, unescape: bool) -> str:
    config = _MARKED if has_long_marks(line) else CONFIG
    return ftfy.fix_text(line, config if unescape else config._replace(unescape_html=False))


def _inside(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    i = bisect_right(spans, (end, 0)) - 1
    return i >= 0 and spans[i][0] < end and start < spans[i][1]


def _changes(line: str, fixed: str, offset: int) -> Iterator[Change]:
    for start, end, after in changed_spans(line, fixed):
        before = line[start:end]
        around = line[max(start - 1, 0) : start] + after + line[end : end + 1]
        if mixes_scripts(before, around) and len(_PLAIN.findall(line)) > _MOSTLY * len(line):
            continue
        label = _label(before, after)
        make = repair if label in ("mojibake", "escape") else normalise
        yield make(offset + start, offset + end, after, label, f"ftfy-{label}")


def _label(before: str, after: str) -> str:
    """What kind of change this was."""
    if not _ESCAPES.sub("", before) and not after:
        return "control-character"
    if before.translate(LIGATURES) == after:
        return "ligature"
    if unicodedata.normalize("NFC", before[:200]) == after:
        return "unicode"
    if _ENTITY.search(before) and html.unescape(before) == html.unescape(after):
        return "escape"
    return "mojibake"
