"""What the bot sends, checked against Discord's own OpenAPI document if that is available."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from jsonschema import Draft202012Validator

from bot.config import Settings
from bot.publishing.store import STYLES

DOCUMENT = Path(__file__).parent.parent.parent.parent / "shared" / "discord-openapi.json"

pytestmark = pytest.mark.skipif(
    not DOCUMENT.is_file(), reason="Discord's OpenAPI document is not beside the checkout"
)


@pytest.fixture
def settings(folder: Path, tmp_path: Path) -> Settings:
    """The shipped article: its lists have pages."""
    return Settings(folder, tmp_path / "data")


def loosened(schema: Any) -> Any:
    """The schema as Discord means it: every `oneOf` is an `anyOf`, and ids may be integers."""
    if isinstance(schema, list):
        return [loosened(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "snowflake":
        return {"type": ["string", "integer"]}
    return {"anyOf" if key == "oneOf" else key: loosened(value) for key, value in schema.items()}


class Document:
    """Discord's description of its own requests."""

    def __init__(self, file: Path) -> None:
        self._root = loosened(json.loads(file.read_text("utf-8")))
        # Discord's prose names media channels, its document does not.
        kinds = self._root["components"]["schemas"]["ChannelTypes"]["anyOf"]
        kinds.append({"title": "GUILD_MEDIA", "const": 16})

    def faults(self, method: str, path: str, body: Any) -> Iterator[str]:
        """What is wrong with a request."""
        schema = self._body_schema(method, path)
        validator = Draft202012Validator({**schema, "components": self._root["components"]})
        for error in validator.iter_errors(body):
            yield f"{method} {path}: {error.message}"

    def _body_schema(self, method: str, path: str) -> dict[str, Any]:
        templates = sorted(self._root["paths"], key=lambda template: template.count("{"))
        template = next(t for t in templates if re.fullmatch(re.sub(r"{\w+}", "[^/]+", t), path))
        content = self._root["paths"][template][method.lower()]["requestBody"]["content"]
        schema: dict[str, Any] = content["application/json"]["schema"]
        return schema


@pytest.fixture(scope="module")
def document() -> Document:
    return Document(DOCUMENT)


async def edit_facts(admin: Any, channel: Any) -> None:
    for command in ("facts status", "facts reload", "facts misses", "facts history", "stats"):
        await admin.slash(channel, command)
    question = "Who is Igor Konashenkov?"
    await admin.slash(channel, "facts edit", fact=question)
    removed = await admin.slash(channel, "facts remove", fact=question)
    await admin.click(removed.response, label="Undo")


async def test_everything_the_bot_sends_is_as_discord_documents_it(
    simcord_env: simcord.Env, folder: Path, document: Document
) -> None:
    guild = simcord_env.create_guild()
    channel = guild.create_text_channel("general")
    role = guild.create_role("moderators", permissions=discord.Permissions(manage_guild=True))
    admin = guild.add_member(simcord_env.create_user("admin"), roles=[role])
    for question in ("Who is Igor Konashenkov?", "Who won the football match?", "", "Russia"):
        await admin.send(channel, f"<@{simcord_env.bot.application_id}> {question}")
        await admin.send_dm(question or "hello")
        await admin.slash(channel, "ask", question=question or "hello")
        await simcord_env.advance_time(60)
    for style in STYLES:
        await admin.slash(channel, "summary", style=style)
        await simcord_env.advance_time(60)
    for command in ("article", "sources", "help", "privacy about", "privacy show", "browse"):
        result = await admin.slash(channel, command)
    assert result.response
    await admin.click(result.response, label="Next")
    for text in ("the war in Syria", "the war in **Iraq**", "cheese"):
        await admin.slash(channel, "quote", text=text)
    await edit_facts(admin, channel)
    (folder / "synonyms.md").write_text("- no group\n", "utf-8")
    await admin.slash(channel, "facts reload")
    sent = [entry for entry in simcord_env.http_requests if entry.json is not None]
    kinds = {re.sub(r"\d+|simcord_\w+", "…", f"{entry.method} {entry.path}") for entry in sent}
    assert len(simcord_env.errors) == 1
    assert kinds == {
        "PUT /applications/…/commands",
        "POST /channels/…/messages",
        "PATCH /channels/…/messages/…",
        "POST /interactions/…/…/callback",
        "POST /webhooks/…/…",
    }
    faults = [f for entry in sent for f in document.faults(entry.method, entry.path, entry.json)]
    assert faults == []


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 4001},
        {"components": [{"type": 10, "content": ""}]},
        {"components": [{"type": 10, "content": "x"}] * 41},
        {"allowed_mentions": {"parse": ["nobody"]}},
    ],
)
def test_the_document_would_catch_a_fault(document: Document, body: dict[str, Any]) -> None:
    assert list(document.faults("POST", "/channels/1/messages", body))
