"""Connecting to a Discord that is out of reach, or sends what nobody understands."""

import logging
from typing import Any

import pytest
from faults.live import bot_on
from faults.loopback import Fault, Loopback
from faults.payloads import CHANNEL, GUILD, guild, interaction, message, user

from bot.config import Settings
from bot.discord import gateway

QUESTION = "What do the islanders want by May?"
ANSWER = "The islanders want a second ferry by May."


@pytest.fixture
def loopback() -> Loopback:
    return Loopback()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again without a wait."""
    monkeypatch.setattr(gateway, "FIRST_WAIT", 0.0)


def log_lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the log says is amiss; no traceback among it."""
    amiss = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert not any(record.exc_info for record in amiss)
    return [record.getMessage() for record in amiss if record.name != "discord.client"]


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("statuses", [[429], [503, 521, 429]])
async def test_it_tries_to_log_in_until_discord_answers_with_a_line_a_try(
    loopback: Loopback,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    statuses: list[int],
) -> None:
    """A 429 without Discord's own headers comes from what stands before it."""
    loopback.at_login += [Fault(status) for status in statuses]
    async with bot_on(loopback, settings):
        assert await loopback.until_answered(await loopback.ask(QUESTION))
    lines = log_lines(caplog)
    assert len(lines) == len(statuses)
    for line, status in zip(lines, statuses, strict=True):
        assert line.startswith("Discord is out of reach; trying again in 0 s: ")
        assert str(status) in line


@pytest.mark.usefixtures("at_once")
async def test_it_tries_to_connect_though_the_first_connection_failed(
    loopback: Loopback, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    loopback.at_gateway += [Fault(503), Fault(502)]
    async with bot_on(loopback, settings):
        assert await loopback.until_answered(await loopback.ask(QUESTION))
    assert len(log_lines(caplog)) == 2


async def test_the_waits_grow_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async def fail() -> None:
        if len(waits) < 9:
            raise ConnectionError

    monkeypatch.setattr("asyncio.sleep", sleep)
    await gateway.persistently(fail)
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300, 300]


async def test_only_what_is_used_is_subscribed(loopback: Loopback, settings: Settings) -> None:
    async with bot_on(loopback, settings) as bot:
        used = {name for name, on in bot.intents if on}
    assert used == {"guilds", "guild_messages", "dm_messages", "guild_reactions", "dm_reactions"}


def of_member(**more: Any) -> dict[str, Any]:
    data = {"id": "77", "name": "help", "type": 1, "options": []}
    whole = interaction(4 * 10**17, 2, data, 100)
    return whole | {"member": whole["member"] | more}


WHERE = {"guild_id": str(GUILD), "channel_id": str(CHANNEL)}
THREAD = {"id": "1", "guild_id": str(GUILD), "parent_id": str(CHANNEL), "type": 11, "name": "t"}
SAID = message(4 * 10**17, "hi", user(100), **WHERE)


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("INTERACTION_CREATE", of_member(permissions="")),
        ("INTERACTION_CREATE", {}),
        ("THREAD_CREATE", THREAD | {"owner_id": "100", "member_count": 1}),
        ("MESSAGE_REACTION_ADD", {"user_id": "100", "message_id": "1", **WHERE}),
        ("MESSAGE_CREATE", SAID | {"author": None}),
        ("MESSAGE_CREATE", SAID | {"mentions": None}),
        ("MESSAGE_DELETE", {"id": "x", **WHERE}),
        ("CHANNEL_UPDATE", {"id": str(CHANNEL), "guild_id": str(GUILD), "type": 0}),
        ("GUILD_ROLE_CREATE", {"guild_id": str(GUILD), "role": {}}),
        ("GUILD_UPDATE", {"id": None}),
        ("GUILD_CREATE", {**guild(1), "id": "1", "roles": None}),
        ("GUILD_DELETE", {}),
        ("USER_UPDATE", {}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_an_odd_event_is_logged_and_the_bot_goes_on(
    loopback: Loopback,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    event: str,
    data: dict[str, Any],
) -> None:
    async with bot_on(loopback, settings):
        await loopback.dispatch(event, data)
        answer = await loopback.until_answered(await loopback.ask(QUESTION))
    assert answer.startswith(ANSWER)
    (line,) = log_lines(caplog)
    assert line.startswith(f"Discord sent an unreadable {event}, which is skipped: ")


@pytest.mark.usefixtures("at_once")
async def test_a_frame_that_is_none_makes_a_new_connection(
    loopback: Loopback, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async with bot_on(loopback, settings) as bot:
        bot.before_identify_hook = _no_wait  # type: ignore[method-assign]
        await loopback.garble()
        await loopback.until_logins(2)
        assert await loopback.until_answered(await loopback.ask(QUESTION))
    assert len(log_lines(caplog)) == 1


async def _no_wait(shard_id: int | None, *, initial: bool = False) -> None:
    pass
