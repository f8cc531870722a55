"""What a maintainer says about a source: `raw/<source>/source.toml`.

A source is a folder of raw items that come from one place. Its rules are part of the key under which results are
cached, so a changed rule re-cleans that source and no other. What a rule says goes before whatever limpide would have
decided by itself, and the ledger names the rule (`source:drop .share`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from corpus.errors import LedgerError, SourceError
from corpus.labels import check_label

FILE_NAME = "source.toml"
DEFAULT_NAME = "default"
RULE_PREFIX = "source:"  # of the names of source rules in the ledger

Comments = Literal["remove", "keep"]
Duplicates = Literal["drop", "annotate", "keep"]
FIELDS = ("html", "text", "url", "fetched", "title", "author", "date", "language", "media_type", "charset")
"""What `[fields]` can map: our names for the fields of a JSON Lines record or the columns of a Parquet file."""


class Rule(NamedTuple):
    """A CSS selector or a regular expression, and whether what it matches stays or goes (then as what)."""

    verdict: Literal["keep", "drop"]
    match: str
    label: str = "source-rule"

    @property
    def name(self) -> str:
        """The rule's name in the ledger."""
        return f"{RULE_PREFIX}{self.verdict} {self.match}".replace("+", "\N{FULLWIDTH PLUS SIGN}")


