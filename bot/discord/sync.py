"""Syncing the commands to Discord, but only when they have changed."""

import hashlib
import json
import logging
from pathlib import Path

from discord import app_commands

from bot.discord.errors import UNTAKEN
from bot.files import private_folder, read_file, replace_file

log = logging.getLogger(__name__)


async def sync_when_changed(tree: app_commands.CommandTree, note: Path) -> bool:
    """Sync the commands unless `note` says that this application has them already.

    Returns whether they were sent. A refusal by Discord is logged; the bot still hears mentions.
    """
    digest = (await _digest(tree)).encode()
    if _noted(note) == digest:
        return False
    try:
        await tree.sync()
    except UNTAKEN as error:
        log.warning("Discord refused the commands; the next start tries again: %s", error)
        return False
    try:
        private_folder(note.parent)
        replace_file(note, digest)
    except OSError as error:
        log.warning(
            "%s can't be written, so the next start syncs the commands again: %s", note, error
        )
    return True


def _noted(note: Path) -> bytes:
    """The digest of the last sync; a file that can't be read is logged, and written again."""
    try:
        return read_file(note, 100).strip()
    except FileNotFoundError:
        return b""
    except OSError as error:
        log.warning("%s can't be read, so the commands are synced again: %s", note, error)
        return b""


async def _digest(tree: app_commands.CommandTree) -> str:
    commands = [
        # With the translations, which are synced too and may change alone.
        await command.get_translated_payload(tree, tree.translator)
        if tree.translator
        else command.to_dict(tree)
        for command in tree.get_commands()
    ]
    definition = json.dumps([tree.client.application_id, commands], sort_keys=True)
    return hashlib.sha256(definition.encode()).hexdigest()
