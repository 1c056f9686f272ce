"""What an entry has of a question: telling words, and the word that asks."""

from hypothesis import given
from hypothesis import strategies as st
from places import SMALL_KNOWLEDGE

from bot.knowledge.loading import load_knowledge
from bot.routing.built import build

[FERRY] = load_knowledge(SMALL_KNOWLEDGE).parts
WORDS = build(FERRY).words


def keys(text: str) -> list[str]:
    return [term.key for term in FERRY.lexicon.terms(text.lower().split())]


def lacking(text: str, entry: int) -> tuple[str, ...]:
    return WORDS.lacking(FERRY.lexicon.terms(text.lower().split()), entry)


def test_an_entry_has_the_words_of_its_phrasings_answer_and_sentences() -> None:
    assert lacking("when did the ferry leave the mainland", 0) == ()
    assert lacking("when did the ferry leave the mainland", 1) == ("leave", "mainland")


def test_a_phrasing_asks_alike_with_the_same_word() -> None:
    when = WORDS.asked_alike(keys("when did it leave"))
    assert [bool(share) for share in when] == [True, False, False, False, False]
    assert set(WORDS.asked_alike(keys("ferry capacity"))) == {0.5}


@given(st.lists(st.sampled_from("when who what ferry islanders ticket zebra the".split())))
def test_a_share_of_each_entry_lies_between_none_and_all(words: list[str]) -> None:
    shares = WORDS.asked_alike(words)
    assert len(shares) == len(FERRY.entries)
    assert all(0 <= share <= 1 for share in shares)
