"""The static report: complete, bounded, harmless, the same for the same snapshot, and true to the snapshot's numbers."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import numpy as np
import pytest

from corpus import charts, report_pages, report_tables
from corpus.charts import Table
from corpus.errors import CorpusError
from corpus.report import write_report
from corpus.report_survey import read_rows, survey, to_document
from flows.report import artifact_rows

from .hostile import MARKUP, hostile_document, hostile_row
from .making import Corpus, make_document, published
from .test_render import Reader


@pytest.fixture
def snapshot(tmp_path):
    corpus = Corpus()
    corpus.documents(1, 2, 3)
    kept = corpus.document("gare/une.html", "Le train part.", source="gare")
    corpus.removal("ports/copie.html", kept)
    corpus.failure("ports/cassé.pdf")
    return published(corpus.publish(tmp_path / "clean")).path


def read_all(folder):
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


def test_the_survey_counts_what_is_in_the_ledgers(snapshot):
    found = survey(snapshot)
    documents = [to_document(row) for row in read_rows(found, range(len(found)))]
    assert [d.raw_text for d in documents] == [row["raw_text"] for row in read_rows(found, range(4), ["raw_text"])]
    edits = [(e.label, e.rule) for document in documents for e in document.edits]
    rows = report_tables.rules(found).rows
    assert {(label, rule): number for rule, _, number, _, label in rows} == {pair: edits.count(pair) for pair in edits}
    assert {row[0]: row[1] for row in report_tables.labels(found).rows}["mojibake"] == sum(
        len(e.before) for document in documents for e in document.edits if e.label == "mojibake"
    )
    assert found.confidence.tolist() == [min(e.confidence for e in document.edits) for document in documents]


def test_documents_with_a_label_are_counted_once_whatever_the_number_of_rules(snapshot):
    assert {row[3] for row in report_tables.labels(survey(snapshot)).rows} == {4}


def test_an_edit_before_an_unedited_document_is_not_counted_for_it(tmp_path):
    corpus = Corpus()
    corpus.documents(1)
    (row,) = corpus.tables["documents"].values()
    row["edits"] = []
    corpus.documents(2)
    found = survey(published(corpus.publish(tmp_path)).path)
    assert sorted(found.confidence.tolist()) == [0.25, 1.0]
    assert {row[3] for row in report_tables.labels(found).rows} == {1}


def test_the_report_shows_each_document_and_links_lead_somewhere(snapshot, tmp_path):
    write_report(snapshot, tmp_path / "report", parent=None)
    pages = read_all(tmp_path / "report")
    assert sum(name.startswith("document-") for name in pages) == 4
    for name, html in pages.items():
        if name.endswith(".html"):
            ids = {page: set(re.findall(r'id="([^"]*)"', text)) for page, text in pages.items()}
            for tag, attrs in Reader(html).elements:
                if tag == "a" and not attrs["href"].startswith("https://"):
                    to, _, anchor = attrs["href"].partition("#")
                    assert (to or name) in pages, (name, attrs)
                    assert not anchor or anchor in ids[to or name], (name, attrs)


def test_a_document_names_what_was_dropped_for_it_and_what_it_resembles(tmp_path):
    corpus = Corpus()
    one, other = corpus.document("ports/a.html"), corpus.document("ports/b.html", "Le vent tourne.")
    corpus.tables["documents"][one]["duplicates"][0]["of"] = other
    corpus.removal("ports/copie.html", one)
    write_report(published(corpus.publish(tmp_path / "clean")).path, tmp_path / "report", parent=None)
    html = (tmp_path / "report" / f"document-{one}.html").read_text(encoding="utf-8")
    assert "<td dir=auto>ports/copie.html</td><td dir=auto>dropped: near-duplicate</td>" in html
    assert f'<a href="document-{other}.html">ports/b.html</a></td><td dir=auto>revised</td>' in html


def test_the_report_loads_nothing_and_runs_nothing(snapshot, tmp_path):
    write_report(snapshot, tmp_path / "report", parent=None)
    for name, html in read_all(tmp_path / "report").items():
        if name.endswith(".html"):
            reader = Reader(html)
            assert not {"script", "img", "iframe", "link", "object"} & {tag for tag, _ in reader.elements}
            assert not [a for _, attrs in reader.elements for a in attrs if a in {"src", "style"} or a.startswith("on")]
            assert (
                "default-src 'none'" in reader.find("meta", **{"http-equiv": "Content-Security-Policy"})[0]["content"]
            )


def test_equal_snapshots_have_equal_reports(snapshot, tmp_path):
    write_report(snapshot, tmp_path / "a", parent=None)
    write_report(snapshot, tmp_path / "b", parent=None)
    assert read_all(tmp_path / "a") == read_all(tmp_path / "b")


def test_the_sample_is_bounded_and_takes_of_every_source(snapshot, tmp_path):
    write_report(snapshot, tmp_path / "report", parent=None, sample=2)
    pages = read_all(tmp_path / "report")
    assert sum(name.startswith("document-") for name in pages) == 2
    assert "gare" in pages["documents.html"]
    assert "ports" in pages["documents.html"]


def test_duplicates_show_what_stays_and_how_they_differ(snapshot, tmp_path):
    write_report(snapshot, tmp_path / "report", parent=None)
    html = (tmp_path / "report" / "duplicates.html").read_text(encoding="utf-8")
    assert "ports/copie.html" in html
    assert "gare/une.html" in html
    assert (
        "<del> marée</del>" in html.replace("<del>La marée", "<del> marée").replace("monte.</del>", "</del>")
        or "<ins>" in html
    )


def test_quarantine_says_what_could_not_be_read_and_why(snapshot, tmp_path):
    write_report(snapshot, tmp_path / "report", parent=None)
    html = (tmp_path / "report" / "quarantine.html").read_text(encoding="utf-8")
    assert "ports/cassé.pdf" in html
    assert "no page tree" in html


def test_the_comparison_names_what_is_new_changed_and_gone(tmp_path):
    corpus = Corpus()
    corpus.documents(1, 2, 3)
    first = published(corpus.publish(tmp_path / "clean")).path
    write_report(first, first / "report", parent=None)
    gone = next(key for key, row in corpus.tables["documents"].items() if "00001" in row["path"])
    del corpus.tables["documents"][gone]
    corpus.document("ports/00002.html", "Le bateau est resté.")
    corpus.documents(4)
    second = published(corpus.publish(tmp_path / "clean")).path
    write_report(second, tmp_path / "report", parent=first)
    html = (tmp_path / "report" / "comparison.html").read_text(encoding="utf-8")
    cells = re.findall(r"<td[^>]*>(?:<a[^>]*>)?([^<]*)", html)
    for number, kind in (("00004", "new"), ("00002", "changed"), ("00001", "gone")):
        assert cells[cells.index(f"ports/{number}.html") + 1] == kind
    assert "ports/00003.html" not in cells
    assert "1 before" in cells
    overview = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    assert re.search(r"Since the previous snapshot.*ports</td>.*>1</td>.*>1</td>.*>1</td>", overview, re.DOTALL)
    assert "Chart: Snapshots" in html


@pytest.mark.parametrize("content", ["", "[]", '{"history": 3}', '{"history": [{"documents": "<b>"}]}', "\x00"])
def test_a_broken_history_is_left_out(snapshot, tmp_path, content):
    parent = tmp_path / "parent"
    (parent / "report").mkdir(parents=True)
    (parent / "report" / "data.json").write_text(content)
    write_report(snapshot, tmp_path / "report", parent=parent)
    assert "<b>" not in (tmp_path / "report" / "index.html").read_text()


def test_an_empty_corpus_has_a_report(tmp_path):
    snapshot = published(Corpus().publish(tmp_path / "clean")).path
    write_report(snapshot, tmp_path / "report", parent=None)
    assert "<strong>0</strong>documents" in (tmp_path / "report" / "index.html").read_text()


def test_a_broken_shard_is_an_error_in_words(snapshot, tmp_path):
    shard = next((snapshot / "documents").iterdir())
    shard.unlink()
    shard.write_bytes(b"no parquet")
    with pytest.raises(CorpusError, match="cannot be read"):
        write_report(snapshot, tmp_path / "report", parent=None)


# ---- hostile texts --------------------------------------------------------------------------------------------------


def hostile_elements(html):
    reader = Reader(html)
    return [tag for tag, _ in reader.elements if tag in {"script", "img"}] + [
        attrs["href"] for tag, attrs in reader.elements if tag == "a" and urlsplit(attrs["href"]).scheme == "javascript"
    ]


def test_nothing_of_a_hostile_document_becomes_markup(tmp_path):
    corpus = Corpus()
    corpus.put("documents", hostile_row("ab" * 16))
    corpus.put("removed", {**corpus_removal(corpus), "title": MARKUP})
    corpus.failure(MARKUP, MARKUP)
    snapshot = published(corpus.publish(tmp_path / "clean")).path
    write_report(snapshot, tmp_path / "report", parent=None)
    pages = {name: html for name, html in read_all(tmp_path / "report").items() if name.endswith(".html")}
    assert [name for name, html in pages.items() if hostile_elements(html)] == []
    assert sum("window.hacked" in html for html in pages.values()) >= 5  # it is there, as text


def corpus_removal(corpus):
    corpus.removal("ports/x.html", "ab" * 16)
    (row,) = corpus.tables["removed"].values()
    return row


def test_the_look_for_hostile_elements_finds_them():
    assert (
        hostile_elements(
            f"<p>{hostile_document().title.replace('</textarea>', '').replace('</title>', '').replace('</script>', '', 1)}</p>"
        )
        != []
    )


# ---- charts ---------------------------------------------------------------------------------------------------------

ROWS = [("<a>", 3, 4), ("b\N{RIGHT-TO-LEFT OVERRIDE}", 0, 0), ("c" * 90, 10**9, 1)]


@pytest.mark.parametrize(
    "draw", [charts.bars, charts.shares, charts.stacks, charts.distributions, charts.columns, charts.line]
)
@pytest.mark.parametrize("rows", [ROWS, ROWS[:1], [("nothing", 0, 0)], [(None, None, None)]])
def test_a_chart_is_labelled_escaped_and_has_its_table(draw, rows):
    html = charts.figure(Table('A "title"', ("name", "first", "second"), rows), draw)
    reader = Reader(html)
    (svg,) = reader.find("svg")
    assert svg["role"] == "img"
    assert svg["aria-label"] == 'Chart: A "title"'
    assert len(reader.find("tr")) == len(rows) + 1
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in html
    assert "nan" not in html


def test_a_chart_of_nothing_is_nothing():
    assert charts.figure(Table("None", ("a",), []), charts.bars) == ""


def test_numbers_are_set_as_numbers_and_the_first_cell_is_the_link():
    html = charts.table_html(Table("T", ("name", "n"), [("a", 1_234), ("b", 0.5)], ["a.html", ""]))
    assert '<a href="a.html">a</a>' in html
    assert '<td class="number">1,234</td>' in html
    assert html.count("<a ") == 1


def test_reasons_for_quarantine_stand_once_with_their_number(tmp_path):
    corpus = Corpus()
    corpus.document("ports/a.html")
    for path, message in (("b.pdf", "cut off"), ("c.pdf", "cut off"), ("d.pdf", "no pages")):
        corpus.failure(f"ports/{path}", message)
    table = report_tables.failures(survey(corpus.publish(tmp_path).path))
    assert table.rows == [
        ("parse", "ExtractionError", "cut off", 2, "ports/b.pdf"),
        ("parse", "ExtractionError", "no pages", 1, "ports/d.pdf"),
    ]
    assert artifact_rows(table)[0] == dict(zip(table.columns, table.rows[0], strict=True))


def test_the_length_classes_hold_every_document(snapshot):
    found = survey(snapshot)
    assert sum(row[1] for row in report_tables.lengths(found).rows) == len(found)


def test_the_steps_of_a_distribution_hold_every_document_that_has_the_signal(tmp_path):
    corpus = Corpus()
    corpus.documents(*range(30))
    for number, row in enumerate(corpus.tables["documents"].values()):
        row["signals"] = {**row["signals"], "words": float(number), "digit_share": 0.5 if number % 2 else None}
    found = survey(published(corpus.publish(tmp_path)).path)
    rows = {row[0]: row[1:] for row in report_tables.distributions(found).rows}
    low, high, *counts = rows["words"]
    assert sum(counts) == 30
    assert 0 < low < high < 29
    assert counts[0] >= 3  # what lies below counts in the first step
    assert rows["digit share"][:3] == (0.5, 0.5, 15)
    assert set(rows) == {name.replace("_", " ") for name, values in found.signals.items() if not np.isnan(values).all()}
    html = (
        report_pages.overview(found, report_tables.NO_LINKS),
        report_pages.source_page(found, "ports", report_tables.NO_LINKS),
    )
    assert all("Chart: Quality signals, documents in equal steps" in page for page in html)


def test_documents_are_counted_by_source_and_language(tmp_path):
    corpus = Corpus()
    for number, language in enumerate(["fr"] * 9 + ["en"] * 8 + ["de", "de", "it", "it", "es", None]):
        key = corpus.document(f"{number}.html", source=f"s{number % 2}")
        corpus.tables["documents"][key]["language"] = language
    table = report_tables.sources_by_language(survey(published(corpus.publish(tmp_path)).path))
    assert table.columns == ("source", "documents", "fr", "en", "de", "it", "others")
    assert [row[1] for row in table.rows] == [12, 11]
    assert all(sum(row[2:]) == row[1] for row in table.rows)


def test_a_row_becomes_the_document_that_it_was_made_of(snapshot):
    found = survey(snapshot)
    (row,) = [row for row in read_rows(found, range(4)) if row["source"] == "gare"]
    document = to_document(row)
    expected = make_document("Le train part.", "gare")
    assert (document.text, document.edits, document.blocks) == (expected.text, expected.edits, expected.blocks)
