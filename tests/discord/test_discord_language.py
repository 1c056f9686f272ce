"""What is asked in German is answered in German, down to the buttons."""

from dataclasses import replace
from typing import Any

import discord
import pytest
import simcord
from desk import Desk
from discord.utils import utcnow
from server import QUESTION, Server, buttons, fill, options, shown

from bot.members.misses import NewMiss

UNDER_AN_ANSWER = ["Kontext", "Warum?", "👍", "👎"]


@pytest.fixture
def german(simcord_env: simcord.Env, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every command and click come from a member whose Discord is in German."""
    emit = simcord_env.backend.emit

    def emit_in_german(event: str, payload: dict[str, Any], *more: Any, **named: Any) -> Any:
        if event == "INTERACTION_CREATE":
            payload["locale"] = "de"
        return emit(event, payload, *more, **named)

    monkeypatch.setattr(simcord_env.backend, "emit", emit_in_german)


@pytest.mark.usefixtures("german")
async def test_the_buttons_under_an_answer(server: Server) -> None:
    result = await server.alice.slash(server.channel, "ask", question=QUESTION)
    assert list(buttons(result)) == UNDER_AN_ANSWER


async def test_in_a_server_whose_language_is_german_a_mention_gets_german_buttons(
    simcord_env: simcord.Env,
) -> None:
    guild = simcord_env.create_guild(preferred_locale="de")
    channel = guild.create_text_channel("allgemein")
    alice = guild.add_member(simcord_env.create_user("alice"))
    await alice.send(
        channel, f"{Server(simcord_env, guild, channel, alice, alice).mention} {QUESTION}"
    )
    shown = discord.ui.LayoutView.from_message(channel.history()[-1]).walk_children()
    assert [i.label for i in shown if isinstance(i, discord.ui.Button)] == UNDER_AN_ANSWER


@pytest.mark.usefixtures("german")
async def test_an_answer_that_was_chosen_from_a_menu_can_be_shared(server: Server) -> None:
    listed = await server.alice.slash(server.channel, "browse")
    chosen = await server.alice.select(listed.response, [options(listed)[0].value])
    assert list(buttons(chosen)) == ["Kontext", "👍", "👎", "Allen zeigen"]


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("Who is the captain?", ["Stöbern", "Zur Redaktion"]),
        ("What is the mainland called?", ["1", "Kontext", "Stöbern", "Zur Redaktion"]),
        ("?", ["1", "2", "3", "Zusammenfassung", "Lesen", "Hilfe"]),
    ],
    ids=["declined", "nearest", "nothing asked"],
)
async def test_the_buttons_under_what_is_no_answer(
    server: Server, question: str, labels: list[str]
) -> None:
    result = await server.alice.slash(server.channel, "ask", question=question)
    assert list(buttons(result)) == labels


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("command", "labels"),
    [
        ("help", ["Fragen", "Lesen"]),
        ("summary", ["Kurz", "Ausführlich", "Beide Seiten", "Zahlen", "Zeitfolge", "Allen zeigen"]),
    ],
)
async def test_the_buttons_of_what_one_reads(
    server: Server, command: str, labels: list[str]
) -> None:
    result = await server.alice.slash(server.channel, command)
    assert list(buttons(result)) == labels


@pytest.mark.usefixtures("german")
async def test_the_menu_of_questions(server: Server) -> None:
    result = await server.alice.slash(server.channel, "browse")
    view = discord.ui.LayoutView.from_message(result.response.message)
    (menu,) = (item for item in view.walk_children() if isinstance(item, discord.ui.Select))
    assert menu.placeholder == "Wähl eine Frage"


@pytest.mark.usefixtures("german")
async def test_what_an_editor_can_do_about_an_open_question(desk: Desk) -> None:
    missed = NewMiss(desk.server.guild.id, "is there a bar on board", "", "declined")
    await desk.server.bot.change_guild_settings(
        desk.server.guild.id, lambda old: replace(old, misses=True)
    )
    desk.server.bot.members.add_miss(missed, utcnow())
    listed = await desk.server.admin.slash(desk.server.channel, "facts misses")
    assert shown(listed)[1].startswith("- is there a bar on board · 1× · abgelehnt, jetzt ")
    assert list(buttons(listed)) == [
        "Fakt daraus machen",
        "Als Formulierung hinzufügen",
        "Nicht im Artikel",
        "Verwerfen",
    ]


@pytest.mark.usefixtures("german")
async def test_a_refused_fact_can_be_tried_again(desk: Desk) -> None:
    form = await desk.server.admin.slash(desk.server.channel, "facts add")
    typed = {"question": "Who?", "answer": "Nobody.", "quoted": "not in the article"}
    refused = await fill(desk.server.admin, form, **typed)
    assert list(buttons(refused)) == ["Noch einmal"]
