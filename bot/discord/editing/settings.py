"""Setting how the bot behaves in a server: the group `/settings`."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

import discord
from discord import app_commands
from discord.utils import escape_markdown

from bot.discord.channels import lacking
from bot.discord.client import Interaction, wording_of
from bot.discord.editing.audit import audit
from bot.discord.editing.rights import check_manager, of_servers
from bot.discord.feature import Feature
from bot.discord.ui.choices import article_named, suggest_articles
from bot.discord.ui.pages import show
from bot.discord.views import layout
from bot.members.settings import CORRECTION_DAYS, MISS_DAYS, SERVER, GuildSettings
from bot.publishing.edition import Edition
from bot.wording import Wording

Days: TypeAlias = app_commands.Range[int, MISS_DAYS[0], MISS_DAYS[-1]]
AskChannel: TypeAlias = (
    discord.TextChannel | discord.ForumChannel | discord.VoiceChannel | discord.StageChannel
)
CorrectionDays: TypeAlias = app_commands.Range[int, CORRECTION_DAYS[0], CORRECTION_DAYS[-1]]


@of_servers
class SettingsGroup(
    app_commands.Group,
    name="settings",
    description="Set how the bot behaves in this server",
    default_permissions=discord.Permissions(manage_guild=True),
):
    """Settings of a server, for those who may manage it."""

    async def interaction_check(self, interaction: discord.Interaction[Any]) -> bool:
        """Check at run time too: what Discord is told of permissions is only a hint."""
        check_manager(interaction)
        return True

    @app_commands.command(name="ask-channel")
    @app_commands.describe(
        channel="Where every question is answered", enabled="On or off for this channel"
    )
    async def ask_channel(
        self, interaction: Interaction, channel: AskChannel, *, enabled: bool
    ) -> None:
        """Answer every question in a channel, without a mention."""
        wording = wording_of(interaction)
        key = "ask_channel_on" if enabled else "ask_channel_off"
        texts = [wording(f"settings.{key}", channel=channel.mention)]
        if enabled:
            texts += _missing(interaction, channel, wording)
        await _change(
            interaction,
            lambda settings: settings.with_ask_channel(channel.id, enabled=enabled),
            f"/settings ask-channel channel:#{channel.name} enabled:{enabled}",
            texts,
        )

    @app_commands.command()
    @app_commands.describe(enabled="On or off")
    async def plain(self, interaction: Interaction, *, enabled: bool) -> None:
        """Answer in plain text, which copies well."""
        key = "settings.plain_on" if enabled else "settings.plain_off"
        await _change(
            interaction,
            lambda settings: replace(settings, plain=enabled),
            f"/settings plain enabled:{enabled}",
            [wording_of(interaction)(key)],
        )

    @app_commands.command()
    @app_commands.describe(enabled="On or off")
    async def threads(self, interaction: Interaction, *, enabled: bool) -> None:
        """Answer each question in its own thread."""
        wording, guild = wording_of(interaction), interaction.guild
        texts = [wording("settings.threads_on" if enabled else "settings.threads_off")]
        if enabled and guild and not guild.me.guild_permissions.create_public_threads:
            texts.append(wording("settings.threads_missing"))
        await _change(
            interaction,
            lambda settings: replace(settings, threads=enabled),
            f"/settings threads enabled:{enabled}",
            texts,
        )

    @app_commands.command()
    @app_commands.describe(enabled="On or off", days="For how many days after they were last asked")
    async def misses(
        self, interaction: Interaction, *, enabled: bool, days: Days | None = None
    ) -> None:
        """Keep the words of unanswered questions."""
        wording = wording_of(interaction)
        kept = days or (await interaction.client.guild_settings(interaction.guild_id)).miss_days
        key = "settings.misses_on" if enabled else "settings.misses_off"
        await _change(
            interaction,
            lambda settings: replace(settings, misses=enabled, miss_days=kept),
            f"/settings misses enabled:{enabled} days:{kept}",
            [wording(key, days=kept)],
        )

    @app_commands.command()
    @app_commands.describe(days="For how many days after an answer was posted; 0 switches it off")
    async def corrections(self, interaction: Interaction, days: CorrectionDays) -> None:
        """Correct answers here whose facts have changed."""
        key = "settings.corrections_on" if days else "settings.corrections_off"
        await _change(
            interaction,
            lambda settings: replace(settings, corrections=days),
            f"/settings corrections days:{days}",
            [wording_of(interaction)(key, days=days)],
        )

    @app_commands.command()
    @app_commands.describe(role="Who may edit the facts too; leave it out for nobody")
    async def editors(self, interaction: Interaction, role: discord.Role | None = None) -> None:
        """Let a role edit the facts."""
        wording = wording_of(interaction)
        if role is not None and role.is_default():
            await show(interaction, layout([wording("settings.everyone")], wording), ephemeral=True)
            return
        if role is None:
            text, named = wording("settings.editors_none"), "nobody"
        else:
            text, named = wording("settings.editors", role=role.mention), f"@{role.name}"
        await _change(
            interaction,
            lambda settings: replace(settings, editors=role.id if role else None),
            f"/settings editors role:{named}",
            [text],
        )

    @app_commands.command()
    @app_commands.describe(
        article="Which article to answer from; leave it out for all",
        channel="Where; leave it out for the whole server",
        enabled="On or off for this article",
    )
    @app_commands.autocomplete(article=suggest_articles)
    async def articles(
        self,
        interaction: Interaction,
        article: str = "",
        channel: AskChannel | None = None,
        *,
        enabled: bool = True,
    ) -> None:
        """Answer from certain articles, here or in a channel."""
        bot, wording = interaction.client, wording_of(interaction)
        place = channel.id if channel else SERVER
        where = f"channel:#{channel.name}" if channel else "server"
        if article:
            slug = article_named(bot.edition, article, wording).slug
            change = partial(GuildSettings.with_article, channel=place, slug=slug, enabled=enabled)
            command = f"/settings articles article:{slug} {where} enabled:{enabled}"
        else:
            change = partial(GuildSettings.without_articles, channel=place)
            command = f"/settings articles article:all {where}"
        settings = change(await bot.guild_settings(interaction.guild_id))
        text = bound_text(settings, place, bot.edition, wording)
        await _change(interaction, change, command, [text])

    @app_commands.command(name="show")
    async def show_settings(self, interaction: Interaction) -> None:
        """Show what is set in this server."""
        wording = wording_of(interaction)
        bot = interaction.client
        settings = await bot.guild_settings(interaction.guild_id)
        texts = settings_texts(settings, wording, message_content=bot.settings.message_content)
        texts += [bound_text(settings, place, bot.edition, wording) for place in settings.articles]
        await show(interaction, layout(texts, wording), ephemeral=True)


async def _change(
    interaction: Interaction,
    change: Callable[[GuildSettings], GuildSettings],
    command: str,
    texts: list[str],
) -> None:
    """Change the settings of this server, add it to the audit list, and say so."""
    assert interaction.guild_id is not None, "the check has seen to it"
    await interaction.client.change_guild_settings(interaction.guild_id, change)
    await audit(interaction, command)
    view = layout(texts, wording_of(interaction))
    await show(interaction, view, ephemeral=True)


def _missing(interaction: Interaction, channel: AskChannel, wording: Wording) -> list[str]:
    """What the bot lacks to answer in an ask channel."""
    texts = []
    if not interaction.client.settings.message_content:
        texts.append(wording("settings.intent_missing"))
    if lacking(channel, channel.guild):
        texts.append(wording("settings.channel_closed", channel=channel.mention))
    return texts


def bound_text(settings: GuildSettings, place: int, edition: Edition, wording: Wording) -> str:
    """Which articles a channel, or `SERVER`, is bound to; one that is gone by its slug."""
    known = {article.slug: article.title for article in edition.knowledge.articles}
    bound = settings.articles.get(place, ())
    titles = "; ".join(escape_markdown(known.get(slug, slug)) for slug in bound)
    kind = "channel" if place else "server"
    key = f"settings.articles_{kind}" if bound else f"settings.articles_{kind}_free"
    return wording(key, channel=f"<#{place}>", titles=titles)


def settings_texts(
    settings: GuildSettings, wording: Wording, *, message_content: bool
) -> list[str]:
    """Everything that is set, a text each, and what keeps it from taking effect."""
    channels = ", ".join(f"<#{channel}>" for channel in settings.ask_channels)
    role = f"<@&{settings.editors}>" if settings.editors else wording("settings.nobody")
    corrections = "corrections_on" if settings.corrections else "corrections_off"
    switch = {True: wording("settings.on"), False: wording("settings.off")}
    texts = [
        wording("settings.show_ask_channels", channels=channels or wording("settings.none")),
        wording("settings.show_plain", state=switch[settings.plain]),
        wording("settings.show_threads", state=switch[settings.threads]),
        wording("settings.show_misses", state=switch[settings.misses], days=settings.miss_days),
        wording(f"settings.show_{corrections}", days=settings.corrections),
        wording("settings.show_editors", role=role),
    ]
    if channels and not message_content:
        texts.append(wording("settings.intent_missing"))
    return texts


FEATURE = Feature(commands=(SettingsGroup(),))
