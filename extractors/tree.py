"""Markup as a stream of events, from lxml or from a BeautifulSoup tree.

The walker that finds blocks does not see a tree: it is told of start tags, text and end tags, in document order (the
target interface of xml.etree and lxml). So one walker serves the fast parser and the BeautifulSoup tree on which a
source's own rules ran, nothing recurses, and no tree is built where none is needed: for a page of 165 kB parsing and
walking lxml elements takes 5.1 ms, the same events straight from the parser 2.6 ms. The parser's limit on the depth
of trees (255, or 2,048 for huge ones, the rest of the page being dropped without a word) does not apply to events
either.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from html.entities import html5
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from lxml import etree

from corpus.errors import ExtractionError
from extractors.elements import INLINE
from extractors.words import words

if TYPE_CHECKING:
    from bs4.element import PageElement, Tag

# libxml2 looks through all open elements at each end tag that closes none of them. Real pages stay below 300 levels;
# of what is nested deeper than this the most frequent tag is turned into a mere boundary, so that the product stays
# bounded.
MAX_DEPTH = 2_000
_MAX_SUM_OF_DEPTHS = 8_000
_MANY_TAGS = 20_000  # with fewer tags the product is below a second
_MAX_FLATTENINGS = 6
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s<>/]{0,60})")
# Void elements, and those that the next one closes.
_NEVER_NESTED = frozenset(
    words(
        """html head body p li dt dd td th tr thead tbody tfoot option br hr img input meta link area base col embed
        source track wbr"""
    )
)

# HTML parsers differ in what they do with control characters: some stop at a NUL, others glue the words around a form
# feed. In UTF-8 these bytes are nothing but themselves.
_BLANK_CONTROLS = b"\x0b\x0c\x1c\x1d\x1e\x1f"
_TO_BLANKS = bytes.maketrans(_BLANK_CONTROLS, b" " * len(_BLANK_CONTROLS))
_CONTROLS = bytes(c for c in [*range(32), 127] if c not in b"\t\n\r" + _BLANK_CONTROLS)
_SURROGATE = re.compile("[\ud800-\udfff]")
_XML_DECLARATION = re.compile(r"\s*<\?xml[^<>]*\?>")
_NAMED_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{0,30});")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})


class Target(Protocol):
    """Who is told of the markup. Each start has its end, properly nested; attribute names are in lower case."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None: ...
    def data(self, text: str) -> None: ...
    def end(self, tag: str) -> None: ...


class TooDeep(Exception):
    """Raised by a target when elements are nested more than MAX_DEPTH deep; it stops the parser."""


T = TypeVar("T", bound=Target)


def parse(html: str, make_target: Callable[[], T], *, xml: bool = False) -> T:
    """Parse markup and return the target that was told all of it.

    `make_target` is called anew when parsing has to start again. With `xml` the text is first read as XML, in which
    `<a/>` and `<title/>` are whole elements, and as HTML only if it is not well-formed. Raises ExtractionError (stage
    `parse`).
    """
    if xml and (target := _parse_xml(html, make_target)) is not None:
        return target
    html = _without_absurd_depth(html)
    for _ in range(_MAX_FLATTENINGS):
        target = make_target()
        receiver: Any = _Receiver(target)
        try:
            _feed(html, etree.HTMLParser(target=receiver, huge_tree=True, encoding="utf-8"))
        except TooDeep:
            html = _flatten(html, _depths(html))
        else:
            return target
    raise _too_many_kinds()


def feed_soup(soup: Tag, target: Target) -> None:
    """Tell a target of a BeautifulSoup tree. Works without recursion; comments and declarations are left out."""
    from bs4.element import NavigableString, PreformattedString, Tag  # noqa: PLC0415  (only sources with rules of their own need BeautifulSoup)

    open_tags: list[tuple[str, Iterator[PageElement]]] = [
        ("", iter([soup] if soup.name != "[document]" else soup.contents))
    ]
    while open_tags:
        for node in open_tags[-1][1]:
            if isinstance(node, Tag):
                target.start(node.name, {name: _joined(value) for name, value in node.attrs.items()})
                open_tags.append((node.name, iter(node.contents)))
                break
            if isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
                target.data(str(node))
        else:
            name, _ = open_tags.pop()
            if name:
                target.end(name)


