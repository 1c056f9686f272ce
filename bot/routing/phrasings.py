"""How alike a question is to each phrasing of a fact table.

The likeness is the weighed mean of four cosines of TF-IDF vectors: of the terms, of neighbouring
terms (the ends of a text are neighbours too), of any two terms, and of runs of letters. rapidfuzz
then compares the question as a whole with the phrasings that come nearest: that keeps what typos
and slang need. If there is a sentence encoder, how near the meanings are is mixed into the
likeness.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise

import numpy as np
from rapidfuzz import fuzz, process

from bot.language.lexicon import Term
from bot.routing.encoder import Encoder, Meanings
from bot.routing.kernel import Kernel, landmarks_of
from bot.routing.vectors import Places, Scores, Vectors, runs_of_letters

_GRAMMAR = 0.3
"""How much a word of grammar weighs, against another one as rare."""

_COMPANY = 24
"""Terms of a text whose company is kept; in a long one the number of pairs would explode."""

_CANDIDATES = 40
"""The nearest phrasings, which are compared as a whole."""

_MEANING = 2.0
"""The weight of how near the meanings are, against 1 of the words."""

_NEAREST = 0.5
"""The share of an entry's nearest phrasing, against the mean of all its phrasings."""


def _keys(terms: Sequence[Term]) -> list[str]:
    return [term.key for term in terms]


def _neighbours(terms: Sequence[Term]) -> list[str]:
    return [f"{a} {b}" for a, b in pairwise(["^", *_keys(terms), "$"])]


def _company(terms: Sequence[Term]) -> list[str]:
    return [f"{a}+{b}" for a, b in combinations(sorted(set(_keys(terms[:_COMPANY]))), 2)]


def _letters(terms: Sequence[Term]) -> list[str]:
    return runs_of_letters(as_read(terms).split())


_KINDS: tuple[tuple[float, Callable[[Sequence[Term]], list[str]]], ...] = (
    (0.3, _keys),
    (0.3, _neighbours),
    (0.3, _company),
    (0.1, _letters),
)
"""The share of each kind of features in the likeness."""


def features_of(terms: Sequence[Term]) -> list[list[str]]:
    """What a text is compared by: its features of each kind."""
    return [read(terms) for _, read in _KINDS]


@dataclass(frozen=True)
class Phrasings:
    """The phrasings of a table by the keys of their terms.

    `owners` says which entry each belongs to, in ascending order; `grammar` are the stems that
    tell little. `meanings` has a row for each phrasing, None without an encoder.
    """

    keys: Sequence[tuple[str, ...]]
    owners: Places
    grammar: frozenset[str]
    vectors: Vectors
    meanings: Meanings | None = None

    @classmethod
    def of(
        cls,
        texts: Sequence[Sequence[Term]],
        owners: Places,
        grammar: Collection[str],
        encoder: Encoder | None = None,
    ) -> "Phrasings":
        """Make the vectors of some texts."""
        keys = [tuple(_keys(terms)) for terms in texts]
        scale = dict.fromkeys(grammar, _GRAMMAR)
        shares = [share for share, _ in _KINDS]
        vectors = Vectors.of(list(map(features_of, texts)), shares, owners, scale)
        meanings = encoder.encode(list(map(as_read, texts))) if encoder and texts else None
        return cls(keys, owners, frozenset(grammar), vectors, meanings)

    @cached_property
    def _whole(self) -> list[str]:
        return [self._telling(keys) for keys in self.keys]

    @cached_property
    def _starts(self) -> Places:
        return np.flatnonzero(np.diff(self.owners, prepend=-1))

    @cached_property
    def _counts(self) -> Places:
        return np.bincount(self.owners)

    def _telling(self, keys: Sequence[str]) -> str:
        return " ".join(sorted([key for key in keys if key not in self.grammar] or keys))

    def likeness(self, terms: Sequence[Term]) -> Scores:
        """The likeness (0..1) of the words to those of each phrasing."""
        return self.vectors.similarities(features_of(terms))

    def with_meaning(self, likeness: Scores, meaning: Meanings) -> Scores:
        """The likeness (0..1) of the words, with that of the meanings mixed in."""
        assert self.meanings is not None
        return _mixed(likeness, self.meanings @ meaning)

    def ratios(self, keys: Sequence[str], likeness: Scores) -> Scores:
        """How alike (0..1) the question is as a whole to the phrasings nearest by `likeness`."""
        ratios = np.zeros(len(likeness))
        near = np.argsort(-likeness)[:_CANDIDATES]
        asked, texts = [self._telling(keys)], [self._whole[place] for place in near]
        # Of sorted words, the plain ratio is that of token_sort_ratio, and takes less time.
        for scorer in (fuzz.ratio, fuzz.token_set_ratio):
            ratios[near] += process.cdist(asked, texts, scorer=scorer, dtype=np.float32)[0] / 200
        return ratios

    def kernel(self) -> Kernel:
        """The kernel regression of the entries on their phrasings."""
        landmarks = landmarks_of(self.owners)
        likeness = self.vectors.likeness_to(landmarks)
        if self.meanings is not None:
            likeness = _mixed(likeness, self.meanings @ self.meanings[landmarks].T)
        return Kernel.fit(likeness, landmarks, self.owners)

    def nearest(self, scores: Scores) -> Scores:
        """The highest score of each entry's phrasings."""
        nearest: Scores = np.maximum.reduceat(scores, self._starts)
        return nearest

    def by_entry(self, scores: Scores) -> Scores:
        """The middle of an entry's nearest phrasing and the mean of them all."""
        mean = np.add.reduceat(scores, self._starts) / self._counts
        mixed: Scores = _NEAREST * self.nearest(scores) + (1 - _NEAREST) * mean
        return mixed

    def place(self, entry: int, scores: Scores) -> int:
        """The place of the entry's phrasing with the highest score."""
        start = int(self._starts[entry])
        return start + int(scores[start : start + int(self._counts[entry])].argmax())


def as_read(terms: Sequence[Term]) -> str:
    """The text of some terms, misspellings corrected, as an encoder gets it."""
    return " ".join(term.written for term in terms)


def _mixed(likeness: Scores, cosines: Meanings) -> Scores:
    mixed: Scores = (likeness + _MEANING * np.maximum(cosines, 0)) / (1 + _MEANING)
    return mixed