class Select(NamedTuple):
    """CSS selectors for HTML: what stays and goes, and where title, author and date stand ("" where not said)."""

    rules: tuple[Rule, ...] = ()
    title: str = ""
    author: str = ""
    date: str = ""


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
        duplicates: `drop` removes duplicates, `annotate` keeps them and says so, `keep` does not look. But for `drop`,
            blocks that the source repeats are not looked for either.
        hook: `module:function` of an installed module, called with each page as a BeautifulSoup object.
        select: CSS selectors, for HTML.
        lines: regular expressions, searched in every block of page text and PDFs.
        fields: for JSON Lines, pairs of our name of a field and theirs.
    """

    name: str = DEFAULT_NAME
    title: str = ""
    licence: str = "unknown"
    language: str = ""
    priority: int = 0
    comments: Comments = "remove"
    duplicates: Duplicates = "drop"
    hook: str = ""
    select: Select = field(default_factory=Select)
    lines: tuple[Rule, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def has_page_rules(self) -> bool:
        """Whether pages have to be read with BeautifulSoup, the interface of rules."""
        return bool(self.hook or self.select != Select())

    def rules_key(self) -> str:
        """All rules in one string; equal strings clean alike."""
        return _rules_key(self)


@lru_cache(maxsize=1000)  # asked for every document of a source
def _rules_key(source: Source) -> str:
    return repr([(f.name, getattr(source, f.name)) for f in fields(source)])


def load_source(folder: Path | str, *, name: str | None = None) -> Source:
    """Read the rules of the source in `folder`; a folder without `source.toml` has the defaults.

    Raises SourceError naming file, line, key and allowed values.
    """
    folder = Path(folder)
    name = name or folder.resolve().name
    path = folder / FILE_NAME
    if path.exists() and not path.is_file():
        raise SourceError(f"{path}: is no regular file")  # a pipe would be waited for
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
    return _Reader(text, path).source(name, table)


_CHOICES: dict[str, tuple[str, ...]] = {"comments": get_args(Comments), "duplicates": get_args(Duplicates)}
_PLAIN: dict[str, type] = {
    f.name: type(f.default) for f in fields(Source) if isinstance(f.default, (str, int)) and f.name != "name"
}
_TABLES = ("select", "lines", "fields")
_PLACES = ("title", "author", "date")


class _Reader:
    """Checks the parsed file, key by key; knows the text to name lines."""

    def __init__(self, text: str, path: str) -> None:
        self.text, self.path = text, path

    def source(self, name: str, table: dict[str, Any]) -> Source:
        self._known(table, (*_PLAIN, *_TABLES), "key")
        plain = {key: self._plain(key, value) for key, value in table.items() if key in _PLAIN}
        return Source(
            name=name,
            **plain,
            select=self._select(self._table(table, "select")),
            lines=self._rules(self._table(table, "lines"), _check_pattern),
            fields=self._fields(self._table(table, "fields")),
        )

    def _plain(self, key: str, value: Any) -> Any:
        wanted = _PLAIN[key]
        if type(value) is not wanted:
            kind = "a whole number" if wanted is int else "a string in quotes"
            raise self._error(key, f"{key} must be {kind}, not {value!r}")
        if key in _CHOICES and value not in _CHOICES[key]:
            raise self._error(key, f"{key} must be one of {', '.join(_CHOICES[key])}, not {value!r}")
        if key == "hook" and value and not re.fullmatch(r"[\w.]+:\w+", str(value)):
            raise self._error(key, f'hook must be "module:function", not {value!r}')
        return value

    def _select(self, table: dict[str, Any]) -> Select:
        rules = self._rules({key: table[key] for key in table if key not in _PLACES}, _check_selector)
        places = {key: table[key] for key in _PLACES if key in table}
        for key, value in places.items():
            self._checked(key, value, _check_selector)
        return Select(rules, **places)

    def _rules(self, table: dict[str, Any], check: Any) -> tuple[Rule, ...]:
        self._known(table, ("keep", "drop"), "key")
        rules: list[Rule] = []
        for verdict in ("keep", "drop"):
            values = table.get(verdict, [])
            if not isinstance(values, list):
                raise self._error(verdict, f"{verdict} must be a list in brackets, not {values!r}")
            rules += (self._rule(verdict, value, check) for value in values)
        return tuple(rules)

    def _rule(self, verdict: Any, value: Any, check: Any) -> Rule:
        given = value if isinstance(value, dict) else {"match": value}
        self._known(given, ("match", "label"), "key of a rule")
        match, label = given.get("match", ""), given.get("label", "source-rule")
        self._checked(verdict, match, check)
        try:
            check_label(label)
        except LedgerError as error:
            raise self._error(str(label), str(error)) from None
        return Rule(verdict, match, label)

    def _checked(self, key: str, value: Any, check: Any) -> None:
        if not isinstance(value, str) or not value.strip():
            raise self._error(key, f"{key}: {value!r} is not a string")
        problem = check(value)
        if problem:
            raise self._error(value, f"{key}: {value!r}: {problem}")

    def _fields(self, table: dict[str, Any]) -> tuple[tuple[str, str], ...]:
        self._known(table, FIELDS, "field")
        for key, value in table.items():
            if not isinstance(value, str) or not value:
                raise self._error(key, f"fields.{key} must name a field of the records, not {value!r}")
        return tuple(sorted(table.items()))

    def _table(self, table: dict[str, Any], key: str) -> dict[str, Any]:
        value = table.get(key, {})
        if not isinstance(value, dict):
            raise self._error(key, f"{key} must be a table: [{key}]")
        return value

    def _known(self, table: Iterable[str], allowed: tuple[str, ...], what: str) -> None:
        for key in table:
            if key not in allowed:
                raise self._error(key, f"unknown {what} {key!r}; known: {', '.join(allowed)}")

    def _error(self, spot: str, message: str) -> SourceError:
        """The error with file and line; the line is that of the first mention of what is wrong."""
        quoted = spot.replace("\\", "\\\\")
        for number, line in enumerate(self.text.splitlines(), 1):
            if not line.lstrip().startswith("#") and (spot in line or quoted in line):
                return SourceError(f"{self.path}:{number}: {message}")
        return SourceError(f"{self.path}: {message}")


def _check_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        return f"not a regular expression: {error}"
    return ""


def _check_selector(selector: str) -> str:
    import soupsieve  # noqa: PLC0415 (few sources have selectors)

    try:
        soupsieve.compile(selector)
    except soupsieve.SelectorSyntaxError as error:
        return f"not a CSS selector: {str(error).splitlines()[0]}"
    return ""
