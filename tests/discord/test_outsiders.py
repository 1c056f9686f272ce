"""Every button and command, used by who should not: a plain member, or from elsewhere."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from faults.live import bot_on
from faults.loopback import CLICK, COMMAND, Loopback
from faults.payloads import GUILD, guild, interaction, with_button
from hypothesis import Phase, find, settings
from hypothesis import strategies as st

from bot.config import Settings
from bot.discord.bot import FEATURES, FootnoteBot
from bot.discord.editing.rights import EditorButton
from bot.discord.ui.lasting import Lasting, LastingButton
from bot.publishing.edition import fingerprint
from bot.publishing.release import accept, propose, published_edition

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BUTTONS = [
    button
    for feature in FEATURES
    for button in feature.buttons
    if issubclass(button, LastingButton)
]
MANAGE_SERVER = "32"
ELSEWHERE = GUILD + 10**6
NOT_EDITOR = "You need the permission Manage Server for this"
APOLOGY = "Something went wrong on my side."


def custom_id(button: type[Lasting[Any]]) -> str:
    """An id that a button may have, made up: it leads nowhere."""
    ascii_only = st.characters(max_codepoint=127)
    strategy = st.from_regex(button.pattern, fullmatch=True, alphabet=ascii_only)
    # The first will do: to look for the shortest takes a second a button.
    first = settings(database=None, derandomize=True, phases=[Phase.generate])
    return find(strategy, lambda _: True, settings=first)


@pytest.fixture
def loopback() -> Loopback:
    return Loopback()


@pytest.fixture
async def bot(loopback: Loopback, small: Path, tmp_path: Path) -> AsyncIterator[FootnoteBot]:
    async with bot_on(loopback, Settings(small, tmp_path / "data")) as bot:
        yield bot


async def send(loopback: Loopback, number: int, kind: int, data: Any, **changes: Any) -> str:
    """Send an interaction of a member of its own, and return what it is answered."""
    data = {"id": "77", "type": 1, "options": []} | data
    event = interaction(number, kind, data, 1000 + number, **changes)
    if kind == CLICK:
        event["message"] = with_button(number + 10**6, data["custom_id"])
    if changes.get("guild_id", str(GUILD)) is None:
        event["user"] = event.pop("member")["user"]
    else:
        event["member"] |= {"permissions": changes.get("permissions", "0")}
    await loopback.dispatch("INTERACTION_CREATE", event)
    return await loopback.until_answered(number)


async def click_all(loopback: Loopback, **changes: Any) -> dict[type[Lasting[Any]], str]:
    """Click every button there is; what each is answered."""
    return {
        button: await send(
            loopback,
            4 * 10**17 + number,
            CLICK,
            {"custom_id": custom_id(button), "component_type": 2},
            **changes,
        )
        for number, button in enumerate(BUTTONS)
    }


def check_nothing_failed(bot: FootnoteBot, answers: dict[Any, str]) -> None:
    assert not [kind for kind, answer in answers.items() if answer.startswith(APOLOGY)]
    assert fingerprint(bot.settings.knowledge) == bot.edition.version


async def test_a_member_clicks_no_button_of_an_editor(bot: FootnoteBot, loopback: Loopback) -> None:
    answers = await click_all(loopback)
    check_nothing_failed(bot, answers)
    refused = {kind for kind, answer in answers.items() if answer.startswith(NOT_EDITOR)}
    assert refused == {button for button in BUTTONS if issubclass(button, EditorButton)}


async def test_nor_does_anybody_in_a_direct_message(bot: FootnoteBot, loopback: Loopback) -> None:
    answers = await click_all(loopback, guild_id=None, context=1)
    check_nothing_failed(bot, answers)
    editors = [answers[button] for button in BUTTONS if issubclass(button, EditorButton)]
    assert all(answer.startswith(NOT_EDITOR) for answer in editors)


async def test_who_manages_another_server_changes_nothing_from_there(
    bot: FootnoteBot, loopback: Loopback
) -> None:
    await loopback.dispatch("GUILD_CREATE", {**guild(0), "id": str(ELSEWHERE), "name": "Else"})
    answers = await click_all(loopback, guild_id=str(ELSEWHERE), permissions=MANAGE_SERVER)
    check_nothing_failed(bot, answers)


async def test_a_server_without_the_bot_gets_a_sentence_for_each(
    bot: FootnoteBot, loopback: Loopback
) -> None:
    answers = await click_all(loopback, guild_id=str(ELSEWHERE), permissions=MANAGE_SERVER)
    check_nothing_failed(bot, answers)
    assert all(answer.startswith("I am not in this server") for answer in answers.values())


async def test_after_a_rollback_a_button_of_what_was_is_answered(
    bot: FootnoteBot, loopback: Loopback
) -> None:
    facts = bot.settings.knowledge / "ferry" / "facts.md"
    before, gone = bot.edition, [*bot.edition.facts_by_key]
    kept = propose(bot.settings, published_edition(bot.settings), {})
    accept(bot.settings, kept, "ann", NOW)
    source = facts.read_text("utf-8")
    facts.write_text(source.replace("When did the new ferry leave?", "When did it set off?"))
    await bot.reload("ann", confirmed=True)
    new = next(key for key in bot.edition.facts_by_key if key not in gone)
    await bot.roll_back(before.version, "ann")
    ids = [
        re.sub("[0-9a-f]{10}", new, custom_id(button))
        for button in BUTTONS
        if "[0-9a-f]{10}" in button.pattern.pattern
    ]
    answers = {
        id_: await send(
            loopback,
            4 * 10**17 + number,
            CLICK,
            {"custom_id": id_, "component_type": 2},
            permissions=MANAGE_SERVER,
        )
        for number, id_ in enumerate(ids)
    }
    assert len(ids) > 5
    check_nothing_failed(bot, answers)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("add", {}),
        ("edit", {"fact": "When did the new ferry leave?"}),
        ("reload", {}),
        ("rollback", {"version": "0123456789ab"}),
        ("misses", {}),
        ("audit", {}),
    ],
)
async def test_a_member_gives_no_command_of_an_editor(
    bot: FootnoteBot, loopback: Loopback, name: str, given: dict[str, str]
) -> None:
    """Discord hides them; a forged one arrives anyway."""
    options = [{"name": key, "type": 3, "value": value} for key, value in given.items()]
    data = {"name": "facts", "options": [{"name": name, "type": 1, "options": options}]}
    answer = await send(loopback, 4 * 10**17, COMMAND, data)
    assert answer.startswith(NOT_EDITOR)
    check_nothing_failed(bot, {name: answer})
