"""How much of an article its facts cover, and which facts have too few phrasings.

A fact with enough phrasings is found by short questions that nobody wrote down: the telling words
of its own question, all of them and all but one. If several of these miss it, more phrasings would
help.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.knowledge.facts import Fact
from bot.knowledge.loading import Knowledge
from bot.language.text import words
from bot.routing.reply import Reply
from bot.routing.router import Router

_LEAST = 2
"""Telling words of a short question; one alone may mean anything."""

_ASTRAY = 0.5
"""Share of its short questions from which a fact is missed too often."""


@dataclass(frozen=True)
class Probe:
    """Short questions for a fact: how many were asked, and the replies to those that missed it."""

    fact: Fact
    asked: int
    astray: Mapping[str, Reply]

    @property
    def thin(self) -> bool:
        """Whether the fact has too few phrasings."""
        return self.asked > 0 and len(self.astray) >= _ASTRAY * self.asked


@dataclass(frozen=True)
class Coverage:
    """How many sentences an article has and its facts cite, and its open questions."""

    cited: int
    sentences: int
    open_questions: int


def coverage(part: Knowledge) -> Coverage:
    """Count what the facts of an article cite; its headline is not counted."""
    cited = {c.sentence for fact in part.facts for c in fact.citations if c.sentence.number}
    return Coverage(len(cited), len(part.article.sentences) - 1, len(part.open_questions))


def probe(fact: Fact, router: Router) -> Probe:
    """Ask for a fact in ways that its editor may not have thought of."""
    replies = {asked: router.ask(asked) for asked in _short_questions(fact, router.knowledge)}
    astray = {asked: reply for asked, reply in replies.items() if not _gives(reply, fact)}
    return Probe(fact, len(replies), astray)


def _gives(reply: Reply, fact: Fact) -> bool:
    """Whether a reply cites what the fact does, or offers the fact."""
    cited = {citation.sentence for citation in reply.citations}
    offered = {suggestion.fact for suggestion in reply.suggestions}
    return fact.id in offered or {c.sentence for c in fact.citations} <= cited


def _short_questions(fact: Fact, part: Knowledge) -> list[str]:
    """The telling words of the fact's question, and these without each; no phrasing of its own."""
    known = {tuple(words(text)) for text in (fact.question, *fact.phrasings)}
    found = dict.fromkeys(_shortened(fact.question, part))
    return [" ".join(asked) for asked in found if asked not in known and len(asked) >= _LEAST]


def _shortened(question: str, part: Knowledge) -> Iterator[tuple[str, ...]]:
    ignored = part.lexicon.grammar | part.lexicon.language.question_words
    terms = {term.key: term.written for term in part.lexicon.terms(words(question))}
    telling = tuple(written for key, written in terms.items() if key not in ignored)
    yield telling
    for place in range(len(telling)):
        yield telling[:place] + telling[place + 1 :]
