"""Pages of what no page is made of are refused before the parser gets them, and say why."""

import pytest

import limpide
from corpus.errors import ExtractionError
from extractors import preflight


def read(html: str) -> str:
    return limpide.extract(limpide.RawItem(html.encode(), media_type="text/html")).raw_text


def attributes(count: int) -> str:
    return f"<p {' '.join(f'a{n}=1' for n in range(count))}>The bread is ready."


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<b>x</b>" * 600_000, "more than 1,000,000 tags"),
        (f'<img alt="{"a" * 10_000_001}">', "attributes of more than 10,000,000 characters"),
        (attributes(20_001), "more than 20,000 attributes"),
    ],
    ids=["tags", "a large attribute", "many attributes"],
)
def test_a_page_of_too_much_is_refused_with_the_reason(html, said):
    with pytest.raises(ExtractionError, match=said):
        read(html)


def test_large_pages_that_are_none_of_these_are_read():
    picture = f'<img src="data:image/png;base64,{"A=" * 1_000_000}"><p>The bread is ready.'
    script = f"<script>{'if (a<b) c=d; ' * 5_000}</script><p>The bread is ready."
    for html in (picture, script, attributes(10_000), "<b>x</b> " * 5_000 + "<p>The bread is ready."):
        assert read(html).endswith("The bread is ready.")


def test_small_pages_are_not_looked_at(monkeypatch):
    monkeypatch.setattr(preflight, "_MAX_TAGS", 1)
    assert read("<p>The bread<p>is ready.") == "The bread\n\nis ready."
