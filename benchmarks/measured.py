"""A command with everything it starts: wall time, processor time of all its processes, memory of the command itself.

The worker processes of a build are children of a fork server, which its parent never waits for, so the usual accounts
miss them. On Linux a process can ask to inherit orphans (PR_SET_CHILD_SUBREAPER); then each is waited for here, and
none escapes the count.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_PR_SET_CHILD_SUBREAPER = 36  # <linux/prctl.h>


class Measured(NamedTuple):
    """Seconds, and megabytes of the largest extent of the command's own process, that of a build's parent."""

    wall: float
    cpu: float
    memory: int


def limpide(*words: str, environment: Mapping[str, str] | None = None) -> Measured:
    """Measure a command of limpide. Raises CalledProcessError when it fails."""
    return measure([sys.executable, "-m", "flows.cli", *words], environment)


def measure(command: list[str], environment: Mapping[str, str] | None = None) -> Measured:
    """Run a command, wait for it and for all that it leaves behind."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = _children()  # such as a server that the command is to use
    start = time.monotonic()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **(environment or {})}
    )
    wall = cpu = 0.0
    memory = 0
    while mine := _children() - before:
        pid, status, used = os.wait4(process.pid if process.pid in mine else min(mine), 0)
        cpu += used.ru_utime + used.ru_stime
        if pid == process.pid:
            wall, memory = time.monotonic() - start, used.ru_maxrss // 1024
            process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Measured(wall, cpu, memory)


def _children() -> set[int]:
    """The processes whose parent this one is, by birth or as the heir of orphans. Linux only."""
    return {int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()}
