"""Pages of a source with rules of its own: hook and CSS selectors, on the BeautifulSoup tree.

What a selector matches is marked in the tree; the same walker as for all pages then turns the tree into blocks, whose
paths show the marks, and the cleaners do what the rules say. So a rule takes nothing out here, and the ledger has it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import import_module
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import Tag

from corpus.document import Document
from corpus.errors import ExtractionError, SourceError
from corpus.source import Source
from extractors.elements import RULE_ATTRIBUTE
from extractors.html import extract_soup
from extractors.item import RawItem

_XML_DECLARATION = re.compile(r"\s*<\?xml[^<>]*\?>")
_PLACES = ("title", "author", "date")
_VALUE_ATTRIBUTES = ("content", "datetime", "value")  # where an element may say better than its text


def extract_with_rules(html: str, item: RawItem) -> Document:
    """Read a page by the rules of its source.

    Raises SourceError when the hook cannot be imported, ExtractionError (stage `hook`) when it fails on the page.
    """
    soup: Any = BeautifulSoup(_XML_DECLARATION.sub("", html, count=1), "lxml")
    if item.source.hook:
        soup = _run_hook(item.source.hook, soup)
    facts = {place: _look_up(soup, getattr(item.source.select, place)) for place in _PLACES}
    mark(soup, item.source)
    document = extract_soup(soup, item)
    return document.with_(**{place: value for place, value in facts.items() if value})


def mark(soup: Tag, source: Source) -> None:
    """Mark every element that a rule matches with the number of the rule; what is to go parts no sentence.

    Of several rules that match one element the last one counts.
    """
    for tag in soup.find_all(name=True, attrs={RULE_ATTRIBUTE: True}):
        del tag[RULE_ATTRIBUTE]  # a page must not pretend that a rule matched
    for number, rule in enumerate(source.select.rules):
        for tag in soup.select(rule.match):
            tag[RULE_ATTRIBUTE] = str(number)
            if rule.verdict == "drop":
                tag["hidden"] = ""  # the walker keeps hidden elements out of the sentence around them


def _look_up(soup: Tag, selector: str) -> str:
    """What stands in the first element that a selector matches, "" when there is none."""
    found = soup.select_one(selector) if selector else None
    if found is None:
        return ""
    for name in _VALUE_ATTRIBUTES:
        value = found.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return " ".join(found.get_text(" ").split())


@lru_cache(maxsize=64)
def load_hook(hook: str) -> Any:
    """The function that `module:function` names. Raises SourceError when there is no such thing."""
    module, _, function = hook.partition(":")
    try:
        return getattr(import_module(module), function)
    except (ImportError, AttributeError) as error:
        raise SourceError(f"hook {hook!r} cannot be imported: {error}; is its module installed?") from error


def _run_hook(hook: str, soup: BeautifulSoup) -> Tag:
    """The page as the hook leaves it: what it returns, or the tree it was given when it returns None."""
    function = load_hook(hook)
    try:
        result = function(soup)
    except MemoryError:
        raise
    except Exception as error:
        raise ExtractionError(f"hook {hook!r}: {type(error).__name__}: {error}", stage="hook") from error
    if result is not None and not isinstance(result, Tag):
        raise ExtractionError(f"hook {hook!r} returned {type(result).__name__}, not a page", stage="hook")
    return soup if result is None else result
