"""Make the sample corpus in `raw/` from what is written in `content/`.

    python tests/samples/make_samples.py            write raw/<source>/...
    python tests/samples/make_samples.py --check    compare with what lies there; exit 1 and name what differs

Each text is written once; the page, the damage done to it and the ideal text follow from it. Bytes are the same on every
machine. The PDFs need reportlab (`pip install reportlab`, the version is in their first lines); without it they are
left as they are and the rest is made.
"""

from __future__ import annotations

import argparse
import sys
import textwrap
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import damage
import pages
from prose import expected, french

HERE = Path(__file__).parent
_IDEAL = "ideal:"  # before the path of an item: the text that an ideal editor would make of it
RAW = HERE.parents[1] / "raw"
BROKEN_OFF = 0.4  # share of the bytes that an interrupted download left of the truncated PDF

Files = dict[str, bytes]  # path below raw/ -> contents


def _content(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / "content" / f"{name}.toml").read_text(encoding="utf-8"))


def _item(source: str, name: str, data: bytes, kept: list[str]) -> Iterator[tuple[str, bytes]]:
    yield f"{source}/{name}", data
    yield f"{_IDEAL}{source}/{name}", expected(kept).encode("utf-8")


def gazette() -> Iterator[tuple[str, bytes]]:
    """Five articles, one of them saved twice, one published again with changes, and a download that gave nothing."""
    content = _content("gazette-du-val")
    whole = {each["file"]: each for each in content["page"] if "based_on" not in each}
    for each in content["page"]:
        entry = _revised(each, whole[each["based_on"]]) if "based_on" in each else each
        others = [other["title"] for other in whole.values() if other["title"] != entry["title"]]
        page, kept = pages.gazette(entry, content["site"], others)
        yield from _item("gazette-du-val", entry["file"], page.encode("utf-8"), kept)
        for copy in each.get("copies", ()):
            yield f"gazette-du-val/{copy}", page.encode("utf-8")
    yield "gazette-du-val/marche-de-noel-programme.html", b""


def _revised(entry: Mapping[str, Any], original: Mapping[str, Any]) -> dict[str, Any]:
    body = original["body"]
    for old, new in entry["replace"]:
        if old not in body:
            raise ValueError(f"{entry['file']}: {old!r} is not in {entry['based_on']}")
        body = body.replace(old, new)
    return {**original, **entry, "body": body}


def harbour() -> Iterator[tuple[str, bytes]]:
    """Five posts, one decoded wrongly and saved again, one in windows-1252 that does not say so."""
    content = _content("harbour-notes")
    for entry in content["page"]:
        page, kept = pages.harbour(entry, content["site"], content["page"])
        if entry.get("damage") == "mojibake":
            page = damage.doubly_encoded(page)
        encoding = "windows-1252" if entry.get("damage") == "windows-1252" else "utf-8"
        yield from _item("harbour-notes", entry["file"], page.encode(encoding), kept)


def werkstatt() -> Iterator[tuple[str, bytes]]:
    """Two threads and three pages of a handbook."""
    content = _content("werkstatt-forum")
    for entry in content["thread"]:
        page, kept = pages.forum(entry, content["site"])
        yield from _item("werkstatt-forum", entry["file"], page.encode("utf-8"), kept)
    for entry in content["handbook"]:
        page, kept = pages.handbook(entry, content["handbook"])
        yield from _item("werkstatt-forum", entry["file"], page.encode("utf-8"), kept)


def lectures() -> Iterator[tuple[str, bytes]]:
    """Visible text without markup, one garbled in part, one in a gzip file."""
    for entry in _content("lectures")["text"]:
        lines = french(entry["text"]).strip().splitlines()
        raw = [each for line in lines for each in _wrapped(line.removeprefix("@"), entry.get("wrap"))]
        text = damage.garble_marked("\n".join(raw)) + "\n"
        data = text.encode("utf-8")
        if entry.get("damage") == "gzip":
            data = damage.gzipped(data)
        kept = [damage.unmark(line.strip()) for line in lines if line.strip() and not line.startswith("@")]
        yield from _item("lectures", entry["file"], data, kept)


def _wrapped(line: str, width: int | None) -> list[str]:
    """A paragraph as the lines of a PDF with a blank line behind each, where `width` is given."""
    if not width or len(line) <= width:
        return [line]
    lines = textwrap.wrap(line, width, break_on_hyphens=False, break_long_words=False)
    return [each for wrapped in lines for each in (wrapped, "")][:-1]


def rapports() -> Iterator[tuple[str, bytes]]:
    """Three PDFs and one that breaks off."""
    from pdfs import make_pdf  # needs reportlab

    for entry in _content("rapports")["pdf"]:
        data, kept = make_pdf(entry)
        yield from _item("rapports", entry["file"], data, kept)
        if "truncated_copy" in entry:
            yield f"rapports/{entry['truncated_copy']}", data[: int(len(data) * BROKEN_OFF)]


MAKERS: tuple[Callable[[], Iterator[tuple[str, bytes]]], ...] = (gazette, harbour, werkstatt, lectures, rapports)


def make() -> Files:
    """All raw items of the sample corpus. The source.toml are written by hand, the pinned texts by limpide."""
    return {path: data for path, data in _make().items() if not path.startswith(_IDEAL)}


def ideal() -> dict[str, str]:
    """The texts that an ideal editor would make of the items, by path below raw/."""
    made = _make()
    return {path.removeprefix(_IDEAL): made[path].decode("utf-8") for path in made if path.startswith(_IDEAL)}


def _make() -> Files:
    files: Files = {}
    for maker in MAKERS:
        try:
            files.update(maker())
        except ModuleNotFoundError as error:
            if error.name != "reportlab":
                raise
            sys.stderr.write("reportlab is not installed: the PDFs are left out\n")
    return files


def differing(files: Files, folder: Path = RAW) -> list[str]:
    """Paths whose bytes are not those that `make` gives."""
    return [
        path for path, data in files.items() if not (folder / path).is_file() or (folder / path).read_bytes() != data
    ]


def main() -> int:
    """Write or check; see the module's docstring."""
    parser = argparse.ArgumentParser(description="Make or check the sample corpus in raw/.")
    parser.add_argument("--check", action="store_true", help="write nothing, name the files that differ")
    check = parser.parse_args().check
    files = make()
    different = differing(files)
    if not check:
        for path in different:
            (RAW / path).parent.mkdir(parents=True, exist_ok=True)
            (RAW / path).write_bytes(files[path])
    for path in different:
        print("differs" if check else "written", path)
    return int(check and bool(different))


if __name__ == "__main__":
    sys.exit(main())
