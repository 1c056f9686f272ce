"""An article, its sentences, and the guard that lets only its own words out.

A folder under `knowledge/` is an article: `article.txt` holds the text as it was received (the
headline, one paragraph a line, the copyright line), `article.toml` what is known about it. Lines
that start with "## " or "| " are headings and rows of tables, and hold no sentence.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from bot.errors import Fault, KnowledgeError, QuoteGuardError
from bot.knowledge.about import About, read_about
from bot.knowledge.file_names import ABOUT_FILE, ARTICLE_FILE
from bot.knowledge.markdown import read_utf8
from bot.language.languages import ENGLISH, Language, language_of
from bot.language.text import words

NO_SENTENCE = ("## ", "| ")
"""How a line starts that is a heading or a row of a table."""


_BYLINE = re.compile(r"By [A-Z][^.,]{2,60}")


@dataclass(frozen=True)
class Sentence:
    """A sentence of an article: `text` is exactly `source[start:end]` of that article.

    `number` counts through the article from 0, the headline; `paragraph` likewise. `quotes` is
    whether words in it are a quotation, and so somebody's own.
    """

    article: str
    number: int
    paragraph: int
    start: int
    end: int
    text: str
    quotes: bool = False


@dataclass(frozen=True)
class Article:
    """An article as received. `copyright` is its last line, "" if that is no © line."""

    slug: str
    source: str
    copyright: str
    about: About
    sentences: tuple[Sentence, ...]

    @property
    def publisher(self) -> str:
        """Who published it, "" if nobody says."""
        return self.about.publisher

    @property
    def sides(self) -> Mapping[str, str]:
        """Each speaker, and the side it speaks for or ""."""
        return self.about.sides

    @property
    def title(self) -> str:
        """The headline, which is also sentence 0."""
        return self.sentences[0].text

    @cached_property
    def bylines(self) -> tuple[Sentence, ...]:
        """The sentences that say who wrote it."""
        return tuple(sentence for sentence in self.sentences if is_byline(sentence.text))

    def paragraph(self, number: int) -> tuple[Sentence, ...]:
        """Return the sentences of paragraph `number` (0 is the headline)."""
        return tuple(s for s in self.sentences if s.paragraph == number)


def is_byline(text: str) -> bool:
    """Whether a sentence says no more than who wrote the article: "By Clara Hofmann"."""
    return _BYLINE.fullmatch(text) is not None


def guard_quote(article: Article, sentence: Sentence) -> None:
    """Raise QuoteGuardError unless `sentence` is, to the byte, a sentence of `article`."""
    own = article.source[sentence.start : sentence.end]
    if own.encode() != sentence.text.encode() or sentence not in article.sentences:
        raise QuoteGuardError(
            f"Sentence {sentence.number} of {sentence.article} is not the article's own text. "
            "Nothing was quoted; run `footnote check`."
        )


# A full stop ends a sentence unless it closes an abbreviation, or an initial ("J. Smith"). Only the
# first of a row is looked at, or a row of them would cost the square of its length.
_BOUNDARY = re.compile(
    r"(?<![.!?…])[.!?…]+[’”\"')\]»]*(\s+)(?=[“‘\"'(\[«„¿¡]*([^\W_]))|[。！？]+[’”」』）]*(?=\S)"
)
_LAST_WORD = re.compile(r"[^\s“‘\"'(\[«„]+$")
_ORDINAL = re.compile(r"\d{1,2}\.")
_STARTS_SENTENCE = re.compile(
    r"[“‘\"'(\[]*(?:The|A|An|He|She|It|They|We|I|In|But|This|Der|Die|Das|Er|Sie|Es|Im|Am|Danach)\b"
)

_LOOK = 40
"""Characters before and after a full stop that may tell whether it ends a sentence."""


def split_sentences(paragraph: str, language: str = ENGLISH) -> list[str]:
    """Cut a paragraph into sentences, each with the white space behind it.

    `language` is a code ("en"). Joined, they give the paragraph back character for character. A
    quotation of several sentences is cut between them, since each can be cited by itself.
    """
    cuts, known = [0], language_of(language)
    for match in _BOUNDARY.finditer(paragraph):
        # A word or two on each side tell; more would cost the square of a long paragraph.
        start = max(cuts[-1], match.start() - _LOOK)
        before = paragraph[start : match.start() + 1]
        after = paragraph[match.end() : match.end() + _LOOK]
        if _begins(match[2]) and not _is_abbreviation(before, after, known):
            cuts.append(match.end())
    cuts.append(len(paragraph))
    return [paragraph[start:end] for start, end in pairwise(cuts) if end > start]


def _begins(letter: str | None) -> bool:
    """Whether a sentence may begin with a letter or digit: not with a small one."""
    return letter is None or letter.upper() == letter


def _is_abbreviation(before: str, after: str, language: Language) -> bool:
    """Whether the full stop that ends `before` belongs to a word and not to the sentence."""
    last = _LAST_WORD.search(before)
    if not before.endswith(".") or last is None:
        return False
    word = last.group()[:-1]
    if word.lower() in language.abbreviations or (
        len(word) == 1 and word.isupper() and word != "I"
    ):
        return True
    # "the U.S. Army" goes on; "in the U.S. He left" ends: a pronoun or article starts a sentence.
    dotted = bool(re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]", word))
    ordinal = language.ordinals and bool(_ORDINAL.fullmatch(last.group()))
    return (dotted or ordinal) and not _STARTS_SENTENCE.match(after)


# A word or two between marks are a name or a doubt; the mark that closes may be missing.
_QUOTATION = re.compile('“[^”]*”?|"[^"]*"?|„[^“”]*[“”]?|«[^»]*»?|「[^」]*」?')
_QUOTED_WORDS = 4


def _quotations(paragraph: str) -> list[range]:
    """The places of a paragraph's characters that are quoted."""
    found = _QUOTATION.finditer(paragraph)
    return [range(*match.span()) for match in found if len(words(match[0])) >= _QUOTED_WORDS]


