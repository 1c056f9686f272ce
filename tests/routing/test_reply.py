"""The JSON contract, and a reply as plain text."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.article import Sentence
from bot.knowledge.facts import Citation
from bot.knowledge.loading import Collection
from bot.routing.library import Library
from bot.routing.reply import (
    Reply,
    Suggestion,
    Why,
    attribution,
    reply_to_json,
    reply_to_text,
    why_text,
)
from bot.wording import wording_for

HEADLINE = Sentence("town", 0, 0, 0, 10, "A headline")
SENTENCE = Sentence("town", 7, 3, 40, 62, "“The mayor—he—left.”")
WHY = Why(
    "who left", 0.61234, "Who stayed?", 0.2, 0.42, ("quickly", "by train"), (("lefft", "left"),)
)
ANSWERED = Reply(
    question="Who left?",
    status="answered",
    answer="The mayor left.",
    citations=(Citation(SENTENCE, None), Citation(HEADLINE, "the mayor", disputes=True)),
    facts=("town#who-left",),
    confidence=0.912345,
    suggestions=(),
    why=WHY,
)
NEAR = (Suggestion("town#who-left", "Who left?"), Suggestion("town#who-stayed", "Who stayed?"))
SUGGESTED = Reply("left?", "suggested", None, (), (), 0.3, NEAR, WHY)
DECLINED = Reply("Why?", "declined", "The article does not say.", (), (), 0.1, NEAR, WHY)


def test_an_answer_as_json() -> None:
    assert reply_to_json(ANSWERED) == {
        "question": "Who left?",
        "status": "answered",
        "answer": "The mayor left.",
        "citations": [
            {
                "article": "town",
                "sentence": 7,
                "paragraph": 3,
                "text": "“The mayor—he—left.”",
                "speaker": None,
            },
            {
                "article": "town",
                "sentence": 0,
                "paragraph": 0,
                "text": "A headline",
                "speaker": "the mayor",
            },
        ],
        "fact": "town#who-left",
        "confidence": 0.9123,
        "suggestions": [],
    }


def test_a_suggestion_as_json() -> None:
    assert reply_to_json(SUGGESTED) == {
        "question": "left?",
        "status": "suggested",
        "answer": None,
        "citations": [],
        "fact": None,
        "confidence": 0.3,
        "suggestions": ["Who left?", "Who stayed?"],
    }


ASKED = ["How many people have died in the war in Syria?", "aleppo", "who won the world cup", ""]


@pytest.mark.parametrize("question", ASKED)
def test_every_reply_has_the_keys_and_types_of_the_contract(router: Library, question: str) -> None:
    found = reply_to_json(router.ask(question))
    assert list(found) == [
        *("question", "status", "answer", "citations", "fact", "confidence", "suggestions"),
    ]
    assert found["question"] == question
    assert found["status"] in {"answered", "nearest", "suggested", "declined"}
    assert isinstance(found["answer"], str | None)
    assert isinstance(found["fact"], str | None)
    assert isinstance(found["confidence"], float)
    assert 0 <= found["confidence"] <= 1
    assert all(isinstance(suggestion, str) for suggestion in found["suggestions"])
    for citation in found["citations"]:
        types = {key: type(value) for key, value in citation.items() if key != "speaker"}
        assert types == {"article": str, "sentence": int, "paragraph": int, "text": str}
        assert isinstance(citation["speaker"], str | None)


def test_the_article_is_not_said_to_say_what_it_quotes() -> None:
    quoting = replace(SENTENCE, quotes=True)
    assert attribution(Citation(quoting, None)).startswith("— quoted in the article · ")
    assert attribution(Citation(quoting, "the mayor")).startswith("— the mayor · ")


@given(st.text(st.characters()))
def test_any_question_survives_json(question: str) -> None:
    found = reply_to_json(replace(DECLINED, question=question))
    assert json.loads(json.dumps(found)) == found


def test_an_answer_as_text_numbers_its_sentences_and_says_whose_they_are() -> None:
    assert reply_to_text(ANSWERED).splitlines() == [
        "The mayor left.",
        "",
        "[1] “The mayor—he—left.”",
        "    — the article · sentence 7 (paragraph 3)",
        "[2] A headline",
        "    — the mayor (the other side) · headline",
    ]


def test_sentences_without_an_answer_as_text_are_said_to_be_the_nearest() -> None:
    nearest = Reply("Who?", "nearest", citations=(Citation(SENTENCE, None),))
    assert reply_to_text(nearest).splitlines()[0] == wording_for("en")("reply.nearest")
    choices = reply_to_text(replace(nearest, suggestions=NEAR[:1])).splitlines()[-2:]
    assert choices == ["What it does answer:", "  - Who left?"]


def test_suggestions_as_text_ask_what_was_meant() -> None:
    assert reply_to_text(SUGGESTED).splitlines() == [
        "Did you mean one of these?",
        "  - Who left?",
        "  - Who stayed?",
    ]


def test_a_refusal_as_text_says_what_the_article_does_say_near_by() -> None:
    assert reply_to_text(DECLINED).splitlines() == [
        "The article does not say.",
        "",
        "What it does answer:",
        "  - Who left?",
        "  - Who stayed?",
    ]


def test_a_refusal_without_anything_near_by_is_one_line() -> None:
    assert reply_to_text(replace(DECLINED, suggestions=())) == "The article does not say."


def test_every_sentence_of_the_article_stands_in_the_text_unaltered(knowledge: Collection) -> None:
    for sentence in knowledge.articles[0].sentences:
        citation = Citation(sentence, "Russia")
        assert sentence.text in reply_to_text(replace(ANSWERED, citations=(citation,)))
        assert attribution(citation).startswith("— Russia · ")
        place = f"sentence {sentence.number} (" if sentence.number else "headline"
        assert place in attribution(citation)


def test_why_names_all_that_decided() -> None:
    assert why_text(WHY, 0.9123).splitlines() == [
        "matched phrasing  who left",
        "score             0.61",
        "runner-up         Who stayed?",
        "margin            0.20",
        "confidence        0.91 (answers from 0.42)",
        "unexplained words quickly, by train",
        "misspelt words    lefft as left",
    ]


def test_why_says_so_if_every_word_is_known() -> None:
    lines = why_text(replace(WHY, unexplained=(), misspelt=()), 0.5).splitlines()
    assert lines[-2:] == ["unexplained words none", "misspelt words    none"]
