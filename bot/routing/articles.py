"""Which articles a question is about: postings of telling words and names over all of them."""

import math
from collections import defaultdict
from collections.abc import Collection as Some
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.knowledge.loading import Knowledge
from bot.language.lexicon import Lexicon
from bot.language.text import words

RANKED = 8
"""Articles that are ranked whole; the work grows with the question, not with the library."""

_NAME = 2.0
"""How much a word of an article's names counts, against another one as rare."""

_NEAR = 0.7
"""An article that knows less than this share of what the best one knows is not meant."""


@dataclass(frozen=True)
class Telling:
    """The keys of an article's telling words, of those of its names, and its language's code."""

    words: frozenset[str]
    names: frozenset[str]
    code: str


def telling_of(part: Knowledge) -> Telling:
    """The words to find an article by; what its own names stand for, a question need not say."""
    general = part.lexicon.general
    told, names = (frozenset(_keys(texts, general)) for texts in (_texts(part), part.names))
    return Telling(told, names, general.code)


class ArticleIndex:
    """Finds the articles that know most of a question's telling words.

    A word weighs ln(1 + articles / articles that have it).
    """

    def __init__(self, articles: Mapping[str, Telling], lexicon: Lexicon) -> None:
        """Take the words of each article by its slug, and the general ones to read by."""
        self._lexicons = [lexicon.of(code) for code in sorted({t.code for t in articles.values()})]
        self._codes = {slug: telling.code for slug, telling in articles.items()}
        self._size = len(articles)
        self._articles: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for slug, telling in articles.items():
            for key in telling.words:
                self._articles[key][slug] = 1.0
            for key in telling.names:
                self._articles[key][slug] = _NAME

    def choose(self, question: str, slugs: Some[str]) -> list[tuple[str, float]]:
        """The articles among `slugs` that a question may be about, and the share (0..1) of its
        telling words that each knows; the most first.
        """
        known = [
            found for lexicon in self._lexicons for found in self._known(question, slugs, lexicon)
        ]
        most = max((share for _, share in known), default=0.0)
        near = [found for found in known if found[1] >= _NEAR * most]
        return sorted(near, key=lambda found: (-found[1], found[0]))[:RANKED]

    def _known(
        self, question: str, slugs: Some[str], lexicon: Lexicon
    ) -> Iterable[tuple[str, float]]:
        """The articles of one language that know anything of a question, and which share of it."""
        # Sorted: in the last digit a sum depends on the order, and that of a set on the process.
        keys = sorted(_keys([question], lexicon))
        known: defaultdict[str, float] = defaultdict(float)
        for key in keys:
            rare = self._weight(key)
            for slug, weight in self._articles.get(key, {}).items():
                if slug in slugs and self._codes[slug] == lexicon.code:
                    known[slug] += weight * rare
        total = max([sum(map(self._weight, keys)), *known.values()])
        return ((slug, each / total) for slug, each in known.items())

    def _weight(self, key: str) -> float:
        return math.log(1 + self._size / max(len(self._articles.get(key, ())), 1))


def _texts(part: Knowledge) -> list[str]:
    sentences = [sentence.text for sentence in part.article.sentences]
    asked = [text for e in part.entries for text in (e.question, e.answer, *e.phrasings)]
    return [*sentences, *asked]


def _keys(texts: Iterable[str], lexicon: Lexicon) -> set[str]:
    """The telling words of texts, synonyms as one."""
    found = {term.key for text in texts for term in lexicon.terms(words(text))}
    return found - lexicon.grammar - lexicon.language.question_words
