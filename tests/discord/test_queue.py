"""A busy channel: everybody gets an answer, in order, as fast as Discord takes it."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from faults.live import bot_on
from faults.loopback import Fault, Loopback
from faults.payloads import CHANNEL, DIRECT

from bot.config import Settings
from bot.discord.bot import FootnoteBot
from bot.operation import queues

QUESTION = "What do the islanders want by May?"
OTHER = "When did the new ferry leave?"
ANSWER = "The islanders want a second ferry by May."


@pytest.fixture
def loopback() -> Loopback:
    return Loopback(channels=2)


@pytest.fixture
async def bot(loopback: Loopback, small: Path, tmp_path: Path) -> AsyncIterator[FootnoteBot]:
    async with bot_on(loopback, Settings(small, tmp_path / "data")) as bot:
        yield bot


async def ask_all(loopback: Loopback, *questions: str) -> dict[int, int]:
    """Ask in the channel, each a member of their own; return the questions by the members."""
    return {
        1000 + n: await loopback.ask(question, 1000 + n, CHANNEL)
        for n, question in enumerate(questions)
    }


async def stopped(loopback: Loopback, *questions: str) -> dict[int, int]:
    """Ask while Discord takes nothing, until all questions wait behind the first."""
    loopback.gate.clear()
    asked = await ask_all(loopback, *questions)
    await looked_at(loopback)
    return asked


async def looked_at(loopback: Loopback) -> None:
    """Wait until the bot has read all that was asked: it reads one message after the other."""
    last = 900_000 + len(loopback.addressed)
    await loopback.ask(QUESTION, last)
    await loopback.until(lambda: DIRECT + last in loopback.addressed)


async def ended(bot: FootnoteBot, loopback: Loopback) -> None:
    loopback.gate.set()
    assert await bot.in_progress.finish(50) == 0


@pytest.mark.usefixtures("bot")
async def test_thirty_who_ask_different_things_at_once_are_answered_in_order(
    loopback: Loopback,
) -> None:
    """No request is refused: the bot waits as long as Discord says."""
    loopback.pace = 0.15
    asked = await ask_all(loopback, *(f"Who ate {n} of the pies?" for n in range(30)))
    await loopback.until_answered(asked[1029])
    assert [post.to for post in loopback.posted] == list(asked.values())
    assert loopback.refused == 0


async def test_those_who_ask_the_same_share_a_message_that_names_them(
    bot: FootnoteBot, loopback: Loopback
) -> None:
    asked = await stopped(loopback, OTHER, QUESTION, OTHER, QUESTION, QUESTION)
    await ended(bot, loopback)
    (answer,) = loopback.answers_to(asked[1001])
    assert answer.startswith(ANSWER)
    assert "-# Also for <@1003> <@1004>" in answer
    assert not loopback.answers_to(asked[1003]) + loopback.answers_to(asked[1004])
    # The first answer was under way when the same was asked.
    assert "<@" not in loopback.answers_to(asked[1000])[0] + loopback.answers_to(asked[1002])[0]


async def test_who_asks_the_same_twice_is_answered_once_and_not_named(
    bot: FootnoteBot, loopback: Loopback
) -> None:
    await stopped(loopback, OTHER)
    twice = [await loopback.ask(QUESTION, 2000, CHANNEL) for _ in range(2)]
    await looked_at(loopback)
    await ended(bot, loopback)
    assert [len(loopback.answers_to(number)) for number in twice] == [1, 0]
    assert "<@" not in loopback.answers_to(twice[0])[0]


async def test_if_a_shared_answer_fails_the_others_get_theirs(
    bot: FootnoteBot, loopback: Loopback
) -> None:
    asked = await stopped(loopback, OTHER, QUESTION, QUESTION)
    loopback.faults += [Fault(0, taken=True), Fault(0, taken=True), Fault(400), Fault(400)]
    await ended(bot, loopback)
    assert loopback.answers_to(asked[1002])[0].startswith(ANSWER)


async def test_only_if_the_queue_is_full_it_is_told_once_when_to_ask_again(
    bot: FootnoteBot, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "LONGEST", 4)
    asked = await stopped(loopback, *(f"Who ate {n} of the pies?" for n in range(8)))
    await ended(bot, loopback)
    counts = [len(loopback.answers_to(number)) for number in asked.values()]
    assert counts == [1, 1, 1, 1, 1, 0, 0, 0]
    (word,) = loopback.answers_to(asked[1004])
    assert re.match(r"Too many questions at once here.* ask again <t:\d+:R>", word)
    after = await loopback.ask(QUESTION, 3000, CHANNEL)
    assert (await loopback.until_answered(after)).startswith(ANSWER)


@pytest.mark.usefixtures("bot")
async def test_a_command_and_another_channel_do_not_wait_behind_a_queue(
    loopback: Loopback,
) -> None:
    loopback.pace = 30
    await ask_all(loopback, *(f"Who ate {n} of the pies?" for n in range(9)))
    command = await loopback.command("ask", question=QUESTION)
    elsewhere = await loopback.ask(QUESTION, 2000, CHANNEL + 1)
    assert ANSWER in await loopback.until_answered(command)
    assert (await loopback.until_answered(elsewhere)).startswith(ANSWER)


async def test_what_waits_long_sees_the_bot_typing(
    bot: FootnoteBot, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "PATIENCE", 0)
    loopback.gate.clear()
    await loopback.ask(QUESTION, 1000, CHANNEL)
    await loopback.until(lambda: loopback.typed)
    assert loopback.typed == [CHANNEL]
    await ended(bot, loopback)
