"""Picture real replies of the real bot into tests/pictures: python tests/make_pictures.py

It takes what the tests don't need: `pip install 'simcord[screenshot]==3.2.1'` and a Chromium, the
system's own (`apt-get install chromium`). A member asks in a simulated Discord; SimCord's preview
shows the channel as a page, and Chromium takes the picture of its messages.
"""

import asyncio
import importlib
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import simcord
from places import ROOT
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle

from bot.config import Settings
from bot.discord.bot import FootnoteBot
from bot.members.members import Members
from bot.publishing.edition import publish

PICTURES = ROOT / "tests" / "pictures"

WIDTH, HEIGHT = 500, 3000
"""The channel in CSS pixels: a phone's width, and room for every message of a picture."""

SCALE = 1.5
"""Pixels of the picture for each CSS pixel: letters stay sharp, files small."""

COLOURS = 64

MESSAGES = "#channel-message-list"
TIDY = f"""() => {{
    document.querySelectorAll(".timeline-day-divider").forEach(line => line.remove());
    document.querySelector("{MESSAGES}").style.padding = "1px 0 12px";
}}"""
"""Takes away the date, which is SimCord's, and gives the messages a margin."""

Scene = Callable[[MemberActor, ChannelHandle], Awaitable[None]]


def asking(*questions: str) -> Scene:
    """A member mentions the bot with each question in turn."""

    async def play(member: MemberActor, channel: ChannelHandle) -> None:
        for question in questions:
            await member.send(channel, f"{bot_mention(member)} {question}")

    return play


def using(command: str, **options: str) -> Scene:
    """A member uses a slash command."""

    async def play(member: MemberActor, channel: ChannelHandle) -> None:
        await member.slash(channel, command, **options)

    return play


def bot_mention(member: MemberActor) -> str:
    bot = member.guild.me
    assert bot is not None
    return bot.mention


SCENES: Mapping[str, Scene] = {
    "answer": asking("Did Russia bomb Aleppo on Wednesday?"),
    "refusal": asking("How old is Konashenkov?", "What did diplomats say on Wednesday?"),
    "summary": using("summary", style="sides"),
}
"""What happens in each picture, by the picture's name."""


async def make_pictures(chromium: str, data: Path) -> None:
    edition = publish(ROOT / "knowledge", data)
    settings = Settings(ROOT / "knowledge", data)
    bot = FootnoteBot(settings, edition, Members(data / "members.db"))
    # Imported by name: mypy also runs where Playwright is not installed.
    playwright = importlib.import_module("playwright.async_api")
    async with playwright.async_playwright() as driver, simcord.run(bot) as env:
        browser = await driver.chromium.launch(executable_path=chromium, args=["--disable-quic"])
        await rename(bot)
        guild = env.create_guild()
        member = guild.add_member(env.create_user("alice"))
        for name, play in SCENES.items():
            channel = guild.create_text_channel(name)
            await play(member, channel)
            await take_picture(browser, env, member, channel)
        await browser.close()


async def rename(bot: FootnoteBot) -> None:
    """Give the bot its name, which is TestBot in SimCord."""
    assert bot.user is not None
    await bot.user.edit(username="Footnote")


async def take_picture(
    browser: Any, env: simcord.Env, viewer: MemberActor, channel: ChannelHandle
) -> None:
    """Save what the viewer sees in the channel as a PNG of the channel's name."""
    shown = env.preview(
        channel, viewers=[viewer], layout="channel", display="fixed", width=WIDTH, height=HEIGHT
    )
    async with shown as preview:
        page = await browser.new_page(
            viewport={"width": 1280, "height": HEIGHT + 200}, device_scale_factor=SCALE
        )
        await page.goto(preview.url)
        await page.wait_for_function("() => window.simcordPreview?.ready")
        await page.evaluate(TIDY)
        file = PICTURES / f"{channel.name}.png"
        await page.locator(MESSAGES).screenshot(path=file)
        await page.close()
    shrink(file)
    print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1000} kB")


def shrink(file: Path) -> None:
    """Keep few colours: a picture of text needs no more, and is a third of the size."""
    pillow = importlib.import_module("PIL.Image")
    with pillow.open(file) as picture:
        # Without the rounds of k-means the emoji go grey.
        few = picture.convert("RGB").quantize(COLOURS, kmeans=3)
    few.save(file, optimize=True)


def main() -> None:
    chromium = shutil.which("chromium")
    if not chromium:
        sys.exit("There is no chromium on the path; install it first (apt-get install chromium).")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        asyncio.run(make_pictures(chromium, Path(data)))


if __name__ == "__main__":
    main()
