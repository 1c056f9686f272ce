"""Similarity by topic: words that keep the same company count as alike.

Latent semantic analysis (Deerwester, Dumais and others 1990): the phrasings of an entry make one
document, and the main directions in which the documents differ are its topics. "Slam" and
"criticize" that are asked about the same things point the same way, though no list joins them.
"""

import numpy as np

from bot.routing.index import TERM_SHARE, Places, Scores, TextIndex

_TOPICS = 80
"""Directions that are kept; from 50 to 120 the figures differ by less than they scatter."""


class Topics:
    """Texts as points in the space of topics, whose cosines are similarities (0..1).

    `starts` says where the texts of each group begin. Building takes time that grows with the
    cube of the number of groups: for 350 it is 0.1 s.
    """

    def __init__(self, index: TextIndex, starts: Places) -> None:
        rows, columns, values = index.term_postings()
        self._width = index.terms
        groups = np.searchsorted(starts, rows, side="right") - 1
        documents = np.zeros((len(starts), self._width))
        np.add.at(documents, (groups, columns), values)
        documents /= _lengths(documents)
        spread, directions = np.linalg.eigh(documents @ documents.T)
        kept = slice(-_TOPICS, None)
        self._axes = documents.T @ (directions[:, kept] / np.sqrt(np.maximum(spread[kept], 1e-9)))
        self._points = np.zeros((len(index), self._axes.shape[1]))
        np.add.at(self._points, rows, values[:, None] * self._axes[columns])
        self._points = (self._points / _lengths(self._points)).astype(np.float32)

    def similarities(self, vector: tuple[Places, Scores]) -> Scores:
        """The similarity (0..1) of an utterance's vector to each text, by the terms in it.

        As with words, terms that no text has take their part.
        """
        columns, values = vector
        terms = columns < self._width
        point = values[terms] @ self._axes[columns[terms]]
        point *= np.sqrt(values[terms] @ values[terms] / TERM_SHARE) / _lengths(point)
        # Not "@": BLAS may wake threads for it, and that takes up to a hundred times as long.
        similarities: Scores = np.einsum("ij,j->i", self._points, point.astype(np.float32))
        return np.maximum(similarities, 0.0)


def _lengths(vectors: Scores) -> Scores:
    lengths: Scores = np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
    return lengths
