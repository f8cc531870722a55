"""Readers' comments: from a heading that opens them to the end of the page.

Only headings that speak of comments open a section; "3 replies" heads the answers of a forum as well, which are
content. The same heading often stands above a text as a link to its comments, so there must be text before it, and
where much text follows, something in it must look like comments: reply buttons, "X says:", dates of posting, numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaners.cues import Cue
from cleaners.page import Line, Page, Proposal, Proposals

MIN_WORDS_BEFORE = 50  # words of prose before a comments section: less is no text that one comments on
SMALL_SHARE = 0.15  # of the page's prose: so little may go on the word of a heading alone
SIGNS = 2  # reply buttons, dates, numbers below a heading that make a comments section of what follows,
LINES_PER_SIGN = 14  # and one in so many lines: fewer were a manual and a forum among the tuning pages
_SURE = ("comments-on-title", "comment-form")
_SCORE = 0.9

_SIGN = re.compile(
    r"""(?x)
    \b (?: says? | said | wrote | writes | a\ dit | a\ écrit | dit | écrit | sagt | schreibt | schrieb
         | meint | dice | dijo | escribió | scrive | ha\ scritto | disse | escreveu | schreef | schrijft
         | zegt | napisał\(?a?\)?
         | pisze | napsal\(?a?\)? | píše | skrev | skriver | säger | siger | sier | пишет | написала? | говорит | пише
         | λέει | είπε | έγραψε | yazdı | يقول | قال | كتب ) \s* (?: : | \.\.\. | … )
    | \b \d{4} \b \D{1,12} \b \d{1,2} [:h.] \d{2} \b
    | \b (?: \d+ | an? ) \s (?: min | hour | day | week | month | year ) \w* \s ago \b
    | \b (?: il\ y\ a | vor | hace | há ) \s \w+ \s \w+ \Z""",
    re.IGNORECASE,
)
_SIGN_LONGEST = 100  # characters; longer lines are what somebody wrote


def propose_comments(page: Page, cues: Sequence[Cue | None]) -> Proposals:
    """Everything from the heading of the comments on, or nothing."""
    if not any(cue and cue.section == "comments" for cue in cues):
        return {}
    total = sum(line.words for line in page if line.prose)
    signs = _Signs(page, cues)
    before = 0
    for position, (line, cue) in enumerate(zip(page, cues, strict=True)):
        if (
            cue
            and cue.section == "comments"
            and before >= MIN_WORDS_BEFORE
            and (total - before <= SMALL_SHARE * total or signs.follow(position, sure=cue.rule in _SURE))
        ):
            return dict.fromkeys(range(position, len(page)), Proposal("comments", "comments-section", _SCORE))
        before += line.words if line.prose else 0
    return {}


class _Signs:
    """How many lines from each position on look like parts of comments."""

    def __init__(self, page: Page, cues: Sequence[Cue | None]) -> None:
        signs, numbers = [0], [0]
        for line, cue in zip(reversed(page), reversed(cues), strict=True):
            numbered = line.kind == "list_item" and line.text[0].isdigit()
            signs.append(signs[-1] + is_sign(line, cue))
            numbers.append(numbers[-1] + numbered)
        self.signs, self.numbers = signs[::-1], numbers[::-1]

    def follow(self, head: int, *, sure: bool) -> bool:
        """Whether what stands below a heading looks like comments; `sure`: the heading hardly means anything else."""
        signs = self.signs[head + 1]
        if sure:
            return signs + self.numbers[head + 1] >= SIGNS - 1
        return signs >= SIGNS and signs * LINES_PER_SIGN >= len(self.signs) - 1 - head


def is_sign(line: Line, cue: Cue | None) -> bool:
    """Whether a line looks like a part of a comment: its heading, a date of posting, a reply button."""
    if cue is not None and (cue.section == "comments" or cue.rule == "reply-button"):
        return True
    return len(line.text) <= _SIGN_LONGEST and _SIGN.search(line.text) is not None
