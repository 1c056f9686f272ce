"""Phrases of chat from the files beside this one: what people open and fill a message with."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from bot.language.function_words import AUXILIARIES, WH
from bot.language.lexicon import Phrase, Phrases
from bot.language.spelling import Speller
from bot.language.text import fold, words

_LONGEST_TOKEN = 64
"""Characters of a piece that can be words of a phrase."""

_CHOICE = re.compile(r"\{([^{}]*)\}")

# How a word is spelt in chat, and the words that it stands for.
_SPELT_OUT = {
    "im": "i am",
    "ive": "i have",
    "dont": "do not",
    "didnt": "did not",
    "doesnt": "does not",
    "cant": "can not",
    "couldnt": "could not",
    "isnt": "is not",
    "u": "you",
    "ya": "you",
    "yall": "you all",
    "ur": "your",
    "r": "are",
    "pls": "please",
    "plz": "please",
    "thx": "thanks",
    "ty": "thanks",
    "wanna": "want to",
    "let's": "let us",
}
_SPELT_OUT |= {
    f"{word}{ending}": f"{word} is"
    for word in ("what", "who", "where", "when", "how", "that", "there", "here")
    for ending in ("'s", "s")
}
_SPELT_OUT |= {f"{word}'s": f"{word} is" for word in ("it", "he", "she", "this", "why")}


def chat_words(token: str) -> Phrase:
    """The words of a piece between white space ("im" is "i am"), as phrases are compared."""
    return _chat_words(token[:_LONGEST_TOKEN])


@lru_cache(maxsize=10_000)
def _chat_words(token: str) -> Phrase:
    plain = fold(token).strip(".,!?;:\"'()[]")
    return tuple(_openers().correct(word) for word in words(_SPELT_OUT.get(plain, token)))


@cache
def _openers() -> Speller:
    return Speller(dict.fromkeys(WH | AUXILIARIES, 1))


Choices = tuple[Mapping[str, Sequence[Phrase]], ...]
"""One part of a pattern after the other, each with what may stand there by its first word.

What may be missing stands under "".
"""


@dataclass(frozen=True)
class Patterns(Phrases):
    """Phrases by the patterns that stand for them: "{hi|hello} {there|}" stands for four.

    They are not written out, for there are tens of thousands. Each pattern has a key, and stands
    under every word that it may start with; of two for the same phrase the last one counts.
    """

    by_first: Mapping[str, Sequence[tuple[str, Choices]]]

    def starting(self, text: Sequence[str], at: int) -> list[tuple[int, str]]:
        listed = self.by_first.get(text[at])
        if not listed:
            return []
        padded = (*text, "")
        found = {
            end: key for key, choices in listed for end in _ends(choices, padded, at) if end > at
        }
        return sorted(found.items(), reverse=True)


def _ends(choices: Choices, text: Phrase, at: int) -> set[int]:
    """Where what a pattern stands for may end in a text, if it starts at a place.

    Behind the text stands "".
    """
    places = {at}
    for choice in choices:
        places = {
            place + len(words)
            for place in places
            for words in (*choice.get("", ()), *choice.get(text[place], ()))
            if text[place : place + len(words)] == words
        }
        if not places:
            break
    return places


@cache
def pattern_lists(file: str) -> Mapping[str, Sequence[str]]:
    """The lists of patterns of a TOML file beside this module, by their names."""
    lists: dict[str, list[str]] = tomllib.loads(
        resources.files("bot.language").joinpath(file).read_text("utf-8")
    )
    return lists


def patterns(keyed: Iterable[tuple[str, str]]) -> Patterns:
    """Make a table of patterns, each behind its key."""
    by_first: defaultdict[str, list[tuple[str, Choices]]] = defaultdict(list)
    for key, pattern in keyed:
        choices = _choices(pattern)
        for word in _first_words(choices):
            by_first[word].append((key, choices))
    return Patterns(by_first)


def _choices(pattern: str) -> Choices:
    parts = _CHOICE.split(pattern)
    return tuple(
        _by_first_word(part.split("|") if n % 2 else [part])
        for n, part in enumerate(parts)
        if part.strip()
    )


def _by_first_word(texts: Iterable[str]) -> Mapping[str, Sequence[Phrase]]:
    choice: defaultdict[str, list[Phrase]] = defaultdict(list)
    for phrase in map(_phrase, texts):
        choice["".join(phrase[:1])].append(phrase)
    return choice


def _phrase(text: str) -> Phrase:
    return tuple(word for token in text.split() for word in chat_words(token))


def _first_words(choices: Choices) -> set[str]:
    found: set[str] = set()
    for choice in choices:
        found.update(choice)
        if "" not in choice:
            break
    return found - {""}