def _joined(value: object) -> str:
    return " ".join(value) if isinstance(value, list) else str(value or "")


def _feed(markup: str, parser: Any) -> None:
    try:
        etree.fromstring(_encode(markup), parser)
    except etree.ParserError as error:
        raise ExtractionError(f"the markup cannot be parsed: {error}", stage="parse") from error


def _encode(markup: str) -> bytes:
    """UTF-8 without what no HTML text can hold: control characters and lone surrogates."""
    try:
        encoded = markup.encode("utf-8")
    except UnicodeEncodeError:
        encoded = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", markup).encode("utf-8")
    return encoded.translate(_TO_BLANKS, _CONTROLS)


def _without_absurd_depth(html: str) -> str:
    """Look before parsing where the parser would take long: it goes on to the end after a target gave up."""
    if html.count("<") < _MANY_TAGS:
        return html
    for _ in range(_MAX_FLATTENINGS):
        depths = _depths(html)
        if max(depths.values(), default=0) <= MAX_DEPTH and depths.total() <= _MAX_SUM_OF_DEPTHS:
            return html
        html = _flatten(html, depths)
    raise _too_many_kinds()


def _depths(html: str) -> Counter[str]:
    """How deep each element is nested in itself at most, if nothing but end tags closes it."""
    open_now, deepest = Counter[str](), Counter[str]()
    for tag in _TAG.finditer(html):
        name = tag[2].lower()
        if name in _NEVER_NESTED:
            continue
        if tag[1]:
            open_now[name] -= open_now[name] > 0
        else:
            open_now[name] += 1
            if open_now[name] > deepest[name]:  # noqa: PLR1730  (done for each tag)
                deepest[name] = open_now[name]
    return deepest


def _flatten(html: str, depths: Counter[str]) -> str:
    """Turn all tags of the element that is nested most into boundaries of blocks, inline ones into nothing."""
    if not depths:
        raise _too_many_kinds()
    worst = max(sorted(depths), key=depths.__getitem__)
    boundary = "" if worst in INLINE else "<hr>"
    return re.sub(rf"</?{re.escape(worst)}(?=[\s/>])[^<>]*>", boundary, html, flags=re.IGNORECASE)


def _too_many_kinds() -> ExtractionError:
    return ExtractionError(f"elements of many kinds are nested more than {MAX_DEPTH} deep", stage="parse")


class _Receiver:
    """A target as lxml wants it."""

    def __init__(self, target: Target) -> None:
        self.start, self.data, self.end = target.start, target.data, target.end

    def close(self) -> None:
        """lxml asks for it."""


class _LocalNames(_Receiver):
    """Names of XML elements and attributes without their namespaces, in lower case as HTML has them."""

    def __init__(self, target: Target) -> None:
        super().__init__(target)
        self.start = lambda tag, attributes: target.start(_local(tag), {_local(k): v for k, v in attributes.items()})
        self.end = lambda tag: target.end(_local(tag))


def _local(name: str) -> str:
    return name.rpartition("}")[2].lower()


def _parse_xml(html: str, make_target: Callable[[], T]) -> T | None:
    """Well-formed XHTML; None for anything else. Only the named entities of HTML are known, and nothing is fetched."""
    if "<!ENTITY" in html:
        return None
    target = make_target()
    receiver: Any = _LocalNames(target)
    parser = etree.XMLParser(target=receiver, resolve_entities=False, no_network=True, load_dtd=False)
    try:
        _feed(_NAMED_ENTITY.sub(_named_character, _XML_DECLARATION.sub("", html, count=1)), parser)
    except (etree.XMLSyntaxError, TooDeep):
        return None
    return target


def _named_character(match: re.Match[str]) -> str:
    return match[0] if match[1] in _XML_ENTITIES else html5.get(match[1] + ";", match[0])
