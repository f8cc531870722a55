"""Texts about encodings quote damage: `"cafÃ©" should be "café"`. What is quoted stays as it is.

Such a line shows what the damage stands for. So damage is quoted where every damaged piece of a line either stands
there sound as well or is a single character that no word surrounds, as `Ã©` by itself, and one with a letter does stand
there.
"""

from __future__ import annotations

from collections.abc import Iterable

_SIGNS = "\"'`«»“”‘’„()[]{}.,;:!? \xa0"


def is_quoted(line: str, readings: Iterable[str]) -> bool:
    """Whether a line speaks of damage.

    Args:
        line: as it stands.
        readings: what each damaged token of it, the characters between two spaces, would be when repaired.
    """
    sound: set[str] | None = None
    shown = False
    for reading in readings:
        core = reading.strip(_SIGNS)
        if sound is None:
            sound = {token.strip(_SIGNS) for token in line.split()}
        if not core.isascii() and core in sound:
            shown = shown or any(map(str.isalpha, core))
        elif len(core) > 1:
            return False
    return shown
