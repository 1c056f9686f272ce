"""Checking quotations in Discord: `/quote`, and "Check this quote" on somebody's message."""

from collections.abc import Sequence

import discord
from discord import app_commands, ui

from bot.discord.client import Interaction, wording_of
from bot.discord.errors import whisper
from bot.discord.feature import Feature
from bot.discord.message_text import text_of
from bot.discord.ui.pages import show
from bot.discord.views import citation_texts, inert, layout
from bot.publishing.edition import Edition
from bot.quoting.check import TEXT_LIMIT, DiffRun, QuoteCheck, check_quotes, citations
from bot.wording import Wording

_RUN_LENGTH = 300
"""Characters of a run of words that are shown; from a longer one the middle is left out."""

_DIFF_LENGTH = 2000
"""Characters of a word diff; what follows is left out."""

_ECHO_LENGTH = 200
"""Characters that are shown of a quotation that is not in the article."""

_FORMS = {"equal": "{}", "removed": "~~{}~~", "added": "**{}**"}


@app_commands.command()
@app_commands.describe(text="The words that are said to be the article's")
async def quote(interaction: Interaction, text: str) -> None:
    """Check a quotation word for word."""
    view = quote_view(interaction.client.edition, text, wording_of(interaction))
    # A member's words are not for all to see under the bot's name.
    await show(interaction, view, ephemeral=True)


async def check_message(interaction: Interaction, message: discord.Message) -> None:
    """Check a quotation in somebody's message, for the member alone."""
    wording = wording_of(interaction)
    text = text_of(message)
    if not text.strip():
        await whisper(interaction, wording("quote.no_words"))
        return
    view = quote_view(interaction.client.edition, text, wording)
    await show(interaction, view, ephemeral=True)


check_this_quote = app_commands.ContextMenu(name="Check this quote", callback=check_message)


def quote_view(edition: Edition, text: str, wording: Wording) -> ui.LayoutView:
    """What came of checking a text, or each quotation in it."""
    checks = check_quotes(text, edition.knowledge.articles)
    return layout([t for check in checks for t in _check_texts(edition, check, wording)], wording)


def _check_texts(edition: Edition, check: QuoteCheck, wording: Wording) -> list[str]:
    """The verdict with the words compared, then the article's sentences."""
    words = diff_text(check.runs) or inert(_shortened(check.text, _ECHO_LENGTH))
    notes = [wording("quote.legend")] if check.status == "altered" else []
    notes += [wording("quote.shortened")] if check.shortened else []
    notes += [wording("quote.cut", limit=TEXT_LIMIT)] if check.cut else []
    cited = citation_texts(citations(check, edition.knowledge.facts), edition.library, wording)
    if cited:
        cited[0] = f"{wording('quote.says')}\n{cited[0]}"
    return [f"{_verdict(check, wording)}\n> {words}", *notes, *cited]


def _verdict(check: QuoteCheck, wording: Wording) -> str:
    if check.status != "verbatim" or not check.apart_from:
        return wording(f"quote.{check.status}")
    what = ", ".join(wording(f"quote.{kind}") for kind in check.apart_from)
    return wording("quote.apart_from", what=what)


def diff_text(runs: Sequence[DiffRun]) -> str:
    """The words of a quotation: ~~the article's that are missing~~, **others that were put in**."""
    parts: list[str] = []
    length = 0
    for run in runs:
        part = _FORMS[run.kind].format(inert(_shortened(run.text, _RUN_LENGTH)))
        length += len(part) + 1
        if length > _DIFF_LENGTH:
            return " ".join([*parts, "…"])
        parts.append(part)
    return " ".join(parts)


def _shortened(text: str, limit: int) -> str:
    """A text of at most `limit` characters; the middle of a longer one is left out."""
    half = limit // 2 - 1
    return text if len(text) <= limit else f"{text[:half]} … {text[-half:]}"


FEATURE = Feature(commands=(quote, check_this_quote))
