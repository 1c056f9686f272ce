"""How near a question is to each entry of the fact table and to each sentence of the article."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.knowledge.article import Sentence
from bot.knowledge.facts import Fact, Unsaid
from bot.language.lexicon import Lexicon, Term
from bot.language.spelling import Speller
from bot.language.text import words
from bot.routing.phrasings import Phrasings
from bot.routing.sentences import QUESTION_WORDS, SentenceRanker, SentenceRanking
from bot.routing.vectors import Scores


@dataclass(frozen=True)
class Ranking:
    """The evidence for each entry (the facts, then the open questions), and for each sentence.

    `phrasing` (0..1) is how alike the entry's phrasings are, 1 if it is asked for word for word;
    `nearest` (0..1) how alike the nearest of them is, and `ratio` (0..1) how alike as a whole;
    `kernel` (about 0..1) how well the words that tell entries apart point at it. `cited` is, for
    each fact, the highest score of the sentences that it cites. `likeness` has a value for each
    phrasing.
    """

    terms: tuple[Term, ...]
    likeness: Scores
    phrasing: Scores
    nearest: Scores
    ratio: Scores
    kernel: Scores
    cited: Scores
    sentences: SentenceRanking


class Ranker:
    """Ranks the entries of a fact table, which may be empty, and the sentences of its article."""

    def __init__(
        self,
        facts: Sequence[Fact],
        unsaid: Sequence[Unsaid],
        sentences: Sequence[Sentence],
        lexicon: Lexicon,
    ) -> None:
        self._lexicon = lexicon
        self._entries: tuple[Fact | Unsaid, ...] = (*facts, *unsaid)
        asked = [(n, text) for n, entry in enumerate(self._entries) for text in _asked(entry)]
        self._texts = tuple(text for _, text in asked)
        owners = np.array([owner for owner, _ in asked], np.int64)
        terms = [self._terms(text) for text in self._texts]
        self._phrasings = Phrasings(terms, owners, lexicon.grammar)
        self._word_for_word: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for (owner, _), keys in zip(asked, self._phrasings.keys, strict=True):
            self._word_for_word[tuple(keys)].append(owner)
        self._kernel = self._phrasings.kernel()
        self._sentences = SentenceRanker(sentences, lexicon)
        places = {(s.article, s.number): place for place, s in enumerate(sentences)}
        self.cited = [
            [places[c.sentence.article, c.sentence.number] for c in fact.citations]
            for fact in facts
        ]
        self._all_cited = np.array([place for cited in self.cited for place in cited], np.int64)
        self._cited_starts = np.cumsum([0, *map(len, self.cited)])[:-1]
        self._speller = Speller(_vocabulary(self._entries, sentences, lexicon))

    def read(self, told: Sequence[str]) -> tuple[Term, ...]:
        """The terms of an utterance's words, misspellings mended."""
        return self._lexicon.terms([self._speller.mend(word) for word in told])

    def is_word_for_word(self, terms: Sequence[Term]) -> bool:
        """Whether the table has a question just as it is asked."""
        return _keys(terms) in self._word_for_word

    def rank(self, terms: Sequence[Term]) -> Ranking:
        """Weigh the evidence for every entry and sentence."""
        keys = _keys(terms)
        likeness = self._phrasings.likeness(keys)
        phrasing = self._phrasings.by_entry(likeness)
        phrasing[self._word_for_word.get(keys, [])] = 1
        sentences = self._sentences.rank(terms)
        return Ranking(
            terms=tuple(terms),
            likeness=likeness,
            phrasing=phrasing,
            nearest=self._phrasings.nearest(likeness),
            ratio=self._phrasings.nearest(self._phrasings.ratios(keys, likeness)),
            kernel=self._kernel.scores(likeness),
            cited=self._best_cited(sentences.scores),
            sentences=sentences,
        )

    def _best_cited(self, scores: Scores) -> Scores:
        """The highest score of the sentences that each fact cites."""
        best: Scores = np.maximum.reduceat(scores[self._all_cited], self._cited_starts)
        return best

    def nearest_phrasing(self, ranking: Ranking, entry: int) -> str:
        """The phrasing of `entry` that came nearest to the question."""
        return self._texts[self._phrasings.place(entry, ranking.likeness)]

    def unexplained(self, terms: Sequence[Term], entry: int) -> tuple[str, ...]:
        """The telling words of `terms`, as written, that `entry` doesn't contain anywhere."""
        known = {term.key for text in _told(self._entries[entry]) for term in self._terms(text)}
        ignored = known | self._lexicon.grammar | QUESTION_WORDS
        return tuple(term.written for term in terms if term.key not in ignored)

    def _terms(self, text: str) -> tuple[Term, ...]:
        return self._lexicon.terms(words(text))


def _keys(terms: Sequence[Term]) -> tuple[str, ...]:
    return tuple(term.key for term in terms)


def _asked(entry: Fact | Unsaid) -> tuple[str, ...]:
    return (entry.question, *entry.phrasings)


def _told(entry: Fact | Unsaid) -> tuple[str, ...]:
    """All texts of an entry: what it is asked by, its answer and the sentences that it cites."""
    cited = entry.citations if isinstance(entry, Fact) else ()
    return (*_asked(entry), entry.answer, *(citation.sentence.text for citation in cited))


def _vocabulary(
    entries: Sequence[Fact | Unsaid], sentences: Sequence[Sentence], lexicon: Lexicon
) -> dict[str, int]:
    texts = [text for entry in entries for text in _told(entry)]
    texts += [sentence.text for sentence in sentences]
    counts = Counter(word for text in texts for word in words(text))
    counts.update(lexicon.vocabulary)
    return counts
