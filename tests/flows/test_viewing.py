"""The viewer: what it finds, that it stays what it is for (reading, on this machine), and that nothing hostile runs."""

from __future__ import annotations

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from corpus.errors import CorpusError
from corpus.ledger import Edit
from flows.viewer_query import Query
from flows.viewer_texts import MOST_SEARCHES, Search, Searches, in_raw
from flows.viewing import viewer
from tests.corpus.hostile import MARKUP, hostile_row
from tests.corpus.making import Corpus
from tests.corpus.test_render import Reader

HOSTILE = "ab" * 16


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    clean = tmp_path_factory.mktemp("viewer") / "clean"
    corpus = Corpus()
    corpus.documents(*range(60))
    kept = corpus.document("gare/une.html", "Le train part.", source="gare")
    corpus.put("documents", hostile_row(HOSTILE))
    corpus.removal("ports/copie.html", kept)
    corpus.failure("ports/cassé.pdf", MARKUP)
    corpus.publish(clean)
    return clean, corpus, kept


@pytest.fixture(scope="module")
def client(corpus):
    return TestClient(viewer(corpus[0]), base_url="http://127.0.0.1")


def found(client, question):
    html = client.get(f"/?{question}").text
    return int(re.search(r'role="status">([\d,]+) of', html)[1].replace(",", "")), html


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("", 62),
        ("q=00007", 1),
        ("q=PORTS+00007", 1),
        ("q=gare+00007", 0),
        ("source=gare", 1),
        ("language=fr", 62),
        ("language=de", 0),
        ("label=mojibake", 62),
        ("label=advert", 0),
        ("rule=menu-words", 61),
        ("label=mojibake&rule=menu-words", 0),
        ("confidence=0.2", 0),
        ("confidence=0.25", 62),
        ("confidence=words&sort=nothing&page=-3", 62),
        ("q=" + "x" * 10_000, 0),
    ],
)
def test_filters_and_search_find_what_they_say(client, question, number):
    assert found(client, question)[0] == number


def test_the_order_is_by_share_removed_with_the_path_among_equals(client):
    paths = re.findall(r"/document/([0-9a-f]+)", found(client, "sort=removed")[1])
    assert paths[0] == HOSTILE
    assert found(client, "sort=removed")[1] == found(client, "sort=removed")[1]


def test_the_list_has_pages_that_together_hold_every_document_once(client):
    pages = [re.findall(r"/document/([0-9a-f]+)", found(client, f"page={page}")[1]) for page in (1, 2)]
    assert len(pages[0]) == 50
    assert len({*pages[0], *pages[1]}) == 62


def test_a_document_links_to_its_neighbours_in_the_list_it_was_opened_from(client):
    html = found(client, "q=0001&sort=longest")[1]
    links = [
        unescape(attrs["href"]) for tag, attrs in Reader(html).elements if tag == "a" and "/document/" in attrs["href"]
    ]
    page = Reader(client.get(links[1]).text)
    assert [page.find("a", rel=rel)[0]["href"] for rel in ("prev", "next")] == [links[0], links[2]]
    assert page.find("a", rel="up")[0]["href"] == "/?q=0001&sort=longest"


def test_a_deep_link_shows_a_span(client, corpus):
    html = client.get(f"/document/{corpus[2]}?span=0-7#span").text
    assert 'id="span"' in html
    assert 'class="edit remove l-navigation here"' in html


@pytest.mark.parametrize("span", ["", "7", "a-b", "9-1", "99999-100000", "-1-5", "1-2-3", "0" * 50 + "-1"])
def test_a_span_that_is_none_shows_the_document(client, corpus, span):
    answer = client.get(f"/document/{corpus[2]}?span={span}&part=77777")
    assert answer.status_code == 200
    assert 'id="span"' not in answer.text


def test_what_was_dropped_for_a_document_can_be_compared_with_it(client, corpus):
    link = unescape(re.search(r'href="(/compare[^"]*)"', client.get(f"/document/{corpus[2]}").text)[1])
    html = client.get(link).text
    assert "ports/copie.html" in html
    assert "<del>" in html
    assert link in unescape(client.get("/duplicates").text)


