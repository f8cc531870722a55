"""The rules of a source, which go before everything that limpide would decide by itself.

A block whose text is to stay or to go by a rule is told by the rule's name, which begins with `source:`; the cleaners
that decide do not touch such a block again.
"""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.document import Document
from corpus.source import RULE_PREFIX, Rule

_MARK = re.compile(r"\[limpide-rule=(\d+)\]")
_OUTSIDE = "keep"  # rule name for what lies outside of all that is to be kept


def apply_source_rules(document: Document) -> Document:
    """Let the rules of the document's source speak about its blocks."""
    source = document.source
    if source.select.rules and document.hints:
        return _by_selectors(document, source.select.rules)
    return _by_patterns(document, source.lines) if source.lines else document


def is_ruled(rule: str) -> bool:
    """Whether a block's rule is one of its source."""
    return rule.startswith(RULE_PREFIX)


def _by_selectors(document: Document, rules: tuple[Rule, ...]) -> Document:
    """The innermost marked element around a block says what becomes of it.

    Where a page has something to keep, what is outside goes; a page on which no such selector matched is of another
    template and left to the general rules.
    """
    verdicts = [_innermost(hint.path, rules) for hint in document.hints]
    keeps = any(rule and rule.verdict == "keep" for rule in verdicts)
    proposals: dict[int, tuple[str, str, float]] = {}
    for index, rule in enumerate(verdicts):
        if rule:
            proposals[index] = _proposal(rule)
        elif keeps:
            proposals[index] = ("source-rule", f"{RULE_PREFIX}{_OUTSIDE}", 1.0)
    return document.label_blocks(proposals)


def _innermost(path: tuple[str, ...], rules: tuple[Rule, ...]) -> Rule | None:
    for name in reversed(path):
        if (found := _MARK.search(name)) and int(found[1]) < len(rules):
            return rules[int(found[1])]
    return None


def _by_patterns(document: Document, rules: tuple[Rule, ...]) -> Document:
    proposals: dict[int, tuple[str, str, float]] = {}
    for index, block in enumerate(document.blocks):
        if block.kept:
            text = document.block_text(block)
            matching = [rule for rule in rules if _pattern(rule.match).search(text)]
            if matching:  # what is to stay goes before what is to go
                proposals[index] = _proposal(matching[0])
    return document.label_blocks(proposals)


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _proposal(rule: Rule) -> tuple[str, str, float]:
    return (rule.label, rule.name, 1.0) if rule.verdict == "drop" else ("", rule.name, 0.0)
