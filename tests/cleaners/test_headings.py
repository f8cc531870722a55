import pytest

from cleaners.headings import strip_permalinks
from corpus.document import Hint, build, replay


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Einbau¶", "Einbau"),
        ("Install \N{PILCROW SIGN}", "Install"),
        ("Usage #", "Usage"),
        ("Liens \N{LINK SYMBOL}", "Liens"),
        ("Ports \N{ANCHOR}\N{VARIATION SELECTOR-16}", "Ports"),
        ("Programmieren in C#", "Programmieren in C#"),
        ("¶", "¶"),
        ("Le signe ¶ et son histoire", "Le signe ¶ et son histoire"),
        ("", ""),
    ],
)
def test_only_a_sign_at_the_end_of_a_heading_goes(heading, expected):
    document = strip_permalinks(build([(heading, "heading", 2, Hint()), ("Text¶", "paragraph", 0, Hint())]))
    assert document.text == f"{expected}\n\nText¶".strip()
    assert replay(document.raw_text, document.edits) == document.text


def test_the_title_that_repeats_a_heading_loses_the_sign_too():
    blocks = [("Einbau¶", "heading", 1, Hint()), ("Text", "paragraph", 0, Hint())]
    assert strip_permalinks(build(blocks, title="Einbau¶")).title == "Einbau"
