"""What a maintainer says about a source: `raw/<source>/source.toml`.

A source is a folder of raw items that come from one place. Its rules are part of the key under which results are
cached, so a changed rule re-cleans that source and no other.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

from corpus.errors import SourceError

FILE_NAME = "source.toml"
DEFAULT_NAME = "default"

Comments = Literal["remove", "keep"]
Duplicates = Literal["drop", "annotate", "keep"]


@dataclass(frozen=True, slots=True)
class Source:
    """One source and its rules.

    Attributes:
        name: first folder below raw/, `default` for files directly in it.
        title: name for people; the folder's name if empty.
        licence: SPDX identifier or free text, published with every document.
        language: language of the documents where it is known (ISO 639-1); a hint, never forced on a text.
        priority: among duplicates the document of the source with the higher priority stays.
        comments: `remove` takes readers' comments out of the text, `keep` leaves them as blocks of kind comment.
        duplicates: `drop` removes duplicates, `annotate` keeps them and says so, `keep` does not look.
    """

    name: str = DEFAULT_NAME
    title: str = ""
    licence: str = "unknown"
    language: str = ""
    priority: int = 0
    comments: Comments = "remove"
    duplicates: Duplicates = "drop"

    def rules_key(self) -> str:
        """All rules in one string; equal strings clean alike."""
        return repr([(f.name, getattr(self, f.name)) for f in fields(self)])


_CHOICES: dict[str, tuple[str, ...]] = {"comments": get_args(Comments), "duplicates": get_args(Duplicates)}
_TYPES: dict[str, type] = {f.name: type(f.default) for f in fields(Source) if f.name != "name"}


def load_source(folder: Path | str, *, name: str | None = None) -> Source:
    """Read the rules of the source in `folder`; a folder without `source.toml` has the defaults.

    Raises SourceError naming file, key and allowed values.
    """
    folder = Path(folder)
    name = name or folder.resolve().name
    path = folder / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Source(name=name)
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: cannot be read: {error}") from error
    return parse_source(text, name=name, path=str(path))


def parse_source(text: str, *, name: str, path: str = FILE_NAME) -> Source:
    """Read rules from the text of a `source.toml`. Raises SourceError."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{path}: not valid TOML: {error}") from error
    for key, value in table.items():
        _check(key, value, path)
    return Source(name=name, **table)


def _check(key: str, value: Any, path: str) -> None:
    if key not in _TYPES:
        raise SourceError(f"{path}: unknown key {key!r}; known keys: {', '.join(_TYPES)}")
    wanted = _TYPES[key]
    if type(value) is not wanted:
        raise SourceError(
            f"{path}: {key} must be {'a whole number' if wanted is int else 'a string in quotes'}, not {value!r}"
        )
    if key in _CHOICES and value not in _CHOICES[key]:
        raise SourceError(f"{path}: {key} must be one of {', '.join(_CHOICES[key])}, not {value!r}")
