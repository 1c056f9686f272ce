"""What a message asks, whatever its author or their screen puts around it."""

import sys
import textwrap
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.markup import READ_LIMIT
from bot.language.text import words
from bot.language.utterance import QUESTION_LIMIT, QUESTIONS, Utterance, read_utterance

NAMES = {"ferry", "harbour", "islanders", "mainland", "mayor"}


def names(text: str) -> int:
    """How many things a text names that the article about the ferry is about."""
    return len(NAMES.intersection(words(text)))


def asked(text: str) -> list[str]:
    return list(read_utterance(text, names).questions)


QUESTION = "How many passengers does the ferry carry?"
SEARCH = "ferry capacity"
LINK = "https://harbourpost.example/news/ferry-2231"


@pytest.mark.parametrize("question", [QUESTION, SEARCH, "who runs the ferry", "Explain the delay"])
@pytest.mark.parametrize(
    "message",
    [
        # remarks
        "I moved here in spring. {}",
        "Sorry for barging in. {}",
        "My sister and I made a bet. {}",
        "It's for the school paper. {}",
        "The baker told me to ask here! {}",
        "Hope your weekend was fine. {}",
        "I like how calm everybody here is. {}",
        "My uncle showed me how big the sea is. {}",
        "{}\nthanks",
        # Discord
        "<@222222222222222222> {}",
        "<@!222222222222222222> {}",
        "<@&222222222222222222> {}",
        "{} <#222222222222222222>",
        "{} <:seagull:1234567890123456789>",
        "{} <a:seagull:1234567890123456789>",
        "{} <t:1455200000:R>",
        "{} <sound:0:1234567890123456789>",
        "{} :seagull:",
        "</ask:1234567890123456789> question: {}",
        "/ask question: {}",
        "/ask {}",
        "@Footnote {}",
        "{} https://discord.com/channels/2/3/4",
        # links
        f"{{}} {LINK}",
        f"{LINK} {{}}",
        f"<{LINK}> {{}}",
        f"{{}} found this on {LINK}.",
        f"{{}}\n{LINK}",
        # marks
        "**{}**",
        "__{}__",
        "_{}_",
        "~~{}~~",
        "||{}||",
        "`{}`",
        "```\n{}\n```",
        "## {}",
        "-# {}",
        "- {}",
        "1. {}",
        # labels and tags
        "<b>{}</b>",
        "{}<br>",
        "<p class='x'>{}</p>",
        "[Mod] {}",
        "Q: {}",
        # another's words
        "> The islanders are tired of waiting.\n{}",
        ">>> {}",
        '"The islanders are tired of waiting." {}',
    ],
)
def test_what_stands_around_a_question_is_not_asked(question: str, message: str) -> None:
    [found] = asked(message.format(question))
    assert words(found) == words(question)


@pytest.mark.parametrize("cry", ["lol", "wow", "omg", "lol so", "haha ok"])
def test_a_short_question_behind_a_cry_is_one(cry: str) -> None:
    assert read_utterance(f"{cry} who left").questions == (f"{cry} who left",)
    assert read_utterance(cry).questions == ()


@pytest.mark.parametrize("remark", ["I asked my aunt but she had no idea.", "thanks in advance"])
@pytest.mark.parametrize("question", ["who runs the ferry", "did the ferry sail"])
def test_a_remark_needs_no_full_stop_before_it(question: str, remark: str) -> None:
    assert asked(f"{question} {remark}") == [question]


def test_a_question_needs_no_full_stop_before_it() -> None:
    assert asked("so i got into a quarrel with my aunt what is a ferry") == ["what is a ferry"]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Is the ferry late \ufefftoda\u200by?", "Is the ferry late today?"),
        ("how full is the fer\u00adry", "how full is the ferry"),
        ("Ｗｈｏ ｒｕｎｓ ｔｈｅ ｆｅｒｒｙ？", "Who runs the ferry?"),
        ("İS THE FERRY SİNKİNG?", "IS THE FERRY SINKING?"),
        ("ıs the ferry sınkıng", "is the ferry sinking"),
        ("whо runs the fеrry", "who runs the ferry"),  # Cyrillic о and е
        ("who runs the Κρήτη ferry", "who runs the Κρήτη ferry"),
        ("Fish &amp; chips on the ferry?", "Fish & chips on the ferry?"),
        (
            "what does [this page](https://a.example/b) say about the ferry",
            "what does this page say about the ferry",
        ),
        (r"who runs the \*old\* ferry", "who runs the old ferry"),
        ("who runs the ferry :D", "who runs the ferry"),
    ],
)
def test_letters_are_read_as_they_look(message: str, expected: str) -> None:
    assert asked(message) == [expected]


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("Who runs it and where does it go?", "Who runs it | where does it go?"),
        ("Who owns the ferry? Where is the ferry?", "Who owns the ferry? | Where is the ferry?"),
        ("- who owns the ferry\n- where is the ferry", "who owns the ferry | where is the ferry"),
        ("who owns the ferry\nwhere is the ferry", "who owns the ferry | where is the ferry"),
        ("two things: who owns it, and for what fee", "who owns it, | for what fee"),
        ("Did the U.S. reply, and who did it?", "Did the U.S. reply, | who did it?"),
        ("how long is the ferry, 12.5 miles?", "how long is the ferry, 12.5 miles?"),
        ("What did Mr. Smith say to the mayor?", "What did Mr. Smith say to the mayor?"),
        ("the ferry and the mayor", "the ferry and the mayor"),
        ("when did they sail... exactly", "when did they sail... exactly"),
    ],
)
def test_a_message_is_cut_between_its_questions_only(message: str, questions: str) -> None:
    assert asked(message) == questions.split(" | ")


