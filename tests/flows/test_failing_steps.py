"""The k-th write, rename, fsync, or statement or commit of SQLite fails, for k = 1, 2, 3, ... until a build passes.

As SQLite is tested. After each failure `latest` shows the old corpus or the new one, whole; and one undisturbed build
puts everything right. In one series a single step fails; in the other all steps from the k-th on do, as when the
process is killed there or the disk is gone: then what should clear up behind an error fails as well.

The state of the builds under test knows every document already, so that no worker is started and a build takes a
fraction of a second.
"""

from __future__ import annotations

import shutil

import pytest

from corpus.errors import CorpusError
from tests.flows.failing_steps import Prepared, content, failing, failing_state, leftovers, prepare, run


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Prepared:
    return prepare(tmp_path_factory.mktemp("steps"))


@pytest.mark.parametrize(
    ("fail", "for_good"),
    [(failing, False), (failing, True), (failing_state, False)],
    ids=["one step fails", "all steps from there fail", "one step of the state's database fails"],
)
def test_whichever_step_of_a_build_fails_the_corpus_is_whole_and_the_next_build_ends_it(
    prepared, tmp_path, monkeypatch, fail, for_good
):
    clean = tmp_path / "clean"
    for at in range(1, 500):
        shutil.copytree(prepared.old, clean, symlinks=True)
        failed = False
        with fail(monkeypatch, at, for_good=for_good) as steps:
            try:
                run(prepared.raw, clean)
            except CorpusError as error:
                failed = "\n" not in str(error)
                assert failed
        assert content(clean) in (prepared.before, prepared.after), at
        if at <= steps.count:
            run(prepared.raw, clean)
        assert content(clean) == prepared.after, at
        assert not leftovers(clean), at
        shutil.rmtree(clean)
        if steps.count < at:
            assert not failed
            break
    assert at > 10
