"""Words of a text with their places, folded so that different spellings compare equal."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.language.text import fold_punctuation, legible

ELLIPSIS = re.compile(r"[\[(]?(?:…|\.(?:\s?\.){2,})[\])]?")

# An abbreviation, a number with its sign, currency and unit, a sign that stands for a word, a
# word, dashes, any other mark.
_WORD = re.compile(
    r"(?<!\w)(?:[^\W\d_]\.)+[^\W\d_]\b\.?"
    r"|(?<!\w)[-+]?[$€£]?\d+(?:[.,:/]\d+)*[^\W_]*%?"
    r"|[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
    r"|(?:(?![\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])[^\W_])+(?:'[^\W_]+)*"
    r"|-+"
    r"|[^\w\s]"
)
_MARKUP = str.maketrans(dict.fromkeys("*~|>\\`", " "))
_MEANINGFUL = "%$€£"
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_ACCENT = re.compile("[\u0300-\u036f]")
# With a stroke or without a dot, which Unicode takes apart no further.
_STROKES = str.maketrans("ıłŁøØđĐ", "ilLoOdD")
_STYLED = re.compile(
    r"(?:LATIN LETTER SMALL|NEGATIVE (?:CIRCLED|SQUARED) LATIN) CAPITAL (?:LETTER )?([A-Z])"
)


class Word(NamedTuple):
    """A word, number or mark at `text[start:end]`, and the key that it is compared by.

    `written` is the key before its capitals and inner marks went.
    """

    key: str
    written: str
    start: int
    end: int

    @property
    def tells(self) -> bool:
        """Whether it is a word or number, and not a mark."""
        return any(map(str.isalnum, self.key))


def read_words(text: str) -> tuple[Word, ...]:
    """The words and marks of a text in order, without ellipses, markup and symbols."""
    plain = ELLIPSIS.sub(lambda found: " " * len(found.group()), text)
    folded, places = _folded(fold_punctuation(plain.translate(_MARKUP)))
    return tuple(
        Word(_key(found.group()), found.group(), places[found.start()], _end(places, found.end()))
        for found in _WORD.finditer(folded)
        if _counts(found.group())
    )


def _folded(text: str) -> tuple[str, list[int]]:
    """The text in plain letters, and for each of them, and the end, its place in `text`."""
    letters = [(letter, place) for place, c in enumerate(text) for letter in _meant(c)]
    return "".join(letter for letter, _ in letters), [*(place for _, place in letters), len(text)]


def _end(places: Sequence[int], end: int) -> int:
    """Where the letters before `end` end in the text, with the accents that follow the last."""
    return max(places[end - 1] + 1, places[end])


@lru_cache(maxsize=10_000)
def _meant(character: str) -> str:
    """The plain letters that a character stands for, in its case; "" if nobody sees it."""
    if character.isascii():
        return character
    styled = _STYLED.fullmatch(unicodedata.name(character, ""))
    apart = unicodedata.normalize("NFKD", styled[1] if styled else legible(character))
    return unicodedata.normalize("NFC", _ACCENT.sub("", apart)).translate(_STROKES)


def _counts(written: str) -> bool:
    """Whether it says or marks something, and is no emoji or the like."""
    kind = unicodedata.category(written) if len(written) == 1 else "L"
    return kind[0] in "LNP" or kind == "Sc"


def _key(written: str) -> str:
    if written == "'":
        # A quotation within another one is marked as its neighbours demand.
        return '"'
    if written.startswith("--"):
        return "-"
    if written[0].isalpha():
        return written.replace(".", "").casefold()
    return _THOUSANDS.sub("", written).casefold()


def accents(text: str) -> str:
    """The accents of a text, in order."""
    return "".join(_ACCENT.findall(unicodedata.normalize("NFKD", text)))


def trimmed(words: Sequence[Word]) -> Sequence[Word]:
    """The words without the marks that they begin and end with."""
    telling = [n for n, word in enumerate(words) if word.tells or word.key in _MEANINGFUL]
    return words[telling[0] : telling[-1] + 1] if telling else ()
