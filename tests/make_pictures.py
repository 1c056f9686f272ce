"""Picture real replies of the real bot into tests/pictures: python tests/make_pictures.py [NAME…]

It takes what the tests don't need: `pip install 'simcord[screenshot]==3.2.1'` and a Chromium, the
system's own (`apt-get install chromium`). Members use the bot in a simulated Discord; SimCord's
preview shows the channel as a page, and Chromium takes the picture of its messages, dark and light.
"""

import asyncio
import importlib
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import simcord
from places import ROOT
from server import fill
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle

from bot.config import Settings
from bot.discord.bot import FootnoteBot
from bot.members.members import Members
from bot.publishing.edition import publish

PICTURES = ROOT / "tests" / "pictures"
GALLERY = PICTURES / "README.md"

WIDTH, HEIGHT = 390, 4000
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

LIGHT = """:root { color-scheme: light; background: #fbfbfb; color: #323339;
    --discord-bg: #fbfbfb; --discord-surface: #f3f3f4; --discord-elevated: #fff;
    --discord-control: #ebebed; --discord-hover: #f0f0f2; --discord-text: #323339;
    --discord-muted: #6f7078; --discord-subtle: #5b5c64; --discord-border: #dddde0;
    --component-surface: #fff; --component-border: #dddde0; --control-border: #dddde0;
    --subtle-surface: #e3e3e6; --subtle-surface-text: #323339; --input-surface: #fff;
    --entity-text: #44454c; --entity-dim: #6f7078; --button-alt: #ebebed; --link-text: #0060c0;
    --code-surface: #f0f0f4; --code-border: #dddde0; --code-text: #323339;
    --modal-surface: #fff; --chip-surface: #f3f3f4; --list-surface: #fff; }
.message-content { color: #323339; }
.mention, .command-mention { color: #4452bb; background: #e6e8fd; }
.button-style-2 { color: #323339; --button-secondary-surface: #e3e3e6; }"""
"""SimCord has no light theme: Discord's light colors in place of its dark ones."""


@dataclass
class Stage:
    """A channel, a member and a moderator who use the bot there, and what it said last."""

    alice: MemberActor
    admin: MemberActor
    channel: ChannelHandle
    last: Any = None

    async def ask(self, question: str) -> None:
        """Mention the bot."""
        bot = self.alice.guild.me
        assert bot is not None
        await self.alice.send(self.channel, f"{bot.mention} {question}")
        self.last = self.channel.last_message

    async def use(self, command: str, *, by_admin: bool = False, **options: Any) -> None:
        """Use a slash command."""
        member = self.admin if by_admin else self.alice
        self.last = (await member.slash(self.channel, command, **options)).response

    async def click(self, label: str, *, by_admin: bool = False) -> None:
        """Click a button of what was said last; what answers it is last then."""
        member = self.admin if by_admin else self.alice
        result = await member.click(self.last, label=label)
        self.last = result.response or self.last


Scene = Callable[[Stage], Awaitable[None]]


def asking(question: str, *labels: str) -> Scene:
    """A member mentions the bot with a question, and clicks buttons."""

    async def play(stage: Stage) -> None:
        await stage.ask(question)
        for label in labels:
            await stage.click(label)

    return play


def using(command: str, *labels: str, by_admin: bool = False, **options: Any) -> Scene:
    """A member uses a slash command, and clicks buttons."""

    async def play(stage: Stage) -> None:
        await stage.use(command, by_admin=by_admin, **options)
        for label in labels:
            await stage.click(label, by_admin=by_admin)

    return play


def adding_a_fact(*, quoted: str) -> Scene:
    """A moderator sends the form of a new fact."""
    answer = {"question": "Which network reported the denial?", "answer": "CNN reported it."}

    async def play(stage: Stage) -> None:
        form = await stage.admin.slash(stage.channel, "facts add")
        await fill(stage.admin, form, **answer, quoted=quoted)

    return play


async def in_plain_text(stage: Stage) -> None:
    await stage.use("settings plain", by_admin=True, enabled=True)
    await stage.ask(DISPUTED)
    await stage.use("settings plain", by_admin=True, enabled=False)


