"""Page furniture goes with the right label; text, lists, tables, dialogues and headings stay."""

from __future__ import annotations

import json
import time
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.boilerplate import evidence_of
from cleaners.cues import find_cues
from cleaners.decision import decide
from cleaners.page import page_of
from cleaners.pipeline import prepare
from corpus.document import Document, replay
from corpus.labels import LABELS
from corpus.source import Source
from extractors import RawItem, extract
from extractors.html import extract_html
from extractors.text import extract_text

CASES = json.loads((Path(__file__).parents[1] / "cases" / "clean_furniture.json").read_text(encoding="utf-8"))

PROSE = (
    "Le bac traverse la rivière deux fois par jour, sauf quand la brume cache l’autre rive aux voyageurs.",
    "La passeuse connaît chaque remous et chaque voyageur par son nom, même la nuit, même en novembre.",
    "En hiver, la traversée dure le temps d’une chanson ; en été, celui de deux, parce que l’on traîne.",
    "Personne n’a jamais compté les planches du ponton, mais tout le monde sait laquelle grince le soir.",
    "On raconte que le premier bac fut taillé dans un seul tronc, tombé un soir d’orage sur la berge.",
    "Le registre de bord tient dans une boîte à biscuits, sous le banc de gauche, avec trois crayons.",
    "Au printemps, l’eau monte jusqu’à la troisième marche et tout le village vient regarder le spectacle.",
    "Les enfants de l’école y ont dessiné les oiseaux qu’ils voyaient passer au-dessus de la rivière.",
)


def clean_text(text: str, **source: str) -> Document:
    return decide(prepare(extract_text(RawItem(text, source=Source(**source)))))


def clean_html(html: str, **source: str) -> Document:
    return decide(prepare(extract_html(RawItem(html, media_type="text/html", source=Source(**source)))))


def article(extra: str = "", *, before: str = "", after: str = "", title: str = "Le bac du village") -> str:
    body = "".join(f"<p>{sentence}</p>" for sentence in PROSE)
    return f"<html><body>{before}<main><article><h1>{title}</h1>{body}{extra}</article></main>{after}</body></html>"


