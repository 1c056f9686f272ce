"""Finding a quotation in a passage, word for word or nearly, and how the two differ."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import groupby, pairwise
from typing import Literal

from rapidfuzz import fuzz

from bot.knowledge.article import Article, Sentence
from bot.language.text import squeeze, stem
from bot.quoting.diff import Run, merged, word_diff
from bot.quoting.words import Word, accents, read_words

Kind = Literal["words", "capitals", "accents", "punctuation"]

_NEAR = 50
"""The likeness (0..100) from which a passage is compared with a quotation word by word."""

_LONE = 3
"""A sentence of fewer words says nothing about which passage is quoted."""

_SENTENCE_ENDS = frozenset(".!?")

_DETOUR = 40
"""How many words longer than twice the quotation the passage may be that it is compared with."""


@dataclass(frozen=True)
class Text:
    """A text and its words."""

    source: str
    words: Sequence[Word]

    @cached_property
    def telling(self) -> list[int]:
        """The places of the words that tell something, which marks do not."""
        return [n for n, word in enumerate(self.words) if word.tells]

    def part(self, start: int, end: int) -> "Text":
        """The same text with its words from `start` to `end` alone."""
        return Text(self.source, self.words[start:end])

    @property
    def line(self) -> str:
        """The text from its first to its last word, on one line; "" if there is none."""
        if not self.words:
            return ""
        return squeeze(self.source[self.words[0].start : self.words[-1].end])


@dataclass(frozen=True)
class Difference:
    """What the article has and what the quotation has in its place; either may be ""."""

    kind: Kind
    article: str
    quotation: str


@dataclass(frozen=True)
class Passage(Text):
    """The whole text of an article."""

    article: Article

    def touched(self, start: int, end: int) -> list[Sentence]:
        """The sentences that the words from `start` to `end` touch."""
        first, last = self.words[start].start, self.words[end - 1].end
        return [s for s in self.article.sentences if s.start < last and first < s.end]

    def whole_sentences(self, start: int, end: int) -> tuple[int, int]:
        """The places of the words of all sentences that the words from `start` to `end` touch."""
        touched = self.touched(start, end)
        places = (touched[0].start, touched[-1].end)
        first, last = (bisect_left(self.words, p, key=lambda word: word.start) for p in places)
        return first, last


def passage_of(article: Article) -> Passage:
    """The text of an article up to its last sentence."""
    source = article.source[: article.sentences[-1].end]
    return Passage(source, _article_words(source), article)


@lru_cache(maxsize=1024)
def _article_words(source: str) -> tuple[Word, ...]:
    return read_words(source)


def find(pieces: Sequence[Text], passage: Passage) -> list[list[Run]]:
    """Where each piece stands word for word, one behind the other; [] if one doesn't."""
    whole, *wanted = _spelt(
        [text.words[n].key for n in text.telling] for text in (passage, *pieces)
    )
    found, done = [], 0
    for piece, keys in zip(pieces, wanted, strict=True):
        start = whole.find(keys, done)
        if start < 0:
            return []
        done = start + len(keys)
        first, last = passage.telling[start], passage.telling[done - 1]
        found.append([Run(first, last + 1, 0, len(piece.words), same=True)])
    return found


def compare(pieces: Sequence[Text], passage: Passage) -> list[list[Run]]:
    """How each piece differs from the nearest sentences behind those of the piece before."""
    compared, done = [], 0
    for piece in pieces:
        start, end = _nearest(piece.words, passage.words[done:])
        runs = [Run(done, done, 0, len(piece.words), same=False)]
        if start < end:
            start, end = passage.whole_sentences(done + start, done + end)
            start = max(start, done)
            runs = [
                replace(run, old_start=run.old_start + start, old_end=run.old_end + start)
                for run in _diff(passage.words[start:end], piece.words)
            ]
            done = runs[-1].old_end
        compared.append(runs)
    return compared


