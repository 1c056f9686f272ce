"""How near a question is to each entry of the fact table and to each sentence of the article."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import dropwhile

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.loading import Knowledge
from bot.language.languages import ENGLISH
from bot.language.lexicon import Term
from bot.language.spelling import Speller
from bot.routing.built import Built
from bot.routing.encoder import Encoder, meaning_of
from bot.routing.entry_words import asked_by
from bot.routing.phrasings import as_read
from bot.routing.sentences import SentenceRanking
from bot.routing.vectors import Scores

_ASKING_FOR = frozenset("what whats is are was were the a an".split())
"""Words that may open a question and leave only the name of what it asks for."""


@dataclass(frozen=True)
class Ranking:
    """The evidence for each entry (the facts, then the open questions), and for each sentence.

    `phrasing` (0..1) is how alike the entry's phrasings are, 1 if it is asked for word for word;
    `nearest` (0..1) how alike the words of the nearest of them are, `ratio` (0..1) as a whole;
    `kernel` (about 0..1) how well the words that tell entries apart point at it. `cited` is, for
    each fact, the highest score of the sentences that it cites; `uncited` the highest of those
    that no fact cites, the headline aside, 0 if there is none. `strange` says which entries lack a
    person of the question whom such a sentence names. `asks` is the share (0..1)
    of the entry's phrasings that ask with the same word ("who"), half if the question has none.
    `likeness` has a value for each phrasing. `misspelt` are the words that were read as others,
    each with what it was read as.
    """

    terms: tuple[Term, ...]
    misspelt: tuple[tuple[str, str], ...]
    likeness: Scores
    phrasing: Scores
    nearest: Scores
    ratio: Scores
    kernel: Scores
    cited: Scores
    uncited: float
    strange: NDArray[np.bool_]
    asks: Scores
    sentences: SentenceRanking


class Ranker:
    """Ranks the entries of a fact table, which may be empty, and the sentences of its article."""

    def __init__(self, knowledge: Knowledge, built: Built, encoder: Encoder | None = None) -> None:
        """Take an article, what was built of it, and the encoder that this was built with."""
        self._lexicon = knowledge.lexicon
        self._entries = knowledge.entries
        self._built, self._phrasings, self._encoder = built, built.phrasings, encoder
        places = {(s.article, s.number): n for n, s in enumerate(knowledge.article.sentences)}
        self.cited = [
            [places[c.sentence.article, c.sentence.number] for c in fact.citations]
            for fact in knowledge.facts
        ]
        self._all_cited = np.array([place for cited in self.cited for place in cited], np.int64)
        uncited = np.setdiff1d(np.arange(len(places)), self._all_cited)
        self._uncited = uncited[uncited > 0]
        self._cited_starts = np.cumsum([0, *map(len, self.cited)])[:-1]

    @cached_property
    def _texts(self) -> list[str]:
        """The phrasings, in the order of those that were built."""
        return [text for entry in self._entries for text in asked_by(entry)]

    @cached_property
    def _word_for_word(self) -> Mapping[tuple[str, ...], list[int]]:
        """The entries that are asked for by the keys of a question."""
        entries: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        pairs = zip(self._phrasings.owners.tolist(), self._phrasings.keys, strict=True)
        for owner, keys in pairs:
            entries[keys].append(owner)
        return entries

    @cached_property
    def _speller(self) -> Speller:
        counts = Counter(self._built.counts)
        counts.update(self._lexicon.vocabulary)
        return Speller(counts)

    def read(self, utterance: Sequence[str]) -> tuple[Term, ...]:
        """The terms of an utterance's words, English misspellings corrected."""
        return self._lexicon.terms(self._corrected(utterance))

    def _corrected(self, utterance: Sequence[str]) -> Sequence[str]:
        if self._lexicon.code != ENGLISH:
            return utterance
        return [self._speller.correct(word) for word in utterance]

    def is_word_for_word(self, terms: Sequence[Term]) -> bool:
        """Whether the table has a question just as it is asked."""
        return _keys(terms) in self._word_for_word

    def _terms(self, asked: Sequence[str]) -> tuple[Term, ...]:
        """The terms of a question; of "what is the death toll" those of "death toll", if known."""
        if asked and asked[0] in {"what", "whats"}:
            named = self._lexicon.terms(list(dropwhile(_ASKING_FOR.__contains__, asked)))
            if self.is_word_for_word(named):
                return named
        return self._lexicon.terms(asked)

    def rank(self, utterance: Sequence[str]) -> Ranking:
        """Weigh the evidence for every entry and sentence, by an utterance's words."""
        corrected = self._corrected(utterance)
        terms = self._terms(corrected)
        keys = _keys(terms)
        by_words = self._phrasings.likeness(terms)
        likeness = self._with_meaning(by_words, terms)
        sentences = self._built.sentences.rank(terms)
        return Ranking(
            terms=terms,
            misspelt=tuple(
                (word, meant)
                for word, meant in zip(utterance, corrected, strict=True)
                if word != meant
            ),
            likeness=likeness,
            phrasing=self._phrasing(keys, likeness),
            nearest=self._phrasings.nearest(by_words),
            ratio=self._phrasings.nearest(self._phrasings.ratios(keys, likeness)),
            kernel=self._built.kernel.scores(likeness),
            cited=self._best_cited(sentences.scores),
            uncited=float(sentences.scores[self._uncited].max(initial=0.0)),
            strange=self._strange(keys),
            asks=self._built.words.asked_alike(keys),
            sentences=sentences,
        )

    @cached_property
    def _people_elsewhere(self) -> frozenset[str]:
        """The people whom sentences name that no fact cites."""
        rows, uncited = self._built.sentences.rows, set(self._uncited.tolist())
        people = (key for key, name in self._built.names.items() if name.kind == "person")
        return frozenset(key for key in people if not uncited.isdisjoint(rows.get(key, ())))

    def _strange(self, keys: Collection[str]) -> NDArray[np.bool_]:
        strange = np.zeros(len(self._entries), np.bool_)
        for key in self._people_elsewhere.intersection(keys):
            held = np.zeros(len(strange), np.bool_)
            held[list(self._built.words.holders.get(key, ()))] = True
            strange |= ~held
        return strange

    def _with_meaning(self, likeness: Scores, terms: Sequence[Term]) -> Scores:
        if not (self._encoder and self._entries and terms):
            return likeness
        meaning = meaning_of(as_read(terms), self._encoder)
        return self._phrasings.with_meaning(likeness, meaning)

    def alike(self, terms: Sequence[Term]) -> Scores:
        """How alike (0..1) the phrasings of each entry are, and nothing else of a ranking."""
        keys = _keys(terms)
        return self._phrasing(keys, self._phrasings.likeness(terms))

    def _phrasing(self, keys: tuple[str, ...], likeness: Scores) -> Scores:
        phrasing = self._phrasings.by_entry(likeness)
        phrasing[self._word_for_word.get(keys, [])] = 1
        return phrasing

    def _best_cited(self, scores: Scores) -> Scores:
        """The highest score of the sentences that each fact cites."""
        best: Scores = np.maximum.reduceat(scores[self._all_cited], self._cited_starts)
        return best

    def nearest_phrasing(self, ranking: Ranking, entry: int) -> str:
        """The phrasing of `entry` that came nearest to the question."""
        return self._texts[self._phrasings.place(entry, ranking.likeness)]

    def unexplained(self, terms: Sequence[Term], entry: int) -> tuple[str, ...]:
        """The telling words of `terms`, as written, that `entry` doesn't contain anywhere."""
        return self._built.words.lacking(terms, entry)


def _keys(terms: Sequence[Term]) -> tuple[str, ...]:
    return tuple(term.key for term in terms)
