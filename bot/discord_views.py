"""How replies and summaries look in Discord: Components V2 layouts within Discord's limits."""

from collections.abc import Sequence
from itertools import groupby

import discord
from discord import ui
from discord.utils import escape_markdown

from bot.facts import Citation
from bot.reply import DID_YOU_MEAN, NEAR_BY, Reply, attribution
from bot.summary_file import SummaryLine

TEXT_LIMIT = 4000
"""Characters of all text in one layout: Discord's limit, which discord.py does not check."""

_MORE = "-# …and {count} more. Ask about them one by one."


def reply_view(reply: Reply) -> ui.LayoutView:
    """An answer with its numbered sentences, or a choice of questions, or a refusal."""
    texts = [escape_markdown(reply.answer or DID_YOU_MEAN)]
    texts += [citation_text(n, citation) for n, citation in enumerate(reply.citations, start=1)]
    if reply.suggestions:
        lead = [f"-# {NEAR_BY}"] if reply.answer else []
        questions = [f"- {escape_markdown(s.question)}" for s in reply.suggestions]
        texts.append("\n".join([*lead, *questions]))
    return _layout(texts)


def citation_text(number: int, citation: Citation) -> str:
    """A numbered quotation: the sentence to the letter, then who says so."""
    sentence = escape_markdown(citation.sentence.text)
    return f"> **[{number}]** {sentence}\n> -# {escape_markdown(attribution(citation))}"


def summary_view(title: str, lines: Sequence[SummaryLine]) -> ui.LayoutView:
    """A summary: the headline, then cited sentences under their labels."""
    texts = [f"### {escape_markdown(title)}"]
    number = 0
    for label, group in groupby(lines, key=lambda line: line.label):
        heading = f"**{escape_markdown(label)}**\n" if label else ""
        for line in group:
            number += 1
            texts.append(heading + citation_text(number, line.citation))
            heading = ""
    return _layout(texts)


def notice_view(text: str) -> ui.LayoutView:
    """A message of the bot about itself, such as what a reload changed."""
    return _layout([text])


def _layout(texts: Sequence[str]) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    container: ui.Container[ui.LayoutView] = ui.Container()
    for text in within_limit(texts, TEXT_LIMIT):
        container.add_item(ui.TextDisplay(text))
    view.add_item(container)
    return view


def within_limit(texts: Sequence[str], limit: int) -> list[str]:
    """The texts that fit into `limit` characters together, and a word about the rest.

    A first text that is too long by itself is cut.
    """
    room = limit - len(_MORE.format(count=len(texts)))
    kept: list[str] = []
    for text in texts:
        if kept and len(text) > room:
            return [*kept, _MORE.format(count=len(texts) - len(kept))]
        kept.append(text if len(text) <= room else text[: room - 1] + "…")
        room -= len(kept[-1])
    return kept


QUIET = discord.AllowedMentions.none()
"""Nobody is pinged, whatever a message holds."""
