"""Letters known by their shape: glyph outlines compared with those of reference fonts.

Every outline is drawn into a small grid that its bounding box fills, so that size and place do not matter; where the
box stands (below the baseline, above the small letters) and how wide it is are compared as numbers beside the picture.
Letters of text fonts are much alike across families: on families left out of the references, the nearest picture is
the right letter for nearly all glyphs, and what is left are true doubles such as I and l.

The references are in `data/outlines*.npz`, one file for Latin letters, figures and signs and one for each other script,
made by `training/outlines.py`: pictures and measures, no font programs. How well they do on families left out of them
is shown by `python -m benchmarks.fonts`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from fontTools.pens.basePen import BasePen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

GRID = 16  # cells of a picture per side
_FINE = 3  # scan lines and columns per cell
_CURVE_STEPS = 6  # straight pieces of a curve; more change no cell by a sixteenth
MAX_SEGMENTS = 20_000  # of one glyph; the most ornate initials have 5,000
LATIN = "latin"
OTHER_SCRIPTS = ("greek", "cyrillic")
_DATA = Path(__file__).with_name("data")
_BLUR = 2  # times a [1, 2, 1] / 4 filter in both directions
_STRENGTH = 0.5  # root mean square of a softened picture
# Weights of the measures beside the picture (whose distance is the root of the mean square), found on families left
# out of the references: (lower edge, upper edge, width of the box), all in units of the em.
_WEIGHTS = np.array([1.0, 1.0, 0.6], dtype=np.float32)


class Shape(NamedTuple):
    """A glyph: its picture (GRID * GRID values from 0 to 1) and lower edge, upper edge and width in ems."""

    picture: Floats
    box: Floats


class References(NamedTuple):
    """Shapes with their characters: softened pictures (n, GRID * GRID), boxes (n, 3), characters (n)."""

    pictures: Floats
    boxes: Floats
    characters: tuple[str, ...]


class _Flatten(BasePen):  # type: ignore[misc]  # fontTools has no types
    """Collects the straight pieces of an outline as (x0, y0, x1, y1)."""

    def __init__(self, glyph_set: Any) -> None:
        super().__init__(glyph_set)
        self.pieces: list[tuple[float, float, float, float]] = []
        self._start = self._at = (0.0, 0.0)

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802  (fontTools calls it so)
        self._start = self._at = pt

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802  (fontTools calls it so)
        if len(self.pieces) >= MAX_SEGMENTS:
            raise ValueError("a glyph of too many pieces")
        self.pieces.append((*self._at, *pt))
        self._at = pt

    def _curveToOne(self, pt1: Any, pt2: Any, pt3: Any) -> None:  # noqa: N802  (fontTools calls it so)
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = self._at, pt1, pt2, pt3
        for step in range(1, _CURVE_STEPS + 1):
            t = step / _CURVE_STEPS
            a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            self._lineTo((a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3))

    def _closePath(self) -> None:  # noqa: N802
        if self._at != self._start:
            self._lineTo(self._start)

    _endPath = _closePath  # noqa: N815


def shape_of(draw: Callable[[Any], None], glyph_set: Any, em: float) -> Shape | None:
    """Draw a glyph; None when it has no ink. `draw` takes a fontTools pen, `em` is the units per em."""
    pen = _Flatten(glyph_set)
    draw(pen)
    if not pen.pieces:
        return None
    pieces = np.array(pen.pieces, dtype=np.float64) / em
    if not np.isfinite(pieces).all():
        return None
    low = np.minimum(pieces[:, :2].min(axis=0), pieces[:, 2:].min(axis=0))
    high = np.maximum(pieces[:, :2].max(axis=0), pieces[:, 2:].max(axis=0))
    size = high - low
    if not (size > 0).all():
        return None
    box = np.array([low[1], high[1], size[0]], dtype=np.float32)
    return Shape(_picture((pieces - np.tile(low, 2)) / np.tile(size, 2)), box)


def _picture(pieces: NDArray[np.float64]) -> Floats:
    """The share of ink of each cell, by the non-zero winding rule, for pieces in the unit square."""
    n = GRID * _FINE
    x0, y0, x1, y1 = (pieces[:, i, None] for i in range(4))
    y = (np.arange(n)[None, :] + 0.5) / n
    upwards = ((y0 <= y) & (y < y1)).astype(np.int16)
    downwards = ((y1 <= y) & (y < y0)).astype(np.int16)
    turn = upwards - downwards
    piece, row = np.nonzero(turn)
    slope = (x1[piece, 0] - x0[piece, 0]) / (y1[piece, 0] - y0[piece, 0])
    x = x0[piece, 0] + (y[0, row] - y0[piece, 0]) * slope
    column = np.clip(np.ceil(x * n - 0.5), 0, n).astype(np.int64)
    winding = np.zeros((n, n + 1), dtype=np.int32)
    np.add.at(winding, (row, column), turn[piece, row])
    ink = (np.cumsum(winding, axis=1)[:, :n] != 0).astype(np.float32)
    picture: Floats = ink.reshape(GRID, _FINE, GRID, _FINE).mean(axis=(1, 3)).ravel()
    return picture


@cache
def references(script: str = LATIN, without: frozenset[str] = frozenset()) -> References:
    """The packaged references, without those of some families (for measuring what an unknown family gets).

    Those of other scripts come after the Latin letters, figures and signs, which text in any script has.
    """
    own = _read("outlines.npz" if script == LATIN else f"outlines_{script}.npz", without)
    if script == LATIN:
        return own
    latin = references(LATIN, without)
    return References(
        np.concatenate([latin.pictures, own.pictures]),
        np.concatenate([latin.boxes, own.boxes]),
        latin.characters + own.characters,
    )


def _read(name: str, without: frozenset[str]) -> References:
    with np.load(_DATA / name) as data:
        packed, boxes = data["pictures"], data["boxes"]
        characters, families = str(data["characters"]), str(data["families"]).split("\n")
        family = data["family"]
    high, low = packed >> 4, packed & 15
    pictures = np.stack([high, low], axis=-1).reshape(len(packed), -1).astype(np.float32) / 15
    keep = np.array([families[f] not in without for f in family])
    kept = tuple(c for c, k in zip(characters, keep, strict=True) if k)
    return References(_soft(pictures[keep]), boxes[keep].astype(np.float32) / 1000, kept)


def _soft(pictures: Floats) -> Floats:
    """Blurred, so that a stroke a little aside is still near, and of equal blackness, so that weight does not matter.

    On families left out of the references this took the share of letters recognised from .961 to .982.
    """
    soft: Any = pictures.reshape(-1, GRID, GRID)
    for _ in range(_BLUR):
        wide = np.pad(soft, ((0, 0), (1, 1), (1, 1)))
        soft = (wide[:, :-2] + 2 * wide[:, 1:-1] + wide[:, 2:]) / 4
        soft = (soft[:, :, :-2] + 2 * soft[:, :, 1:-1] + soft[:, :, 2:]) / 4
    flat = soft.reshape(len(soft), -1)
    strength = np.sqrt((flat**2).mean(axis=1, keepdims=True))
    result: Floats = (flat / np.maximum(strength, 1e-6) * _STRENGTH).astype(np.float32)
    return result


def distances(shapes: Collection[Shape], known: References) -> Floats:
    """How unlike each shape is to each reference: (number of shapes, number of references), 0 for the same."""
    pictures = _soft(np.stack([shape.picture for shape in shapes]))
    boxes = np.stack([shape.box for shape in shapes])
    squares = (pictures**2).sum(axis=1)[:, None] + (known.pictures**2).sum(axis=1)[None, :]
    picture = np.maximum(squares - 2 * pictures @ known.pictures.T, 0) / (GRID * GRID)
    box = (((boxes[:, None, :] - known.boxes[None, :, :]) ** 2) * _WEIGHTS).sum(axis=2)
    result: Floats = np.sqrt(picture + box)
    return result
