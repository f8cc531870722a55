"""What readers of PDF pages hand over: pages with fragments of text, placed as the page is shown."""

from __future__ import annotations

from typing import NamedTuple

MAX_PAGES = 5_000  # of one document

Matrix = tuple[float, float, float, float, float, float]


class Fragment(NamedTuple):
    """Text on one baseline: left and right end, baseline (upwards), size in points, weight.

    `turn` is the angle of the baseline in degrees, rounded; the coordinates are those of a page turned back by it.
    """

    x0: float
    x1: float
    y: float
    size: float
    text: str
    bold: bool = False
    turn: int = 0


class Sheet(NamedTuple):
    """What one page draws. `height` and `width` are those of its media box as it is shown, in points.

    `failed` says that nothing of it could be read, `hurt` that part of it could not, `cut` that it has more than is
    read of one page.
    """

    number: int
    width: float
    height: float
    fragments: list[Fragment]
    failed: bool = False
    hurt: bool = False
    cut: bool = False


class Place(NamedTuple):
    """Where a page lies: its media box (left, bottom, right, top in points) and the clockwise turn it is shown with."""

    box: tuple[float, float, float, float]
    rotate: int = 0

    @property
    def extent(self) -> tuple[float, float]:
        """Width and height of the page as it is shown."""
        x0, y0, x1, y1 = self.box
        width, height = abs(x1 - x0), abs(y1 - y0)
        return (height, width) if self.rotate in {90, 270} else (width, height)

    @property
    def matrix(self) -> Matrix:
        """From the coordinates of the page to those of the page as it is shown, as pdfminer has it."""
        x0, y0, x1, y1 = self.box
        return {
            90: (0.0, -1.0, 1.0, 0.0, -y0, x1),
            180: (-1.0, 0.0, 0.0, -1.0, x1, y1),
            270: (0.0, 1.0, -1.0, 0.0, y1, -x0),
        }.get(self.rotate, (1.0, 0.0, 0.0, 1.0, -x0, -y0))
