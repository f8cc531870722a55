"""Reading a published corpus, also while a build is writing the next snapshot of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import CorpusError

if TYPE_CHECKING:
    from corpus.schema import Table

LATEST, SNAPSHOTS, MANIFEST = "latest", "snapshots", "manifest.json"


def latest(clean: Path | str) -> Path:
    """The folder of the latest snapshot, with `latest` resolved, so that it stays the same while others are published.

    Raises CorpusError when there is none.
    """
    clean = Path(clean)
    link = clean / LATEST
    if not clean.is_dir():
        raise CorpusError(f"{clean} is no folder; give the folder of a clean corpus or make one with `limpide build`")
    if not link.exists():
        missing = "points to a snapshot that is gone" if link.is_symlink() else "is not there: nothing was published"
        raise CorpusError(f"{link} {missing}; run `limpide build`")
    return link.resolve()


def read_corpus(clean: Path | str, snapshot: str = LATEST, table: Table = "documents") -> Any:
    """A table of a snapshot as a `pyarrow.dataset.Dataset`: one row per raw item, columns as in `corpus.schema`.

    `clean` is the folder of the corpus, or of one snapshot, which is read as it is; `snapshot` is the name of a folder
    in `clean/snapshots`. Raises CorpusError when there is no such snapshot and ValueError when there is no such table.
    """
    # Arrow, and pandas where it is installed, take a third of a second: most users of limpide never read a corpus
    import pyarrow.dataset as ds  # noqa: PLC0415

    from corpus.snapshot import check_tables  # noqa: PLC0415

    check_tables([table])
    folder = _snapshot(Path(clean), snapshot)
    try:
        return ds.dataset(folder / table, format="parquet")
    except OSError as error:
        raise CorpusError(f"{folder / table} cannot be read; run `limpide build`") from error


def _snapshot(clean: Path, snapshot: str) -> Path:
    if (clean / MANIFEST).is_file():
        return clean.resolve()
    if snapshot == LATEST:
        return latest(clean)
    folder = clean / SNAPSHOTS / snapshot
    if not (folder / MANIFEST).is_file():
        there = sorted(path.parent.name for path in (clean / SNAPSHOTS).glob(f"*/{MANIFEST}"))
        raise CorpusError(f"{clean} has no snapshot {snapshot}; there are: {', '.join(there) or 'none'}")
    return folder.resolve()
