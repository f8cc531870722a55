"""JSON Lines: one scraped page per line, as HTML or as page text, with what the crawler knew about it.

Crawlers name their fields as they like. `source.toml` says which is which:

    [fields]
    html = "body"
    url = "request.url"        a dot goes into objects

Without it the names that crawlers commonly use are tried, in the order of `COMMON_NAMES`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO

import orjson

from corpus.errors import ExtractionError
from corpus.source import Source
from extractors.compression import Budget
from extractors.containers import Record
from extractors.item import RawItem

COMMON_NAMES: dict[str, tuple[str, ...]] = {
    "html": ("html", "raw_html", "content_html", "html_content", "page_html", "body_html"),
    "text": ("text", "content", "raw_content", "body", "raw_text", "plain_text", "page_text", "markdown"),
    "url": ("url", "link", "source_url", "page_url", "uri", "request_url", "final_url"),
    "fetched": ("fetched", "fetched_at", "fetch_date", "fetch_time", "crawled", "crawled_at", "crawl_date",
                "scraped_at", "date_download", "timestamp", "retrieved"),
    "title": ("title",),
    "author": ("author", "byline"),
    "date": ("date", "published", "published_at", "date_published", "date_publish", "publish_date"),
    "language": ("language", "lang"),
    "media_type": ("media_type", "content_type", "mime", "mime_type"),
    "charset": ("charset", "encoding"),
}  # fmt: skip
_SHOWN = 12  # field names named in an error
_LATEST = 4_102_444_800  # seconds: a number above this (year 2100) counts milliseconds


def split(stream: BinaryIO, limit: int, _budget: Budget) -> Iterator[Record]:
    """The lines of the stream that are not blank, numbered from 1 with the blank ones."""
    number = 0
    while line := stream.readline(limit + 2):
        number += 1
        if len(line) > limit + 1 and not line.endswith(b"\n"):
            _skip_line(stream)
        if not line.isspace():
            yield Record(f"#{number}", line.strip())


def _skip_line(stream: BinaryIO) -> None:
    while rest := stream.readline(1 << 20):
        if rest.endswith(b"\n"):
            return


def read(found: Record, source: Source) -> RawItem:
    """The page of one line. HTML is preferred to text where a record has both.

    Raises ExtractionError when the line is no JSON object or has no page.
    """
    return page_of(_parse(found.data), source)


def page_of(record: dict[str, Any], source: Source) -> RawItem:
    """The page of a record. A page that is bytes is what its content says, unless the record names its type.

    Raises ExtractionError when there is none.
    """
    fields = dict(source.fields)
    html, text = _page(record, fields, "html"), _page(record, fields, "text")
    page = html if html and not html.isspace() else text
    if page is None:
        raise ExtractionError(_no_page(record, fields), stage="extract")
    usual = None if isinstance(page, bytes) else "text/html" if page is html else "text/plain"
    facts = {name: _text(record, fields, name) for name in ("title", "author", "date", "language")}
    return RawItem(
        page,
        media_type=_text(record, fields, "media_type") or usual,
        charset=_text(record, fields, "charset") if isinstance(page, bytes) else None,
        url=_text(record, fields, "url"),
        source=source,
        fetched=_time(_value(record, fields, "fetched")),
        facts=tuple((name, value) for name, value in facts.items() if value),
    )


def _parse(data: bytes) -> dict[str, Any]:
    try:
        record = orjson.loads(data)
    except orjson.JSONDecodeError:
        try:  # lone surrogates and NaN, which the standard library takes
            record = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise ExtractionError(f"not valid JSON: {error}", stage="parse") from None
    if not isinstance(record, dict):
        raise ExtractionError(f"a JSON {type(record).__name__}, where an object with the page's fields was expected")
    return record


def _value(record: dict[str, Any], fields: dict[str, str], name: str) -> Any:
    """The value of one of our fields: by the source's field map, else by common names."""
    if name in fields:
        return _at(record, fields[name])
    for common in COMMON_NAMES[name]:
        if record.get(common) is not None:
            return record[common]
    return None


def _at(record: dict[str, Any], path: str) -> Any:
    if path in record:
        return record[path]
    value: Any = record
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _page(record: dict[str, Any], fields: dict[str, str], name: str) -> str | bytes | None:
    value = _value(record, fields, name)
    return value if isinstance(value, bytes) else _text(record, fields, name)


def _text(record: dict[str, Any], fields: dict[str, str], name: str) -> str | None:
    value = _value(record, fields, name)
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        value = ", ".join(value) if name == "author" else value[0]
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else None


def _time(value: Any) -> str | None:
    """A fetch date as ISO 8601 in UTC, so that dates compare; numbers are seconds or milliseconds since 1970."""
    if isinstance(value, str):
        return _uniform(value.strip()) or None
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        seconds = value / 1000 if value > _LATEST else value
        if 0 < seconds < _LATEST:
            return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    return None


def _uniform(date: str) -> str:
    if len(date) <= len("2026-11-21"):
        return date
    try:
        time = datetime.fromisoformat(date)
    except ValueError:
        return date
    return (time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)).isoformat(timespec="seconds")


def _no_page(record: dict[str, Any], fields: dict[str, str]) -> str:
    names = ", ".join(list(record)[:_SHOWN]) or "none at all"
    wanted = " or ".join(repr(fields.get(name, name)) for name in ("html", "text"))
    return f"the record has no page: no field {wanted} (its fields: {names}); map yours in source.toml under [fields]"
