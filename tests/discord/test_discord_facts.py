"""`/facts`, as moderators use it and as members don't get it."""

from pathlib import Path

import discord
import pytest
from server import ANSWER, QUESTION, Server, texts

from bot.wording import wording_for


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")


async def test_status_tells_an_admin_what_the_bot_knows(server: Server) -> None:
    result = await server.admin.slash(server.channel, "facts status")
    figures = "4 of 4 sentences cited · facts: 4 · open questions: 1"
    assert texts(result.response.message) == [
        f"**New Ferry Reaches The Islands**, The Harbour Post\n-# {figures}",
        f"-# version {server.bot.edition.version}",
    ]
    assert result.ephemeral


async def test_a_good_reload_shows_what_changed_and_answers_from_it(
    server: Server, small: Path
) -> None:
    facts = small / "ferry" / "facts.md"
    edit(facts, "want a second ferry by May.\n", "want one more by May.\n")
    edit(facts, "### When did the new ferry leave?", "### Which *day* did it leave?")
    result = await server.admin.slash(server.channel, "facts reload")
    (shown,) = result.followups or [result.response]
    assert texts(shown.message) == [
        "Added “Which \\*day\\* did it leave?”",
        "Removed “When did the new ferry leave?”",
        "Edited “What do the islanders want by May?”",
    ]
    assert result.ephemeral
    await server.alice.send(server.channel, f"{server.mention} {QUESTION}")
    assert server.said()[-1][0] == "The islanders want one more by May."


async def test_a_reload_of_the_same_facts_says_so(server: Server) -> None:
    result = await server.admin.slash(server.channel, "facts reload")
    assert texts(result.response.message)[0] == "No question changed."


async def test_a_faulty_reload_shows_every_fault_and_the_old_facts_go_on(
    server: Server, small: Path
) -> None:
    edit(small / "ferry" / "facts.md", "> left the mainland on Monday", "> sank_on")
    edit(small / "ferry" / "summary.md", "## Brief", "## Haiku")
    before = server.bot.edition
    result = await server.admin.slash(server.channel, "facts reload")
    assert texts(result.response.message) == [
        "Nothing was published, so I still answer from the facts as they were. What to fix:",
        "ferry/facts.md:9: “sank\\_on” is not in the article word for word; copy it again.",
        "ferry/summary.md:3: “Haiku” is none of: brief, full, numbers, timeline.",
    ]
    assert result.ephemeral
    assert len(server.env.errors) == 1
    assert server.bot.edition is before
    await server.alice.send(server.channel, f"{server.mention} {QUESTION}")
    assert server.said()[-1] == ANSWER
    summary = await server.alice.slash(server.channel, "summary")
    assert len(texts(summary.response.message)) == 2


@pytest.mark.usefixtures("two_articles")
async def test_an_article_with_a_fault_keeps_no_other_from_being_published(
    server: Server, small: Path
) -> None:
    edit(small / "ferry" / "facts.md", "> left the mainland on Monday", "> sank")
    edit(small / "river-dam" / "facts.md", "Three cracks have been found", "Three were found")
    result = await server.admin.slash(server.channel, "facts reload")
    faulty = [
        wording_for("en")("facts.left_out"),
        "ferry/facts.md:9: “sank” is not in the article word for word; copy it again.",
    ]
    assert texts(result.response.message) == [
        *faulty,
        "Edited “How many cracks are there in the dam?”",
    ]
    await server.alice.send(server.channel, f"{server.mention} How many cracks are in the dam?")
    assert server.said()[-1][0] == "Three were found in the dam’s concrete wall."
    await server.alice.send(server.channel, f"{server.mention} When did the new ferry leave?")
    assert server.said()[-1][0] == "The article says that the ferry left on Monday."
    status = await server.admin.slash(server.channel, "facts status")
    assert texts(status.response.message)[-2:] == faulty


async def test_more_faults_than_a_message_holds_are_counted(server: Server, small: Path) -> None:
    with (small / "ferry" / "summary.md").open("a", encoding="utf-8") as file:
        file.writelines(f"\n## Wrong {n}\n" for n in range(100))
    result = await server.admin.slash(server.channel, "facts reload")
    shown = texts(result.response.message)
    assert shown[-1] == f"-# …and {100 - (len(shown) - 2)} more."
    assert len("".join(shown)) <= 4000
    assert len(server.env.errors) == 1


async def test_a_member_is_not_offered_them(server: Server) -> None:
    for_all, for_admins = {"ask", "summary"}, {"facts reload", "facts status"}
    offered = set(server.alice.available_commands(server.channel))
    assert offered >= for_all
    assert offered.isdisjoint(for_admins)
    assert set(server.admin.available_commands(server.channel)) >= for_all | for_admins
    assert for_admins.isdisjoint(server.admin.user.available_commands())


async def test_only_a_server_can_install_them(server: Server) -> None:
    """Who installs the bot for themselves must not look after it on a server of their own."""
    ((*commands,),) = server.requests("PUT", "/commands")
    facts = next(command for command in commands if command["name"] == "facts")
    guild_install, guild_context = 0, 0
    assert facts["integration_types"] == [guild_install]
    assert facts["contexts"] == [guild_context]
    assert int(facts["default_member_permissions"]) == discord.Permissions.manage_guild.flag


@pytest.mark.parametrize("command", ["facts reload", "facts status"])
async def test_a_member_is_refused_whatever_discord_was_told(
    server: Server, small: Path, command: str
) -> None:
    commands = await server.bot.tree.fetch_commands()
    facts = next(command for command in commands if command.name == "facts")
    server.guild.set_command_permissions(facts, {server.alice: True})
    edit(small / "ferry" / "facts.md", "want a second ferry by May.\n", "want it.\n")
    before = server.bot.edition
    result = await server.alice.slash(server.channel, command)
    (refusal,) = texts(result.response.message)
    assert refusal.startswith("You need the permission Manage Server for this")
    assert result.ephemeral
    assert server.bot.edition is before
    assert len(server.env.errors) == 1
