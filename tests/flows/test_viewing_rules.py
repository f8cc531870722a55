"""Trying the rules of a source in the viewer: what a maintainer sees before and after a line of `source.toml`."""

from __future__ import annotations

import re
from html import escape, unescape

import pytest
from starlette.testclient import TestClient

from corpus.schema import doc_id
from flows.settings import Settings
from flows.viewing import viewer
from tests.corpus.hostile import MARKUP
from tests.corpus.making import Corpus
from tests.corpus.test_render import Reader
from tests.samples import newcomer

SOURCE = "tollbridge"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with twenty raw pages, a snapshot that does not know them, and the viewer on it."""
    folder = tmp_path_factory.mktemp("rules")
    newcomer.main(folder / "raw" / SOURCE)
    corpus = Corpus()
    corpus.documents(1)
    corpus.publish(folder / "clean")
    settings = Settings(raw=folder / "raw", clean=folder / "clean", workers=1)
    return folder, TestClient(viewer(settings.clean, settings=settings), base_url="http://127.0.0.1")


@pytest.fixture
def rules(place):
    """Write rules and get the page that tries them."""
    folder, client = place

    def page(toml: str = "", address: str = f"/rules/{SOURCE}") -> str:
        (folder / "raw" / SOURCE / "source.toml").write_text(toml, encoding="utf-8")
        client.get(address)
        client.app.state.trials.wait()
        return client.get(address).text

    return page


def cells(html, selector):
    row = next(row for row in re.findall(r"<tr.*?</tr>", html) if f">{selector}</code>" in unescape(row))
    return [re.sub(r"<.*?>", "", cell) for cell in re.findall(r"<td.*?</td>", row)]


def test_the_page_says_what_became_of_each_element_and_a_line_of_rules_changes_it(rules):
    before = rules()
    selector, pages, kept, removed, _, _ = cells(before, ".zq-lift")
    assert (selector, pages, removed) == (".zq-lift", "20", "0")
    assert kept != "0"
    assert cells(before, ".zq-slip")[2] == "0"
    after = rules("[select]\nkeep = ['.zq-bay']\ndrop = ['.zq-lift', '.zq-kin', '.no-such']\n")
    assert cells(after, ".zq-lift")[2] == "0"
    assert cells(after, ".zq-slip")[3] == "0"
    assert re.search(r"drop \.zq-lift</td><td dir=auto>source-rule</td><td class=\"number\">20</td>", after)
    assert re.search(r"drop \.no-such</td><td dir=auto>matches nothing</td>", after)


def test_a_page_shows_the_selector_of_every_block(rules):
    html = rules(f"title = '{SOURCE}'\n")
    address = unescape(re.search(rf'href="(/rules/{SOURCE}/\w+)"', html)[1])
    page = rules(f"title = '{SOURCE}'\n", address)
    assert ".zq-lift &gt; p" in page
    assert "The snapshot has no such text." in page
    assert 'id="view-blocks" checked' in page


def test_a_wrong_rule_is_named_with_its_line(rules):
    html = rules("[select]\ndrop = ['.a > > b']\n")
    assert 'role="alert"' in html
    assert "source.toml:2: drop:" in html


def test_while_pages_are_cleaned_the_answer_is_there_at_once_and_asks_again(place):
    folder, client = place
    (folder / "raw" / SOURCE / "source.toml").write_text("title = 'once more'\n", encoding="utf-8")
    html = client.get(f"/rules/{SOURCE}").text
    assert '<meta http-equiv="refresh" content="1">' in html
    assert "<table" not in html
    client.app.state.trials.wait()


def test_what_cannot_be_read_says_why_beside_the_others(rules, place):
    bad = place[0] / "raw" / SOURCE / "broken.pdf"
    bad.write_bytes(b"%PDF-1.4\n broken")
    html = rules()
    bad.unlink()
    assert "the PDF is damaged" in html
    assert "Elements of the template" in html


@pytest.mark.parametrize("path", ["/rules/none", "/rules/..%2F..", "/rules/.hidden", f"/rules/{SOURCE}/none"])
def test_what_is_not_in_raw_is_not_found(rules, place, path):
    rules()
    assert place[1].get(path).status_code == 404


def test_nothing_hostile_becomes_markup(rules, place):
    page = place[0] / "raw" / SOURCE / "aaa <b>.html"
    names = "".join(f'<div class="{name}"><p>A sentence for it.</p></div>' for name in ("x<script>", "a&quot;b", "y'z"))
    page.write_text(f"<title>{MARKUP}</title><p>{MARKUP.replace('<', '&lt;')}</p>{names}", encoding="utf-8")
    html = rules(f"title = '''{MARKUP}'''\n[[lines.drop]]\nmatch = '<script>'\n")
    assert "problem" in html  # `[[lines.drop]]` is not how it is written; the message is hostile too
    for html in (rules(), place[1].get("/rules").text):
        reader = Reader(html)
        assert [tag for tag, _ in reader.elements].count("script") == 1
        assert not {tag for tag, _ in reader.elements} & {"b", "img"}
    key = doc_id(SOURCE, f"{SOURCE}/{page.name}")
    html = rules("", f"/rules/{SOURCE}/{key}")
    assert escape("<script>window.hacked") in html  # it is the page of the hostile item
    reader = Reader(html)
    assert [tag for tag, _ in reader.elements].count("script") == 1
    assert not {tag for tag, _ in reader.elements} & {"b", "img"}
    assert not [name for _, attrs in reader.elements for name in attrs if name.startswith("on") or name == "style"]
    page.unlink()
