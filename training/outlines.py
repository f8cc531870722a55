"""Make extractors/data/outlines*.npz: pictures of the letters of reference fonts, a file per script.

    python training/outlines.py FOLDER...

The folders hold unpacked font packages with free licences, searched recursively for the files named in FACES:
matplotlib (DejaVu, Bitstream Vera licence; STIX, SIL OFL 1.1; Computer Modern, BaKoMa licence), font-roboto and
font-caladea (Apache-2.0), font-source-sans-pro and font-source-serif-pro (SIL OFL 1.1), all from the Python package
index; Liberation (SIL OFL 1.1), Debian's fonts-liberation. Only pictures and measures of the glyphs go into the file.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from fontTools.ttLib import TTFont

sys.path.insert(0, str(Path(__file__).parents[1]))
from extractors.fonts_outlines import shape_of

TARGET = Path(__file__).parents[1] / "extractors" / "data"
FACES = {
    "DejaVu": ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-Italic"),
    "STIX": ("STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "STIXGeneralBolIta"),
    "ComputerModern": ("cmr10", "cmb10", "cmti10", "cmss10", "cmtt10"),
    "SourceSans": ("SourceSansPro-Regular", "SourceSansPro-Bold", "SourceSansPro-It", "SourceSansPro-Light"),
    "SourceSerif": ("SourceSerifPro-Regular", "SourceSerifPro-Bold", "SourceSerifPro-It"),
    "Roboto": ("Roboto-Regular", "Roboto-Bold", "Roboto-Italic"),
    "Caladea": ("Caladea-Regular", "Caladea-Bold", "Caladea-Italic", "Caladea-BoldItalic"),
    "Liberation": (
        "LiberationSerif-Regular", "LiberationSerif-Bold", "LiberationSerif-Italic", "LiberationSans-Regular",
        "LiberationSans-Bold", "LiberationSans-Italic", "LiberationMono-Regular",
    ),
}  # fmt: skip
LATIN = (
    "".join(map(chr, [*range(0x21, 0x7F), *range(0xA1, 0x180)]))
    .replace("\N{SOFT HYPHEN}", "")
    .replace("\N{LATIN SMALL LETTER LONG S}", "")
    .replace("\N{MACRON}", "")
) + "ȘșȚțẞ‘’‚“”„–—…•€‹›†‡™ﬀﬁﬂﬃﬄ−"
GREEK = "Ά" + "".join(map(chr, [*range(0x388, 0x3A2), *range(0x3A3, 0x3CF)]))  # modern Greek
CYRILLIC = "".join(map(chr, range(0x400, 0x460))) + "Ґґ№"
CHARACTERS = {"outlines": LATIN, "outlines_greek": GREEK, "outlines_cyrillic": CYRILLIC}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER", help="an unpacked font package")
    folders = parser.parse_args().folders
    files = {path.stem: path for folder in folders for path in sorted(folder.rglob("*.[to]tf"))}
    if missing := [face for faces in FACES.values() for face in faces if face not in files]:
        parser.error(f"the folders lack {', '.join(missing)} (.ttf or .otf); nothing was written")
    for name, characters in CHARACTERS.items():
        make(TARGET / f"{name}.npz", characters, files)


def make(target: Path, wanted: str, files: dict[str, Path]) -> None:
    """Write the file of one script."""
    pictures, boxes, characters, family = [], [], [], []
    for number, (name, faces) in enumerate(sorted(FACES.items())):
        for face in faces:
            font = TTFont(files[face])
            glyphs, cmap, em = font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm
            print(name, face, sum(ord(c) in cmap for c in wanted))
            for character in wanted:
                if ord(character) not in cmap:
                    continue
                shape = shape_of(glyphs[cmap[ord(character)]].draw, glyphs, em)
                if shape is None:
                    continue
                values = np.round(shape.picture * 15).astype(np.uint8).reshape(-1, 2)
                pictures.append(values[:, 0] << 4 | values[:, 1])
                boxes.append(np.round(shape.box * 1000).astype(np.int16))
                characters.append(character)
                family.append(number)
    np.savez_compressed(
        target,
        pictures=np.stack(pictures),
        boxes=np.stack(boxes),
        characters=np.array("".join(characters)),
        families=np.array("\n".join(sorted(FACES))),
        family=np.array(family, dtype=np.uint8),
    )
    print(len(characters), "shapes", target.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
