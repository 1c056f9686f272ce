"""Which articles a question is about, by the telling words and names that each of them has."""

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
    """The words to find an article by, read without its own synonyms for names."""
    general = part.lexicon.general
    telling, names = (frozenset(_keys(texts, general)) for texts in (_texts(part), part.names))
    return Telling(telling, names, general.code)


class ArticleIndex:
    """Finds the articles that know most of a question's telling words.

    A word weighs ln(1 + articles / articles that have it).
    """

    def __init__(self, articles: Mapping[str, Telling], lexicon: Lexicon) -> None:
        """Take the words of each article by its slug, and the general ones to read by."""
        self._lexicons = [lexicon.of(code) for code in sorted({t.code for t in articles.values()})]
        self._articles = articles
        self._having: dict[str, Mapping[str, float]] = {}

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
        having = [self._that_have(key) for key in sorted(_keys([question], lexicon))]
        known: defaultdict[str, float] = defaultdict(float)
        for articles in having:
            rare = self._weight(articles)
            for slug, weight in articles.items():
                if slug in slugs and self._articles[slug].code == lexicon.code:
                    known[slug] += weight * rare
        total = max([sum(map(self._weight, having)), *known.values()])
        return ((slug, each / total) for slug, each in known.items())

    def _that_have(self, key: str) -> Mapping[str, float]:
        """The articles that have a word, and how much it counts for each.

        Looked up on first use: postings of all words would delay every edit.
        """
        if found := self._having.get(key):
            return found
        found = {
            slug: _NAME if key in telling.names else 1.0
            for slug, telling in self._articles.items()
            if key in telling.words or key in telling.names
        }
        # Words of no article are not kept: there is no end of them.
        if found:
            self._having[key] = found
        return found

    def _weight(self, having: Some[str]) -> float:
        """How much a word tells, by the articles that have it."""
        return math.log(1 + len(self._articles) / max(len(having), 1))


def _texts(part: Knowledge) -> list[str]:
    sentences = [sentence.text for sentence in part.article.sentences]
    asked = [text for e in part.entries for text in (e.question, e.answer, *e.phrasings)]
    return [*sentences, *asked]


def _keys(texts: Iterable[str], lexicon: Lexicon) -> set[str]:
    """The telling words of texts, synonyms as one."""
    found = {term.key for text in texts for term in lexicon.terms(words(text))}
    return found - lexicon.grammar - lexicon.language.question_words
