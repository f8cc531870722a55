"""What a model reads from the lines of a page without markup: one row of numbers a line.

Nothing here knows a language but the cue phrases: which words are function words is learned from the page's own prose,
and so is what the page is about, since links to other pages speak of other things. Windows are differences of running
sums, so that the cost of a line does not depend on their size; signs and letters are counted in `content_text_signs`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cleaners.boilerplate_edges import text_span
from cleaners.content_text_signs import LONGEST, Columns, Floats, characters
from cleaners.cues import Cue
from cleaners.page import Line, Page, Proposals

FAR = 60.0  # lines: what lies farther away is far
COMMON_WORDS = 40  # of the page's prose: its function words
TOPIC_LETTERS = 4  # letters of a word that says what a text is about
TITLE_WORDS = (3, 30)
SURE = 0.5  # score above which a cue or a rule says that a line goes
WORDS_SEEN = 60.0  # of a line in windows, lest one long line outweigh its neighbours
LONG_WORDS = 100.0
FEW_WORDS = 4
REPEATS_COUNTED = 9.0
DATE_REACH = 200  # characters from the start of a line
_NAMED_COST = 10  # short lines: what a line named by a cue weighs against a stretch of text
TELLING = ("related-links", "navigation", "call-to-action", "comments", "legal-footer", "cookie-notice")
"""Labels of cues whose nearness says something: a run of other lines goes with them."""

_WORD = re.compile(r"[^\W\d_]+")
_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b\d{1,2}[:h]\d\d\b|年\s?\d{1,2}\s?月", re.IGNORECASE
)
_LEAD_MARKS = frozenset("[(<>›»→←▶►•·|#@&+*=~-")
_QUOTES = frozenset("«“\"„‘'")
_ELLIPSES = ("...", "…", "[…]", "(…)")
# Gain and cost of lines for the stretch of lines with the largest sum, as in `boilerplate_edges`, with two appetites.
_SPANS = {"tight": (40.0, 3.0), "wide": (60.0, 1.0)}
_TOLD = ("before-the-text", "behind-the-text", "comments-section", "related-list", "between-links")
_WINDOWS = (
    (("words", "prose_words", "ruled", "cue", "sentence", "stop", "topic", "upper_words"), (2, 8, 32)),
    (("ruled", "prose_words", "upper_words"), (1, 4, 16)),
    (("short", "item", "row", "runs", "gap", "digits"), (2, 8)),
)
_NEXT = ("words", "sentence", "ruled", "item", "upper_words", "stop", "topic", "gap", "digits")
_PAGE_MEANS = (
    "prose",
    "sentence",
    "short",
    "item",
    "row",
    "runs",
    "cue",
    "gap",
    "stop",
    "upper_words",
    "wide",
    "ruled",
)
_KINDS = {"paragraph": 0.0, "list_item": 1.0, "table_row": 2.0, "heading": 3.0, "code": 4.0}


def text_features(
    page: Page,
    cues: Sequence[Cue | None],
    gaps: Sequence[bool],
    rules: Proposals,
    wanted: Sequence[str] | None = None,
) -> tuple[list[str], NDArray[np.float32]]:
    """Names and values, lines by features, of those that are `wanted`; of all by default.

    `cues` and `gaps` run parallel to the page: what each line says of itself, and whether a blank line stands above it.
    `rules` is what the rules propose. Raises KeyError for a wanted name that no feature has.
    """
    columns = Columns(len(page), wanted)
    tokens = [_WORD.findall(line.text[:LONGEST].lower()) for line in page]
    words = np.array([line.words for line in page], dtype=np.float64)
    prose = np.array([line.prose for line in page], dtype=np.float64)
    base = {
        "words": np.minimum(words, WORDS_SEEN),
        "prose_words": words * prose,
        "prose": prose,
        "sentence": np.array([line.sentence for line in page], dtype=np.float64),
        "short": (words <= FEW_WORDS).astype(np.float64),
        "item": np.array([line.kind == "list_item" for line in page], dtype=np.float64),
        "row": np.array([line.kind == "table_row" for line in page], dtype=np.float64),
        "runs": np.array([line.runs for line in page], dtype=np.float64),
        "gap": np.array(gaps, dtype=np.float64),
        "cue": _cues(columns, cues),
        "ruled": _rules(columns, rules),
        **characters(columns, page),
        **_vocabulary(columns, page, tokens),
    }
    _line_shape(columns, page, words, gaps)
    _repetition(columns, page, tokens)
    _position(columns, words, prose)
    _span(columns, page, base["cue"] > SURE)
    _runs(columns, words, prose)
    _around(columns, base)
    _page_level(columns, base)
    return columns.names, columns.matrix()


# ---- the line itself ------------------------------------------------------------------------------------------------


def _line_shape(columns: Columns, page: Page, words: Floats, gaps: Sequence[bool]) -> None:
    texts = [line.text for line in page]
    columns.add("log_words", np.log1p(words))
    columns.add("kind", [_KINDS.get(line.kind, 0.0) for line in page])
    columns.add("level", [float(line.level) for line in page])
    columns.add("sentence", [line.sentence for line in page])
    columns.add("runs", [line.runs for line in page])
    columns.add("gap_above", gaps)
    columns.add("gap_below", [*gaps[1:], True])
    columns.add("starts_small", lambda: [text[0].islower() for text in texts])
    columns.add("starts_capital", lambda: [text[0].isupper() for text in texts])
    columns.add("starts_quote", lambda: [text[0] in _QUOTES for text in texts])
    columns.add("starts_mark", lambda: [text[0] in _LEAD_MARKS for text in texts])
    columns.add("ends_colon", lambda: [text[-1] in ":：" for text in texts])
    columns.add("ends_question", lambda: [text[-1] in "?？!！" for text in texts])
    columns.add("ends_ellipsis", lambda: [text.endswith(_ELLIPSES) for text in texts])
    columns.add("date", lambda: [_DATE.search(text[:DATE_REACH]) is not None for text in texts])


def _vocabulary(columns: Columns, page: Page, tokens: Sequence[list[str]]) -> dict[str, Floats]:
    """How a line's words sit in the page's prose: function words, words of its topic, words of its title."""
    lines_with: Counter[str] = Counter()
    for line, found in zip(page, tokens, strict=True):
        if line.prose:
            lines_with.update(dict.fromkeys(found).keys())  # in order of appearance: ties below depend on it
    common = {word for word, n in lines_with.most_common(COMMON_WORDS) if n > 1}
    once = {word for word in lines_with if len(word) >= TOPIC_LETTERS and word not in common}
    twice = {word for word in once if lines_with[word] > 1}  # of a line of prose its own words say nothing
    title = _title_words(page, tokens)
    stops, topics, titles = [], [], []
    for line, found in zip(page, tokens, strict=True):
        long = [word for word in found if len(word) >= TOPIC_LETTERS and word not in common]
        stops.append(sum(map(common.__contains__, found)) / (len(found) or 1))
        topics.append(sum(map((twice if line.prose else once).__contains__, long)) / (len(long) or 1))
        titles.append(len(title.intersection(long)) / (len(title) or 1))
    near = {"stop": np.array(stops, dtype=np.float64), "topic": np.array(topics, dtype=np.float64)}
    columns.add("topic_words", [float(len(found)) for found in tokens])
    columns.add("in_title", titles)
    columns.add("stop", near["stop"])
    columns.add("topic", near["topic"])
    return near


def _title_words(page: Page, tokens: Sequence[list[str]]) -> set[str]:
    """The long words of the line that is most likely the title: the last one of several words above the first two lines
    of prose that follow each other.
    """
    start = next((i for i, (a, b) in enumerate(pairwise(page)) if a.prose and b.prose), 0)
    low, high = TITLE_WORDS
    for position in range(start - 1, -1, -1):
        line = page[position]
        if low <= line.words <= high and not line.prose and line.kind == "paragraph":
            return {word for word in tokens[position] if len(word) >= TOPIC_LETTERS}
    return set()


def _repetition(columns: Columns, page: Page, tokens: Sequence[list[str]]) -> None:
    """How often the page says a line, and how many of its short lines begin or end with the same words."""
    keys = [line.folded or line.text for line in page]
    counts = Counter(keys)
    columns.add("repeated", [float(min(counts[key], REPEATS_COUNTED)) for key in keys])
    seen: set[str] = set()
    again = []
    for key in keys:
        again.append(key in seen)
        seen.add(key)
    columns.add("said_before", again)
    for name, part in (("same_start", slice(0, 2)), ("same_end", slice(-1, None))):
        parts = [" ".join(found[part]) for found in tokens]
        common = Counter(words for words, line in zip(parts, page, strict=True) if not line.prose)
        columns.add(name, [float(min(common[words], REPEATS_COUNTED)) for words in parts])


# ---- what cues and rules say ----------------------------------------------------------------------------------------


def _cues(columns: Columns, cues: Sequence[Cue | None]) -> Floats:
    """The line's own cue, and how far it is to the cues around."""
    scores = np.array([cue.score if cue else 0.0 for cue in cues], dtype=np.float64)
    columns.add("cue", scores)
    for label in TELLING:
        if columns.wants(f"after_{label}") or columns.wants(f"before_{label}"):
            own = np.array([cue is not None and cue.label == label for cue in cues], dtype=bool)
            columns.add(f"after_{label}", _since(own))
            columns.add(f"before_{label}", _till(own))
    for section in ("list", "comments"):
        own = np.array([cue is not None and cue.section == section for cue in cues], dtype=bool)
        columns.add(f"after_section_{section}", _since(own))
    sure = scores > SURE
    done = np.cumsum(sure)
    columns.add("after_cue", _since(sure))
    columns.add("before_cue", _till(sure))
    columns.add("cues_above", (done - sure) / max(1.0, float(sure.sum())))
    columns.add("cues_above_count", np.minimum(done - sure, FAR))
    columns.add("cues_below_count", np.minimum(sure.sum() - done, FAR))
    return scores


