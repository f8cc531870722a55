"""The real flow on a real Prefect server, which these tests start and end."""

from __future__ import annotations

import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.conftest import page

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """Environment variables that keep Prefect inside a temporary folder."""
    home = tmp_path_factory.mktemp("prefect")
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "LIMPIDE_"))},
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).resolve().parents[2]), *filter(None, sys.path)]),
    }


@pytest.fixture(scope="module")
def server(environment):
    """A server as an operator would start it, with its scheduler; gives the API address."""
    port = free_port()
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    url = f"http://127.0.0.1:{port}/api"
    try:
        wait_for(lambda: answers(url), seconds=120, process=process)
        yield url
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5):
            return True
    except OSError:
        return False


def wait_for(condition, *, seconds: float, process: subprocess.Popen | None = None):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := condition():
            return value
        assert process is None or process.poll() is None, "the server ended"
        time.sleep(0.3)
    raise AssertionError(f"not within {seconds} s")


def build_command(raw: Path, clean: Path) -> list[str]:
    return [sys.executable, "-m", "flows.cli", "build", "--raw", str(raw), "--clean", str(clean)]


def build(server, environment, raw, clean):
    here = {**environment, "PREFECT_API_URL": server}
    return subprocess.run(
        build_command(raw, clean), env=here, capture_output=True, text=True, timeout=180, cwd=clean.parent
    )


def runs_of(server, clean) -> list[dict]:
    """The runs of the flow that build this corpus."""
    runs = httpx.post(f"{server}/flow_runs/filter", json={"flows": {"name": {"any_": ["build-corpus"]}}}).json()
    return [run for run in runs if run["parameters"].get("clean") == str(clean)]