def _sentences(slug: str, lines: list[tuple[int, str]], language: str) -> tuple[Sentence, ...]:
    """Number the sentences of the paragraphs; the first line, the headline, is never cut."""
    found: list[Sentence] = []
    for paragraph, (line_start, line) in enumerate(lines):
        quotations, offset = _quotations(line), 0
        pieces = [line] if paragraph == 0 else split_sentences(line, language)
        for piece in pieces:
            text = piece.strip()
            start = offset + piece.index(text)
            end = start + len(text)
            quotes = any(start < quoted.stop and quoted.start < end for quoted in quotations)
            place = line_start + start, line_start + end
            found.append(Sentence(slug, len(found), paragraph, *place, text, quotes))
            offset += len(piece)
    return tuple(found)


def _lines(source: str) -> list[tuple[int, str]]:
    """The lines of `source` that hold sentences, each with its offset."""
    lines, offset = [], 0
    for line in source.splitlines(keepends=True):
        if line.strip() and not line.startswith(NO_SENTENCE):
            lines.append((offset, line.rstrip("\r\n")))
        offset += len(line)
    return lines


def load_article(folder: Path) -> Article:
    """Read the article in `folder`, whose name is its slug.

    Raises KnowledgeError with every fault found.
    """
    faults: list[Fault] = []
    about = About()
    try:
        about = read_about(folder / ABOUT_FILE)
    except KnowledgeError as error:
        faults += error.faults
    try:
        source = read_utf8(folder / ARTICLE_FILE)
    except KnowledgeError as error:
        raise KnowledgeError([*faults, *error.faults]) from None
    lines = _lines(source)
    copyright_line = lines.pop()[1] if lines and lines[-1][1].startswith("©") else ""
    if len(lines) < 2:
        message = "needs a headline and a paragraph, each on a line."
        faults.append(Fault(folder / ARTICLE_FILE, 0, message))
    if faults:
        raise KnowledgeError(faults)
    return Article(
        slug=folder.name,
        source=source,
        copyright=copyright_line,
        about=about,
        sentences=_sentences(folder.name, lines, about.language),
    )
