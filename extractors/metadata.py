"""Title, author, date, site, language and canonical address of a page, from what it says about itself.

Pages say the same thing in several vocabularies, each filled in with a different care. The order of trust differs by
field: JSON-LD is written for machines and mostly right about authors and dates; titles are best where they were made to
be shown alone (JSON-LD headline, og:title), while <title> carries the name of the site.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from extractors.dates import date_in_path, parse_date, without_date
from extractors.facts import Facts
from extractors.json_ld import Article, read_json_ld
from extractors.nearby import around, lone_date, visible_author, visible_date

_MAX_TITLE = 400
_MAX_HEADINGS = 5
_SHARED_WORDS = 0.5  # of the letters of a heading, for it to be the title in other words
_SHARED_TITLE = 0.2  # of the letters of the other title: one common word is no agreement
_CUT_HEADLINE = 90  # characters; headlines in JSON-LD are cut at 110 by many publishing systems
_MAX_AUTHOR = 120
_MAX_AUTHORS = 8
_TAIL_WORDS, _HEAD_WORDS = 4, 3  # of a title behind and before its last bar
_MIN_SITE = 4  # letters of a site's name that is looked for inside the names of authors
_FIRST_YEAR = "1990"  # of pages on the web
_WRITTEN_BY = frozenset({"written by", "écrit par", "verfasst von", "geschrieben von", "escrito por", "scritto da"})

_DATE_NAMES = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished",
    "itemprop:datepublished", "parsely-pub-date", "sailthru.date", "citation_publication_date", "citation_date",
    "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date",
    "publishdate", "publish-date", "publish_date", "pubdate", "publication_date", "published_at",
    "article.published", "article:published", "cxenseparse:recs:publishtime", "date", "time:published",
    "published-date", "publication-date", "datecreated", "itemprop:datecreated", "published",
)  # fmt: skip
_AUTHOR_NAMES = (
    "author", "article:author", "article:author_name", "og:article:author", "parsely-author", "sailthru.author",
    "byl", "dc.creator", "dcterms.creator", "citation_author", "cxenseparse:author",
)  # fmt: skip
_AUTHOR_ELEMENTS = ("itemprop:author.name", "itemprop:author", "rel:author", "itemprop:creator", "byline")
_WORD = re.compile(r"\w+")
_TITLE_SEPARATOR = re.compile(r"\s+(?:[|\-–—:·•»«/]|::)+\s+|\s*\|\s*")
_KIND_OF_SITE = re.compile(r"(?:['’]s)?\s+(?:forums?|blog|community|foren|foros?)$", re.IGNORECASE)
# "Von" and "Par" begin names too, so they go only where two words remain.
_BY = re.compile(
    r"^(?:(?:(?:written|posted|post|text|words|story|article) )?by|autor(?:in)?|auteur|author|the author)(?:\s*:?\s+|$)"
    r"|^(?:par|von|por|di|door|de la rédaction de)\s+(?=\w\S+\s+\w)|^(?-i:[Bb]y)(?-i:(?=[A-Z]))"
    r"|^#\d+\s+(?:(?:by|par|von|por|di|da|door|av|af|przez|od|от)\s+)?",  # the number of a post in its thread
    re.IGNORECASE,
)
_NOT_A_NAME = re.compile(
    r"https?:|www\.|^@?[\w.-]+@|^\d+ ?min|\bsays\s*:|\*$|^\w+(?:\.\w+){2,}$"
    r"|^\s*(?:admin|administrator|unknown|null|none|editor|guest|by|par|von|por|di)\s*$",
    re.IGNORECASE,
)
# What stands behind a name: whom it writes for, where to follow it, what a forum counts, what it does for the site.
_BEHIND_A_NAME = re.compile(
    r"\s+on behalf of\s.*|,[^,]*\s+on (?:facebook|twitter|instagram|linkedin)$"
    r"|\s+\d[\d,.k]*\s+(?:gold|silver|bronze) badges?.*|\s+(?:on|at|in)$",
    re.IGNORECASE,
)
_NAME_AND_ROLE = re.compile(
    r"(\w\S*(?:\s\w\S*)+?)\W+(?:(?:staff|senior|contributing|guest|freelance)\s)?"
    r"(?:writer|editor|author|reporter|contributor|correspondent|journalist|blogger)",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


class Metadata(NamedTuple):
    """What a page says about itself; None where it says nothing that can be understood."""

    title: str | None = None
    author: str | None = None
    date: str | None = None
    site_name: str | None = None
    canonical_url: str | None = None
    language_declared: str | None = None


def find_metadata(
    facts: Facts,
    headings: Sequence[str] = (),
    url: str | None = None,
    article: Article | None = None,
    texts: Sequence[str] = (),
    subheadings: Sequence[str] = (),
) -> Metadata:
    """Choose among the facts of a page.

    `headings` are its h1 texts, `url` is where the page came from, `article` what its JSON-LD says, if read already,
    `texts` its visible blocks, all headings among them, `subheadings` headings of other levels that come
    after the first h1, or all where there is none.
    """
    article = read_json_ld(facts.json_ld) if article is None else article
    site_name = (
        _short(facts.first("og:site_name")) or _short(article.publisher) or _short(facts.first("application-name"))
    )
    title = _title(facts, article, headings, subheadings, site_name, url)
    near = [text for heading in _headings_of(title, headings, subheadings) for text in around(texts, heading)]
    canonical_url = _address(facts, url)
    return Metadata(
        title=title,
        author=_author(facts, article, site_name, url, near),
        date=_date(facts, article, near, url or canonical_url) or lone_date(texts),
        site_name=site_name,
        canonical_url=canonical_url,
        language_declared=_language(facts, article),
    )


# ---- title ----------------------------------------------------------------------------------------------------------


def _title(
    facts: Facts,
    article: Article,
    headings: Sequence[str],
    subheadings: Sequence[str],
    site_name: str | None,
    url: str | None,
) -> str | None:
    """The heading that the page's other titles agree with; else the best of these without the site's name."""
    names = _site_names(site_name, url)
    h1s = [h for h in map(_short, headings) if h and _fold(h) not in names]
    declared = [article.headline, facts.first("og:title", "twitter:title"), facts.first("title")]
    titles = [t for t in map(_short, declared) if t]
    if beside := _beside_site(titles, h1s, subheadings, facts.values.get("title-element", ())):
        return beside
    for heading in h1s[:_MAX_HEADINGS]:
        if any(_agree(heading, title) for title in titles):
            return _without_site(heading, names, ()) or heading
    if len(titles) > 1 and len(titles[0]) >= _CUT_HEADLINE and titles[1].startswith(titles[0].rstrip(".…")):
        titles = titles[1:]
    for candidate in [*titles, *h1s[:1], *facts.values.get("itemprop:headline", ())]:
        title = _without_site(candidate, names, h1s)
        if title:
            return title
    return next(iter(titles), None)


def _beside_site(
    titles: Sequence[str], h1s: Sequence[str], subheadings: Sequence[str], marked: Sequence[str]
) -> str | None:
    """The heading that a declared title consists of beside an h1: many templates put the site's name into an h1.

    "Page - Site" is told from "Site - Page" by the order, or by what the page marks as its title (`marked`); the words
    above a headline come first as well, but then before the h1, so `subheadings` are only those behind it.
    """
    sites = {_fold(h) for h in h1s} - {""}
    for whole in map(_fold, titles):
        before = {whole.removesuffix(site) for site in sites if whole.endswith(site)} - {""}
        behind = {whole.removeprefix(site) for site in sites if whole.startswith(site)} - {""}
        if before or behind:
            for heading in (*marked, *h1s, *subheadings):
                part = _fold(heading)
                if part in before or (part in behind and heading in marked):
                    return heading
    return None


def _headings_of(title: str | None, headings: Sequence[str], subheadings: Sequence[str]) -> list[str]:
    """The heading that became the title, and the first h1, which may be another one."""
    named = [h for h in (*headings, *subheadings) if title and _fold(h) == _fold(title)]
    return list(dict.fromkeys([*named[:1], *headings[:1]]))


def _agree(heading: str, title: str) -> bool:
    """Whether a heading and a declared title share most words of the heading, or the heading is in the title."""
    words, others = set(_WORD.findall(heading.casefold())), set(_WORD.findall(title.casefold()))
    shared = sum(len(word) for word in words & others)
    enough = shared >= _SHARED_WORDS * max(1, sum(map(len, words)))
    return enough and shared >= _SHARED_TITLE * sum(map(len, others))


def _site_names(site_name: str | None, url: str | None) -> set[str]:
    """What a page may call its site, folded: the declared name, the host, and the host's main label."""
    names = {_fold(site_name)} if site_name else set()
    host = (_host(url) or "").removeprefix("www.")
    if host:
        labels = host.split(".")
        names |= {_fold(host), _fold(labels[-2] if len(labels) > 1 else host), _fold(".".join(labels[-2:]))}
    return names - {""}


