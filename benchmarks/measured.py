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
    start = time.monotonic()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **(environment or {})}
    )
    wall = cpu = 0.0
    memory = 0
    while True:
        try:
            pid, status, used = os.wait4(-1, 0)
        except ChildProcessError:
            break
        cpu += used.ru_utime + used.ru_stime
        if pid == process.pid:
            wall, memory = time.monotonic() - start, used.ru_maxrss // 1024
            process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Measured(wall, cpu, memory)
