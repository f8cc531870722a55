"""Jobs for worker processes that misbehave, importable by name."""

import ctypes
import logging
import os
import signal
import time
import warnings
from pathlib import Path


def behave(word: str) -> int:
    """Return the word's length, or do what the word says."""
    if word == "hang":
        while True:
            pass
    if word.startswith("work"):
        end = time.process_time() + 0.6
        while time.process_time() < end:
            pass
    if word == "eat":
        hoard = []
        while True:
            hoard.append(bytearray(16 << 20))
    if word == "crash":
        ctypes.string_at(0)
    if word == "exit":
        os._exit(7)
    if word == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    return len(word)


def hook(soup) -> None:
    """A source's hook that does what the page's title says."""
    behave(soup.title.string)


def hook_of_file(soup) -> None:
    """A source's hook that does what the file named by the page's title says."""
    behave(Path(soup.title.string).read_text())


def parent_pid(_: str) -> tuple[int, int]:
    """This process and its parent."""
    return os.getpid(), os.getppid()


def hook_that_warns(_soup) -> None:
    """What libraries do where a page is odd."""
    logging.getLogger("somebody").warning("odd\npage")
    warnings.warn("a deprecated way", stacklevel=1)
