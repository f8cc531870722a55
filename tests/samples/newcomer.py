"""Make twenty pages of a site that no rule of limpide was written for: the walk through a new source uses them.

    python tests/samples/newcomer.py raw/tollbridge

The site is an invented museum. Its class names say nothing in any language, its furniture speaks in whole sentences
that change from page to page, and its catalogue entry, which is wanted, looks like a box at the side. So the general
rules get some of it wrong, and two lines of `source.toml` put it right. The same bytes come out on every machine.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from html import escape
from pathlib import Path

ENTRIES = 20

_THINGS = (
    "Steelyard", "Corn measure", "Yard stick", "Grain scale", "Ale gauge", "Coin balance", "Wool weight", "Surveyor's chain",
    "Apothecary scale", "Letter balance", "Coal bushel", "Rope gauge", "Milk churn", "Tide staff", "Bread scale", "Ell rule",
    "Gold weights", "Hay knife gauge", "Lead plummet", "Salt box",
)  # fmt: skip
_MAKERS = ("Amos Tarrant", "the widow Penhale", "a smith whose name is lost", "Jory & Son", "Bess Hallam")
_PLACES = (
    "the corn hall",
    "the tannery by the weir",
    "a farm above Cold Ash",
    "the old custom house",
    "a loft in Mill Row",
)
_OPENINGS = (
    "{maker} made this {thing} for {place}, where it hung beside the door for some {years} years.",
    "It came to us from {place} in a crate of {years} nails, and nobody there could say what a {thing} was for.",
    "For {years} years it settled quarrels at {place}, and it settled most of them wrongly.",
)
_MIDDLES = (
    "The {thing} is of ash and beaten copper, {years} ounces in all, and dark where a thumb has rested on it.",
    "Under a lens one sees that {marks} of the marks were cut afresh, each a hair to the left of the one it replaced.",
    "It weighs short by {marks} parts in a hundred, as everybody knew: one brought a pebble of the right weight along.",
    "A clerk checked it each Lady Day and scratched a dot into the rim; {marks} dots can be counted, and then they stop.",
)
_ENDINGS = (
    "When the new standards came in, {maker} wrote that the old one had been good enough for honest people.",
    "The {thing} was last used in the dry summer, for {marks} days, when water was sold by the cup.",
    "The ledger of {place} names it {marks} times, always with the same complaint in a different hand.",
)
_DAYS = ("Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title} | Tollbridge Museum of Measures</title></head>
<body class="k9 tb-{number}">
<div class="zq-top"><a href="/">Tollbridge Museum of Measures</a><a href="/visit">Visit</a><a href="/rooms">Rooms</a></div>
<div class="zq-hull">
<div class="zq-bay">
<h1 class="zq-h">{title}</h1>
<div class="zq-slip"><dl><dt>Number</dt><dd>TM {number}</dd><dt>Made by</dt><dd>{maker}</dd><dt>Found at</dt><dd>{place}</dd>
<dt>Length</dt><dd>{length} cm</dd></dl></div>
<div class="zq-run">
{paragraphs}
<div class="zq-lift"><p>Members may hold the {thing} in their own hands every {day} after closing time, with gloves that we lend
and a cup of tea that we do not let near it.</p><p>A year of it costs less than the {other} did when {maker_short} sold it, and
{count} of our neighbours have joined since the spring.</p></div>
</div>
<div class="zq-kin"><p>Beside the {thing} in {room} hangs the {other}, which weighs about as much and is believed by fewer
people.</p><p>Those who came for the {thing} mostly went on to see the {third}, and stayed there until we closed.</p></div>
</div>
</div>
<div class="zq-end">© Tollbridge Museum of Measures. The café is open when the kettle is.</div>
</body></html>
"""


def entry(number: int) -> str:
    """One page of the catalogue."""
    thing, maker, place = _THINGS[number], _MAKERS[number % 5], _PLACES[(number * 3) % 5]
    values = {"thing": thing.lower(), "maker": maker, "place": place, "years": 20 + 7 * number, "marks": 3 + number}
    sentences = [each.format(**values) for each in (*_turned(_OPENINGS, number), *_turned(_MIDDLES, number))]
    paragraphs = [" ".join(sentences[i : i + 2]) for i in range(0, len(sentences), 2)]
    paragraphs.append(_ENDINGS[number % 3].format(**values))
    return _PAGE.format(
        title=escape(f"{thing} from {place.removeprefix('a ').removeprefix('the ')}"),
        number=1700 + number,
        maker=escape(maker[0].upper() + maker[1:]),
        maker_short=escape(maker),
        place=escape(place),
        length=31 + 11 * number % 47,
        paragraphs="\n".join(f"<p>{escape(text[0].upper() + text[1:])}</p>" for text in paragraphs),
        thing=escape(thing.lower()),
        other=escape(_THINGS[(number + 7) % ENTRIES].lower()),
        third=escape(_THINGS[(number + 13) % ENTRIES].lower()),
        day=_DAYS[number % 5],
        count=12 + 5 * number,
        room=("the long room", "the lower hall", "the stair", "the loft")[number % 4],
    )


def _turned(texts: Sequence[str], by: int) -> Sequence[str]:
    return [*texts[by % len(texts) :], *texts[: by % len(texts)]]


def main(folder: Path) -> None:
    """Write the pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(ENTRIES):
        (folder / f"entry-{1700 + number}.html").write_text(entry(number), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python tests/samples/newcomer.py FOLDER")
    main(Path(sys.argv[1]))
