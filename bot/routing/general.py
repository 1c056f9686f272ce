"""General open questions: what news leaves open, asked about the names of an article by kind.

One index serves all articles. In a question, each name of the article becomes its kind: "how old
is Konashenkov" is compared as "how old is {person}".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.open_question_file import NAME, GeneralQuestion
from bot.knowledge.word_file import KINDS
from bot.language.lexicon import Lexicon, Name, Term
from bot.language.text import words
from bot.routing.phrasings import Phrasings

_NAME = re.compile(re.escape(NAME) + r"(?:'s)?")


@dataclass(frozen=True)
class LeftOpen:
    """The general open question nearest to what was asked, and how alike (0..1) the two are.

    `phrasing` is the way to ask that comes nearest, and `answer` says that the article does not
    say; both with the name that was asked about.
    """

    phrasing: str
    answer: str
    likeness: float


NOTHING_LEFT = LeftOpen("", "", 0.0)


@dataclass(frozen=True)
class GeneralQuestions:
    """The general open questions, found by likeness: each owns some of the `phrasings`.

    `lexicon` has the words that all articles are read by.
    """

    questions: tuple[GeneralQuestion, ...]
    lexicon: Lexicon
    phrasings: Phrasings

    @classmethod
    def of(cls, questions: tuple[GeneralQuestion, ...], lexicon: Lexicon) -> "GeneralQuestions":
        """Make the vectors of the phrasings."""
        asked = [
            (n, each.kind, text) for n, each in enumerate(questions) for text in each.phrasings
        ]
        terms = [_terms(text, kind, lexicon) for _, kind, text in asked]
        owners = np.array([owner for owner, _, _ in asked], np.int64)
        return cls(questions, lexicon, Phrasings.of(terms, owners, lexicon.grammar))

    @cached_property
    def _texts(self) -> list[str]:
        return [text for each in self.questions for text in each.phrasings]

    @cached_property
    def _foreign(self) -> Mapping[str, NDArray[np.bool_]]:
        """For each kind of name, and for none, the phrasings that are about something else."""
        kinds = np.array([self.questions[owner].kind for owner in self.phrasings.owners])
        return {kind: kinds != kind for kind in ("", *KINDS)}

    def nearest(self, terms: Sequence[Term], names: Mapping[str, Name]) -> LeftOpen:
        """The nearest question among those about no name or about a kind of name that is asked.

        `terms` are what an article reads in the question, `names` its names by their keys.
        """
        if not self.questions:
            return NOTHING_LEFT
        named = [names[term.key] for term in terms if term.key in names]
        first = {name.kind: name.written for name in reversed(named)}
        likeness = self.phrasings.likeness(self._abstract(terms, names))
        likeness[reduce(np.logical_and, map(self._foreign.__getitem__, ("", *first)))] = 0
        place = int(likeness.argmax())
        question = self.questions[self.phrasings.owners[place]]
        phrasing, name = self._texts[place], first.get(question.kind, "")
        return LeftOpen(
            phrasing.replace(NAME, name),
            question.answer.replace(NAME, name),
            float(likeness[place]),
        )

    def _abstract(self, terms: Sequence[Term], names: Mapping[str, Name]) -> list[Term]:
        """The terms with each name as its kind, and the rest as the general words read it."""
        found: list[Term] = []
        for is_name, part in groupby(terms, lambda term: term.key in names):
            if is_name:
                found += [_slot(names[term.key].kind) for term in part]
            else:
                found += self.lexicon.terms([w for term in part for w in term.written.split()])
        return found


def _terms(text: str, kind: str, lexicon: Lexicon) -> list[Term]:
    first, *others = (lexicon.terms(words(part)) for part in _NAME.split(text))
    return [*first, *(term for part in others for term in (_slot(kind), *part))]


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