@contextmanager
def in_background(command, **options):
    """A process in a group of its own while the context lasts."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(list(map(str, command)), start_new_session=True, **quiet, **options)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="module")
def scheduled(server, environment, tmp_path_factory):
    """Both ways to build every minute, begun before all else, since a minute may pass: gives the raw folder and both
    clean folders.

    As the README tells an operator: work pool, deployment, worker; and `limpide schedule`.
    """
    top = tmp_path_factory.mktemp("scheduled")
    raw, by_worker, by_command = top / "raw", top / "by-worker", top / "by-command"
    (raw / "carnets").mkdir(parents=True)
    for seed in range(3):
        (raw / "carnets" / f"page{seed}.html").write_text(page(seed))
    here = {**environment, "PREFECT_API_URL": server}
    text = (ROOT / "prefect.yaml").read_text().replace('cron: "0 3 * * *"', 'cron: "* * * * *"')
    deployment = top / "prefect.yaml"
    deployment.write_text(text.replace("{ raw: raw, clean: clean }", f"{{ raw: {raw}, clean: {by_worker} }}"))
    prefect = [sys.executable, "-m", "prefect"]
    schedule = [sys.executable, "-m", "flows.cli", "schedule", "--cron", "* * * * *", "--raw", raw, "--clean"]
    with in_background([*schedule, by_command], env=here, cwd=top):
        for words in (
            ["work-pool", "create", "limpide", "--type", "process"],
            ["--no-prompt", "deploy", "--prefect-file", deployment, "--name", "nightly"],
        ):
            subprocess.run([*prefect, *words], env=here, cwd=ROOT, capture_output=True, timeout=120, check=True)
        with in_background([*prefect, "worker", "start", "--pool", "limpide"], env=here, cwd=ROOT):
            yield raw, by_worker, by_command


@pytest.mark.usefixtures("scheduled")
def test_a_build_through_a_running_server_is_seen_there_stage_by_stage(server, environment, raw, tmp_path):
    clean = tmp_path / "clean"
    done = build(server, environment, raw, clean)
    assert done.returncode == 0, done.stderr
    assert (clean / "latest" / "manifest.json").exists()
    assert "published" in done.stdout
    (run,) = runs_of(server, clean)
    assert run["state_type"] == "COMPLETED"
    assert run["name"] == f"{raw} to {clean}" and run["tags"] == ["corpus"]
    wanted = {"scan", "prepare-1", "finish-1", "decide", "publish"}

    def stages():
        tasks = httpx.post(f"{server}/task_runs/filter", json={"flow_runs": {"id": {"any_": [run["id"]]}}}).json()
        return wanted <= {task["name"] for task in tasks if task["state_type"] == "COMPLETED"}

    assert wait_for(stages, seconds=30)


def test_a_build_that_fails_is_a_failed_run_and_one_clear_line(server, environment, raw, tmp_path):
    clean = tmp_path / "clean"
    (clean / "forgotten.json").mkdir(parents=True)
    done = build(server, environment, raw, clean)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1 and "forgotten.json" in done.stderr
    assert [run["state_type"] for run in runs_of(server, clean)] == ["FAILED"]


@pytest.mark.parametrize("command", [["build"], ["schedule"]])
def test_a_server_that_does_not_answer_is_said_in_one_line(environment, raw, tmp_path, command):
    url = f"http://127.0.0.1:{free_port()}/api"
    words = [sys.executable, "-m", "flows.cli", *command, "--raw", str(raw)]
    here = {**environment, "PREFECT_API_URL": url}
    done = subprocess.run(words, env=here, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert f"{url} does not answer" in done.stderr.splitlines()[-1] and "Traceback" not in done.stderr


def test_prefect_has_a_folder_where_there_is_no_home_and_leaves_none_behind(tmp_path):
    (tmp_path / "file").touch()
    here = {name: value for name, value in os.environ.items() if name != "PREFECT_HOME"}
    here |= {"HOME": str(tmp_path / "file"), "TMPDIR": str(tmp_path)}
    code = "from flows.build import PREFECT_API_URL; from prefect.settings import PREFECT_HOME; print(PREFECT_HOME.value())"
    done = subprocess.run(
        [sys.executable, "-c", code], env=here, capture_output=True, text=True, timeout=120, check=True
    )
    home = Path(done.stdout.strip())
    assert home.parent == tmp_path and not home.exists() and not done.stderr


def test_a_build_that_is_stopped_is_a_crashed_run_and_harmless(server, environment, raw, tmp_path):
    clean = tmp_path / "clean"
    with in_background(build_command(raw, clean), env={**environment, "PREFECT_API_URL": server}) as process:
        wait_for((clean / "state" / "results.sqlite").exists, seconds=60)
        process.terminate()
        assert process.wait(30) != 0
    assert [run["state_type"] for run in runs_of(server, clean)] == ["CRASHED"]
    assert not (clean / "latest").exists()
    run_plainly = [*build_command(raw, clean), "--no-prefect"]
    subprocess.run(run_plainly, env=environment, check=True, timeout=60, stdout=subprocess.DEVNULL)


def test_a_killed_build_leaves_no_temporary_server_behind(environment, raw, tmp_path):
    with in_background(build_command(raw, tmp_path / "clean"), env=environment) as process:
        wait_for(lambda: servers(process.pid), seconds=60)
        process.kill()
        process.wait()
        wait_for(lambda: not servers(process.pid), seconds=20)


def servers(group: int) -> list[int]:
    """Processes of a process group that run our temporary server."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                mine = os.getpgid(int(entry.name)) == group
                if mine and b"flows.server" in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def test_a_cron_run_is_executed_by_a_worker_and_leaves_artifacts(server, scheduled):
    _, clean, _ = scheduled
    wait_for((clean / "latest" / "manifest.json").exists, seconds=150)
    wanted = {"artifacts": {"key": {"any_": ["sources", "removed", "snapshot"]}}}

    def artifacts():
        mine = {run["id"] for run in runs_of(server, clean)}
        found = httpx.post(f"{server}/artifacts/filter", json=wanted).json()
        return {a["key"]: a["data"] for a in found if a["flow_run_id"] in mine}

    found = wait_for(lambda: len(artifacts()) == 3 and artifacts(), seconds=30)
    assert '"documents": 3' in found["sources"]
    for run in runs_of(server, clean):
        assert "corpus" in run["tags"] and run["expected_start_time"][17:19] == "00"  # as cron says


def test_limpide_schedule_runs_the_flow_without_more_set_up(server, scheduled):
    _, _, clean = scheduled
    wait_for((clean / "latest" / "manifest.json").exists, seconds=150)
    assert {"corpus"} <= set(runs_of(server, clean)[0]["tags"])


def test_a_slow_server_is_no_warning_at_the_end_of_a_build():
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    import flows.build  # noqa: F401 (makes Prefect quiet)

    for queue in (EventsWorker, APILogWorker):  # by the names that Prefect gives their loggers
        assert not logging.getLogger(queue.__name__).isEnabledFor(logging.WARNING)
        assert logging.getLogger(queue.__name__).isEnabledFor(logging.ERROR)


def test_a_schedule_ends_in_silence_when_a_service_manager_asks(server, environment, raw, tmp_path):
    command = [sys.executable, "-m", "flows.cli", "schedule", "--cron", "0 3 1 1 *", "--raw", str(raw)]
    here = {**environment, "PREFECT_API_URL": server}
    # as scripts start what runs in the background: Ctrl-C does not reach it
    command = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", *command]
    process = subprocess.Popen(command, env=here, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: handles(process.pid, signal.SIGTERM), seconds=60, process=process)
    process.terminate()
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert said.splitlines() == ["builds clean from " + str(raw) + " at '0 3 1 1 *' UTC; stop with Ctrl-C"]


def handles(pid, number):
    """Whether a process has a handler of its own for a signal (proc(5), SigCgt)."""
    (mask,) = re.findall(r"^SigCgt:\s*(\w+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return int(mask, 16) >> (number - 1) & 1
