"""Which words of a question each entry of a fact table has, and which it is asked with."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from bot.knowledge.loading import Knowledge
from bot.language.lexicon import Term
from bot.language.text import words
from bot.routing.built import told_by
from bot.routing.phrasings import Phrasings
from bot.routing.vectors import Scores


class EntryWords:
    """The terms that the entries hold anywhere, and the question words of their phrasings."""

    def __init__(self, knowledge: Knowledge, phrasings: Phrasings) -> None:
        self._knowledge = knowledge
        self._phrasings = phrasings
        self._asking = knowledge.lexicon.language.question_words
        self._ignored = knowledge.lexicon.grammar | self._asking
        self._nobody = np.zeros(len(knowledge.entries))

    @cached_property
    def _holders(self) -> Mapping[str, Scores]:
        """For each key of a term, 1 for the entries that have it anywhere, 0 for the others."""
        holders: defaultdict[str, Scores] = defaultdict(self._nobody.copy)
        for owner, keys in zip(self._phrasings.owners, self._phrasings.keys, strict=True):
            for key in keys:
                holders[key][owner] = 1
        for place, entry in enumerate(self._knowledge.entries):
            for text in told_by(entry):
                for term in self._knowledge.lexicon.terms(words(text)):
                    holders[term.key][place] = 1
        return dict(holders)

    @cached_property
    def _askers(self) -> Mapping[str, Scores]:
        """For each question word, the share of each entry's phrasings that have it."""
        owners = self._phrasings.owners
        sizes = np.bincount(owners, minlength=len(self._nobody))
        return {
            word: np.bincount(
                owners, [word in keys for keys in self._phrasings.keys], len(self._nobody)
            )
            / sizes
            for word in self._asking
        }

    def known(self, keys: Sequence[str]) -> Scores:
        """The share (0..1) of the telling keys that each entry has; 1 if there are none."""
        telling = [key for key in keys if key not in self._ignored]
        if not telling:
            return self._nobody + 1
        total: Scores = np.sum([self._holders.get(key, self._nobody) for key in telling], axis=0)
        return total / len(telling)

    def asked_alike(self, keys: Sequence[str]) -> Scores:
        """The share (0..1) of each entry's phrasings that ask with a question word of `keys`.

        Half if there is none in `keys`.
        """
        asking = [self._askers[key] for key in keys if key in self._asking]
        most: Scores = np.max(asking, axis=0) if asking else self._nobody + 0.5
        return most

    def lacking(self, terms: Sequence[Term], entry: int) -> tuple[str, ...]:
        """The telling words of `terms`, as written, that an entry doesn't have anywhere."""
        telling = (term for term in terms if term.key not in self._ignored)
        return tuple(
            term.written for term in telling if not self._holders.get(term.key, self._nobody)[entry]
        )
