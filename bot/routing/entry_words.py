"""Which words of a question each entry of a fact table has, and which it is asked with."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.knowledge.facts import Fact, OpenQuestion
from bot.knowledge.loading import Knowledge
from bot.language.lexicon import Term
from bot.language.text import words
from bot.routing.phrasings import Phrasings
from bot.routing.vectors import Scores


@dataclass(frozen=True)
class EntryWords:
    """The terms that the entries hold anywhere, and the question words of their phrasings.

    `holders` says for each key of a term which of the `size` entries have it anywhere, `askers` for
    each question word what share of each entry's phrasings has it. Of what was asked, the keys of
    `ignored` don't count.
    """

    size: int
    ignored: frozenset[str]
    holders: Mapping[str, Sequence[int]]
    askers: Mapping[str, Scores]

    @classmethod
    def of(cls, knowledge: Knowledge, phrasings: Phrasings) -> "EntryWords":
        """Read the entries of an article."""
        asking = knowledge.lexicon.language.question_words
        ignored, size = knowledge.lexicon.grammar | asking, len(knowledge.entries)
        return cls(size, ignored, _holders(knowledge, phrasings), _askers(asking, phrasings, size))

    def asked_alike(self, keys: Sequence[str]) -> Scores:
        """The share (0..1) of each entry's phrasings that ask with a question word of `keys`.

        Half if there is none in `keys`.
        """
        asking = [self.askers[key] for key in keys if key in self.askers]
        most: Scores = np.max(asking, axis=0) if asking else np.full(self.size, 0.5)
        return most

    def lacking(self, terms: Sequence[Term], entry: int) -> tuple[str, ...]:
        """The telling words of `terms`, as written, that an entry doesn't have anywhere."""
        telling = (term for term in terms if term.key not in self.ignored)
        return tuple(t.written for t in telling if entry not in self.holders.get(t.key, ()))


def asked_by(entry: Fact | OpenQuestion) -> tuple[str, ...]:
    """The questions that ask for an entry."""
    return (entry.question, *entry.phrasings)


def said_by(entry: Fact | OpenQuestion) -> tuple[str, ...]:
    """What an entry says: its answer and the sentences that it cites."""
    cited = entry.citations if isinstance(entry, Fact) else ()
    return (entry.answer, *(citation.sentence.text for citation in cited))


def _holders(knowledge: Knowledge, phrasings: Phrasings) -> Mapping[str, list[int]]:
    holders: defaultdict[str, dict[int, None]] = defaultdict(dict)
    for owner, keys in zip(phrasings.owners.tolist(), phrasings.keys, strict=True):
        for key in keys:
            holders[key][owner] = None
    for place, entry in enumerate(knowledge.entries):
        for text in said_by(entry):
            for term in knowledge.lexicon.terms(words(text)):
                holders[term.key][place] = None
    return {key: list(places) for key, places in holders.items()}


def _askers(asking: Collection[str], phrasings: Phrasings, size: int) -> Mapping[str, Scores]:
    owners = phrasings.owners
    sizes = np.bincount(owners, minlength=size)
    return {
        word: np.bincount(owners, [word in keys for keys in phrasings.keys], size) / sizes
        for word in asking
    }
