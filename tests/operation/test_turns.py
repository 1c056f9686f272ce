"""Turns at opening a session, over one data folder."""

import asyncio
from pathlib import Path

import pytest

from bot.operation import turns
from bot.operation.turns import Turns


async def test_a_turn_holds_up_who_comes_next_in_its_bucket_alone(tmp_path: Path) -> None:
    one, other = Turns(tmp_path), Turns(tmp_path)
    await one.take(0)
    await other.take(1)
    waiting = asyncio.create_task(other.take(0))
    await asyncio.wait({waiting}, timeout=0)
    assert not waiting.done()
    one.give_back()
    await waiting


async def test_a_turn_ends_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PAUSE", 0.0)
    one, other = Turns(tmp_path), Turns(tmp_path)
    for turn in (one, other, one):
        await turn.take(0)
