"""Small talk is told from questions, from a message's first word to its last."""

import pytest

from bot.language.small_talk import SmallTalk
from bot.language.utterance import read_utterance


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("help", SmallTalk.HELP),
        ("Help, please!", SmallTalk.HELP),
        ("what can you do?", SmallTalk.HELP),
        ("hey bot, what do you do", SmallTalk.HELP),
        ("commands", SmallTalk.HELP),
        ("thx a lot", SmallTalk.THANKS),
        ("Thank you so much!!", SmallTalk.THANKS),
        ("hello there", SmallTalk.HELLO),
        ("how are you?", SmallTalk.HELLO),
        ("bye", SmallTalk.BYE),
        ("quit", SmallTalk.BYE),
        ("exit", SmallTalk.BYE),
        ("good bot", SmallTalk.PRAISE),
        ("that's wrong", SmallTalk.BLAME),
        ("are you sure?", SmallTalk.BLAME),
        ("tl;dr", SmallTalk.SUMMARY),
        ("summarize the article please", SmallTalk.SUMMARY),
        ("who made you?", SmallTalk.MAKER),
        ("r u an AI", SmallTalk.MACHINE),
        ("which article is this", SmallTalk.ARTICLE),
        ("what articles do you have?", SmallTalk.ARTICLE),
        ("link?", SmallTalk.LINK),
        ("<@222222222222222222> source?", SmallTalk.LINK),
        ("read the article", SmallTalk.READ),
        ("who published this article?", SmallTalk.PUBLISHER),
        ("when was this article published", SmallTalk.DATE),
        ("what year is this from?", SmallTalk.DATE),
        ("how long is the article", SmallTalk.LENGTH),
        ("hi! what can you do? thanks", SmallTalk.HELP),
    ],
)
def test_small_talk_is_known(message: str, expected: SmallTalk) -> None:
    assert read_utterance(message).small_talk == (expected,)


@pytest.mark.parametrize(
    "message",
    [
        "",
        "?",
        "ok",
        "did the mayor help the islanders",
        "help for the islanders",
        "thanks, who runs the ferry",
        "who made the ferry",
        "is the ferry a machine",
        "link between the mayor and the ferry",
        "source of the delay",
        "when was the ferry built",
        "how long is the ferry",
        "who published the timetable",
        "what is the article about",
        "hello kitty",
        "help " * 30,
    ],
)
def test_a_question_is_no_small_talk(message: str) -> None:
    assert read_utterance(message).small_talk == ()


@pytest.mark.parametrize(
    "message",
    [
        "Are you a bot? Where does the ferry land?",
        "where does the ferry land? who made you?",
        "do you speak german? Where does the ferry land",
        "Can you help me? where does the ferry land",
    ],
)
def test_beside_a_question_small_talk_is_none(message: str) -> None:
    (question,) = read_utterance(message).questions
    assert question.rstrip("?").lower() == "where does the ferry land"
