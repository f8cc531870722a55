"""Worker processes that a document may hang, crash or fill without taking its neighbours along.

Threads cannot be stopped inside C code, and an executor whose worker dies gives up its other jobs too. A pebble pool
stops and replaces the one worker, RLIMIT_AS turns a document that eats memory into a MemoryError, and RLIMIT_CPU bounds
its processor time, which unlike wall time says the same on an idle machine and on a busy one.

Workers are forked from a fork server, which has no threads and has imported what workers need, so a new one costs
milliseconds and cannot inherit a lock that some thread of the parent (Prefect has many) happened to hold.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import queue
import resource
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, TimeoutError  # noqa: A004 (the pool's own TimeoutError)
from functools import partial
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Generic, NamedTuple, Self, TypeAlias, TypeVar

from pebble import ProcessExpired, ProcessPool

J = TypeVar("J")
R = TypeVar("R")

_PRELOAD = ["flows.jobs", "flows.preload"]
_TASKS_PER_WORKER = 500  # then the worker is replaced, whatever small leaks the C libraries under it have
_AHEAD = 16  # jobs handed out per worker before their turn: enough to hide the pipe, few enough to bound memory
# Small jobs are handed over as one task: by itself each costs .16 ms, a thirtieth of an ordinary page, together .03 ms
# (`benchmarks.build --part isolation`), and a build hands every document over twice.
_TOGETHER, _TOGETHER_BYTES = 8, 200_000
_MEGABYTE = 1 << 20
_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


class Outcome(NamedTuple, Generic[J, R]):
    """What became of a job: its result, or why there is none."""

    job: J
    result: R | None
    error: str = ""  # CpuLimit, TimeLimit, MemoryLimit, WorkerDied; "" when there is a result
    message: str = ""


class _Result(NamedTuple, Generic[R]):
    """What a worker sends back for a job. One that did not fit into the memory has no result."""

    result: R | None
    fitted: bool = True


_Task: TypeAlias = Future[list[_Result[R]]]


class Limits(NamedTuple):
    """What one document may use up in its worker."""

    cpu_seconds: int
    seconds: float  # of wall time; a document that waits uses no processor
    memory_mb: int


class Workers:
    """A pool of worker processes; use it as a context manager. Nothing is started before the first job."""

    def __init__(self, count: int, limits: Limits) -> None:
        self.count, self.limits = count, limits
        self._pool: ProcessPool | None = None

    def __enter__(self) -> Self:
        return self

    @property
    def started(self) -> bool:
        """Whether there are worker processes, so that one more job costs nothing but its own time."""
        return self._pool is not None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None

    def run(
        self,
        function: Callable[[J], R],
        jobs: Iterable[J],
        *,
        alone: bool = False,
        size: Callable[[J], int] | None = None,
    ) -> Iterator[Outcome[J, R]]:
        """Run `function` (importable by name) on every job, and yield outcomes as they come, in no fixed order.

        With `size` (bytes of a job) some small ones are handed to a worker together; if one of them ends the worker or
        takes too long, all of them are run again, each by itself. With `alone` one job runs at a time, so that its
        limits are all its own.
        """
        pool = self._start()
        done: queue.SimpleQueue[tuple[list[J], _Task[R]]] = queue.SimpleQueue()
        limit = 1 if alone else self.count * _AHEAD
        tasks = tasks_of(jobs, size if not alone else None)
        again: list[J] = []
        running = 0
        while True:
            some = [again.pop()] if again else next(tasks, [])
            if some:
                task = pool.schedule(
                    run_limited, args=(function, some, self.limits.cpu_seconds), timeout=self.limits.seconds
                )
                task.add_done_callback(partial(_announce, done, some))
                running += len(some)
            elif not running:
                return
            if running >= limit or not some:
                finished, future = done.get()
                running -= len(finished)
                if len(finished) > 1 and future.exception() is not None:
                    again += finished
                else:
                    yield from self._outcomes(finished, future)

    def _outcomes(self, jobs: list[J], future: _Task[R]) -> Iterator[Outcome[J, R]]:
        try:
            results = future.result()
        except TimeoutError:
            problem = "TimeLimit", f"took longer than seconds_per_document = {self.limits.seconds:g}"
        except ProcessExpired as error:
            if error.exitcode == -signal.SIGXCPU:
                used = f"used more than cpu_seconds_per_document = {self.limits.cpu_seconds}"
                problem = "CpuLimit", used
            else:
                problem = "WorkerDied", _how_it_died(error.exitcode)
        except CancelledError:
            problem = "WorkerDied", "the build was stopped"
        else:
            for job, (result, fitted) in zip(jobs, results, strict=True):
                if fitted:
                    yield Outcome(job, result)
                else:
                    yield Outcome(job, None, "MemoryLimit", f"needed more than memory_mb = {self.limits.memory_mb}")
            return
        for job in jobs:
            yield Outcome(job, None, *problem)

    def _start(self) -> ProcessPool:
        if self._pool is None:
            context = _Context()
            context.set_forkserver_preload(_PRELOAD)
            self._pool = ProcessPool(
                max_workers=self.count,
                max_tasks=_TASKS_PER_WORKER,
                initializer=limit_worker,
                initargs=(self.limits.memory_mb,),
                context=context,
            )
        return self._pool


def run_limited(function: Callable[[J], R], jobs: Sequence[J], cpu_seconds: int) -> list[_Result[R]]:
    """Run jobs in a worker; SIGXCPU ends the worker, even in C code, when one has used up its processor time."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    results: list[_Result[R]] = []
    for job in jobs:
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = math.ceil(used.ru_utime + used.ru_stime) + cpu_seconds
        resource.setrlimit(resource.RLIMIT_CPU, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
        try:
            results.append(_Result(function(job)))
        except MemoryError:
            results.append(_Result(None, fitted=False))
    return results


def tasks_of(jobs: Iterable[J], size: Callable[[J], int] | None) -> Iterator[list[J]]:
    """Jobs as they are handed to workers: small ones some together, all others one by one."""
    some: list[J] = []
    total = 0
    for job in jobs:
        weight = _TOGETHER_BYTES if size is None else size(job)
        if some and total + weight > _TOGETHER_BYTES:
            yield some
            some, total = [], 0
        some.append(job)
        total += weight
        if len(some) == _TOGETHER or total >= _TOGETHER_BYTES:
            yield some
            some, total = [], 0
    if some:
        yield some


def limit_worker(memory_mb: int) -> None:
    """Set up a worker: its memory limit counts from what it has mapped already; no core dumps, no Ctrl-C traceback."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _die_with_parent()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit = _mapped_bytes() + memory_mb * _MEGABYTE
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _die_with_parent() -> None:
    """When the build is killed, its fork server must end and take this worker along, even out of C code.

    The fork server ends when nobody holds its pipe any more, and multiprocessing gives each worker a copy of it. The
    signal is Linux only; elsewhere a worker ends by itself as soon as it has no document.
    """
    server: Any = forkserver._forkserver  # noqa: SLF001
    if server._forkserver_alive_fd is not None:  # noqa: SLF001
        os.close(server._forkserver_alive_fd)  # noqa: SLF001
        server._forkserver_alive_fd = None  # noqa: SLF001
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _mapped_bytes() -> int:
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except OSError:  # no /proc: not Linux
        return 0


def _announce(done: queue.SimpleQueue[tuple[list[J], _Task[R]]], jobs: list[J], future: _Task[R]) -> None:
    done.put((jobs, future))


def _how_it_died(exitcode: int | None) -> str:
    if exitcode is not None and exitcode < 0:
        with contextlib.suppress(ValueError):
            return f"its worker process was ended by {signal.Signals(-exitcode).name}"
    return f"its worker process ended with exit code {exitcode}"


# ---- a fork server that leaves the main module alone ----
# multiprocessing imports the parent's main module into every new process. Ours may be Prefect's engine (two seconds and
# 100 MB a worker) or a script without a `__main__` guard (which would start the build again); workers need neither.

_main_lock = threading.Lock()


class _Process(ForkServerProcess):
    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802 (multiprocessing's name)
        with _main_lock:
            main = sys.modules["__main__"]
            sys.modules["__main__"] = ModuleType("__main__")
            try:
                return ForkServerProcess._Popen(process_obj)  # noqa: SLF001
            finally:
                sys.modules["__main__"] = main


class _Context(ForkServerContext):
    Process = _Process

    def get_start_method(self, allow_none: bool = False) -> str:  # noqa: ARG002
        return "forkserver"
