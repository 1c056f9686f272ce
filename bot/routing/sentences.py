"""How near a question is to each sentence of an article, by words alone: no fact is needed.

The score of a sentence adds up, with the weights of `_WEIGHTS`, what share of the question's
words it *covers*, how alike the runs of *letters* are, the neighbouring words of the question that
are neighbours there too (*pairs*), whether it has the *kind* of thing that is asked for (a name,
a date, a number), and what the sentence *before* it and its *paragraph* cover besides. The weights
were found on SQuAD 2.0 and QAMR Wikinews (`tests/bench`), where the figures hardly change if any
one of them is halved or doubled.
"""

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.knowledge.article import Sentence
from bot.language.languages import Language, language_of
from bot.language.lexicon import Lexicon, Term
from bot.language.text import LETTERS, words
from bot.routing.vectors import Scores, Vectors, runs_of_letters

NOBODY: Mapping[int, str] = MappingProxyType({})
"""What is known of an article whose pronouns nobody has explained."""

_WEIGHTS = {
    "covers": 1.0,
    "letters": 0.4,
    "pairs": 0.15,
    "kind": 0.1,
    "before": 0.3,
    "paragraph": 0.3,
}

_GRAMMAR = 0.2
"""How much a word of grammar weighs, against another one as rare."""

_PREFIX = 5
"""Letters that two stems share at least if they count as alike ("elect", "elector")."""

_ALIKE_PREFIX = 0.75
"""How much of a word another one with the same prefix counts for."""

_ALIKE_LETTERS = 0.7
"""How alike (0..1, Damerau-Levenshtein) a word must be to one that no sentence has."""

_DATE = re.compile(r"1\d{3}|20\d\d|\d{1,2}(?:st|nd|rd|th)?")


@dataclass(frozen=True)
class SentenceRanking:
    """The evidence for each sentence, in the article's order.

    `scores` lie in 0 to about 1.5; `known` is how many telling words of the question any sentence
    has.
    """

    scores: Scores
    known: int


