"""Phrases of chat from the files beside this one: what people open and fill a message with."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib import resources
from itertools import product

from bot.language.function_words import AUXILIARIES, WH
from bot.language.lexicon import Phrase
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
    return tuple(_openers().mend(word) for word in words(_SPELT_OUT.get(plain, token)))


@cache
def _openers() -> Speller:
    return Speller(dict.fromkeys(WH | AUXILIARIES, 1))


def _expanded(phrase: str) -> Iterator[Phrase]:
    """Every phrase that a pattern stands for: "{hi|hello} {there|}" stands for four."""
    parts = _CHOICE.split(phrase)
    choices = [part.split("|") if n % 2 else [part] for n, part in enumerate(parts)]
    for chosen in product(*choices):
        yield tuple(word for token in "".join(chosen).split() for word in chat_words(token))


@cache
def phrase_lists(file: str) -> Mapping[str, frozenset[Phrase]]:
    """The lists of phrases of a TOML file beside this module, by their names."""
    lists = tomllib.loads(resources.files("bot.language").joinpath(file).read_text("utf-8"))
    return {
        name: frozenset(phrase for pattern in patterns for phrase in _expanded(pattern))
        for name, patterns in lists.items()
    }
