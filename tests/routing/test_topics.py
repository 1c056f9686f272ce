"""Similarity by topic: alike is what is asked about the same things."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.lexicon import Term
from bot.routing.index import Scores, TextIndex
from bot.routing.topics import Topics

TEXTS = ("how many died", "the toll of the war", "where do they meet", "which city hosts talks")
STARTS = np.array([0, 2])


def terms(text: str) -> tuple[Term, ...]:
    return tuple(Term(word, word) for word in text.split())


INDEX = TextIndex([terms(text) for text in TEXTS], [0, 0, 1, 1], frozenset())


def similarities(text: str) -> Scores:
    return Topics(INDEX, STARTS).similarities(INDEX.vector(terms(text)))


def test_texts_of_one_group_are_alike_without_a_common_word() -> None:
    found = similarities("died")
    assert found[1] > 0.9
    assert max(found[2:]) < 0.1


def test_words_that_no_text_has_take_their_part() -> None:
    asked = similarities("how many died")
    wordy = similarities("hello my friends how many died")
    assert 0.3 < wordy[0] < asked[0]
    assert np.allclose(wordy / wordy[0], asked / asked[0])


def test_a_text_of_unknown_words_is_like_none() -> None:
    assert not similarities("lorem ipsum").any()


@settings(deadline=None)
@given(st.lists(st.sampled_from([*" ".join(TEXTS).split(), "other"]), max_size=9))
def test_similarities_lie_between_0_and_1(words: list[str]) -> None:
    found = similarities(" ".join(words))
    assert len(found) == len(TEXTS)
    assert np.all((found >= 0) & (found <= 1 + 1e-6))
