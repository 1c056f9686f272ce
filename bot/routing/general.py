"""General open questions: what news leaves open, asked about the names of an article by kind.

One index serves all articles. In a question, each name of the article becomes its kind: "how old
is Konashenkov" is compared as "how old is {person}".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import numpy as np

from bot.knowledge.open_question_file import NAME, GeneralQuestion
from bot.knowledge.word_file import KINDS
from bot.language.lexicon import Lexicon, Name, Term
from bot.language.text import words
from bot.routing.phrasings import Phrasings

_NAME = re.compile(re.escape(NAME) + r"(?:'s)?")


@dataclass(frozen=True)
class LeftOpen:
    """The general open question nearest to what was asked, and how alike (0..1) the two are.

    `answer` says in words about this article that it does not say.
    """

    answer: str
    likeness: float


NOTHING_LEFT = LeftOpen("", 0.0)


class GeneralQuestions:
    """The general open questions, found by likeness."""

    def __init__(self, questions: Sequence[GeneralQuestion], lexicon: Lexicon) -> None:
        """Take the questions, and the words that all articles are read by."""
        self._questions = questions
        self._lexicon = lexicon
        self._owners = np.array([n for n, each in enumerate(questions) for _ in each.phrasings])
        kinds = np.array([questions[owner].kind for owner in self._owners])
        self._foreign = {kind: kinds != kind for kind in ("", *KINDS)}

    @cached_property
    def _phrasings(self) -> Phrasings:
        terms = [
            self._terms(text, each.kind) for each in self._questions for text in each.phrasings
        ]
        return Phrasings.of(terms, self._owners, self._lexicon.grammar)

    def _terms(self, text: str, kind: str) -> list[Term]:
        first, *others = (self._lexicon.terms(words(part)) for part in _NAME.split(text))
        return [*first, *(term for part in others for term in (_slot(kind), *part))]

    def nearest(self, terms: Sequence[Term], names: Mapping[str, Name]) -> LeftOpen:
        """The nearest question among those about no name or about a kind of name that is asked.

        `terms` are what an article reads in the question, `names` its names by their keys.
        """
        if not self._questions:
            return NOTHING_LEFT
        named = [names[term.key] for term in terms if term.key in names]
        first = {name.kind: name.written for name in reversed(named)}
        likeness = self._phrasings.likeness([term.key for term in self._abstract(terms, names)])
        likeness[np.all([self._foreign[kind] for kind in ("", *first)], axis=0)] = 0
        place = int(likeness.argmax())
        question = self._questions[self._owners[place]]
        answer = question.answer.replace(NAME, first.get(question.kind, ""))
        return LeftOpen(answer, float(likeness[place]))

    def _abstract(self, terms: Sequence[Term], names: Mapping[str, Name]) -> list[Term]:
        """The terms with each name as its kind, and the rest as the general words read it."""
        found: list[Term] = []
        for is_name, part in groupby(terms, lambda term: term.key in names):
            if is_name:
                found += [_slot(names[term.key].kind) for term in part]
            else:
                found += self._lexicon.terms([w for term in part for w in term.written.split()])
        return found


NO_QUESTIONS = GeneralQuestions((), Lexicon.build({}, (), ()))


def _slot(kind: str) -> Term:
    return Term(NAME, f"{{{kind}}}")


def as_written(names: Mapping[str, Name], text: str) -> Mapping[str, Name]:
    """The names as they stand within an article's sentences: "the Pentagon", but "Aleppo"."""
    return {
        key: name._replace(written=f"the {name.written}") if _has_the(name.written, text) else name
        for key, name in names.items()
    }


def _has_the(name: str, text: str) -> bool:
    """Whether a name is a common noun, or mostly follows "the" or a possessive in the text."""
    before = re.findall(rf"(\bthe|[’']s|s[’'])?\s{re.escape(name)}(?!\w)", text, re.IGNORECASE)
    return name.islower() or 2 * sum(map(bool, before)) > len(before)
