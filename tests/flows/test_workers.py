import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.workers import Limits, Workers, tasks_of

sys.path.insert(0, str(Path(__file__).parent))
import hostile_jobs


@pytest.fixture(autouse=True)
def _jobs_importable(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)]))


by_itself_and_together = pytest.mark.parametrize("size", [None, len], ids=["each by itself", "small ones together"])


@by_itself_and_together
def test_of_a_hundred_documents_only_the_guilty_are_lost(size):
    jobs = [f"document {n}" for n in range(100)]
    jobs[10], jobs[40], jobs[70] = "hang", "eat", "crash"
    with Workers(2, Limits(60, 3, 256)) as workers:
        outcomes = {outcome.job: outcome for outcome in workers.run(hostile_jobs.behave, jobs, size=size)}
    assert len(outcomes) == 100
    assert {job: outcome.error for job, outcome in outcomes.items() if outcome.result is None} == {
        "hang": "TimeLimit",
        "eat": "MemoryLimit",
        "crash": "WorkerDied",
    }
    assert all(outcome.result == len(job) for job, outcome in outcomes.items() if outcome.result is not None)


@by_itself_and_together
def test_processor_time_is_counted_for_each_document_by_itself(size):
    """Each takes most of a second; the worker they share has used up more than one document may long before the end."""
    with Workers(1, Limits(1, 60, 256)) as workers:
        jobs = ["work 1", "work 2", "work 3", "hang", "a", "bb"]
        outcomes = {o.job: o for o in workers.run(hostile_jobs.behave, jobs, size=size)}
    assert outcomes["hang"].error == "CpuLimit" and "cpu_seconds_per_document = 1" in outcomes["hang"].message
    assert [outcomes[word].result for word in ("work 1", "work 2", "work 3", "a", "bb")] == [6, 6, 6, 1, 2]


def test_small_jobs_share_a_task_and_large_ones_have_their_own():
    sizes = [10] * 11 + [10_000_000, 10, 150_000, 150_000]
    assert [len(task) for task in tasks_of(sizes, size=int)] == [8, 3, 1, 2, 1]
    assert [len(task) for task in tasks_of(sizes, size=None)] == [1] * 15
    assert list(tasks_of([], size=int)) == []


@pytest.mark.parametrize(("word", "said"), [("exit", "exit code 7"), ("kill", "SIGKILL")])
def test_the_message_says_how_a_worker_died(word, said):
    with Workers(1, Limits(60, 10, 256)) as workers:
        (outcome,) = workers.run(hostile_jobs.behave, [word])
    assert said in outcome.message


def test_alone_runs_every_job_all_the_same():
    with Workers(2, Limits(60, 10, 256)) as workers:
        assert sorted(o.result for o in workers.run(hostile_jobs.behave, ["a", "bb", "ccc"], alone=True)) == [1, 2, 3]


def test_workers_do_not_import_the_main_module(tmp_path):
    """A script without a __main__ guard would otherwise start the build again in every worker."""
    script = tmp_path / "script.py"
    script.write_text(
        "print('started')\n"
        "from flows.workers import Limits, Workers, tasks_of\n"
        "with Workers(2, Limits(60, 10, 256)) as workers:\n"
        "    print(sorted(o.result for o in workers.run(len, ['a', 'bb'])))\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "started\n[1, 2]\n"


def test_workers_end_when_the_build_is_killed(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import time, hostile_jobs\n"
        "from flows.workers import Limits, Workers, tasks_of\n"
        "with Workers(1, Limits(60, 600, 256)) as workers:\n"
        "    (outcome,) = workers.run(hostile_jobs.parent_pid, ['x'])\n"
        "    print(*outcome.result, flush=True)\n"
        "    next(iter(workers.run(hostile_jobs.behave, ['hang'])))\n"
    )
    process = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    worker, server = map(int, process.stdout.readline().split())
    time.sleep(0.5)
    process.kill()
    process.wait()
    process.stdout.close()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any(alive(pid) for pid in (worker, server)):
        time.sleep(0.1)
    assert not alive(worker)
    assert not alive(server)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
