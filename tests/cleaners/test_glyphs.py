"""Text garbled by lost font maps: what is read, what is left alone."""

import json
import random
from itertools import pairwise
from pathlib import Path

import pytest

from cleaners.glyphs import context, repair_glyphs
from cleaners.glyphs.controls import repair_control_characters
from cleaners.glyphs.dropped import completed, letters_are_lost
from cleaners.glyphs.families import PRIVATE, all_tables, fold
from cleaners.glyphs.judge import Effort, Judge
from cleaners.lexicon import lexicon
from cleaners.repair import repair
from corpus.document import Document, build, replay

CASES = Path(__file__).parents[1] / "cases"
GARBLED = json.loads((CASES / "glyphs_garbled.json").read_text(encoding="utf-8"))
UNTOUCHED = json.loads((CASES / "glyphs_untouched.json").read_text(encoding="utf-8"))
LIMIT = 100_000  # letters scored
CLEAN = {
    "fr": "La mairie a publié hier le compte rendu du conseil. Chacun peut le lire sur le site de la ville.\n",
    "en": "The council met again last night. Everyone who wanted to speak was heard before the vote.\n",
    "de": "Der Rat der Stadt traf sich gestern am Abend. Alle Bürger konnten dabei ihre Fragen stellen.\n",
}


def plain(text: str) -> Document:
    return Document(raw_text=text, text=text)


def encipher(text: str, name: str, *, spaces: bool = True) -> str:
    (table,) = [table for table in all_tables() if table.name == name]
    symbols = {p[0]: symbol for symbol, p in reversed(table.readings.items())}
    return "".join((" " if spaces else "") if c == " " else symbols.get(c, "") for c in text)


@pytest.mark.parametrize("case", GARBLED, ids=lambda case: case["label"])
def test_known_families_are_read_between_clean_lines(case):
    language = case["language"]
    garbled = encipher(case["text"], case["cipher"], spaces=case.get("spaces", True))
    text = CLEAN[language] + garbled + "\n" + CLEAN[language]
    document = repair_glyphs(plain(text))
    assert document.text == CLEAN[language] + case["text"] + "\n" + CLEAN[language]
    assert {edit.rule for edit in document.edits} == {case["rule"]}
    assert {edit.label for edit in document.edits} == {"glyph-map"}
    assert replay(document.raw_text, document.edits) == document.text


@pytest.mark.parametrize("case", UNTOUCHED, ids=lambda case: case["label"])
def test_what_only_looks_garbled_is_left_alone(case):
    text = CLEAN["fr"] + case["text"] + "\n" + CLEAN["en"]
    assert repair_glyphs(plain(text)).edits == ()
    assert repair_glyphs(plain(case["text"])).edits == ()


def test_accents_that_a_shifted_font_has_no_glyphs_for_are_restored():
    text = "les comédiennes répètent la pièce dans un théâtre près de la rivière et les élèves du lycée préparent les décors"
    shown = "".join(c for c in f"{text} {text}" if c.isascii())
    document = repair_glyphs(plain(CLEAN["fr"] + encipher(shown, "minus10", spaces=False)))
    words = document.text.split()
    assert sum(word in words for word in text.split()) >= 16
    assert "théâtre" in words and "élèves" in words


def test_letters_that_only_some_of_a_font_lacks_are_restored():
    text = (
        "les mêmes élèves rêvent près de la fenêtre de la forêt et la fête du lycée sera prête même si la tempête arrive "
        "tôt dans la soirée car la grand-mère du maire a prêté ses tables et ses chaises pour la fête"
    )
    garbled = encipher(text.replace("ê", ""), "minus29_mac")
    words = repair_glyphs(plain(CLEAN["fr"] + garbled)).text.split()
    assert {"élèves", "fenêtre", "fête", "prête", "tempête", "prêté", "même"} <= set(words)


