"""Counters for Prometheus, if somebody asks for them."""

import asyncio
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from places import ROOT
from server import QUESTION, Server

from bot.config import Settings
from bot.discord.bot import FootnoteBot
from bot.errors import SettingsError
from bot.members.members import Members
from bot.operation.metrics import metrics_on
from bot.publishing.edition import publish


@pytest.fixture
def port() -> int:
    """A port that is free."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def simcord_bot(small: Path, tmp_path: Path, port: int) -> Iterator[FootnoteBot]:
    settings = Settings(small, tmp_path / "data", metrics_port=port)
    edition = publish(settings.knowledge, settings.data)
    with metrics_on(port) as metrics, closing(Members(settings.data / "members.db")) as members:
        yield FootnoteBot(settings, edition, members, metrics)


def served(port: int) -> dict[str, float]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as response:
        text = response.read().decode()
    samples = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in samples}


async def test_questions_are_counted_by_outcome_and_timed(server: Server, port: int) -> None:
    await server.alice.send(server.channel, f"{server.mention} {QUESTION}")
    await server.alice.slash(server.channel, "ask", question=QUESTION)
    await server.alice.slash(server.channel, "ask", question="Who won the football cup?")
    counted = await asyncio.to_thread(served, port)
    assert counted['footnote_questions_total{outcome="answered"}'] == 2
    assert counted['footnote_questions_total{outcome="declined"}'] == 1
    assert counted['footnote_request_seconds_count{kind="message"}'] == 1
    assert counted['footnote_request_seconds_count{kind="command"}'] == 2
    assert counted['footnote_request_seconds_bucket{kind="command",le="+Inf"}'] == 2
    assert counted['footnote_request_seconds_sum{kind="command"}'] > 0


async def test_votes_are_counted_by_their_way(server: Server, port: int) -> None:
    answer = await server.alice.slash(server.channel, "ask", question=QUESTION)
    await server.alice.click(answer.response.message, label="👍")
    form = await server.alice.click(answer.response.message, label="👎")
    await server.alice.submit_modal(form, {})
    counted = await asyncio.to_thread(served, port)
    assert counted['footnote_votes_total{way="up"}'] == 1
    assert counted['footnote_votes_total{way="down"}'] == 1
    assert counted['footnote_request_seconds_count{kind="click"}'] == 2
    assert counted['footnote_request_seconds_count{kind="form"}'] == 1


async def test_reloads_are_counted_by_what_became_of_them(
    server: Server, port: int, small: Path
) -> None:
    await server.admin.slash(server.channel, "facts reload")
    (small / "ferry" / "facts.md").write_text("### No answer to this\n", "utf-8")
    await server.admin.slash(server.channel, "facts reload")
    counted = await asyncio.to_thread(served, port)
    assert counted['footnote_reloads_total{outcome="taken"}'] == 1
    assert counted['footnote_reloads_total{outcome="refused"}'] == 1
    assert len(server.env.errors) == 1


async def test_rollbacks_are_counted_beside_them(server: Server, port: int, small: Path) -> None:
    first = server.bot.edition.version
    await server.admin.slash(server.channel, "facts reload")
    facts = small / "ferry" / "facts.md"
    facts.write_text(facts.read_text("utf-8").replace("left on Monday.", "sailed."), "utf-8")
    await server.admin.slash(server.channel, "facts reload")
    await server.admin.slash(server.channel, "facts rollback", version=first)
    counted = await asyncio.to_thread(served, port)
    assert counted['footnote_reloads_total{outcome="rolled_back"}'] == 1


async def test_errors_are_counted_and_warnings_are_not(server: Server, port: int) -> None:
    server.env.inject_error("POST", "/channels/*/messages", status=500, times=2)
    await server.alice.send(server.channel, f"{server.mention} {QUESTION}")
    assert len(server.env.errors) == 1
    assert (await asyncio.to_thread(served, port))["footnote_errors_total"] == 1


def test_they_are_served_to_this_machine_alone_and_end_with_the_bot(port: int) -> None:
    with metrics_on(port):
        assert served(port)["footnote_errors_total"] == 0
        with socket.socket() as other, pytest.raises(ConnectionRefusedError):
            other.connect(("127.0.0.2", port))
    with pytest.raises(OSError, match="refused"):
        served(port)


def test_a_port_that_is_taken_gives_a_sentence(port: int) -> None:
    with metrics_on(port), pytest.raises(SettingsError, match=f"port {port} can't be used"):
        metrics_on(port).__enter__()


def run(code: str, *path: Path, **more: str) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join(map(str, [*path, ROOT]))
    return subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": paths} | more,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_the_setting_the_library_is_not_even_loaded() -> None:
    done = run(
        "import sys, bot.discord.run\n"
        "with bot.discord.run.metrics_on(None) as metrics: metrics.vote(up=True)\n"
        "print('prometheus_client' in sys.modules)"
    )
    assert (done.stdout, done.stderr) == ("False\n", "")


def test_without_the_extra_the_setting_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "prometheus_client.py").write_text("raise ImportError\n", "utf-8")
    done = run(
        "from bot.terminal.cli import footnote; footnote(['run'])",
        tmp_path,
        DISCORD_TOKEN="abc.def.ghi",
        FOOTNOTE_DATA=str(tmp_path / "data"),
        FOOTNOTE_METRICS_PORT="9100",
    )
    assert done.stderr.startswith("Error: FOOTNOTE_METRICS_PORT needs prometheus-client. Install")
    assert done.returncode == 1
