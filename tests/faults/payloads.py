"""What Discord sends and answers, as far as the bot looks at it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from aiohttp import web

Body: TypeAlias = Mapping[str, Any]

# Of seventeen digits at least: discord.py sees no mention in a shorter one.
BOT, GUILD, CHANNEL = 10**17 + 1, 10**17 + 2, 10**17 + 3
"""The ids of the bot, of its server, and of the first channel there."""

DIRECT = 10**18
"""Added to a member's id, the id of the channel of their direct messages."""

ACCOUNT = {"id": str(BOT), "username": "footnote", "discriminator": "0", "avatar": None}
ACKNOWLEDGED = {"message": "Interaction has already been acknowledged.", "code": 40060}

JOINED = "2026-01-01T00:00:00+00:00"


def guild_id(number: int) -> int:
    """The id of a server, of which the next one belongs to the next shard."""
    return GUILD + (number << 22)


def channel_id(guild: int, number: int = 0) -> int:
    """The id of a channel in a server."""
    return guild + 1 + number


def guild_of(channel: int) -> int:
    """The id of the server that has a channel."""
    return guild_id((channel - GUILD) >> 22)


def as_json(
    value: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Answer JSON. Not `json_response`, which names a charset: discord.py wouldn't read that."""
    body = json.dumps(value).encode()
    return web.Response(body=body, content_type="application/json", status=status, headers=headers)


def message(number: int, text: str, author: Body, **where: Any) -> dict[str, Any]:
    """A message."""
    return {
        "id": str(number),
        "content": text,
        "author": author,
        "type": 0,
        "flags": 0,
        "timestamp": JOINED,
        "edited_timestamp": None,
        "tts": False,
        "pinned": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "components": [],
        **where,
    }


def asked(number: int, text: str, member: int, channel: int | None) -> dict[str, Any]:
    """A member's message to the bot: a mention in a channel, or (None) a direct message."""
    if channel is None:
        return message(number, text, user(member), channel_id=str(DIRECT + member))
    where = {"channel_id": str(channel), "guild_id": str(guild_of(channel))}
    mentions = [{**ACCOUNT, "bot": True}]
    return message(number, f"<@{BOT}> {text}", user(member), mentions=mentions, **where)


def with_button(number: int, custom_id: str) -> dict[str, Any]:
    """A message of the bot, in the first channel, that has a button."""
    button = {"type": 2, "style": 2, "label": "button", "custom_id": custom_id}
    rows = [{"type": 1, "components": [button]}]
    return message(number, "", ACCOUNT, channel_id=str(CHANNEL), components=rows)


def interaction(number: int, kind: int, data: Body, member: int, **more: Any) -> dict[str, Any]:
    """A command (kind 2), a click (3), or typing in an option (4), in the first channel."""
    return {
        "id": str(number),
        "application_id": str(BOT),
        "type": kind,
        "data": data,
        "token": f"t{number}",
        "member": {
            "user": user(member),
            "roles": [],
            "joined_at": JOINED,
            "flags": 0,
            "deaf": False,
            "mute": False,
            "permissions": "0",
        },
        "version": 1,
        "locale": "en-US",
        "guild_locale": "en-US",
        "context": 0,
        "app_permissions": "0",
        "entitlements": [],
        "attachment_size_limit": 0,
        **in_guild(GUILD),
        **more,
    }


def in_guild(guild: int) -> dict[str, Any]:
    """What an interaction tells of its place, if that is the first channel of a server."""
    channel = str(channel_id(guild))
    return {
        "guild_id": str(guild),
        "channel_id": channel,
        "channel": {"id": channel, "type": 0, "name": "c0", "permissions": "0", "position": 0},
        "authorizing_integration_owners": {"0": str(guild)},
    }


def user(number: int) -> dict[str, Any]:
    """A member's account."""
    return {"id": str(number), "username": f"m{number}", "discriminator": "0", "avatar": None}


def gateway_bot(shards: int, address: str, left: int, reset_after: float) -> Body:
    """How many shards Discord wants, and how many sessions it lets begin until some seconds."""
    limit = {"total": 1000, "remaining": left, "reset_after": 1000 * reset_after}
    return {
        "url": address,
        "shards": shards,
        "session_start_limit": limit | {"max_concurrency": max(shards, 1)},
    }


def ready(session: str, address: str, shard: int, count: int, guilds: Sequence[int]) -> Body:
    """The first event of a session."""
    return {
        "v": 10,
        "user": ACCOUNT,
        "guilds": [{"id": str(guild), "unavailable": True} for guild in guilds],
        "session_id": session,
        "shard": [shard, count],
        "resume_gateway_url": address,
        "application": {"id": str(BOT), "flags": 0},
    }


def channel(number: int, kind: int = 0) -> Body:
    """A channel of a server: 0 is one for texts, 15 a forum, 16 one for media."""
    return {
        "id": str(number),
        "type": kind,
        "name": f"c{number}",
        "position": 0,
        "permission_overwrites": [],
        "parent_id": None,
    }


def post(number: int, forum: int, title: str) -> Body:
    """A member's post in a forum: a thread."""
    awake = {"archived": False, "auto_archive_duration": 60, "archive_timestamp": JOINED}
    return {
        "id": str(number),
        "guild_id": str(GUILD),
        "parent_id": str(forum),
        "owner_id": "100",
        "type": 11,
        "name": title,
        "message_count": 0,
        "member_count": 1,
        "thread_metadata": awake,
    }


def guild(channels: int, number: int = GUILD) -> Body:
    """A server by its id, with as many channels."""
    rooms = [channel(channel_id(number, n)) for n in range(channels)]
    # To see channels, and to write there and in threads.
    granted = str(1 << 10 | 1 << 11 | 1 << 16 | 1 << 38)
    everyone = {"id": str(number), "name": "@everyone", "permissions": granted, "position": 0}
    looks = {"color": 0, "hoist": False, "managed": False, "mentionable": False}
    return {
        "id": str(number),
        "name": "Isles",
        "owner_id": "100",
        "member_count": 2,
        "channels": rooms,
        "roles": [everyone | looks],
        "members": [{"user": ACCOUNT, "roles": [], "joined_at": JOINED, "flags": 0}],
        "emojis": [],
        "preferred_locale": "en-US",
        "features": [],
        "threads": [],
        "stickers": [],
    }


def texts(body: Body) -> str:
    """All that a member reads in a message."""
    return "\n".join([body.get("content") or "", *_shown(body.get("components") or [])]).strip()


def _shown(components: Sequence[Body]) -> list[str]:
    shown = []
    for component in components:
        if "content" in component:
            shown.append(component["content"])
        shown += _shown(component.get("components", []))
    return shown
