"""Signals of texts small enough to be counted by hand."""

from __future__ import annotations

import math

import pytest

from corpus.document import Document, Hint, Removal, build, remove, repair
from corpus.signals import _stop_words, measure

NAMES = {
    "characters", "raw_characters", "words", "lines", "mean_word_length", "mean_line_length", "short_line_share",
    "symbol_share", "digit_share", "uppercase_share", "punctuation_end_share", "bullet_line_share",
    "ellipsis_line_share", "duplicate_line_share", "duplicate_line_character_share", "top_bigram_share",
    "stop_word_share", "unique_word_share", "alphabetic_word_share", "removed_share", "repaired_share",
}  # fmt: skip


def signals(text, language=None):
    return measure(Document(raw_text=text, text=text, language=language))


def test_a_text_has_all_the_signals():
    assert set(signals("Le bac passe la rivière.", "fr")) == NAMES


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("", NAMES - {"characters", "raw_characters", "words", "lines"}),
        (" \n ", NAMES - {"characters", "raw_characters", "words", "lines", "removed_share", "repaired_share"}),
        ("mot", {"top_bigram_share", "stop_word_share"}),
        ("12 34", {"uppercase_share", "stop_word_share"}),
    ],
)
def test_a_share_of_nothing_is_absent(text, absent):
    assert set(signals(text)) == NAMES - absent


def test_there_are_no_stop_words_of_an_unknown_language():
    assert "stop_word_share" not in signals("Le bac passe.", "xx")
    assert "stop_word_share" not in signals("Le bac passe.")


def test_numbers_are_finite_and_shares_are_shares():
    for text in ("a " * 50, "— — —", "\0\ud800\U000f0003", "A1 !\n…\n- b\n- b"):
        for name, value in signals(text, "fr").items():
            assert math.isfinite(value), name
            if name.endswith("_share"):
                assert 0 <= value <= 1, name


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("un deux\n\n trois ", "characters", 16),
        ("un deux\n\n trois ", "words", 3),
        ("un deux\n\n trois ", "lines", 2),
        ("un deux\n\n trois ", "mean_word_length", 11 / 3),
        ("un deux\n\n trois ", "mean_line_length", 6),
        ("court\n" + "long " * 6 + "fin", "short_line_share", 1 / 2),
        ("x" * 30, "short_line_share", 0),
        ("a # b", "symbol_share", 1 / 3),
        ("a\N{REPLACEMENT CHARACTER}\U000f0003€", "symbol_share", 3 / 4),
        ("« Oui », dit-il : (non).", "symbol_share", 0),
        ("क्या", "symbol_share", 0),
        ("an 2024", "digit_share", 4 / 6),
        ("Le BAC", "uppercase_share", 4 / 5),
        ("12 Ab", "uppercase_share", 1 / 2),
        ("un deux un deux un", "unique_word_share", 2 / 5),
        ("Un un", "unique_word_share", 1 / 2),
        ("ab cd ab cd ef", "top_bigram_share", 8 / 10),
        ("a a a a", "top_bigram_share", 1),
        ("mot 12 | a1", "alphabetic_word_share", 1 / 2),
    ],
)
def test_a_signal_is_what_can_be_counted(text, name, expected):
    assert signals(text)[name] == pytest.approx(expected)


@pytest.mark.parametrize(
    "line",
    [
        "Fin.",
        "Fin !",
        "Fin ?",
        "Fin…",
        "« Fin. »",
        "« Fin »",
        "“End.”",
        "He said “end”",
        "„Ende“",
        "»Ende«",
        "(Fin.)",
        "『終わり』",
        "終わり。",
        "终！",
        "انتهى؟",
        "समाप्त।",
        'He said "end"',
        "Fin.’",
    ],
)
def test_a_line_that_ends_as_sentences_do(line):
    assert signals(line)["punctuation_end_share"] == 1


