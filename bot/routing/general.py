"""General open questions: what news leaves open, asked about the names of an article by kind.

One index serves all articles. In a question, each name of the article becomes its kind: "how old
is Konashenkov" is compared as "how old is {person}".
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import compress, groupby

import numpy as np

from bot.knowledge.open_question_file import NAME, UNSIGNED, GeneralQuestion
from bot.language.lexicon import Lexicon, Name, Term
from bot.language.text import words
from bot.routing.phrasings import Phrasings, features_of
from bot.routing.vectors import Vectors

_KEPT = 32
"""Sets of kinds of names whose phrasings stay in memory by themselves."""

_Asked = tuple[str, GeneralQuestion]
"""A phrasing, and the question that it asks."""

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
    def _asked(self) -> Sequence[_Asked]:
        return [(text, each) for each in self.questions for text in each.phrasings]

    @cached_property
    def _about(self) -> Callable[[frozenset[str]], tuple[Sequence[_Asked], Vectors]]:
        return lru_cache(maxsize=_KEPT)(self._of_kinds)

    def _of_kinds(self, kinds: frozenset[str]) -> tuple[Sequence[_Asked], Vectors]:
        """The phrasings about no name or one of some kinds, and their vectors."""
        chosen = [question.kind in ("", *kinds) for _, question in self._asked]
        vectors = self.phrasings.vectors.only(np.array(chosen, np.bool_))
        return list(compress(self._asked, chosen)), vectors

    def nearest(
        self, terms: Sequence[Term], names: Mapping[str, Name], *, signed: bool
    ) -> LeftOpen:
        """The nearest question among those about no name or about a kind of name that is asked.

        `terms` are what an article reads in the question, `names` its names by their keys; `signed`
        is whether it has a byline.
        """
        named = [names[term.key] for term in terms if term.key in names]
        first = {name.kind: name.written for name in reversed(named)}
        asked, vectors = self._about(frozenset(first) | frozenset(() if signed else (UNSIGNED,)))
        if not asked:
            return NOTHING_LEFT
        likeness = vectors.similarities(features_of(self._abstract(terms, names)))
        phrasing, question = asked[int(likeness.argmax())]
        name = first.get(question.kind, "")
        return LeftOpen(
            phrasing.replace(NAME, name),
            question.answer.replace(NAME, name),
            float(likeness.max()),
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
