"""Words that lose their vowel before another word: `l’eau`, `jusqu’ici`, `dell’acqua`."""

from __future__ import annotations

LANGUAGES = frozenset(("fr", "it", "ca"))

ELIDED = frozenset(
    ("l", "d", "j", "n", "s", "c", "m", "t", "qu", "jusqu", "lorsqu", "puisqu", "quelqu", "aujourd", "presqu", "entr",
     "quoiqu", "dell", "all", "nell", "dall", "sull", "un")
)  # fmt: skip
"""What is left of them."""

VOWELS = frozenset("aeiouyhàâäáæéèêëîïíôœóòùûüú")
"""What the word behind begins with, in lower case."""
