"""What becomes of documents that resemble others: which go in whose favour, and what is noted beside those that stay.

Every source says what it wants. Documents of a `drop` source go when a document that stays, of the same or of another
source, is verified to be a copy. Those of an `annotate` source (versions of a law, posts that quote each other) always
stay, and stand for their copies in other sources; what they resemble is noted. Those of a `keep` source are not looked
at.

Of similar documents that of the source with the higher priority stays, of these one that stays anyway, then the one
with more words, then that with the smaller hash of its text, then of its raw item (equal texts may have different
titles). So the outcome is a function of the documents alone; keys, which names of files go into, decide only among
equal raw items.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from corpus.duplicates import near_duplicates_of
from corpus.known import Known
from corpus.relations import Related, soft_matches_of
from corpus.source import Duplicates

__all__ = ["Copies", "Dropped", "Looked", "find_copies"]

EXACT = "exact-duplicate"
NEAR = "near-duplicate"


class Looked(NamedTuple):
    """What has to be known of a document. `raw_sha256` is that of its raw item, `signature` that of its text
    (`corpus.signatures`).
    """

    key: str
    policy: Duplicates
    priority: int
    words: int
    text_sha256: str
    raw_sha256: str
    signature: bytes

    @property
    def rank(self) -> tuple[int, bool, int, str, str, str]:
        """Of similar documents that of the smallest rank stays; ranks are distinct as keys are."""
        return -self.priority, self.policy == "drop", -self.words, self.text_sha256, self.raw_sha256, self.key


class Dropped(NamedTuple):
    """Why a document goes: the one that stays is `of`, `similarity` is the Jaccard similarity of the two."""

    reason: str
    of: str
    similarity: float


class Copies(NamedTuple):
    """Documents that go, and relations of those that stay, by key."""

    dropped: Mapping[str, Dropped]
    related: Mapping[str, tuple[Related, ...]]


def find_copies(documents: Iterable[Looked], load: Callable[[str], str], known: Known | None = None) -> Copies:
    """Decide about all documents of a corpus.

    Args:
        documents: in any order, with distinct keys.
        load: gives the text of a key; called only for documents that may resemble another one, for some of them twice.
        known: answers of earlier builds, to which those of this one are added.

    Returns:
        Which documents go, each in favour of one that stays, and which of the others resemble each other.

    Raises:
        ValueError: a signature is none.
    """
    looked = sorted((document for document in documents if document.policy != "keep"), key=lambda d: d.rank)
    marks = {document.key: bytes.fromhex(document.text_sha256[:32]) for document in looked} if known else None
    equal = _equal(looked)
    rest = [document for document in looked if document.key not in equal]
    near = near_duplicates_of(
        [(document.key, document.rank, document.signature) for document in _telling(rest)],
        load,
        stay={document.key for document in rest if document.policy != "drop"},
        marks=marks,
        known=known,
    )
    dropped = {key: Dropped(NEAR, *found) for key, found in near.items()}
    for key, better in equal.items():
        # of the better ones with the same text all may be gone; then what they went for is as good a reason
        kept = next((of for of in better if of not in near), None)
        dropped[key] = Dropped(EXACT, kept, 1.0) if kept else dropped[better[0]]
    stay = [(document.key, document.signature) for document in looked if document.key not in dropped]
    return Copies(dropped, soft_matches_of(stay, load, marks=marks, known=known))


def _equal(ranked: Iterable[Looked]) -> dict[str, list[str]]:
    """Documents that go because better ones have the very same text, each with those of them that may stay."""
    better: dict[str, list[str]] = defaultdict(list)  # by text
    found: dict[str, list[str]] = {}
    for document in ranked:
        others = better[document.text_sha256]
        if others and document.policy == "drop":
            found[document.key] = others[:2]
        elif len(others) < 2:  # one that may go for being similar to another text, and one that stays anyway
            others.append(document.key)
    return found


def _telling(ranked: Iterable[Looked]) -> list[Looked]:
    """Without further documents of a text that stay anyway: a thousand equal ones decide nothing that one does not."""
    seen: set[tuple[str, bool]] = set()
    found = []
    for document in ranked:
        text = document.text_sha256, document.policy == "drop"
        if text not in seen:
            seen.add(text)
            found.append(document)
    return found