@pytest.mark.parametrize(
    "line", ["Fin", "Fin :", "Fin ;", "Fin,", "Fin (1)", "Lire aussi", "12 h 30", "l’eau-", "→", "les chiens’"]
)
def test_a_line_that_does_not(line):
    assert signals(line)["punctuation_end_share"] == 0


@pytest.mark.parametrize("line", ["• un", "•un", "- un", "– un", "* un", "▪ un", "✓ fait", "-\tun"])
def test_a_bullet(line):
    assert signals(line)["bullet_line_share"] == 1


@pytest.mark.parametrize(
    "line", ["— Où est le bac ? demanda-t-il.", "-5 degrés", "*très* froid", "un • deux", "1. un", "-"]
)
def test_no_bullet(line):
    assert signals(line)["bullet_line_share"] == 0


@pytest.mark.parametrize(
    ("line", "expected"), [("La suite…", 1), ("La suite...", 1), ("… la suite", 0), ("Fin.", 0), ("Fin..", 0)]
)
def test_lines_that_end_in_an_ellipsis(line, expected):
    assert signals(line)["ellipsis_line_share"] == expected


def test_a_line_that_repeats_an_earlier_one_is_a_duplicate():
    found = signals("abcd\nab\nabcd\n abcd \n")
    assert found["duplicate_line_share"] == 2 / 4
    assert found["duplicate_line_character_share"] == 8 / 14


# ---- stop words -----------------------------------------------------------------------------------------------------

SENTENCES = {
    "fr": "L’eau monte jusqu’à la troisième marche et tout le village vient pour la regarder.",
    "en": "The water rises to the third step and all of the village comes out to look at it.",
    "de": "Das Wasser steigt bis zu der dritten Stufe, und das ganze Dorf kommt, um es zu sehen.",
    "es": "El agua sube hasta el tercer escalón y todo el pueblo viene a mirar lo que pasa.",
    "it": "L’acqua sale fino al terzo gradino e tutto il paese viene a vedere che cosa succede.",
    "pt": "A água sobe até ao terceiro degrau e toda a aldeia vem para ver o que se passa.",
    "nl": "Het water stijgt tot de derde trede en het hele dorp komt naar de oever om het te zien.",
    "pl": "Woda podnosi się do trzeciego stopnia i cała wieś przychodzi na brzeg, żeby to zobaczyć.",
}


def test_there_are_stop_words_of_these_languages():
    assert set(_stop_words()) == set(SENTENCES)
    assert all(len(words) >= 60 for words in _stop_words().values())
    assert all(word.casefold() == word for words in _stop_words().values() for word in words)


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_has_more_stop_words_of_its_own_language_than_of_another(language):
    shares = {other: signals(SENTENCES[language], other)["stop_word_share"] for other in SENTENCES}
    assert max(shares, key=shares.get) == language
    assert shares[language] > 0.25


# ---- the ledger -----------------------------------------------------------------------------------------------------


def test_shares_of_the_ledger_are_of_the_raw_text():
    document = build([("Le bac", "paragraph", 0, Hint()), ("publicité", "paragraph", 0, Hint())])
    document = document.apply([repair(1, 2, "ES", "mojibake", "m")]).remove_blocks({1: Removal("advert", "r")})
    found = measure(document)
    assert found["raw_characters"] == 17
    assert found["removed_share"] == 11 / 17
    assert found["repaired_share"] == 1 / 17


def test_what_a_removal_left_of_a_repair_is_not_counted_as_removed():
    document = (
        Document(raw_text="abc", text="abc")
        .apply([repair(1, 2, "XY", "mojibake", "m")])
        .apply([remove(2, 4, "advert", "r")])
    )
    assert measure(document)["removed_share"] == 1 / 3


def test_a_text_of_one_endless_line_takes_linear_time():
    for text in ("1" * 2_000_000, "-" * 2_000_000, "." * 2_000_000, "»" * 2_000_000):
        assert signals(text)["lines"] == 1