@pytest.mark.parametrize(
    "path", ["/document/none", "/document/..%2f..%2fetc", "/compare?a=1&b=2", "/nothing", "/static/x"]
)
def test_what_is_not_there_is_not_found(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
@pytest.mark.parametrize("path", ["/", f"/document/{HOSTILE}", "/overview"])
def test_the_viewer_only_reads(client, method, path):
    assert client.request(method, path).status_code == 405


def test_a_foreign_name_is_not_answered(corpus, client):
    assert client.get("/", headers={"host": "attacker.example"}).status_code == 400
    assert client.get("/", headers={"host": "localhost:8577"}).status_code == 200


def test_a_source_has_its_numbers_and_leads_to_its_documents(client):
    html = client.get("/source/gare").text
    assert "1 documents." in html
    assert "Chart: Quality signals, documents in equal steps" in html
    assert 'href="/?source=gare"' in html
    assert client.get("/source/none").status_code == 404
    assert client.get("/source/").status_code == 404


PATHS = [
    "/",
    "/overview",
    "/changes",
    "/source/ports",
    "/duplicates",
    "/quarantine",
    f"/document/{HOSTILE}",
    f"/compare?a={HOSTILE}&b={HOSTILE}",
]


@pytest.mark.parametrize("path", [*PATHS, "/?q=%22%3E%3Cscript%3E&rule=%27%3E%3Cscript%3E&label=%3Cscript%3E"])
def test_nothing_hostile_becomes_markup(client, path):
    reader = Reader(client.get(path).text)
    assert [tag for tag, _ in reader.elements].count("script") == 1  # the viewer's own
    assert "img" not in {tag for tag, _ in reader.elements}
    assert not [attrs for tag, attrs in reader.elements if tag == "a" and not attrs["href"].startswith(("/", "#"))]
    assert not [name for _, attrs in reader.elements for name in attrs if name.startswith("on") or name == "style"]


@pytest.mark.parametrize("path", PATHS)
def test_each_answer_carries_its_policy(client, path):
    answer = client.get(path)
    header = answer.headers["content-security-policy"]
    (meta,) = Reader(answer.text).find("meta", **{"http-equiv": "Content-Security-Policy"})
    assert header == meta["content"] + "; frame-ancestors 'none'"
    assert "unsafe" not in header
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_new_snapshot_is_shown_when_its_index_is_ready(tmp_path):
    corpus = Corpus()
    corpus.documents(1)
    corpus.publish(tmp_path)
    app = viewer(tmp_path)
    client = TestClient(app, base_url="http://127.0.0.1")
    corpus.documents(2)
    corpus.publish(tmp_path)
    assert client.get("/").status_code == 200
    app.state.catalogue.wait()
    assert found(client, "")[0] == 2
    overview = client.get("/overview").text
    assert "<strong>2</strong>documents" in overview
    assert "Since the previous snapshot" in overview
    assert [cell for cell in re.findall(r"<td[^>]*>([^<]*)", client.get("/changes").text) if "/" in cell] == []
    assert re.search(r">ports/00002.html</a></td><td dir=auto>new<", client.get("/changes").text)


def test_a_snapshot_that_is_gone_is_said_in_words(tmp_path):
    corpus = Corpus()
    key = corpus.document("ports/a.html")
    snapshot = corpus.publish(tmp_path).path
    client = TestClient(viewer(tmp_path), base_url="http://127.0.0.1")
    next((snapshot / "documents").iterdir()).unlink()
    answer = client.get(f"/document/{key}")
    assert answer.status_code == 503
    assert "load the page again" in answer.text


def test_without_a_corpus_there_is_no_viewer(tmp_path):
    with pytest.raises(CorpusError, match="limpide build"):
        viewer(tmp_path)


def searched(client, question):
    """The list of hits, when the texts have been read."""
    client.get(f"/?within=texts&{question}")
    for search in list(client.app.state.searches._kept.values()):
        search.wait()
    return found(client, f"within=texts&{question}")


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("q=%22bateau+num%C3%A9ro+7+rentre%22", 1),
        ("q=%22bateau+numero++7%22", 1),
        ("q=%C2%AB+num%C3%A9ro+7+rentre+%C2%BB+bateau", 1),
        ("q=%22numero+bateau%22", 0),
        ("q=BATEAU+NUMERO", 60),
        ("q=numero+bateau", 60),
        ("q=numero+%22train", 0),
        ("q=train+part", 1),
        ("q=train+part&source=ports", 0),
        ("q=", 62),
        ("q=.*", 0),
        ("q=%5B", 0),
        ("q=%00", 0),
        ("q=%ED%A0%80%5C", 0),
        ("q=" + "x" * 10_000, 0),
        ("q=%3Cscript%3EWINDOW", 1),
        ("q=maree+monte", 0),
        ("q=maree+monte&among=dropped", 1),
        ("q=maree+monte&among=dropped&source=gare", 0),
    ],
)
def test_all_words_and_phrases_are_found_inside_the_texts_whatever_their_case_and_accents(client, question, number):
    assert searched(client, question)[0] == number


