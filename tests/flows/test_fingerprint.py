"""Results of earlier builds are used again only where code and libraries are the same."""

from __future__ import annotations

import ast
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

from flows import fingerprint

ROOT = Path(__file__).parents[2]
STORES = {"orjson", "pyarrow", "zstandard"}  # they keep what others made, and change none of it


def imported(folder: Path) -> set[str]:
    """Top-level names of the modules that a package imports."""
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found


def test_every_library_that_shapes_text_is_part_of_the_fingerprint():
    modules = set().union(*(imported(ROOT / package) for package in fingerprint.PACKAGES))
    owners = packages_distributions()
    libraries = {owners[name][0].lower() for name in modules - sys.stdlib_module_names if name in owners}
    assert libraries - {"limpide"} - STORES <= set(fingerprint.LIBRARIES)


def test_every_library_of_the_fingerprint_is_there():
    assert "absent" not in {fingerprint._version(library) for library in fingerprint.LIBRARIES}
