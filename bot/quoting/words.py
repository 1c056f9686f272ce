"""Words of a text with their places, comparable whatever their quotation marks and dashes look."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.language.text import fold_punctuation

ELLIPSIS = re.compile(r"[\[(]?(?:…|\.(?:\s?\.){2,})[\])]?")

# An abbreviation, a number with its sign, currency and unit, a word, dashes, any other mark.
_WORD = re.compile(
    r"(?<!\w)(?:[^\W\d_]\.)+[^\W\d_]\b\.?"
    r"|(?<!\w)[-+]?[$€£]?\d+(?:[.,:/]\d+)*[^\W_]*%?"
    r"|[^\W_]+(?:'[^\W_]+)*"
    r"|-+"
    r"|[^\w\s]"
)
_MARKUP = str.maketrans(dict.fromkeys("*~|>\\`", " "))
_MEANINGFUL = "%$€£"


class Word(NamedTuple):
    """A word, number or mark at `text[start:end]`, and the key that it is compared by."""

    key: str
    start: int
    end: int

    @property
    def tells(self) -> bool:
        """Whether it is a word or number, and not a mark."""
        return any(map(str.isalnum, self.key))


def read_words(text: str) -> tuple[Word, ...]:
    """The words and marks of a text in order, without ellipses, markup and the invisible."""
    plain = ELLIPSIS.sub(lambda found: " " * len(found.group()), text)
    plain = fold_punctuation(plain.translate(_MARKUP))
    return tuple(
        Word(_key(found.group()), *found.span())
        for found in _WORD.finditer(plain)
        if found.group().isprintable()
    )


def _key(written: str) -> str:
    if written == "'":
        # A quotation within another one is marked as its neighbours demand.
        return '"'
    if written.startswith("--"):
        return "-"
    return written.rstrip(".") if len(written) > 1 else written


def trimmed(words: Sequence[Word]) -> Sequence[Word]:
    """The words without the marks that they begin and end with."""
    told = [n for n, word in enumerate(words) if word.tells or word.key in _MEANINGFUL]
    return words[told[0] : told[-1] + 1] if told else ()
