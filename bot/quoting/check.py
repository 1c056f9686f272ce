"""Checking quotations that somebody posted: verbatim, altered, or not in the article.

A quotation is verbatim if its words are the article's; different capitals, accents and punctuation
are listed. It may begin and end in mid-sentence, run over several sentences, and leave out words at
an ellipsis.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

from bot.knowledge.article import Article, Sentence
from bot.knowledge.facts import Citation, Fact
from bot.language.text import squeeze
from bot.quoting.compare import (
    Difference,
    Kind,
    Passage,
    Text,
    compare,
    find,
    passage_of,
    share,
    spelling_differences,
)
from bot.quoting.diff import Run
from bot.quoting.parsing import cited, ends_like_prose, passages, plain_post, readings
from bot.quoting.words import ELLIPSIS, Word, read_words, trimmed

Status = Literal["verbatim", "altered", "absent"]

TEXT_LIMIT = 4000
"""Characters of a text that are read: what a Discord message can hold."""

QUOTATIONS = 3
"""Quotations of one text that are checked."""

_ALTERED = 0.65
"""Share of a quotation's words that must be in the passage; below it is another text."""

_GAPS = 12
"""Ellipses that are read; a quotation with more of them is not verbatim."""

_GOES_ON = 3
"""Words of the article around a marked quotation from which they are part of it."""

_LINES = 12
"""Lines of a text that are checked one by one for remarks; a longer text is one quotation."""

_HYPHENATED = re.compile(r"(?<!\w)(\w+)[-‐]\s*\n\s*(\w+)")


@dataclass(frozen=True)
class DiffRun:
    """Words that the article and the quotation share, or that only one of them has.

    "equal" and "removed" words are as the article spells them, "added" ones as the poster does:
    they may hold anything. Where the quotation has an ellipsis stands an equal "…".
    """

    kind: Literal["equal", "removed", "added"]
    text: str


@dataclass(frozen=True)
class QuoteCheck:
    """What came of a check of `text`: the sentences that it touches, and its words compared.

    An absent quotation touches no sentence and has no runs or differences. `shortened` is whether
    it has an ellipsis inside; `cut` whether the posted text was longer than `TEXT_LIMIT`
    characters, so that only its beginning was read.
    """

    text: str
    status: Status
    sentences: tuple[Sentence, ...] = ()
    runs: tuple[DiffRun, ...] = ()
    differences: tuple[Difference, ...] = ()
    shortened: bool = False
    cut: bool = False

    @property
    def apart_from(self) -> tuple[Kind, ...]:
        """What differs besides words, each kind once."""
        kinds: tuple[Kind, ...] = ("capitals", "accents", "punctuation")
        return tuple(kind for kind in kinds if any(d.kind == kind for d in self.differences))


def check_quotes(text: str, articles: Sequence[Article]) -> tuple[QuoteCheck, ...]:
    """Check whether `text`, or each quotation in it, is in one of the articles.

    There is at least one check, and at most `QUOTATIONS`.
    """
    cut = len(text) > TEXT_LIMIT
    posted = plain_post(text[:TEXT_LIMIT].rpartition(" ")[0] if cut else text)[:TEXT_LIMIT]
    passages = [passage_of(article) for article in articles]
    checks = _checks(_rejoined(posted, passages), passages)
    return tuple(replace(check, cut=cut) for check in checks[:QUOTATIONS])


def citations(check: QuoteCheck, facts: Iterable[Fact]) -> list[Citation]:
    """The sentences that a quotation touches, and who says each as far as the facts know."""
    speakers: defaultdict[Sentence, dict[str, None]] = defaultdict(dict)
    for citation in chain.from_iterable(fact.citations for fact in facts):
        if citation.speaker:
            speakers[citation.sentence][citation.speaker] = None
    return [Citation(s, "; ".join(speakers[s]) or None) for s in check.sentences]


def _rejoined(text: str, articles: Sequence[Passage]) -> str:
    """The text with words rejoined that a line end splits and an article has in one."""
    if not _HYPHENATED.search(text):
        return text
    known = {word.key for passage in articles for word in passage.words}

    def rejoin(parted: re.Match[str]) -> str:
        whole = parted[1] + parted[2]
        return whole if {word.key for word in read_words(whole)} <= known else parted[0]

    return _HYPHENATED.sub(rejoin, text)


