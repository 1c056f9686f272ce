"""Making the files of a new article from a text in whatever form.

The text is tidied, its headline found, and headings and tables marked. Nothing else of it is
changed or left out: `article.txt` keeps headings ("## …") and rows ("| … |") too.
"""

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import PurePath

from bot.editing.blocks import Block, blocks_of_markdown, blocks_of_text
from bot.editing.names import draft_names
from bot.editing.web_page import read_page
from bot.errors import FootnoteError
from bot.knowledge.article import split_sentences
from bot.knowledge.file_names import ABOUT_FILE, ARTICLE_FILE, NAMES_FILE
from bot.language.languages import guess_language
from bot.language.text import words

LIMIT = 1_000_000
"""Bytes of an article's text."""

PAGE_LIMIT = 10_000_000
"""Bytes of a saved page, most of which is no text."""

_TITLE_WORDS = 8
"""Words of the first sentence that stand for a headline if there is none."""

_HEADLINE = 200
"""Characters of a headline."""

_SLUG = 60
_SLUG_WORDS = 5
"""Characters of the name of a folder, and words of a headline that it is made of."""

_ENDS = re.compile(r"[.…:;,。][’”\"')\]»]*$")
_PAGE = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype|html|head|body|\?xml)\b", re.IGNORECASE | re.DOTALL
)
_INVISIBLE = re.compile("[\\u00ad\\u200b\\u2060\\ufeff]")
# Of Wikipedia: "[citation needed]", "[12]" behind a word, "[edit]" behind a heading.
_NOTE = re.compile(
    r"\s*\[(?:citation needed|clarification needed|according to whom\?|by whom\?|who\?|when\?"
    r"|edit|edit source)\]|(?<=\S)\[(?:\d{1,3}|note \d{1,3})\]|(?<=[.,;:!?”\")])\[[a-z]\]",
    re.IGNORECASE,
)
# What static sites put above an article: "title: …" between two lines of hyphens.
_FRONT = re.compile(r"---\n(.*?)\n---(?:\n|$)", re.DOTALL)
_FIELD = re.compile(r"^(title|publisher|url|date):[ \t]*[\"']?(.*?)[\"']?$", re.MULTILINE)
_USABLE = {
    "title": re.compile(r".*"),
    "publisher": re.compile(r".*"),
    "url": re.compile(r"https?://\S+$"),
    "date": re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)"),
}
"""What can be used of the details that a text gives itself: of a date and time, the date."""
_OTHER_KINDS = {
    b"%PDF": "is a PDF",
    b"PK\x03\x04": "is a packed file (.docx, .odt, .zip)",
    b"{\\rtf": "is an RTF document",
}
_COPY = "Copy its text into a .txt file and take that."


class IntakeError(FootnoteError):
    """No article can be made of this; the message says why and what to do."""


@dataclass(frozen=True)
class ArticleDetails:
    """What is known of a new article besides its text; each may be "".

    `slug` names its folder; `date` is a day (2016-02-11), `language` a code ("en").
    """

    slug: str = ""
    title: str = ""
    publisher: str = ""
    url: str = ""
    date: str = ""
    language: str = ""


@dataclass(frozen=True)
class NewArticle:
    """A new article: the name of its folder, and the text of each file."""

    slug: str
    files: Mapping[str, str]


def new_article(
    content: bytes, name: str, details: ArticleDetails, taken: Collection[str] = ()
) -> NewArticle:
    """Make an article of the bytes of a file called `name` ("" if it has no name).

    `taken` are the slugs that there are. Raises IntakeError if the content is empty, too large or
    no text, or the slug is taken or no slug.
    """
    blocks, details = _read(content, name, details)
    title, body = _headed(blocks, details.title)
    prose = " ".join(block.text for block in body if block.kind == "text")
    if not words(prose):
        raise IntakeError("There is no sentence below the headline. Give the whole article.")
    language = details.language or guess_language(prose)
    about = replace(details, slug="", title="", language=language)
    text = "\n".join([title, *(block.line for block in body)]) + "\n"
    if len(text.encode()) > LIMIT:
        raise IntakeError(
            f"The text has more than {LIMIT:,} bytes. Split it into several articles."
        )
    files = {ARTICLE_FILE: text, ABOUT_FILE: _toml(about)}
    if language == "en" and (names := draft_names(title, split_sentences(prose))):
        files[NAMES_FILE] = names
    called = (
        [details.slug]
        if details.slug
        else [PurePath(name).stem, " ".join(title.split()[:_SLUG_WORDS])]
    )
    return NewArticle(_slug(called, taken), files)


