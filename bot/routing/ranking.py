"""How near an utterance is to each entry of the fact table, by several kinds of evidence.

The *phrasings* of an entry (similarity of terms, pairs of terms and letters, and of topics), the
share of the utterance's telling words that the entry *explains* at all, and the share that the
*sentences* it cites contain. The *leaning* of the utterance as a whole tells questions that the
article answers from those that it leaves open.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.knowledge.facts import Fact, Unsaid
from bot.language.lexicon import Lexicon, Term
from bot.language.spelling import Speller
from bot.language.text import poses_as_prompt, words
from bot.routing.index import Coverage, Scores, TextIndex
from bot.routing.topics import Topics

_NEAREST = 0.5
"""The share of an entry's nearest phrasing, against the mean of all its phrasings."""

_TOPIC_WEIGHT = 0.3
"""How much the similarity by topic weighs, against the one by words."""

_RIDGE = 0.3
"""How strongly the weights of the leaning are held small."""

QUESTION_WORDS = frozenset("who whom whose what which when where why how".split())


@dataclass(frozen=True)
class Ranking:
    """The evidence for each entry, in the table's order; scores lie in 0..1.

    `similarities` has a value for each phrasing. `leaning` lies about -1 (the article leaves such
    questions open) to 1 (it answers them). `on_subject` is whether the utterance names anything
    that an article is about, or has no telling word to judge by; `to_bot` is whether it wants an
    opinion or a favour of the bot itself.
    """

    terms: tuple[Term, ...]
    phrasing: Scores
    explained: Scores
    sentences: Scores
    leaning: float
    similarities: Scores
    on_subject: bool
    to_bot: bool


class Ranker:
    """Ranks the entries of a fact table for an utterance."""

    def __init__(self, entries: Sequence[Fact | Unsaid], lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        asked = [(n, text) for n, entry in enumerate(entries) for text in _asked(entry)]
        self._phrasings = tuple(text for _, text in asked)
        owners = np.array([owner for owner, _ in asked])
        self._starts = np.searchsorted(owners, np.arange(len(entries)))
        self._counts = np.bincount(owners, minlength=len(entries))
        texts = [lexicon.terms(words(text)) for text in self._phrasings]
        self._word_for_word: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for (owner, _), terms in zip(asked, texts, strict=True):
            self._word_for_word[_keys(terms)].append(owner)
        self._index = TextIndex(texts, owners.tolist(), lexicon.grammar)
        self._topics = Topics(self._index, self._starts)
        said = np.array([isinstance(entry, Fact) for entry in entries])
        self._leaning = self._index.fit(np.where(said[owners], 1.0, -1.0), _RIDGE)
        cited = [self._terms(_cited(entry)) for entry in entries]
        ends = self._starts + self._counts
        self._explained = Coverage(
            [
                *(term for text in texts[start:end] for term in text),
                *self._terms([entry.answer]),
                *cited[n],
            ]
            for n, (entry, start, end) in enumerate(zip(entries, self._starts, ends, strict=True))
        )
        self._sentences = Coverage(cited)
        self._speller = Speller(_vocabulary(entries, lexicon))

    def _terms(self, texts: Sequence[str]) -> list[Term]:
        return [term for text in texts for term in self._lexicon.terms(words(text))]

    def is_whole(self, utterance: str) -> bool:
        """Whether an utterance must not be cut into several questions.

        That is so where the table has it word for word, and where it wants something of the bot.
        """
        told = words(utterance)
        return self._is_to_bot(utterance, told) or _keys(self._read(told)) in self._word_for_word

    def _read(self, told: Sequence[str]) -> tuple[Term, ...]:
        """The terms of an utterance's words, misspellings mended."""
        return self._lexicon.terms([self._speller.mend(word) for word in told])

    def _is_to_bot(self, utterance: str, told: Sequence[str]) -> bool:
        return self._lexicon.is_to_bot(told) or poses_as_prompt(utterance)

    def rank(self, utterance: str) -> Ranking:
        """Weigh the evidence for every entry."""
        told = words(utterance)
        terms = self._read(told)
        vector = self._index.vector(terms)
        similarities = self._index.similarities(vector)
        telling = self._telling(terms)
        columns, values = vector
        return Ranking(
            terms=terms,
            phrasing=self._phrasing(terms, similarities, self._topics.similarities(vector)),
            explained=self._explained.shares(telling),
            sentences=self._sentences.shares(telling),
            leaning=float(self._leaning[columns] @ values),
            similarities=similarities,
            on_subject=not telling or any(term.key in self._lexicon.subjects for term in terms),
            to_bot=self._is_to_bot(utterance, told),
        )

    def _phrasing(self, terms: Sequence[Term], similarities: Scores, topics: Scores) -> Scores:
        """The similarity to each entry: 1 where it is asked for word for word."""
        mixed = self._by_entry(similarities) + _TOPIC_WEIGHT * self._by_entry(topics)
        scores: Scores = mixed / (1 + _TOPIC_WEIGHT)
        scores[self._word_for_word.get(_keys(terms), [])] = 1
        return scores

    def _by_entry(self, similarities: Scores) -> Scores:
        """The middle of an entry's nearest phrasing and the mean of them all."""
        nearest = np.maximum.reduceat(similarities, self._starts)
        mean = np.add.reduceat(similarities, self._starts) / self._counts
        scores: Scores = _NEAREST * nearest + (1 - _NEAREST) * mean
        return scores

    def nearest_phrasing(self, ranking: Ranking, entry: int) -> str:
        """The phrasing of `entry` that came nearest to the utterance."""
        start = int(self._starts[entry])
        end = start + int(self._counts[entry])
        return self._phrasings[start + int(ranking.similarities[start:end].argmax())]

    def unexplained(self, terms: Sequence[Term], entry: int) -> tuple[str, ...]:
        """The telling words of `terms`, as written, that `entry` doesn't contain anywhere."""
        return tuple(
            term.written
            for term in self._telling(terms)
            if not self._explained.has(term.key, entry)
        )

    def _telling(self, terms: Sequence[Term]) -> list[Term]:
        ignored = self._lexicon.grammar | QUESTION_WORDS
        return [term for term in terms if term.key not in ignored]


def _keys(terms: Sequence[Term]) -> tuple[str, ...]:
    return tuple(term.key for term in terms)


def _asked(entry: Fact | Unsaid) -> tuple[str, ...]:
    return (entry.question, *entry.phrasings)


def _cited(entry: Fact | Unsaid) -> list[str]:
    if isinstance(entry, Unsaid):
        return []
    return [citation.sentence.text for citation in entry.citations]


def _vocabulary(entries: Sequence[Fact | Unsaid], lexicon: Lexicon) -> dict[str, int]:
    texts = (text for e in entries for text in (*_asked(e), e.answer, *_cited(e)))
    counts = Counter(word for text in texts for word in words(text))
    counts.update(lexicon.vocabulary)
    return counts
