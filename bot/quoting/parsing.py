"""Parsing a post: which of its words are presented as the article's.

Mentions, links, emoji, attributions and citation marks around a quotation are not part of it.
"""

import html
import re
from collections.abc import Iterator

from bot.language.markup import LINK
from bot.language.text import legible
from bot.quoting.words import read_words

_LEAST_WORDS = 3
"""Words between quotation marks from which they are taken for a quotation."""

_LABEL_WORDS = 4
"""Words before a colon that may be a label ("look at this:"), besides names."""

_NAME_WORDS = 10
"""Words of a name with what it stands for ("Ada Byron, Office of Numbers")."""

_EDGES = 8
"""Labels, list marks, sources and the like that are stripped from a quotation, at most."""

_ASIDE_WORDS = 8
"""Words in brackets at the end that may be an aside ("(edited)", "(Daily, May 2016)")."""

_NAMED_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_POINTERS = frozenset("article here link source via".split())
"""Texts of links that only point."""

_TOKEN = re.compile(
    r"<(?:@[!&]?|#)\d+>|<a?:\w+:\d+>|<t:-?\d+(?::\w)?>|<id:\w+>|</[^<>:]+:\d+>"
    r"|</?[a-z][^<>]*>|\[/?(?:quote|url|[biu])\b[^\[\]]*\]|(?<![\w.])@[\w.-]*\w|(?<!\S):[a-z]\w+:(?!\w)|[\d#*]\ufe0f?\u20e3",
    re.IGNORECASE,
)
_RAISED = re.compile(r"(?:(?<=\w\w)|(?<=[^\w\s]))[⁰¹²³⁴-⁹]+")
_SMALL_PRINT = re.compile(r"^([>\s]*)-#\s", re.MULTILINE)
_CITATION = re.compile(
    r"\[(?:\d+(?:\s*[-,–]\s*\d+)*|[a-z]|note \d+|citation needed|sic)\]", re.IGNORECASE
)

_CITED = re.compile(r"\[\d{1,2}\]\W*\s")
_BLOCK = re.compile(r"^[ \t]*>>>[ \t][\s\S]*|(?:^[ \t]*>.*\n?)+", re.MULTILINE)
_BLOCK_MARK = re.compile(r"^[ \t>]+", re.MULTILINE)
_DOUBLE = re.compile(r"[“”„‟«»″❝❞〝〞「」『』]|`+|''|\|\|")
_QUOTED = re.compile(r'"([^"]+)"')
_SINGLE = re.compile(r"(?<!\w)['‘‚‹](?=\S)([^\"]+?)(?<=\S)['’›](?!\w)")

_OPENING = re.compile(
    r"(?:\(?\d{1,2}[.)]|[-*•–—]|RT|#\w+|\[?\d{1,2}:\d{2}(?::\d{2})?\]?)\s+|[/!]\w+\s+(?:text:)?",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"(.*[\s\"'”’.!?]|)(?:(?:[—–―~]|--?)\s*|(?:via|h/t|source:)\s+)(.*)", re.IGNORECASE
)
_SMALL_WORDS = frozenset("a an and at by de der for from in of on the to von".split())


def plain_post(text: str) -> str:
    """A posted text in legible letters, without what only points: tokens, links, tags."""
    unescaped = _RAISED.sub("", html.unescape(text))
    unlinked = LINK.sub(" ", _NAMED_LINK.sub(_link_text, unescaped))
    return _SMALL_PRINT.sub(r"\1", legible(_TOKEN.sub(" ", unlinked)))


def _link_text(link: re.Match[str]) -> str:
    return "" if link[1].casefold() in _POINTERS else link[1]


def readings(text: str) -> Iterator[str]:
    """What may be the quotation if all of a text is one, the widest first.

    The second is without a label before it and an attribution behind it.
    """
    whole = _CITATION.sub(" ", text)
    yield whole
    bare = _bare(whole)
    if bare != whole.strip():
        yield bare


def passages(text: str) -> list[str]:
    """The parts of a text that are marked as quoted: numbered, in block quotes, between marks."""
    marked = _DOUBLE.sub('"', text)
    found = cited(text) or [_BLOCK_MARK.sub("", block) for block in _BLOCK.findall(text)]
    found = found or _QUOTED.findall(marked) or _SINGLE.findall(marked)
    return [part for part in found if sum(word.tells for word in read_words(part)) >= _LEAST_WORDS]


def cited(text: str) -> list[str]:
    """The sentences of an answer of the bot, each from its number to who says it."""
    found: list[str] = []
    inside = False
    for line in text.splitlines():
        said = line.lstrip("> \t*")
        if number := _CITED.match(said):
            found.append(said[number.end() :])
            inside = True
        elif not said or said[0] in "—–―":
            inside = False
        elif inside:
            found[-1] += f"\n{said}"
    return found


def ends_like_prose(line: str) -> bool:
    """Whether a line ends as sentences do, and remarks in a chat seldom."""
    return line.rstrip("\"'”’)] ")[-1:] in {".", "!", "…"}


def _bare(text: str) -> str:
    """A text without a list's mark and a label before it, and without who said it behind it."""
    for _ in range(_EDGES):
        text = text.strip()
        opening = _OPENING.match(text)
        text = _without_source(_without_label(text[opening.end() :] if opening else text))
    return text


def _without_label(text: str) -> str:
    """What follows "McGurk:" or "look at this:"."""
    label, _, rest = text.partition(":")
    labels = len(label.split()) <= _LABEL_WORDS or _is_name(label)
    return rest if rest.strip() and not rest[0].isalnum() and labels else text


def _without_source(text: str) -> str:
    """What stands before "— Brett McGurk", "via Daily", "(Daily, 2016)" or "#topic"."""
    if text.endswith(")"):
        kept, _, aside = text.rpartition("(")
        return kept if len(aside.split()) <= _ASIDE_WORDS else text
    *_, last = text.split() or [""]
    if last.startswith("#"):
        return text.removesuffix(last)
    above, newline, line = text.rpartition("\n")
    source = _SOURCE.fullmatch(line)
    if source and (_is_name(source[2]) or "·" in source[2]):
        return above + newline + source[1]
    return text


def _is_name(text: str) -> bool:
    """Whether a text reads as who said something: words with capitals, a year."""
    parts = [part.strip(".,;()\"'“”’") for part in text.split()]
    names = [part for part in parts if part and part.casefold() not in _SMALL_WORDS]
    return (
        len(parts) <= _NAME_WORDS
        and bool(names)
        and all(part[0].isupper() or part[0].isdigit() or not part[0].isalnum() for part in names)
    )
