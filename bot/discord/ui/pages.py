"""Reading in pages: entries under their headings, and buttons that turn the pages in place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from discord import ui

from bot.discord.client import Interaction
from bot.discord.errors import GoneError
from bot.discord.message_text import asker_of
from bot.discord.pace import wait_of_channel
from bot.discord.ui.lasting import LastingButton
from bot.wording import Wording

T = TypeVar("T")
Row: TypeAlias = "ui.ActionRow[ui.LayoutView]"

PAGE_LENGTH = 1300
"""Characters of a page: what one scrolls through on a phone without losing the buttons."""

PAGE_ENTRIES = 20
"""Entries of a page at most: each is a component, and Discord limits these."""


@dataclass(frozen=True)
class Entry:
    """A text, and the heading that it shares with its neighbours."""

    heading: str
    text: str


def paged(
    entries: Sequence[Entry], room: int = PAGE_LENGTH, most: int = PAGE_ENTRIES
) -> list[list[Entry]]:
    """The entries in pages of at most `room` characters and `most` entries; at least one page.

    An entry that is longer by itself has a page of its own.
    """
    pages: list[list[Entry]] = [[]]
    length, heading = 0, ""
    for entry in entries:
        size = len(entry.text) + 1
        size += len(entry.heading) + 1 if entry.heading != heading else 0
        full = length + size > room or len(pages[-1]) == most
        if full and pages[-1]:
            pages.append([])
            length, size = 0, len(entry.heading) + len(entry.text) + 2
        pages[-1].append(entry)
        length, heading = length + size, entry.heading
    return pages


def entry_texts(entries: Sequence[Entry]) -> list[str]:
    """A text for each entry; the first one of several that share a heading is under it."""
    before = ["", *(entry.heading for entry in entries)]
    return [
        entry.text if entry.heading == heading else f"{entry.heading}\n{entry.text}"
        for heading, entry in zip(before, entries, strict=False)
    ]


def page_of(pages: Sequence[T], page: int, wording: Wording) -> T:
    """Page number `page`, from 0. Raises GoneError if there is none (any more)."""
    if page >= len(pages):
        raise GoneError(wording("pages.gone"))
    return pages[page]


def page_texts(entries: Sequence[Entry], page: int, wording: Wording) -> tuple[list[str], int]:
    """The texts of a page of entries, and how many pages there are. Raises GoneError."""
    pages = paged(entries)
    return entry_texts(page_of(pages, page, wording)), len(pages)


def page_foot(
    kind: type[LastingButton], prefix: str, page: int, count: int, wording: Wording
) -> tuple[list[str], list[Row]]:
    """What stands below a page: which one it is, and the buttons that turn to those beside it.

    Nothing if there is only one. A button's custom id is `prefix` and the number of its page.
    """
    if count == 1:
        return [], []
    # Both always stand there, so that neither moves from under a thumb.
    targets = {"pages.previous": max(page - 1, 0), "pages.next": min(page + 1, count - 1)}
    buttons = [kind(wording(key), f"{prefix}:{target}") for key, target in targets.items()]
    for button, target in zip(buttons, targets.values(), strict=True):
        button.item.disabled = target == page
    place = wording("pages.place", page=page + 1, count=count)
    return [f"-# {place}"], [ui.ActionRow[Any](*buttons)]


async def show(interaction: Interaction, view: ui.LayoutView, *, ephemeral: bool = False) -> None:
    """Answer a command, menu or button with a message; in a busy channel for the member alone."""
    ephemeral = ephemeral or wait_of_channel(interaction) is not None
    done = interaction.response.is_done()
    send = interaction.followup.send if done else interaction.response.send_message
    await send(view=view, ephemeral=ephemeral, suppress_embeds=True)


async def show_instead(interaction: Interaction, view: ui.LayoutView) -> None:
    """Answer a button by changing its message, for who asked for that; others get a copy."""
    message = interaction.message
    theirs = not message or message.flags.ephemeral or asker_of(message) == interaction.user.id
    if theirs:
        await interaction.response.edit_message(view=view)
    else:
        await show(interaction, view, ephemeral=True)
