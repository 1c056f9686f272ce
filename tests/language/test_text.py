"""Folding, cutting into words, and telling apart the questions of one message."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.language.text import (
    MAX_WORDS,
    fold,
    fold_punctuation,
    squeeze,
    stem,
    words,
)

ANY_TEXT = st.text(st.characters())
"""Anything a str can hold, lone surrogates included."""


@given(ANY_TEXT)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANY_TEXT)
def test_a_squeezed_text_is_one_printable_line(text: str) -> None:
    squeezed = squeeze(text)
    assert squeezed == " ".join(squeezed.split())
    assert squeeze(squeezed) == squeezed


@given(ANY_TEXT)
def test_folding_punctuation_keeps_every_character_in_its_place(text: str) -> None:
    folded = fold_punctuation(text)
    assert len(folded) == len(text)
    changed = {new for old, new in zip(text, folded, strict=True) if old != new}
    assert changed <= set("'\"- ")


@given(st.text("abc ABC 12.5 äß, ?\n"))
def test_folding_punctuation_leaves_letters_and_figures_alone(text: str) -> None:
    assert fold_punctuation(text) == text


@given(ANY_TEXT | st.text("nts'’.,1k% US"))
@example("n't")
@example("A`\N{KHMER LETTER KA}")
@example("\N{KHMER LETTER KA}'\N{KHMER LETTER KA}")
def test_words_are_folded_and_hold_no_white_space_or_mark_of_discord(text: str) -> None:
    found = words(text)
    assert len(found) <= 2 * MAX_WORDS
    assert all(word and fold(word) == word for word in found)
    assert not any(set(word) & set(" \n@<>#*_`'") for word in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where is Aleppo?", "where is aleppo"),
        ("12.5 miles", "12.5 miles"),
        ("250,000 people, 1,2,3", "250000 people 1 2 3"),
        ("250k people", "250000 people"),
        ("70%", "70 percent"),
        ("Russia’s and Assad's", "russia and assad"),
        ("can't won’t didn't", "can not will not did not"),
        ("they're we've she'll I'm", "they are we have she will i am"),
        ("the U.S.-led coalition", "the unitedstates led coalition"),
        ("the USA, the U.S.A., the US", "the unitedstates the unitedstates the unitedstates"),
        ("tell us", "tell unitedstates"),
        ("\N{LATIN SMALL LIGATURE FI}ght", "fight"),
        ("ＡＬＥＰＰＯ", "aleppo"),  # as an East Asian keyboard may type it
        ("al-Nusra — al–Nusra", "al nusra al nusra"),
        ("zero\N{ZERO WIDTH SPACE}width", "zerowidth"),
        ("", ""),
        ("?! … 🙂", ""),
    ],
)
def test_words_are_read_as_people_mean_them(text: str, expected: str) -> None:
    assert " ".join(words(text)) == expected


def test_words_beyond_the_limit_are_not_read() -> None:
    assert words("a " * 50_000) == ["a"] * MAX_WORDS


@pytest.mark.parametrize(
    ("word", "other"), [("airstrikes", "airstrike"), ("denied", "denies"), ("groups", "group")]
)
def test_forms_of_a_word_share_a_stem(word: str, other: str) -> None:
    assert stem(word) == stem(other)
