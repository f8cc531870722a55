"""What pages say about themselves, in all their vocabularies."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import Document
from extractors.dates import parse_date
from extractors.html import extract_html
from extractors.item import RawItem
from extractors.json_ld import Article, read_json_ld

URL = "https://www.lagazette.example/a/1"


def read(head: str, body: str = "<p>x</p>", url: str | None = URL) -> Document:
    return extract_html(RawItem(f"<html><head>{head}</head><body>{body}</body></html>", url=url))


def ld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Le marché rouvre - La Gazette</title>", "<h1>Le marché rouvre</h1>", "Le marché rouvre"),
        ("<title>Le marché rouvre | lagazette.example</title>", "", "Le marché rouvre"),
        ("<title>LaGazette : Le marché rouvre</title>", "", "Le marché rouvre"),
        ("<meta property=og:site_name content='La Une'><title>Pain – vin – La Une</title>", "", "Pain – vin"),
        ("<title>Pain - vin</title>", "", "Pain - vin"),
        ("<meta property=og:title content='Le marché'><title>Autre</title>", "", "Le marché"),
        ("<title>Tout sur le marché</title>", "<h1>La Gazette</h1><h1>Le marché</h1>", "Le marché"),
        ("<title>Le marché</title>", "<h1>Menu du site</h1>", "Le marché"),
        (
            "<title>Le marché rouvre - Val et Monts</title>",
            "<h1>Val et Monts</h1><h2>Le marché rouvre</h2>",
            "Le marché rouvre",
        ),
        (
            "<title>Val et Monts: Le marché</title>",
            "<h1>Val et Monts</h1><h3 class=post-title>Le marché</h3>",
            "Le marché",
        ),
        ("<title>Val et Monts – Le marché</title>", "<h2>Val et Monts</h2><h1>Le marché</h1>", "Le marché"),
        (
            "<title>Commerce - Le marché rouvre</title>",
            "<h2>Commerce</h2><h1>Le marché rouvre</h1>",
            "Le marché rouvre",
        ),
        ("<title>Le marché</title>", "<h1 hidden>Le marché caché</h1>", "Le marché"),
        ("<title>La Gazette</title>", "", "La Gazette"),
        ("<title>Le marché rouvre - LaGazette Forum</title>", "", "Le marché rouvre"),
        (
            "<title>Comment le marché couvert a changé la ville</title>",
            "<h1>Marché</h1>",
            "Comment le marché couvert a changé la ville",
        ),
        ("<title>Le marché</title>", "<h1>Le marché – La Gazette</h1>", "Le marché"),
        (
            ld({"@type": "FAQPage", "mainEntity": [{"@type": "Question", "name": "Quand ?"}]})
            + "<title>Le marché</title>",
            "",
            "Le marché",
        ),
        (
            ld({"@type": "Article", "headline": "Mot " * 24}) + f"<meta property=og:title content='{'Mot ' * 30}'>",
            "",
            ("Mot " * 30).strip(),
        ),
        ("", "<h1>Sans titre de page</h1>", "Sans titre de page"),
        ("<title>Le marché couvert | Journal du val</title>", "", "Le marché couvert"),
        ("<title>Le marché | Comment il a changé la ville</title>", "", "Le marché | Comment il a changé la ville"),
        (ld({"@type": "NewsArticle", "headline": "L&#39;été"}), "", "L'été"),
        ("", "", None),
    ],
)
def test_title_is_that_of_the_text_without_the_name_of_the_site(head, body, title):
    assert read(head, body).title == title


def test_title_is_no_text_of_the_page():
    assert "Rare" not in read("<title>Rare</title>").raw_text


@pytest.mark.parametrize(
    ("head", "body", "author"),
    [
        ("<meta name=author content='Ana Lopes'>", "", "Ana Lopes"),
        ("<meta name=author content='Par Ana Lopes'>", "", "Ana Lopes"),
        ("<meta property=article:author content='https://reseau.example/ana'>", "", None),
        ("<meta name=author content='admin'>", "", None),
        ("<meta name=author content='page.head.author'>", "", None),
        ("<meta name=author content='Ana Lopes Staff Writer'>", "", "Ana Lopes"),
        ("<meta name=author content='Ana Lopes on behalf of the market hall'>", "", "Ana Lopes"),
        ("<meta name=author content='Ana Writer'>", "", "Ana Writer"),
        ("", "<p class=author>ana1 12,345 gold badges</p>", "ana1"),
        (
            "<meta name=citation_author content='Lopes, Ana'><meta name=citation_author content='Roy, Max'>",
            "",
            "Lopes, Ana; Roy, Max",
        ),
        (ld({"@type": "Article", "author": [{"name": "Ana Lopes"}, {"name": "Max Roy"}]}), "", "Ana Lopes, Max Roy"),
        (ld({"@type": "Article", "author": "Ana Lopes"}), "", "Ana Lopes"),
        (
            ld({"@graph": [{"@type": "Article", "author": {"@id": "#a"}}, {"@id": "#a", "name": "Ana Lopes"}]}),
            "",
            "Ana Lopes",
        ),
        ("", "<span itemprop=author><b itemprop=name>Ana Lopes</b>, journaliste</span>", "Ana Lopes"),
        ("", "<a rel='author nofollow' href=x>Ana Lopes</a>", "Ana Lopes"),
        ("", "<p class='post byline'>By Ana Lopes</p>", "Ana Lopes"),
        ("", "<p class=author><a href='#p1'>#1</a> von <strong>Hobelfritz</strong> » 14.03.2026</p>", "Hobelfritz"),
        ("", "<p class=author>#12 Ana Lopes</p>", "Ana Lopes"),
        ("", "<p class=byline>byAna Lopes</p><p class=author>Max dit</p>", "Ana Lopes"),
        ("", "<p class=author>Jo says:</p>", None),
        ("<meta name=author content='Von Braun'>", "", "Von Braun"),
        ("<meta name=author content='La Gazette'>", "<p class=byline>By Ana Lopes</p>", "Ana Lopes"),
        ("<meta name=author content='La Gazette'>", "<p>x</p>", "La Gazette"),
        ("", "<p class=byline>By Ana Lopes - Mar 27, 2024</p>", "Ana Lopes"),
        ("", "<p class=author>Post by ana1 » Sat Feb 24, 2024 12:41 pm</p>", "ana1"),
        ("", "<p class=byline>Sat, 20 Dec, 2025 - 06:36</p>", None),
        ("", "<h1>Titre</h1><p>By Ana Lopes | 3 May 2024</p>", "Ana Lopes"),
        ("", "<h1>Titre</h1><p>Par Ana de la Cruz</p>", "Ana de la Cruz"),
        ("", "<h1>Titre</h1><p>Written by</p><p>Ana Lopes</p>", "Ana Lopes"),
        ("", "<h1>Titre</h1><p>By Ana Lopes went the river, and nobody saw it.</p>", None),
        ("", "<h1>Titre</h1><p>Par ici la sortie</p>", None),
        ("", "<p>By Ana Lopes</p>", None),
        ("", "<h1>Titre</h1><p>Publié le 31 mai 2024 par Ana Lopes</p>", "Ana Lopes"),
        ("", "<h1>Tytuł</h1><p>3 maja 2024, autor: Ana Lis</p>", "Ana Lis"),
        ("", "<h1>Τίτλος</h1><p>Συντάκτης: Άννα Παππά</p>", "Άννα Παππά"),
        ("", "<p class=comment-author>Max Roy</p><p class='review__author'>Jo Roy</p>", None),
        ("", "<p class=comment-author>Max Roy</p><p class=author>Ana Lopes</p>", "Ana Lopes"),
        ("", "<p class=authority>Mairie</p>", None),
    ],
)
def test_author(head, body, author):
    assert read(head, body).author == author


@pytest.mark.parametrize(
    ("head", "body", "date"),
    [
        ("<meta property=article:published_time content='2024-05-31T23:30:00+02:00'>", "", "2024-05-31"),
        ("<meta property=article:modified_time content='2024-06-30'>", "", None),
        ("<meta name=date content=20240531>", "", "2024-05-31"),
        (ld({"@type": "BlogPosting", "datePublished": "2024-05-31", "dateModified": "2025-01-01"}), "", "2024-05-31"),
        (ld({"@type": "Organization", "foundingDate": "1950-01-01"}), "", None),
        ("", "<time datetime='2024-05-31 10:00'>hier</time>", "2024-05-31"),
        ("", "<time datetime='2024-05-31'>a</time><time datetime='2023-01-01'>b</time>", None),
        (
            "",
            "<time datetime='2023-01-01'>a</time><time itemprop=datePublished datetime='2024-05-31'>b</time>",
            "2024-05-31",
        ),
        ("", "<div class='post-date'>Publié le 31 mai 2024</div>", "2024-05-31"),
        ("", "<div class='update'>31 mai 2024</div>", "2024-05-31"),
        ("", "<time datetime='2024-05-31'>a</time><time datetime='2024-06-01'>b</time>", "2024-05-31"),
        ("", "<h1>Titre</h1><p>Par Ana Lopes, le 31 mai 2024</p>", "2024-05-31"),
        ("", "<h1>Titre</h1><p>Von Ana Lopes | 31.05.2024, 10:00</p>", "2024-05-31"),
        ("", "<p>31 de maio de 2024</p><h1>Titre</h1>", "2024-05-31"),
        ("", "<h1>Titre</h1><p>Updated 31 May 2024</p>", "2024-05-31"),
        ("", "<h1>Titre</h1><p>Updated 31 May 2024</p><p>1 May 2024</p>", "2024-05-01"),
        ("", "<h1>Titel</h1><p>Bijgewerkt 31 mei 2024</p><p>1 mei 2024</p>", "2024-05-01"),
        ("<title>Titre - Site</title>", "<h1>Site</h1><h2>Titre</h2><p>Le 31 mai 2024</p>", "2024-05-31"),
        ("", "<h1>Titre</h1>" + "<p>x</p>" * 20 + "<p>Publié le 31 mai 2024</p>", "2024-05-31"),
        ("", "<h1>Titre</h1>" + "<p>x</p>" * 20 + "<p>Mis à jour le 31 mai 2024</p>", "2024-05-31"),
        ("", "<h1>Titre</h1>" + "<p>x</p>" * 20 + "<p>31 mai 2024</p><p>3 juin 2024</p>", None),
        ("", "<h1>Titre</h1>" + "<p>x</p>" * 20 + "<p>Le 31 mai 2024, le marché couvert a rouvert.</p>", None),
        ("<meta name=date content=1970-01-01>", "", None),
    ],
)
def test_date_is_that_of_publication(head, body, date):
    assert read(head, body).date == date


@pytest.mark.parametrize(
    ("path", "date"),
    [
        ("/2024/05/31/marche", "2024-05-31"),
        ("/blog/2024-05-31-marche", "2024-05-31"),
        ("/2024/5/marche", "2024-05"),
        ("/2024/13/marche", None),
        ("/20240531/marche", None),
        ("/a/1", None),
    ],
)
def test_address_gives_the_date_that_nothing_else_gives(path, date):
    url = "https://www.lagazette.example" + path
    assert read("", url=url).date == date
    assert read("<meta name=date content=2020-02-02>", url=url).date == "2020-02-02"


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024-05-31", "2024-05-31"),
        ("2024-5-1", "2024-05-01"),
        ("2024-05", "2024-05"),
        ("2024", "2024"),
        ("2024/05/31 10:00", "2024-05-31"),
        ("20240531T101500Z", "2024-05-31"),
        ("31.05.2024", "2024-05-31"),
        ("Fri, 31 May 2024 10:00:00 GMT", "2024-05-31"),
        ("May 31, 2024", "2024-05-31"),
        ("May 31st, 2024", "2024-05-31"),
        ("1er août 2024", "2024-08-01"),
        ("31 décembre 2024", "2024-12-31"),
        ("3. März 2024", "2024-03-03"),
        ("3 de enero de 2024", "2024-01-03"),
        ("15 giugno 2024", "2024-06-15"),
        ("5 juillet 2024", "2024-07-05"),
        ("31/05/2024", "2024-05-31"),
        ("05/31/2024", "2024-05-31"),
        ("05/05/2024", "2024-05-05"),
        ("05/06/2024", None),
        ("31/13/2024", None),
        ("5 декабря 2024 г.", "2024-12-05"),
        ("31 травня 2024", "2024-05-31"),
        ("31 maja 2024", "2024-05-31"),
        ("5. listopadu 2024", "2024-11-05"),
        ("1. července 2024", "2024-07-01"),
        ("1. června 2024", "2024-06-01"),
        ("5. marraskuuta 2024", "2024-11-05"),
        ("5. maaliskuuta 2024", "2024-03-05"),
        ("31 Mayıs 2024", "2024-05-31"),
        ("31 Μαΐου 2024", "2024-05-31"),
        ("5 noiembrie 2024", "2024-11-05"),
        ("2024. május 31.", "2024-05-31"),
        ("31 Agustus 2024", "2024-08-31"),
        ("2024年5月31日", "2024-05-31"),
        ("2024년 5월 31일", "2024-05-31"),
        ("2024-02-30", None),
        ("1024-05-31", None),
        ("31 quartiers 2024", None),
        ("hier", None),
        ("", None),
        (None, None),
        ("الأحد 14 مايو 2023", "2023-05-14"),
        ("3 אוגוסט 2022", "2022-08-03"),
        ("12 במרץ 2022", "2022-03-12"),
        ("Thứ hai, 5 tháng 6 năm 2023", "2023-06-05"),
        ("5 tháng 13, 2023", None),
    ],
)
def test_dates_are_read_where_they_are_not_ambiguous(text, date):
    assert parse_date(text) == date


@pytest.mark.parametrize(
    ("head", "url", "canonical"),
    [
        ("<link rel=canonical href='/b?c=1'>", URL, "https://www.lagazette.example/b?c=1"),
        ("<link rel='canonical' href='http://autre.example/'>", None, "http://autre.example/"),
        ("<meta property=og:url content='https://og.example/x'>", URL, "https://og.example/x"),
        (
            "<link rel=canonical href='javascript:x()'><meta property=og:url content='https://og.example/x'>",
            URL,
            "https://og.example/x",
        ),
        ("<link rel=canonical href='/b'>", None, None),
        ("<link rel=canonical href='http://[::1'>", URL, None),
        ("<link rel=alternate href='/b'>", URL, None),
    ],
)
def test_canonical_url_is_absolute_and_of_the_web(head, url, canonical):
    assert read(head, url=url).canonical_url == canonical


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ("<html lang=fr-CA>", "fr-CA"),
        ("<html xml:lang=de>", "de"),
        ("<html><meta property=og:locale content=pt_BR>", "pt-BR"),
        ("<html><meta http-equiv=Content-Language content='es, ca'>", "es"),
        ("<html lang='{{ lang }}'>", None),
        ("<html>", None),
    ],
)
def test_declared_language(html, language):
    assert extract_html(RawItem(html + "<p>x")).language_declared == language


def test_site_name_comes_from_the_page():
    assert read("<meta property=og:site_name content='La Gazette'>").site_name == "La Gazette"
    assert read(ld({"@type": "Article", "publisher": {"name": "La Gazette"}})).site_name == "La Gazette"
    assert read(ld({"@graph": [{"@type": "WebSite", "name": "La Gazette"}]})).site_name == "La Gazette"


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "Article", "headline": "Deux\nlignes",}',
        '<!-- {"@type": "Article", "headline": "Deux lignes"} -->',
        '//<![CDATA[\n{"@type": ["Thing", "http://schema.org/Article"], "headline": "Deux lignes"}\n//]]>',
        '[[{"@type": "WebPage", "name": "non"}], {"mainEntity": {"@type": "Article", "headline": ["Deux lignes"]}}];',
    ],
)
def test_json_ld_is_read_tolerantly(script):
    assert read_json_ld([script]).headline == "Deux lignes"


@pytest.mark.parametrize(
    "script", ["", "{", "null", "[1, 2]", '"x"', "[" * 100_000, '{"a":' * 100_000, '{"@type": {"x": 1}}']
)
def test_json_ld_that_says_nothing_is_ignored(script):
    assert read_json_ld([script]) == Article()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["@type", "@id", "author", "name", "headline", "datePublished", "publisher", "@value"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(_JSON)
@settings(deadline=None)
def test_any_json_is_survived(value):
    article = read_json_ld([json.dumps({"@type": "Article", "author": value, "headline": value, "publisher": value})])
    assert all(isinstance(name, str) for name in article.authors)


@given(st.text(max_size=90))
def test_any_text_is_a_date_or_none(text):
    found = parse_date(text)
    assert found is None or parse_date(found) == found
