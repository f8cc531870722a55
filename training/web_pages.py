"""The pages that models for main content are trained on, as documents before any block was judged.

The data folder holds JSON Lines, gzipped: `html` (or `html_b64`), `gold` and/or `with_segments` and `without_segments`,
`id`, `url`, `lang`, `page_type` (benchmarks/README.md describes the format). Pages of one site are never split between
training and test: the site is the registered domain of `url`, or of `id` the part that names the publisher.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from cleaners.boilerplate import evidence_of, propose_boilerplate
from cleaners.characters import clean_characters
from cleaners.content import Evidence
from cleaners.pipeline import DOCUMENT_PHASE
from corpus.document import Document
from corpus.errors import ExtractionError
from extractors import extract
from extractors.item import RawItem

_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "ac", "gov", "edu", "or", "gob"})

# Repairs are left out: next to none of the annotated pages is damaged, and they are the larger part of the work.
_CLEANERS = DOCUMENT_PHASE[DOCUMENT_PHASE.index(clean_characters) : DOCUMENT_PHASE.index(propose_boilerplate)]


class Sample(NamedTuple):
    """One annotated page: what it is about, its document, and its site."""

    data_set: str
    page: dict[str, Any]
    site: str
    document: Document


def read_pages(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a file; `data` holds the page as bytes, or as a str where it is text without markup."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            page = json.loads(line)
            if "text" in page:
                page["data"] = page.pop("text")
            else:
                page["data"] = (
                    base64.b64decode(page.pop("html_b64")) if "html_b64" in page else page.pop("html").encode()
                )
            yield page


def site_of(page: dict[str, Any]) -> str:
    """The registered domain of a page, roughly, or the publisher in its id (`country_Publisher_...`)."""
    host = urlsplit(page["url"] or "").hostname if page.get("url") else None
    if not host:
        return "_".join(page["id"].split("/")[-1].split("_")[:2])
    labels = host.split(".")
    size = 3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[-size:])


def fold_of(site: str, folds: int, seed: int) -> int:
    """The fold of a site: a hash, so that it does not depend on what else is in the data."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{site}".encode()).digest()[:4], "big") % folds


def samples(path: Path, limit: int = 0) -> Iterator[Sample]:
    """The pages of a file as documents as they are before blocks are judged. Says which ones are left out, and why."""
    name = path.name.split(".")[0]
    for number, page in enumerate(read_pages(path)):
        if limit and number >= limit:
            return
        data = page.pop("data")
        media_type = "text/html" if isinstance(data, bytes) else None
        try:
            document = extract(RawItem(data, media_type=media_type, url=page.get("url")))
        except ExtractionError as error:
            print(f"left out: {name} {page['id']}: {error}", file=sys.stderr)
            continue
        for cleaner in _CLEANERS:
            document = cleaner(document)
        if not document.kept_blocks():
            print(f"left out: {name} {page['id']}: no text", file=sys.stderr)
        else:
            yield Sample(name, page, site_of(page), document)


def evidence(sample: Sample) -> Evidence:
    """What a model may look at of this page."""
    return evidence_of(sample.document)
