"""Laying out messages in Discord: Components V2, within the limits that discord.py leaves to us."""

import re
from collections.abc import Iterable, Sequence

import discord
from discord import ui
from discord.utils import escape_markdown

from bot.knowledge.article import Sentence
from bot.knowledge.facts import Citation
from bot.routing.library import Library
from bot.routing.own_words import spoken
from bot.routing.reply import Reply, lead
from bot.wording import Wording

TEXT_LIMIT = 4000
"""Characters of all text in one layout: Discord's limit, which discord.py does not check."""

PLAIN_LIMIT = 2000
"""Characters of a message without layout, which discord.py does not check either."""

COUNT_LIMIT = 26
"""Texts of one layout: Discord allows 40 components, and buttons need some of them."""

# With a backslash before each of these, nothing that Discord gives a meaning to is left: the
# colon takes it from addresses, the angle bracket from mentions, emoji and times.
# A colon lives in an address alone; elsewhere it would only be ugly to escape.
_LIVE = re.compile(r"[\\*_~`|<>@#\[\]]|:(?=//)")

QUIET = discord.AllowedMentions.none()
"""Nobody is pinged, whatever a message holds; the client sends this with every message.

Only an edit of a message that is known by its id alone has to say it again.
"""


def lead_text(reply: Reply, wording: Wording) -> str:
    """The answer or refusal, or the question that leads to a choice; no markup lives in it."""
    return spoken(lead(reply), wording, escape_markdown)


def citation_text(number: int, citation: Citation, library: Library, wording: Wording) -> str:
    """A numbered quotation: the sentence to the letter, then who says so and where."""
    sentence = escape_markdown(citation.sentence.text)
    return f"> **[{number}]** {sentence}\n> -# {attribution(citation, library, wording)}"


def citation_texts(citations: Iterable[Citation], library: Library, wording: Wording) -> list[str]:
    """The quotations of an answer, numbered from 1."""
    return [citation_text(n, c, library, wording) for n, c in enumerate(citations, start=1)]


def attribution(
    citation: Citation, library: Library, wording: Wording, *, linked: bool = True
) -> str:
    """Who says so and where: "— Brett McGurk · IBTimes, ¶ 4", with a link if `linked`."""
    source = _source(citation.sentence, library, wording, linked=linked)
    if citation.speaker is None:
        voice = "quoting" if citation.sentence.quotes else "own_voice"
        return wording(f"reply.{voice}", source=source)
    return wording("reply.attribution", speaker=escape_markdown(citation.speaker), source=source)


def _source(sentence: Sentence, library: Library, wording: Wording, *, linked: bool) -> str:
    """The publisher and the place, and the title too if there are several articles."""
    article = library.article(sentence.article)
    several = len(library.collection.parts) > 1
    names = [article.title if several else "", article.publisher]
    name = ", ".join(filter(None, names)) or wording("reply.the_article")
    text = inert(f"{name}, {place_text(sentence, wording)}")
    return f"[{text}](<{article.about.url}>)" if linked and article.about.url else text


def place_text(sentence: Sentence, wording: Wording) -> str:
    """Where a sentence stands: "¶ 5"."""
    if sentence.paragraph == 0:
        return wording("reply.headline")
    return wording("reply.place", paragraph=sentence.paragraph)


def shortened(text: str, limit: int) -> str:
    """A text of at most `limit` characters; a longer one ends with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def inert(text: str) -> str:
    """Text that somebody wrote, as the letters that it has: no markup, mention or link in it."""
    return _LIVE.sub(r"\\\g<0>", text)


def layout(
    texts: Sequence[str],
    wording: Wording,
    rows: Iterable[ui.ActionRow[ui.LayoutView]] = (),
    edge: discord.Colour | None = None,
) -> ui.LayoutView:
    """Texts in a frame, which may have a colored edge, and under it rows of buttons."""
    view = ui.LayoutView(timeout=None)
    container: ui.Container[ui.LayoutView] = ui.Container(accent_colour=edge)
    for text in within_limits(texts, wording):
        container.add_item(ui.TextDisplay(text))
    view.add_item(container)
    for row in rows:
        view.add_item(row)
    return view


def plain_text(texts: Sequence[str], wording: Wording) -> str:
    """Texts for a message without layout, a blank line between them."""
    blank_lines = 2 * COUNT_LIMIT
    return "\n\n".join(within_limits(texts, wording, PLAIN_LIMIT - blank_lines))


def within_limits(texts: Sequence[str], wording: Wording, limit: int = TEXT_LIMIT) -> list[str]:
    """The texts that one layout holds, and a word about the rest.

    A first text that is too long by itself is cut.
    """
    room = limit - len(wording("reply.more", count=len(texts)))
    kept: list[str] = []
    for text in texts:
        full = len(kept) == COUNT_LIMIT - 1 and len(texts) > COUNT_LIMIT
        if full or (kept and len(text) > room):
            return [*kept, wording("reply.more", count=len(texts) - len(kept))]
        kept.append(shortened(text, room))
        room -= len(kept[-1])
    return kept
