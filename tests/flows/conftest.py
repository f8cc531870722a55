"""Shared by the tests of builds."""

import json

import pytest
from click.testing import CliRunner

from flows.cli import main
from tests.conftest import page, prose


def lines(*records):
    """A JSON Lines file."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


RECORDS = (
    {"url": "https://bac.example/1", "html": page(1), "crawled_at": "2026-05-01T10:00:00+02:00"},
    {"url": "https://bac.example/2", "text": "\n\n".join(prose(2)), "title": "Deux"},
)


@pytest.fixture
def limpide(tmp_path, monkeypatch):
    """Runs the command line in an empty working directory."""
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    return lambda *words, **more: runner.invoke(main, [str(word) for word in words], **more)


@pytest.fixture
def crawl(tmp_path):
    """The folder of a source, empty."""
    folder = tmp_path / "raw" / "crawl"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def clean(tmp_path):
    return tmp_path / "clean"
