"""The pace of commands: a member who uses many at once waits, and a channel is spared."""

import pytest
from server import Server, shown

SLOWLY = "That was a lot at once."


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("summary", {}),
        ("article", {}),
        ("browse", {}),
        ("sources", {}),
        ("help", {}),
        ("quote", {"text": "hello"}),
    ],
)
async def test_who_uses_a_command_many_times_at_once_has_to_wait(
    server: Server, command: str, options: dict[str, str]
) -> None:
    results = [await server.alice.slash(server.channel, command, **options) for _ in range(25)]
    slowed = [result for result in results if shown(result)[0].startswith(SLOWLY)]
    assert slowed == results[10:]
    assert all(result.ephemeral for result in slowed)
    await server.env.advance_time(20)
    assert shown(await server.alice.slash(server.channel, command, **options)) == shown(results[0])


async def test_a_menu_keeps_to_it_too(server: Server) -> None:
    message = await server.admin.send(server.channel, "They want a second one by May.")
    menus = [
        await server.alice.context_menu(server.channel, "Check this quote", message)
        for _ in range(11)
    ]
    assert [shown(menu)[0].startswith(SLOWLY) for menu in menus] == [False] * 10 + [True]


async def test_those_who_look_after_the_facts_are_not_slowed(server: Server) -> None:
    results = [await server.admin.slash(server.channel, "facts status") for _ in range(15)]
    assert not any(shown(result)[0].startswith(SLOWLY) for result in results)


async def test_in_a_busy_channel_an_answer_to_a_command_is_for_its_member_alone(
    server: Server,
) -> None:
    """Nobody is refused, and nobody else has to scroll by it."""
    members = [server.guild.add_member(server.env.create_user(f"m{n}")) for n in range(12)]
    results = [
        await member.slash(server.channel, "ask", question="Who are the islanders?")
        for member in members
    ]
    assert [result.ephemeral for result in results] == [False] * 8 + [True] * 4
    assert shown(results[-1]) == shown(results[0])
    await server.env.advance_time(12)
    assert not (
        await server.alice.slash(server.channel, "ask", question="Who are the islanders?")
    ).ephemeral
