"""Download stamps: what an archive writes on the pages it hands out, who fetched them from where and when.

A stamp says two things at least: that something was downloaded, and an address, a number of the network or a time of
day. On PDFs it stands at an edge of each page; in page text made of a PDF it is a line, or hangs on the sentence that
ended the page. Texts about downloads say the first thing without the second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.document import Block, Change, Document, Removal, remove

_LABEL, _RULE = "running-header", "layout:download-stamp"
_SURE, _GLUED = 0.95, 0.9
_KINDS = frozenset({"paragraph", "footnote"})
_LONGEST = 400  # characters of a stamp
_CUE = re.compile(
    r"(?:(?:this |the )?(?:content|article|document|copy|file|pdf) (?:was |has been )?)?"
    r"downloaded (?:from|by|on|at|via)\b"
    r"|authori[sz]ed licensed use limited to\b"
    r"|(?:(?:ce |le |cet )?(?:document|article|fichier) )?t[ée]l[ée]charg[ée] (?:depuis|le|sur|par|à partir de)\b"
    r"|(?:dokument |datei )?heruntergeladen (?:von|am|durch)\b"
    r"|(?:documento |archivo |artículo )?descargado (?:de|desde|el|por)\b"
    r"|(?:documento )?scaricato (?:da|il|dal)\b"
    r"|(?:documento )?(?:baixado|descarregado) (?:de|em|por)\b"
    r"|gedownload (?:van|op|door)\b",
    re.IGNORECASE,
)
_CUE_PARTS = ("download", "authori", "charg", "geladen", "descar", "scaric", "baixad")  # each cue has one of these
_PROOF = re.compile(
    r"https?://\S|www\.\w|\b[\w-]{2,}\.(?:com|org|net|info|edu|gov|fr|de|es|it|br|pt|nl|uk|eu|ca|ch|be)\b"
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b"  # an address of the network
    r"|\b\d{1,2}[:hH]\d{2}\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"(?<![\w./:-])[a-zà-ÿ]{2,}(?![\w./:-])")
_MOST_WORDS = 9  # in lower case; a sentence about a download has more
_OVER = re.compile(r"[.!?…»”\"')\]]\s+\Z")  # a sentence is over before a stamp that hangs on it
# The name of a stored file that a site prints behind its texts: "site_part12.pdfmoreText_3", without any space.
_FILE_NAME = re.compile(r"(?<=\s)\S{0,20}?[a-z]{3,30}_[a-z]{2,20}\d{1,6}\.(?:pdf|docx?|pptx?)[A-Za-z]{2,30}_\d{1,6}\Z")


def is_stamp(text: str) -> bool:
    """Whether a whole text is a download stamp."""
    if len(text) > _LONGEST or not _CUE.match(text) or not _PROOF.search(text):
        return False
    return len(_WORD.findall(text)) <= _MOST_WORDS


def whole_stamps(document: Document) -> dict[int, Removal]:
    """Blocks that are stamps, by index."""
    able = ((i, block) for i, block in enumerate(document.blocks) if block.kept and block.kind in _KINDS)
    return {
        i: Removal(_LABEL, _RULE, _SURE)
        for i, block in able
        if is_stamp(" ".join(document.text[block.start : min(block.end, block.start + 2 * _LONGEST)].split()))
    }


def hanging_stamps(document: Document, blocks: Sequence[Block]) -> list[Change]:
    """Removals of stamps that hang on the end of other text."""
    changes = []
    for block in blocks:
        text = document.block_text(block)
        for start in _starts(text):
            changes.append(remove(block.start + start, block.end, _LABEL, _RULE, _GLUED))
            break
    return changes


def _starts(text: str) -> Iterator[int]:
    """Where a stamp begins behind a sentence, the white space before it included."""
    tail = max(0, len(text) - _LONGEST)
    lowered = text[tail:].lower()
    if any(part in lowered for part in _CUE_PARTS):
        for cue in _CUE.finditer(text, tail):
            start = cue.start()
            if start and _OVER.search(text[max(0, start - 4) : start]) and is_stamp(text[start:]):
                yield len(text[:start].rstrip())
    name = _FILE_NAME.search(text, tail) if "_" in lowered else None
    if name:
        yield len(text[: name.start()].rstrip())
