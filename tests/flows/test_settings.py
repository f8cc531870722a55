from pathlib import Path

import pytest

from corpus.errors import SettingsError
from flows.settings import Settings, load_settings, to_toml


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_without_file_and_environment_the_defaults_are_in_force():
    assert load_settings() == Settings()


def test_command_line_beats_environment_beats_file(tmp_path, monkeypatch):
    Path("limpide.toml").write_text('raw = "from-file"\nclean = "from-file"\nworkers = 3\n')
    monkeypatch.setenv("LIMPIDE_CLEAN", "from-environment")
    monkeypatch.setenv("LIMPIDE_WORKERS", "4")
    settings = load_settings(workers=5)
    assert (settings.raw, settings.clean, settings.workers) == (Path("from-file"), Path("from-environment"), 5)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("wrokers = 3\n", ["limpide.toml", "wrokers", "workers"]),
        ("workers = -1\n", ["limpide.toml", "workers", "greater than or equal to 0"]),
        ('workers = "many"\n', ["limpide.toml", "workers", "many"]),
        ("workers = = 3\n", ["limpide.toml", "cannot be read"]),
        ("seconds_per_document = 0\n", ["limpide.toml", "seconds_per_document", "greater than 0"]),
    ],
)
def test_a_mistake_in_the_file_names_file_key_and_what_is_allowed(text, words):
    Path("limpide.toml").write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    for word in words:
        assert word in str(caught.value)


def test_a_mistake_in_the_environment_names_the_variable(monkeypatch):
    monkeypatch.setenv("LIMPIDE_MEMORY_MB", "plenty")
    with pytest.raises(SettingsError, match="LIMPIDE_MEMORY_MB"):
        load_settings()


def test_a_settings_file_that_was_named_must_exist():
    with pytest.raises(SettingsError, match=r"other\.toml: no such file"):
        load_settings(Path("other.toml"))


def test_what_config_prints_can_be_read_back():
    before = load_settings(raw="some where", workers=7)
    Path("limpide.toml").write_text(to_toml(before))
    assert load_settings() == before
