"""The fact table: what the article says, who says so, and what it does not say."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.knowledge.article import Sentence

ANSWER_LIMIT = 300
"""Characters of an answer: short, and fits every Discord layout."""

QUESTION_LIMIT = 100
"""Characters of a question: what Discord allows in a choice of autocomplete."""

PHRASING_LIMIT = 200
"""Characters of a phrasing."""

CITATION_LIMIT = 3
"""Sentences that one answer may cite, the other side's included."""


@dataclass(frozen=True)
class Citation:
    """A whole sentence of the article, and whose claim it is (None: the article's own).

    `disputes` marks the other side's sentence, brought along by a fact that it disputes.
    """

    sentence: Sentence
    speaker: str | None
    disputes: bool = False


@dataclass(frozen=True)
class Fact:
    """A question that the article answers.

    `id` is "article-slug#question-slug". `disputed_by` holds the ids of the facts that put the
    other side. `phrasings` are other ways to ask; `line` is where the fact starts in its file.
    """

    id: str
    question: str
    answer: str
    citations: tuple[Citation, ...]
    disputed_by: tuple[str, ...]
    phrasings: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class OpenQuestion:
    """A question that the article does not answer; `answer` says so."""

    id: str
    question: str
    answer: str
    phrasings: tuple[str, ...]
    line: int


def question_slug(question: str) -> str:
    """The anchor that Git hosts give a heading, so that links between facts work there too."""
    return re.sub(r"[^\w\- ]", "", question.strip().lower()).replace(" ", "-")


def article_slug(entry_id: str) -> str:
    """The slug of the article that an entry belongs to."""
    return entry_id.partition("#")[0]


def anchor_of(entry_id: str) -> str:
    """The anchor of an entry's question in its fact file."""
    return entry_id.partition("#")[2]


def fact_key(fact_id: str) -> str:
    """Ten hex digits for a fact, for custom ids of buttons."""
    return text_key(fact_id)


def text_key(text: str) -> str:
    """Ten hex digits for a text that a button's custom id has no room for."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def cited_with_other_side(fact: Fact, facts: Mapping[str, Fact]) -> tuple[Citation, ...]:
    """A fact's citations and, behind them, the first one of each fact that disputes it."""
    others = [
        replace(citation, disputes=True)
        for other in fact.disputed_by
        if other in facts
        for citation in facts[other].citations[:1]
    ]
    return without_repeats([*fact.citations, *others])


def without_repeats(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """The citations with each sentence once, where it came first."""
    first: dict[Sentence, Citation] = {}
    for citation in citations:
        first.setdefault(citation.sentence, citation)
    return tuple(first.values())
