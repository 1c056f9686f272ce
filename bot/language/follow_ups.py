"""What follows an answer up and makes no sense without it: "and why?", "who said that?"."""

import re

from bot.language.function_words import WH
from bot.language.small_talk import SmallTalk
from bot.language.text import fold, words
from bot.language.utterance import read_utterance

_SAYS = r"(?:said|says|say|saying|claims|claimed|reported|told|wrote)"
_WHO_SAYS = re.compile(
    rf"(?:and |but |so )?(?:who(?:'s| is| was)? ?{_SAYS}(?: (?:that|this|it|so))?|says who|who"
    r"|according to whom?|(?:what is |what's |whats )?(?:the |your |a )?sources?)"
)

_PERSON = re.compile(r"\b(?:(his|hers)|he|him|she|her)\b", re.IGNORECASE)


def leans_on_answer(text: str) -> bool:
    """Whether the words reply to an answer with a question that means nothing alone."""
    said = read_utterance(text)
    if said.small_talk and not said.questions:
        return said.small_talk == (SmallTalk.LINK,)
    asks = "?" in text or not WH.isdisjoint(words(text))
    return asks_who_says(text) or (said.points and asks)


def with_person(text: str, name: str) -> str:
    """A text with a person's name for "he" or "she": "who hired her?"."""
    return _PERSON.sub(lambda found: f"{name}'s" if found[1] else name, text)


def asks_who_says(text: str) -> bool:
    """Whether the words ask only who says so, or for the source."""
    return _WHO_SAYS.fullmatch(" ".join(fold(text).split()).strip(" ?!.")) is not None
