"""What the model for main content looks at: some numbers for each block of a page with markup.

Everything is computed for the whole page at once, in arrays with a place for each block. What a block is by itself
comes first (text, links, kind, what rules and cue phrases propose), then what stands around it: neighbours, the
elements that hold it, blocks of the same make elsewhere on the page, and the page itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cleaners.content import Evidence
from cleaners.content_names import name_columns, of_elements
from cleaners.content_text_columns import text_columns
from cleaners.page import Page, fold
from cleaners.page_tree import Stretches
from corpus.document import KINDS, Hint

Floats = NDArray[np.float64]
Columns = dict[str, Floats]

_NO_HINT = Hint()
_KINDS: dict[str, float] = {kind: float(place) for place, kind in enumerate(KINDS)}
_LABELS = (
    "advert", "navigation", "related-links", "comments", "cookie-notice", "call-to-action", "table-of-contents",
    "image-caption", "legal-footer", "byline", "widget", "hidden", "boilerplate", "repeated-title",
)  # fmt: skip
_LABEL_PLACES = {label: float(place) for place, label in enumerate(_LABELS)}
_TEXTS_NEEDED = frozenset({"words", "chars", "last_kind", "digit_share", "stops"})  # by columns made of several
_SECTIONS = {"": 0.0, "list": 1.0, "contents": 2.0, "comments": 3.0, "rest": 4.0}
_TITLE_WORDS = 30  # longer blocks are not compared with the title
_NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
_NEIGHBOUR_COLUMNS = ("words", "link_share", "kind", "prose", "last_kind", "rule_score", "path")
_WINDOWS = (2, 5, 12)
_LEVELS = (0, 1, 2, 3, 5)  # elements out from the block's own
_MAIN_SHARE = 0.6  # of the page's prose: the innermost element that holds so much is the main one
_FAR = 200.0  # blocks; what is farther away counts as so far


def features(evidence: Evidence, wanted: Sequence[str] | None = None) -> tuple[tuple[str, ...], Floats]:
    """Names of the columns, and the numbers of each block: shape (blocks, columns).

    `wanted` are the columns to give (all by default); what only others need is not computed. Raises KeyError for one
    that there is not.
    """
    page, tree = evidence.page, evidence.tree
    want = _Wanted(wanted)
    columns = _texts(evidence, want)
    columns |= _blocks(page)
    columns |= _proposals(evidence)
    columns |= _titles(evidence)
    columns["prose_words"] = columns["words"] * columns["prose"]
    columns["own_words"] = columns["words"] * (1 - columns["link_share"])
    columns["rule_words"] = columns["words"] * (columns["rule_score"] > 0.5)
    paths, of_block = np.unique(np.array(tree.nodes, dtype=np.intp), return_inverse=True)
    named = of_elements(tree)
    around = tree.stretches
    extra = _neighbours(columns, of_block, want) | _windows(columns, want) | _positions(page, columns)
    extra |= _elements(columns, around, want) | _main_element(columns, around) | _same_make(columns, of_block)
    extra |= _of_page(page, columns, float(named["in_article"][paths].sum()))
    columns |= extra
    names = (*columns, *name_columns()) if wanted is None else tuple(wanted)
    found = [columns[name] if name in columns else named[name][tree.nodes] for name in names]
    return names, np.column_stack(found)


class _Wanted:
    """Which columns are asked for."""

    def __init__(self, names: Sequence[str] | None) -> None:
        self.names = None if names is None else frozenset(names)

    def __contains__(self, name: str) -> bool:
        return self.names is None or name in self.names

    def any_of(self, *names: str) -> bool:
        return any(name in self for name in names)


# ---- the block by itself --------------------------------------------------------------------------------------------


def _texts(evidence: Evidence, want: _Wanted) -> Columns:
    blocks = [evidence.document.blocks[line.at] for line in evidence.page]
    starts = np.array([block.start for block in blocks], dtype=np.intp)
    ends = np.array([block.end for block in blocks], dtype=np.intp)
    needed = None if want.names is None else want.names | _TEXTS_NEEDED
    return text_columns(evidence.document.text, starts, np.maximum(ends, starts + 1), needed)


def _blocks(page: Page) -> Columns:
    seen: dict[str, float] = {}
    times: list[float] = []
    for line in page:
        times.append(seen.get(line.folded, 0) if line.folded else 0)
        seen[line.folded] = times[-1] + 1
    hints = [line.hint or _NO_HINT for line in page]
    values: dict[str, list[float]] = {
        "kind": [_KINDS[line.kind] for line in page],
        "level": [line.level for line in page],
        "prose": [line.prose for line in page],
        "sentence": [line.sentence for line in page],
        "runs": [line.runs for line in page],
        "links": [hint.links for hint in hints],
        "link_share": [min(1.0, hint.link_chars / len(line.text)) for line, hint in zip(page, hints, strict=True)],
        "hidden": [hint.hidden for hint in hints],
        "alt": [hint.alt for hint in hints],
        "declared": [hint.declared for hint in hints],
        "described": [hint.described for hint in hints],
        "said_before": times,
        "said": [seen[line.folded] if line.folded else 1.0 for line in page],
    }
    return {name: np.array(column, dtype=np.float64) for name, column in values.items()}


def _proposals(evidence: Evidence) -> Columns:
    count = len(evidence.page)
    score = np.zeros(count)
    labels = np.full(count, -1.0)
    by_markup = np.zeros(count)
    for place, proposal in evidence.rules.items():
        score[place] = proposal.score
        labels[place] = _LABEL_PLACES.get(proposal.label, len(_LABELS))
        by_markup[place] = proposal.rule.startswith("markup-")
    cue_score = np.zeros(count)
    section = np.zeros(count)
    since = np.full((2, count), _FAR)  # blocks since the last cue, and since the last one that opens a section
    places = np.arange(count)
    for place, cue in enumerate(evidence.cues):
        if cue is not None:
            cue_score[place] = cue.score
            since[0, place:] = places[: count - place]
            if cue.section:
                section[place:] = _SECTIONS.get(cue.section, 5.0)
                since[1, place:] = places[: count - place]
    return {
        "rule_score": score, "rule_label": labels, "rule_markup": by_markup, "cue_score": cue_score,
        "cue_section": section, "since_cue": np.minimum(since[0], _FAR), "since_section": np.minimum(since[1], _FAR),
    }  # fmt: skip


def _titles(evidence: Evidence) -> Columns:
    """How much of the title a short block says, and how much of it is the title."""
    title = set(fold(evidence.document.title or "").split())
    said, mine = np.zeros(len(evidence.page)), np.zeros(len(evidence.page))
    for place, line in enumerate(evidence.page):
        if title and line.folded and line.words <= _TITLE_WORDS:
            words = line.folded.split()
            if not title.isdisjoint(words):
                distinct = set(words)
                shared = len(distinct & title)
                said[place], mine[place] = shared / len(title), shared / len(distinct)
    return {"of_title": said, "in_title": mine}


# ---- around the block -----------------------------------------------------------------------------------------------


def _shifted(values: Floats, by: int, fill: float) -> Floats:
    """What the neighbour `by` places further has."""
    result = np.full(len(values), fill)
    if abs(by) < len(values):
        if by > 0:
            result[:-by] = values[by:]
        else:
            result[-by:] = values[:by]
    return result


def _neighbours(columns: Columns, of_block: NDArray[np.intp], want: _Wanted) -> Columns:
    found: Columns = {}
    for by in _NEIGHBOURS:
        for name in _NEIGHBOUR_COLUMNS:
            if (f"same_path {by:+}" if name == "path" else f"{name} {by:+}") not in want:
                continue
            if name == "path":
                found[f"same_path {by:+}"] = (_shifted(of_block.astype(np.float64), by, -1.0) == of_block) * 1.0
            else:
                found[f"{name} {by:+}"] = _shifted(columns[name], by, -1.0)
    return found


def _windows(columns: Columns, want: _Wanted) -> Columns:
    """Shares among the blocks before, behind and around each block."""
    found: Columns = {}
    count = len(columns["words"])
    places = np.arange(count)
    totals = {
        name: np.concatenate(([0.0], np.cumsum(columns[name])))
        for name in ("words", "prose_words", "own_words", "rule_words")
    }
    for size in _WINDOWS:
        sides = {
            "before": (np.maximum(places - size, 0), places),
            "behind": (places + 1, np.minimum(places + 1 + size, count)),
        }
        for side, (low, high) in sides.items():
            if not want.any_of(*(f"{name} {side} {size}" for name in ("words", "prose", "own", "ruled"))):
                continue
            held = {name: total[high] - total[low] for name, total in totals.items()}
            words = np.maximum(held["words"], 1)
            found[f"words {side} {size}"] = held["words"]
            found[f"prose {side} {size}"] = held["prose_words"]
            found[f"own {side} {size}"] = held["own_words"] / words
            found[f"ruled {side} {size}"] = held["rule_words"] / words
    return found


def _positions(page: Page, columns: Columns) -> Columns:
    count = len(page)
    places = np.arange(count, dtype=np.float64)
    words, prose = columns["words"], columns["prose_words"]
    done, prose_done = np.cumsum(words) - words, np.cumsum(prose) - prose
    heading = columns["kind"] == _KINDS["heading"]
    first = heading & (columns["level"] == 1)
    titles = np.flatnonzero(first | (columns["of_title"] > 0.8))
    title = float(titles[0]) if len(titles) else -1.0
    last_heading = _last(heading, places)
    at = np.maximum(last_heading, 0).astype(np.intp)
    return {
        "place": places / count,
        "place_words": done / max(1.0, words.sum()),
        "prose_before": prose_done,
        "prose_behind": prose.sum() - prose_done - prose,
        "prose_place": prose_done / max(1.0, prose.sum()),
        "from_title": np.clip(places - title, -_FAR, _FAR) if title >= 0 else np.full(count, -_FAR - 1),
        "since_prose": np.minimum(places - _last(columns["prose"] > 0, places), _FAR),
        "until_prose": np.minimum(_next(columns["prose"] > 0, places) - places, _FAR),
        "since_heading": np.minimum(places - last_heading, _FAR),
        "heading_rule": np.where(last_heading >= 0, columns["rule_score"][at], -1.0),
        "heading_words": np.where(last_heading >= 0, words[at], -1.0),
        "heading_level": np.where(last_heading >= 0, columns["level"][at], -1.0),
        "from_end": count - places,
    }


def _last(marked: NDArray[np.bool_], places: Floats) -> Floats:
    """The place of the last marked block before each block, a far one where there is none."""
    reached = np.maximum.accumulate(np.where(marked, places, -_FAR))
    return np.concatenate(([-_FAR], reached[:-1]))


def _next(marked: NDArray[np.bool_], places: Floats) -> Floats:
    far = places[-1] + _FAR
    reached = np.minimum.accumulate(np.where(marked, places, far)[::-1])[::-1]
    return np.concatenate((reached[1:], [far]))


# ---- elements -------------------------------------------------------------------------------------------------------


def _elements(columns: Columns, around: Stretches, want: _Wanted) -> Columns:
    """What the elements around each block hold, for some steps outwards."""
    count = (around.last - around.first).astype(np.float64)
    counted = ("words", "prose_words", "own_words", "rule_words", "stops")
    held = {name: around.sums(columns[name]) for name in counted if name in columns}
    words = np.maximum(held["words"], 1)
    total, prose = max(1.0, columns["words"].sum()), max(1.0, columns["prose_words"].sum())
    numbers = {
        "blocks": count, "words": held["words"], "share": held["words"] / total, "prose": held["prose_words"] / words,
        "prose_share": held["prose_words"] / prose, "own": held["own_words"] / words, "mean": held["words"] / count,
        "ruled": held["rule_words"] / words,
    }  # fmt: skip
    if "stops" in held:
        numbers["stops"] = held["stops"] / words
    found: Columns = {}
    for up in _LEVELS:
        ids = around.level(up)
        for name, values in numbers.items():
            if f"{name} up {up}" in want:
                found[f"{name} up {up}"] = values[ids]
    return found


def _main_element(columns: Columns, around: Stretches) -> Columns:
    """Whether a block is in the innermost element that holds most of the page's prose, and how close to it.

    The blocks' own elements are left out: paragraphs in a row count as one, and the heading above is not in it.
    """
    prose = around.sums(columns["prose_words"] * (columns["rule_score"] <= 0.5))
    prose[[ids[-1] for ids in around.around if len(ids) > 1]] = -1
    found: Columns = {}
    for share in (_MAIN_SHARE, 0.9):
        candidates = np.flatnonzero(prose >= share * prose[0])
        main = candidates[np.lexsort((-candidates, (around.last - around.first)[candidates]))[0]]
        places = np.arange(len(around.run))
        first, last = around.first[main], around.last[main]
        found[f"in_main {share}"] = ((places >= first) & (places < last)) * 1.0
        found[f"from_main {share}"] = (
            np.where(places < first, places - first, np.where(places >= last, places - last + 1, 0)) * 1.0
        )
        found[f"main_blocks {share}"] = np.full(len(places), float(last - first))
        depth = around.around[around.run[first]].index(int(main))
        inner = np.array([len(ids) for ids in around.around])[around.run] - depth
        found[f"below_main {share}"] = np.where(found[f"in_main {share}"] > 0, inner, -1.0)
    return found


def _same_make(columns: Columns, of_block: NDArray[np.intp]) -> Columns:
    """Blocks with the same path, wherever on the page."""
    count = np.bincount(of_block).astype(np.float64)

    def mean(name: str) -> Floats:
        values: Floats = (np.bincount(of_block, weights=columns[name]) / count)[of_block]
        return values

    words = np.maximum(mean("words"), 1)
    return {
        "make_count": count[of_block],
        "make_words": mean("words"),
        "make_prose": mean("prose"),
        "make_own": mean("own_words") / words,
        "make_links": mean("links"),
        "make_share": words * count[of_block] / max(1.0, columns["words"].sum()),
    }


def _of_page(page: Page, columns: Columns, articles: float) -> Columns:
    """The page as a whole, the same for all its blocks."""
    count = len(page)
    words = max(1.0, columns["words"].sum())
    kinds = columns["kind"]
    numbers = {
        "page_blocks": float(count),
        "page_words": words,
        "page_prose": columns["prose_words"].sum(),
        "page_prose_share": columns["prose_words"].sum() / words,
        "page_own": columns["own_words"].sum() / words,
        "page_ruled": columns["rule_words"].sum() / words,
        "page_left": words - columns["rule_words"].sum(),
        "page_items": float((kinds == _KINDS["list_item"]).mean()),
        "page_rows": float((kinds == _KINDS["table_row"]).mean()),
        "page_code": float((kinds == _KINDS["code"]).sum()),
        "page_headings": float((kinds == _KINDS["heading"]).mean()),
        "page_hidden": (columns["words"] * columns["hidden"]).sum() / words,
        "page_declared": float(columns["declared"].sum()),
        "page_longest": float(columns["words"].max()),
        "page_articles": articles,
        "page_digits": float((columns["digit_share"] * columns["words"]).sum() / words),
    }
    return {name: np.full(count, value) for name, value in numbers.items()}
