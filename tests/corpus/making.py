"""Small corpora to publish, with a ledger in every document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpus.card import CorpusSummary, SourceSummary
from corpus.document import Document, Hint, Removal, build, mark, repair
from corpus.publish import Published, publish
from corpus.schema import KEYS, TABLES, Duplicate, Table, doc_id, document_row, quarantine_row, removed_row
from corpus.source import Source

NOW = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)
SHA = "ab" * 32


def make_document(body: str = "La marée monte.", source: str = "ports") -> Document:
    """A page with a menu that was removed, a letter that was repaired, and a word that was marked."""
    document = build(
        [
            ("Accueil | Marées | Contact", "list_item", 1, Hint()),
            ("Horaires «\N{NO-BREAK SPACE}d'Ã©tÃ©\N{NO-BREAK SPACE}» 🐟", "heading", 1, Hint()),
            (body, "paragraph", 0, Hint()),
        ],
        title="Horaires",
        language="fr",
        language_score=0.98,
        media_type="text/html",
        signals={"characters": 31, "stop_word_share": 1 / 3},
        source=Source(name=source, licence="CC-BY-4.0"),
    )
    start = document.text.index("Ã©tÃ©")
    document = document.apply([repair(start, start + 5, "été", "mojibake", "utf8-as-latin1", 0.9)])
    start = document.text.index("Horaires")
    document = document.apply([mark(start, start + 8, document.text, "glyph-map-suspected", "shape", 0.25)])
    return document.remove_blocks({0: Removal("navigation", "menu-words", 0.75)})


class Corpus:
    """Rows by table and key, changed by hand and published whole."""

    def __init__(self) -> None:
        self.tables: dict[Table, dict[str, dict[str, Any]]] = {table: {} for table in TABLES}
        self.loaded: list[tuple[Table, list[str]]] = []

    def put(self, table: Table, row: dict[str, Any]) -> str:
        self.tables[table][row[KEYS[table]]] = row
        return row[KEYS[table]]

    def document(self, path: str, body: str = "La marée monte.", source: str = "ports") -> str:
        name = doc_id(source, path)
        duplicates = [Duplicate("c1", "0" * 32, "revised", 0.5)]
        row = document_row(
            make_document(body, source),
            doc_id=name,
            path=path,
            raw_sha256=SHA,
            fetched="2026-03-01",
            duplicates=duplicates,
        )
        return self.put("documents", row)

    def documents(self, *numbers: int) -> None:
        for number in numbers:
            self.document(f"ports/{number:05}.html", f"Le bateau numéro {number} rentre à six heures.")

    def removal(self, path: str, of: str) -> str:
        name = doc_id("ports", path)
        row = removed_row(
            make_document(), doc_id=name, path=path, raw_sha256=SHA, reason="near-duplicate", of=of, similarity=0.9
        )
        return self.put("removed", row)

    def failure(self, path: str, message: str = "no page tree") -> str:
        return self.put("quarantine", quarantine_row("ports", path, SHA, "parse", "ExtractionError", message))

    def hashes(self) -> dict[Table, dict[str, str]]:
        return {table: {key: row["row_hash"] for key, row in rows.items()} for table, rows in self.tables.items()}

    def load(self, table: Table, keys: Sequence[str]) -> Iterator[dict[str, Any]]:
        self.loaded.append((table, list(keys)))
        return (self.tables[table][key] for key in keys)

    def publish(self, clean: Path, **options: Any) -> Published | None:
        options = {"rules_hash": "r1", "now": NOW, "load": self.load, "summary": self.summary(), **options}
        return publish(clean, self.hashes(), **options)

    def summary(self) -> CorpusSummary:
        return CorpusSummary([SourceSummary("ports", licence="CC-BY-4.0", documents=len(self.tables["documents"]))])


def published(result: Published | None) -> Published:
    """The snapshot, where a test expects that one was published."""
    assert result is not None, "nothing was published"
    return result
