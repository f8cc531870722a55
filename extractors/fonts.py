"""Damaged fonts: what their glyphs mean when their map does not say.

A font without a usable ToUnicode map still draws letters. What they are is asked for in order of trust: the names of
the glyphs, the program's own character map and encoding, and at last the look of the outlines, where the words of the
document choose between letters that look alike. A font is judged first: a map that the outlines bear out is left
alone, and one whose glyphs are like no letter known here (another script, symbols) is not guessed at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from pdfminer.pdftypes import resolve1

from extractors.fonts_names import text_of_name
from extractors.fonts_program import DAMAGED_FONT, Program, load_program
from extractors.pdf_encodings import differences
from extractors.pdf_fonts import Unknown, is_private

if TYPE_CHECKING:
    from extractors.fonts_language import Candidate
    from extractors.fonts_outlines import Shape

_MAX_PROGRAMS = 200  # read of one document
_MAX_SHAPES = 3_000  # of one document; a text font uses 60 to 120
_NAMES, _CMAP, _ENCODING, _OUTLINE, _BLANK = "glyph-names", "font-cmap", "font-encoding", "outlines", "blank-glyph"
_SURE, _FAIR = 0.98, 0.95

# Distances between outlines, see fonts_outlines. The same letter of another text family lies at .05 to .15.
_LIKE = 0.3  # farther, a glyph is none of the letters known
_FACE_LIKE = 0.17  # the median of a font's glyphs; fonts of other scripts lie above
_WINDOW = 0.08  # candidates this much farther than the best are considered
_CANDIDATES = 6
_BORNE_OUT = 0.6  # share of the codes whose outline agrees with the font's own map, in a font whose map is right
_ENOUGH_CODES = 4
_ENOUGH_LETTERS = 60  # for the words to be asked whether the text is text
_KNOWN_WORDS = 0.35  # share of letters in known words; .8 to .97 in text, below .2 in other scripts read as Latin


class Finding(NamedTuple):
    """What a glyph means, how that was found out, and how sure it is (0 to 1)."""

    text: str
    method: str
    confidence: float


def read_fonts(
    unknowns: Sequence[Unknown], texts: Iterable[str], without: frozenset[str] = frozenset()
) -> dict[str, Finding]:
    """What the unknown glyphs of a document mean, by their stand-ins; those that stay unknown are missing.

    `texts` is the document's text with stand-ins in it, for its words. `without` names families of reference outlines
    to do without.
    """
    by_face: dict[int, list[Unknown]] = {}
    for unknown in unknowns:
        by_face.setdefault(id(unknown.face), []).append(unknown)
    found: dict[str, Finding] = {}
    shapes: dict[str, tuple[Unknown, Shape]] = {}
    for group in list(by_face.values())[:_MAX_PROGRAMS]:
        program = load_program(_descriptor(group[0].face.spec))
        if program is None:
            continue
        for unknown in group:
            finding = _by_name(unknown, program)
            if finding is not None:
                found[unknown.stand_in] = finding
            elif len(shapes) < _MAX_SHAPES:
                shape = _shape(unknown, program)
                if shape is not None:
                    shapes[unknown.stand_in] = unknown, shape
                elif _draws_nothing(unknown, program):
                    found[unknown.stand_in] = Finding(" ", _BLANK, _FAIR)
    if shapes:
        found |= _by_outline(shapes, found, texts, without)
    return found


# ---- names, maps and encodings of the program ------------------------------------------------------------------------


def _by_name(unknown: Unknown, program: Program) -> Finding | None:
    name = _glyph_name(unknown, program)
    if name is None:
        return None
    if program.named and (text := text_of_name(name)):
        encoded = unknown.face.font.is_multibyte() or program.by_code.get(unknown.code) != name
        return Finding(text, _NAMES if encoded else _ENCODING, _SURE)
    if text := program.characters.get(name, ""):
        return Finding(text, _CMAP, _SURE)
    return None


def _glyph_name(unknown: Unknown, program: Program) -> str | None:
    """The name, in the program, of the glyph that a code draws."""
    code, face = unknown.code, unknown.face
    if face.font.is_multibyte():
        if program.by_cid is not None:
            return program.by_cid.get(code)
        gid = face.glyph_id(code)
        return program.order[gid] if 0 <= gid < len(program.order) else None
    name = dict(differences(face.spec.get("Encoding"))).get(code)
    if name is not None and name in program.glyphs:
        return name
    return program.by_code.get(code)


def _descriptor(spec: Mapping[str, Any]) -> Any:
    descendants = resolve1(spec.get("DescendantFonts"))
    if isinstance(descendants, list) and descendants:
        inner = resolve1(descendants[0])
        return resolve1(inner.get("FontDescriptor")) if isinstance(inner, dict) else None
    return resolve1(spec.get("FontDescriptor"))


# ---- outlines --------------------------------------------------------------------------------------------------------


def _shape(unknown: Unknown, program: Program) -> Shape | None:
    from extractors.fonts_outlines import shape_of  # noqa: PLC0415  (numpy, for damaged fonts alone)

    name = _glyph_name(unknown, program)
    if name is None or name == program.order[0]:
        return None
    try:
        return shape_of(program.glyphs[name].draw, program.glyphs, program.em)
    except DAMAGED_FONT:
        return None


def _draws_nothing(unknown: Unknown, program: Program) -> bool:
    """Whether the glyph is there and has no outline, as a space has."""
    from fontTools.pens.boundsPen import ControlBoundsPen  # noqa: PLC0415

    name = _glyph_name(unknown, program)
    if name is None or name == program.order[0]:
        return False
    pen = ControlBoundsPen(program.glyphs)
    try:
        program.glyphs[name].draw(pen)
    except DAMAGED_FONT:
        return False
    return pen.bounds is None and unknown.face.font.char_width(unknown.code) > 0


def _by_outline(
    shapes: Mapping[str, tuple[Unknown, Shape]],
    found: Mapping[str, Finding],
    texts: Iterable[str],
    without: frozenset[str],
) -> dict[str, Finding]:
    from extractors.fonts_language import choose, prior  # noqa: PLC0415

    by_face: dict[int, list[str]] = {}
    for stand_in, (unknown, _) in shapes.items():
        by_face.setdefault(id(unknown.face), []).append(stand_in)
    candidates: dict[str, list[Candidate]] = {}
    for group in by_face.values():
        near = _candidates(group, [shapes[s][1] for s in group], without)
        best = {s: min(near[s], key=lambda c: (c.distance + prior(c.character, None), c.character)) for s in group}
        own = {s: shapes[s][0].raw for s in group if len(shapes[s][0].raw) == 1 and " " < shapes[s][0].raw < "\x7f"}
        agreeing = sum(best[s].character == raw for s, raw in own.items())
        if len(own) >= _ENOUGH_CODES and agreeing >= _BORNE_OUT * len(own):
            group = [s for s in group if s not in own]  # noqa: PLW2901  (the map is right as far as it goes)
        elif median(best[s].distance for s in group) > _FACE_LIKE:
            continue
        candidates |= {s: near[s] for s in group if best[s].distance <= _LIKE}
    if not candidates:
        return {}
    known = str.maketrans({s: f.text for s, f in found.items()} | _own(shapes, candidates))
    chosen, share, letters = choose(candidates, (text.translate(known) for text in texts))
    if letters >= _ENOUGH_LETTERS and share < _KNOWN_WORDS:
        return {}
    return {
        s: Finding(text, _OUTLINE, _confidence(next(c.distance for c in candidates[s] if c.character == text)))
        for s, text in chosen.items()
    }


def _own(shapes: Mapping[str, tuple[Unknown, Shape]], candidates: Mapping[str, Any]) -> dict[str, str]:
    return {s: u.raw for s, (u, _) in shapes.items() if s not in candidates and not is_private(u.raw)}


def _confidence(distance: float) -> float:
    """.97 for the very outline, .77 for the least like one that is taken."""
    return round(0.97 - distance, 3)


def _candidates(group: Sequence[str], shapes: Sequence[Shape], without: frozenset[str]) -> dict[str, list[Candidate]]:
    """The characters most like each glyph, the best first."""
    import numpy as np  # noqa: PLC0415

    from extractors.fonts_language import Candidate  # noqa: PLC0415
    from extractors.fonts_outlines import distances, references  # noqa: PLC0415

    known = references(without)
    table = distances(shapes, known)
    result = {}
    for stand_in, row in zip(group, table, strict=True):
        near = np.argsort(row, kind="stable")[:200]
        best: dict[str, float] = {}
        for i in near:
            if row[i] > row[near[0]] + _WINDOW or len(best) >= _CANDIDATES:
                break
            best.setdefault(known.characters[i], float(row[i]))
        result[stand_in] = [Candidate(character, distance) for character, distance in best.items()]
    return result
