"""The sentence that answers a question, if nobody has written facts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.article import Sentence
from bot.language.lexicon import Lexicon
from bot.language.text import words
from bot.routing.sentences import SentenceRanker, SentenceRanking

FERRY = (
    (0, "Ferry to Skarholm stands still after storm"),
    (1, "The ferry Aurora has been out of service since Monday."),
    (1, "Its owner, Nordline, blamed a broken rudder."),
    (2, "The mayor, Ellen Dahl, said 240 islanders depend on it."),
    (2, "She called the repair slow."),
    (3, "Divers will lift the rudder in the harbor on 3 May."),
)

LEXICON = Lexicon.build(
    {"owner": ["proprietor"], "islanders": ["people of the island"]},
    fillers=(),
    grammar=["the, a, an, has, been, of, it, its, on, in, to, is, was, did, do, will, she"],
)


def ranker() -> SentenceRanker:
    sentences = [Sentence("ferry", n, p, 0, 0, text) for n, (p, text) in enumerate(FERRY)]
    return SentenceRanker.of(sentences, LEXICON)


def rank(question: str) -> SentenceRanking:
    return ranker().rank(LEXICON.terms(words(question)))


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Which ferry is out of service?", 1),
        ("What did Nordline blame?", 2),
        ("Who is the proprietor of the ferry?", 2),  # a synonym
        ("How many people of the island depend on the ferry?", 3),  # a phrase
        ("who depennds on it", 3),  # a slip
        ("When do the divers lift the rudder?", 5),
        ("What did the mayor call slow?", 4),  # the sentence before says who
    ],
)
def test_the_sentence_that_answers_comes_first(question: str, sentence: int) -> None:
    assert rank(question).scores.argmax() == sentence


@pytest.mark.parametrize(
    ("question", "sentence"),
    [("When?", 5), ("How many depend?", 3), ("What year?", 5)],
)
def test_the_kind_of_thing_that_is_asked_for_counts(question: str, sentence: int) -> None:
    scores = rank(question).scores
    assert scores[sentence] == scores.max() > 0


@pytest.mark.parametrize("question", ["What quiz?", "quiz", "quiz much"])
def test_what_shares_nothing_with_a_sentence_counts_nothing(question: str) -> None:
    assert not rank(question).scores.any()


def ranked(question: str, *texts: str) -> SentenceRanking:
    sentences = [Sentence("boat", n, n, 0, 0, text) for n, text in enumerate(texts)]
    groups = {"boat": ["vessel"], "skipper": ["captain"], "how many": ["number of"]}
    lexicon = Lexicon.build(groups, (), grammar=["a"])
    return SentenceRanker.of(sentences, lexicon).rank(lexicon.terms(words(question)))


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    found = ranked("vessel captain", "A boat left", "A boat sank", "A skipper slept")
    assert found.scores.argmax() == 2


@pytest.mark.parametrize("question", ["how many sailed", "the number of those who sailed"])
def test_a_phrase_may_ask_for_a_number(question: str) -> None:
    assert ranked(question, "Crews sailed", "Seven sailed").scores.argmax() == 1


def test_words_count_more_if_they_stand_together() -> None:
    found = ranked("red boat", "A boat, old, red", "A red, old boat", "A old red boat")
    assert found.scores[0] < found.scores[1] == found.scores[2]


def test_words_that_begin_alike_are_known() -> None:
    assert ranked("elect", "The electors met").known == 1
    assert ranked("elec", "The electors met").known == 0


def test_a_short_word_is_no_slip_of_a_longer_one() -> None:
    assert rank("Mary").scores.max() < 0.1


def test_words_that_end_alike_are_a_little_alike() -> None:
    assert rank("powder").scores.argmax() in (2, 5)  # the rudder


def test_words_of_the_article_are_known_and_others_are_not() -> None:
    assert rank("Did the mayor of Skarholm resign?").known == 2
    assert rank("How do I bake bread?").known == 0


@given(st.text() | st.lists(st.sampled_from(" ".join(t for _, t in FERRY).split())).map(" ".join))
def test_whatever_is_asked_every_sentence_has_a_score(question: str) -> None:
    ranking = rank(question)
    assert ranking.scores.shape == (len(FERRY),)
    assert (ranking.scores >= -1e-9).all()
