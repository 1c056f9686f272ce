"""The pieces of a message between white space, with their words and the line ends before them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.language.lexicon import Phrase
from bot.language.markup import Line
from bot.language.phrases import chat_words
from bot.language.text import ABBREVIATIONS

Break = Literal["", "soft", "short", "hard"]
"""How a line ended before a token that begins one; "" for all others.

"hard": nothing runs on over the end; "soft": it may; "short": too soon for a screen to wrap it.
"""


@dataclass(frozen=True)
class Token:
    """A piece of a line between white space."""

    text: str
    words: Phrase
    breaks: Break


SHORT_LINE = 30
"""Characters of a line that nobody's screen has wrapped."""

_END = re.compile(r"[?!;:]+[\"')\]]*$|(?<!\.)\.[\"')\]]*$")
_INITIAL = re.compile(r"(?:^|[^\w])\w\.[\"')\]]*$")


def tokens_of(lines: Sequence[Line]) -> tuple[Token, ...]:
    """The tokens of some lines."""
    tokens: list[Token] = []
    above = 0
    for line in lines:
        breaks: Break = "hard" if line.begins else "short" if above < SHORT_LINE else "soft"
        for text in line.text.split():
            tokens.append(Token(text, chat_words(text), breaks))
            breaks = ""
        above = len(line.text)
    return tuple(tokens)


def words_of(tokens: Sequence[Token]) -> Phrase:
    """The words of tokens, as phrases are compared."""
    return tuple(word for token in tokens for word in token.words)


def ends_clause(token: Token) -> bool:
    """Whether the punctuation of a token ends a clause; that of "U.S." and "Mr." doesn't."""
    end = _END.search(token.text)
    if not end or end[0][0] != ".":
        return end is not None
    return not _INITIAL.search(token.text) and " ".join(token.words) not in ABBREVIATIONS
