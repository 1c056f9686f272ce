"""Typing slips are corrected, other words left alone."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from spellchecker import SpellChecker

from bot.language.spelling import Speller, frequency

SPELLER = Speller(
    dict.fromkeys("what when where who died aleppo syria russia airstrikes iran is".split(), 1)
    | {"konashenkov": 5, "ceasefire": 3, "attack": 1, "attach": 9, "start": 1, "state": 9}
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("konashenkvo", "konashenkov"),
        ("konashenkof", "konashenkov"),
        ("konashenkoff", "konashenkov"),
        ("waht", "what"),
        ("whre", "where"),
        ("wgat", "what"),  # the key beside
        ("alepo", "aleppo"),
        ("syira", "syria"),
        ("russsia", "russia"),
        ("airstirkes", "airstrikes"),
        ("ceesefire", "ceasefire"),
        ("statr", "start"),  # swapped letters before a wrong one
        ("syrai", "syria"),
        ("sirya", "syria"),  # letters in the wrong order, however far
        ("eleppo", "aleppo"),  # a wrong vowel at the beginning
        ("tussia", "russia"),  # the key beside
        ("leppo", "aleppo"),
        ("urssia", "russia"),
        ("attac", "attach"),  # of two equally near, the one that stands more often
    ],
)
def test_a_slip_is_corrected(typed: str, meant: str) -> None:
    assert SPELLER.correct(typed) == meant


@pytest.mark.parametrize(
    "word",
    [
        "iraq",
        "that",
        "population",
        "zussia",
        "khere",
        "messia",
        "is",
        "si",
        "12.5",
        "250000",
        "",
        "dyed",
    ],
)
def test_another_word_is_left_alone(word: str) -> None:
    assert SPELLER.correct(word) == word


@given(st.text() | st.sampled_from(["konashenkvo", "waht", "attac"]))
def test_a_corrected_word_is_known_or_unchanged(word: str) -> None:
    corrected = SPELLER.correct(word)
    assert SPELLER.correct(corrected) == corrected


DICTIONARY = SpellChecker(language="en").word_frequency.dictionary


@given(st.sampled_from(sorted(DICTIONARY)) | st.text())
@example("a")
@example("zürich's")
@example("")
def test_the_dictionary_tells_how_often_it_has_met_a_word(word: str) -> None:
    assert frequency(word) == DICTIONARY.get(word, 0)
