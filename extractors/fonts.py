"""Damaged fonts: what their glyphs mean when their map does not say.

A font without a usable ToUnicode map still draws letters. What they are is asked for in order of trust: the names of
the glyphs, the program's own character map and encoding, and at last the look of the outlines, where the words of the
document choose between letters that look alike. A font is judged first: a map that the outlines bear out is left
alone, and one whose glyphs are like no letter known here (symbols, a script without references) is not guessed at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from pdfminer.pdftypes import resolve1

from extractors.fonts_names import text_of_name
from extractors.fonts_program import DAMAGED_FONT, Program, load_program
from extractors.pdf_encodings import differences
from extractors.pdf_fonts import Unknown

if TYPE_CHECKING:
    from extractors.fonts_outlines import Shape

_MAX_PROGRAMS = 200  # read of one document
_MAX_SHAPES = 3_000  # of one document; a text font uses 60 to 120
_NAMES, _CMAP, _ENCODING, _BLANK, _OUTLINE = "glyph-names", "font-cmap", "font-encoding", "blank-glyph", "outlines"
_SURE, _FAIR = 0.98, 0.95


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
    from extractors.fonts_matching import Glyph, match  # noqa: PLC0415  (numpy, for damaged fonts alone)

    glyphs = {s: Glyph(shape, unknown.raw, id(unknown.face)) for s, (unknown, shape) in shapes.items()}
    meant = match(glyphs, {s: f.text for s, f in found.items()}, texts, without)
    return {s: Finding(text, _OUTLINE, _confidence(distance)) for s, (text, distance) in meant.items()}


def _confidence(distance: float) -> float:
    """.97 for the very outline, .67 for the least like one that is taken."""
    return round(0.97 - distance, 3)
