"""Digests of what a reader sees of each fact, to notice later that it has changed."""

import json
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from bot.knowledge.facts import text_key
from bot.routing.library import Library
from bot.routing.reply import Reply

Digests: TypeAlias = Mapping[str, str]
"""Twenty hex digits for what a reader sees of a fact, by its id.

Ten name its sentences by their places, ten by their words: a sentence that is reworded or moved
leaves one half as it was, and another sentence neither.
"""


class LibraryDigests(Mapping[str, str]):
    """The digests of all facts of a library, computed on first use."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[str, str] = {}

    def __getitem__(self, fact: str) -> str:
        if fact not in self._known:
            self._known[fact] = _digest(self._library.answer(fact))
        return self._known[fact]

    def __contains__(self, fact: object) -> bool:
        return fact in self._library.facts

    def __iter__(self) -> Iterator[str]:
        return iter(self._library.facts)

    def __len__(self) -> int:
        return len(self._library.facts)


def _digest(reply: Reply) -> str:
    """What a reader sees of an answer: its words, and each sentence with who says so and where."""
    cited = reply.citations
    by_place = [(c.sentence.article, c.sentence.paragraph, c.sentence.number) for c in cited]
    by_words = [c.sentence.text for c in cited]
    said = [reply.answer, [(c.speaker, c.disputes) for c in cited]]
    return "".join(text_key(json.dumps([said, sentences])) for sentences in (by_place, by_words))


def is_same_fact(one: str, other: str) -> bool:
    """Whether two digests are of one fact, with its sentences at most reworded or moved."""
    half = len(one) // 2
    return one[:half] == other[:half] or one[half:] == other[half:]
