"""`limpide source`: a new source begins with a commented file of rules, and its cleaned texts can be pinned.

A pinned text is what a document of the source is to come out as: `raw/<source>/expected/<item>.txt`. `check` cleans the
source as a build would and shows every difference, so that a changed rule, or a changed limpide, cannot change texts
unseen.
"""

from __future__ import annotations

import difflib
import hashlib
import tempfile
from collections.abc import Collection
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from corpus.errors import SourceError
from corpus.source import DEFAULT_NAME, FILE_NAME
from flows.building import plainly
from flows.entries import Entry, document_of
from flows.progress import Silent
from flows.scan import EXPECTED, look_at
from flows.settings import Settings
from flows.stages import Build, run
from flows.state import State
from flows.workers import Workers

_CONTEXT = 1  # blocks shown around a difference
_LONGEST_NAME = 255  # bytes that file systems of Linux allow


class Check(NamedTuple):
    """What became of one raw item. `pinned` is None where no text is pinned, `text` None where there is none."""

    path: str
    file: Path  # of the pinned text
    text: str | None
    pinned: str | None
    problem: str = ""

    @property
    def good(self) -> bool:
        return self.pinned is None or self.text == self.pinned

    def diff(self) -> list[str]:
        """The differing lines with a little around them, as a unified diff."""
        before, now = (self.pinned or "").splitlines(), (self.text or "").splitlines()
        return list(difflib.unified_diff(before, now, "pinned", "now", n=_CONTEXT, lineterm=""))


def new_source(raw: Path, name: str) -> Path:
    """Write a commented source.toml for a new source. Raises SourceError when there is one, or the name is no name."""
    if not name or name.startswith(".") or "/" in name or name == EXPECTED:
        raise SourceError(
            f"{name!r} cannot be a source: a source is a folder below {raw}/, its name without dots in front"
        )
    path = raw / name / FILE_NAME
    template = resources.files("corpus").joinpath("data", FILE_NAME).read_text(encoding="utf-8")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(template)
    except FileExistsError:
        raise SourceError(f"{path} is there already; change it with an editor") from None
    except OSError as error:
        raise SourceError(f"{path}: cannot be written: {error.strerror}") from error
    return path


def check_sources(settings: Settings, names: Collection[str]) -> dict[str, list[Check]]:
    """Clean all items of some sources (of all, when none is named) as a build would, beside their pinned texts.

    Returns the checks of each source in order of their paths. Raises SourceError when there is no such source.
    """
    known = look_at(settings.raw)
    for name in names:
        if name not in known:
            raise SourceError(f"{settings.raw} has no source {name!r}; it has {', '.join(sorted(known))}")
    with (
        tempfile.TemporaryDirectory(prefix="limpide-") as folder,
        State(Path(folder)) as state,
        Workers(settings.worker_count(), settings.limits()) as workers,
    ):
        build = Build(settings, state, workers, Silent())
        build.only = names
        run(build, plainly)
        found: dict[str, list[Check]] = {name: [] for name in names}
        for entry in sorted(build.entries, key=lambda entry: entry.item.source.name):
            found.setdefault(entry.item.source.name, []).append(_check(settings.raw, state, entry))
        return found


def pin(checks: list[Check]) -> int:
    """Write the texts as they are now beside their source; returns how many changed."""
    changed = [check for check in checks if check.text is not None and check.text != check.pinned]
    for check in changed:
        check.file.parent.mkdir(parents=True, exist_ok=True)
        check.file.write_text(f"{check.text}\n", encoding="utf-8")
    return len(changed)


def _check(raw: Path, state: State, entry: Entry) -> Check:
    file = _pinned_file(raw, entry)
    if entry.failure or entry.forgotten:
        problem = ": ".join(entry.failure[1:]) if entry.failure else "forgotten on request"
        return Check(entry.item.path, file, None, None if entry.forgotten else _pinned(file), problem)
    text = document_of(entry, state).text
    return Check(entry.item.path, file, text or None, _pinned(file), "no text")


def _pinned_file(raw: Path, entry: Entry) -> Path:
    source, _, rest = entry.item.path.partition("/")
    if entry.item.source.name == DEFAULT_NAME and source != DEFAULT_NAME:
        source, rest = "", entry.item.path
    return raw.joinpath(source, EXPECTED, *map(_harmless, f"{rest}.txt".split("/")))


def _harmless(part: str) -> str:
    """A piece of a path that leads nowhere else: members of archives are called what they like, `../../x` too."""
    if part in {".", ".."}:
        return part.replace(".", "%2E")
    if len(part.encode()) <= _LONGEST_NAME:
        return part
    return f"{hashlib.sha256(part.encode()).hexdigest()}.txt"


def _pinned(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8").removesuffix("\n")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{file}: cannot be read: {error}") from error
