"""Who says a sentence, if a rule is sure of it: "…," said Ada Byron; according to the council."""

import re
from collections.abc import Mapping, Sequence

from bot.knowledge.article import Article
from bot.knowledge.quotation import ARTICLE_SPEAKER
from bot.language.text import words

_SAID = r"(?:said|says|added|stated|announced|argued|claimed|insisted|warned)"
_VERB = rf"(?:{_SAID}|told)"
_WORD = r"[^\W\d][\w’'.-]*"
_WHO = rf"(?P<who>{_WORD}(?: {_WORD}){{0,4}}?)(?:, [^,]{{1,60}},)?"
_RULES = tuple(
    re.compile(rule)
    for rule in (
        rf"[,?!][”\"’] {_SAID} {_WHO}(?=[,.]|$)",
        rf"[,?!][”\"’] {_WHO} {_VERB}\b",
        rf"^{_WHO} {_VERB}\b",
        rf", {_SAID} {_WHO}\.$",
        rf", {_WHO} {_VERB}\.$",
        rf"\b[Aa]ccording to {_WHO}(?=[,.]|$)",
    )
)
_NOBODY = frozenset(
    "he she it they we i you who which this that these those his her its their our nobody and but"
    " as so what where when".split()
)
_SMALL = re.compile(r"^(The|An?)(?= )")


def speaker_of(text: str, article: Article, names: Mapping[str, Sequence[str]]) -> str:
    """Who says a sentence; the article itself if no rule is sure.

    `names` are those of `names.md` with their other names. A speaker of `article.toml` who goes
    by the name found is preferred.
    """
    found = [match["who"].rstrip(".") for rule in _RULES if (match := rule.search(text))]
    known = next((who for who in found if not _NOBODY.intersection(words(who)[:1])), None)
    if known is None:
        return ARTICLE_SPEAKER
    name = _full_name(_as_in_midst(known, article.source), names)
    listed = [speaker for speaker in article.sides if _is_in(name, speaker)]
    return listed[0] if len(listed) == 1 else name


def _as_in_midst(name: str, source: str) -> str:
    """A plural that has its capital only from the start of a sentence, without it."""
    is_name = not name.endswith("s") or " " in name
    return name if is_name or re.search(rf"[\w,] {re.escape(name)}\b", source) else name.lower()


def _full_name(name: str, names: Mapping[str, Sequence[str]]) -> str:
    asked = words(name)
    for full, others in names.items():
        known = words(full)
        with_title = len(known) > 1 and asked[-len(known) :] == known
        if with_title or asked in (known, *map(words, others)):
            return full
    return _SMALL.sub(lambda match: match[1].lower(), name)


def _is_in(name: str, speaker: str) -> bool:
    """Whether a speaker's words hold a name's, side by side."""
    return f" {' '.join(words(name))} " in f" {' '.join(words(speaker))} "
