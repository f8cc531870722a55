"""The collector of cycles waits while a document is worked on, and is as it was afterwards."""

from __future__ import annotations

import gc

import pytest

from corpus.collection import collection_paused


@collection_paused
def enabled_inside(error: type[Exception] | None = None) -> bool:
    if error:
        raise error
    return gc.isenabled()


def test_collector_waits_and_goes_on():
    assert gc.isenabled()
    assert not enabled_inside()
    assert gc.isenabled()


def test_collector_goes_on_after_an_error():
    with pytest.raises(ValueError, match=""):
        enabled_inside(ValueError)
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off():
    gc.disable()
    try:
        assert not enabled_inside()
        assert not gc.isenabled()
    finally:
        gc.enable()
