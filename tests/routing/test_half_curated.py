"""An article with a fact or two, or no open question: what they don't say, no fact answers."""

from dataclasses import replace

import pytest
from places import KNOWLEDGE, TESTS

from bot.knowledge.loading import Collection, Knowledge, load_article_folder
from bot.knowledge.word_file import read_word_file
from bot.routing.library import Library

GENERAL = read_word_file(KNOWLEDGE / "synonyms.md").lexicon()


def whole() -> Knowledge:
    """The report about a dam."""
    return load_article_folder(TESTS / "articles" / "river-dam", GENERAL)


@pytest.fixture(scope="module")
def library() -> Library:
    """The report, of whose facts an editor has written every eighth."""
    part = whole()
    facts = tuple(replace(fact, disputed_by=()) for fact in part.facts[::8])
    return Library(Collection((replace(part, facts=facts, open_questions=()),), GENERAL))


@pytest.fixture(scope="module")
def closed() -> Library:
    """The report with all its facts, and no open question."""
    return Library(Collection((replace(whole(), open_questions=()),), GENERAL))


def uncited(library: Library) -> dict[str, int]:
    """Questions that the whole table answers from a sentence which these facts don't cite."""
    [part] = library.collection.parts
    cited = {c.sentence.number for fact in part.facts for c in fact.citations}
    return {
        fact.question: fact.citations[0].sentence.number
        for fact in whole().facts
        if len(fact.citations) == 1 and fact.citations[0].sentence.number not in cited
    }


def test_what_no_fact_cites_is_not_answered_by_another_fact(library: Library) -> None:
    asked = uncited(library)
    replies = {question: library.ask(question) for question in asked}
    wrong = [question for question, reply in replies.items() if reply.status == "answered"]
    assert len(wrong) <= 0.05 * len(asked), wrong


def test_the_sentence_is_shown_instead(library: Library) -> None:
    asked = uncited(library)
    shown = [
        question
        for question, number in asked.items()
        if number in {c.sentence.number for c in library.ask(question).citations}
    ]
    assert len(shown) >= 0.85 * len(asked)


def test_a_fact_that_is_there_is_answered_in_its_own_words(library: Library) -> None:
    for fact in library.collection.facts:
        assert library.ask(fact.question).facts[:1] == (fact.id,)


@pytest.mark.parametrize(
    "question",
    ["What did Rosa Huamán say?", "Who is Julio Arce?", "What did Huamán say about the danger?"],
)
def test_a_fact_about_somebody_else_does_not_answer_for_who_is_named(
    library: Library, question: str
) -> None:
    assert library.ask(question).status != "answered"


@pytest.mark.parametrize(
    "question",
    [
        "How fast did the river flow?",
        "How strong were the floods?",
        "Why was the letter not answered by the mayor?",
        "What does it cost to repair the dam?",
    ],
)
def test_what_nobody_wrote_down_as_open_is_not_answered_by_what_is_near(
    closed: Library, question: str
) -> None:
    assert closed.ask(question).status != "answered"
