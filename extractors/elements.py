"""What the elements of HTML do to the text around them, and how an element is named in a block's path.

The roles are the default display values of the HTML Standard ("Rendering"), read for text: does an element part blocks,
keep white space, hold a list, hide its content.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from corpus.document import Kind
from extractors.words import words

# What a start tag does, to be undone by its end tag.
BLOCK, LINK, SCOPE, LIST, PRE, TABLE, ROW, CELL, HIDDEN, FACT = (1 << i for i in range(10))


_HEADINGS = words("h1 h2 h3 h4 h5 h6")
_LISTS = words("ul ol menu dir dl")
_PREFORMATTED = words("pre listing xmp plaintext textarea")
# What a browser shows only where it can do without what is meant (scripts, frames, players), or not at all.
_FALLBACKS = words("noscript noframes noembed iframe template datalist audio video canvas dialog")
_BLOCKS = words(
    """address article aside blockquote body button caption center dd details dialog div dt fieldset figcaption figure
    footer form frameset header hgroup hr html legend li main nav noscript optgroup option p search section select
    summary
    table tbody td tfoot th thead tr"""
)
KINDS: dict[str, Kind] = {
    "li": "list_item",
    "dd": "list_item",
    "dt": "list_item",
    "blockquote": "quote",
    "pre": "code",
    "listing": "code",
    "xmp": "code",
    "figcaption": "caption",
    "caption": "caption",
    "td": "paragraph",
    "th": "paragraph",
}
KINDS.update((tag, "heading") for tag in _HEADINGS)

# Not text of the page at all. A `title` in the body is the tooltip of a drawing, an `annotation` the source of a
# formula.
SKIPPED = frozenset(words("script style title desc metadata annotation annotation-xml"))
PICTURES = frozenset(words("img amp-img"))
INLINE = frozenset(
    words("a abbr acronym b big cite code del em font i ins kbd mark q s samp small span strong sub sup tt u var")
)


def _roles() -> dict[str, int]:
    roles = dict.fromkeys([*_BLOCKS, *_HEADINGS, *_LISTS, *_PREFORMATTED], BLOCK)
    extra = [(_LISTS, LIST), (_PREFORMATTED, PRE), (KINDS, SCOPE), (_FALLBACKS, HIDDEN)]
    extra += [(["table"], TABLE), (["tr"], ROW), (["td", "th"], CELL)]
    for tags, role in extra:
        for tag in tags:
            roles[tag] = roles.get(tag, 0) | role
    return roles


ROLES = _roles()

_STYLE_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
_STYLE_BLOCK = re.compile(r"display\s*:\s*(?:block|flex|grid|table\b|list-item)", re.IGNORECASE)
_ROLE_ATTRIBUTES = frozenset({"style", "hidden", "role", "href", "open", "shadowrootmode"})
_NAMED = ("role", "itemprop", "aria-hidden", "rel")
_NAMING = frozenset({*_NAMED, "itemtype"})
_MAX_NAME = 200


def role_of(tag: str, attributes: Mapping[str, str]) -> int:
    """What the start tag of an element with attributes does, as a sum of roles."""
    flags = ROLES.get(tag, 0)
    if _ROLE_ATTRIBUTES.isdisjoint(attributes):
        return flags
    if tag == "a" and "href" in attributes:
        flags |= LINK
    if style := attributes.get("style"):
        if _STYLE_HIDDEN.search(style):
            flags |= HIDDEN
        elif _STYLE_BLOCK.search(style):
            flags |= BLOCK
    if (tag == "dialog" and "open" in attributes) or (tag == "template" and "shadowrootmode" in attributes):
        flags &= ~HIDDEN
    if "hidden" in attributes:
        flags |= HIDDEN
    if attributes.get("role") == "heading" and not flags & SCOPE:
        flags |= BLOCK | SCOPE
    return flags


class Scope:
    """The kind that an element gives to the blocks inside; a list item gives it to its first one only."""

    __slots__ = ("kind", "level", "once")

    def __init__(self, kind: Kind, level: int = 0, *, once: bool = False) -> None:
        self.kind, self.level, self.once = kind, level, once


def scope_of(tag: str, attributes: Mapping[str, str], lists: int) -> Scope:
    """The scope of an element with the role SCOPE, `lists` lists deep."""
    kind = KINDS.get(tag, "heading")
    if kind == "list_item":
        return Scope(kind, max(1, lists), once=True)
    if kind == "heading":
        level = tag[1:] if tag in KINDS else attributes.get("aria-level", "2")
        return Scope(kind, int(level) if level in {"1", "2", "3", "4", "5", "6"} else 2)
    return Scope(kind)


RULE_ATTRIBUTE = "limpide-rule"
"""Set on elements of a BeautifulSoup tree that a rule of the source matched: the rule's number."""


def name_of(tag: str, attributes: Mapping[str, str]) -> str:
    """An element as in a CSS selector: `div#main.content.wide[role=main]`. Long names are cut."""
    name = tag
    if rule := attributes.get(RULE_ATTRIBUTE):
        name += f"[{RULE_ATTRIBUTE}={rule}]"
    if identifier := attributes.get("id"):
        name += "#" + identifier
    name += _class_names(attributes.get("class", ""))
    if not _NAMING.isdisjoint(attributes):
        for key in _NAMED:
            if value := attributes.get(key):
                name += f"[{key}={value}]"
        if schema := attributes.get("itemtype"):
            name += f"[itemtype={schema.rstrip('/').rpartition('/')[2]}]"
    return name if len(name) <= _MAX_NAME else name[:_MAX_NAME]


MEANINGFUL = (_ROLE_ATTRIBUTES - {"href"}) | _NAMING | {RULE_ATTRIBUTE}
"""Attributes that say something of an element besides `id`, `class` and `href`; most elements have none of them."""


@lru_cache(maxsize=8192)
def plain_element(tag: str, classes: str) -> tuple[str, int]:
    """Name and roles of an element with no attribute of MEANINGFUL, but for its `id` and for being a link."""
    return (tag + _class_names(classes))[:_MAX_NAME], ROLES.get(tag, 0)


@lru_cache(maxsize=8192)  # pages repeat their class attributes, and so do the pages of a source
def _class_names(classes: str) -> str:
    return "".join("." + name for name in classes[:_MAX_NAME].split())
