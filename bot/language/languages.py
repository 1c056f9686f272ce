"""Languages that an article may be written in, and guessing which one it is."""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib import resources
from typing import Any

from bot.language.text import ABBREVIATIONS, stem, words

ENGLISH = "en"
"""The language of a text that tells none."""

_SCRIPTS = {
    "ja": "[\\u3040-\\u30ff]",
    "ko": "[\\uac00-\\ud7af]",
    "zh": "[\\u4e00-\\u9fff]",
    "th": "[\\u0e00-\\u0e7f]",
    "el": "[\\u0370-\\u03ff]",
    "ar": "[\\u0600-\\u06ff]",
    "he": "[\\u0590-\\u05ff]",
    "hi": "[\\u0900-\\u097f]",
}
_STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "el": "greek",
    "et": "estonian",
    "eu": "basque",
    "ga": "irish",
    "hi": "hindi",
    "hy": "armenian",
    "id": "indonesian",
    "lt": "lithuanian",
    "ne": "nepali",
    "sr": "serbian",
    "ta": "tamil",
    "yi": "yiddish",
}
"""Snowball's stemmers of the languages that nothing else is known of."""

_NONE: frozenset[str] = frozenset()
_ASKING = ("naming", "when", "which", "how", "ask")

_SCRIPT = 0.3
"""Share of a text's letters that makes a script its own; Japanese mixes two."""


@dataclass(frozen=True)
class Language:
    """How a language is read; `languages.toml` says what each set of words is for.

    `code` is that of `article.toml` ("de"), `stemmer` Snowball's name for it, "" if it has none.
    The sets from `question_words` to `times` hold stems, the others folded words.
    """

    code: str
    stemmer: str = ""
    grammar: frozenset[str] = frozenset()
    question_words: frozenset[str] = frozenset()
    naming: frozenset[str] = frozenset()
    when: frozenset[str] = frozenset()
    which: frozenset[str] = frozenset()
    how: frozenset[str] = frozenset()
    amount: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    abbreviations: frozenset[str] = ABBREVIATIONS
    ordinals: bool = False
    capital_nouns: bool = False

    def stem(self, word: str) -> str:
        """The stem of a folded word."""
        return stem(word, self.stemmer) if self.stemmer else word

    def is_small(self, word: str) -> bool:
        """Whether a folded word is one of grammar or a question word."""
        return word in self.grammar or self.asks(word)

    def asks(self, word: str) -> bool:
        """Whether a folded word is a question word."""
        # To stem every word in every language takes long, and leaves the first letter alone.
        return word[:1] in self._initials and self.stem(word) in self.question_words

    @cached_property
    def _initials(self) -> frozenset[str]:
        return frozenset(word[:1] for word in self.question_words)


@cache
def languages() -> Mapping[str, Language]:
    """The languages that something is known of, by code."""
    source = resources.files("bot.language").joinpath("languages.toml").read_text("utf-8")
    return {code: _language(code, table) for code, table in tomllib.loads(source).items()}


def language_of(code: str) -> Language:
    """The language of a code; of one that nothing is known of, the words as they are."""
    return languages().get(code) or Language(code, _STEMMERS.get(code, ""))


def _language(code: str, table: Mapping[str, Any]) -> Language:
    sets = {key: frozenset(text.split()) for key, text in table.items() if isinstance(text, str)}
    stemmer = table.get("stemmer", "")
    plain = {key: sets.get(key, _NONE) for key in ("grammar", "dates", "numbers")}
    asking = (*_ASKING, "amount", "times")
    stems = {key: _stems(sets.get(key, _NONE), stemmer) for key in asking}
    return Language(
        code,
        stemmer,
        **plain,
        **{key: value for key, value in stems.items() if key != "ask"},
        question_words=_NONE.union(*(stems[key] for key in _ASKING)),
        abbreviations=sets.get("abbreviations", ABBREVIATIONS),
        ordinals=table.get("ordinals", False),
        capital_nouns=table.get("capital_nouns", False),
    )


def _stems(written: Iterable[str], stemmer: str) -> frozenset[str]:
    every = (word for text in written for word in (text, _bare(text)))
    return frozenset(stem(word, stemmer) if stemmer else word for word in every)


def _bare(word: str) -> str:
    """A word as somebody types it who has no accents at hand."""
    letters = unicodedata.normalize("NFD", word)
    return "".join(c for c in letters if not unicodedata.combining(c))


def guess_language(text: str) -> str:
    """The code of the language that a text is written in, by its script or its small words."""
    if code := _by_script(text):
        return code
    counts = Counter(words(text))
    known = languages().values()
    best = max(known, key=lambda language: sum(counts[word] for word in language.grammar))
    return best.code if any(counts[word] for word in best.grammar) else ENGLISH


def _by_script(text: str) -> str:
    """The code of the language whose script a text is written in; "" if others share it."""
    if text.isascii():
        return ""
    letters = sum(map(str.isalpha, text)) or 1
    for code, script in _SCRIPTS.items():
        if len(re.findall(script, text)) > _SCRIPT * letters:
            return code
    return ""


def other_language(question: str, code: str) -> str:
    """The code of the language that a question is in, if that is surely not `code`; else "".

    At least two of its words, a quarter, are small ones of another language alone, twice as many as
    of its own; and it has a question word or three of them, for "Ursula von der Leyen" is a name.
    """
    own, asked = language_of(code), set(words(question))
    if not own.grammar or len(asked) < 2:
        return ""
    if script := _by_script(question):
        # Japanese may be written in Chinese characters alone.
        return "" if script == code or (script, code) == ("zh", "ja") else script
    # A single letter is of any language.
    small = {word: _small_in(word) for word in asked if len(word) > 1}
    others = (each for each in languages().values() if each is not own)
    best = max(others, key=lambda each: len(_only(each, own, small)))
    foreign = _only(best, own, small)
    least = max(2, 2 * len(_only(own, best, small)), len(asked) / 4)
    is_sure = len(foreign) > 2 or any(map(best.asks, asked))
    return best.code if len(foreign) >= least and is_sure else ""


def _only(one: Language, other: Language, small: Mapping[str, Collection[str]]) -> set[str]:
    """The words that are small in one language alone."""
    return {word for word, codes in small.items() if one.code in codes and other.code not in codes}


@lru_cache(maxsize=10_000)
def _small_in(word: str) -> frozenset[str]:
    """The codes of the languages that a word is small in: to stem it for each takes long."""
    return frozenset(code for code, each in languages().items() if each.is_small(word))
