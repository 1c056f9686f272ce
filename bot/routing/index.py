"""Similarity of an utterance to many short texts at once, by weighed words and letters.

Sparse postings, as a search engine keeps them: the cost of a question grows with its own length
and with the texts that share something with it.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from itertools import chain, combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from bot.language.lexicon import Term

Scores = NDArray[np.float64]
Places = NDArray[np.int64]

# The share of each kind of features in a similarity: terms, neighbouring terms, any two terms,
# runs of letters.
_SHARES = (0.3, 0.25, 0.25, 0.2)

TERM_SHARE = _SHARES[0]
"""The share of the terms in the square of a vector's length, where all of them are known."""

_GRAMMAR_SCALE = 0.3
"""How much a word of grammar weighs, against another one as rare."""

_COMPANY = 24
"""Terms of a text whose company is kept; in a long one the number of pairs would explode."""

_COMMON_LETTERS = 0.5
"""A run of letters that more than this share of the groups have is not looked at."""


def _features(terms: Sequence[Term]) -> tuple[list[str], list[str], list[str], list[str]]:
    """The features of a text by kind, in the order of `_SHARES`."""
    keys = [term.key for term in terms]
    company = sorted(set(keys[:_COMPANY]))
    return (
        keys,
        [f"{a} {b}" for a, b in pairwise(["^", *keys, "$"])],
        [f"{a}+{b}" for a, b in combinations(company, 2)],
        list(chain.from_iterable(map(_letters, keys))),
    )


@lru_cache(maxsize=20_000)
def _letters(key: str) -> tuple[str, ...]:
    """Runs of 3 to 5 letters of a word, its ends marked: they survive typos and slang."""
    word = f" {key[:40]} "
    return tuple(word[i : i + size] for size in (3, 4, 5) for i in range(len(word) - size + 1))