@dataclass(frozen=True)
class SentenceRanker:
    """Ranks the sentences of one article for a question.

    `rows` and `pairs` say for each key and each pair of near ones in which sentences it is, `keys`
    which key each word has, `letters` are the runs of them; `names` are the stems of each
    sentence's words with a capital. `has_number` and `has_date` are 1 or 0 for each sentence;
    `opens` is whether it is the first of a paragraph. `code` is that of the article's language.
    """

    code: str
    grammar: frozenset[str]
    rows: Mapping[str, Sequence[int]]
    pairs: Mapping[str, Sequence[int]]
    keys: Mapping[str, str]
    letters: Vectors
    names: Sequence[frozenset[str]]
    has_number: Scores
    has_date: Scores
    opens: NDArray[np.bool_]

    @classmethod
    def of(
        cls, sentences: Sequence[Sentence], lexicon: Lexicon, meant: Mapping[int, str] = NOBODY
    ) -> "SentenceRanker":
        """Read the sentences of an article.

        `meant` are the names that pronouns of a sentence stand for, by its number.
        """
        read = [" ".join(filter(None, [s.text, meant.get(s.number)])) for s in sentences]
        texts = [lexicon.terms(words(text)) for text in read]
        language = lexicon.language
        telling = [_telling(terms, lexicon.grammar | language.question_words) for terms in texts]
        word_sets = [frozenset(words(text)) for text in read]
        paragraphs = np.array([sentence.paragraph for sentence in sentences])
        return cls(
            code=lexicon.code,
            grammar=lexicon.grammar,
            rows=_rows((term.key for term in terms) for terms in texts),
            pairs=_rows(_near_pairs(terms) for terms in telling),
            keys={term.written: term.key for terms in texts for term in terms},
            letters=Vectors.of([[_letters(terms, language)] for terms in telling]),
            names=[_names(text, language) for text in read],
            has_number=np.array([_has_number(text, language) for text in word_sets], float),
            has_date=np.array([_has_date(text, language) for text in word_sets], float),
            opens=np.append(True, paragraphs[1:] != paragraphs[:-1]),
        )

    @property
    def _language(self) -> Language:
        return language_of(self.code)

    @property
    def _size(self) -> int:
        return len(self.opens)

    @cached_property
    def _ignored(self) -> frozenset[str]:
        """The keys that tell little."""
        return self.grammar | self._language.question_words

    @cached_property
    def _written(self) -> list[str]:
        """Words that another one may be a misspelling of."""
        return [word for word in self.keys if len(word) > 3 and word.isalpha()]

    @cached_property
    def _prefixes(self) -> Mapping[str, list[str]]:
        """The keys that start alike."""
        prefixes: defaultdict[str, list[str]] = defaultdict(list)
        for key in self.rows:
            prefixes[key[:_PREFIX]].append(key)
        return prefixes

    def rank(self, asked: Sequence[Term]) -> SentenceRanking:
        """Weigh the evidence for every sentence."""
        asking = self._language.question_words
        terms = list({term.key: term for term in asked if term.key not in asking}.values())
        weights = np.array([self._weight(term.key) for term in terms])
        weights /= weights.sum() or 1.0
        matches = self._matches(terms)
        covers = _times(weights, matches)
        telling = _telling(terms, self._ignored) or terms
        evidence = {
            "covers": covers,
            "letters": self.letters.similarities([_letters(telling, self._language)]),
            "pairs": self._shared_pairs(telling),
            "kind": self._kind(asked),
            "before": self._before(weights, matches, covers),
            "paragraph": self._paragraph(weights, matches, covers),
        }
        scores = np.zeros(self._size)
        for name, value in evidence.items():
            scores += _WEIGHTS[name] * value
        return SentenceRanking(scores, self._known(terms, matches))

    def _known(self, terms: Sequence[Term], matches: Scores) -> int:
        """How many of the telling terms are known, or begin alike."""
        known = matches.max(axis=1, initial=0.0) >= _ALIKE_PREFIX
        met = [term for term, is_known in zip(terms, known, strict=True) if is_known]
        return len(_telling(met, self._ignored))

    def _weight(self, key: str) -> float:
        """How much a term tells: half of it by how rare it is here, 0..1."""
        rarity = math.log(1 + self._size / len(self.rows[key])) if key in self.rows else math.inf
        weight = 0.5 + 0.5 * min(1.0, rarity / math.log(1 + self._size))
        return weight * _GRAMMAR if key in self.grammar else weight

    def _matches(self, terms: Sequence[Term]) -> Scores:
        """How well (0..1) each sentence has each term."""
        matches = np.zeros((len(terms), self._size))
        for row, term in zip(matches, terms, strict=True):
            for key, alike in sorted(self._alike(term), key=lambda found: found[1]):
                for place in self.rows[key]:
                    row[place] = alike
        return matches

    def _alike(self, term: Term) -> Iterable[tuple[str, float]]:
        """The keys of the article that a term may stand for, and how well each does (0..1)."""
        if len(term.key) >= _PREFIX:
            yield from ((key, _ALIKE_PREFIX) for key in self._prefixes.get(term.key[:_PREFIX], ()))
        if term.key in self.rows:
            yield term.key, 1.0
        elif len(term.written) > 3 and term.written.isalpha():
            near = process.extract(
                term.written,
                self._written,
                scorer=OSA.normalized_similarity,
                score_cutoff=_ALIKE_LETTERS,
                limit=None,
            )
            yield from ((self.keys[word], alike * alike) for word, alike, _ in near)

    def _shared_pairs(self, terms: Sequence[Term]) -> Scores:
        """The share of the question's neighbouring words that are near each other in each."""
        pairs = [f"{a.key} {b.key}" for a, b in pairwise(terms)]
        shared = np.zeros(self._size)
        for row in chain.from_iterable(self.pairs.get(pair, ()) for pair in pairs):
            shared[row] += 1 / len(pairs)
        return shared

    def _kind(self, asked: Sequence[Term]) -> Scores:
        """1 for each sentence that has the kind of thing that is asked for, 0 for others."""
        # A key joins the words of its phrase: "how_mani".
        language, keys = self._language, [w for term in asked for w in term.key.split("_")]
        behind = list(pairwise(keys))
        counted = language.amount & language.question_words & set(keys)
        if (
            "percent" in keys
            or counted
            or any(_is_pair(*p, language.how, language.amount) for p in behind)
        ):
            return self.has_number
        if language.when & set(keys) or any(
            _is_pair(*p, language.which, language.times) for p in behind
        ):
            return self.has_date
        if language.naming & set(keys):
            stems = {language.stem(word) for term in asked for word in term.written.split()}
            return np.array([not names <= stems for names in self.names], float)
        return np.zeros(self._size)

    def _before(self, weights: Scores, matches: Scores, covers: Scores) -> Scores:
        """What more a sentence covers if the one before it in the paragraph is read along."""
        gain = np.zeros(self._size)
        both = np.maximum(matches[:, 1:], matches[:, :-1])
        gain[1:] = _times(weights, both) - covers[1:]
        gain[self.opens] = 0
        return gain

    def _paragraph(self, weights: Scores, matches: Scores, covers: Scores) -> Scores:
        """What more a sentence's whole paragraph covers."""
        whole = np.maximum.reduceat(matches, np.flatnonzero(self.opens), axis=1)
        gain: Scores = _times(weights, whole)[np.cumsum(self.opens) - 1] - covers
        return gain


def _is_pair(first: str, second: str, firsts: Collection[str], seconds: Collection[str]) -> bool:
    return first in firsts and second in seconds


def _telling(terms: Sequence[Term], ignored: Collection[str]) -> list[Term]:
    return [term for term in terms if term.key not in ignored]


def _rows(texts: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    """For each feature the texts that have it."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, features in enumerate(texts):
        for feature in set(features):
            rows[feature].append(row)
    return dict(rows)


def _letters(terms: Sequence[Term], language: Language) -> list[str]:
    return runs_of_letters(language.stem(term.written) for term in terms)


def _near_pairs(terms: Sequence[Term]) -> Iterable[str]:
    """Pairs of words next to each other, or with one between them."""
    keys = [term.key for term in terms]
    return (f"{a} {b}" for a, b in chain(pairwise(keys), zip(keys, keys[2:], strict=False)))


def _names(text: str, language: Language) -> frozenset[str]:
    """The stems of words with a capital, but for the first, which always has one."""
    written = LETTERS.findall(text)[1:]
    return frozenset(language.stem(word.lower()) for word in written if word[0].isupper())


def _has_number(text: Iterable[str], language: Language) -> bool:
    return any(word[0].isdigit() or word in language.numbers for word in text)


def _has_date(text: Iterable[str], language: Language) -> bool:
    return any(word in language.dates or _DATE.fullmatch(word) for word in text)


def _times(weights: Scores, matches: Scores) -> Scores:
    # Not "@": BLAS may wake threads for it, and that takes up to a hundred times as long.
    product: Scores = np.einsum("i,ij->j", weights, matches)
    return product
