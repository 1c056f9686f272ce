"""The listed words: names for the same thing, general synonyms, words that say nothing.

A lexicon is read from Markdown lists, so that an editor can change it on a phone.
"""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import NamedTuple

from bot.language.languages import ENGLISH, Language, language_of
from bot.language.text import words

Phrase = tuple[str, ...]


class Term(NamedTuple):
    """A word or phrase of an utterance: as it was written, and the key it is compared by."""

    written: str
    key: str


class Name(NamedTuple):
    """A name that an article is about: as its editor writes it, and the kind of thing it is."""

    written: str
    kind: str


@dataclass(frozen=True)
class Lexicon:
    """The words to read by: the general ones, and with them the names of one article.

    `names` gives a name or synonym the key that its group shares; `fillers` are phrases that say
    nothing in a question, `to_bot` ones that only somebody says who wants an opinion or a favor
    of the bot itself; `subjects` are the keys of the article's names and `named` the names that
    have a kind, by key; `proper` are names of one word that is always written with a capital;
    `grammar` holds the stems of words that tell too little to count (articles, auxiliaries),
    `vocabulary` every word of them all. `code` is that of the language they are of ("en").
    """

    names: "PhraseTable"
    fillers: "PhraseTable"
    to_bot: "PhraseTable"
    subjects: frozenset[str]
    named: Mapping[str, Name]
    proper: frozenset[str]
    grammar: frozenset[str]
    vocabulary: frozenset[str]
    code: str = ENGLISH

    @classmethod
    def build(
        cls,
        groups: Mapping[str, Sequence[str]],
        fillers: Sequence[str],
        grammar: Sequence[str],
        to_bot: Sequence[str] = (),
        code: str = ENGLISH,
    ) -> "Lexicon":
        """Make the general lexicon from groups (a word and its synonyms) and lists of phrases."""
        language = language_of(code)
        return cls(
            names=PhraseTable(_keys(groups, language)),
            fillers=PhraseTable({tuple(words(filler)): "" for filler in fillers}),
            to_bot=PhraseTable({tuple(words(phrase)): "" for phrase in to_bot}),
            subjects=frozenset(),
            named={},
            proper=_proper(_members(groups)),
            grammar=frozenset(language.stem(word) for item in grammar for word in words(item)),
            vocabulary=_words((*_members(groups), *fillers, *to_bot, *grammar)),
            code=code,
        )

    def of(self, code: str) -> "Lexicon":
        """The general words to read a language by: these, if they are of it."""
        return self if code == self.code else _general(code)

    @property
    def language(self) -> Language:
        """The language that these words are of."""
        return language_of(self.code)

    def with_names(
        self, groups: Mapping[str, Sequence[str]], kinds: Mapping[str, str]
    ) -> "Lexicon":
        """Return this lexicon with the names of one article, which win over synonyms."""
        own = Lexicon.build(groups, (), (), code=self.code)
        subjects = frozenset(stem_key(name, self.language) for name in groups)
        named = {stem_key(name, self.language): Name(name, kind) for name, kind in kinds.items()}
        return replace(own, subjects=subjects, named=named).above(self)

    def above(self, general: "Lexicon") -> "Lexicon":
        """Return the general words with these names on top of them."""
        general = general.of(self.code)
        return replace(
            general,
            names=PhraseTable(self.names.keys, beneath=general.names),
            subjects=self.subjects,
            named=self.named,
            proper=general.proper | self.proper,
            vocabulary=general.vocabulary | self.vocabulary,
        )

    def apart_from(self, general: "Lexicon") -> "Lexicon":
        """Return the names alone, of which `above` makes the same again."""
        general = general.of(self.code)
        nothing = PhraseTable({})
        return Lexicon(
            names=PhraseTable(self.names.keys),
            fillers=nothing,
            to_bot=nothing,
            subjects=self.subjects,
            named=self.named,
            proper=self.proper - general.proper,
            grammar=frozenset(),
            vocabulary=self.vocabulary - general.vocabulary,
            code=self.code,
        )

    @property
    def general(self) -> "Lexicon":
        """The words to read any article by: phrases that are names here are none there."""
        return replace(self, names=self.names.beneath or self.names)

    def terms(self, utterance_words: Sequence[str]) -> tuple[Term, ...]:
        """Read words as terms: fillers dropped, the longest known phrase taken first."""
        kept = [
            word
            for start, end, key in self.fillers.cut(utterance_words)
            if key is None
            for word in utterance_words[start:end]
        ]
        stems = list(map(self.language.stem, kept))
        return tuple(
            Term(" ".join(kept[start:end]), stems[start] if key is None else key)
            for start, end, key in self.names.cut(stems)
        )

    def is_to_bot(self, utterance_words: Sequence[str]) -> bool:
        """Whether words ask the bot itself for something, whatever else they hold."""
        return any(self.to_bot.everywhere(utterance_words))