def test_of_many_questions_the_first_are_answered_and_the_reader_is_told() -> None:
    message = "Who? Where is the ferry? When did the ferry sail? Why is the ferry late? Who paid?"
    reading = read_utterance(message, names)
    assert len(reading.questions) == QUESTIONS
    assert reading.questions[-1] == "Why is the ferry late?"
    assert reading.cut
    assert not read_utterance(QUESTION).cut


@pytest.mark.parametrize(
    ("message", "question"),
    [
        ("The mayor is quoted. What is his job?", "The mayor is quoted. What is his job?"),
        ("I like the mayor. Who is he?", "I like the mayor. Who is he?"),
        ("The ferry is late. Why?", "The ferry is late. Why?"),
        ("Why? The ferry is late.", "The ferry is late. Why?"),
        ("Did the ferry sail? And why?", "Did the ferry sail? why?"),
        ("> The ferry is late.\nwho said that", "The ferry is late. who said that"),
        ('"The ferry is late." Is that true?', '"The ferry is late." Is that true?'),
        ("The weather is fine. What is his job?", "What is his job?"),
        ("The mayor is quoted. Who owns the ferry?", "Who owns the ferry?"),
    ],
)
def test_a_question_takes_along_what_it_leans_on(message: str, question: str) -> None:
    assert asked(message) == [question]


@pytest.mark.parametrize(
    "message",
    [
        "",
        "?!",
        "🙂",
        "<@222222222222222222>",
        LINK,
        "what?",
        "huh",
        "^",
        "why",
        "is that true?",
        "what does the article say about this?",
        "can somebody please help me?",
        "This is for school.",
        "Oops, typo.",
        "see title",
        "The bus was late today.",
        "My aunt says yes and my uncle says no.",
        "night bot <3",
        "lol same",
        "I can't believe it",
        "good morning everyone",
    ],
)
def test_nothing_is_asked(message: str) -> None:
    assert asked(message) == []


@pytest.mark.parametrize(
    "message",
    ["ferry capacity", "ferry?", "the mayor", "why late", "Ferry delayed again", "12.5 miles",
     "I heard the ferry sank", "my aunt says the ferry sank", "The ferry sank."],
)  # fmt: skip
def test_a_search_or_a_claim_about_the_article_is_asked(message: str) -> None:
    assert asked(message)


@pytest.mark.parametrize("message", ["is that true?", "^", "can anyone answer this?", "", "why"])
def test_a_message_may_only_point_at_another(message: str) -> None:
    assert read_utterance(message).points
    assert not read_utterance(QUESTION).points
    assert not read_utterance("Oops, typo.").points


@pytest.mark.parametrize(
    "message",
    [
        QUESTION,
        "when did the ferry leave",
        "ok so how many people does it carry",
        "hey, what do the islanders want",
        "Nice article. Who wrote it",
        "is it true that the ferry is too small? asking for a friend",
        "> The ferry is small\nwho says that",
        "the ferry left when?",
        "isn't it too small",
        "didn't they sail on the ferry",
        "anyone know who runs the ferry",
        "I wonder whether the ferry runs",
        "tell me about the ferry",
        "no idea who runs the ferry",
        "of the ferries how many are late",
        "in spring, what happened",
        "waht is a ferry",
    ],
)
def test_a_message_asks_with_or_without_a_mark(message: str) -> None:
    assert read_utterance(message).asks


