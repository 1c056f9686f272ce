"""How alike a question is to the phrasings of a table, and which entry it belongs to."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.lexicon import Term
from bot.routing.kernel import Kernel, landmarks_of
from bot.routing.phrasings import Phrasings, features_of

TEXTS = [
    "how many people died in syria",
    "death toll of the war",
    "where do the diplomats meet",
    "which city hosts peace talks",
    "who is igor konashenkov",
    "who speaks for the defense ministry",
]
OWNERS = [0, 0, 1, 1, 2, 2]

WORDS = st.sampled_from("who how many people died syria war city is the a aleppo aleppos".split())
SENTENCES = st.lists(WORDS, max_size=8)


def read(text: str) -> list[Term]:
    return [Term(word, word) for word in text.split()]


def table(texts: list[str] = TEXTS, owners: list[int] = OWNERS, grammar: str = "") -> Phrasings:
    return Phrasings.of(
        list(map(read, texts)), np.array(owners, np.int64), frozenset(grammar.split())
    )


def likeness(phrasings: Phrasings, text: str) -> list[float]:
    found: list[float] = phrasings.likeness(read(text)).tolist()
    return found


def test_a_phrasing_is_like_itself_to_the_full_and_most_of_all() -> None:
    for number, text in enumerate(TEXTS):
        found = likeness(table(), text)
        assert found[number] == pytest.approx(1)
        assert all(score < 0.9 for other, score in enumerate(found) if other != number)


@given(st.lists(SENTENCES, min_size=1, max_size=8), SENTENCES)
def test_likeness_lies_within_0_and_1(texts: list[list[str]], asked: list[str]) -> None:
    phrasings = table([" ".join(text) for text in texts], list(range(len(texts))), "the a is")
    found = phrasings.likeness(read(" ".join(asked)))
    assert found.shape == (len(texts),)
    assert np.all(found >= 0)
    assert np.all(found <= 1 + 1e-9)


@pytest.mark.parametrize("unknown", ["zzz", "xyzzy quux", "qqq qqq qqq"])
def test_unknown_words_lower_every_likeness(unknown: str) -> None:
    for number, text in enumerate(TEXTS):
        known = likeness(table(), text)[number]
        assert likeness(table(), f"{text} {unknown}")[number] < known - 0.05


def test_a_word_is_like_another_with_most_of_its_letters() -> None:
    unlike, alike = likeness(table(), "parties met"), likeness(table(), "diplomatic met")
    assert alike[2] > unlike[2]


def test_a_text_that_shares_nothing_is_not_alike() -> None:
    assert likeness(table(), "zzz xyzzy") == [0.0] * len(TEXTS)


def test_a_word_of_grammar_tells_less_than_another_as_rare() -> None:
    texts = ["the aleppo", "my damascus"]
    grammar, plain = table(texts, [0, 1], "the"), table(texts, [0, 1])
    assert likeness(grammar, "aleppo")[0] > likeness(plain, "aleppo")[0]


def test_phrasings_of_one_entry_do_not_make_their_words_common() -> None:
    texts = ["russian aim", "russian goal", "russian target", "war toll", "city name"]
    together, apart = table(texts, [0, 0, 0, 1, 2]), table(texts, [0, 1, 2, 3, 4])
    assert likeness(together, "russian")[0] > likeness(apart, "russian")[0]


def test_a_table_may_be_empty() -> None:
    empty = table([], [])
    assert empty.likeness(read("aleppo")).shape == (0,)
    assert empty.kernel().scores(np.zeros(0)).shape == (0,)


def test_chosen_texts_are_as_alike_as_among_all() -> None:
    vectors, asked = table().vectors, features_of(read("how many people died in aleppo"))
    chosen = np.array([True, False, True, True, False, True])
    assert vectors.only(chosen).similarities(asked) == pytest.approx(
        vectors.similarities(asked)[chosen]
    )


def test_as_a_whole_a_misspelt_question_is_still_near() -> None:
    asked = "who is igor konashenkof"
    ratios = table().ratios(asked.split(), table().likeness(read(asked)))
    assert ratios.argmax() == 4
    assert ratios[4] > 0.9


def test_the_order_of_words_hardly_matters_as_a_whole() -> None:
    asked = "konashenkov igor is who"
    assert table().ratios(asked.split(), table().likeness(read(asked)))[4] == pytest.approx(1)


def test_an_entry_has_the_middle_of_its_nearest_phrasing_and_the_mean() -> None:
    scores = np.array([1.0, 0.0, 0.5, 0.5, 0.2, 0.4])
    assert table().nearest(scores).tolist() == [1.0, 0.5, 0.4]
    assert table().by_entry(scores) == pytest.approx([0.75, 0.5, 0.35])
    assert table().place(2, scores) == 5


def test_a_kernel_finds_the_entry_of_each_phrasing() -> None:
    kernel = table().kernel()
    for text, owner in zip(TEXTS, OWNERS, strict=True):
        scores = kernel.scores(table().likeness(read(text)))
        assert scores.argmax() == owner
        assert scores[owner] > 0.7


def test_a_kernel_of_many_phrasings_is_fitted_with_some_of_them() -> None:
    owners = np.repeat(np.arange(400), 5)
    likeness = np.where(owners[:, None] == owners, 0.6, 0.1) + 0.4 * np.eye(2000)
    landmarks = landmarks_of(owners)
    kernel = Kernel.fit(likeness[:, landmarks], landmarks, owners)
    for phrasing in (0, 777, 1999):
        assert kernel.scores(likeness[phrasing]).argmax() == owners[phrasing]
