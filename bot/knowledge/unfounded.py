"""Names and numbers of an answer that are in none of its quotations.

The rest of an answer is an editor's wording of the sentences; a name or number that they don't
have would be a claim of the bot's own.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from bot.knowledge.article import split_sentences
from bot.language.languages import ENGLISH, language_of
from bot.language.lexicon import Lexicon
from bot.language.text import stem, words

_WRITTEN = re.compile(r"(?:[^\W\d_]\.){2,}|\w+(?:[.,'’]\w+)*|%")

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_VALUES = {word: Decimal(n) for n, word in enumerate(_SMALL)}
_VALUES |= {word: Decimal(20 + 10 * n) for n, word in enumerate(_TENS)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}

_ROUGH = frozenset(stem(word) for word in (*_SCALES, "dozen", "half"))
"""Stems of words that are a number by themselves ("millions more")."""

_PRONOUN = "one"
"""A number that mostly counts nothing ("the one quoted")."""

_MONTH = "may"
"""The one word of grammar that with a capital is more than the start of a clause."""


class _Word(NamedTuple):
    """A folded word, as it was written, and whether it starts a sentence."""

    text: str
    stem: str
    written: str
    first: bool

    @property
    def capital(self) -> bool:
        return any(map(str.isupper, self.written))

    @property
    def name(self) -> bool:
        """Whether it has a capital that no start of a sentence accounts for."""
        return any(map(str.isupper, self.written[self.first :]))


def capitalised(texts: Iterable[str]) -> frozenset[str]:
    """The folded words that `texts` write as a name, and never without a capital."""
    found = [word for text in texts for word in _read(text)]
    names = {word.text for word in found if word.name}
    return frozenset(names.difference(word.text for word in found if not word.capital))


def unfounded(
    answer: str, sources: Iterable[str], lexicon: Lexicon, names: Collection[str]
) -> tuple[str, ...]:
    """The names and numbers of an answer, as written, that none of its sources holds.

    A name is a word with a capital that starts no sentence, or one of `names` with a capital, or a
    proper name of the lexicon. Another name for the same thing will do, and 70 for seventy. In a
    language whose every noun has a capital, only a proper name of the lexicon is one.
    """
    said = _read(answer, lexicon.code)
    read = [_read(source, lexicon.code) for source in sources]
    numbers = _numbers(said)
    known = {value for text in read for value in _numbers(text).values()}
    held = _held(said, read, lexicon)
    lacking = [
        word.written
        for n, word in enumerate(said)
        if (
            numbers[n] not in known and word.text != _PRONOUN
            if n in numbers
            else n not in held and _tells(word, lexicon, names)
        )
    ]
    return tuple(dict.fromkeys(lacking))


def _tells(word: _Word, lexicon: Lexicon, names: Collection[str]) -> bool:
    """Whether a word is a name or a rough number, which needs a source."""
    if word.stem in lexicon.grammar and not (word.name and word.text == _MONTH):
        return False
    is_name = word.name or (word.capital and word.text in names)
    named = (is_name and not lexicon.language.capital_nouns) or word.text in lexicon.proper
    return named or word.stem in _ROUGH


@lru_cache(maxsize=1000)
def _read(text: str, code: str = ENGLISH) -> tuple[_Word, ...]:
    language = language_of(code)
    return tuple(
        _Word(word, language.stem(word), written, n == 0)
        for sentence in split_sentences(unicodedata.normalize("NFKC", text), code)
        for n, written in enumerate(_WRITTEN.findall(sentence))
        for word in words(written)
    )


def _held(said: Sequence[_Word], sources: Iterable[Sequence[_Word]], lexicon: Lexicon) -> set[int]:
    """The places in `said` whose word a source holds, or another name for it."""
    stems: set[str] = set()
    keys: set[str] = set()
    for source in sources:
        text = [word.stem for word in source]
        stems.update(text)
        keys.update(key for _, _, key in lexicon.names.everywhere(text))
    text = [word.stem for word in said]
    renamed = (
        range(start, end) for start, end, key in lexicon.names.everywhere(text) if key in keys
    )
    return {n for n, word in enumerate(text) if word in stems}.union(*renamed)


def _numbers(text: Sequence[_Word]) -> dict[int, Decimal]:
    """The places of the words that are or belong to a number, each with its value."""
    found: dict[int, Decimal] = {}
    at = 0
    while at < len(text):
        end, value = _number([word.text for word in text[at : at + 4]])
        found.update(dict.fromkeys(range(at, at + end), value))
        at += max(end, 1)
    return found


def _number(text: Sequence[str]) -> tuple[int, Decimal]:
    """How many words the number has that a text starts with (0: it starts with none), its value."""
    first, *others = text
    if first[0].isdecimal():
        # A date or a version has more than one point; what counts is that it is the same one.
        value = Decimal(first if first.count(".") < 2 else first.replace(".", ""))
    elif first in _VALUES:
        value = _VALUES[first]
    else:
        return 0, Decimal(0)
    length = 1
    if first in _TENS and others and others[0] in _SMALL[1:10]:
        value += _VALUES[others[0]]
        length = 2
    for word in text[length:]:
        if word not in _SCALES:
            break
        value *= _SCALES[word]
        length += 1
    return length, value
