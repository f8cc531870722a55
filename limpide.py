r"""limpide: raw web pages and PDFs in, clean text with a ledger of every change out.

    >>> import limpide
    >>> document = limpide.clean("Read also: Ten ways to fold a map\n\nThe map was drawn in 1784, and it shows.")
    >>> document.text
    'The map was drawn in 1784, and it shows.'
    >>> limpide.replay(document.raw_text, document.edits) == document.text
    True

This module is the public face: what it names is stable, everything else may move.
"""

from __future__ import annotations

from collections.abc import Sequence

from cleaners.decision import decide
from cleaners.pipeline import prepare
from cleaners.repair import Repaired, repair
from corpus.collection import collection_paused
from corpus.document import Block, Document, Edit, replay
from corpus.duplicates import Match, Soft, near_duplicates, similar
from corpus.errors import CorpusError, ExtractionError, LimpideError, SourceError
from corpus.labels import LABELS, Label
from corpus.language import detect_language
from corpus.reading import read_corpus
from corpus.signals import measure
from corpus.source import Source, load_source
from corpus.version import VERSION
from extractors import extract
from extractors.decoding import Decoded, decode
from extractors.item import RawItem

__all__ = [
    "LABELS", "Block", "CorpusError", "Decoded", "Document", "Edit", "ExtractionError", "Label", "LimpideError",
    "Match", "RawItem", "Repaired", "Soft", "Source", "SourceError", "__version__", "clean", "decode", "extract",
    "finish", "load_source", "near_duplicates", "prepare", "read_corpus", "repair", "replay", "similar",
]  # fmt: skip


__version__ = VERSION


@collection_paused
def clean(
    data: bytes | str, *, media_type: str | None = None, url: str | None = None, source: Source | None = None
) -> Document:
    """Turn one raw item into a clean document with its ledger. No file is read or written, no network used.

    Args:
        data: bytes of a page or file, whose type is found by content unless `media_type` is given; a str is page text
            without markup.
        media_type: for example "text/html"; parameters such as "; charset=koi8-r" are understood.
        url: where the item is from; makes relative links absolute and is kept in the document.
        source: rules of the item's source (`load_source`); None means the defaults.

    Raises:
        ExtractionError: the item cannot be read; its message says why.
    """
    item = RawItem(data, media_type=media_type, url=url, source=source or Source())
    return finish(prepare(extract(item)))


@collection_paused
def finish(document: Document, repeats: Sequence[int] = ()) -> Document:
    """Remove what is not content, then find language and signals of what is left.

    Args:
        document: what `prepare` gave.
        repeats: how often the source repeats each block (`corpus.repeats.repeat_levels`); empty when nobody counted.
    """
    document = decide(document, repeats)
    language, score = detect_language(document.text)
    document = document.with_(language=language, language_score=score)
    return document.with_(signals={**document.signals, **measure(document)})
