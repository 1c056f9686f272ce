"""Texts as sparse vectors of features, and how near a question is to each of them.

Sparse postings, as a search engine keeps them: the cost of a question grows with its own length
and with the texts that share something with it.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Places = NDArray[np.int64]


class Vectors:
    """Texts as vectors of length 1 of TF-IDF weights, whose products are similarities (0..1).

    `groups` says which texts belong together (the phrasings of one fact): a feature weighs
    ln(1 + groups / groups that have it), so that many phrasings of one fact don't make its own
    words look common; `scale` makes some features weigh less.
    """

    def __init__(
        self,
        texts: Sequence[Sequence[str]],
        groups: Places | None = None,
        scale: Callable[[str], float] = lambda _: 1.0,
    ) -> None:
        self._scale = scale
        self._size = len(texts)
        owners = np.arange(len(texts)) if groups is None else groups
        self._unknown = math.log(1 + len(set(owners.tolist())))
        self._columns: dict[str, int] = {}
        flat = [self._columns.setdefault(f, len(self._columns)) for text in texts for f in text]
        rows = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
        columns = np.array(flat, dtype=np.int64)
        self._weights = self._inverse_frequencies(columns, owners[rows])
        self._fill(rows, columns)

    def _inverse_frequencies(self, columns: Places, owners: Places) -> Scores:
        pairs = np.unique(np.stack([columns, owners]), axis=1)
        counts = np.bincount(pairs[0], minlength=len(self._columns))
        scales = np.array([self._scale(feature) for feature in self._columns])
        weights: Scores = np.log(1 + (math.exp(self._unknown) - 1) / counts) * scales
        return weights

    def _fill(self, rows: Places, columns: Places) -> None:
        """Keep the value of each text's features, by feature."""
        cells, counts = np.unique(columns * self._size + rows, return_counts=True)
        columns, self._rows = cells // max(self._size, 1), cells % max(self._size, 1)
        values = self._weights[columns] * (1 + np.log(counts))
        lengths = np.sqrt(_sums(self._rows, values**2, self._size))
        self._values = values / lengths[self._rows]
        self._starts = np.searchsorted(columns, np.arange(len(self._columns) + 1))

    def similarities(self, features: Sequence[str]) -> Scores:
        """The similarity (0..1) of a question to each text, by its features.

        Features that no text has take their part of its length, and so lower every similarity.
        """
        counts = Counter(features)
        columns = np.array([self._columns[f] for f in counts if f in self._columns], np.int64)
        times = np.array([n for f, n in counts.items() if f in self._columns])
        unknown = sum(self._scale(f) ** 2 for f in counts if f not in self._columns)
        if not len(columns):
            return np.zeros(self._size)
        values = self._weights[columns] * (1 + np.log(times))
        values /= math.sqrt(values @ values + unknown * self._unknown**2)
        return self._products(columns, values)

    def _products(self, columns: Places, values: Scores) -> Scores:
        starts = self._starts[columns]
        lengths = self._starts[columns + 1] - starts
        # The postings of all columns behind one another, without a loop.
        offsets = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
        places = offsets + np.arange(int(lengths.sum()))
        products = self._values[places] * np.repeat(values, lengths)
        return _sums(self._rows[places], products, self._size)


def _sums(places: Places, values: Scores, size: int) -> Scores:
    """The sum of the values at each of `size` places."""
    return np.bincount(places, values, size).astype(np.float64, copy=False)