def _rules(columns: Columns, rules: Proposals) -> Floats:
    """What the rules propose."""
    scores = np.zeros(columns.size, dtype=np.float64)
    for position, proposal in rules.items():
        scores[position] = proposal.score
    for rule in _TOLD:
        columns.add(f"rule_{rule}", [p in rules and rules[p].rule == rule for p in range(columns.size)])
    columns.add("ruled", scores)
    return scores


def _since(mask: NDArray[np.bool_]) -> Floats:
    """Lines since the last true one, FAR where there was none as near."""
    order = np.arange(len(mask))
    last = np.maximum.accumulate(np.where(mask, order, -int(FAR) - 1))
    return np.minimum(order - last, FAR).astype(np.float64)


def _till(mask: NDArray[np.bool_]) -> Floats:
    """Lines until the next true one."""
    return _since(mask[::-1])[::-1]


# ---- place ----------------------------------------------------------------------------------------------------------


def _position(columns: Columns, words: Floats, prose: Floats) -> None:
    size = len(words)
    order = np.arange(size, dtype=np.float64)
    columns.add("line_place", order / max(1, size - 1))
    columns.add("line_number", np.log1p(order))
    columns.add("lines_left", np.log1p(size - 1 - order))
    total = max(1.0, float(words.sum()))
    done = np.cumsum(words)
    columns.add("word_place", (done - words / 2) / total)
    columns.add("words_above", np.log1p(done - words))
    columns.add("words_below", np.log1p(total - done))
    prose_words = words * prose
    all_prose = max(1.0, float(prose_words.sum()))
    prose_done = np.cumsum(prose_words)
    columns.add("prose_above", (prose_done - prose_words) / all_prose)
    columns.add("prose_below", (all_prose - prose_done) / all_prose)
    for need in (2, 3):  # lines of prose that have as many around them, themselves counted
        dense = (prose > 0) & (_window_sum(prose, need) >= need)
        columns.add(f"since_prose_{need}", _since(dense))
        columns.add(f"till_prose_{need}", _till(dense))
    places = np.flatnonzero(prose)
    first, last = (int(places[0]), int(places[-1])) if len(places) else (0, size)
    columns.add("from_first_prose", np.clip(order - first, -FAR, FAR))
    columns.add("from_last_prose", np.clip(order - last, -FAR, FAR))