@pytest.mark.parametrize(
    "message",
    [
        "",
        "what?",
        "are you?",
        SEARCH,
        "I took the ferry on Monday",
        "I know who wrote it",
        "the ferry, which is too small, left on Monday",
        "good morning everyone",
        "what a lovely day it is",
        "have a nice day all",
        "do it now please",
        "not sure if this is the right channel",
        "I read it on https://harbourpost.example/news?id=7 yesterday",
        f"> {QUESTION}",
        f"```\n{QUESTION}\n```",
    ],
)
def test_a_message_asks_nothing(message: str) -> None:
    assert not read_utterance(message).asks


@given(st.text(max_size=400))
def test_any_text_asks_with_a_question_behind_it(text: str) -> None:
    assert read_utterance(f"{text.replace('`', '').replace('>', '')}\nis that so really ?").asks


@pytest.mark.parametrize("length", [280, 600, 3_000, 6_000])
def test_a_preamble_never_cuts_the_question_off(length: int) -> None:
    preamble = ("We came for the summer and stayed in a house by the sea. " * 200)[:length]
    assert asked(f"{preamble}. {QUESTION}") == [QUESTION]


def test_a_long_question_is_read_from_its_opening() -> None:
    question = f"who runs the ferry {'that my aunt told her friends about ' * 30}"
    reading = read_utterance(question)
    assert reading.questions == (question[:QUESTION_LIMIT],)
    assert reading.cut


def test_what_comes_late_in_an_endless_text_is_not_read() -> None:
    reading = read_utterance("la " * READ_LIMIT + QUESTION)
    assert QUESTION not in reading.questions
    assert reading.cut


WORDS = st.sampled_from(
    'who what did does how many the ferry mayor sank late is it and why he said thanks. lol? I "so'
    " asked my aunt \n - U.S. 12.5 that you".split(" ")
)
DECORATED = st.lists(WORDS | st.sampled_from(["<b>", "||", "<@1>", LINK, "&amp;", ":D", "\u200b"]))


@given(DECORATED.map(" ".join) | st.text(st.characters()))
def test_a_reading_is_bounded_and_in_the_authors_words(message: str) -> None:
    reading = read_utterance(message, names)
    assert len(reading.questions) <= QUESTIONS
    assert all(0 < len(question) <= QUESTION_LIMIT for question in reading.questions)
    assert reading == read_utterance(message, names)


SENTENCES = st.sampled_from(
    (
        QUESTION,
        "who runs the ferry",
        "Is the mayor late?",
        "Tell me about the islanders.",
        "I moved here in spring.",
        "thanks!",
        "The mayor was angry.",
        "ferry capacity",
        "Why?",
        "> The islanders are tired.\n",
    )
)


@given(st.lists(SENTENCES, max_size=6, unique=True).map("\n\n".join))
def test_reading_twice_is_reading_once(message: str) -> None:
    for question in asked(message):
        assert asked(question) == [question]


WRAPPINGS: tuple[Callable[[str], str], ...] = (
    lambda message: f"**{message}**",
    lambda message: f"<@222222222222222222> {message}",
    lambda message: f"{message} {LINK}",
    lambda message: f"/ask question: {message}",
    lambda message: f"<b>{message}</b>",
    lambda message: message[:1] + "\u2060" + message[1:],
)


@given(st.lists(WORDS, max_size=12).map(" ".join), st.sampled_from(WRAPPINGS))
def test_a_decoration_changes_no_question(message: str, wrap: Callable[[str], str]) -> None:
    assert read_utterance(wrap(message)).questions == read_utterance(message).questions


@given(st.integers(40, 80))
def test_a_wrapped_line_is_one_line(width: int) -> None:
    long = "what did the islanders say about the ferry that the harbour master bought in spring"
    assert asked("\n".join(textwrap.wrap(long, width))) == [long]


def lines_run(message: str) -> int:
    """How many lines of Python it takes to read a message."""
    count = 0

    def tracer(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return tracer

    read_utterance(message)  # fills the caches
    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        read_utterance(message)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    "pattern",
    [
        "who and where and what and how did they ",
        "x and is y ",
        "why? ",
        "so i am just ",
        'a. "b ',
        '"a b c" ',
        "> a b\nc\n",
        "I was home and it is cold ",
        "`*_~|[",
        "<b>&amp;",
        "U.S. ",
        "la ",
        "my dad says ",
        "no idea if ",
    ],
)
def test_twice_the_message_takes_at_most_twice_the_work(pattern: str) -> None:
    size = READ_LIMIT // 2 - 1
    once, twice = (lines_run((pattern * n)[:n]) for n in (size, 2 * size))
    assert twice < 2.2 * once


def test_a_reading_is_a_value() -> None:
    assert read_utterance("") == Utterance((), (), asks=False, points=True, cut=False, own="")
