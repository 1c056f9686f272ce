"""Cutting a message into clauses, though people leave out the marks between them. English."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from bot.language.acts import Act, act_of, chats, is_plea, openings, opens, opens_later
from bot.language.function_words import (
    AUXILIARIES,
    CHAT_SUBJECTS,
    CLOSINGS,
    FINITE,
    GOVERNING,
    INTERJECTIONS,
    JOINERS,
    KNOWING,
    LIKING,
    PREPOSITIONS,
    PRONOUNS,
    SENTENCE_STARTS,
    WH,
)
from bot.language.lexicon import Phrase
from bot.language.small_talk import SmallTalk, small_talk_in
from bot.language.tokens import Break, Token, ends_clause, words_of


@dataclass(frozen=True)
class Clause:
    """Neighbouring tokens, and what they do together."""

    tokens: tuple[Token, ...]
    act: Act

    @property
    def text(self) -> str:
        """The clause as it was written."""
        return " ".join(token.text for token in self.tokens)

    @cached_property
    def words(self) -> Phrase:
        """Its words, as phrases are compared."""
        return words_of(self.tokens)

    @cached_property
    def small_talk(self) -> tuple[SmallTalk, ...]:
        """The small talk that it is."""
        return small_talk_in(self.words)


_ONESELF = frozenset(("i", "my", "me"))

_LONGEST = 8
"""Words of the longest phrase that tells a remark."""


def clauses(tokens: Sequence[Token]) -> tuple[Clause, ...]:
    """The clauses that tokens make, in order. Takes time in proportion to their number."""
    starts = [0, *_boundaries(tokens), len(tokens)]
    pieces = (_trimmed(tokens[start:end]) for start, end in pairwise(starts))
    return tuple(
        clause for piece in pieces if words_of(piece) for clause in _cut_behind_chat(piece)
    )


def _boundaries(tokens: Sequence[Token]) -> Iterator[int]:
    """The places of the tokens that begin a clause, but for the first."""
    owners = [at for at, token in enumerate(tokens) for _ in token.words]
    words = words_of(tokens)
    firsts = {owner: n for n, owner in reversed(list(enumerate(owners)))}
    asides = _asides(words)
    asked = _opens_soon(words, 0)
    for at, (before, token) in enumerate(pairwise(tokens), start=1):
        first = firsts.get(at, firsts.get(at + 1, len(words)))
        asked = asked or not WH.isdisjoint(before.words)
        if (
            token.breaks == "hard"
            or ends_clause(before)
            or firsts.get(at) in asides
            or _is_capital_start(before, token, tokens[at + 1 : at + _LONGEST])
            or _may_stand_alone(words, first, token.breaks, asked=asked)
            or (asked and _is_joiner(token) and _may_ask(words, first + bool(token.words)))
        ):
            asked = _opens_soon(words, first)
            yield at


def _opens_soon(words: Phrase, at: int) -> bool:
    """Whether a question opens among the first words of a clause."""
    return any(opens(words[n : n + 2]) for n in range(at, at + 4))


def _asides(words: Phrase) -> set[int]:
    """Where the writer begins to speak of themselves, with or without a full stop before it."""
    places = {start for start, _, _ in openings("courtesies").everywhere(words)}
    for start, _, _ in openings("run_ons").everywhere(words):
        first = start
        while first and words[first - 1] in INTERJECTIONS:
            first -= 1
        before = words[first - 1 : first]
        inverted = before and before[0] in AUXILIARIES and words[start + 1] not in FINITE
        if first < start or (before and before[0] not in GOVERNING and not inverted):
            places.add(first)
    return places


def _may_stand_alone(words: Phrase, at: int, breaks: Break, *, asked: bool) -> bool:
    """Whether what begins a line is no continuation of a question or remark above it."""
    begun = words[at : at + 1]
    if not breaks or not begun or begun[0] in CLOSINGS:
        return bool(breaks and begun)
    if breaks != "short" or (at and words[at - 1] in GOVERNING):
        return False
    return begun[0] in _ONESELF or (opens_later(words, at) and (begun[0] in WH or not asked))


def _is_capital_start(before: Token, token: Token, after: Sequence[Token]) -> bool:
    """Whether a sentence begins with a capital that no name has, and no full stop before it."""
    if not (token.text[0].isupper() and token.words and after) or token.words[0] == "i":
        return False
    if before.text[0].isupper() or before.text[-1] in ",-&":
        return False
    if token.words[0] in SENTENCE_STARTS:
        return after[0].text[0].islower()
    return chats(token.words + words_of(after))


def _is_joiner(token: Token) -> bool:
    return token.text.lower() in JOINERS


def _trimmed(piece: Sequence[Token]) -> Sequence[Token]:
    """A piece without the joining words that it begins with."""
    start = 0
    while start < len(piece) and (not piece[start].words or piece[start].words == ("and",)):
        start += 1
    return piece[start:]


def _cut_behind_chat(piece: Sequence[Token]) -> Iterator[Clause]:
    """A clause, or two if a question follows a remark without a full stop between."""
    act = act_of(piece)
    owners = [at for at, token in enumerate(piece) for _ in token.words]
    words = words_of(piece)
    cut = owners[_question_in(words)] if act is Act.CHATS else 0
    if cut:
        yield Clause(tuple(piece[:cut]), act)
        yield Clause(tuple(piece[cut:]), Act.ASKS)
    else:
        yield Clause(tuple(piece), act)


def _question_in(words: Phrase) -> int:
    """Where a question begins inside a remark, else 0."""
    places = range(1, len(words))
    at = next((n for n in places if _asks_after_remark(words, n)), 0)
    if not at or is_plea(words[at:]):
        return 0
    return at - (words[at - 1] in PREPOSITIONS)


def _asks_after_remark(words: Phrase, at: int) -> bool:
    if words[at] not in WH:
        return opens_later(words, at) and words[at - 1] not in PRONOUNS
    if words[at - 1] in LIKING | {"me", "us"}:
        return False
    if not AUXILIARIES.isdisjoint(words[at + 1 : at + 5]):
        return True
    alone = words[at - 1] not in GOVERNING | KNOWING | PREPOSITIONS
    return alone and len(words) > at + 3 and words[at + 1] not in CHAT_SUBJECTS


def _may_ask(words: Phrase, at: int) -> bool:
    """Whether a question may begin at a word, if a joining word stands before it."""
    words = words[at : at + 4]
    while words and words[0] in {"also", "then", *PREPOSITIONS}:
        words = words[1:]
    return not WH.isdisjoint(words[:1]) or (len(words) > 1 and words[0] in AUXILIARIES)
