"""What an entry has of a question: telling words, and the word that asks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import SMALL_KNOWLEDGE

from bot.knowledge.loading import load_knowledge
from bot.routing.built import build

[FERRY] = load_knowledge(SMALL_KNOWLEDGE).parts
WORDS = build(FERRY).words


def keys(text: str) -> list[str]:
    return [term.key for term in FERRY.lexicon.terms(text.lower().split())]


def test_an_entry_knows_the_words_of_its_phrasings_answer_and_sentences() -> None:
    departure, capacity, *_ = WORDS.known(keys("when did the ferry leave the mainland"))
    assert departure == 1
    assert capacity == pytest.approx(1 / 3)


def test_a_question_without_a_telling_word_is_known() -> None:
    assert set(WORDS.known(keys("what is it"))) == {1}


def test_a_phrasing_asks_alike_with_the_same_word() -> None:
    when = WORDS.asked_alike(keys("when did it leave"))
    assert [bool(share) for share in when] == [True, False, False, False, False]
    assert set(WORDS.asked_alike(keys("ferry capacity"))) == {0.5}


@given(st.lists(st.sampled_from("when who what ferry islanders ticket zebra the".split())))
def test_shares_lie_between_none_and_all(words: list[str]) -> None:
    for shares in (WORDS.known(words), WORDS.asked_alike(words)):
        assert len(shares) == len(FERRY.entries)
        assert all(0 <= share <= 1 for share in shares)