def share(pieces: Sequence[Text], compared: Sequence[Sequence[Run]]) -> float:
    """The share of the quotation's words, marks not counted, that are in the article."""
    shared = sum(
        word.tells
        for piece, runs in zip(pieces, compared, strict=True)
        for run in runs
        if run.same
        for word in piece.words[run.new_start : run.new_end]
    )
    return shared / sum(len(piece.telling) for piece in pieces)


def _diff(passage: Sequence[Word], piece: Sequence[Word]) -> list[Run]:
    """The word diff; if only marks differ, it is the same."""
    runs = word_diff([word.key for word in passage], [word.key for word in piece])

    def same(run: Run) -> bool:
        old, new = passage[run.old_start : run.old_end], piece[run.new_start : run.new_end]
        return run.same or not any(word.tells for word in (*old, *new))

    return [merged(list(group), same=key) for key, group in groupby(runs, key=same)]


def _nearest(piece: Sequence[Word], words: Sequence[Word]) -> tuple[int, int]:
    """The places in `words` of the passage that is likest to the piece, (0, 0) if none is like.

    Each sentence of the piece is looked for by itself, so that one may be missing in between.
    """
    telling = [n for n, word in enumerate(words) if word.tells]
    chunks = _chunks(piece)
    whole, *wanted = _spelt([_stems(words), *map(_stems, chunks)])
    found = [
        (match.score, telling[match.dest_start], telling[match.dest_end - 1] + 1)
        for chunk in wanted
        if (match := fuzz.partial_ratio_alignment(chunk, whole, score_cutoff=_NEAR))
        and match.dest_start < match.dest_end
    ]
    if not found:
        return 0, 0
    start, end = min(start for _, start, _ in found), max(end for _, _, end in found)
    if end - start <= 2 * len(piece) + _DETOUR:
        return start, end
    # Too far apart to be one quotation: what most of it is from.
    _, start, end = max(found, key=lambda match: match[0] * (match[2] - match[1]))
    return start, end


def _chunks(piece: Sequence[Word]) -> list[list[Word]]:
    """The sentences of a piece that are long enough to tell where they are from; or all of it."""
    chunks: list[list[Word]] = [[]]
    for word in piece:
        chunks[-1].append(word)
        if word.key in _SENTENCE_ENDS:
            chunks.append([])
    return [chunk for chunk in chunks if len(_stems(chunk)) >= _LONE] or [list(piece)]


def _stems(words: Sequence[Word]) -> list[str]:
    return [stem(word.key) for word in words if word.tells]


def _spelt(texts: Iterable[Iterable[str]]) -> list[str]:
    """Each text with a character for each word, the same for the same, to search as strings."""
    alphabet: defaultdict[str, str] = defaultdict(lambda: chr(0x10000 + len(alphabet)))
    return ["".join(alphabet[key] for key in keys) for keys in texts]


def spelling_differences(article: Text, quotation: Text) -> Iterator[Difference]:
    """Where texts differ that have the same words; how quotation marks look is no difference."""
    for old, new in zip(_parts(article), _parts(quotation), strict=True):
        before, after = old.line, new.line
        if _letters(old) != _letters(new):
            yield Difference("capitals", before, after)
        if accents(before) != accents(after):
            yield Difference("accents", before, after)
        if _marks(old) != _marks(new):
            yield Difference("punctuation", before, after)


def _parts(text: Text) -> Iterator[Text]:
    """The marks before the first word, the word, the marks before the next, and so on."""
    edges = [0, *(edge for n in text.telling for edge in (n, n + 1)), len(text.words)]
    return (text.part(start, end) for start, end in pairwise(edges))


def _letters(text: Text) -> str:
    return "".join(filter(str.isalnum, "".join(word.written for word in text.words)))


def _marks(text: Text) -> str:
    written = (word.written if word.tells else word.key for word in text.words)
    return "".join(c for word in written for c in word if not c.isalnum())
