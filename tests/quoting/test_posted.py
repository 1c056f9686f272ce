"""The quoted words are found wherever they stand in a message, however they are written."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import SMALL_KNOWLEDGE

from bot.discord.views import citation_texts
from bot.knowledge.article import Article, load_article
from bot.knowledge.facts import Citation
from bot.knowledge.loading import load_knowledge
from bot.quoting.check import check_quotes, citations
from bot.quoting.parsing import passages, plain_post
from bot.routing.library import Library
from bot.routing.reply import citation_lines
from bot.wording import wording_for

SAID = "The harbour master said it carries 120 passengers"
STYLED = "".join(chr(0x1D400 + ord(c) - 65) if c.isupper() else c for c in SAID)


@pytest.fixture(scope="module")
def ferry() -> Article:
    return load_article(SMALL_KNOWLEDGE / "ferry")


def found(text: str, article: Article) -> list[tuple[str, str]]:
    """The verdict on each quotation, and the words that the article shares with it."""
    return [
        (check.status, " ".join(run.text for run in check.runs if run.kind == "equal"))
        for check in check_quotes(text, [article])
    ]


@pytest.mark.parametrize(
    "text",
    [
        "“{}.”",
        "„{}“",
        "»{}«",
        "‹{}›",
        "「{}」",
        "``{}''",
        "my aunt says '{}' and I doubt it",
        'The paper has "{}", hasn\'t it?',
        "&ldquo;{}&rdquo;",
        "&gt; {}",
        "> {}\nis this right?",
        "hey\n>>> {}",
        "look at this\n{}\nlol",
        "`{}`",
        "<blockquote>{}</blockquote>",
        "[quote]{}[/quote]",
    ],
)
def test_marks_around_a_quotation_are_none_of_it(ferry: Article, text: str) -> None:
    assert found(text.format(SAID), ferry) == [("verbatim", SAID)]


@pytest.mark.parametrize(
    "text",
    [
        "Ada Byron: {}",
        "Ada Byron, Office of Ferries: “{}”",
        "bob: {}",
        "is this true: {}",
        'The Harbour Post wrote "{}"',
        "“{},” said Ada Byron",
        "{} – Ada Byron",
        "{}. — The Harbour Post, 2024",
        "{}\n- Ada Byron, Office of Ferries",
        "{} (The Harbour Post, May 2024)",
        "{} via The Harbour Post",
        "> {}\n> ― Ada Byron",
    ],
)
def test_who_said_it_is_none_of_it(ferry: Article, text: str) -> None:
    assert found(text.format(SAID), ferry) == [("verbatim", SAID)]


@pytest.mark.parametrize(
    "text",
    [
        "https://harbour.example/ferry?x=1#top {}",
        "{} <https://harbour.example/ferry>",
        "{} ([source](https://harbour.example))",
        "[article](https://harbour.example) {}",
        "<@123456789012345678> {} <#12345>",
        "@ada {}",
        "RT @ada: {}",
        "{} <a:wave:123456789> :boat: 🚢",
        "<t:1455200000:R> {}",
        "{} #ferry #harbour",
        "2. {}",
        "• {}",
        "1️⃣ {}",
        "{}.[12]",
        "{}.¹",
        "{} [citation needed]",
        "{} (edited)",
        "-# {}",
        "/quote text:{}",
    ],
)
def test_what_points_or_counts_is_none_of_it(ferry: Article, text: str) -> None:
    assert found(text.format(SAID), ferry) == [("verbatim", SAID)]


def test_a_word_that_is_a_link_is_a_word_of_it(ferry: Article) -> None:
    text = SAID.replace("master", "[master](https://harbour.example)")
    assert found(text, ferry) == [("verbatim", SAID)]


@pytest.mark.parametrize(
    ("text", "differs"),
    [
        (SAID.upper(), ("capitals",)),
        (SAID.lower(), ("capitals",)),
        (SAID.title(), ("capitals",)),
        (STYLED, ()),
        ("".join(chr(ord(c) + 0xFEE0) if c != " " else c for c in SAID), ()),
        ("ᴛʜᴇ ʜᴀʀʙᴏᴜʀ ᴍᴀꜱᴛᴇʀ ꜱᴀɪᴅ it carries 120 passengers", ("capitals",)),
        (SAID.replace("a", "\N{CYRILLIC SMALL LETTER A}"), ()),
        (SAID.replace("passengers", "pass\N{SOFT HYPHEN}engers"), ()),
        (SAID.replace("120", "1\N{ZERO WIDTH SPACE}20"), ()),
        (SAID.replace("passengers", "passen-\ngers"), ()),
        (SAID.replace("harbour", "hárbour"), ("accents",)),
        (SAID.replace("harbour", "ha\N{COMBINING ACUTE ACCENT}rbour"), ("accents",)),
        (SAID.replace("said", "said,"), ("punctuation",)),
        (SAID.replace("said it", "said “it”"), ("punctuation",)),
        (SAID.replace("harbour", "Hárbour,"), ("capitals", "accents", "punctuation")),
    ],
)
def test_letters_and_marks_are_no_words(
    ferry: Article, text: str, differs: tuple[str, ...]
) -> None:
    (check,) = check_quotes(text, [ferry])
    assert (check.status, check.apart_from) == ("verbatim", differs)
    assert [run.text for run in check.runs] == [SAID]


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("“The harbour master said it carries 12 passengers” – Ada Byron", ["12"]),
        ("> The harbour master said it carried 120 passengers\n> — Ada Byron", ["carried"]),
        ("Ada Byron: THE HARBOUR MASTER SAID IT CARRIES 1,200 PASSENGERS", ["1,200"]),
        ("Ada: The harbour master denied it carries 12.0 passengers", ["denied", "12.0"]),
        ("The harbour master said it carries 120 passengers – and 40 cars", ["– and 40 cars"]),
        ("The harbour master said it carries 120 passengers – and on", ["– and on"]),
    ],
)
def test_changed_words_are_told_wherever_they_stand(
    ferry: Article, text: str, added: list[str]
) -> None:
    (check,) = check_quotes(text, [ferry])
    assert check.status == "altered"
    assert [run.text for run in check.runs if run.kind == "added"] == added
    assert [d.quotation for d in check.differences if d.kind == "words"] == added


def test_a_dozen_words_with_capitals_are_no_name(ferry: Article) -> None:
    text = f"{SAID} – But Nobody Who Was There On That Day Ever Believed It"
    assert found(text, ferry) == [("absent", "")]


def test_a_label_that_is_the_articles_but_for_a_word_is_no_label(ferry: Article) -> None:
    article = replace(
        ferry, source=f"{ferry.source[: ferry.sentences[-1].end]} To be honest: it leaks."
    )
    last = replace(article.sentences[-1], end=len(article.source))
    article = replace(article, sentences=(*article.sentences[:-1], last))
    assert found("to be frank: it leaks", article) == [("altered", "To be : it leaks")]
    assert found("just a sec: it leaks", article) == [("verbatim", "it leaks")]


def test_each_marked_quotation_is_checked(ferry: Article) -> None:
    text = f'one has "{SAID}", another "They want a third one by May" and "we sail to the moon"'
    assert [status for status, _ in found(text, ferry)] == ["verbatim", "altered", "absent"]


def test_all_who_are_quoted_for_a_sentence_are_named_once() -> None:
    ferry = load_knowledge(SMALL_KNOWLEDGE).parts[0]
    fact = next(fact for fact in ferry.facts if fact.citations[0].sentence.number == 2)
    facts = [
        replace(fact, citations=(replace(fact.citations[0], speaker=speaker),))
        for speaker in (None, "Ada Byron", "Bo Dahl", "Ada Byron")
    ]
    (check,) = check_quotes(SAID, [ferry.article])
    assert [each.speaker for each in citations(check, facts)] == ["Ada Byron; Bo Dahl"]
    assert [each.speaker for each in citations(check, facts[:1])] == [None]


def test_a_line_that_claims_something_is_no_remark(ferry: Article) -> None:
    text = f"{SAID}.\nIt sank on Tuesday."
    assert [status for status, _ in found(text, ferry)] == ["altered"]


ANSWER = "The ferry left on Monday, the article says.\n\n"
CITED = [("verbatim", "The new ferry left the mainland on Monday"), ("verbatim", SAID)]


@pytest.mark.parametrize("most", [1, 2])
@pytest.mark.parametrize("cut", [0, len(ANSWER)])
def test_the_bots_own_answer_is_verbatim(ferry: Article, cut: int, most: int) -> None:
    library = Library(load_knowledge(SMALL_KNOWLEDGE))
    citations = [Citation(sentence, "Ada Byron") for sentence in ferry.sentences[3 - most : 3]]
    printed = (ANSWER + "\n".join(citation_lines(citations)))[cut:]
    english = wording_for("en")
    shown = citation_texts(citations, library, english)
    posted = (ANSWER + "\n\n".join(shown))[cut:]
    copied = posted.replace("> ", "").replace("**", "").replace("-# ", "")
    assert [found(text, ferry) for text in (printed, posted, copied)] == [CITED[-most:]] * 3


def test_an_answer_wrapped_by_a_terminal_is_verbatim(ferry: Article) -> None:
    text = (
        f"{ANSWER}[1] The new ferry left\nthe mainland on Monday.\n    — the article · sentence 1\n"
        "So they say.\n"
        f"[2] {SAID.replace(' said', chr(10) + 'said')}.\n    — Ada Byron · sentence 2"
    )
    assert found(text, ferry) == CITED


@given(st.text() | st.text("\"'“”>[]1.—–:()#@<* \nab"))
def test_any_post_is_read_and_its_passages_are_shorter(text: str) -> None:
    post = plain_post(text)
    assert all(len(part) < len(post) for part in passages(post))
