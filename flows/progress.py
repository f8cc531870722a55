"""What a build shows while it works: a bar with rate and remaining time, or a line now and then where no one looks."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from contextvars import ContextVar
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

_LINE_EVERY = 30.0  # seconds between lines where there is no terminal


@contextlib.contextmanager
def watching(console: Console) -> Iterator[Bar | Lines | Silent]:
    """The progress display that fits the console."""
    if console.quiet:
        yield Silent()
    elif console.is_terminal:
        with Bar(console) as bar:
            yield bar
    else:
        yield Lines(console)


watcher: ContextVar[Bar | Lines | Silent | None] = ContextVar("watcher", default=None)
"""Who watches a flow that runs in this process."""


class Silent:
    """Shows nothing."""

    def stage(self, name: str, total: int, done: int = 0) -> None:
        """A stage begins."""

    def advance(self, count: int = 1) -> None:
        """Documents were worked off."""


class Lines:
    """For logs: a line every half minute, and none for what is quickly done."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.name, self.total, self.done, self.shown_at = "", 0, 0, time.monotonic()

    def stage(self, name: str, total: int, done: int = 0) -> None:
        self.name, self.total, self.done = name, total, done

    def advance(self, count: int = 1) -> None:
        self.done += count
        if time.monotonic() - self.shown_at > _LINE_EVERY:
            self.shown_at = time.monotonic()
            self.console.print(f"{self.name}: {self.done:,} of {self.total:,} documents", highlight=False)


class Bar:
    """For terminals; use it as a context manager."""

    def __init__(self, console: Console) -> None:
        self.bar = Progress(
            TextColumn("{task.description:8}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self.task: TaskID | None = None

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bar.stop()

    def stage(self, name: str, total: int, done: int = 0) -> None:
        if self.task is not None:
            self.bar.remove_task(self.task)
        self.task = self.bar.add_task(name, total=total, completed=done)

    def advance(self, count: int = 1) -> None:
        if self.task is not None:
            self.bar.advance(self.task, count)


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "-/s")
