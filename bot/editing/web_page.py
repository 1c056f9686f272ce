"""Reading a saved web page: its article without menus and notices, by trafilatura.

trafilatura is chosen for what it leaves out: of the kept extractors in Python it does best in the
published comparisons. It is an extra, for it brings ten packages along.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import FootnoteError


class PageError(FootnoteError):
    """A saved page can't be read here; the message says what to install."""


@dataclass(frozen=True)
class Page:
    """The article of a page as Markdown, and what the page tells about it, by name."""

    markdown: str
    about: Mapping[str, str]


def read_page(html: str) -> Page | None:
    """Find the article of a page, or None. Raises PageError if the extra is not installed."""
    try:
        # Imported here: only a page needs it.
        from trafilatura import extract, extract_metadata  # noqa: PLC0415
    except ImportError:
        raise PageError(
            "Reading a saved page needs an extra: pip install 'footnote-bot[html]'. "
            "Or copy its text into a .txt file."
        ) from None
    markdown = extract(html, output_format="markdown", include_comments=False)
    if not markdown:
        return None
    metadata = extract_metadata(html)
    about = {
        "title": metadata.title,
        "publisher": metadata.sitename,
        "url": metadata.url,
        "date": metadata.date,
    }
    return Page(markdown, {key: value for key, value in about.items() if value})