async def unanswered(stage: Stage) -> None:
    """Editors look at unanswered questions, with their words, and are told of one."""
    for question in (NEAREST, NOT_SAID):
        await stage.ask(question)
    await stage.click("Tell the editors")
    await stage.use("facts misses", by_admin=True)


DISPUTED = "Did Russia bomb Aleppo on Wednesday?"
NEAREST = "Did the talks succeed?"
NOT_SAID = "Who is Angela Merkel?"
OPEN = "How many planes does Russia have?"
FOREIGN = "Wie viele Menschen sind in dem Krieg gestorben?"
SIMPLE = "Who is Brett McGurk?"

SCENES: Mapping[str, tuple[str, Scene]] = {
    "answer": ("An answer, and the other side of it", asking(DISPUTED)),
    "beside": (
        "A question, and one about the article itself",
        asking("Who published this, and who is Brett McGurk?"),
    ),
    "command": (
        "An answer to a command stands under the fact's own question",
        using("ask", question="Who speaks for Russia?"),
    ),
    "nearest": ("No checked answer: what comes nearest", asking(NEAREST)),
    "not-said": ("A refusal", asking(NOT_SAID)),
    "language": ("A question in another language than the article's", asking(FOREIGN)),
    "told": ("The editors were told", asking(NOT_SAID, "Tell the editors")),
    "open": ("An open question", asking(OPEN)),
    "suggested": ("A question that may mean several", asking("Does America want Assad gone?")),
    "greeting": ("A mention alone", asking("")),
    "context": ("*Context*", asking(SIMPLE, "Context")),
    "why": ("*Why?*", asking(SIMPLE, "Why?")),
    "shared": ("A pick that was shared", asking(OPEN, "1", "Share")),
    "plain": ("Plain text", in_plain_text),
    "help": ("`/help`", using("help")),
    "help-read": ("`/help`: Read", using("help", "Read")),
    "help-edit": ("`/help`: Edit", using("help", "Edit", by_admin=True)),
    "help-settings": ("`/help`: Settings", using("help", "Settings", by_admin=True)),
    "summary": ("`/summary`", using("summary")),
    "summary-sides": ("`/summary style:sides`", using("summary", style="sides")),
    "summary-shared": ("A summary that was shared", using("summary", "Share", style="numbers")),
    "article": ("`/article`", using("article")),
    "browse": ("`/browse`", using("browse")),
    "browse-search": ("`/browse search:`", using("browse", search="warplanes")),
    "sources": ("`/sources`", using("sources")),
    "quote": (
        "`/quote`",
        using("quote", text="Russia is hitting groups that are ready to fight ISIL"),
    ),
    "privacy": ("`/privacy about`", using("privacy about")),
    "settings": ("`/settings show`", using("settings show", by_admin=True)),
    "status": ("`/facts status`", using("facts status", by_admin=True)),
    "misses": ("`/facts misses`", unanswered),
    "fact-refused": (
        "`/facts add`: what is wrong, by the field",
        adding_a_fact(quoted="The U.S. denied those charges, CNN said"),
    ),
    "fact-added": (
        "`/facts add`: what members will see",
        adding_a_fact(quoted="The U.S. denied these charges"),
    ),
    "fact-removed": ("`/facts remove`", using("facts remove", by_admin=True, fact=SIMPLE)),
    "history": ("`/facts history`", using("facts history", by_admin=True)),
    "stats": ("`/stats`", using("stats", by_admin=True)),
}
"""What is pictured: a heading of the gallery and what happens, by the picture's name."""

GERMAN = ("answer", "nearest", "not-said", "open", "greeting")
"""What is pictured on a German server too."""


