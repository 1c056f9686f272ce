"""Texts as sparse vectors of features, and how near a question is to each of them.

Sparse postings, as a search engine keeps them: the cost of a question grows with its own length
and with the texts that share something with it.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Places = NDArray[np.int64]

_LONGEST = 40
"""Letters of a word that count."""

ALIKE: Mapping[str, float] = MappingProxyType({})
"""What makes no feature weigh less."""


@dataclass(frozen=True)
class Vectors:
    """Texts as vectors of length 1 of TF-IDF weights, whose products are similarities (0..1).

    The `size` texts are kept by feature, each feature a column with a weight; from `starts` on
    stand the `rows` of the texts that have it, and its `values` there. A feature that no text has
    weighs `unknown`, and those of `scale` so much less.
    """

    size: int
    unknown: float
    scale: Mapping[str, float]
    columns: Mapping[str, int]
    weights: Scores
    starts: Places
    rows: Places
    values: Scores

    @classmethod
    def of(
        cls,
        texts: Sequence[Sequence[str]],
        groups: Places | None = None,
        scale: Mapping[str, float] = ALIKE,
    ) -> "Vectors":
        """Make vectors of the features of texts.

        `groups` says which texts belong together (the phrasings of one fact): a feature weighs
        ln(1 + groups / groups that have it), so that many phrasings of one fact don't make its own
        words look common; `scale` makes some features weigh less.
        """
        owners = np.arange(len(texts)) if groups is None else groups
        known: dict[str, int] = {}
        flat = [known.setdefault(feature, len(known)) for text in texts for feature in text]
        rows = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
        columns = np.array(flat, dtype=np.int64)
        groups_in_all = len(set(owners.tolist()))
        scales = np.array([scale.get(feature, 1.0) for feature in known])
        weights = np.log(1 + groups_in_all / _groups_of(columns, owners[rows], len(known))) * scales
        return cls(
            len(texts),
            math.log(1 + groups_in_all),
            scale,
            known,
            weights,
            *_postings(columns, rows, weights, len(texts)),
        )

    def similarities(self, features: Sequence[str]) -> Scores:
        """The similarity (0..1) of a question to each text, by its features.

        Features that no text has take their part of its length, and so lower every similarity.
        """
        counts = Counter(features)
        columns = np.array([self.columns[f] for f in counts if f in self.columns], np.int64)
        times = np.array([n for f, n in counts.items() if f in self.columns])
        unknown = sum(self.scale.get(f, 1.0) ** 2 for f in counts if f not in self.columns)
        if not len(columns):
            return np.zeros(self.size)
        values = self.weights[columns] * (1 + np.log(times))
        values /= math.sqrt(values @ values + unknown * self.unknown**2)
        return self._products(columns, values)

    def likeness_to(self, texts: Places) -> Scores:
        """The similarity (0..1) of each text to some of them; one without features is like none."""
        columns = np.repeat(np.arange(len(self.weights)), np.diff(self.starts))
        by_text = np.argsort(self.rows, kind="stable")
        ends = np.cumsum(np.bincount(self.rows, minlength=self.size))
        parts = np.split(by_text, ends[:-1])
        found = np.zeros((len(texts), self.size))
        for similarities, text in zip(found, texts, strict=True):
            if len(places := parts[text]):
                similarities[:] = self._products(columns[places], self.values[places])
        return found.T

    def _products(self, columns: Places, values: Scores) -> Scores:
        starts = self.starts[columns]
        lengths = self.starts[columns + 1] - starts
        # The postings of all columns behind one another, without a loop.
        offsets = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
        places = offsets + np.arange(int(lengths.sum()))
        products = self.values[places] * np.repeat(values, lengths)
        return _sums(self.rows[places], products, self.size)


def runs_of_letters(words: Iterable[str]) -> list[str]:
    """Runs of 3 to 5 letters of words, their ends marked: they survive typos and endings."""
    return [
        text[i : i + size]
        for text in (f" {word[:_LONGEST]} " for word in words)
        for size in (3, 4, 5)
        for i in range(len(text) - size + 1)
    ]


def _groups_of(columns: Places, owners: Places, size: int) -> Places:
    """How many groups of texts have the feature of each column."""
    pairs = np.unique(np.stack([columns, owners]), axis=1)
    return np.bincount(pairs[0], minlength=size)


def _postings(
    columns: Places, rows: Places, weights: Scores, size: int
) -> tuple[Places, Places, Scores]:
    """Where each feature starts, the texts that have it, and its value in each of them."""
    cells, counts = np.unique(columns * size + rows, return_counts=True)
    columns, rows = cells // max(size, 1), cells % max(size, 1)
    values = weights[columns] * (1 + np.log(counts))
    lengths = np.sqrt(_sums(rows, values**2, size))
    starts = np.searchsorted(columns, np.arange(len(weights) + 1))
    return starts, rows, values / lengths[rows]


def _sums(places: Places, values: Scores, size: int) -> Scores:
    """The sum of the values at each of `size` places."""
    return np.bincount(places, values, size).astype(np.float64, copy=False)
