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
    where = {"channel_id": str(channel), "guild_id": str(GUILD)}
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
        "guild_id": str(GUILD),
        "channel_id": str(CHANNEL),
        "token": f"t{number}",
        "channel": {"id": str(CHANNEL), "type": 0, "name": "c0", "permissions": "0", "position": 0},
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
        "authorizing_integration_owners": {"0": str(GUILD)},
        **more,
    }


def user(number: int) -> dict[str, Any]:
    """A member's account."""
    return {"id": str(number), "username": f"m{number}", "discriminator": "0", "avatar": None}


def ready(session: int, address: str) -> Body:
    """The first event of a session."""
    return {
        "v": 10,
        "user": ACCOUNT,
        "guilds": [{"id": str(GUILD), "unavailable": True}],
        "session_id": str(session),
        "resume_gateway_url": address,
        "application": {"id": str(BOT), "flags": 0},
    }


def guild(channels: int) -> Body:
    """The server, with as many channels."""
    rooms = [
        {"id": str(CHANNEL + n), "type": 0, "name": f"c{n}", "position": n}
        | {"permission_overwrites": [], "parent_id": None}
        for n in range(channels)
    ]
    # To see channels, and to write there and in threads.
    granted = str(1 << 10 | 1 << 11 | 1 << 16 | 1 << 38)
    everyone = {"id": str(GUILD), "name": "@everyone", "permissions": granted, "position": 0}
    looks = {"color": 0, "hoist": False, "managed": False, "mentionable": False}
    return {
        "id": str(GUILD),
        "name": "Isles",
        "owner_id": "100",
        "member_count": 2,
        "channels": rooms,
        "roles": [everyone | looks],
        "members": [],
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
