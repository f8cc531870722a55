"""Texts that would run, load, or break out of an attribute if a page did not escape them."""

from __future__ import annotations

from dataclasses import replace

from corpus.document import Document, Hint, Removal, build, repair
from corpus.schema import document_row
from corpus.source import Source

MARKUP = "\"'></script></title></textarea><script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>"
REVERSED = "\N{RIGHT-TO-LEFT OVERRIDE}txet"
ADDRESS = "javascript:window.hacked=1"
SOURCE = "ports"


def hostile_document() -> Document:
    """A document that is hostile wherever a stranger can put something."""
    document = build(
        [(f"menu {MARKUP}", "paragraph", 0, Hint()), (f"texte abîmÃ© {MARKUP} {REVERSED}", "paragraph", 0, Hint())],
        title=MARKUP,
        author=MARKUP,
        url=ADDRESS,
        language="fr",
        date=MARKUP,
        media_type=MARKUP,
        signals={"characters": 20, "raw_characters": 40, "removed_share": 0.5},
        source=Source(name=SOURCE, licence=MARKUP),
    )
    start = document.text.index("Ã©")
    document = document.apply([repair(start, start + 2, f"é{MARKUP}", "mojibake", MARKUP, 0.5)])
    return document.remove_blocks({0: Removal("navigation", MARKUP, 0.25)})


def hostile_row(key: str) -> dict[str, object]:
    """The row of that document, under a hostile path."""
    document = replace(hostile_document(), canonical_url=MARKUP)
    return document_row(document, doc_id=key, path=f"ports/{MARKUP}", raw_sha256="ab" * 32)
