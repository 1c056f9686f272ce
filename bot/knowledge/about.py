"""Reading `article.toml`: what is known about an article."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeGuard, get_args

from bot.errors import Fault, KnowledgeError
from bot.files import exists
from bot.knowledge.markdown import read_utf8
from bot.language.languages import ENGLISH
from bot.language.text import CONTROL

Strictness = Literal["strict", "normal", "bold"]
"""How sure an editor wants an answer to be."""

STRICTNESSES: tuple[Strictness, ...] = get_args(Strictness)


@dataclass(frozen=True)
class About:
    """What `article.toml` says of an article; all of it may be left out ("").

    `url` is where the article stands, `date` when it was published (2016-02-11), `language` the
    code of the one it is written in. `strictness` is how sure an answer has to be ("strict",
    "normal" or "bold"); `open_questions` whether general open questions are asked about it.
    `sides` maps each speaker to the side it speaks for, or to "".
    """

    publisher: str = ""
    url: str = ""
    date: str = ""
    language: str = ENGLISH
    strictness: Strictness = "normal"
    open_questions: bool = True
    sides: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


_TEXTS = ("publisher", "url", "date", "language", "strictness")
_SETTINGS = (*_TEXTS, "open_questions", "speakers")
_PUBLISHER = 'publisher = "IBTimes"'
_SPEAKER = '"Russia" = "Russia"'
_EXAMPLES = {
    "publisher": f"a name: {_PUBLISHER}",
    "url": 'an address: url = "https://example.com/story"',
    "date": 'a day: date = "2016-02-11"',
    "language": 'a code: language = "en"',
    "strictness": f"one of {', '.join(STRICTNESSES)}",
    "open_questions": "true or false",
}
_TWICE = re.compile("overwrite|twice|declare|already|mutate|redefine", re.IGNORECASE)
"""How tomllib says that something is set twice."""

_VALID = {
    "url": re.compile(r"(?:https?://\S+)?"),
    "date": re.compile(r"(?:\d{4}-\d{2}-\d{2})?"),
    "language": re.compile(r"[a-z]{2,3}"),
    "strictness": re.compile("|".join(STRICTNESSES)),
}


def read_about(file: Path) -> About:
    """Read what is known about an article; nothing is, if there is no file.

    Raises KnowledgeError with every fault found.
    """
    if not exists(file):
        return About()
    source = read_utf8(file)
    table = _table(source, file)
    if faults := [Fault(file, _line(source, name), text) for name, text in _problems(table)]:
        raise KnowledgeError(faults)
    given = {name: table[name] for name in (*_TEXTS, "open_questions") if name in table}
    return About(**given, sides=MappingProxyType(dict(table.get("speakers", {}))))


def _table(source: str, file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(source)
    except RecursionError:
        fault = Fault(file, 0, "is nested too deeply; write it as in the README.")
    except tomllib.TOMLDecodeError as error:
        lines = source.splitlines() or [""]
        found = re.search(r"line (\d+)", str(error))
        number = min(int(found[1]), len(lines)) if found else len(lines)
        fault = Fault(file, number, _unread(lines[number - 1], str(error)))
    raise KnowledgeError([fault])


def _unread(line: str, why: str) -> str:
    """What to do about a line that is not TOML; `why` is what the parser says."""
    if _TWICE.search(why):
        return "is set twice; keep one of the two lines."
    name = re.match(r"\s*(\w*)", line)
    if name and name[1] in _EXAMPLES:
        return f"{name[1]} must be {_EXAMPLES[name[1]]}."
    return (
        f"can't be read; write one setting per line, such as {_PUBLISHER}, and under [speakers] "
        f"one speaker per line, such as {_SPEAKER}."
    )


def _line(source: str, name: str) -> int:
    """The line that sets a field, 0 if it is written in a way that can't be found."""
    field = re.compile(rf"""\s*(?:\[\s*)?["']?{re.escape(name)}["']?\s*[=\].]""")
    lines = enumerate(source.splitlines(), start=1)
    return next((number for number, line in lines if field.match(line)), 0)


def _problems(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each field that can't be used, and what is wrong with it."""
    for name in _TEXTS:
        if name in table and not _is_valid(name, table[name]):
            yield name, f"{name} must be {_EXAMPLES[name]}."
    speakers = table.get("speakers", {})
    if not isinstance(speakers, dict) or not all(
        _is_plain(text) for pair in speakers.items() for text in pair
    ):
        yield "speakers", f"needs a [speakers] table of lines like {_SPEAKER}."
    if not isinstance(table.get("open_questions", True), bool):
        yield "open_questions", f"open_questions must be {_EXAMPLES['open_questions']}."
    for name in sorted(table.keys() - {*_SETTINGS}):
        yield name, f"{name}: no such setting; there are {', '.join(_SETTINGS)}."


def _is_valid(name: str, value: object) -> bool:
    pattern = _VALID.get(name, re.compile(r"[^\n]*"))
    return _is_plain(value) and bool(pattern.fullmatch(value))


def _is_plain(value: object) -> TypeGuard[str]:
    """Whether a value is a text without control characters, which TOML can write as escapes."""
    return isinstance(value, str) and not CONTROL.search(value)