def _span(columns: Columns, page: Page, named: NDArray[np.bool_]) -> None:
    """Where the line lies relative to the stretch of lines with the largest sum of weights."""
    order = np.arange(len(page), dtype=np.float64)
    for name, (gain, cost) in _SPANS.items():
        start, end = text_span(
            [_weight(line, gain, cost, named=n) for line, n in zip(page, named.tolist(), strict=True)]
        )
        columns.add(f"{name}_inside", (order >= start) & (order < end))
        columns.add(f"{name}_from_start", np.clip(order - start, -FAR, FAR))
        columns.add(f"{name}_from_end", np.clip(order - end, -FAR, FAR))


def _weight(line: Line, gain: float, cost: float, *, named: bool) -> float:
    if named:
        return -_NAMED_COST * cost
    if line.prose:
        return min(float(line.words), gain)
    return 1.0 if line.runs else -cost


def _runs(columns: Columns, words: Floats, prose: Floats) -> None:
    """The run of prose or of short lines a line is in: its length, the place in it, the words at its ends."""
    size = len(words)
    edges = np.concatenate([[0], np.flatnonzero(np.diff(prose)) + 1, [size]])
    lengths = np.diff(edges)
    starts = np.repeat(edges[:-1], lengths)
    length = np.repeat(lengths, lengths)
    place = np.arange(size) - starts
    padded = np.concatenate([[0.0], np.minimum(words, LONG_WORDS), [0.0]])
    columns.add("run_length", np.minimum(length, FAR))
    columns.add("run_place", np.minimum(place, FAR))
    columns.add("run_left", np.minimum(length - 1 - place, FAR))
    columns.add("run_words", np.repeat(np.add.reduceat(words, edges[:-1]) / lengths, lengths))
    columns.add("run_above", padded[starts])
    columns.add("run_below", padded[starts + length + 1])