def labels(document: Document) -> dict[str, str]:
    """What was removed: the raw text of each block, and its label."""
    return {
        document.raw_text[block.raw_start : block.raw_end]: block.label for block in document.blocks if not block.kept
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_furniture_of_page_text(case):
    lines = [line if isinstance(line, str) else line[1] for line in case["lines"]]
    document = clean_text("\n".join(lines))
    assert document.text.split("\n") == [line for line in case["lines"] if isinstance(line, str)]
    assert labels(document) == {line[1]: line[0] for line in case["lines"] if not isinstance(line, str)}
    assert replay(document.raw_text, document.edits) == document.text


def test_running_header_in_front_of_text_is_cut_off():
    lines = []
    for page in range(3, 8):
        lines += [f"{page} joinery.example Page {page} 1987", PROSE[page], PROSE[page - 1]]
    lines[6] = lines[6] + " " + lines[7].lower()
    del lines[7]
    text = clean_text("\n".join(lines)).text
    assert "joinery" not in text
    assert PROSE[5].lower() in text


def test_menu_above_and_links_below_the_text_go():
    menu = ["Accueil", "La vallée", "Les métiers", "Le bac", "Les saisons", "Plan"]
    links = ["Le moulin", "La scierie du haut", "Trois recettes", "Carte des sentiers"]
    document = clean_text("\n".join([*menu, "Le bac du village et sa passeuse", *PROSE, *links]))
    assert document.text.split("\n") == ["Le bac du village et sa passeuse", *PROSE]


def test_short_heading_right_above_the_text_stays():
    document = clean_text("\n".join(["Accueil", "Le moulin", "La scierie", "Introduction", *PROSE]))
    assert document.text.split("\n") == ["Introduction", *PROSE]


@pytest.mark.parametrize(
    ("markup", "label"),
    [
        ("<nav><a href='/'>Accueil du village</a></nav>", "navigation"),
        ("<div class='related-posts'><p>Dix façons de plier une carte marine</p></div>", "related-links"),
        ("<div id='cookieBanner'><p>Nous aimons les biscuits, et vous aussi sans doute.</p></div>", "cookie-notice"),
        ("<section class='comments-area'><p>Ma grand-mère parlait souvent de ce bac.</p></section>", "comments"),
        ("<div class='adsbygoogle'><p>Des bottes à moitié prix jusqu’à dimanche</p></div>", "advert"),
        ("<div class='social_share'><p>Faites passer ce récit à vos amis</p></div>", "call-to-action"),
        ("<footer><p>Imprimé au village par nos soins</p></footer>", "legal-footer"),
        ("<div class='toc'><p>La rivière, le bac, la passeuse</p></div>", "table-of-contents"),
        ("<p hidden>Seuls les robots lisent cette ligne-ci</p>", "hidden"),
        ("<aside><p>Le saviez-vous ? Les oies dorment debout.</p></aside>", "widget"),
        ("<img src='a.jpg' alt='Le bac vu de la rive gauche'>", "image-caption"),
    ],
)
def test_markup_says_what_a_block_is(markup, label):
    document = clean_html(article(after=markup))
    assert list(labels(document).values()) == [label]
    assert document.text == "\n\n".join(["Le bac du village", *PROSE])


@pytest.mark.parametrize(
    "body", ["has-sidebar no-comments", "comments", "with-cookie-banner nav-open", "ad-free subscribe"]
)
def test_class_of_the_whole_page_says_nothing(body):
    html = (
        article()
        .replace("<body>", f"<body class='{body}'><div id='sidebar-wrapper'>")
        .replace("</body>", "</div></body>")
    )
    assert clean_html(html).text == "\n\n".join(["Le bac du village", *PROSE])


def test_a_consent_dialogue_longer_than_the_page_goes_as_one():
    purposes = "".join(
        f"<h4>Purpose {number}</h4><p>Our {number * 7} partners may keep the {thing} of your visit for as long as they "
        f"see fit, and compare it with what others have told them about the same device.</p>"
        for number, thing in enumerate(("beginning", "length", "place", "weather", "hour", "reason", "end") * 3, 1)
    )
    html = article(after=f"<div id='onetrust-consent-sdk'><div role='dialog'>{purposes}</div></div>")
    document = clean_html(html)
    assert document.text == "\n\n".join(["Le bac du village", *PROSE])
    assert set(labels(document).values()) == {"cookie-notice"}


def test_a_consent_platform_named_on_the_whole_page_says_nothing():
    html = (
        article().replace("<body>", "<body class='didomi-popup-open'>").replace("<main>", "<main id='onetrust-page'>")
    )
    assert clean_html(html).text == "\n\n".join(["Le bac du village", *PROSE])


def test_signatures_below_posts_go():
    signature = "<div class='signature'><p>Qui rame loin arrive tard</p></div>"
    posts = "".join(f"<div class='post'><p>{sentence}</p>{signature}</div>" for sentence in PROSE)
    document = clean_html(f"<html><body><h1>Le bac grince</h1>{posts}</body></html>")
    assert document.text == "\n\n".join(["Le bac grince", *PROSE])


def test_choices_of_a_list_box_go():
    box = "<select><option>Rive gauche seulement</option><option>Rive droite, le dimanche</option></select>"
    assert clean_html(article(after=f"<p>Départ : {box}</p>")).text.endswith(PROSE[-1])


def test_topics_of_a_post_in_its_class_say_nothing():
    html = article().replace("<article>", "<article class='post tag-menu category-newsletter'>")
    assert clean_html(html).text == "\n\n".join(["Le bac du village", *PROSE])


def test_header_with_the_title_inside_the_article_stays():
    html = article().replace(
        "<h1>Le bac du village</h1>", "<header><h1>Le bac du village</h1><p>Une traversée</p></header>"
    )
    assert clean_html(html).text.startswith("Le bac du village\n\nUne traversée\n\n")


def test_forum_posts_in_comment_classes_stay():
    posts = "".join(
        f"<div class='comment' id='comment-{i}'><p>{sentence}</p></div>" for i, sentence in enumerate(PROSE)
    )
    assert clean_html(f"<html><body><h1>Le bac grince</h1>{posts}</body></html>").text == "\n\n".join(
        ["Le bac grince", *PROSE]
    )


def test_page_inside_a_form_stays():
    html = article().replace("<body>", "<body><form id='aspnetForm'>").replace("</body>", "</form></body>")
    assert clean_html(html).text == "\n\n".join(["Le bac du village", *PROSE])


def test_text_that_a_script_uncovers_stays():
    html = article().replace("<main>", "<main style='display:none'>")
    assert clean_html(html).text == "\n\n".join(["Le bac du village", *PROSE])


def test_heading_goes_with_all_that_stood_below_it():
    extra = "<h2>Nos voisins</h2><div class='related'><p>La scierie du haut et ses trois lames</p></div>"
    document = clean_html(article(extra))
    assert document.text == "\n\n".join(["Le bac du village", *PROSE])
    assert labels(document)["Nos voisins"] == "related-links"


def test_comments_are_kept_as_comments_where_the_source_wants_them():
    comments = (
        "<div class='comments'><p>Ma grand-mère parlait souvent de ce bac.</p><p>Laisser un commentaire</p></div>"
    )
    document = clean_html(article(after=comments), comments="keep")
    assert document.text.endswith("Ma grand-mère parlait souvent de ce bac.")
    assert [block.kind for block in document.kept_blocks()][-1] == "comment"


def test_kept_blocks_carry_no_proposal_and_no_hints():
    document = clean_html(article(after="<p>Les oies</p>"))
    assert {(block.label, block.rule) for block in document.kept_blocks()} == {("", "")}
    assert document.hints == ()


def test_blocks_that_the_source_repeats_go():
    document = prepare(extract_text(RawItem("\n".join([*PROSE, "Le carnet du bac paraît quand il peut."]))))
    levels = [0] * len(PROSE) + [2]
    result = decide(document, levels)
    assert result.text.split("\n") == list(PROSE)
    assert result.blocks[-1].label == "repeated-block"


def test_a_document_made_of_repeated_blocks_stays():
    document = prepare(extract_text(RawItem("\n".join(PROSE))))
    assert decide(document, [1] * len(PROSE)).text.split("\n") == list(PROSE)


def test_repetition_makes_a_doubted_block_go():
    text = "\n".join([PROSE[0], "Vue de la rive gauche", "Le bief", PROSE[1]])
    document = prepare(extract_text(RawItem(text)))
    assert "Vue de la rive gauche" in decide(document).text
    assert "Vue de la rive gauche" not in decide(document, [0, 1, 0, 0]).text


def test_repeated_heading_with_text_below_it_stays():
    html = article("<h2>Les outils</h2><p>Une gaffe, deux rames et une lanterne que le vent n’éteint pas.</p>")
    document = prepare(extract_html(RawItem(html, media_type="text/html")))
    levels = [3 if document.block_text(block) == "Les outils" else 0 for block in document.blocks]
    assert "Les outils" in decide(document, levels).text


def test_a_page_of_furniture_alone_keeps_its_words():
    text = clean_html("<html><body><nav>" + "".join(f"<p>{line}</p>" for line in PROSE) + "</nav></body></html>").text
    assert text == "\n\n".join(PROSE)


def test_every_cue_phrase_is_found_in_its_own_line():
    for phrase, rule in (
        ("À lire aussi : la suite", "read-also"),
        ("COMMENTAIRES (12)", "comments-heading"),
        ("» Weiterlesen: mehr", "read-also"),
        ("Les også: En annen sak om fjorden", "read-also"),
        ("Читайте также: что ещё писали о мосте", "read-also"),
        ("Twój adres e-mail nie zostanie opublikowany.", "comment-form"),
        ("関連記事", "related-heading"),
        ("当サイトではCookieを使用しています。", "cookies"),
        ("뉴스레터 구독하기", "newsletter"),
        ("اقرأ أيضا: ميناء جديد على الساحل", "read-also"),
        ("12 תגובות", "comments-heading"),
        ("यह भी पढ़ें: पुल की कहानी", "read-also"),
        ("キーワード：渡し船", "tag-line"),
        ("来源：渡口周报 发布时间：2020-08-12", "byline-name"),
        ("Автор: Анна Лис", "byline-name"),
        ("Автор моста неизвестен, и спросить уже некого.", None),
        ("Mehr aus Politik", "more-from"),
        ("Share Tweet Pinterest", "share"),
        ("UdostępnijFacebook", "share"),
        ("ImpressumDatenschutz", "site-links"),
        ("Share the bread", None),
        ("The Print Share", None),
        ("Ova stranica… Σχετικά άρθρα", None),
        ("La question de Léa : pourquoi ?", None),
        ("Lee: I never saw the bridge.", None),
    ):
        cue = find_cues(page_of(extract_text(RawItem(phrase))))[0]
        assert (cue and cue.rule) == rule
        assert cue is None or cue.label in LABELS


def test_every_phrase_of_the_data_file_is_found():
    data = tomllib.loads(files("cleaners").joinpath("data", "cues.toml").read_text(encoding="utf-8"))
    lost = []
    for entry in data["cue"]:
        ending = {"start": ": x", "start_title": ": x", "start_short": " x"}.get(entry["match"], "")
        for phrase in (phrase for several in entry["phrases"].values() for phrase in several):
            text = (
                phrase.strip(" .?-").replace("#", "12") + ending
            )  # with its signs, two words may be said in a dialogue
            if find_cues(page_of(extract_text(RawItem(text))))[0] is None:
                lost.append((entry["rule"], phrase))
    assert lost == []


def test_the_caption_that_repeats_a_picture_s_alternative_text_is_named():
    alt = "The skipper of the ferry at the stone pier"
    html = f"<h1>The ferry</h1><img src=a.jpg alt='{alt}'><p>{alt}, by Ann Lund</p><p>{PROSE[0]}</p><p>{alt[:20]}</p>"
    evidence = evidence_of(extract(RawItem(html, "text/html")))
    rules = [proposal.rule for place, proposal in sorted(evidence.rules.items())]
    assert rules.count("repeats-alternative-text") == 1


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *PROSE,
                "Share",
                "3 Comments",
                "Leave a reply",
                "RELATED POSTS",
                "Sommaire",
                "• un",
                "a | b | c",
                "Page 3",
                "[PDF] x",
                "  ",
                "\u200b",
                "&nbsp;",
                "Ã©tÃ©",
            ]
        ),
        st.text(max_size=30),
    ),
    max_size=25,
)


@given(LINES, st.lists(st.integers(0, 3), max_size=30))
@settings(max_examples=300, deadline=None)
def test_any_text_replays_and_its_blocks_cover_it(lines, repeats):
    document = decide(prepare(extract_text(RawItem("\n".join(lines)))), repeats)
    assert replay(document.raw_text, document.edits) == document.text
    assert document.text == document.text.strip()
    position = 0
    for block in document.kept_blocks():
        assert block.start >= position
        assert not document.text[position : block.start].strip()
        position = block.end
    assert not document.text[position:].strip()


@given(LINES)
@settings(max_examples=100, deadline=None)
def test_any_page_replays(lines):
    html = "".join(
        f"<div class='{('nav', 'post', 'comments', '')[i % 4]}'><p>{line}</p></div>" for i, line in enumerate(lines)
    )
    document = clean_html(html)
    assert replay(document.raw_text, document.edits) == document.text


@pytest.mark.parametrize(
    "piece", ["Comments\nxx\n", "[PDF] x\n", "Page 1\nxx\n", "a.....b\n", "Contents\n", "a\n", "ShareTweet"]
)
def test_many_lines_cost_little(piece):
    start = time.process_time()
    clean_text(piece * 5_000)
    assert time.process_time() - start < 10
