"""Schema.org data that a page carries as JSON-LD, read as tolerantly as search engines do.

Scripts hold one object, a list or a `@graph`, with line breaks inside strings, comments around them, or no JSON at all;
what cannot be parsed is ignored. Reading is bounded in depth and in the number of objects looked at.
"""

from __future__ import annotations

import html
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

_MAX_DEPTH = 12
_MAX_NODES = 5_000

# Types whose headline, author and date are those of the page, the best first.
_ARTICLE_TYPES = (
    "newsarticle", "blogposting", "article", "reportagenewsarticle", "analysisnewsarticle", "opinionnewsarticle",
    "reviewnewsarticle", "techarticle", "scholarlyarticle", "socialmediaposting", "discussionforumposting",
    "report", "recipe", "qapage", "question", "creativework", "book", "videoobject", "product", "webpage",
    "itempage", "aboutpage",
)  # fmt: skip
_PAGE_TYPES = frozenset({"webpage", "itempage", "aboutpage", "product", "videoobject"})
_PARTS_OF_FAQ = frozenset({"question"})  # its many questions are not what the page is about
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//<!\[CDATA\[|<!\[CDATA\[|/\*.{0,40}?\*/)+|(?:-->|//\]\]>|\]\]>|;)+\s*$", re.DOTALL
)
_BODY_KEYS = ("articleBody", "text", "reviewBody")
_MAX_BODY = 300_000  # characters
_TAG = re.compile(r"<[^<>]{1,1000}>")
_TRAILING_COMMA = re.compile(r",(?=\s{0,200}[}\]])")


class Article(NamedTuple):
    """What JSON-LD says of the page's main text. Texts are as written but for entities."""

    headline: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    created: str | None = None
    publisher: str | None = None
    language: str | None = None
    body: str | None = None
    summary: str | None = None


def read_json_ld(scripts: Iterable[str]) -> Article:
    """The best article among all JSON-LD of a page; empty where there is none."""
    nodes = [node for script in scripts for node in _objects(_parse(script))]
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    others = _PARTS_OF_FAQ if any("faqpage" in _types(node) for node in nodes) else frozenset()
    articles = sorted((_rank(node), i) for i, node in enumerate(nodes) if not _types(node) & others)
    chosen = [nodes[i] for rank, i in articles if rank < len(_ARTICLE_TYPES)]
    if not chosen:
        return Article(publisher=_site(nodes), body=_body(nodes))
    best = chosen[0]
    is_page = bool(_types(best) & _PAGE_TYPES)
    return Article(
        headline=_text(best.get("headline")) or (None if is_page else _text(best.get("name"))),
        authors=tuple(_names(best.get("author") or best.get("creator"), by_id)),
        published=_text(best.get("datePublished")),
        created=_text(best.get("dateCreated")),
        publisher=next(iter(_names(best.get("publisher"), by_id)), None) or _site(nodes),
        language=_text(best.get("inLanguage")),
        body=_body(nodes),
        summary=_text(best.get("description")),
    )


def _parse(script: str) -> Any:
    text = _WRAPPING.sub("", script)
    for attempt in (text, _TRAILING_COMMA.sub("", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """All objects inside a JSON value, outer ones first."""
    queue = deque([(value, 0)])
    seen = 0
    while queue and seen < _MAX_NODES:
        item, depth = queue.popleft()
        seen += 1
        if isinstance(item, dict):
            yield item
        if depth < _MAX_DEPTH and isinstance(item, (dict, list)):
            children = item.values() if isinstance(item, dict) else item
            queue.extend((child, depth + 1) for child in children if isinstance(child, (dict, list)))


def _types(node: dict[str, Any]) -> set[str]:
    declared = node.get("@type")
    names = declared if isinstance(declared, list) else [declared]
    return {name.rpartition("/")[2].lower() for name in names if isinstance(name, str)}


def _rank(node: dict[str, Any]) -> int:
    ranks = [_ARTICLE_TYPES.index(name) for name in _types(node) if name in _ARTICLE_TYPES]
    return min(ranks, default=len(_ARTICLE_TYPES))


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        value = next((v for v in value if isinstance(v, str)), None)
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    if not isinstance(value, str):
        return None
    return " ".join(html.unescape(value).split()) or None


def _body(nodes: list[dict[str, Any]]) -> str | None:
    """The longest main text among all objects; it is given as text or as markup."""
    texts = [node[key] for node in nodes for key in _BODY_KEYS if isinstance(node.get(key), str)]
    longest = max(texts, key=len, default="")
    return _TAG.sub(" ", html.unescape(longest[:_MAX_BODY])) or None


def _names(value: Any, by_id: dict[str, dict[str, Any]]) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        node = by_id.get(item["@id"], item) if isinstance(item, dict) and isinstance(item.get("@id"), str) else item
        name = _text(node.get("name")) if isinstance(node, dict) else _text(node)
        if name:
            yield name


def _site(nodes: list[dict[str, Any]]) -> str | None:
    for wanted in ("website", "newsmediaorganization", "organization"):
        for node in nodes:
            if wanted in _types(node) and (name := _text(node.get("name"))):
                return name
    return None
