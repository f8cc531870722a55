"""Letters known by their outlines: how many are read right in a font family that is left out of the references.

    python -m benchmarks.fonts [--words 400]

For each script and each family with letters of it, words of one language are drawn by their frequency (wordfreq) and
set in each of the family's faces: glyph by glyph, as the outlines packaged with limpide have them, quantised. The
references are those of all other families. `nearest` is the share of letters that the nearest outline gives, `read`
what is read when words decide between letters that look alike, as PDFs are read. `script` is the share of faces taken
for the right script.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import numpy as np

import extractors.fonts_outlines as outlines
from extractors.fonts_matching import Glyph, _candidates, _script_of, match
from extractors.fonts_outlines import Shape

LANGUAGES = {"latin": "fr", "greek": "el", "cyrillic": "ru"}
STAND_INS = 0x100000


def faces(script: str) -> Iterator[tuple[str, dict[str, Shape]]]:
    """The family of each face in the references and its outlines by character."""
    folder = Path(outlines.__file__).with_name("data")
    with np.load(folder / ("outlines.npz" if script == "latin" else f"outlines_{script}.npz")) as data:
        packed, boxes, numbers = data["pictures"], data["boxes"], data["family"]
        characters, families = str(data["characters"]), str(data["families"]).split("\n")
    pictures = np.stack([packed >> 4, packed & 15], axis=-1).reshape(len(packed), -1).astype(np.float32) / 15
    face: dict[str, Shape] = {}
    family = -1
    for i, character in enumerate(characters):
        if face and (character in face or numbers[i] != family):
            yield families[family], face
            face = {}
        family = numbers[i]
        face[character] = Shape(pictures[i], boxes[i].astype(np.float32) / 1000)
    yield families[family], face


def words_of(language: str, letters: set[str], count: int) -> list[str]:
    """Words of some letters drawn by frequency, every fifth with a capital."""
    table = import_module("wordfreq").get_frequency_dict(language, wordlist="small")
    table = {word: share for word, share in table.items() if word.isalpha() and letters.issuperset(word)}
    drawn = random.Random(language).choices(list(table), list(table.values()), k=count)
    return [word.capitalize() if i % 5 == 0 else word for i, word in enumerate(drawn)]


def measure(face: dict[str, Shape], family: str, words: list[str], script: str) -> tuple[float, float, bool]:
    """(nearest, read, script) as in the docstring of this module, for one face."""
    used = sorted({c for word in words for c in word if c in face})
    stand_ins = {c: chr(STAND_INS + i) for i, c in enumerate(used)}
    able = [word for word in words if all(c in face for c in word)]
    text = " ".join("".join(stand_ins[c] for c in word) for word in able)
    without = frozenset((family,))
    shapes = [face[c] for c in used]
    found, _ = _script_of(shapes, without)
    nearest = dict(zip(used, (options[0].character for options in _candidates(shapes, script, without)), strict=True))
    glyphs = {stand_ins[c]: Glyph(face[c], "\U000f0000", 1) for c in used}
    meant = match(glyphs, {}, [text], without)
    counts: dict[str, int] = defaultdict(int)
    for word in able:
        for c in word:
            counts[c] += 1
    total = max(1, sum(counts.values()))
    by_look = sum(n for c, n in counts.items() if nearest[c] == c)
    read = sum(n for c, n in counts.items() if meant.get(stand_ins[c], ("", 0))[0] == c)
    return by_look / total, read / total, found == script


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", type=int, default=400, help="words set in each face (400)")
    parser.add_argument("--script", choices=LANGUAGES, help="only this script")
    options = parser.parse_args()
    print(f"{'script':10}{'family':16}{'faces':>6}{'nearest':>9}{'read':>8}{'script':>8}")
    for script, language in LANGUAGES.items() if not options.script else [(options.script, LANGUAGES[options.script])]:
        letters = {c for _, face in faces(script) for c in face}
        words = words_of(language, letters, options.words)
        rows: dict[str, list[tuple[float, float, bool]]] = defaultdict(list)
        for family, face in faces(script):
            if {*"".join(words).lower()} <= face.keys():
                rows[family].append(measure(face, family, words, script))
        everything = [row for of_family in rows.values() for row in of_family]
        for family, of_family in [*sorted(rows.items()), ("all", everything)]:
            means = [sum(row[k] for row in of_family) / len(of_family) for k in range(3)]
            print(f"{script:10}{family:16}{len(of_family):6}{means[0]:9.4f}{means[1]:8.4f}{means[2]:8.2f}")


if __name__ == "__main__":
    main()