def test_spaces_and_punctuation_that_show_as_control_characters_are_read():
    text = "Les élèves de l’école ont planté des arbres, 12 chênes et 3 tilleuls. La fête aura lieu en juin."
    glyphs = [byte - (29 if byte < 127 else 30) for byte in text.encode("mac_roman")]
    garbled = "".join(map(chr, glyphs))
    assert garbled.count("\x03") == text.count(" ")
    result = repair(CLEAN["fr"] + garbled)
    assert result.text == CLEAN["fr"] + text
    assert {edit.label for edit in result.edits} == {"glyph-map"}


@pytest.mark.parametrize(
    "text",
    [
        "\x0304rouge\x03 et \x0302bleu\x03, dit le salon\x0f à tous\x03",
        "001\x1faDupont\x1fbJean\x1fcLyon\x1fd1998\x1e002\x1faMartin\x1fbLuc",
        "Un\x0bsaut de ligne,\x01 un autre\x01 et encore un\x01 dans le même texte.",
    ],
    ids=["colours of a chat", "fields of a record", "breaks"],
)
def test_control_characters_of_sound_text_are_no_punctuation(text):
    assert repair_control_characters(plain(text)).edits == ()


def test_a_table_with_two_letters_to_a_symbol_is_read_by_the_words():
    line = "0LVH HQ °XYUH G\N{LATIN CAPITAL LETTER E}V SURÓHPV GX SMUPHQMULMP GMQV OHV YLOOHV"
    document = repair_glyphs(plain(CLEAN["fr"] + line))
    assert "Mise en œuvre" in document.text
    assert "partenariat dans les villes" in document.text


def test_a_family_that_is_left_out_is_not_used():
    garbled = encipher(GARBLED[1]["text"], "plus3")
    document = repair_glyphs(plain(CLEAN["fr"] + garbled), without=("plus3", "deciphered"))
    assert "plus3" not in {edit.rule for edit in document.edits}


def test_an_acronym_beside_garbled_lines_stays():
    garbled = encipher(GARBLED[0]["text"], "minus29_mac")
    clean = "Une note de l'OMIPE et du FQP est jointe.\n"
    document = repair_glyphs(plain(clean + garbled))
    assert document.text.startswith(clean)
    assert document.text.endswith("de la commune")


def test_codes_without_a_character_are_read_as_symbols():
    words = "les habitants du quartier ont demandé une réunion avec le maire de la commune"
    code = {c: chr(PRIVATE + ord(c) - 29) for c in "abcdefghijklmnopqrstuvwxyz"} | {"é": chr(PRIVATE + ord("p"))}
    text = CLEAN["fr"] + "".join(code.get(c, c) for c in words)
    assert repair_glyphs(plain(text)).text == CLEAN["fr"] + words
    assert fold(chr(PRIVATE + 65)) == "A"


def test_blocks_move_with_their_repaired_text():
    garbled = encipher(GARBLED[0]["text"], "minus29_mac")
    document = build([(CLEAN["fr"].strip(), "paragraph", 0, None), (garbled, "paragraph", 0, None)])
    repaired = repair_glyphs(document)
    assert repaired.block_text(repaired.blocks[1]) == GARBLED[0]["text"]


UNKNOWN = (
    "the old mill stood at the end of the lane where the stream bends towards the south and the children used to "
    "meet there after school to talk about the things that had happened during the day while the miller watched "
    "them from his window and sometimes brought out bread and cheese for everyone because he liked their company "
    "and because the long afternoons were lonely since his brother had left the valley to find work in the city"
)


def substituted(text: str) -> str:
    symbols = random.Random(7).sample(list("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN#@$%éàçñ23456789"), 26)
    code = dict(zip("abcdefghijklmnopqrstuvwxyz", symbols, strict=True))
    return "".join(code.get(c, c) for c in text)


