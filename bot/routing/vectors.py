"""Texts as sparse vectors of features, and how near a question is to each of them.

Sparse postings, as a search engine keeps them: the cost of a question grows with its own length
and with the texts that share something with it.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, count
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Places = NDArray[np.int64]

_LONGEST = 40
"""Letters of a word that count."""

ALIKE: Mapping[str, float] = MappingProxyType({})
"""What makes no feature weigh less."""


Features = Sequence[Sequence[str]]
"""What a text is compared by: its features of each kind."""


@dataclass(frozen=True)
class Vectors:
    """Texts as vectors of length 1 of TF-IDF weights, whose products are similarities (0..1).

    `shares` says how much each kind of features counts (0..1, together 1). The `size` texts are
    kept by feature, each feature a column with a weight, `columns` by kind; from `starts` on stand
    the `rows` of the texts that have it, and its `values` there. A feature that no text has weighs
    `unknown`, and those of `scale` so much less.
    """

    size: int
    shares: Scores
    unknown: float
    scale: Mapping[str, float]
    columns: tuple[Mapping[str, int], ...]
    weights: Scores
    starts: Places
    rows: Places
    values: Scores

    @classmethod
    def of(
        cls,
        texts: Sequence[Features],
        shares: Sequence[float] = (1.0,),
        groups: Places | None = None,
        scale: Mapping[str, float] = ALIKE,
    ) -> "Vectors":
        """Make vectors of the features of texts.

        `groups` says which texts belong together (the phrasings of one fact): a feature weighs
        ln(1 + groups / groups that have it), so that many phrasings of one fact don't make its own
        words look common; `scale` makes some features weigh less.
        """
        size = len(texts)
        owners = np.arange(size) if groups is None else groups
        groups_in_all = len(set(owners.tolist()))
        number = count()
        known = [defaultdict[str, int](number.__next__) for _ in shares]
        flat = [own[f] for kind, own in enumerate(known) for text in texts for f in text[kind]]
        columns = np.array(flat, dtype=np.int64)
        # A part is what a text has of one kind.
        lengths = [len(text[kind]) for kind in range(len(shares)) for text in texts]
        parts = np.repeat(np.arange(len(lengths)), lengths)
        scales = np.array([scale.get(feature, 1.0) for own in known for feature in own])
        having = _groups_of(columns, owners[parts % size], len(scales))
        weights = np.log(1 + groups_in_all / having) * scales
        starts, parts, values = _postings(columns, parts, weights, len(lengths))
        return cls(
            size,
            np.array(shares),
            math.log(1 + groups_in_all),
            scale,
            tuple(map(dict, known)),
            weights,
            starts,
            parts % size,
            values * np.sqrt(shares)[parts // size],
        )

    def similarities(self, text: Features) -> Scores:
        """The similarity (0..1) of a question to each text, by its features.

        Features that no text has take their part of its length, and so lower every similarity.
        """
        columns: list[int] = []
        times: list[int] = []
        lengths: list[int] = []
        unknown = [0.0] * len(text)
        for kind, (known, features) in enumerate(zip(self.columns, text, strict=True)):
            for feature, number in Counter(features).items():
                if (column := known.get(feature)) is None:
                    unknown[kind] += (self.scale.get(feature, 1.0) * self.unknown) ** 2
                else:
                    columns.append(column)
                    times.append(number)
            lengths.append(len(columns) - sum(lengths))
        if not columns:
            return np.zeros(self.size)
        places = np.array(columns)
        kinds = np.repeat(np.arange(len(text)), lengths)
        values = self.weights[places] * (1 + np.log(times))
        squares = np.bincount(kinds, values**2, len(text)) + unknown
        values *= np.sqrt(self.shares[kinds] / squares[kinds])
        return self._products(places, values)

    def only(self, chosen: NDArray[np.bool_]) -> "Vectors":
        """The vectors of the chosen texts; their similarities are the same."""
        kept = chosen[self.rows]
        return replace(
            self,
            size=int(chosen.sum()),
            starts=np.append(0, np.cumsum(kept))[self.starts],
            rows=(np.cumsum(chosen) - 1)[self.rows[kept]],
            values=self.values[kept],
        )

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
        places = np.arange(int(lengths.sum()))
        places += np.repeat(starts + lengths - np.cumsum(lengths), lengths)
        # To clip takes less time than to check, and there is nothing to clip.
        products = self.values.take(places, mode="clip")
        products *= np.repeat(values, lengths)
        return _sums(self.rows.take(places, mode="clip"), products, self.size)


def runs_of_letters(words: Iterable[str]) -> list[str]:
    """Runs of 3 to 5 letters of words, their ends marked: they survive typos and endings."""
    return list(chain.from_iterable(map(_runs, words)))


@lru_cache(maxsize=10_000)
def _runs(word: str) -> list[str]:
    text = f" {word[:_LONGEST]} "
    return [text[i : i + size] for size in (3, 4, 5) for i in range(len(text) - size + 1)]


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
