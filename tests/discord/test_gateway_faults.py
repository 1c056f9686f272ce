"""What goes wrong on the way to Discord and back, against a Discord on this machine."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from faults.live import bot_on
from faults.loopback import EXPIRED, Fault, Loopback
from faults.payloads import CHANNEL, GUILD, asked, interaction, with_button

from bot.config import Settings
from bot.discord.bot import FootnoteBot
from bot.discord.client import CONNECTIONS
from bot.knowledge.facts import fact_key
from bot.operation import in_progress

QUESTION = "What do the islanders want by May?"
ANSWER = "The islanders want a second ferry by May."
FACT = "ferry#what-do-the-islanders-want-by-may"
SLOWLY = "That was a lot at once."


@pytest.fixture
def loopback() -> Loopback:
    return Loopback()


@pytest.fixture
async def bot(loopback: Loopback, small: Path, tmp_path: Path) -> AsyncIterator[FootnoteBot]:
    async with bot_on(loopback, Settings(small, tmp_path / "data")) as bot:
        yield bot


async def settled(bot: FootnoteBot, loopback: Loopback) -> None:
    """Wait until all that was asked is dealt with."""
    await loopback.until_answered(await loopback.ask(QUESTION, member=999))
    assert await bot.in_progress.finish(50) == 0


def our_log(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """What the bot itself logged as amiss."""
    return [r for r in caplog.records if r.levelno >= logging.WARNING and r.name[:3] == "bot"]


def check_one_line(caplog: pytest.LogCaptureFixture, said: str) -> None:
    (record,) = our_log(caplog)
    assert said in record.getMessage()
    assert "\n" not in record.getMessage()
    assert not any(record.exc_info for record in caplog.records)


@pytest.mark.parametrize("code", [1000, 1001, 4000, 4009])
async def test_what_was_asked_while_away_is_answered_after_the_resume(
    bot: FootnoteBot, loopback: Loopback, code: int
) -> None:
    before = await loopback.ask(QUESTION, member=101)
    await loopback.hang_up(code)
    during = await loopback.ask(QUESTION, member=102)
    command = await loopback.command("ask", member=103, question=QUESTION)
    await settled(bot, loopback)
    assert loopback.logins == ["IDENTIFY", "RESUME"]
    for number in (before, during, command):
        (answer,) = loopback.answers_to(number)
        assert ANSWER in answer


async def test_what_comes_again_with_the_resume_is_not_answered_again(
    bot: FootnoteBot, loopback: Loopback, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even asked of Discord, which would refuse."""
    asked = [
        await loopback.ask(QUESTION),
        await loopback.ask(QUESTION, channel=CHANNEL),
        await loopback.command("ask", question=QUESTION),
        await loopback.click(f"v1:vote:up:{fact_key(FACT)}"),
    ]
    for number in asked:
        await loopback.until_answered(number)
    await loopback.hang_up(again=len(asked))
    await settled(bot, loopback)
    assert [len(loopback.answers_to(number)) for number in asked] == [1, 1, 1, 1]
    assert loopback.requests == len(loopback.posted) == 5
    assert our_log(caplog) == []


@pytest.mark.usefixtures("identifies_at_once")
async def test_an_invalid_session_is_begun_again(bot: FootnoteBot, loopback: Loopback) -> None:
    await loopback.end_session()
    await loopback.until_logins(2)
    await settled(bot, loopback)
    assert loopback.logins == ["IDENTIFY", "IDENTIFY"]


@pytest.mark.usefixtures("identifies_at_once")
async def test_a_session_that_was_forgotten_meanwhile_is_begun_again(
    bot: FootnoteBot, loopback: Loopback
) -> None:
    loopback.forget_session()
    await loopback.hang_up()
    await loopback.until_logins(3)
    await settled(bot, loopback)
    assert loopback.logins == ["IDENTIFY", "RESUME refused", "IDENTIFY"]


async def test_who_meets_a_rate_limit_is_answered_once_behind_it(
    bot: FootnoteBot, loopback: Loopback, caplog: pytest.LogCaptureFixture
) -> None:
    loopback.faults += [Fault(429, seconds=0.2), Fault(429, seconds=0.1)]
    asked = await loopback.ask(QUESTION)
    assert ANSWER in await loopback.until_answered(asked)
    await settled(bot, loopback)
    assert len(loopback.answers_to(asked)) == 1
    assert loopback.requests == 4
    assert our_log(caplog) == []