async def make_pictures(chromium: str, data: Path, names: Collection[str]) -> None:
    # A copy, since some scenes edit it.
    settings = Settings(shutil.copytree(ROOT / "knowledge", data / "knowledge"), data)
    edition = publish(settings.knowledge, data)
    bot = FootnoteBot(settings, edition, Members(data / "members.db"))
    # Imported by name: mypy also runs without Playwright.
    playwright = importlib.import_module("playwright.async_api")
    simulated = simcord.run(bot, shard_count=1, settle_timeout=60)
    async with playwright.async_playwright() as driver, simulated as env:
        browser = await driver.chromium.launch(executable_path=chromium, args=["--disable-quic"])
        await rename(bot)
        for language in ("en-US", "de"):
            guild = env.create_guild(preferred_locale=language)
            role = guild.create_role("mods", permissions=discord.Permissions(manage_guild=True))
            alice = guild.add_member(env.create_user("alice"))
            admin = guild.add_member(env.create_user("admin"), roles=[role])
            hall = guild.create_text_channel("hall")
            await admin.slash(hall, "settings misses", enabled=True)
            for name in SCENES if language == "en-US" else GERMAN:
                file = PICTURES / f"{name}{'' if language == 'en-US' else '.de'}.png"
                if names and file.stem not in names:
                    continue
                channel = guild.create_text_channel(name)
                stage = Stage(alice, admin, channel)
                await env.advance_time(60)
                await SCENES[name][1](stage)
                viewer = admin if stage.channel.name in ADMINS else alice
                await take_picture(browser, env, viewer, channel, file)
        await browser.close()


ADMINS = {"help-edit", "help-settings", "settings", "status", "misses"}
ADMINS |= {"fact-refused", "fact-added", "fact-removed", "history", "stats"}
"""What only moderators see."""


async def rename(bot: FootnoteBot) -> None:
    """Give the bot its name, which is TestBot in SimCord."""
    assert bot.user is not None
    await bot.user.edit(username="Footnote")


async def take_picture(
    browser: Any, env: simcord.Env, viewer: MemberActor, channel: ChannelHandle, file: Path
) -> None:
    """Save what the viewer sees in the channel, dark and light side by side."""
    shown = env.preview(
        channel, viewers=[viewer], layout="channel", display="fixed", width=WIDTH, height=HEIGHT
    )
    async with shown as preview:
        page = await browser.new_page(
            viewport={"width": 1280, "height": HEIGHT + 200},
            device_scale_factor=SCALE,
            bypass_csp=True,
        )
        await page.goto(preview.url)
        await page.wait_for_function("() => window.simcordPreview?.ready")
        await page.evaluate(TIDY)
        dark = await page.locator(MESSAGES).screenshot()
        await page.add_style_tag(content=LIGHT)
        light = await page.locator(MESSAGES).screenshot()
        await page.close()
    save_side_by_side(dark, light, file)
    print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1000} kB")


def save_side_by_side(dark: bytes, light: bytes, file: Path) -> None:
    """Save two pictures as one of few colours: a picture of text needs no more."""
    pillow, io = importlib.import_module("PIL.Image"), importlib.import_module("io")
    left, right = (pillow.open(io.BytesIO(picture)).convert("RGB") for picture in (dark, light))
    both = pillow.new("RGB", (left.width + right.width, max(left.height, right.height)), "white")
    both.paste(left, (0, 0))
    both.paste(right, (left.width, 0))
    # Without the rounds of k-means the emoji go grey.
    both.quantize(COLOURS, kmeans=3).save(file, optimize=True)


def write_gallery() -> None:
    lines = [
        "# What replies look like",
        "",
        "Made by `python tests/make_pictures.py`, at 390 px.",
        "",
    ]
    for name, (heading, _) in SCENES.items():
        lines += [f"## {heading}", "", f"![{heading}]({name}.png)", ""]
        lines += [f"![{heading}, in German]({name}.de.png)", ""] if name in GERMAN else []
    GALLERY.write_text("\n".join(lines), "utf-8")


def main() -> None:
    chromium = shutil.which("chromium")
    if not chromium:
        sys.exit("There is no chromium on the path; install it first (apt-get install chromium).")
    PICTURES.mkdir(exist_ok=True)
    write_gallery()
    with tempfile.TemporaryDirectory() as data:
        asyncio.run(make_pictures(chromium, Path(data), sys.argv[1:]))


if __name__ == "__main__":
    main()
