"""Clicks on buttons with any custom id: each is answered, and none with an apology."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import discord
import simcord
from discord import ui
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from bot.config import Settings
from bot.discord.bot import FootnoteBot
from bot.members.members import MEMBERS, Members
from bot.publishing.edition import publish
from bot.wording import wording_for

from .chance import SEED
from .outcome import Outcome
from .scenes import SMALL

ID_LIMIT = 100
BUTTONS = 5

_TEMPLATES = (
    r"v1:context:[0-9a-f]{10}(\.[0-9a-f]{10}){0,2}",
    r"v1:why:[0-9a-f]{12}(:[0-9a-f]{10}){2}(:\d{1,4}){4}",
    r"v1:vote:(up|down):[0-9a-f]{10}",
    r"v1:(choose|share|again|edit):[0-9a-f]{10}",
    r"v1:(article|browse|sources):(all|\w{1,10}):\d{1,60}",
    r"v1:summary:\w{1,20}:(full|\w{1,20})",
    r"v1:(misses|audit|kept):\d{1,60}",
    r"v1:(dismiss|unsaid|phrasing|fact):\d{1,30}:\d{1,30}",
    r"v1:undo:[0-9a-f]{12}:[0-9a-f]{12}",
    r"v1:(publish|rollback):[0-9a-f]{12}",
    r"v1:cancel",
    r"v\d{1,3}:[a-z]{1,10}(:\w{0,20}){0,3}",
    r"v1:forget",
)
_ids = st.one_of(
    *(st.from_regex(template, fullmatch=True) for template in _TEMPLATES),
    st.text(min_size=1, max_size=ID_LIMIT).map(lambda text: f"v1:{text}"),
    st.builds(
        lambda text, at, extra: text[:at] + extra + text[at:],
        st.from_regex("|".join(_TEMPLATES), fullmatch=True),
        st.integers(0, 30),
        st.text(max_size=5),
    ),
).map(lambda text: text.encode("utf-8", "replace").decode()[:ID_LIMIT])


def click_anything(examples: int) -> Iterator[Outcome]:
    """Click on `examples` messages with buttons of any custom ids, as the admin of a server."""
    clicked: list[str] = []

    @seed(SEED)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(st.lists(_ids, min_size=BUTTONS * 5, max_size=BUTTONS * 5, unique=True))
    def feed(ids: list[str]) -> None:
        asyncio.run(_click_all(ids, clicked))

    try:
        feed()
    except Exception as error:  # noqa: BLE001 (any is a finding)
        failures = [f"{clicked[-1:]}: {type(error).__name__}: {error}"]
    else:
        failures = []
    yield Outcome("input: custom ids of buttons", len(clicked), failures, "through SimCord")


async def _click_all(ids: list[str], clicked: list[str]) -> None:
    with TemporaryDirectory(prefix="footnote-faults-") as folder:
        data = Path(folder)
        members = Members(data / MEMBERS)
        bot = FootnoteBot(Settings(SMALL, data), publish(SMALL, data), members)
        async with simcord.run(bot, shard_count=1) as env:
            guild = env.create_guild()
            role = guild.create_role("admins", permissions=discord.Permissions(manage_guild=True))
            admin = guild.add_member(env.create_user("admin"), roles=[role])
            channel = guild.create_text_channel("general")
            place = bot.get_channel(channel.id)
            assert isinstance(place, discord.TextChannel)
            for start in range(0, len(ids), BUTTONS):
                await _click_one_by_one(env, admin, place, ids[start : start + BUTTONS], clicked)
        members.close()


async def _click_one_by_one(
    env: simcord.Env, admin: Any, place: discord.TextChannel, ids: list[str], clicked: list[str]
) -> None:
    for custom_id in ids:
        view = ui.View(timeout=None)
        view.add_item(ui.Button[Any](label="x", custom_id=custom_id))
        message = await place.send(view=view)
        view.stop()
        clicked.append(custom_id)
        # At leisure: floods of clicks are stopped.
        await env.advance_time(10)
        result = await admin.click(message, custom_id=custom_id)
        if not re.match(r"v\d+:", custom_id):
            continue
        messages = [each.message for each in (result.response, *result.followups) if each]
        items = [
            item for each in messages for item in ui.LayoutView.from_message(each).walk_children()
        ]
        said = [item.content for item in items if isinstance(item, ui.TextDisplay)]
        assert said or result.modal, "no answer"
        assert wording_for("en")("error.apology") not in said, "an apology"
