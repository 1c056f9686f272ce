"""The text of a message, wherever Discord puts it, and whom a message of the bot answers."""

from collections.abc import Iterator

import discord


def own_text(message: discord.Message) -> str:
    """What its author typed: of the first message in a forum post, the post's title too."""
    channel = message.channel
    if not isinstance(channel, discord.Thread) or channel.id != message.id:
        return message.content
    posted = isinstance(channel.parent, discord.ForumChannel)
    return f"{channel.name}\n{message.content}" if posted else message.content


def shown_text(message: discord.Message) -> str:
    """What is in it besides: forwarded messages, embeds, a poll, laid-out texts."""
    parts = [*_laid_out(message.components), *_embedded(message.embeds)]
    for forwarded in message.message_snapshots:
        parts += [forwarded.content, *_laid_out(forwarded.components)]
        parts += _embedded(forwarded.embeds)
    if message.poll:
        parts += [message.poll.question, *(answer.text for answer in message.poll.answers)]
    return "\n".join(part for part in parts if part)


def text_of(message: discord.Message) -> str:
    """All text of a message, "" if the bot may not read it."""
    return "\n".join(part for part in (own_text(message), shown_text(message)) if part)


def quoted(text: str) -> str:
    """A text as a quotation, which counts only if the words before it ask nothing."""
    return "\n".join(f"> {line}" for line in text.splitlines())


def parts_of(components: object) -> Iterator[object]:
    """Components of a message, with those inside of them, in order."""
    for component in components if isinstance(components, list) else ():
        yield component
        yield from parts_of(getattr(component, "children", None))


def _laid_out(components: object) -> list[str]:
    return [part.content for part in parts_of(components) if isinstance(part, discord.TextDisplay)]


def _embedded(embeds: list[discord.Embed]) -> list[str]:
    texts = []
    for embed in embeds:
        fields = (text for field in embed.fields for text in (field.name, field.value))
        texts += [embed.title or "", embed.description or "", *(text or "" for text in fields)]
    return texts


def without_mention(content: str, me: int) -> str:
    """A message without the mentions of the bot whose user id is `me`."""
    return content.replace(f"<@{me}>", " ").replace(f"<@!{me}>", " ").strip()


def asked_in(answer: discord.Message | None, me: int) -> str:
    """The question that a message of the bot replied to, "" if Discord doesn't tell."""
    asked = answer.reference.resolved if answer and answer.reference else None
    return without_mention(asked.content, me) if isinstance(asked, discord.Message) else ""


def asker_of(message: discord.Message) -> int | None:
    """The id of the user whom a message of the bot answers; None if Discord doesn't say."""
    if message.interaction_metadata:
        return message.interaction_metadata.user.id
    asked = message.reference.resolved if message.reference else None
    return asked.author.id if isinstance(asked, discord.Message) else None
