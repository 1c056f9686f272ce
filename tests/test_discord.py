"""The real bot, driven offline as members and moderators would."""

import discord
import pytest
import simcord


def texts(message: discord.Message) -> str:
    return "\n".join(
        item.content
        for item in discord.ui.LayoutView.from_message(message).walk_children()
        if isinstance(item, discord.ui.TextDisplay)
    )


async def test_a_mention_is_answered_with_the_sentence_and_who_says_it(
    simcord_env: simcord.Env,
) -> None:
    guild = simcord_env.create_guild()
    channel = guild.create_text_channel("general")
    alice = guild.add_member(simcord_env.create_user("alice"))
    me = guild.me
    await alice.send(channel, f"{me.mention} how many people died in syria?")
    print(channel.last_message.flags, texts(channel.last_message))
    print([(r.method,r.path,r.json) for r in simcord_env.http_requests][-1])
    r = await alice.slash(channel, "ask", question="when did russia start its airstrikes?")
    print(r, r.response.components)
    r = await alice.slash(channel, "summary", style="sides")
    print(r, r.response.components)
    r = await alice.slash(channel, "facts reload")
    print(r.response.content)
    assert 0
