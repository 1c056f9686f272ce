"""What people say to a bot that is no question about an article."""

from enum import StrEnum
from functools import cache

from bot.language.lexicon import Phrase, Phrases
from bot.language.phrases import pattern_lists, patterns


class SmallTalk(StrEnum):
    """What small talk wants or says; what counts more comes first."""

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


ABOUT_ARTICLE = frozenset(
    {
        SmallTalk.ARTICLE,
        SmallTalk.PUBLISHER,
        SmallTalk.DATE,
        SmallTalk.LENGTH,
        SmallTalk.LINK,
        SmallTalk.READ,
    }
)
"""What wants to know something of the article itself, and is answered beside other questions."""

_WANTS = ABOUT_ARTICLE | {SmallTalk.HELP, SmallTalk.SUMMARY, SmallTalk.MAKER, SmallTalk.MACHINE}

_LONGEST = 20
"""Words of a message that can be nothing but small talk."""


def small_talk_in(message: Phrase) -> tuple[SmallTalk, ...]:
    """The small talk that words are from the first to the last; () if they are more than that.

    All that they want, or else what counts most of what they say.
    """
    if not message or len(message) > _LONGEST:
        return ()
    found: set[str] = set()
    for _, _, key in _table().cut(message):
        if key is None:
            return ()
        found.add(key)
    kinds = tuple(kind for kind in SmallTalk if kind in found)
    return tuple(kind for kind in kinds if kind in _WANTS) or kinds[:1]


@cache
def _table() -> Phrases:
    lists = pattern_lists("small-talk.toml").items()
    return patterns((name, pattern) for name, listed in lists for pattern in listed)