def test_a_table_nobody_knows_is_deciphered_from_enough_text():
    text = CLEAN["en"] + substituted(UNKNOWN) + "\n" + CLEAN["en"]
    document = repair_glyphs(plain(text))
    right = sum(a == b for a, b in zip(document.text[len(CLEAN["en"]) :], UNKNOWN, strict=False))
    assert right >= 0.97 * len(UNKNOWN)
    assert {edit.rule for edit in document.edits} == {"deciphered"}
    assert repair_glyphs(plain(text)).edits == document.edits


def test_an_unknown_table_with_two_letters_to_a_symbol_that_loses_letters_is_deciphered():
    garbled = substituted(UNKNOWN.replace("v", "b").replace("c", "p"))
    drawn = random.Random(3)
    garbled = "".join(c for c in garbled if c == " " or drawn.random() >= 0.02)
    document = repair_glyphs(plain(CLEAN["en"] + garbled + "\n" + CLEAN["en"]))
    read = document.text[len(CLEAN["en"]) :].split("\n")[0].split()
    wanted = UNKNOWN.split()
    assert len(read) == len(wanted)
    assert sum(a == b for a, b in zip(read, wanted, strict=True)) >= 0.89 * len(wanted)


def test_words_are_completed_only_where_many_lost_a_letter():
    judge = Judge(lexicon("en"))
    whole = completed("journy", judge)
    assert whole is not None
    assert whole[0] == "journey"
    assert completed("zzkkqp", judge) is None
    assert letters_are_lost(["journy", "beutiful", "kitchn", "zzkkqp"], judge)
    assert not letters_are_lost(["journey", "beutiful", *(name * 2 for name in ("zzkk", "qwpt", "bnmx"))], judge)


def test_too_little_text_of_an_unknown_table_is_left_alone_and_marked():
    garbled = substituted(UNKNOWN[:60])
    text = CLEAN["en"] + garbled + "\n" + CLEAN["en"]
    document = repair_glyphs(plain(text))
    (edit,) = document.edits
    assert document.text == text
    assert (edit.action, edit.label) == ("mark", "glyph-map-suspected")
    assert edit.before in garbled
    assert len(edit.before) > 0.8 * len(garbled)


def test_nothing_is_marked_where_all_was_read():
    garbled = encipher(GARBLED[1]["text"], "plus3")
    assert {edit.action for edit in repair_glyphs(plain(CLEAN["fr"] + garbled)).edits} == {"repair"}


@pytest.mark.parametrize("text", ["", " \n ", "x" * 200_000, "aQ9$ " * 300, "\N{COMBINING ACUTE ACCENT}" * 5000])
def test_hostile_text_comes_back(text):
    assert replay(text, repair_glyphs(plain(text)).edits) == repair_glyphs(plain(text)).text


def lines_of_many_words(count: int) -> str:
    """Lines of a known family with ever new words, so that nothing remembered makes them cheap."""
    words = UNKNOWN.split()
    drawn = [random.Random(i).choices(words, k=13) for i in range(count)]
    return "\n".join(encipher(" ".join(a + b for a, b in pairwise(row)), "plus3") for row in drawn)


def capped(text: str, limit: int) -> tuple[Document, int]:
    """The repair with another cap, and what it spent."""
    efforts: list[Effort] = []

    class Counted(Effort):
        def __init__(self, _: int) -> None:
            super().__init__(limit)
            efforts.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(context, "Effort", Counted)
        document = repair_glyphs(plain(text))
    (effort,) = efforts
    return document, effort.spent


def test_a_document_never_costs_much_more_than_the_cap():
    """Counted in letters scored; what is begun is finished."""
    text = CLEAN["en"] + (encipher(UNKNOWN, "plus3") + "\n") * 12 + lines_of_many_words(400)
    document, spent = capped(text, LIMIT)
    assert LIMIT <= spent <= 1.5 * LIMIT
    assert UNKNOWN[:80] in document.text
    assert replay(text, document.edits) == document.text
    assert capped(text, LIMIT) == (document, spent)
