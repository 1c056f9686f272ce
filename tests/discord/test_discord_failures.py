"""What goes wrong between the bot and Discord, and what members see of it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import discord
import pytest
from server import ANSWER, APOLOGY, HEADED, QUESTION, Server, logged, texts

from bot.config import Settings
from bot.discord.bot import SYNCED_COMMANDS, FootnoteBot

if TYPE_CHECKING:
    from bot.publishing.edition import Edition


async def test_a_failed_send_is_logged_once_and_apologised_for(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.env.inject_error("POST", "/channels/*/messages", status=500)
    await server.alice.send(server.channel, f"{server.mention} {QUESTION}")
    assert [m.content for m in server.channel.history()[1:]] == [APOLOGY]
    assert [type(error) for error in server.env.errors] == [discord.HTTPException]
    (record,) = logged(caplog)
    assert record.exc_info


async def test_a_channel_where_it_may_not_speak_is_a_line_in_the_log_and_a_hint(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    mute = {server.guild.me: discord.PermissionOverwrite(send_messages=False)}
    quiet = server.guild.create_text_channel("quiet", overwrites=mute)
    await server.alice.send(quiet, f"{server.mention} {QUESTION}")
    (record,) = logged(caplog)
    assert record.getMessage().endswith("in #quiet of Test Guild: Send Messages.")
    assert server.requests("POST", f"/channels/{quiet.id}/messages") == []
    hint = server.alice.user.dm_channel.last_message
    assert hint.content.startswith(f"I'm not allowed to answer in <#{quiet.id}>. Ask me here")
    assert list(server.bot.closed) == [quiet.id]


async def test_who_takes_no_direct_messages_sees_a_sign(server: Server) -> None:
    server.env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    server.env.inject_error("POST", "/users/@me/channels", status=403, code=50007)
    await server.alice.send(server.channel, f"{server.mention} {QUESTION}")
    assert server.said() == []
    (reaction,) = server.channel.last_message.reactions
    assert str(reaction.emoji) == "🔇"
    await server.alice.send(server.channel, f"{server.mention} {QUESTION}")
    assert server.said() == [ANSWER]
    assert server.bot.closed == {}


async def test_a_refused_reply_is_tried_once_without_its_reference(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.env.inject_error("POST", "/channels/*/messages", status=400, code=160002)
    await server.alice.send(server.channel, f"{server.mention} {QUESTION}")
    assert server.said() == [ANSWER]
    assert server.channel.last_message.reference is None
    (record,) = logged(caplog)
    assert record.levelname == "WARNING"


@pytest.mark.parametrize("status", [403, 500])
async def test_a_failed_command_is_apologised_for_to_its_member_alone(
    server: Server, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    server.env.inject_error("POST", "/interactions/*/*/callback", status=status)
    result = await server.alice.slash(server.channel, "ask", question=QUESTION)
    assert texts(result.response.message) == [APOLOGY]
    assert result.ephemeral
    assert len(server.env.errors) == 1
    (record,) = logged(caplog)
    assert record.exc_info


async def test_when_the_apology_fails_too_the_bot_goes_on(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.env.inject_error("POST", "/interactions/*/*/callback", status=500, times=2)
    await server.alice.slash(server.channel, "ask", question=QUESTION)
    assert len(server.env.errors) == 1
    assert [record.levelname for record in logged(caplog)] == ["ERROR", "WARNING"]
    result = await server.alice.slash(server.channel, "ask", question=QUESTION)
    assert texts(result.response.message) == HEADED


async def test_an_unexpected_error_is_logged_once_and_never_shown(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    # All that a file or Discord can do to it is expected by now; this is a fault of the program.
    server.bot.edition = cast("Edition", "secret")
    result = await server.alice.slash(server.channel, "summary")
    assert texts(result.response.message) == [APOLOGY]
    assert result.ephemeral
    assert len(server.env.errors) == 1
    (record,) = logged(caplog)
    assert record.exc_info
    assert isinstance(record.exc_info[1], AttributeError)


async def test_a_failure_behind_a_deferred_answer_is_apologised_for(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.env.inject_error("POST", "/webhooks/*", status=500)
    result = await server.admin.slash(server.channel, "facts reload")
    assert texts(result.response.message) == [APOLOGY]
    assert result.ephemeral
    assert len(server.env.errors) == len(logged(caplog)) == 1


async def test_our_own_errors_are_shown_as_the_sentence_they_are(
    server: Server, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    (settings.data / "knowledge.db").unlink()
    result = await server.alice.slash(server.channel, "summary")
    (text,) = texts(result.response.message)
    assert text.endswith("Delete it; the next start or /facts reload rebuilds it.")
    assert result.ephemeral
    assert len(server.env.errors) == 1
    assert logged(caplog) == []
    await server.admin.slash(server.channel, "facts reload")
    result = await server.alice.slash(server.channel, "summary")
    assert texts(result.response.message)[0] == "### New Ferry Reaches The Islands"


async def test_commands_are_told_at_the_first_start_only(
    server: Server, new_bot: Callable[[], FootnoteBot]
) -> None:
    assert len(server.requests("PUT", "/commands")) == 1
    await server.env.restart_bot(new_bot())
    assert len(server.requests("PUT", "/commands")) == 1
    result = await server.alice.slash(server.channel, "ask", question=QUESTION)
    assert texts(result.response.message) == HEADED


async def test_changed_commands_are_told_again(
    server: Server, new_bot: Callable[[], FootnoteBot]
) -> None:
    bot = new_bot()
    bot.tree.remove_command("summary")
    await server.env.restart_bot(bot)
    assert len(server.requests("PUT", "/commands")) == 2
    offered = server.alice.available_commands(server.channel)
    assert "ask" in offered
    assert "summary" not in offered


async def test_a_spoiled_note_of_what_was_told_is_written_anew(
    server: Server, settings: Settings, new_bot: Callable[[], FootnoteBot]
) -> None:
    (settings.data / SYNCED_COMMANDS).write_bytes(b"\xff" * 1000)
    for _ in range(2):
        await server.env.restart_bot(new_bot())
    assert len(server.requests("PUT", "/commands")) == 2


async def test_if_discord_refuses_them_mentions_are_still_answered(
    server: Server,
    settings: Settings,
    new_bot: Callable[[], FootnoteBot],
    caplog: pytest.LogCaptureFixture,
) -> None:
    (settings.data / SYNCED_COMMANDS).unlink()
    server.env.inject_error("PUT", "/applications/*/commands", status=403)
    await server.env.restart_bot(new_bot())
    assert "Discord refused the commands" in caplog.text
    await server.alice.send(server.channel, f"{server.mention} {QUESTION}")
    assert server.said() == [ANSWER]
    await server.env.restart_bot(new_bot())
    assert len(server.requests("PUT", "/commands")) == 3
