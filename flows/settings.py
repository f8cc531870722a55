"""All settings of a build, in one validated place.

A value comes from, in this order: the command line, an environment variable `LIMPIDE_<NAME>`, `limpide.toml` in the
working directory (or the file given with --config), the default here.
"""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus.errors import SettingsError
from flows.events import Kind
from flows.workers import Limits

FILE_NAME = "limpide.toml"
ENVIRONMENT_PREFIX = "LIMPIDE_"
_MEGABYTE = 1_000_000


class Settings(BaseModel):
    """Settings of a build; see each field's description."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    raw: Path = Field(default=Path("raw"), description="folder of raw items, one folder below it per source")
    clean: Path = Field(default=Path("clean"), description="folder of the published corpus")
    workers: int = Field(default=0, ge=0, le=512, description="worker processes; 0 means one per processor core")
    cpu_seconds_per_document: int = Field(
        default=60, ge=1, le=86_400, description="processor time after which a document is given up, in seconds"
    )
    seconds_per_document: float = Field(
        default=300.0,
        gt=0,
        le=86_400,
        description="wall time after which a document is given up, in seconds; a busy machine makes it long",
    )
    memory_mb: int = Field(
        default=1024, ge=64, le=1_048_576, description="memory a document may take in its worker, in MB"
    )
    max_file_mb: int = Field(default=256, ge=1, le=65_536, description="files larger than this are not read, in MB")
    max_record_mb: int = Field(
        default=64, ge=1, le=65_536, description="records of an archive or crawl larger than this are not read, in MB"
    )
    batch_documents: int = Field(default=500, ge=1, le=100_000, description="documents in one task of the flow")
    shrink_share: float = Field(
        default=0.3,
        ge=0,
        le=1,
        description="nothing is published when more than this share of a source left raw/ (a missing disk)",
    )
    allow_shrink: bool = Field(default=False, description="publish all the same")
    log: Kind = Field(default="none", description="lines about every document, for people (text) or machines (json)")
    keep_snapshots: int = Field(default=5, ge=1, le=10_000, description="published snapshots that are kept")

    def max_bytes(self) -> int:
        """The largest file that is read, in bytes."""
        return self.max_file_mb * _MEGABYTE

    def max_record_bytes(self) -> int:
        """The largest record of a container that is read, in bytes; the build holds one at a time in memory."""
        return min(self.max_record_mb, self.max_file_mb) * _MEGABYTE

    def limits(self) -> Limits:
        """What a document may use up in its worker."""
        return Limits(self.cpu_seconds_per_document, self.seconds_per_document, self.memory_mb)

    def worker_count(self) -> int:
        """How many worker processes to start: as set, else one per core that this process may use."""
        if self.workers:
            return self.workers
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def load_settings(config: Path | None = None, **command_line: Any) -> Settings:
    """Put the settings together. Values of None on the command line are not given.

    Raises SettingsError with one line per mistake: key, where it was set, what is allowed.
    """
    values, origin = _from_file(config)
    for name in Settings.model_fields:
        variable = ENVIRONMENT_PREFIX + name.upper()
        if variable in os.environ:
            values[name], origin[name] = os.environ[variable], f"environment variable {variable}"
    for name, value in command_line.items():
        if value is not None:
            values[name], origin[name] = value, f"option --{name.replace('_', '-')}"
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(problem, origin) for problem in error.errors())) from None


def _from_file(config: Path | None) -> tuple[dict[str, Any], dict[str, str]]:
    path = config or Path(FILE_NAME)
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if config:
            raise SettingsError(f"{config}: no such file") from None
        return {}, {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read: {error}") from None
    return values, dict.fromkeys(values, str(path))


def _explain(problem: Any, origin: dict[str, str]) -> str:
    key = str(problem["loc"][0])
    where = origin.get(key, "settings")
    if problem["type"] == "extra_forbidden":
        return f"{where}: unknown key {key!r}; known keys: {', '.join(Settings.model_fields)}"
    said = problem["msg"][0].lower() + problem["msg"][1:]
    description = Settings.model_fields[key].description
    return f"{where}: {key} = {problem['input']!r}: {said} ({key}: {description})"


def to_toml(settings: Settings) -> str:
    """The settings as a commented limpide.toml."""
    lines: list[str] = []
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        text = json.dumps(str(value) if isinstance(value, Path) else value)
        lines += [f"# {field.description}; default {_plain(field.default)}", f"{name} = {text}", ""]
    return "\n".join(lines)


def _plain(default: Any) -> str:
    return f'"{default}"' if isinstance(default, Path) else str(default)
