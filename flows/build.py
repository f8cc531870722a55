"""The Prefect flow `build_corpus`: the stages of a build as batch tasks.

A thin layer. A task costs some 20 ms, so a task is a batch of documents; Prefect holds none of our state: what is done
is known from content hashes in clean/state, and a run that is repeated begins where the last one ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from flows.server import quiet_prefect, temporary_server

quiet_prefect()

from prefect import flow, runtime, tags, task  # noqa: E402 (Prefect reads its settings when it is imported)
from prefect.artifacts import create_markdown_artifact, create_table_artifact  # noqa: E402
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.client.orchestration import get_client  # noqa: E402
from prefect.client.schemas.schedules import CronSchedule  # noqa: E402
from prefect.runner import Runner  # noqa: E402
from prefect.settings import PREFECT_API_URL, temporary_settings  # noqa: E402

from corpus import report_tables  # noqa: E402
from corpus.errors import LimpideError  # noqa: E402
from corpus.report_survey import survey  # noqa: E402
from flows import progress  # noqa: E402 (as a module: Prefect pickles what a served flow refers to)
from flows.building import Report, build  # noqa: E402
from flows.progress import Bar, Lines, Silent  # noqa: E402
from flows.report import artifact_rows  # noqa: E402
from flows.settings import load_settings  # noqa: E402

T = TypeVar("T")
_TAG = "corpus"  # by which the runs of all corpora are found
_NOT_IN_NAMES = r"[/%&<>]"  # of Prefect's deployments
_RETRIES = {"PREFECT_FLOW_DEFAULT_RETRIES": "2", "PREFECT_FLOW_DEFAULT_RETRY_DELAY_SECONDS": "300"}


def _run_name() -> str:
    """`raw to clean`, so that runs of several corpora can be told apart."""
    parameters = runtime.flow_run.parameters
    return f"{parameters.get('raw') or 'raw'} to {parameters.get('clean') or 'clean'}"


@flow(
    name="build-corpus",
    description="Bring a text corpus up to date with its folder of raw items",
    flow_run_name=_run_name,
)
def build_corpus(
    raw: str | None = None,
    clean: str | None = None,
    config: str | None = None,
    workers: int | None = None,
    seconds_per_document: float | None = None,
    memory_mb: int | None = None,
    allow_shrink: bool | None = None,
    log: str | None = None,
) -> Report:
    """Clean what is new in `raw`, decide about duplicates, and publish a snapshot in `clean`.

    What is not given is as in limpide.toml or the environment.

    Args:
        raw: folder of raw items, one folder below it per source.
        clean: folder of the published corpus.
        config: the settings file; `limpide.toml` in the working directory when not given.
        workers: worker processes; 0 means one per core.
        seconds_per_document: wall time after which a document is given up.
        memory_mb: memory that a document may take.
        allow_shrink: publish even if much of a source left raw/ since the last snapshot.
        log: lines about every document in the log of the run's process: none, text or json.
    """
    settings = load_settings(
        Path(config) if config else None,
        raw=raw,
        clean=clean,
        workers=workers,
        seconds_per_document=seconds_per_document,
        memory_mb=memory_mb,
        allow_shrink=allow_shrink,
        log=log,
    )
    report = build(settings, progress.watcher.get() or progress.Silent(), _as_task)
    leave_artifacts(report)
    return report


def leave_artifacts(report: Report) -> None:
    """Show on the page of the run what the snapshot's report shows: sources, reasons, what was dropped or failed."""
    found = survey(report.latest.resolve())
    for key, table in (
        ("sources", report_tables.sources(found)),
        ("removed", report_tables.labels(found)),
        ("dropped", report_tables.reasons(found)),
        ("quarantine", report_tables.failures(found)),
    ):
        if table.rows:
            create_table_artifact(artifact_rows(table), key=key, description=table.title)
    where = f"published `{report.snapshot}`" if report.snapshot else f"nothing new: `{report.latest}` is up to date"
    create_markdown_artifact(
        f"{where}\n\nread next: `{report.latest / 'README.md'}`, look at `limpide view`", key="snapshot"
    )


def check_cron(cron: str) -> None:
    """Raise LimpideError when these are not the fields of cron."""
    try:
        CronSchedule(cron=cron, timezone="UTC")
    except ValueError as error:
        raise LimpideError(f"--cron {cron!r}: not five fields of cron, as '0 3 * * *' is for every night") from error


def serve(cron: str, **parameters: Any) -> None:
    """Run the flow on a schedule, in this process, until it is stopped; one run at a time.

    Against the server of PREFECT_API_URL, or a temporary one. A run that fails (a full disk, a folder that is not
    mounted) is tried again twice, unless Prefect's own settings say otherwise.
    """
    for name, value in _RETRIES.items():
        os.environ.setdefault(name, value)  # for the processes of the runs
    with _server(services=True):
        runner = _Runner(name="scheduled", limit=1)
        name = _deployment_name(parameters["clean"])
        runner.add_flow(build_corpus, name=name, cron=cron, parameters=parameters, tags=[_TAG])
        with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
            asyncio.run(runner.serve())


def _deployment_name(clean: str) -> str:
    """One for each corpus: a second deployment of a name would take the place of the first, and its runs."""
    return f"scheduled {re.sub(_NOT_IN_NAMES, ':', clean)}"


class _Runner(Runner):
    """Ends when a service manager asks for it, and the build that runs with it: the next one goes on from there."""

    async def serve(self) -> None:
        """Run what is due until stopped."""
        self._serving = asyncio.current_task()
        await self.start()

    def handle_sigterm(self, *_args: Any, **_kwargs: Any) -> None:
        """In the place of Prefect's, which awaits nothing and so leaves the build running.

        A signal comes at any moment, also while the loop sleeps: it has to be woken up.
        """
        asyncio.run_coroutine_threadsafe(self._end(), asyncio.get_running_loop())

    async def _end(self) -> None:
        try:
            if self.started:
                await self.cancel_all()
        finally:
            if self._serving:
                self._serving.cancel()


def run_flow(shown: Bar | Lines | Silent, **parameters: Any) -> Report:
    """Run the flow in this process, against the server of PREFECT_API_URL or a temporary one."""
    token = progress.watcher.set(shown)
    try:
        with _server(), tags(_TAG):
            report: Report = build_corpus(**parameters)
        return report
    finally:
        progress.watcher.reset(token)


@contextlib.contextmanager
def _server(*, services: bool = False) -> Iterator[None]:
    """The server of PREFECT_API_URL, or a temporary one. Raises LimpideError when the first does not answer."""
    if url := PREFECT_API_URL.value():
        with get_client(sync_client=True) as client:
            if error := client.api_healthcheck():
                raise LimpideError(f"the Prefect server at PREFECT_API_URL = {url} does not answer: {error}")
        yield
    else:
        with temporary_server(services=services) as url, temporary_settings({PREFECT_API_URL: url}):
            yield


@task(name="stage", task_run_name="{name}", cache_policy=NO_CACHE, persist_result=False)
def _stage(name: str, work: Callable[[], T]) -> T:  # noqa: ARG001 (the name is that of the task run)
    return work()


def _as_task(name: str, function: Callable[..., T], /, *args: Any) -> T:
    return _stage(name, partial(function, *args))