def _read(content: bytes, name: str, details: ArticleDetails) -> tuple[list[Block], ArticleDetails]:
    """The blocks of a text, and the details with those that the text itself gives."""
    text = _decoded(content)
    suffix = PurePath(name).suffix.lower()
    if suffix in {".html", ".htm", ".xhtml"} or _PAGE.match(text):
        page = read_page(text)
        if page is None:
            raise IntakeError(f"No article is found in this page. {_COPY}")
        return blocks_of_markdown(_tidied(page.markdown)), _completed(details, page.about)
    tidied = _tidied(text)
    if suffix not in {".md", ".markdown"}:
        return blocks_of_text(tidied), details
    front = _FRONT.match(tidied)
    fields = dict(_FIELD.findall(front[1])) if front else {}
    body = tidied[front.end() :] if front else tidied
    return blocks_of_markdown(body), _completed(details, fields)


def _completed(details: ArticleDetails, found: Mapping[str, str]) -> ArticleDetails:
    """The details, with those of the text for what is left out, as far as they can be used."""
    known = {key: match[0] for key, text in found.items() if (match := _USABLE[key].match(text))}
    return replace(
        details, **known | {key: value for key, value in asdict(details).items() if value}
    )


def check_size(size: int) -> None:
    """Raise IntakeError if content has too many bytes for an article."""
    if size > PAGE_LIMIT:
        raise IntakeError(f"This has more than {PAGE_LIMIT:,} bytes. Give the article alone.")


def _decoded(content: bytes) -> str:
    for start, kind in _OTHER_KINDS.items():
        if content.startswith(start):
            raise IntakeError(f"This {kind}, no text. {_COPY}")
    check_size(len(content))
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise IntakeError("This is no text in UTF-8. Save it as a text file in UTF-8.")
    if not text.strip():
        raise IntakeError("There is no text in it. Give an article.")
    return text


def _tidied(text: str) -> str:
    """A text with uniform line ends, without invisible characters and editorial notes."""
    seen = _NOTE.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFC", text)))
    lines = (line.rstrip() for line in seen.splitlines())
    return "\n".join(
        "".join(c for c in line if c == "\t" or c.isprintable() or c == "\N{NO-BREAK SPACE}")
        for line in lines
    )


def _headed(blocks: list[Block], title: str) -> tuple[str, list[Block]]:
    """The headline, and the blocks below it."""
    first = blocks[0] if blocks else Block("text", "")
    if title:
        title = " ".join(title.split()).lstrip("#| ")
        return title, blocks[words(first.text) == words(title) :]
    if first.kind == "heading" or _is_headline(first.text):
        return first.text, blocks[1:]
    sentence = split_sentences(first.text)[0].split()
    more = "…" if len(sentence) > _TITLE_WORDS else ""
    return " ".join(sentence[:_TITLE_WORDS]).rstrip(",;:") + more, blocks


def _is_headline(text: str) -> bool:
    return len(text) <= _HEADLINE and not _ENDS.search(text)


def _toml(details: ArticleDetails) -> str:
    """What is known of an article as `article.toml`; JSON's strings are TOML's too."""
    return "".join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}\n"
        for key, value in asdict(details).items()
        if value
    )


def _slug(names: Iterable[str], taken: Collection[str]) -> str:
    """The first of some names that has a letter or digit, as a folder is called."""
    slug = next(filter(None, map(_plain, names)), "")
    if not slug:
        raise IntakeError("The article needs a name of letters or digits, such as “ferry-news”.")
    if slug in taken:
        free = next(_free(slug, taken))
        raise IntakeError(f"There is an article “{slug}” already. Name this one “{free}”, say.")
    return slug


def _plain(name: str) -> str:
    """A name in small letters without accents, all else a hyphen."""
    letters = unicodedata.normalize("NFKD", name.lower())
    bare = "".join(c for c in letters if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", bare))[:_SLUG].strip("-")


def _free(slug: str, taken: Collection[str]) -> Iterator[str]:
    return (name for n in range(2, len(taken) + 3) if (name := f"{slug}-{n}") not in taken)
