"""Which share of some words a text has."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.lexicon import Term
from bot.routing.coverage import Coverage

Terms = tuple[Term, ...]

WORDS = st.sampled_from("who how many people died syria war city is the a aleppo aleppos".split())


def terms(text: str) -> Terms:
    return tuple(Term(word, word) for word in text.split())


SENTENCES = st.lists(WORDS, max_size=8).map(" ".join).map(terms)
COVERAGE = Coverage(terms(text) for text in ("russia bombs aleppo", "russia meets", "russia"))


def test_coverage_is_the_share_of_the_terms_that_a_text_contains() -> None:
    shares = COVERAGE.shares(terms("aleppo bombs")).tolist()
    assert shares == pytest.approx([1, 0, 0])
    assert COVERAGE.shares(terms("russia russia")).tolist() == pytest.approx([1, 1, 1])
    assert COVERAGE.shares(()).tolist() == [0, 0, 0]


def test_a_rare_term_counts_more_than_a_common_one() -> None:
    assert COVERAGE.weight("aleppo") > COVERAGE.weight("russia")
    assert COVERAGE.weight("lavrov") >= COVERAGE.weight("aleppo")
    assert COVERAGE.shares(terms("russia aleppo"))[1] < 0.5


def test_an_unknown_term_lowers_every_share() -> None:
    assert COVERAGE.shares(terms("aleppo lavrov"))[0] < COVERAGE.shares(terms("aleppo"))[0]


def test_a_text_has_its_terms_and_no_others() -> None:
    assert COVERAGE.has("aleppo", 0)
    assert not COVERAGE.has("aleppo", 1)
    assert not COVERAGE.has("lavrov", 0)


@settings(deadline=None)
@given(st.lists(SENTENCES, max_size=6), SENTENCES)
def test_shares_lie_within_0_and_1(texts: list[Terms], asked: Terms) -> None:
    covered = Coverage(texts).shares(asked)
    assert len(covered) == len(texts)
    assert np.all(covered >= 0)
    assert np.all(covered <= 1 + 1e-9)