def _is_site(text: str, names: set[str]) -> bool:
    """Whether a text is one of the site's names, or such a name and `Forum` or `Blog`."""
    return _fold(text) in names or _fold(_KIND_OF_SITE.sub("", text)) in names


def _without_site(title: str, names: set[str], headings: Sequence[str]) -> str:
    """Cut a site's name off the end or the beginning; a title that repeats a heading keeps just that."""
    folded_headings = {_fold(h) for h in headings}
    if _fold(title) in folded_headings:
        return title
    parts = [(m.start(), m.end()) for m in _TITLE_SEPARATOR.finditer(title)]
    for start, end in reversed(parts):
        if _fold(title[:start]) in folded_headings or _is_site(title[end:], names):
            return _without_site(title[:start].strip(), names, ())
    for start, end in parts:
        if _fold(title[end:]) in folded_headings or _is_site(title[:start], names):
            return title[end:].strip()
    return "" if _fold(title) in names else _without_tail(title)


def _without_tail(title: str) -> str:
    """Cut what stands behind the last bar where it is short beside the rest: a name of the site, though undeclared."""
    head, bar, tail = title.rpartition("|")
    short = len(tail.split()) <= _TAIL_WORDS and len(head.split()) >= max(_HEAD_WORDS, len(tail.split()))
    return head.strip() if bar and short else title


