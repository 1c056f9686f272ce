"""What a clause of a message does: ask, name, state, or chat.

People leave out question marks, capitals and full stops, so the opening words decide. English.
"""

import re
from collections.abc import Sequence
from enum import Enum, auto
from functools import cache
from itertools import pairwise, takewhile

from bot.language.function_words import (
    AUXILIARIES,
    CHAT_SUBJECTS,
    CLAIMING,
    EMPTY,
    HEARING,
    KNOWING,
    MEASURES,
    MYSELF,
    NO_SUBJECTS,
    OPENERS,
    PERSONS,
    POINTERS,
    PREPOSITIONS,
    RELATIVE,
    REPORTING,
    SAYING,
    SUBJECTS,
    TAGS,
    VERBS,
    WH,
)
from bot.language.lexicon import Phrase, Phrases
from bot.language.phrases import pattern_lists, patterns
from bot.language.tokens import Token, words_of


class Act(Enum):
    """What a clause does.

    ASKS: opens as a question or a request to know, or ends in a question mark. NAMES: has no
    subject and verb, as a search ("death toll aleppo") or an order. STATES: tells of somebody.
    CHATS: is about the writer or the chat ("This is for my homework", "thanks").
    """

    ASKS = auto()
    NAMES = auto()
    STATES = auto()
    CHATS = auto()


_QUESTIONED = re.compile(r"\?[\"')\]!.?]*$")


@cache
def openings(name: str) -> Phrases:
    """A list of `openings.toml`, to be found in a text."""
    return patterns((name, pattern) for pattern in pattern_lists("openings.toml")[name])


def act_of(piece: Sequence[Token]) -> Act:
    """What the tokens of a clause do together."""
    led = words_of(piece)
    words = led[next((n for n, word in enumerate(led) if word not in OPENERS), len(led)) :]
    if not words or any(map(is_plea, {words, led})):
        return Act.CHATS
    if _starts(openings("requests"), words) or _wants_to_know(words) or _is_questioned(piece):
        return Act.ASKS
    if _is_report(words):
        return Act.STATES
    if any(map(chats, {words, led})):
        return Act.CHATS
    if opens(words) or words[-1] in WH or _asks_inside(words) or _asks_behind_comma(piece):
        return Act.ASKS
    return Act.STATES if _states(words) else Act.NAMES


def _is_questioned(piece: Sequence[Token]) -> bool:
    return bool(_QUESTIONED.search(piece[-1].text))


def _starts(table: Phrases, words: Phrase) -> bool:
    return next(((key is not None) for _, _, key in table.cut(words)), False)


def is_plea(words: Phrase) -> bool:
    """Whether words are a plea or greeting from end to end: "can anyone help?"."""
    end = next((n for n in range(len(words), 0, -1) if words[n - 1] not in OPENERS), 0)
    table = openings("pleas")
    return any(
        all(key is not None for _, _, key in table.cut(part)) for part in {words, words[:end]}
    )


def chats(words: Phrase) -> bool:
    """Whether words open as a remark about the writer or the chat."""
    return _starts(openings("chats"), words)


def _wants_to_know(words: Phrase) -> bool:
    """Whether a question is packed into a sentence: "no idea who", "wondering if Russia"."""
    known = -9
    for n, (word, following) in enumerate(pairwise(words)):
        if word in KNOWING and (word not in CLAIMING or words[n - 1 : n] != ("i",)):
            known = n
            continue
        reach = 4 if word in WH else 2 if word in {"if", "whether"} else 0
        if n - known <= reach and following not in CHAT_SUBJECTS:
            return True
    return False


def _asks_inside(words: Phrase) -> bool:
    """Whether a question follows its topic: "of the dead how many were civilians"."""
    return any(
        word in {"what", "why", "how"} and opens_later(words, n) for n, word in enumerate(words)
    )


def _asks_behind_comma(piece: Sequence[Token]) -> bool:
    """Whether a question follows half a sentence and a comma: "in September, what happened".

    Not what says more of the thing before the comma: "the dam, which is old".
    """
    asking = WH if not PREPOSITIONS.isdisjoint(piece[0].words) else WH - RELATIVE
    for before, token in pairwise(piece):
        if not VERBS.isdisjoint(before.words):
            return False
        if before.text.endswith(",") and not asking.isdisjoint(token.words[:1]):
            return True
    return False


def _is_report(words: Phrase) -> bool:
    """Whether the writer passes on what somebody says of others: "I heard that Russia left"."""
    if words[:1] == ("i",) and len(words) > 2 and words[1] in HEARING:
        rest = words[2:]
    elif words[0] in {"my", "our"} and len(words) > 3 and words[2] in REPORTING:
        rest = words[3:]
    else:
        return False
    rest = rest[rest[0] == "that" :]
    return len(rest) > 2 and MYSELF.isdisjoint(rest)


def _states(words: Phrase) -> bool:
    """Whether words have a subject and a verb, outside the relative clauses of a heading."""
    head = takewhile(lambda word: word not in WH, words[1:])
    return any(word in VERBS for word in head)


def opens_later(words: Phrase, at: int) -> bool:
    """Whether a question can only begin at a word, wherever that stands."""
    word, following = words[at : at + 1], words[at + 1 : at + 2]
    if not word or not following:
        return False
    if word[0] in WH:
        return following[0] in AUXILIARIES or following[0] in MEASURES
    if word[0] in {"did", "does"}:
        return True
    return word[0] in AUXILIARIES and following[0] in SUBJECTS


def opens(words: Phrase) -> bool:
    """Whether words open as a question does."""
    if words[:1] and (
        words[0] in WH or (words[0] in PREPOSITIONS and not WH.isdisjoint(words[1:2]))
    ):
        return True
    # "Isn't it small" asks; "don't worry" and "couldn't find it" have no subject there.
    if words[1:2] == ("not",) and not SUBJECTS.isdisjoint(words[2:3]):
        words = (words[0], *words[2:])
    if words[:2] in {("do", "it"), ("do", "this"), ("do", "that")} or len(words) < 2:
        return False
    return words[0] in AUXILIARIES and words[1] not in NO_SUBJECTS


def is_about_person(words: Phrase) -> bool:
    """Whether words speak of somebody without a name: "What is his job?"."""
    return not PERSONS.isdisjoint(words)


def is_empty(words: Phrase) -> bool:
    """Whether words only ask about something else: "why?", "is that true?"."""
    if POINTERS.isdisjoint(words):
        return TAGS.issuperset(words)
    # "What is this about?" asks about the article.
    return EMPTY.issuperset(words) and not ("about" in words and SAYING.isdisjoint(words))


def says_nothing(words: Phrase) -> bool:
    """Whether words at most point at something else: "can you answer this?", "why?"."""
    return is_empty(words) or is_plea(words) or OPENERS.issuperset(words)
