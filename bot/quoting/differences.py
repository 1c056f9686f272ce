"""How two texts of the same words are spelt differently: capitals, accents, punctuation."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from bot.quoting.compare import Text
from bot.quoting.words import accents

Kind = Literal["words", "capitals", "accents", "punctuation"]


@dataclass(frozen=True)
class Difference:
    """What the article has and what the quotation has in its place; either may be ""."""

    kind: Kind
    article: str
    quotation: str


def spelling_differences(article: Text, quotation: Text) -> Iterator[Difference]:
    """Where texts differ that have the same words; how quotation marks look is no difference."""
    for old, new in zip(_parts(article), _parts(quotation), strict=True):
        before, after = old.line, new.line
        if _letters(old) != _letters(new):
            yield Difference("capitals", before, after)
        if accents(before) != accents(after):
            yield Difference("accents", before, after)
        if _marks(old) != _marks(new):
            yield Difference("punctuation", before, after)


def _parts(text: Text) -> Iterator[Text]:
    """The marks before the first word, the word, the marks before the next, and so on."""
    edges = [0, *(edge for n in text.telling for edge in (n, n + 1)), len(text.words)]
    return (text.part(start, end) for start, end in pairwise(edges))


def _letters(text: Text) -> str:
    return "".join(filter(str.isalnum, "".join(word.written for word in text.words)))


def _marks(text: Text) -> str:
    written = (word.written if word.tells else word.key for word in text.words)
    return "".join(c for word in written for c in word if not c.isalnum())
