"""The curated words: names for the same thing, general synonyms, words that say nothing.

A lexicon is read from Markdown lists, so that a moderator can edit it on a phone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.language.text import stem, words

Phrase = tuple[str, ...]


class Term(NamedTuple):
    """A word or phrase of an utterance: as it was written, and the key it is compared by."""

    written: str
    key: str


@dataclass(frozen=True)
class Lexicon:
    """What the curators said about words.

    `names` gives a name or synonym the key that its group shares; `fillers` are phrases that say
    nothing in a question, `to_bot` ones that only somebody says who wants an opinion or a favour
    of the bot itself; `subjects` are the keys of names that an article is about; `proper` are
    names of one word that is always written with a capital; `grammar` holds the stems of words
    that tell too little to count (articles, auxiliaries), `vocabulary` every word of them all.
    """

    names: "PhraseTable"
    fillers: "PhraseTable"
    to_bot: "PhraseTable"
    subjects: frozenset[str]
    proper: frozenset[str]
    grammar: frozenset[str]
    vocabulary: frozenset[str]

    @classmethod
    def build(
        cls,
        groups: Mapping[str, Sequence[str]],
        fillers: Sequence[str],
        grammar: Sequence[str],
        to_bot: Sequence[str] = (),
        subjects: Collection[str] = (),
    ) -> "Lexicon":
        """Make a lexicon from groups (a name and its other names) and lists of phrases.

        `subjects` are the groups that name what an article is about.
        """
        names = [(other, name) for name, others in groups.items() for other in (name, *others)]
        texts = (*(other for other, _ in names), *fillers, *to_bot, *grammar)
        return cls(
            names=PhraseTable({phrase_stems(other): stem_key(name) for other, name in names}),
            fillers=PhraseTable({tuple(words(filler)): "" for filler in fillers}),
            to_bot=PhraseTable({tuple(words(phrase)): "" for phrase in to_bot}),
            subjects=frozenset(stem_key(name) for name in subjects),
            proper=_proper(other for other, _ in names),
            grammar=frozenset(stem(word) for item in grammar for word in words(item)),
            vocabulary=frozenset(word for text in texts for word in words(text)),
        )

    def terms(self, utterance_words: Sequence[str]) -> tuple[Term, ...]:
        """Read words as terms: fillers dropped, the longest known phrase taken first."""
        told = [
            word
            for start, end, key in self.fillers.cut(utterance_words)
            if key is None
            for word in utterance_words[start:end]
        ]
        stems = [stem(word) for word in told]
        return tuple(
            Term(" ".join(told[start:end]), stems[start] if key is None else key)
            for start, end, key in self.names.cut(stems)
        )

    def is_to_bot(self, utterance_words: Sequence[str]) -> bool:
        """Whether words ask the bot itself for something, whatever else they hold."""
        return any(self.to_bot.everywhere(utterance_words))


class PhraseTable:
    """Phrases, each with a key, found in a text from left to right, the longest first."""

    def __init__(self, keys: Mapping[Phrase, str]) -> None:
        self._keys = {phrase: key for phrase, key in keys.items() if phrase}
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for phrase in self._keys:
            lengths[phrase[0]].add(len(phrase))
        self._lengths = {first: sorted(ls, reverse=True) for first, ls in lengths.items()}

    def cut(self, text: Sequence[str]) -> Iterator[tuple[int, int, str | None]]:
        """Cut a text into its phrases and the single words between them.

        Yields where each starts and ends, and its key, or None for a word that starts no phrase.
        """
        at = 0
        while at < len(text):
            end, key = next(self._starting(text, at), (at + 1, None))
            yield at, end, key
            at = end

    def everywhere(self, text: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """Every phrase in a text, those within others too: where it starts and ends, its key."""
        for at in range(len(text)):
            for end, key in self._starting(text, at):
                yield at, end, key

    def _starting(self, text: Sequence[str], at: int) -> Iterator[tuple[int, str]]:
        for length in self._lengths.get(text[at], ()):
            phrase = tuple(text[at : at + length])
            if phrase in self._keys:
                yield at + len(phrase), self._keys[phrase]


def _proper(names: Iterable[str]) -> frozenset[str]:
    single = [(name, told[0]) for name in names if len(told := words(name)) == 1]
    small = {word for name, word in single if name.islower()}
    return frozenset(word for _, word in single if word not in small)


def phrase_stems(phrase: str) -> Phrase:
    """The stems of the words of `phrase`, by which it is looked up."""
    return tuple(stem(word) for word in words(phrase))


def stem_key(name: str) -> str:
    """The key of a group: its name's stems joined, so that it reads in `--why`."""
    return "_".join(phrase_stems(name))
