"""What a build says of each document, one line per event: for people with --verbose, for machines with --log-json.

Quiet unless asked for. Every line has a time, the event and its stage, and the document's id and path where it is about
one; all lines go to standard error, so that what a command prints stays apart.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Literal

import orjson

Kind = Literal["none", "text", "json"]

_MOST_WARNINGS = 20  # of one document
_LONGEST_MESSAGE = 500  # characters

_log = logging.getLogger("limpide.events")
_log.propagate = False
_log.addHandler(logging.NullHandler())


@contextmanager
def shown(kind: Kind) -> Iterator[None]:
    """Write events to standard error while the context lasts."""
    if kind == "none":
        yield
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if kind == "json" else _Text())
    _log.addHandler(handler)
    _log.setLevel(logging.INFO)
    try:
        with _heard_by(handler):
            yield
    finally:
        _log.removeHandler(handler)
        _log.setLevel(logging.NOTSET)


@contextmanager
def overheard() -> Iterator[list[str]]:
    """What libraries warn of while the context lasts, instead of on standard error."""
    handler = _Keep()
    with _heard_by(handler):
        yield handler.messages


@contextmanager
def _heard_by(handler: logging.Handler) -> Iterator[None]:
    """Let a handler have the warnings of all loggers and of Python itself."""
    root = logging.getLogger()
    root.addHandler(handler)
    logging.captureWarnings(capture=True)
    try:
        yield
    finally:
        logging.captureWarnings(capture=False)
        root.removeHandler(handler)


class _Keep(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if len(self.messages) < _MOST_WARNINGS:
            self.messages.append(_message(record))


def are_shown() -> bool:
    """Whether anybody wants events, so that what is costly to say can be left out."""
    return _log.level == logging.INFO


def event(name: str, stage: str, *, doc_id: str = "", path: str = "", **more: Any) -> None:
    """Say that something happened, to a document or to the build."""
    if are_shown():
        about = {"doc_id": doc_id, "path": path} if doc_id else {}
        _log.info(name, extra={"facts": {"event": name, "stage": stage, **about, **more}})


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    """Of an event of ours, or of what somebody else warned of."""
    others = {"event": "warned", "stage": "build", "message": _message(record)}
    return dict(record.__dict__.get("facts") or others)


def _message(record: logging.LogRecord) -> str:
    return f"{record.name}: {record.getMessage()}".encode("utf-8", "backslashreplace").decode()[:_LONGEST_MESSAGE]


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return orjson.dumps({"time": _time(record), **_facts(record)}, default=str).decode()


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        facts = _facts(record)
        head = f"{_time(record)[11:19]} {facts.pop('stage'):8} {facts.pop('event'):12}"
        words = [visible(str(facts.pop(name))) for name in ("path", "doc_id") if facts.get(name)]
        return " ".join([head, *words, *(f"{name}={_short(value)}" for name, value in facts.items())]).rstrip()


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def visible(text: str) -> str:
    """On one line, with nothing that commands a terminal: names of raw items hold anything but "/"."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _short(value: Any) -> str:
    text = visible(" ".join(str(value).split()))
    return f'"{text}"' if " " in text else text
