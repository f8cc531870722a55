"""What a page says of itself, gathered with its blocks: meta elements, links, JSON-LD, microdata, times, bylines.

Nothing is judged here; `metadata` does that. Everything is bounded, since pages exist with fifty thousand meta
elements.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from extractors.words import words

_MAX_VALUES = 12  # of one name
_MAX_NAMES = 300
_MAX_VALUE = 2_000  # characters
_MAX_CAPTURED = 300  # characters of an element's text
_MAX_CAPTURES = 4  # elements that are listened to at a time, nested
_MAX_JSON = 3_000_000  # characters of JSON-LD on a page

FACT_TAGS = frozenset({"html", "meta", "link", "time", "base"})
"""Elements whose attributes say something of the page."""
SUMMARY_NAMES = ("description", "og:description", "twitter:description")
"""Meta elements that say in a sentence or two what a page is about."""
_ITEMPROPS = frozenset(words("author creator datepublished datecreated headline publisher name inlanguage"))
# Class names of bylines that are the same in the publishing systems of many languages.
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:byline|author|auteur|autor|autore|author-name|authorname|byline-name|post-author|entry-author)(?:[\s_]|$)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:^|[\s_-])(?:date|published|pubdate|datepublished|publish-date|published-on)(?:[\s_-]|$)", re.IGNORECASE
)
_BYLINE_TAGS = frozenset({"a", "span", "p", "div", "address", "em", "strong", "b"})
# Names that readers sign with: what they wrote stands below the page's own text, and is not its byline.
_READERS = re.compile(r"comment|review|testimonial|reply|replies", re.IGNORECASE)
# hAtom's entry-title (microformats.org/wiki/hatom) and what publishing systems call theirs.
_TITLE = re.compile(
    r"(?:^|[\s_-])(?:entry|post|article|topic|thread|story|news)[_-]?(?:title|headline)(?:[\s_]|$)", re.IGNORECASE
)
_TITLE_TAGS = frozenset({"h1", "h2", "h3", "h4"})


@lru_cache(maxsize=8192)  # pages repeat their class attributes
def wanted_of_class(tag: str, classes: str) -> str | None:
    """The name under which the text of an element of these classes is to be kept."""
    if tag in _TITLE_TAGS:
        return "title-element" if _TITLE.search(classes[:200]) else None
    if tag not in _BYLINE_TAGS:
        return None
    if _BYLINE.search(classes[:200]):
        return None if _READERS.search(classes[:200]) else "byline"
    return "date-element" if _DATE.search(classes[:200]) else None


class Facts:
    """Names and values in document order.

    `values` maps names to texts. Names are those of meta elements in lower case (`og:title`, `author`), and `title`
    (the element), `lang`, `canonical`, `base`, `itemprop:author`, `rel:author`, `byline`, `title-element`, `time`,
    `time:published`.
    """

    def __init__(self) -> None:
        self.values: dict[str, list[str]] = {}
        self.json_ld: list[str] = []
        self.listening = False
        self._captures: list[tuple[str, list[str]]] = []
        self._skipped: list[str] | None = None
        self._json_size = 0

    def first(self, *names: str) -> str | None:
        """The first value of the first of these names that has one."""
        for name in names:
            for value in self.values.get(name, ()):
                return value
        return None

    def all_of(self, *names: str) -> list[str]:
        """All values of these names, in the order of the names."""
        return [value for name in names for value in self.values.get(name, ())]

    def add(self, name: str, value: str | None) -> None:
        value = " ".join((value or "")[:_MAX_VALUE].split())
        if not value or (name not in self.values and len(self.values) >= _MAX_NAMES):
            return
        values = self.values.setdefault(name, [])
        if len(values) < _MAX_VALUES and value not in values:
            values.append(value)

    # ---- elements ---------------------------------------------------------------------------------------------------

    def open(self, tag: str, attributes: Mapping[str, str]) -> bool:
        """Note an element that has attributes; true when its text is wanted, which `close` ends."""
        if tag in FACT_TAGS:
            self._element(tag, attributes)
        name = self._wanted_text(tag, attributes)
        return name is not None and self.listen(name)

    def listen(self, name: str) -> bool:
        """Keep the text of the element that begins under this name; false when too many are listened to already."""
        if len(self._captures) >= _MAX_CAPTURES:
            return False
        self._captures.append((name, []))
        self.listening = True
        return True

    def data(self, text: str) -> None:
        for _, chunks in self._captures:
            if len(chunks) < _MAX_CAPTURED:
                chunks.append(text[:_MAX_CAPTURED])

    def close(self) -> None:
        name, chunks = self._captures.pop()
        self.listening = bool(self._captures)
        text = " ".join("".join(chunks).split())
        if len(text) <= _MAX_CAPTURED:
            self.add(name, text)

    def open_skipped(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A script, style or title begins."""
        is_json = tag == "script" and "ld+json" in attributes.get("type", "").lower() and self._json_size < _MAX_JSON
        if is_json or (tag == "title" and "title" not in self.values):
            self._skipped = []

    def skipped_data(self, text: str) -> None:
        if self._skipped is not None:
            self._skipped.append(text)

    def close_skipped(self, tag: str) -> None:
        if self._skipped is None:
            return
        text = "".join(self._skipped)
        self._skipped = None
        if tag == "title":
            self.add("title", text)
        elif len(text) <= _MAX_JSON:
            self._json_size += len(text)
            self.json_ld.append(text)

    # ---- what counts ------------------------------------------------------------------------------------------------

    def _element(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "meta":
            for key in ("property", "name", "itemprop", "http-equiv"):
                if key in attributes:
                    self.add(attributes[key].strip().lower()[:80], attributes.get("content"))
        elif tag == "link":
            if "canonical" in attributes.get("rel", "").lower().split():
                self.add("canonical", attributes.get("href"))
        elif tag == "html":
            self.add("lang", attributes.get("lang") or attributes.get("xml:lang"))
        elif tag == "base":
            self.add("base", attributes.get("href"))
        elif "datetime" in attributes:
            published = "pubdate" in attributes or "datepublished" in attributes.get("itemprop", "").lower()
            classes = attributes.get("class", "").lower()
            self.add("time:published" if published or "publish" in classes else "time", attributes["datetime"])

    def _wanted_text(self, tag: str, attributes: Mapping[str, str]) -> str | None:
        """The name under which the text of this element is to be kept."""
        if "itemprop" in attributes and (wanted := self._itemprop(tag, attributes)):
            return wanted
        if wanted := wanted_of_class(tag, attributes.get("class", "")):
            return wanted
        if tag == "time":
            return "date-element"
        if tag == "a" and "author" in attributes.get("rel", "").lower():
            return "rel:author"
        return None

    def _itemprop(self, tag: str, attributes: Mapping[str, str]) -> str | None:
        itemprop = attributes["itemprop"].strip().lower()
        if itemprop not in _ITEMPROPS or tag in {"meta", "link"}:
            return None
        self.add("itemprop:" + itemprop, attributes.get("content") or attributes.get("datetime"))
        if itemprop != "name":
            return "itemprop:" + itemprop
        inside = self._captures[-1][0] if self._captures else ""
        return "itemprop:author.name" if inside == "itemprop:author" else None
