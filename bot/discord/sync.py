"""Telling Discord the commands, but only when they differ from those it was last told."""

import hashlib
import json
import logging
from pathlib import Path

import discord
from discord import app_commands

log = logging.getLogger(__name__)


async def sync_when_changed(tree: app_commands.CommandTree, told: Path) -> bool:
    """Sync the commands unless `told` says that this application has them already.

    Returns whether they were sent. A refusal by Discord is logged; the bot still hears mentions.
    """
    digest = await _digest(tree)
    if told.is_file() and told.read_text("utf-8").strip() == digest:
        return False
    try:
        await tree.sync()
    except discord.HTTPException as error:
        log.warning("Discord did not take the commands; the next start tries again: %s", error)
        return False
    told.parent.mkdir(parents=True, exist_ok=True)
    told.write_text(digest + "\n", "utf-8")
    return True


async def _digest(tree: app_commands.CommandTree) -> str:
    commands = [
        # With the translations: they are told too, and may change alone.
        await command.get_translated_payload(tree, tree.translator)
        if tree.translator
        else command.to_dict(tree)
        for command in tree.get_commands()
    ]
    definition = json.dumps([tree.client.application_id, commands], sort_keys=True)
    return hashlib.sha256(definition.encode()).hexdigest()