def _checks(text: str, articles: Sequence[Passage]) -> list[QuoteCheck]:
    whole = _whole(text, articles)
    if whole.status == "verbatim":
        return [whole]
    if marked := passages(text):
        found = [check for part in marked[:QUOTATIONS] for check in _checks(part, articles)]
        # An answer of the bot is in words of its own before the sentences that it cites.
        goes_on = not cited(text) and _shared(whole) - sum(map(_shared, found)) >= _GOES_ON
        return [whole] if goes_on else found
    quoted = _without_remarks(text, articles)
    return _checks(quoted, articles) if quoted else [whole]


def _whole(text: str, articles: Sequence[Passage]) -> QuoteCheck:
    """The check of a text that is one quotation."""
    whole, *bare = readings(text)
    for reading in (whole, *bare):
        pieces, label = _pieces(reading), read_words(whole[: whole.index(reading)])
        for passage in articles if pieces else ():
            if verbatim := find(pieces, passage):
                if _goes_before(label, passage, verbatim[0][0].old_start):
                    return _nearest(whole, articles)
                return _result(reading, "verbatim", passage, pieces, verbatim)
    return _nearest((whole, *bare)[-1], articles)


def _goes_before(label: Sequence[Word], passage: Passage, start: int) -> bool:
    """Whether any words of a label are in the passage right before the word at `start`."""
    label_keys = [word.key for word in label if word.tells]
    before = bisect_left(passage.telling, start)
    own = {passage.words[n].key for n in passage.telling[max(before - len(label_keys), 0) : before]}
    return not own.isdisjoint(label_keys)


def _shared(check: QuoteCheck) -> int:
    """How many words of a quotation are the article's."""
    return sum(len(run.text.split()) for run in check.runs if run.kind == "equal")


def _without_remarks(text: str, articles: Sequence[Passage]) -> str:
    """The lines that are no remark, which no article has; "" if that is none or all."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > _LINES:
        return ""
    kept = [
        line for line in lines if ends_like_prose(line) or _whole(line, articles).status != "absent"
    ]
    return "\n".join(kept) if len(kept) < len(lines) else ""


def _nearest(text: str, articles: Sequence[Passage]) -> QuoteCheck:
    """The check of a quotation that no article has word for word."""
    pieces = _pieces(text)
    best, best_share = QuoteCheck(squeeze(text), "absent", shortened=len(pieces) > 1), _ALTERED
    for passage in articles if pieces else ():
        compared = compare(pieces, passage)
        shared = share(pieces, compared)
        if shared >= best_share:
            best, best_share = _result(text, "altered", passage, pieces, compared), shared
    return best


def _pieces(text: str) -> list[Text]:
    """The parts of a quotation between ellipses that have words."""
    parts = map(squeeze, ELLIPSIS.split(text, maxsplit=_GAPS))
    pieces = (Text(part, trimmed(read_words(part))) for part in parts)
    return [piece for piece in pieces if piece.telling]


def _result(
    text: str,
    status: Status,
    passage: Passage,
    pieces: Sequence[Text],
    compared: Sequence[Sequence[Run]],
) -> QuoteCheck:
    shown: list[DiffRun] = []
    touched: dict[Sentence, None] = {}
    differences: list[Difference] = []
    for piece, runs in zip(pieces, compared, strict=True):
        shown += [DiffRun("equal", "…")] if shown else []
        for run in runs:
            shown += _shown(run, passage, piece)
            differences += _differences(run, passage, piece)
            if run.removed:
                touched |= dict.fromkeys(passage.touched(run.old_start, run.old_end))
    return QuoteCheck(
        squeeze(text),
        status,
        sentences=tuple(touched),
        runs=tuple(shown),
        differences=tuple(differences),
        shortened=len(pieces) > 1,
    )


def _shown(run: Run, passage: Passage, piece: Text) -> list[DiffRun]:
    old = passage.part(run.old_start, run.old_end).line
    new = piece.part(run.new_start, run.new_end).line
    if run.same:
        return [DiffRun("equal", old)] if old else []
    both = DiffRun("removed", old), DiffRun("added", new)
    return [part for part in both if part.text]


def _differences(run: Run, passage: Passage, piece: Text) -> Iterator[Difference]:
    old = passage.part(run.old_start, run.old_end)
    new = piece.part(run.new_start, run.new_end)
    if run.same:
        return spelling_differences(old, new)
    return iter([Difference("words", old.line, new.line)])
