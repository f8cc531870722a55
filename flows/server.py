"""A temporary Prefect server that never outlives the build that started it.

Prefect starts one itself when no PREFECT_API_URL is set, but a build that is killed leaves that one running for ever.
Ours holds the reading end of a pipe from its parent, and ends when the pipe does, however the parent ended.

    python -m flows.server PORT [services]      serves until standard input closes
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from corpus.errors import LimpideError

START_SECONDS = 120.0  # 10 s with compiled bytecode, 28 s without were measured on 2 cores; a busy machine needs more
_QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
}
_SENDERS = ("EventsWorker", "APILogWorker")  # the loggers of Prefect's queues to the server


class ServerError(LimpideError):
    """The temporary Prefect server did not start."""


def quiet_prefect() -> None:
    """Before Prefect is imported: no analytics, and only warnings in the log, unless the user set it otherwise.

    A user without a home that can be written (services have none) gets a folder for Prefect as long as this process is.
    """
    if "PREFECT_HOME" not in os.environ and not _has_home():
        folder = tempfile.mkdtemp(prefix="limpide-prefect-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ["PREFECT_HOME"] = folder
    for name, value in {**_QUIET, "PREFECT_LOGGING_LEVEL": "WARNING"}.items():
        os.environ.setdefault(name, value)
    for name in _SENDERS:  # what they warn of at the end of a run is that a slow server still takes it in
        logging.getLogger(name).setLevel(logging.ERROR)


def _has_home() -> bool:
    try:
        home = Path.home() / ".prefect"
        home.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # RuntimeError: a user that is a number without a name
        return False
    return os.access(home, os.W_OK)


@contextlib.contextmanager
def temporary_server(*, services: bool = False) -> Iterator[str]:
    """Run a server while the context lasts; gives its API address.

    With `services` it also creates the runs of schedules. Raises ServerError when it does not start.
    """
    port = _free_port()
    environment = {**os.environ, **_QUIET, "PREFECT_UI_ENABLED": "0", "PREFECT_SERVER_LOGGING_LEVEL": "ERROR"}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    process = subprocess.Popen(
        [sys.executable, "-m", __name__, str(port), *(["services"] if services else [])],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment,
    )
    lines: list[str] = []
    reader = threading.Thread(target=_read_errors, args=(process, lines), daemon=True)
    reader.start()
    try:
        _wait_until_up(process, port, lines)
        yield f"http://127.0.0.1:{port}/api"
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
        process.kill()
        process.wait()


def _read_errors(process: subprocess.Popen[bytes], lines: list[str]) -> None:
    if process.stderr is not None:
        for line in process.stderr:
            lines.append(line.decode("utf-8", "replace").rstrip())
            del lines[:-20]


def _wait_until_up(process: subprocess.Popen[bytes], port: int, lines: list[str]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ServerError(f"the temporary Prefect server ended: {' '.join(lines[-3:])}; try --no-prefect")
        address = f"http://127.0.0.1:{port}/api/health"
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.1)
    raise ServerError(f"the temporary Prefect server did not answer within {START_SECONDS:.0f} s; try --no-prefect")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _end_with_parent() -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    os._exit(0)


def serve(port: int, *, services: bool) -> None:
    """Serve the Prefect API on the loopback address until standard input closes."""
    quiet_prefect()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import uvicorn
    from prefect.server.api.server import create_app

    class Server(uvicorn.Server):
        """Ctrl-C reaches the whole process group: the build has yet to tell the server that it was stopped."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            if sig != signal.SIGINT:
                super().handle_exit(sig, frame)

    app = create_app(ephemeral=not services)
    Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error")).run()


if __name__ == "__main__":
    serve(int(sys.argv[1]), services="services" in sys.argv[2:])
