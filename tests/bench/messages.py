"""What surrounds a question in chat: how often it changes the answer.

Questions of `tests/questions` that the shipped article answers alone, and ones that it declines
alone, are asked again with one decoration each.
"""

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.evaluation.measure import read_questions
from bot.knowledge.loading import load_knowledge
from bot.routing.library import Library
from bot.routing.reply import Reply

from .data import TESTS, print_table

ANSWERED = 300
DECLINED = 150

_REMARKS = (
    "Hope you're all having a good week.",
    "This is for my homework.",
    "Sorry if somebody has asked this before.",
    "I only got back from work an hour ago.",
    "My sister and I were talking about it at dinner.",
    "Long time lurker, first time poster here.",
    "The coffee here is terrible today by the way.",
    "Thanks in advance!",
)
_PREAMBLE = (
    "I have been reading in this channel for some weeks now and I like how friendly everybody is. "
    "My train is late again, so I have some time, and my neighbour showed me how this works. "
    "Please don't mind my spelling, I am on my phone and the screen is cracked from top to bottom."
)
_LINK = "https://www.example.com/world/some-story-2303221"


@dataclass(frozen=True)
class Decoration:
    """A way to dress up the question with the number `n`."""

    name: str
    dress: Callable[[str, int], str]


def _decorations(lines: Sequence[str]) -> tuple[Decoration, ...]:
    return (
        Decoration("a remark before", lambda q, n: f"{_REMARKS[n % len(_REMARKS)]} {q}"),
        Decoration("a remark after", lambda q, n: f"{_ended(q)} {_REMARKS[n % len(_REMARKS)]}"),
        Decoration("a remark after, no mark", lambda q, n: f"{q} {_REMARKS[n % len(_REMARKS)]}"),
        Decoration("a long preamble", lambda q, _: f"{_PREAMBLE} {q}"),
        Decoration("a preamble of 800 characters", lambda q, _: f"{_PREAMBLE * 3} {q}"),
        Decoration("a link before", lambda q, _: f"{_LINK} {q}"),
        Decoration("a link after", lambda q, _: f"{q} {_LINK}"),
        Decoration("a quoted line above", lambda q, n: f"> {lines[n % len(lines)]}\n{q}"),
        Decoration("<b>", lambda q, _: f"<b>{q}</b>"),
        Decoration("<br>", lambda q, _: f"{q}<br>"),
        Decoration("[Admin]", lambda q, _: f"[Admin] {q}"),
        Decoration("dotted and dotless i", lambda q, _: q.replace("i", "ı").replace("I", "İ")),
        Decoration("a zero-width space in a word", lambda q, _: _split(q, "\u200b")),
        Decoration("a soft hyphen in a word", lambda q, _: _split(q, "\u00ad")),
        Decoration("a word joiner in a word", lambda q, _: _split(q, "\u2060")),
        Decoration("/ask question: typed", lambda q, _: f"/ask question: {q}"),
        Decoration(
            "a message link",
            lambda q, _: (
                f"{q} https://discord.com/channels/222222222222222222/333333333333333333/"
                "444444444444444444"
            ),
        ),
        Decoration("a custom emoji", lambda q, _: f"{q} <:pepethink:1234567890123456789>"),
        Decoration("a mention", lambda q, _: f"<@222222222222222222> {q}"),
        Decoration("a channel", lambda q, _: f"{q} <#222222222222222222>"),
        Decoration("a time", lambda q, _: f"{q} <t:1455200000:R>"),
        Decoration("lines wrapped at 40", lambda q, _: _wrapped(q)),
    )


def bench_messages(_: Path) -> None:
    """Print how many answers each decoration breaks, and how many refusals it opens."""
    library = Library(load_knowledge(TESTS.parent / "knowledge"))
    lines = [s.text for article in library.collection.articles for s in article.sentences[1:]]
    texts = _shuffled({q.text for file in _sets() for q in read_questions(file)})
    alone = {text: library.ask(text) for text in texts}
    answered = [text for text in texts if alone[text].status == "answered"][:ANSWERED]
    declined = [text for text in texts if alone[text].status == "declined"][:DECLINED]
    rows: dict[str, tuple[str, str]] = {}
    for decoration in _decorations(lines):
        now = {
            text: library.ask(decoration.dress(text, n))
            for n, text in enumerate((*answered, *declined))
        }
        broken = sum(_cited(now[text]) != _cited(alone[text]) for text in answered)
        opened = sum(now[text].status == "answered" for text in declined)
        rows[decoration.name] = (
            f"{100 * broken / len(answered):.1f} %",
            f"{100 * opened / len(declined):.1f} %",
        )
    print(f"{len(answered)} questions answered alone, {len(declined)} declined alone")
    print_table("decoration: answered ones broken, declined ones answered", rows)


def _sets() -> Iterable[Path]:
    return sorted((TESTS / "questions").glob("*.jsonl"))


def _shuffled(texts: Iterable[str]) -> list[str]:
    return sorted(texts, key=lambda text: (zlib.crc32(text.encode()), text))


def _cited(reply: Reply) -> frozenset[str]:
    return frozenset(citation.sentence.text for citation in reply.citations)


def _ended(question: str) -> str:
    return question if question.endswith(("?", ".", "!")) else f"{question}."


def _split(question: str, mark: str) -> str:
    """Put a mark into the middle of the longest word."""
    longest = max(question.split(), key=len)
    half = len(longest) // 2
    return question.replace(longest, longest[:half] + mark + longest[half:], 1)


def _wrapped(question: str) -> str:
    lines = [""]
    for word in question.split():
        if len(lines[-1]) + len(word) > 40:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)
