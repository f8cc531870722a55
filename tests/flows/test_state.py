import os

import pytest

from flows.state import FILE_NAME, State, StateLostError, pack, unpack


def fill(state, count=50):
    state.put((bytes([n]) * 16, f"{n:064}", pack(b"facts %d" % n), pack(os.urandom(4000))) for n in range(count))


def test_what_was_put_is_there_after_reopening(tmp_path):
    with State(tmp_path) as state:
        state.put([(b"k" * 16, "0" * 64, pack(b"facts"), pack(b"body"))])
    with State(tmp_path) as state:
        assert state.known([b"k" * 16, b"x" * 16]) == {b"k" * 16}
        assert list(state.facts([b"k" * 16])) == [(b"k" * 16, b"facts")]
        assert unpack(state.body(b"k" * 16)) == b"body"


@pytest.mark.parametrize("damage", ["truncate", "overwrite", "garbage", "empty"])
def test_a_damaged_state_is_noticed_or_begun_anew_and_never_gives_wrong_results(tmp_path, damage):
    with State(tmp_path) as state:
        fill(state)
    file = tmp_path / FILE_NAME
    data = bytearray(file.read_bytes())
    if damage == "truncate":
        data = data[: len(data) // 2]
    elif damage == "overwrite":
        data[len(data) // 2 : len(data) // 2 + 9000] = b"\xff" * 9000
    elif damage == "garbage":
        data = bytearray(b"this is no database at all" * 100)
    else:
        data = bytearray()
    file.write_bytes(data)
    with State(tmp_path) as state:
        try:
            for key, facts in state.facts([bytes([n]) * 16 for n in range(50)]):
                assert facts == b"facts %d" % key[0]
                assert len(unpack(state.body(key))) == 4000
        except StateLostError:
            state.discard()
            assert state.known([bytes([n]) * 16 for n in range(50)]) == set()
        fill(state, 3)
        assert len(state.known([bytes([n]) * 16 for n in range(50)])) >= 3


def test_a_missing_result_is_an_error_that_begins_the_build_again(tmp_path):
    with State(tmp_path) as state, pytest.raises(StateLostError):
        state.body(b"nothing")


def test_results_of_no_use_are_forgotten_once_they_are_many(tmp_path):
    with State(tmp_path) as state:
        keys = [n.to_bytes(16, "big") for n in range(2000)]
        state.put((key, "0" * 64, pack(b""), pack(b"")) for key in keys)
        state.keep_only(set(keys[:900]))
        assert len(state.known(keys)) == 2000
        state.keep_only(set(keys[:100]))
        assert state.known(keys) == set(keys[:100])


def test_a_layout_of_another_version_is_begun_anew(tmp_path):
    with State(tmp_path) as state:
        fill(state, 2)
        state._connection.execute("PRAGMA user_version = 99")
    with State(tmp_path) as state:
        assert state.known([bytes([n]) * 16 for n in range(2)]) == set()
