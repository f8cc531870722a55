"""The ledger: what was done to a text, so exactly that doing it again gives the same result.

A cleaner says what it wants as `Change`s, in offsets of the text it was given. `compose` turns them into `Edit`s, in
offsets of the raw text, and merges them with the edits of the cleaners before it, so that however many cleaners ran,
there is one sorted list of disjoint edits between the raw and the clean text, and `replay(raw_text, edits) == text`.

How edits of several cleaners meet:

* A change that touches the output of an earlier edit becomes one edit with it, over the union of both.
* A removal swallows the edits that lie inside it.
* A mark changes nothing, so it never takes part in a union: it is put on what lies between edits, and a later change
  cuts its own piece out of it.
* Edits are minimal: what `before` and `after` have in common at their ends is trimmed, and an edit that came to
  nothing disappears.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from corpus.errors import LedgerError
from corpus.labels import check_label

Action = Literal["remove", "repair", "join", "normalise", "mark"]
ACTIONS: tuple[Action, ...] = ("remove", "repair", "join", "normalise", "mark")


class Edit(NamedTuple):
    """One recorded change: `raw_text[raw_start:raw_end] == before` became `text[start:end] == after`.

    Offsets are Unicode code points, half-open. `confidence` is in [0, 1].
    """

    raw_start: int
    raw_end: int
    start: int
    end: int
    action: Action
    label: str
    rule: str
    before: str
    after: str
    confidence: float


class Change(NamedTuple):
    """What a cleaner wants: `text[start:end]` to become `after`, in offsets of the text the cleaner was given."""

    start: int
    end: int
    after: str
    action: Action
    label: str
    rule: str
    confidence: float = 1.0


def remove(start: int, end: int, label: str, rule: str, confidence: float = 1.0) -> Change:
    """Take `text[start:end]` out."""
    return Change(start, end, "", "remove", label, rule, confidence)


def repair(start: int, end: int, after: str, label: str, rule: str, confidence: float = 1.0) -> Change:
    """Put back what damage had spoiled."""
    return Change(start, end, after, "repair", label, rule, confidence)


def join(start: int, end: int, after: str, label: str, rule: str, confidence: float = 1.0) -> Change:
    """Bring together what a line or page end had parted; blocks on both sides of the gap become one."""
    return Change(start, end, after, "join", label, rule, confidence)


def normalise(start: int, end: int, after: str, label: str, rule: str, confidence: float = 1.0) -> Change:
    """Write the same thing in the uniform way."""
    return Change(start, end, after, "normalise", label, rule, confidence)


def mark(start: int, end: int, text: str, label: str, rule: str, confidence: float = 1.0) -> Change:
    """Say that `text[start:end]` looks wrong, and leave it alone. `text` is the whole text."""
    return Change(start, end, text[start:end], "mark", label, rule, confidence)


def replay(raw_text: str, edits: Iterable[Edit]) -> str:
    """Apply the edits to the raw text; for every document of limpide the result is its clean text.

    Raises LedgerError when an edit does not fit the raw text.
    """
    pieces: list[str] = []
    position = 0
    for edit in edits:
        if edit.raw_start < position or raw_text[edit.raw_start : edit.raw_end] != edit.before:
            raise LedgerError(f"the edit at raw offset {edit.raw_start} does not fit the raw text")
        pieces += (raw_text[position : edit.raw_start], edit.after)
        position = edit.raw_end
    pieces.append(raw_text[position:])
    return "".join(pieces)


def settle(text: str, changes: Iterable[Change]) -> list[Change]:
    """Sort changes, leave out those that change nothing, and refuse those that cannot all be done.

    Raises LedgerError on an overlap, an offset outside the text, an unknown label or action.
    """
    ordered = sorted(changes, key=lambda c: (c.start, c.end))
    kept: list[Change] = []
    position = 0
    for change in ordered:
        if not 0 <= change.start <= change.end <= len(text):
            raise LedgerError(
                f"{change.rule}: the span {change.start}:{change.end} is not inside a text of {len(text)} characters"
            )
        if kept and (change.start < position or (change.start == change.end == position == kept[-1].start)):
            raise LedgerError(
                f"{change.rule}: the change at {change.start} overlaps the one of {kept[-1].rule} before it"
            )
        if change.action not in ACTIONS:
            raise LedgerError(f"{change.rule}: unknown action {change.action!r}")
        check_label(change.label)
        if change.start == change.end and not change.after:
            continue
        if (text[change.start : change.end] == change.after) == (change.action == "mark"):
            kept.append(change)
            position = change.end
        elif change.action == "mark":
            raise LedgerError(f"{change.rule}: a mark leaves the text as it is")
    return kept


def compose(raw_text: str, text: str, edits: Sequence[Edit], changes: Sequence[Change]) -> tuple[str, list[Edit]]:
    """Apply settled `changes` to `text` and merge them with the `edits` that led from `raw_text` to it.

    Returns the new text and the new edits. Linear in the number of edits and changes.
    """
    return _Composer(raw_text, text, edits, changes).run()


class _Composer:
    """One pass over old edits and new changes, both in order of the old text."""

    def __init__(self, raw_text: str, text: str, edits: Sequence[Edit], changes: Sequence[Change]) -> None:
        self.raw_text, self.text = raw_text, text
        self.queue = list(reversed(edits))  # the next old edit is the last item
        self.changes = list(reversed(changes))  # the next change is the last item
        self.done: list[Edit] = []
        self.pieces: list[str] = []
        self.position = 0  # in the old text: everything before it is written
        self.written = 0  # in the new text
        self.offset = 0  # raw offset minus old-text offset, behind the last old edit passed

    def run(self) -> tuple[str, list[Edit]]:
        while self.changes:
            change = self.changes.pop()
            while self.queue and self.queue[-1].end <= change.start and not _meets(self.queue[-1], change):
                self._copy(self.queue.pop())
            if change.action == "mark":
                self._take_mark(change)
            elif self.queue and _meets(self.queue[-1], change):
                self._take(change)
            else:
                self._take_alone(change)
        while self.queue:
            self._copy(self.queue.pop())
        self._copy_text_to(len(self.text))
        return "".join(self.pieces), self.done

    def _take_alone(self, change: Change) -> None:
        """The edit of a change that touches no old edit: nearly all of them."""
        start, end, after, action, label, rule, confidence = change
        self._copy_text_to(start)
        raw_start, raw_end = start + self.offset, end + self.offset
        before = self.raw_text[raw_start:raw_end]
        if action == "remove" and not after:  # nothing to trim, and most of all
            at = self.written
            self.done.append(Edit(raw_start, raw_end, at, at, action, label, rule, before, "", confidence))
        else:
            self._append(Edit(raw_start, raw_end, 0, 0, action, label, rule, before, after, confidence))
        self.position = end

    def _take(self, change: Change) -> None:
        """Make one edit of a change, the old edits that it touches, and the further changes that touch these."""
        union = _Union(change, change.start, change.end, change.start + self.offset, change.after)
        self._absorb(change, union)
        while self.changes and union.touched and _meets(union.touched[-1], self.changes[-1]):
            further = self.changes.pop()
            if further.action == "mark":
                if further.end > union.end:
                    self.changes.append(further._replace(start=union.end, after=self.text[union.end : further.end]))
                    break
                continue
            union.after += self.text[union.taken : further.start] + further.after
            union.taken, union.end = further.end, max(union.end, further.end)
            union.changes.append(further)
            self._absorb(further, union)
        self._copy_text_to(union.start)
        after = union.after + self.text[union.taken : union.end]
        self._add(union, union.end + self.offset, after)
        self.position = union.end

    def _absorb(self, change: Change, union: _Union) -> None:
        """Take the old edits that a change touches into its union; cut its piece out of old marks."""
        while self.queue and _meets(self.queue[-1], change):
            old = self.queue.pop()
            if old.action == "mark":
                left, right = _cut(old, change)
                if left and not union.touched:
                    self._copy(left)
                if right:
                    self.queue.append(right)
                    return
                continue
            if old.start < union.start:
                union.after = self.text[old.start : union.start] + union.after
                union.start, union.raw_start = old.start, old.raw_start
            union.end = max(union.end, old.end)
            union.touched.append(old)
            self.offset = old.raw_end - old.end

    def _take_mark(self, change: Change) -> None:
        """Put the mark on what lies between the edits that its span meets."""
        position = change.start
        while self.queue and _meets(self.queue[-1], change):
            old = self.queue[-1]
            self._mark(change, position, max(old.start, position))
            position = max(position, old.end)
            if old.end > change.end:  # the next change may touch it as well
                break
            self._copy(self.queue.pop())
        self._mark(change, position, change.end)

    def _mark(self, change: Change, start: int, end: int) -> None:
        if start < end and not self.text[start:end].isspace():
            self._copy_text_to(start)
            piece = self.text[start:end]
            self._append(
                Edit(
                    start + self.offset,
                    end + self.offset,
                    0,
                    0,
                    "mark",
                    change.label,
                    change.rule,
                    piece,
                    piece,
                    change.confidence,
                )
            )
            self.position = end

    def _add(self, union: _Union, raw_end: int, after: str) -> None:
        last = union.changes[-1]
        before = self.raw_text[union.raw_start : raw_end]
        makers: list[Edit | Change] = [*union.touched, *union.changes]
        if last.action == "remove" and not after:  # it swallows what it removes
            makers = list(union.changes)
        confidence = min(maker.confidence for maker in makers)
        rule = _join_rules(maker.rule for maker in makers)
        self._append(Edit(union.raw_start, raw_end, 0, 0, last.action, last.label, rule, before, after, confidence))

    def _copy(self, old: Edit) -> None:
        self._copy_text_to(old.start)
        self._append(old)
        self.position = old.end
        self.offset = old.raw_end - old.end

    def _copy_text_to(self, end: int) -> None:
        if end > self.position:
            self.pieces.append(self.text[self.position : end])
            self.written += end - self.position
            self.position = end

    def _append(self, edit: Edit) -> None:
        """Write an edit's output and record it, trimmed, at its place in the new text."""
        start, self.written = self.written, self.written + len(edit.after)
        self.pieces.append(edit.after)
        if edit.action == "mark":
            self.done.append(edit._replace(start=start, end=self.written))
            return
        head, tail = _common_ends(edit.before, edit.after)
        before, after = edit.before[head : len(edit.before) - tail], edit.after[head : len(edit.after) - tail]
        if not before and not after:
            return
        edit = Edit(  # _replace takes four times as long
            edit.raw_start + head,
            edit.raw_end - tail,
            start + head,
            self.written - tail,
            edit.action,
            edit.label,
            edit.rule,
            before,
            after,
            edit.confidence,
        )
        last = self.done[-1] if self.done else None
        if last and last.raw_start == last.raw_end == edit.raw_start == edit.raw_end:
            # two insertions at one raw offset: nothing would say which comes first
            edit = edit._replace(
                start=last.start,
                after=last.after + after,
                rule=_join_rules([last.rule, edit.rule]),
                confidence=min(last.confidence, edit.confidence),
            )
            self.done.pop()
        self.done.append(edit)