def _members(groups: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for name, others in groups.items():
        yield name
        yield from others


def _keys(groups: Mapping[str, Sequence[str]], language: Language) -> dict[Phrase, str]:
    return {
        phrase_stems(other, language): stem_key(name, language)
        for name, others in groups.items()
        for other in (name, *others)
    }


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in words(text))


class Phrases(ABC):
    """Phrases, each with a key, found in a text from left to right, the longest first."""

    @abstractmethod
    def starting(self, text: Sequence[str], at: int) -> Iterable[tuple[int, str]]:
        """The phrases that start at a place: where each ends, and its key, the longest first."""

    def cut(self, text: Sequence[str]) -> Iterator[tuple[int, int, str | None]]:
        """Cut a text into its phrases and the single words between them.

        Yields where each starts and ends, and its key, or None for a word that starts no phrase.
        """
        at = 0
        while at < len(text):
            end, key = next(iter(self.starting(text, at)), (at + 1, None))
            yield at, end, key
            at = end

    def everywhere(self, text: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """Every phrase in a text, those within others too: where it starts and ends, its key."""
        for at in range(len(text)):
            for end, key in self.starting(text, at):
                yield at, end, key


@dataclass(frozen=True)
class PhraseTable(Phrases):
    """Phrases by their words.

    `beneath` is another table whose phrases count if this one has none as long. Its key that
    is a phrase of this table is read as that: a synonym of a name is the name.
    """

    keys: Mapping[Phrase, str]
    beneath: "PhraseTable | None" = None

    @cached_property
    def _renamed(self) -> Mapping[str, str]:
        return {"_".join(phrase): key for phrase, key in self.keys.items()}

    @cached_property
    def _lengths(self) -> Mapping[str, Sequence[int]]:
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for phrase in filter(None, self.keys):
            lengths[phrase[0]].add(len(phrase))
        return {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def starting(self, text: Sequence[str], at: int) -> Iterator[tuple[int, str]]:
        for length in self._lengths_of(text[at]):
            phrase = tuple(text[at : at + length])
            key = self._key(phrase)
            if key is not None:
                yield at + len(phrase), key

    def _lengths_of(self, first: str) -> Sequence[int]:
        own = self._lengths.get(first, ())
        others = self.beneath._lengths_of(first) if self.beneath else ()  # noqa: SLF001
        return sorted({*own, *others}, reverse=True) if own and others else own or others

    def _key(self, phrase: Phrase) -> str | None:
        own = self.keys.get(phrase)
        if own is not None or self.beneath is None:
            return own
        general = self.beneath._key(phrase)  # noqa: SLF001
        return None if general is None else self._renamed.get(general, general)


def _proper(names: Iterable[str]) -> frozenset[str]:
    single = [(name, written[0]) for name in names if len(written := words(name)) == 1]
    small = {word for name, word in single if name.islower()}
    return frozenset(word for _, word in single if word not in small)


def phrase_stems(phrase: str, language: Language | None = None) -> Phrase:
    """The stems of the words of `phrase`, by which it is looked up; English if nobody says."""
    stem = (language or language_of(ENGLISH)).stem
    return tuple(stem(word) for word in words(phrase))


def stem_key(name: str, language: Language | None = None) -> str:
    """The key of a group: its name's stems joined, so that it reads in `--why`."""
    return "_".join(phrase_stems(name, language))


@cache
def _general(code: str) -> Lexicon:
    """The general words of a language that has no list of synonyms."""
    return Lexicon.build({}, (), sorted(language_of(code).grammar), code=code)
