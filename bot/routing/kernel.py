"""Kernel ridge regression: which entry a question belongs to, by its likeness to all phrasings.

A phrasing that two entries share words with counts for the one whose phrasings those words tell
apart (Saunders, Gammerman and Vovk 1998, with one-hot entries as targets). Fitted again for every
table, in closed form.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.routing.vectors import Places, Scores

_SHARPNESS = 2.0
"""The kernel is exp(sharpness · (likeness − 1)); from 2 to 4 the figures hardly change."""

_RIDGE = 0.1
"""How strongly the weights are held small; from .03 to 1 the figures hardly change."""

_LANDMARKS = 1500
"""Phrasings that a question is compared with; solving for n of them takes time as n³."""


@dataclass(frozen=True)
class Kernel:
    """Scores of entries, each about 1 for its own phrasings and 0 for others.

    A question is compared with the phrasings at `landmarks`; `weights` say for each entry what
    being like each of them counts.
    """

    landmarks: Places
    weights: NDArray[np.float32]

    @classmethod
    def fit(cls, likeness: Scores, landmarks: Places, owners: Places) -> "Kernel":
        """Fit to the likeness of all phrasings to those at landmarks, and the entry of each."""
        targets = np.eye(int(owners.max(initial=-1)) + 1)[owners]
        kernel = _kernel(likeness)
        own = kernel[landmarks]
        if len(own) == len(owners):
            weights = np.linalg.solve(own + _RIDGE * np.eye(len(own)), targets)
        else:
            # Nyström's approximation (Williams and Seeger 2001): fit all with some.
            weights = np.linalg.solve(
                kernel.T @ kernel + _RIDGE * (own + 0.01 * np.eye(len(own))), kernel.T @ targets
            )
        return cls(landmarks, np.ascontiguousarray(weights.T, dtype=np.float32))

    def scores(self, likeness: Scores) -> Scores:
        """The score of each entry by a question's likeness to all phrasings."""
        near = _kernel(likeness[self.landmarks]).astype(np.float32)
        # Not "@": BLAS may wake threads for it, and that takes up to a hundred times as long.
        scores: Scores = np.einsum("ij,j->i", self.weights, near)
        return scores


def _kernel(likeness: Scores) -> Scores:
    kernel: Scores = np.exp(_SHARPNESS * (likeness - 1))
    return kernel


def landmarks_of(owners: Places) -> Places:
    """All phrasings, or the first of each entry and as many of the rest, evenly spread."""
    if len(owners) <= _LANDMARKS:
        return np.arange(len(owners))
    first = np.flatnonzero(np.diff(owners, prepend=-1))
    rest = np.setdiff1d(np.arange(len(owners)), first)
    spread = np.linspace(0, len(rest) - 1, max(_LANDMARKS - len(first), 0)).astype(np.int64)
    return np.sort(np.concatenate([first, rest[spread]]))
