"""The real flow on a real Prefect server, which these tests start and end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import httpx
import pytest

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


def test_a_build_through_a_running_server_is_seen_there_stage_by_stage(server, environment, raw, tmp_path):
    clean = tmp_path / "clean"
    done = subprocess.run(
        build_command(raw, clean),
        env={**environment, "PREFECT_API_URL": server},
        capture_output=True,
        text=True,
        timeout=180,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert (clean / "latest" / "manifest.json").exists()
    assert "published" in done.stdout
    runs = httpx.post(f"{server}/flow_runs/filter", json={"flows": {"name": {"any_": ["build-corpus"]}}}).json()
    (run,) = [run for run in runs if run["parameters"].get("clean") == str(clean)]
    assert run["state_type"] == "COMPLETED"
    wanted = {"scan", "prepare-1", "finish-1", "decide", "publish"}

    def stages():
        tasks = httpx.post(f"{server}/task_runs/filter", json={"flow_runs": {"id": {"any_": [run["id"]]}}}).json()
        return wanted <= {task["name"] for task in tasks if task["state_type"] == "COMPLETED"}

    assert wait_for(stages, seconds=30)


def test_a_build_that_fails_is_a_failed_run_and_one_clear_line(server, environment, raw, tmp_path):
    (raw / "carnets" / "source.toml").write_text("priority = 'high'\n")
    done = subprocess.run(
        build_command(raw, tmp_path / "clean"),
        env={**environment, "PREFECT_API_URL": server},
        capture_output=True,
        text=True,
        timeout=180,
        cwd=tmp_path,
    )
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1 and "priority must be a whole number" in done.stderr


def test_a_deployment_with_a_cron_schedule_gets_its_runs_created(server, environment, tmp_path):
    code = (
        "from flows.build import build_corpus\n"
        "deployment = build_corpus.to_deployment('nightly', cron='*/5 * * * *', parameters={'raw': 'raw'})\n"
        "print(deployment.apply())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**environment, "PREFECT_API_URL": server},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    deployment = done.stdout.strip().splitlines()[-1]

    def scheduled():
        wanted = {
            "deployments": {"id": {"any_": [deployment]}},
            "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
        }
        return httpx.post(f"{server}/flow_runs/filter", json=wanted).json()

    runs = wait_for(scheduled, seconds=90)
    assert all(int(run["expected_start_time"][14:16]) % 5 == 0 for run in runs)


def test_a_cron_run_is_executed_by_a_worker_and_leaves_artifacts(server, environment, raw, tmp_path):
    """As the README tells an operator: work pool, deployment, worker."""
    clean = tmp_path / "clean"
    here = {**environment, "PREFECT_API_URL": server}
    deployment = tmp_path / "prefect.yaml"
    text = (ROOT / "prefect.yaml").read_text().replace('cron: "0 3 * * *"', 'cron: "* * * * *"')
    deployment.write_text(text.replace("{ raw: raw, clean: clean }", f"{{ raw: {raw}, clean: {clean} }}"))

    def prefect(*words, **more):
        command = [sys.executable, "-m", "prefect", *map(str, words)]
        return subprocess.run(
            command, env=here, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True, **more
        )

    prefect("work-pool", "create", "limpide", "--type", "process")
    prefect("--no-prompt", "deploy", "--prefect-file", deployment, "--name", "nightly")
    worker = subprocess.Popen(
        [sys.executable, "-m", "prefect", "worker", "start", "--pool", "limpide"],
        env=here,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for((clean / "latest" / "manifest.json").exists, seconds=150)
        wanted = {"artifacts": {"key": {"any_": ["sources", "removed", "snapshot"]}}}

        def artifacts():
            found = httpx.post(f"{server}/artifacts/filter", json=wanted).json()
            return {a["key"]: a["data"] for a in found if str(raw) in str(flow_run(server, a["flow_run_id"]))}

        found = wait_for(lambda: len(artifacts()) == 3 and artifacts(), seconds=30)
        assert '"documents": 8' in found["sources"]
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def flow_run(server: str, run_id: str) -> dict:
    return httpx.get(f"{server}/flow_runs/{run_id}").json()["parameters"]


def test_a_killed_build_leaves_no_temporary_server_behind(environment, raw, tmp_path):
    process = subprocess.Popen(
        build_command(raw, tmp_path / "clean"),
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(lambda: servers(process.pid), seconds=60)
        process.kill()
        process.wait()
        wait_for(lambda: not servers(process.pid), seconds=20)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


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
