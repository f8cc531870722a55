"""Line ends of quoted-printable: `ch=E2ta=` and on the next line `igniers`.

Mail in this encoding breaks its lines at 76 characters with a `=` before the break (RFC 2045, 6.7). Such line ends are
believed in texts that have letters in the same encoding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.document import Change, Document, repair

_BREAK = re.compile(r"(?<![?=])=\n")  # `?=` ends an encoded word of a header, `==` encoded data
_LETTER = re.compile(r"[A-Za-z]=[89A-F][0-9A-F]|=[89A-F][0-9A-F][A-Za-z]")
_FEWEST_LETTERS = 2
_SHORTEST, _LONGEST = 60, 76  # characters of a line with its `=`; an escape is never parted, so it may end earlier
_CONFIDENCE = 0.95


def soft_breaks(document: Document) -> Iterator[Change]:
    """Take the soft line breaks out, where a block does not end."""
    text = document.text
    if "=\n" not in text or sum(1 for _ in _LETTER.finditer(text)) < _FEWEST_LETTERS:
        return
    ends = {block.end for block in document.kept_blocks()}
    for match in _BREAK.finditer(text):
        start, end = match.span()
        line = text[text.rfind("\n", 0, start) + 1 : end - 1]
        if _SHORTEST <= len(line) <= _LONGEST and " " in line and ends.isdisjoint((start, start + 1)):
            yield repair(start, end, "", "escape", "escape-quoted-printable", _CONFIDENCE)
