"""Web pages made up from a seed, in the proportions of ordinary ones.

An article of some 400 English words, each as often as it is in real texts, in a template with metadata, a script,
navigation, related links and a footer: some 10 kB, of which a fourth is the article. One page in twenty has the article
of an earlier page with some letters replaced, one in twenty a part of one.
"""

from __future__ import annotations

import json
import random
from itertools import accumulate
from pathlib import Path

from wordfreq import top_n_list, word_frequency

# Words must be real ones: the repair of damaged text looks long at what no language has.
_WORDS = top_n_list("en", 20_000)
_WEIGHTS = list(accumulate(word_frequency(word, "en") for word in _WORDS))
_MENU = [word for word in _WORDS if len(word) > 6][:30]
COPY, PART = 7, 13  # of twenty pages in a row: one that is nearly, one that is partly that of some time before
_BEFORE = 100  # pages
_PARAGRAPHS, _SENTENCES = 7, 4
_SCRIPT = "(function(w,d){w.queue=w.queue||[];w.queue.push({start:Date.now(),event:'page'});})(window,document);\n" * 12
_STYLE = ".site-header .menu li a{display:inline-block;padding:4px 8px;color:#24292f;text-decoration:none}\n" * 20


def page(number: int) -> str:
    """One web page, its own for each number."""
    r = random.Random(number)
    title = _sentence(r)[:60]
    body = "".join(f"<p>{text}</p>\n" for text in _article(number))
    links = "".join(
        f'<li class="card"><a class="card__link" href="/{n}/">{_sentence(r)[:40]}</a></li>' for n in range(8)
    )
    menu = "".join(f'<li class="menu-item"><a href="/{word}/" title="{word}">{word}</a></li>' for word in _MENU)
    data = json.dumps({"@type": "Article", "headline": title, "datePublished": "2026-03-01"})
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} | The papers</title>'
        f'<meta property="og:title" content="{title}"><link rel="canonical" href="https://papers.example/{number}/">'
        f'<script type="application/ld+json">{data}</script><style>{_STYLE}</style><script>{_SCRIPT}</script></head>'
        f'<body class="single"><header class="site-header"><nav><ul class="menu">{menu}</ul></nav></header>'
        f'<main id="content"><article class="post"><h1>{title}</h1>{body}</article></main>'
        f'<aside class="related"><h3>Related posts</h3><ul class="cards">{links}</ul></aside>'
        "<footer><p>© The river papers. All rights reserved.</p></footer></body></html>"
    )


def _article(number: int) -> list[str]:
    kind, r = number % 20, random.Random(f"article {number}")
    if kind not in {COPY, PART} or number < _BEFORE:
        return [" ".join(_sentence(r) for _ in range(_SENTENCES)) for _ in range(_PARAGRAPHS)]
    earlier = _article(number - _BEFORE + 1)
    if kind == PART:
        return earlier[: r.randint(2, 5)]
    return [text.replace("e", "a", 1) for text in earlier]


def _sentence(r: random.Random) -> str:
    return " ".join(r.choices(_WORDS, cum_weights=_WEIGHTS, k=r.randint(8, 22))).capitalize() + "."


def write_pages(folder: Path, numbers: range) -> None:
    """One file per number."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / f"{number:06}.html").write_text(page(number), encoding="utf-8")
