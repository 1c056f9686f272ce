"""The catalogues fit each other, the commands and Discord's rules."""

import os
import re
import string
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import simcord

from bot.discord.bot import SYNCED_COMMANDS, FootnoteBot
from bot.discord.sync import sync_when_changed
from bot.wording import DEFAULT, Wording, wording_for, wordings

ENGLISH = wordings()[DEFAULT]
OTHERS = [wording for language, wording in wordings().items() if language != DEFAULT]

# Discord's rule for the names of slash commands and their options; letters of any script.
NAME = re.compile(r"[-_'\w]{1,32}")
MESSAGE_MENU = 3


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("other", OTHERS, ids=lambda wording: wording.language)
def test_a_catalogue_has_the_same_texts_with_the_same_gaps(other: Wording) -> None:
    assert set(other.texts) == set(ENGLISH.texts)
    for key, text in ENGLISH.texts.items():
        assert gaps(other.texts[key]) == gaps(text), key


@pytest.mark.parametrize("wording", wordings().values(), ids=lambda wording: wording.language)
def test_no_text_is_empty(wording: Wording) -> None:
    assert all(text.strip() for text in [*wording.texts.values(), *wording.commands.values()])


def test_there_is_a_second_language_and_english_for_all_others() -> None:
    assert wording_for("de").language == "de"
    assert wording_for("en-GB") == wording_for("xx") == ENGLISH


def synced_commands(env: simcord.Env) -> list[dict[str, Any]]:
    """The commands as the bot told them to Discord."""
    (request,) = [entry for entry in env.http_requests if entry.method == "PUT"]
    assert request.json
    return list(request.json)


def parts(commands: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every command, group, option and choice."""
    for command in commands:
        yield command
        yield from parts(command.get("options", []))
        yield from command.get("choices", [])


def english_texts(part: dict[str, Any]) -> Iterator[str]:
    yield part["name"]
    if part.get("description"):
        yield part["description"]


@pytest.mark.parametrize("other", OTHERS, ids=lambda wording: wording.language)
async def test_discord_is_told_every_command_in_every_language(
    simcord_env: simcord.Env, other: Wording
) -> None:
    for part in parts(synced_commands(simcord_env)):
        assert part["name_localizations"][other.language] == other.commands[part["name"]]
        if part.get("description"):
            described = part["description_localizations"][other.language]
            assert described == other.commands[part["description"]]


@pytest.mark.parametrize("other", OTHERS, ids=lambda wording: wording.language)
async def test_a_catalogue_names_no_command_that_is_gone(
    simcord_env: simcord.Env, other: Wording
) -> None:
    used = {text for part in parts(synced_commands(simcord_env)) for text in english_texts(part)}
    assert set(other.commands) - used == set()


@pytest.mark.parametrize("language", list(wordings()))
async def test_names_and_descriptions_are_what_discord_takes(
    simcord_env: simcord.Env, language: str
) -> None:
    commands = wordings()[language].commands
    top = synced_commands(simcord_env)
    choices = [choice["name"] for part in parts(top) for choice in part.get("choices", [])]
    for part in parts(top):
        name = commands.get(part["name"], part["name"])
        if part.get("type") == MESSAGE_MENU or part["name"] in choices:
            assert 1 <= len(name) <= 32
        else:
            assert NAME.fullmatch(name), name
            assert name == name.lower()
        assert len(commands.get(part.get("description", ""), part.get("description", ""))) <= 100
    for siblings in (top, *(part.get("options", []) for part in parts(top))):
        names = [(part["type"], commands.get(part["name"], part["name"])) for part in siblings]
        assert len(names) == len(set(names)), names


async def test_a_changed_translation_is_told_again(
    simcord_env: simcord.Env, new_bot: Callable[[], FootnoteBot]
) -> None:
    bot = new_bot()
    await simcord_env.restart_bot(bot)
    file = bot.settings.data / SYNCED_COMMANDS
    assert not await sync_when_changed(bot.tree, file)
    await bot.tree.set_translator(None)
    assert await sync_when_changed(bot.tree, file)


@pytest.mark.parametrize("spoil", [Path.mkdir, os.mkfifo, lambda file: file.write_bytes(b"\xff")])
async def test_a_spoiled_note_of_what_was_told_ends_nothing(
    simcord_env: simcord.Env,
    new_bot: Callable[[], FootnoteBot],
    caplog: pytest.LogCaptureFixture,
    spoil: Callable[[Path], object],
) -> None:
    bot = new_bot()
    file = bot.settings.data / SYNCED_COMMANDS
    file.unlink(missing_ok=True)
    spoil(file)
    await simcord_env.restart_bot(bot)
    assert len(simcord_env.http_requests)
    assert file.is_dir() or not await sync_when_changed(bot.tree, file)
    assert file.is_dir() == ("can't be written, so the next start" in caplog.text)
