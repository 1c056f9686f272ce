"""The names and descriptions of commands in other languages, from the catalogues."""

import discord
from discord import app_commands

from bot.wording import DEFAULT, wordings


class CatalogueTranslator(app_commands.Translator):
    """Looks up the English text of a command in the catalogue of a locale."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,  # noqa: ARG002 (Discord's signature)
    ) -> str | None:
        """The text in `locale`, or None if it stays English."""
        language = locale.value.partition("-")[0]
        if language == DEFAULT or language not in wordings():
            return None
        return wordings()[language].commands.get(string.message)