def _fold(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _short(text: str | None, limit: int = _MAX_TITLE) -> str | None:
    text = " ".join((text or "").split())
    return text if 0 < len(text) <= limit else None


# ---- author ---------------------------------------------------------------------------------------------------------


def _author(facts: Facts, article: Article, site_name: str | None, url: str | None, near: Sequence[str]) -> str | None:
    """The first people named; the site itself, which many give as the author, only where nobody else is."""
    sources: list[Iterable[str]] = [article.authors, *(facts.values.get(name, ()) for name in _AUTHOR_NAMES)]
    if (facts.first("twitter:label1") or "").casefold() in _WRITTEN_BY:
        sources.append(facts.values.get("twitter:data1", ())[:1])
    # elements of the page are also those of commenters, and the later ones more likely so
    sources += [facts.values.get(name, ())[:1] for name in _AUTHOR_ELEMENTS]
    sources.append([visible_author(near) or ""])
    sites = {*_site_names(site_name, url), _fold(article.publisher or "")}
    sites = {name for name in sites if len(name) >= _MIN_SITE}
    fallback: str | None = None
    for source in sources:
        found = list(dict.fromkeys(n for n in map(_name, source) if n))
        names = [name for name in found if not any(site in _fold(name) for site in sites)]
        if names:
            return ("; " if any("," in n for n in names) else ", ").join(names[:_MAX_AUTHORS])
        fallback = fallback or next(iter(found), None)
    return fallback


def _name(text: str) -> str | None:
    name = _BEHIND_A_NAME.sub("", _BY.sub("", without_date(" ".join(text.split()))))
    if len(name) > 2 * _MAX_AUTHOR:
        return None
    if match := _NAME_AND_ROLE.fullmatch(name):
        name = match[1]
    name = name.strip(" ,;|·•-–—")
    if not 1 < len(name) <= _MAX_AUTHOR or _NOT_A_NAME.search(name) or not any(c.isalpha() for c in name):
        return None
    return name


# ---- date -----------------------------------------------------------------------------------------------------------


def _date(facts: Facts, article: Article, near: Sequence[str], url: str | None) -> str | None:
    """The date of publication: as declared, then of the page's elements, its address, and the text near its title."""
    candidates = [facts.first("article:published_time"), article.published]
    candidates += [value for name in _DATE_NAMES for value in facts.values.get(name, ())[:2]]
    candidates.append(article.created)
    for found in map(parse_date, candidates):
        if found and found >= _FIRST_YEAR:
            return found
    in_path = date_in_path(_path(url))
    if in_path and len(in_path) == len("2024-05-31"):
        return in_path
    elements = map(parse_date, facts.values.get("date-element", ())[:3])
    options = [_first_time(facts.values.get("time", [])), visible_date(near), *elements, in_path]
    return next((found for found in options if found and found >= _FIRST_YEAR), None)


def _first_time(times: Sequence[str]) -> str | None:
    """The first of the times on a page, unless an earlier one follows: then they are those of teasers."""
    found = [date for date in map(parse_date, times) if date]
    return found[0] if found and found[0] == min(found) else None


def _path(url: str | None) -> str:
    try:
        return urlsplit(url or "").path
    except ValueError:
        return ""


# ---- address and language -------------------------------------------------------------------------------------------


def _address(facts: Facts, url: str | None) -> str | None:
    for candidate in (facts.first("canonical"), facts.first("og:url")):
        if candidate is None:
            continue
        try:
            absolute = urljoin(url or "", candidate)
            parts = urlsplit(absolute)
        except ValueError:
            continue
        if parts.scheme in {"http", "https"} and parts.netloc:
            return absolute
    return None


def _host(url: str | None) -> str | None:
    try:
        return urlsplit(url or "").hostname
    except ValueError:
        return None


def _language(facts: Facts, article: Article) -> str | None:
    for text in (
        facts.first("lang"),
        facts.first("content-language"),
        facts.first("og:locale", "inlanguage"),
        article.language,
    ):
        match = _LANGUAGE.match(text or "")
        if match and match[0].lower() != "und":
            return match[0].replace("_", "-")
    return None
