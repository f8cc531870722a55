"""Every error limpide raises on purpose, in one place.

    LimpideError
    ├── ExtractionError      a raw item cannot be read: broken, empty of text, or of a type nobody reads
    ├── LedgerError          a change that no ledger can record (a bug in a cleaner, never a property of a document)
    ├── SourceError          a source.toml that says something wrong; names the file and the key
    ├── SettingsError        limpide.toml or an environment variable says something wrong
    ├── CorpusError          a corpus on disk cannot be read or written
    │   └── CorpusLocked     another build holds the lock
    └── RawFolderError       the raw folder is missing, empty, or no folder

The command line prints the message of a LimpideError as one line; anything else is a bug and shows its traceback.
"""

from __future__ import annotations


class LimpideError(Exception):
    """Base of all errors that limpide raises on purpose."""


class ExtractionError(LimpideError):
    """A raw item cannot be turned into a document.

    `stage` says where it failed (`sniff`, `decode`, `parse`, `extract`) and is published in the quarantine table.
    """

    def __init__(self, message: str, *, stage: str = "extract") -> None:
        super().__init__(message)
        self.stage = stage

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild_extraction_error, (str(self), self.stage)


def _rebuild_extraction_error(message: str, stage: str) -> ExtractionError:
    """Let the error cross a process boundary with its stage (pickle passes positional arguments only)."""
    return ExtractionError(message, stage=stage)


class LedgerError(LimpideError):
    """A change that cannot be recorded: it overlaps another one or lies outside the text."""


class SourceError(LimpideError):
    """A source.toml that cannot be used."""


class SettingsError(LimpideError):
    """Settings that cannot be used."""


class CorpusError(LimpideError):
    """A corpus folder that cannot be read or written."""


class CorpusLocked(CorpusError):
    """Another build is writing to the same corpus."""


class RawFolderError(LimpideError):
    """The raw folder cannot be used."""
