"""Which of some words each of many texts has, rare words counting more."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from bot.language.lexicon import Term
from bot.routing.vectors import Scores


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
