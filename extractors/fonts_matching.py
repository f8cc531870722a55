"""Glyphs of damaged fonts and the letters they look like: of which script a font is, and which letters it draws.

Most fonts are Latin, and those are settled with the Latin references alone. The letters of other scripts are looked at
for fonts that they are no good likeness of. Many letters of Greek and Cyrillic look just like Latin ones, so a font is
read as what fits it best as a whole, and its letters are then chosen by words of languages in that script.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, median
from typing import NamedTuple

import numpy as np

from extractors.fonts_language import MAIN_LANGUAGES, Candidate, choose, prior
from extractors.fonts_outlines import LATIN, OTHER_SCRIPTS, Shape, distances, references
from extractors.pdf_fonts import is_private

# Distances between outlines, see fonts_outlines. The same letter of another text family lies at .05 to .15.
_LIKE = 0.3  # farther, a glyph is none of the letters known
_FACE_LIKE = 0.17  # the median of a font's glyphs; fonts of other scripts lie above
_SURELY_LATIN = 0.08  # the mean of a font's glyphs, below which no other script is looked at
_CLEARLY_LIKER = 0.01  # by which the mean of another script must be less
_WINDOW = 0.08  # candidates this much farther than the best are considered
_CANDIDATES = 6
_NEAREST = 200  # references looked at for one glyph
_BORNE_OUT = 0.6  # share of the codes whose outline agrees with the font's own map, in a font whose map is right
_ENOUGH_CODES = 4
_ENOUGH_LETTERS = 60  # for the words to be asked whether the text is text
_KNOWN_WORDS = 0.35  # share of letters in known words; .8 to .97 in text, below .2 in other scripts read as Latin

Candidates = dict[str, list[Candidate]]


class Glyph(NamedTuple):
    """A glyph of a document: how it looks, what the map of its font says, and a number for its font."""

    shape: Shape
    raw: str
    face: int


def match(
    glyphs: Mapping[str, Glyph], found: Mapping[str, str], texts: Iterable[str], without: frozenset[str]
) -> dict[str, tuple[str, float]]:
    """What glyphs mean by their look, by stand-in, and how unlike the letter they are (see fonts_outlines).

    `found` is what is known of others in the document's `texts`. Families in `without` are not compared with.
    """
    by_face: dict[int, list[str]] = {}
    for stand_in, glyph in glyphs.items():
        by_face.setdefault(glyph.face, []).append(stand_in)
    by_script: dict[str, Candidates] = {}
    for group in by_face.values():
        script, near = _script_of([glyphs[s].shape for s in group], without)
        taken = _taken({s: (glyphs[s].raw, near[k]) for k, s in enumerate(group)}, script)
        by_script.setdefault(script, {}).update(taken)
    texts = list(texts)
    undecided = {s for candidates in by_script.values() for s in candidates}
    own = {s: g.raw for s, g in glyphs.items() if s not in undecided and not is_private(g.raw)}
    result: dict[str, tuple[str, float]] = {}
    for script, candidates in by_script.items():
        if candidates:
            known = str.maketrans({**found, **own, **{s: text for s, (text, _) in result.items()}})
            chosen, share, letters = choose(candidates, (text.translate(known) for text in texts), script)
            if letters < _ENOUGH_LETTERS or share >= _KNOWN_WORDS:
                result |= {
                    s: (text, next(c.distance for c in candidates[s] if c.character == text))
                    for s, text in chosen.items()
                }
    return result


def _script_of(shapes: Sequence[Shape], without: frozenset[str]) -> tuple[str, list[list[Candidate]]]:
    """The script of a font and the characters most like each of its glyphs."""
    script, near = LATIN, _candidates(shapes, LATIN, without)
    mean = fmean(options[0].distance for options in near)
    if mean > _SURELY_LATIN:
        least = mean - _CLEARLY_LIKER
        for other in OTHER_SCRIPTS:
            options = _candidates(shapes, other, without)
            mean = fmean(o[0].distance for o in options)
            if mean < least:
                script, near, least = other, options, mean
    return script, near


def _candidates(shapes: Sequence[Shape], script: str, without: frozenset[str]) -> list[list[Candidate]]:
    """The characters most like each glyph, the best first."""
    known = references(script, without)
    result = []
    for row in distances(shapes, known):
        near = np.argsort(row, kind="stable")[:_NEAREST]
        best: dict[str, float] = {}
        for i in near:
            if row[i] > row[near[0]] + _WINDOW or len(best) >= _CANDIDATES:
                break
            best.setdefault(known.characters[i], float(row[i]))
        result.append([Candidate(character, distance) for character, distance in best.items()])
    return result


def _taken(group: Mapping[str, tuple[str, list[Candidate]]], script: str) -> Candidates:
    """The candidates of the glyphs of one font that are in doubt and like letters."""
    language = MAIN_LANGUAGES[script]
    best = {
        s: min(near, key=lambda c: (c.distance + prior(c.character, language), c.character))
        for s, (_, near) in group.items()
    }
    own = {s: raw for s, (raw, _) in group.items() if len(raw) == 1 and " " < raw < "\x7f"}
    agreeing = sum(best[s].character == raw for s, raw in own.items())
    if len(own) >= _ENOUGH_CODES and agreeing >= _BORNE_OUT * len(own):
        group = {s: value for s, value in group.items() if s not in own}  # the map is right as far as it goes
    elif median(option.distance for option in best.values()) > _FACE_LIKE:
        return {}
    return {s: near for s, (_, near) in group.items() if best[s].distance <= _LIKE}
