"""Similarity, coverage and spelling: the evidence that a router weighs."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.lexicon import Term
from bot.language.spelling import Speller
from bot.routing.index import Coverage, TextIndex

Terms = tuple[Term, ...]


def terms(text: str) -> Terms:
    return tuple(Term(word, word) for word in text.split())


TEXTS = [
    "how many people died in syria",
    "death toll of the war",
    "where do the diplomats meet",
    "which city hosts peace talks",
    "who is igor konashenkov",
    "who speaks for the defense ministry",
]
GROUPS = [0, 0, 1, 1, 2, 2]

WORDS = st.sampled_from("who how many people died syria war city is the a aleppo aleppos".split())
SENTENCES = st.lists(WORDS, max_size=8).map(" ".join).map(terms)


def index(texts: list[str] = TEXTS, groups: list[int] = GROUPS, grammar: str = "") -> TextIndex:
    return TextIndex([terms(text) for text in texts], groups, frozenset(grammar.split()))


def similarities(texts: TextIndex, text: str) -> list[float]:
    found: list[float] = texts.similarities(texts.vector(terms(text))).tolist()
    return found


def test_a_text_is_like_itself_to_the_full_and_most_of_all() -> None:
    for number, text in enumerate(TEXTS):
        found = similarities(index(), text)
        assert found[number] == pytest.approx(1)
        assert all(score < 0.9 for other, score in enumerate(found) if other != number)


@settings(deadline=None)
@given(st.lists(SENTENCES, min_size=1, max_size=8), st.data())
def test_no_text_is_more_like_a_text_than_itself(texts: list[Terms], data: st.DataObject) -> None:
    groups = [data.draw(st.integers(0, number)) for number in range(len(texts))]
    built = TextIndex(texts, groups, frozenset({"the", "a", "is"}))
    for number, text in enumerate(texts):
        found = built.similarities(built.vector(text))
        assert found[number] == pytest.approx(found.max())


@settings(deadline=None)
@given(st.lists(SENTENCES, min_size=1, max_size=8), SENTENCES)
def test_similarities_lie_within_0_and_1(texts: list[Terms], asked: Terms) -> None:
    built = TextIndex(texts, range(len(texts)), frozenset())
    found = built.similarities(built.vector(asked))
    assert found.shape == (len(texts),)
    assert np.all(found >= 0)
    assert np.all(found <= 1 + 1e-9)


@pytest.mark.parametrize("unknown", ["zzz", "xyzzy quux", "qqq qqq qqq"])
def test_unknown_words_lower_every_similarity(unknown: str) -> None:
    for number, text in enumerate(TEXTS):
        known = similarities(index(), text)[number]
        assert similarities(index(), f"{text} {unknown}")[number] < known - 0.05


def test_a_text_that_shares_nothing_is_not_similar() -> None:
    assert similarities(index(), "zzz xyzzy") == [0.0] * len(TEXTS)
    assert similarities(index(), "") == [0.0] * len(TEXTS)


def test_a_misspelt_name_is_still_near_by_its_letters() -> None:
    assert similarities(index(), "konashenkof")[4] > max(similarities(index(), "konashenkof")[:4])


def test_a_word_of_grammar_tells_less_than_another_as_rare() -> None:
    grammar = index(["the aleppo", "my damascus"], [0, 1], grammar="the")
    plain = index(["the aleppo", "my damascus"], [0, 1])
    assert similarities(grammar, "aleppo")[0] > similarities(plain, "aleppo")[0]


def test_phrasings_of_one_group_do_not_make_their_words_common() -> None:
    texts = ["russian aim", "russian goal", "russian target", "war toll", "city name"]
    one_group = index(texts, [0, 0, 0, 1, 2])
    apart = index(texts, [0, 1, 2, 3, 4])
    assert similarities(one_group, "russian")[0] > similarities(apart, "russian")[0]


def test_texts_of_one_word_each_or_none_can_be_indexed() -> None:
    found = similarities(index(["aleppo", "munich", ""], [0, 1, 2]), "aleppo")
    assert found[0] > 0.5
    assert found[1:] == [0.0, 0.0]


def test_a_fit_tells_the_texts_of_one_target_from_those_of_another() -> None:
    built = index()
    targets = np.array([1.0, 1.0, -1.0, -1.0, 1.0, -1.0])
    weights = built.fit(targets, ridge=0.1)
    for text, target in zip(TEXTS, targets, strict=True):
        columns, values = built.vector(terms(text))
        leaning = float(weights[columns] @ values)
        assert math.copysign(1, leaning) == target
        assert abs(leaning) > 0.5


def test_a_fit_leans_as_the_likest_texts_do() -> None:
    built = index()
    weights = built.fit(np.array([1.0, 1.0, -1.0, -1.0, -1.0, -1.0]), ridge=0.1)
    columns, values = built.vector(terms("the death toll in syria"))
    assert weights[columns] @ values > 0
    columns, values = built.vector(terms("where is the ministry"))
    assert weights[columns] @ values < 0


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
        ("alepo", "aleppo"),
        ("syira", "syria"),
        ("russsia", "russia"),
        ("airstirkes", "airstrikes"),
        ("ceesefire", "ceasefire"),
        ("statr", "start"),  # swapped letters before a wrong one
        ("attac", "attach"),  # of two equally near, the one that stands more often
    ],
)
def test_a_slip_is_mended(typed: str, meant: str) -> None:
    assert SPELLER.mend(typed) == meant


@pytest.mark.parametrize(
    "word",
    ["iraq", "that", "population", "tussia", "is", "si", "12.5", "250000", "", "dyed"],
)
def test_another_word_is_left_alone(word: str) -> None:
    assert SPELLER.mend(word) == word


@given(st.text() | st.sampled_from(["konashenkvo", "waht", "attac"]))
def test_a_mended_word_is_known_or_unchanged(word: str) -> None:
    mended = SPELLER.mend(word)
    assert SPELLER.mend(mended) == mended
