"""The text of a message apart from what only shows or points: tokens, links, marks, labels."""

import html
import re
from dataclasses import dataclass

from bot.language.text import fold_punctuation, legible

LINK = re.compile(
    r"<?(?:(?<![a-z\d+.-])[a-z\d+.-]*://[^\s<>]*|\b(?:www\.|discord\.gg/)[^\s<>]+)>?", re.IGNORECASE
)
"""An address, whatever letters it is glued to: what is before `://` without a gap is its own.

It starts only if no such letter stands before, so that a long word is read once.
"""

READ_LIMIT = 12_000
"""Characters of a message that are read; Discord sends 6,000 at most."""

_FENCE = re.compile(r"```(?:\w+\n)?(.*?)(?:```|\Z)", re.DOTALL)
_REST_QUOTED = re.compile(r"^[ \t]*>>>[ \t]", re.MULTILINE)
_QUOTED_LINE = re.compile(r"[ \t]*>+[ \t]+(.*)")

# https://docs.discord.com/developers/reference#message-formatting, and sounds.
_TOKEN = re.compile(
    r"<(?:@[!&]?|#)\d+>|<a?:\w+:\d+>|<t:-?\d+(?::\w)?>|<sound:\d+:\d+>|<id:\w+>"
    r"|</[\w -]{1,100}:\d+>(?:\s*question\s*:)?"
)
_NAMED_LINK = re.compile(
    r"\[([^\[\]\n]{1,300})\]\(<?[a-z]{3,10}://[^\s()<>]{1,500}>?\)", re.IGNORECASE
)
_LINK = re.compile(r"<?\b(?:[a-z]{3,10}://|www\.)[^\s<>]*[^\s<>.,!?;:)\]'\"*_|~]>?", re.IGNORECASE)
_HTML = re.compile(
    r"<!--.*?(?:-->|\Z)|</?(?:a|b|i|u|s|p|em|br|hr|li|ul|ol|h[1-6]|big|del|div|img|ins|kbd|pre|sub"
    r"|sup|code|font|mark|span|small|center|strike|strong|blockquote)(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE | re.DOTALL,
)
_BREAK = re.compile(r"</?(?:p|br|hr|li|div|h[1-6])\b", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w.])@[\w.-]*\w")
_SHORTCODE = re.compile(r"(?<!\S):[a-z][\w+-]{1,40}:(?!\w)", re.IGNORECASE)
_EMOTICON = re.compile(r"(?<!\S)(?:<3+|[:;=8xX][-'^o]?[()\[\]DPpOo3/\\|*]+|[xX]+[dD]+)(?!\S)")
_MARKS = re.compile(r"\|\|+|\*+|~~+|`+|(?<![^\W_])_+|_+(?![^\W_])")
_ESCAPED = re.compile(r"\\([^\w\s])")

_LABEL = re.compile(
    r"\s*(?:\[(?!(?:system|assistant|developer)\])[\w .#/-]{1,20}\]\s*"
    r"|[/!](?:ask|footnote|question)\b\s*|q(?:uestion)?(?:\s*\d{1,2})?\s*[:)]\s*)+",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\s*(?:-?\#{1,6}|[-*+•–—]|\(?(?:\d{1,2}|[a-h])[.)])[ \t]+")


@dataclass(frozen=True)
class Line:
    """A line of a message; `begins` is whether it can't go on with what the line above says."""

    text: str
    begins: bool


@dataclass(frozen=True)
class PlainMessage:
    """What a message says in its author's own lines, and in lines quoted or set as code."""

    own: tuple[Line, ...]
    quoted: tuple[Line, ...]


def plain_message(text: str) -> PlainMessage:
    """Read a message as Discord shows it, without what says nothing by itself."""
    shown = legible(html.unescape(text[:READ_LIMIT]))[:READ_LIMIT]
    quoted: list[str] = []

    def take(fence: re.Match[str]) -> str:
        quoted.append(fence[1])
        return "\n\n"

    own, _, rest = _cut_at(_REST_QUOTED, _FENCE.sub(take, shown))
    quoted.append(rest)
    mine: list[str] = []
    for line in own.splitlines():
        quotation = _QUOTED_LINE.fullmatch(line)
        quoted.append(quotation[1]) if quotation else mine.append(line)
    return PlainMessage(_lines("\n".join(mine)), _lines("\n".join(quoted)))


def _cut_at(pattern: re.Pattern[str], text: str) -> tuple[str, str, str]:
    found = pattern.search(text)
    return (text[: found.start()], found[0], text[found.end() :]) if found else (text, "", "")


def _lines(text: str) -> tuple[Line, ...]:
    """The lines that hold text, without markup."""
    found = []
    begins = True
    for raw in _without_tokens(text).splitlines():
        bullet = _BULLET.match(raw)
        line = raw[bullet.end() :] if bullet else raw
        label = _LABEL.match(line)
        line = " ".join(_MARKS.sub("", line[label.end() :] if label else line).split())
        if line:
            # Not before: a folded backtick no longer marks code.
            found.append(Line(fold_punctuation(line), begins or bullet is not None))
        begins = not line
    return tuple(found)


def _without_tokens(text: str) -> str:
    text = _NAMED_LINK.sub(r"\1", _TOKEN.sub(" ", text))
    text = _HTML.sub(lambda tag: "\n" if _BREAK.match(tag[0]) else "", _LINK.sub("\n", text))
    text = _EMOTICON.sub(" ", _SHORTCODE.sub(" ", _HANDLE.sub(" ", text)))
    return _ESCAPED.sub(r"\1", text)
