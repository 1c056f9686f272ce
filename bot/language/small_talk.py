"""What people say to a bot that is no question about an article."""

from enum import StrEnum
from functools import cache

from bot.language.lexicon import Phrase, Phrases
from bot.language.phrases import pattern_lists, patterns


class SmallTalk(StrEnum):
    """What a message wants that is nothing but small talk; of several, the first counts."""

    HELP = "help"
    SUMMARY = "summary"
    ARTICLE = "article"
    PUBLISHER = "publisher"
    DATE = "date"
    LENGTH = "length"
    LINK = "link"
    READ = "read"
    MAKER = "maker"
    MACHINE = "machine"
    BLAME = "blame"
    PRAISE = "praise"
    THANKS = "thanks"
    BYE = "bye"
    HELLO = "hello"


_LONGEST = 20
"""Words of a message that can be nothing but small talk."""


def small_talk_in(message: Phrase) -> SmallTalk | None:
    """The small talk that a message's words are, from the first to the last."""
    if not message or len(message) > _LONGEST:
        return None
    kinds: set[str] = set()
    for _, _, key in _table().cut(message):
        if key is None:
            return None
        kinds.add(key)
    return next((kind for kind in SmallTalk if kind in kinds), None)


@cache
def _table() -> Phrases:
    lists = pattern_lists("small-talk.toml").items()
    return patterns((name, pattern) for name, listed in lists for pattern in listed)
