"""Shared by all tests: settings of the machine do not reach them, and pages are made up here."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure(config):
    config.option.loadscopereorder = False  # of pytest-xdist: files go to its workers in the order below


def pytest_collection_modifyitems(items):
    """Files that wait for servers come first: at the end nothing would be left to do meanwhile."""
    waiting = {item.path for item in items if item.get_closest_marker("server")}
    items.sort(key=lambda item: item.path not in waiting)


def pytest_collection_finish():
    """Half a million objects of the libraries are here to stay: each collection that a build asks for skips them."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch):
    for name in list(os.environ):
        if name.startswith("LIMPIDE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *filter(None, sys.path)]))
    monkeypatch.setenv("COLUMNS", "160")


SENTENCES = (
    "Le bac traverse la rivière deux fois par jour, sauf quand la brume cache l’autre rive.",
    "La passeuse connaît chaque remous et chaque voyageur par son nom.",
    "En hiver, la traversée dure le temps d’une chanson ; en été, celui de deux.",
    "Personne n’a jamais compté les planches du ponton, mais tout le monde sait laquelle grince.",
    "On raconte que le premier bac fut taillé dans un seul tronc, tombé un soir d’orage.",
    "Le registre de bord tient dans une boîte à biscuits, sous le banc de gauche.",
    "Les enfants de l’école y ont dessiné les oiseaux qu’ils voyaient passer.",
    "Au printemps, l’eau monte jusqu’à la troisième marche et tout le village vient regarder.",
)


def prose(seed: int, paragraphs: int = 4) -> list[str]:
    """Paragraphs of our own sentences, different for each seed."""
    rows = []
    for p in range(paragraphs):
        chosen = [SENTENCES[(seed * 3 + p * 5 + k * (1 + seed % 3)) % len(SENTENCES)] for k in range(4)]
        rows.append(f"Carnet {seed}, feuillet {p}. " + " ".join(chosen))
    return rows


def page(seed: int, *, extra: str = "", head: str = "") -> str:
    """A small web page with navigation, an article of `prose(seed)` and a footer."""
    body = "".join(f"<p>{paragraph}</p>\n" for paragraph in prose(seed))
    return (
        f'<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>Carnet {seed}</title>{head}</head><body>'
        '<nav><ul><li><a href="/">Accueil</a></li><li><a href="/bac">Le bac</a></li></ul></nav>'
        f"<main><article><h1>Carnet {seed}</h1>{body}{extra}</article></main>"
        "<footer><p>© Le carnet du bac. Tous droits réservés.</p></footer></body></html>"
    )


@pytest.fixture
def raw(tmp_path) -> Path:
    """A raw folder with one source of six pages and two texts."""
    folder = tmp_path / "raw"
    (folder / "carnets").mkdir(parents=True)
    for seed in range(6):
        (folder / "carnets" / f"page{seed}.html").write_text(page(seed), encoding="utf-8")
    for seed in (10, 11):
        (folder / "carnets" / f"texte{seed}.txt").write_text("\n\n".join(prose(seed)), encoding="utf-8")
    (folder / "carnets" / "source.toml").write_text('title = "Carnets du bac"\nlicence = "CC0-1.0"\n')
    return folder
