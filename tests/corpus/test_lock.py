from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from corpus.errors import CorpusError, CorpusLocked
from corpus.lock import corpus_lock

ROOT = Path(__file__).parents[2]

HOLD = """
import sys
from pathlib import Path
from corpus.lock import corpus_lock
with corpus_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""

FORK_AND_HOLD = """
import os, sys, time
from pathlib import Path
from corpus.lock import corpus_lock
with corpus_lock(Path(sys.argv[1])):
    child = os.fork()
    if not child:
        time.sleep(60)
        os._exit(0)
    print(child, flush=True)
    sys.stdin.read()
"""


def start(script, clean):
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(clean)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    assert process.stdout
    return process, process.stdout.readline().strip()


def stop(process):
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def test_a_second_build_is_told_who_holds_the_lock_and_what_to_do(tmp_path):
    process, said = start(HOLD, tmp_path)
    try:
        assert said == "held"
        with pytest.raises(CorpusLocked) as refusal, corpus_lock(tmp_path):
            pass
    finally:
        stop(process)
    message = str(refusal.value)
    assert f"process {process.pid} on {socket.gethostname()}" in message
    assert f"kill {process.pid}" in message
    assert "since 20" in message
    assert "\n" not in message


def test_the_lock_of_a_killed_build_is_free(tmp_path):
    process, _ = start(HOLD, tmp_path)
    stop(process)
    with corpus_lock(tmp_path):
        holder = json.loads((tmp_path / "state" / "lock").read_text())
    assert holder["pid"] == os.getpid()


def test_a_worker_that_outlives_a_killed_build_does_not_keep_the_lock(tmp_path):
    process, child = start(FORK_AND_HOLD, tmp_path)
    try:
        with pytest.raises(CorpusLocked), corpus_lock(tmp_path):
            pass
        stop(process)
        os.kill(int(child), 0)  # it is still there
        assert taken_within(10, tmp_path)  # a child that has not run yet lets go when it does
    finally:
        os.kill(int(child), signal.SIGKILL)


def taken_within(seconds, clean):
    """Whether the lock can be taken before so many seconds are over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(CorpusLocked), corpus_lock(clean):
            return True
        time.sleep(0.05)
    return False


def test_the_lock_survives_the_death_of_a_worker(tmp_path):
    with corpus_lock(tmp_path):
        child = os.fork()
        if not child:
            os._exit(0)
        os.waitpid(child, 0)
        with pytest.raises(CorpusLocked), corpus_lock(tmp_path):
            pass


def test_the_same_process_cannot_take_the_lock_twice_and_can_take_it_again(tmp_path):
    with corpus_lock(tmp_path), pytest.raises(CorpusLocked, match=str(os.getpid())), corpus_lock(tmp_path):
        pass
    with corpus_lock(tmp_path):
        pass


def test_the_lock_is_released_after_an_error_and_names_nobody(tmp_path):
    with pytest.raises(KeyError), corpus_lock(tmp_path):
        raise KeyError
    assert (tmp_path / "state" / "lock").read_bytes() == b""
    with corpus_lock(tmp_path):
        pass


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": "x"}', '{"pid": 1}', "\0\0"])
def test_a_holder_that_has_not_said_its_name_is_no_crash(tmp_path, content):
    process, _ = start(HOLD, tmp_path)
    try:
        (tmp_path / "state" / "lock").write_text(content)
        with pytest.raises(CorpusLocked, match="another build"), corpus_lock(tmp_path):
            pass
    finally:
        stop(process)


def test_missing_folders_are_made(tmp_path):
    clean = tmp_path / "a" / "clean"
    with corpus_lock(clean):
        assert (clean / "state").is_dir()


def one_line(error):
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_file_in_place_of_the_folder_is_an_error_that_says_what_to_do(tmp_path):
    clean = tmp_path / "clean"
    clean.write_text("not a folder")
    with pytest.raises(CorpusError) as error, corpus_lock(clean):
        pass
    assert "is a file; move it away" in one_line(error)
    assert clean.read_text() == "not a folder"


def test_a_folder_below_a_file_is_an_error_that_says_what_to_do(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CorpusError) as error, corpus_lock(tmp_path / "file" / "clean"):
        pass
    assert "choose another folder" in one_line(error)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_an_error_that_says_what_to_do(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(CorpusError) as error, corpus_lock(tmp_path / "clean"):
            pass
    finally:
        tmp_path.chmod(0o700)
    assert "make the folder writable" in one_line(error)
