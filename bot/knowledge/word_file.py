"""Reading the lists of words: `names.md` of an article, `synonyms.md` for all of them.

    - **canonical name** (kind): other name, another, a phrase of several words
    - **She** (3, 4): a name, for a word of sentences 3 and 4 that stands for it

The kind is optional. Under "Words that say nothing", "Words to the bot" and "Words of
grammar" each item is a list of words or phrases.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import Fault, KnowledgeError
from bot.knowledge.markdown import Line, parse_blocks, read_utf8
from bot.language.lexicon import Lexicon, Phrase, phrase_stems
from bot.language.text import words

FILLERS_HEADING = "Words that say nothing"
TO_BOT_HEADING = "Words to the bot"
GRAMMAR_HEADING = "Words of grammar"

KINDS = ("person", "organisation", "group", "country", "city", "place", "event", "thing")
"""What a name may stand for; general open questions are asked by kind."""

_GROUP = re.compile(r"\*\*(?P<name>[^*]+)\*\*\s*(?:\((?P<kind>[^()]*)\))?\s*:(?P<others>.*)")
_NUMBERS = re.compile(r"\s*[0-9]{1,6}\s*(?:,\s*[0-9]{1,6}\s*)*")


@dataclass(frozen=True)
class Meant:
    """The name that a word ("She") of a sentence stands for; `line` is where the file says so."""

    word: str
    sentence: int
    name: str
    line: int


@dataclass(frozen=True)
class WordLists:
    """What a file of words holds.

    `groups` are names or words, each with its other names; `kinds` what the names stand for;
    `lists` the phrases under each heading; `meant` who is meant in a sentence.
    """

    groups: Mapping[str, Sequence[str]]
    kinds: Mapping[str, str]
    lists: Mapping[str, Sequence[str]]
    meant: Sequence[Meant] = ()

    def lexicon(self) -> Lexicon:
        """The general lexicon of these lists."""
        return Lexicon.build(
            self.groups,
            self.lists.get(FILLERS_HEADING, ()),
            self.lists.get(GRAMMAR_HEADING, ()),
            self.lists.get(TO_BOT_HEADING, ()),
        )


def read_word_file(file: Path) -> WordLists:
    """Read a file of words. Raises KnowledgeError with every fault found."""
    return _Reader(file).read()


def _phrases(text: str) -> list[str]:
    return [phrase.strip() for phrase in text.split(",") if phrase.strip()]


class _Reader:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._faults: list[Fault] = []
        self._groups: defaultdict[str, list[str]] = defaultdict(list)
        self._kinds: dict[str, str] = {}
        self._lists: defaultdict[str, list[str]] = defaultdict(list)
        self._places: dict[Phrase, Line] = {}
        self._meant: list[Meant] = []

    def read(self) -> WordLists:
        heading = ""
        blocks = parse_blocks(read_utf8(self._file))
        # A paragraph may explain the lists, but only beside one.
        listed = any(block.kind == "bullet_list" for block in blocks)
        for block in blocks:
            if block.kind in {"h1", "h2", "h3"}:
                heading = block.text
            elif block.kind == "bullet_list":
                self._add_items(heading, block.lines)
            elif block.kind != "paragraph" or not listed:
                message = "is no list of names; write a line each: - **name**: other name"
                self._fault(block.number, message)
        if self._faults:
            raise KnowledgeError(self._faults)
        return WordLists(dict(self._groups), self._kinds, dict(self._lists), self._meant)

    def _fault(self, line: int, message: str) -> None:
        self._faults.append(Fault(self._file, line, message))

    def _add_items(self, heading: str, items: Sequence[Line]) -> None:
        for item in items:
            if heading in {FILLERS_HEADING, TO_BOT_HEADING, GRAMMAR_HEADING}:
                self._lists[heading].extend(_phrases(item.text))
            else:
                self._add_group(item)

    def _add_group(self, item: Line) -> None:
        read = _GROUP.fullmatch(item.text)
        if not read:
            self._fault(item.number, "must read like: - **name**: other name, another")
            return
        name = read["name"].strip()
        if read["kind"] and _NUMBERS.fullmatch(read["kind"]):
            self._add_meant(name, read, item.number)
            return
        self._add_kind(name, read["kind"], item.number)
        others = _phrases(read["others"])
        for phrase in (name, *others):
            self._claim(phrase, Line(name, item.number))
        self._groups[name].extend(others)

    def _add_meant(self, word: str, read: re.Match[str], line: int) -> None:
        name = read["others"].strip()
        if not words(name):
            self._fault(line, f"says nobody for “{word}”; write a name behind the colon.")
        for number in read["kind"].split(","):
            self._meant.append(Meant(word, int(number), name, line))

    def _add_kind(self, name: str, kind: str | None, line: int) -> None:
        if kind in KINDS:
            self._kinds[name] = kind
        elif kind is not None:
            self._fault(line, f"“{kind}” is no kind of name; use one of {', '.join(KINDS)}.")

    def _claim(self, phrase: str, group: Line) -> None:
        """No phrase may stand for two names."""
        stems = phrase_stems(phrase)
        if not stems:
            self._fault(group.number, f"“{phrase}” has no words; take it out.")
            return
        first = self._places.setdefault(stems, group)
        if first.number != group.number:
            self._fault(
                group.number,
                f"“{phrase}” is on line {first.number} for “{first.text}” too; "
                "keep it in one group.",
            )