class _Union:
    """A change with all that it touches, while it is being put together. `taken` is where its last change ends."""

    def __init__(self, change: Change, start: int, end: int, raw_start: int, after: str) -> None:
        self.changes = [change]
        self.touched: list[Edit] = []
        self.start, self.end, self.taken, self.raw_start, self.after = start, end, end, raw_start, after


def _join_rules(rules: Iterable[str]) -> str:
    """Rule names joined by "+", each once, in order."""
    return "+".join(dict.fromkeys(part for rule in rules for part in rule.split("+")))


def _meets(old: Edit, change: Change) -> bool:
    """Whether a change touches the output of an old edit (touching at an end only does not count)."""
    if old.start == old.end:
        return change.start < old.start < change.end
    if change.start == change.end:
        return old.start < change.start < old.end
    return old.start < change.end and change.start < old.end


def _cut(old: Edit, change: Change) -> tuple[Edit | None, Edit | None]:
    """What a change leaves of a mark before and behind it."""
    left = right = None
    if old.start < change.start:
        n = change.start - old.start
        left = old._replace(raw_end=old.raw_start + n, end=old.start + n, before=old.before[:n], after=old.after[:n])
    if change.end < old.end:
        n = change.end - old.start
        right = old._replace(
            raw_start=old.raw_start + n, start=old.start + n, before=old.before[n:], after=old.after[n:]
        )
    return left, right


def _common_ends(before: str, after: str) -> tuple[int, int]:
    """Lengths of the common prefix and of the common suffix of what remains."""
    limit = min(len(before), len(after))
    head = 0
    while head < limit and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < limit - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    return head, tail
