"""From one raw item to one Document: a module per format, and the table that says which reads what.

Extraction keeps everything a reader could see; every loss is a later, recorded edit. A new format is one module with a
function `RawItem -> Document` and one line in `EXTRACTORS`. The modules are imported when they are first needed.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module

from corpus.collection import collection_paused
from corpus.document import Document
from corpus.errors import ExtractionError
from extractors.compression import inner_name, is_compressed, read_decompressed
from extractors.decoding import Decoded, decode
from extractors.item import RawItem
from extractors.sniffing import sniff

__all__ = ["EXTRACTORS", "Decoded", "Extractor", "RawItem", "decode", "extract", "sniff"]

MAX_BYTES = 256_000_000  # of decompressed data; a small file can hold a huge one
MAX_TEXT = 20_000_000  # characters of one item; the longest novels have half of that

Extractor = Callable[[RawItem], Document]


class _Registry(Mapping[str, Extractor]):
    """Extractors by media type, resolved from `module:function` on first use."""

    def __init__(self, places: dict[str, str]) -> None:
        self._places = places
        self._found: dict[str, Extractor] = {}

    def __getitem__(self, media_type: str) -> Extractor:
        if media_type not in self._found:
            module, _, function = self._places[media_type].partition(":")
            self._found[media_type] = getattr(import_module(module), function)
        return self._found[media_type]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


EXTRACTORS: Mapping[str, Extractor] = _Registry(
    {
        "text/html": "extractors.html:extract_html",
        "application/xhtml+xml": "extractors.html:extract_html",
        "text/plain": "extractors.text:extract_text",
        "text/markdown": "extractors.text:extract_text",
        "application/pdf": "extractors.pdf:extract_pdf",
    }
)


@collection_paused
def extract(item: RawItem, *, name: str = "", max_bytes: int = MAX_BYTES) -> Document:
    """Read one raw item with the extractor of its media type.

    Without `media_type` bytes are sniffed (`name` breaks ties) and str is page text without markup. Parameters of the
    media type are understood: `text/html; charset=koi8-r`. Data compressed with gzip or Zstandard is decompressed, up
    to `max_bytes`. Raises ExtractionError, with stage `sniff` for a type nobody reads, and
    with stage `parse` for more than MAX_TEXT characters of text.
    """
    if isinstance(item.data, bytes) and is_compressed(item.data[:4]):
        data = read_decompressed(io.BytesIO(item.data), max_bytes)
        item, name = item._replace(data=data), inner_name(name)
    media_type, charset = _parameters(item.media_type)
    if not media_type:
        media_type = "text/plain" if isinstance(item.data, str) else sniff(item.data, name)
    if media_type not in EXTRACTORS:
        known = ", ".join(EXTRACTORS)
        raise ExtractionError(f"{media_type} is not read by this version; it reads {known}", stage="sniff")
    document = EXTRACTORS[media_type](item._replace(media_type=media_type, charset=item.charset or charset))
    if len(document.raw_text) > MAX_TEXT:
        raise ExtractionError(f"holds more than {MAX_TEXT // 1_000_000} million characters of text", stage="parse")
    return document.with_(fetched=item.fetched, **_facts(item))


def _facts(item: RawItem) -> dict[str, str]:
    """What the item's record says, under the names of Document's attributes."""
    return {"language_declared" if name == "language" else name: value for name, value in item.facts}


def _parameters(media_type: str | None) -> tuple[str, str | None]:
    """The media type in lower case, and its charset parameter."""
    essence, _, parameters = (media_type or "").partition(";")
    for parameter in parameters.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "charset":
            return essence.strip().lower(), value.strip().strip("\"'") or None
    return essence.strip().lower(), None