async def test_an_answer_that_was_taken_but_not_confirmed_is_not_posted_twice(
    bot: FootnoteBot, loopback: Loopback
) -> None:
    loopback.faults.append(Fault(502, taken=True))
    asked = await loopback.ask(QUESTION)
    await settled(bot, loopback)
    await loopback.until(lambda: loopback.requests == 3)
    assert len(loopback.answers_to(asked)) == 1


async def ask_process(loopback: Loopback, settings: Settings, number: int, process: int) -> None:
    """Start the bot, and send it a question that earlier processes had too."""
    async with bot_on(loopback, settings) as bot:
        await loopback.until_logins(process)
        await loopback.dispatch("MESSAGE_CREATE", asked(number, QUESTION, 100, None))
        await loopback.until(lambda: loopback.requests == process)
        assert await bot.in_progress.finish(50) == 0


async def test_nor_is_what_another_process_has_answered(
    loopback: Loopback, settings: Settings
) -> None:
    question = 4 * 10**17
    for process in (1, 2):
        await ask_process(loopback, settings, question, process)
    assert len(loopback.answers_to(question)) == 1


async def test_nor_is_a_word_to_wait(bot: FootnoteBot, loopback: Loopback) -> None:
    for _ in range(5):
        await loopback.until_answered(await loopback.ask(QUESTION))
    loopback.faults.append(Fault(502, taken=True))
    refused = await loopback.ask(QUESTION)
    assert SLOWLY in await loopback.until_answered(refused)
    await loopback.until(lambda: loopback.requests == 7)
    await settled(bot, loopback)
    assert len(loopback.answers_to(refused)) == 1


async def test_nor_does_a_command_that_was_answered_fail(
    bot: FootnoteBot, loopback: Loopback, caplog: pytest.LogCaptureFixture
) -> None:
    """Discord refuses the second try of an answer that it has; that is no failure."""
    loopback.faults.append(Fault(500, taken=True))
    command = await loopback.command("ask", question=QUESTION)
    await loopback.until(lambda: loopback.requests == 2)
    await settled(bot, loopback)
    (answer,) = loopback.answers_to(command)
    assert ANSWER in answer
    check_one_line(caplog, "already been acknowledged")


async def test_if_discord_is_down_the_log_has_one_line_and_the_next_is_answered(
    bot: FootnoteBot, loopback: Loopback, caplog: pytest.LogCaptureFixture
) -> None:
    loopback.faults.append(Fault(503))
    asked = await loopback.ask(QUESTION)
    await loopback.until(lambda: not loopback.faults)
    await settled(bot, loopback)
    assert loopback.answers_to(asked) == []
    check_one_line(caplog, "503 Service Unavailable")


@pytest.mark.parametrize("direct", [True, False])
async def test_if_a_request_breaks_off_the_log_has_one_line_and_the_next_is_answered(
    bot: FootnoteBot, loopback: Loopback, caplog: pytest.LogCaptureFixture, *, direct: bool
) -> None:
    loopback.faults.append(Fault(0))
    if direct:
        await loopback.ask(QUESTION)
    else:
        await loopback.command("ask", question=QUESTION)
    await loopback.until(lambda: not loopback.faults)
    await settled(bot, loopback)
    assert len(loopback.posted) == 1
    check_one_line(caplog, "did not reach Discord")


async def test_a_command_that_expired_is_a_line_in_the_log(
    bot: FootnoteBot, loopback: Loopback, caplog: pytest.LogCaptureFixture
) -> None:
    """No second request is made for an apology that nobody can see."""
    loopback.faults.append(EXPIRED)
    await loopback.command("ask", question=QUESTION)
    await loopback.until(lambda: loopback.requests)
    await settled(bot, loopback)
    assert loopback.requests == 2
    check_one_line(caplog, "10062")