def test_a_hit_has_its_surroundings_and_leads_to_its_place(client):
    html = searched(client, "q=TRAIN+part&sort=longest")[1]
    assert "Le train part." in html
    assert "1 that were dropped" not in html
    (link,) = [unescape(attrs["href"]) for tag, attrs in Reader(html).elements if "/document/" in attrs.get("href", "")]
    assert link.endswith("#span")
    page = client.get(link).text
    assert '<mark class="here" id="span">train</mark> <mark class="here">part</mark>' in page
    assert 'Le <mark class="here">train</mark> <mark class="here">part</mark>.</p>' in page  # the clean text
    assert "1 of 1" in page


def test_a_dropped_document_is_found_and_shown_with_the_one_that_stays(client, corpus):
    assert "1 that were dropped" in found(client, "q=copie")[1]
    number, html = found(client, "q=copie&among=dropped")
    assert number == 1
    (link,) = [unescape(attrs["href"]) for _, attrs in Reader(html).elements if "/document/" in attrs.get("href", "")]
    page = Reader(client.get(link).text)
    assert "ports/copie.html" in client.get(link).text
    hrefs = [attrs["href"] for tag, attrs in page.elements if tag == "a"]
    assert f"/document/{corpus[2]}" in hrefs
    assert [href for href in hrefs if href.startswith("/compare?")]
    html = client.get(link.split("?")[0] + "?within=texts&q=MAREE").text
    assert '<mark class="here" id="span">marée</mark>' in html


@pytest.mark.parametrize(
    "question", ["q=%3Cscript%3E", "q=%22%27%3E%3Cscript%3Ex", "q=%22+onfocus%3Dx", "q=%3C%2Ftitle"]
)
def test_hostile_phrases_and_texts_with_them_stay_text(client, question):
    hits = searched(client, question)[1]
    link = next((a["href"] for _, a in Reader(hits).elements if "/document/" in a.get("href", "")), "/")
    for html in (hits, client.get(link).text):
        reader = Reader(html)
        assert [tag for tag, _ in reader.elements].count("script") == 1
        assert "img" not in {tag for tag, _ in reader.elements}
        assert not [name for _, attrs in reader.elements for name in attrs if name.startswith("on")]


def test_while_texts_are_read_the_page_says_how_far_it_is_and_asks_again(client, monkeypatch):
    monkeypatch.setattr(Search, "wait", lambda *_: False)
    html = client.get("/?within=texts&q=a+phrase+not+known").text
    assert '<meta http-equiv="refresh" content="1">' in html
    assert "of 63 documents read" in html
    key = client.app.state.catalogue.shown().index.survey.column("doc_id")[0]
    assert client.get(f"/document/{key}?within=texts&q=a+phrase+not+known").status_code == 200


def test_a_search_is_done_once_and_few_are_kept(client):
    index = client.app.state.catalogue.shown().index
    searches = Searches()
    one = searches.get(index.survey, ["Marée", "haute"])
    assert searches.get(index.survey, ["haute", "marée"]) is one
    for number in range(MOST_SEARCHES):
        searches.get(index.survey, [str(number)])
    assert one.stopped
    assert searches.get(index.survey, ["marée", "haute"]) is not one


def test_a_snapshot_that_is_gone_ends_a_search_in_words(tmp_path):
    corpus = Corpus()
    corpus.document("ports/a.html")
    snapshot = corpus.publish(tmp_path).path
    client = TestClient(viewer(tmp_path), base_url="http://127.0.0.1")
    next((snapshot / "documents").iterdir()).unlink()
    assert client.get("/?within=texts&q=a").status_code == 503


@pytest.mark.parametrize(("start", "end", "raw"), [(0, 1, "a"), (1, 2, "Ã©"), (1, 4, "Ã©<menu>bc"), (2, 4, "bc")])
def test_a_span_of_the_clean_text_is_found_in_the_raw_text(start, end, raw):
    edits = [
        Edit(1, 3, 1, 2, "repair", "mojibake", "r", "Ã©", "é", 1.0),
        Edit(3, 9, 2, 2, "remove", "navigation", "r", "<menu>", "", 1.0),
        Edit(9, 12, 2, 5, "mark", "citation", "r", "bcd", "bcd", 1.0),
    ]
    low, high = in_raw(edits, start, end)
    assert "aÃ©<menu>bcd"[low:high] == raw


def test_a_question_survives_its_address():
    query = Query(
        q="a&b",
        within="texts",
        among="dropped",
        source="x y",
        label="advert",
        rule="+",
        confidence=0.5,
        sort="removed",
        page=3,
    )
    from urllib.parse import parse_qsl

    assert Query.read(dict(parse_qsl(query.address()))) == query
    assert Query().address() == ""
