from __future__ import annotations

import re

import pytest

from corpus.card import CorpusSummary, LabelCount, SourceSummary, card
from corpus.schema import COLUMNS, TABLES
from tests.corpus.making import NOW

PORTS = SourceSummary("ports", "Horaires des ports", "CC-BY-4.0", 1200, 3, 1, 5_000_000, 3_210_000)
BLOGS = SourceSummary("blogs", documents=800, raw_characters=900_000, characters=700_000)
SUMMARY = CorpusSummary(
    sources=[PORTS, BLOGS],
    languages={"no": 700, "fr": 1300},
    labels={"navigation": LabelCount(900, 12_345), "mojibake": LabelCount(40, 80)},
    reasons={"near-duplicate": 2, "empty": 1},
    errors={"parse": 1},
)
COUNTS = {"documents": 2000, "removed": 3, "quarantine": 1}


def make(summary=SUMMARY, counts=COUNTS):
    return card(summary, snapshot_id="20260314T150926Z-00000000", created=NOW, counts=counts)


def header(text):
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    assert text.startswith("---\n")
    return yaml.safe_load(text.split("---\n")[1])


def only(**source):
    return CorpusSummary([SourceSummary(**{"name": "ports", "documents": 1, **source})])


def test_the_header_tells_where_the_tables_are():
    configs = header(make())["configs"]
    assert [(c["config_name"], c.get("default", False)) for c in configs] == [
        ("documents", True),
        ("removed", False),
        ("quarantine", False),
    ]
    assert [c["data_files"] for c in configs] == [[{"split": "train", "path": f"{t}/*.parquet"}] for t in TABLES]


def test_languages_are_texts_even_where_yaml_would_see_a_truth_value():
    assert header(make())["language"] == ["fr", "no"]


def test_several_licences_are_other_with_their_names():
    values = header(make())
    assert (values["license"], values["license_name"]) == ("other", "CC-BY-4.0, unknown")


@pytest.mark.parametrize(
    ("licence", "expected", "name"),
    [
        ("CC-BY-4.0", "cc-by-4.0", None),
        ("etalab-2.0", "etalab-2.0", None),
        ("unknown", "other", "unknown"),
        ("by agreement: ask first", "other", "by agreement: ask first"),
        ('say "no"\n- # \x85\\', "other", 'say "no" - #  \\'),
    ],
)
def test_one_licence_is_named_when_it_is_a_known_one(licence, expected, name):
    values = header(make(only(licence=licence)))
    assert (values["license"], values.get("license_name")) == (expected, name)


def test_the_licence_of_a_source_without_documents_does_not_count():
    summary = CorpusSummary([PORTS, SourceSummary("odd", licence="secret", removed=3)])
    assert header(make(summary))["license"] == "cc-by-4.0"


@pytest.mark.parametrize(
    ("documents", "size"),
    [(0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (123_456, "100K<n<1M"), (10**9, "1B<n<10B"), (10**12, "n>1T")],
)
def test_sizes_are_those_the_hub_knows(documents, size):
    assert header(make(counts={**COUNTS, "documents": documents}))["size_categories"] == [size]


@pytest.mark.parametrize(
    "fact",
    [
        "# Text corpus, snapshot 20260314T150926Z-00000000",
        "on 2026-03-14 15:09 UTC from 2 sources: 2,000 documents kept, 3 removed, 1 that could not be read",
        "Documents by language: fr 1,300, no 700.",
        "| ports (Horaires des ports) | CC-BY-4.0 | 1,200 | 3 | 1 | 5,000,000 | 3,210,000 |",
        "| blogs | unknown | 800 | 0 | 0 | 900,000 | 700,000 |",
        "| navigation | menus, breadcrumbs, previous and next, page lists, skip links | 900 | 12,345 |",
        "| near-duplicate | 2 |",
        "| parse | 1 |",
        "`unknown` means that nobody stated a licence",
    ],
)
def test_the_card_tells_what_the_summary_holds(fact):
    assert fact in make()


def test_a_card_of_nothing_invents_nothing():
    text = make(CorpusSummary(), {"documents": 0, "removed": 0, "quarantine": 0})
    values = header(text)
    assert "license" not in values
    assert "language" not in values
    assert "from 0 sources: 0 documents kept" in text
    assert "means that nobody stated" not in text


def test_every_column_of_every_table_is_explained():
    text = make()
    for table in TABLES:
        for column in COLUMNS[table]:
            assert f"| `{column.name}` |" in text


@pytest.mark.parametrize(
    ("title", "cell"),
    [
        ("a | b", r"a \| b"),
        ("a\n| b |\nc", r"a \| b \| c"),
        ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
        ("[here](http://x)", r"\[here\](http://x)"),
        ("*a* _b_ `c` ~d~", r"\*a\* \_b\_ \`c\` \~d\~"),
        ("back\\slash & co", r"back\\slash &amp; co"),
        ("Le «\N{NO-BREAK SPACE}Port\N{NO-BREAK SPACE}» : horaires", "Le « Port » : horaires"),
        ("l'été, 100 % - c'est sûr !", "l'été, 100 % - c'est sûr !"),
    ],
)
def test_names_cannot_break_out_of_their_cell(title, cell):
    lines = [line for line in make(only(title=title)).splitlines() if line.startswith("| ports")]
    assert [re.sub(r"^\| ports \((.*?)\) \| unknown \| 1 \|.*", r"\1", line) for line in lines] == [cell]
