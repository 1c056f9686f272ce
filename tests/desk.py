"""A simulated server with an editor by role, for the tests of editing."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import simcord
from server import Server, build_server, texts


@dataclass(frozen=True)
class Desk:
    """A server, a member whose role may look after the facts, and the file they stand in."""

    server: Server
    editor: Any
    file: Path

    async def answer_to(self, question: str) -> str:
        result = await self.server.alice.slash(self.server.channel, "ask", question=question)
        said = texts(result.response.message)
        # A heading stands above an answer, and not above a refusal.
        return said[1] if said[0].startswith("**") else said[0]

    def history(self) -> list[str]:
        """What was changed, newest first."""
        return [change.what for change in self.server.bot.members.audit_list(self.server.guild.id)]

    def make_read_only(self) -> None:
        """Keep the file from being written, even by root: its temporary file finds no place."""
        (self.file.parent / ".facts.md.new" / "taken").mkdir(parents=True)


async def build_desk(env: simcord.Env, file: Path) -> Desk:
    """Everybody is offered the commands of editors: only the bot's own checks stand in the way."""
    server = build_server(env)
    role = server.guild.create_role("librarians")
    editor = server.guild.add_member(env.create_user("editor"), roles=[role])
    await server.admin.slash(server.channel, "settings editors", role=role)
    commands = await server.bot.tree.fetch_commands()
    for command in commands:
        if command.name in {"facts", "articles"}:
            server.guild.set_command_permissions(command, {role: True, server.alice: True})
    return Desk(server, editor, file)