@pytest.mark.parametrize("way", ["up", "down"])
async def test_a_vote_whose_click_expired_is_kept_whole(
    bot: FootnoteBot, loopback: Loopback, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    loopback.faults.append(EXPIRED)
    await loopback.click(f"v1:vote:{way}:{fact_key(FACT)}")
    await loopback.until(lambda: loopback.requests)
    await settled(bot, loopback)
    (vote,) = bot.members.personal_data(100).votes
    assert (vote.answer, vote.up) == (FACT, way == "up")
    check_one_line(caplog, "10062")


async def test_choices_that_come_too_late_are_nothing_to_log(
    bot: FootnoteBot, loopback: Loopback, caplog: pytest.LogCaptureFixture
) -> None:
    loopback.faults.append(EXPIRED)
    await loopback.type_in("ask", "question", "ferry")
    await loopback.until(lambda: not loopback.faults)
    await settled(bot, loopback)
    assert [r for r in caplog.records if r.levelno >= logging.WARNING] == []


async def test_a_flood_while_discord_is_slow_has_an_end(
    bot: FootnoteBot,
    loopback: Loopback,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is in progress is answered, what is above the limit is not; then all is as before."""
    monkeypatch.setattr(in_progress, "MOST", 80)
    loopback.gate.clear()
    flood = [await loopback.ask(QUESTION, member=1000 + n) for n in range(200)]
    last = await loopback.command("ask", question=QUESTION)
    await loopback.until(lambda: loopback.requests == CONNECTIONS)
    # The gateway can be joined again meanwhile.
    await loopback.hang_up()
    await loopback.until_logins(2)
    assert loopback.requests == CONNECTIONS
    loopback.gate.set()
    assert await bot.in_progress.finish(50) == 0
    assert [len(loopback.answers_to(number)) for number in flood] == [1] * 80 + [0] * 120
    assert loopback.answers_to(last) == []
    assert loopback.most_waiting == CONNECTIONS
    check_one_line(caplog, "80 answers are in progress")
    await settled(bot, loopback)


@pytest.mark.usefixtures("bot")
async def test_a_command_does_not_wait_behind_a_flood_of_messages(loopback: Loopback) -> None:
    flood = [await loopback.ask(QUESTION, member=1000 + n) for n in range(300)]
    command = await loopback.command("ask", question=QUESTION)
    await loopback.until_answered(flood[-1])
    order = [post.to for post in loopback.posted]
    assert order.index(command) < order.index(flood[-100])
    assert ANSWER in loopback.answers_to(command)[0]


@pytest.mark.parametrize("name", ["facts", "settings", "ask", "privacy"])
async def test_a_command_of_a_server_that_the_bot_is_not_in_gets_a_sentence(
    bot: FootnoteBot, loopback: Loopback, name: str
) -> None:
    number, elsewhere = 4 * 10**17, str(GUILD + 10**6)
    data = {"id": "77", "name": name, "type": 1, "options": []}
    more = {"guild_id": elsewhere, "authorizing_integration_owners": {"0": elsewhere}}
    await loopback.dispatch("INTERACTION_CREATE", interaction(number, 2, data, 100, **more))
    assert (await loopback.until_answered(number)).startswith("I am not in this server")
    assert await bot.in_progress.finish(50) == 0


async def test_an_editors_button_of_a_server_that_the_bot_is_not_in_does_nothing(
    bot: FootnoteBot, loopback: Loopback
) -> None:
    number, elsewhere = 4 * 10**17, str(GUILD + 10**6)
    data = {"custom_id": "v1:misses:0", "component_type": 2}
    under = with_button(5 * 10**17, "v1:misses:0")
    more = {"guild_id": elsewhere, "message": under}
    await loopback.dispatch("INTERACTION_CREATE", interaction(number, 3, data, 100, **more))
    assert (await loopback.until_answered(number)).startswith("I am not in this server")
    assert await bot.in_progress.finish(50) == 0


async def test_a_message_of_a_server_that_the_bot_is_not_in_is_no_direct_one(
    bot: FootnoteBot, loopback: Loopback
) -> None:
    number = 4 * 10**17
    message = asked(number, QUESTION, 100, CHANNEL) | {"guild_id": str(GUILD + 10**6)}
    await loopback.dispatch("MESSAGE_CREATE", message)
    await settled(bot, loopback)
    assert loopback.answers_to(number) == []
