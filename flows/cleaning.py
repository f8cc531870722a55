"""`limpide clean`: single files, standard input or whole folders, without a corpus."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import click

from corpus.errors import ExtractionError, LimpideError
from corpus.source import Source, load_source


class Options(NamedTuple):
    """The options of the command."""

    as_json: bool = False
    html: Path | None = None
    out: Path | None = None
    url: str | None = None
    media_type: str | None = None
    source: Path | None = None
    workers: int | None = None


class Job(NamedTuple):
    """One input and where its result goes (None: standard output)."""

    file: Path
    target: Path | None
    options: Options


def clean_inputs(inputs: Sequence[Path], options: Options) -> bool:
    """Clean every input; returns False when one of them could not be cleaned. Raises LimpideError on wrong use."""
    jobs = list(_jobs(inputs, options))
    if options.html and len(jobs) != 1:
        raise LimpideError(f"--html shows one document, and there are {len(jobs)}; give one file")
    if len(jobs) > 1 and options.out:
        return _in_parallel(jobs, options)
    good = True
    for job in jobs:
        message = clean_one(job)
        if message:
            click.echo(f"limpide: {message}", err=True)
            good = False
    return good


def clean_one(job: Job) -> str:
    """Clean one input and write its result; returns what went wrong, "" if nothing."""
    import limpide
    from corpus.serial import to_json

    options = job.options
    try:
        data = sys.stdin.buffer.read() if str(job.file) == "-" else job.file.read_bytes()
        rules = load_source(options.source) if options.source else Source()
        item = limpide.RawItem(data, media_type=options.media_type, url=options.url, source=rules)
        prepared = limpide.prepare(limpide.extract(item))
        document = limpide.finish(prepared).with_(hints=prepared.hints)  # which it drops; --html shows selectors
    except OSError as error:
        return f"{job.file}: cannot be read: {error.strerror}"
    except ExtractionError as error:
        return f"{job.file}: {error}"
    if options.html:
        from corpus.render import document_page

        options.html.write_text(document_page(document, title=document.title or job.file.name), encoding="utf-8")
        click.echo(f"wrote {options.html}; open it in a browser", err=True)
        return ""
    result = to_json(document) if options.as_json else document.text.encode("utf-8", "replace")
    _write(result + b"\n", job.target)
    return ""


def _write(result: bytes, target: Path | None) -> None:
    if target is None:
        sys.stdout.buffer.write(result)
        sys.stdout.buffer.flush()
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(result)


def _jobs(inputs: Sequence[Path], options: Options) -> Iterator[Job]:
    ending = ".json" if options.as_json else ".txt"
    for given in inputs:
        if given.is_dir():
            if options.out is None and options.html is None:
                raise LimpideError(f"{given} is a folder: say where its texts go with --out FOLDER")
            for file in sorted(p for p in given.rglob("*") if p.is_file() and not p.name.startswith(".")):
                relative = file.relative_to(given)
                yield Job(file, _target(options, relative, ending), options)
        elif str(given) == "-" or given.exists():
            yield Job(given, _target(options, Path(given.name), ending), options)
        else:
            raise LimpideError(f"{given}: no such file")


def _target(options: Options, relative: Path, ending: str) -> Path | None:
    """The whole name of the input is kept, so that a.html and a.pdf do not meet in a.txt."""
    name = "stdin" if relative.name in {"-", ""} else relative.name
    return options.out / relative.with_name(name + ending) if options.out else None


def _clean_or_say(job: Job) -> str:
    """The same in a folder, where what breaks on one file, or cannot be written, must not end the others."""
    try:
        return clean_one(job)
    except MemoryError:
        raise
    except Exception as error:
        return f"{job.file}: {type(error).__name__}: {error}"


def _size(job: Job) -> int:
    try:
        return job.file.stat().st_size
    except OSError:
        return 0


def _in_parallel(jobs: list[Job], options: Options) -> bool:
    from rich.console import Console

    from flows.progress import watching
    from flows.settings import load_settings
    from flows.workers import Workers

    settings = load_settings(workers=options.workers)
    console = Console(stderr=True)
    failed = 0
    with Workers(settings.worker_count(), settings.limits()) as workers, watching(console) as progress:
        progress.stage("clean", len(jobs))
        for outcome in workers.run(_clean_or_say, jobs, size=_size):
            progress.advance()
            message = outcome.result if outcome.result is not None else f"{outcome.job.file}: {outcome.message}"
            if message:
                failed += 1
                console.print(f"limpide: {message}", markup=False, highlight=False, soft_wrap=True)
    done = len(jobs) - failed
    console.print(f"{done:,} of {len(jobs):,} cleaned into {options.out}", highlight=False, soft_wrap=True)
    return not failed