# ---- what is around -------------------------------------------------------------------------------------------------


def _around(columns: Columns, base: dict[str, Floats]) -> None:
    """Means over the lines around, and the neighbours themselves."""
    for names, radii in _WINDOWS:
        for name in names:
            for radius in radii:
                if columns.wants(f"{name}_around_{radius}"):
                    columns.add(f"{name}_around_{radius}", _window_sum(base[name], radius) / (2 * radius + 1))
    for name in _NEXT:
        columns.add(f"before_{name}", np.concatenate([[-1.0], base[name][:-1]]))
        columns.add(f"behind_{name}", np.concatenate([base[name][1:], [-1.0]]))


def _window_sum(values: Floats, radius: int) -> Floats:
    size = len(values)
    sums = np.concatenate([[0.0], np.cumsum(values)])
    order = np.arange(size)
    return np.asarray(sums[np.minimum(order + radius + 1, size)] - sums[np.maximum(order - radius, 0)])


def _page_level(columns: Columns, base: dict[str, Floats]) -> None:
    """What is the same for all lines of a page."""
    total = max(1.0, float(base["words"].sum()))
    columns.add("page_lines", float(np.log1p(columns.size)))
    columns.add("page_words", float(np.log1p(total)))
    columns.add("page_prose_words", float(base["prose_words"].sum()) / total)
    for name in _PAGE_MEANS:
        columns.add(f"page_{name}", float(base[name].mean()))
