"""What an article is answered from besides its knowledge: plain values that take long to work out.

They are a function of the knowledge and the encoder alone, so that they can be cached as long as
those are the same.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from bot.knowledge.loading import Knowledge
from bot.knowledge.unfounded import capitalised
from bot.language.lexicon import Name
from bot.language.text import words
from bot.routing.articles import Telling, telling_of
from bot.routing.encoder import Encoder
from bot.routing.entry_words import EntryWords, asked_by, said_by
from bot.routing.general import as_written
from bot.routing.kernel import Kernel
from bot.routing.phrasings import Phrasings
from bot.routing.sentences import SentenceRanker


@dataclass(frozen=True)
class Built:
    """The phrasings of an article's entries, the kernel that tells them apart, the sentences.

    `words` says which words each entry has, `counts` how often each word is in the knowledge.
    `subjects` are the keys of what the article is about, `names` its names that have a kind, as
    they are in a sentence, `telling` the words to find the article by.
    """

    phrasings: Phrasings
    kernel: Kernel
    sentences: SentenceRanker
    words: EntryWords
    counts: Mapping[str, int]
    subjects: frozenset[str]
    names: Mapping[str, Name]
    telling: Telling


@dataclass(frozen=True)
class Cached:
    """What was built and is in a cache: the words to find the article by, and how to load the rest.

    `load` gives None if it is no longer there.
    """

    telling: Telling
    load: Callable[[], Built | None]


def build(knowledge: Knowledge, encoder: Encoder | None = None) -> Built:
    """Work out what an article is answered from."""
    lexicon = knowledge.lexicon
    asked = [(n, text) for n, entry in enumerate(knowledge.entries) for text in asked_by(entry)]
    phrasings = Phrasings.of(
        [lexicon.terms(words(text)) for _, text in asked],
        np.array([owner for owner, _ in asked], np.int64),
        lexicon.grammar,
        encoder,
    )
    texts = [t for entry in knowledge.entries for t in (*asked_by(entry), *said_by(entry))]
    texts += [sentence.text for sentence in knowledge.article.sentences]
    texts += knowledge.meant.values()
    return Built(
        phrasings,
        phrasings.kernel(),
        SentenceRanker.of(knowledge.article.sentences, lexicon, knowledge.meant),
        EntryWords.of(knowledge, phrasings),
        Counter(word for text in texts for word in words(text)),
        _subjects(knowledge),
        as_written(lexicon.named, knowledge.article.source),
        telling_of(knowledge),
    )


def _subjects(knowledge: Knowledge) -> frozenset[str]:
    # A headline has capitals even if nothing is named.
    names = capitalised(sentence.text for sentence in knowledge.article.sentences[1:])
    terms = (term for name in names for term in knowledge.lexicon.terms([name]))
    return knowledge.lexicon.subjects | {term.key for term in terms}