class TextIndex:
    """Texts as sparse vectors of length 1, whose products are similarities (0..1).

    A vector holds TF-IDF weights of terms, neighbouring terms (the ends of the text are
    neighbours too), any two terms, and runs of letters, each kind with its share. `groups` says
    which texts belong together (the phrasings of one fact): a feature weighs
    ln(1 + groups / groups that have it), so that many phrasings of one fact don't make its own
    words look common. The words in `grammar` weigh little.
    """

    def __init__(
        self, texts: Sequence[Sequence[Term]], groups: Sequence[int], grammar: Collection[str]
    ) -> None:
        self._grammar = grammar
        self._size = len(texts)
        self._unknown = math.log(1 + len(set(groups)))
        self._columns: list[dict[str, int]] = []
        self._weights: list[float] = []
        parts = [
            self._add_kind(kind, np.asarray(groups), share)
            for kind, share in zip(zip(*map(_features, texts), strict=True), _SHARES, strict=True)
        ]
        rows, columns, values = (np.concatenate(part) for part in zip(*parts, strict=True))
        order = np.argsort(columns, kind="stable")
        self._rows, self._values = rows[order], values[order]
        self._posting_columns = columns[order]
        self._starts = np.searchsorted(self._posting_columns, np.arange(len(self._weights) + 1))

    def _add_kind(
        self, texts: Sequence[Sequence[str]], groups: Places, share: float
    ) -> tuple[Places, Places, Scores]:
        """Weigh the features of one kind; return the rows, columns and values of the vectors."""
        first = len(self._weights)
        known: dict[str, int] = {}
        flat = (known.setdefault(feature, first + len(known)) for text in texts for feature in text)
        columns = np.fromiter(flat, dtype=np.int64)
        rows = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
        width = first + len(known)
        weights = self._inverse_frequencies(columns, groups[rows], list(known), first)
        if share == _SHARES[-1]:
            # Most of the time would go into runs of letters that tell next to nothing.
            weights[weights < math.log(1 + 1 / _COMMON_LETTERS)] = 0
        cells, counts = np.unique(rows * width + columns, return_counts=True)
        rows, columns = cells // width, cells % width
        values = weights[columns - first] * (1 + np.log(counts))
        norms = np.sqrt(_sums(rows, values**2, len(texts)))
        kept = values > 0
        rows, columns, values = rows[kept], columns[kept], values[kept]
        self._columns.append(known)
        self._weights += weights.tolist()
        return rows, columns, values * math.sqrt(share) / norms[rows]

    def _inverse_frequencies(
        self, columns: Places, groups: Places, features: Sequence[str], first: int
    ) -> Scores:
        width = int(groups.max(initial=0)) + 1
        owned = np.unique(columns * width + groups) // width
        owners = np.bincount(owned - first, minlength=len(features))
        scales = np.array([self._scale(feature) for feature in features])
        weights: Scores = np.log(1 + (math.exp(self._unknown) - 1) / owners) * scales
        return weights

    def _scale(self, feature: str) -> float:
        return _GRAMMAR_SCALE if feature in self._grammar else 1.0

    def __len__(self) -> int:
        """The number of texts."""
        return self._size

    @property
    def terms(self) -> int:
        """The number of terms; theirs are the first columns."""
        return len(self._columns[0])

    def term_postings(self) -> tuple[Places, Places, Scores]:
        """The texts, columns and values of the terms alone."""
        end = self._starts[self.terms]
        return self._rows[:end], self._posting_columns[:end], self._values[:end]

    def vector(self, terms: Sequence[Term]) -> tuple[Places, Scores]:
        """The columns and values of an utterance's vector.

        Features that no text has take their part of its length, and so lower every similarity.
        """
        columns: list[int] = []
        values: list[float] = []
        for features, known, share in zip(_features(terms), self._columns, _SHARES, strict=True):
            weighed: list[float] = []
            squares = 0.0
            for feature, count in Counter(features).items():
                column = known.get(feature)
                if column is None:
                    weight = self._unknown * self._scale(feature)
                else:
                    weight = self._weights[column]
                if count > 1:
                    weight *= 1 + math.log(count)
                squares += weight * weight
                if column is not None and weight:
                    columns.append(column)
                    weighed.append(weight)
            norm = math.sqrt(share / squares) if squares else 0.0
            values += [weight * norm for weight in weighed]
        return np.array(columns, dtype=np.int64), np.array(values)

    def similarities(self, vector: tuple[Places, Scores]) -> Scores:
        """The similarity (0..1) of a vector to each text."""
        columns, values = vector
        if not len(columns):
            return np.zeros(self._size)
        starts, ends = self._starts[columns], self._starts[columns + 1]
        lengths = ends - starts
        # The postings of all columns behind one another, without a loop.
        offsets = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
        places = offsets + np.arange(int(lengths.sum()))
        products = self._values[places] * np.repeat(values, lengths)
        return _sums(self._rows[places], products, self._size)

    def fit(self, targets: Scores, ridge: float, rounds: int = 30) -> Scores:
        """Weights of the columns whose product with each text's vector comes near its target.

        Ridge regression by conjugate gradients (Hestenes and Stiefel 1952) on
        (X Xᵀ + ridge) a = targets; the weights are Xᵀ a.
        """
        dual = np.zeros(self._size)
        residual = targets.astype(np.float64)
        direction = residual.copy()
        square = residual @ residual
        for _ in range(rounds):
            if square < 1e-9:
                break
            image = self._times(self._transposed_times(direction)) + ridge * direction
            step = square / (direction @ image)
            dual += step * direction
            residual -= step * image
            square, before = residual @ residual, square
            direction = residual + square / before * direction
        return self._transposed_times(dual)

    def _times(self, weights: Scores) -> Scores:
        products = self._values * weights[self._posting_columns]
        return _sums(self._rows, products, self._size)

    def _transposed_times(self, texts: Scores) -> Scores:
        products = self._values * texts[self._rows]
        return _sums(self._posting_columns, products, len(self._weights))


def _sums(places: Places, values: Scores, size: int) -> Scores:
    """The sum of the values at each of `size` places."""
    return np.bincount(places, values, size).astype(np.float64, copy=False)


class Coverage:
    """Which share of some terms each of many texts contains, rare terms counting more."""

    def __init__(self, texts: Iterable[Sequence[Term]]) -> None:
        rows: defaultdict[str, set[int]] = defaultdict(set)
        self._size = 0
        for row, terms in enumerate(texts):
            self._size = row + 1
            for term in terms:
                rows[term.key].add(row)
        self._texts = dict(rows)
        self._rows = {key: np.array(sorted(r)) for key, r in rows.items()}
        self._unknown = math.log(1 + self._size)

    def has(self, key: str, text: int) -> bool:
        """Whether the text at position `text` contains the term."""
        return text in self._texts.get(key, ())

    def weight(self, key: str) -> float:
        """How much a term tells: ln(1 + texts / texts that contain it)."""
        return (
            math.log(1 + self._size / len(self._texts[key]))
            if key in self._texts
            else self._unknown
        )

    def shares(self, terms: Sequence[Term]) -> Scores:
        """The share (0..1) of the weight of `terms` that each text contains; 0 of nothing."""
        total = np.zeros(self._size)
        weights = {term.key: self.weight(term.key) for term in terms}
        for key, weight in weights.items():
            if key in self._rows:
                total[self._rows[key]] += weight
        return total / (sum(weights.values()) or 1.0)
