"""The health file: how the bot is, for whoever looks from outside."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config import Settings, Shards
from bot.operation.health import (
    HEALTH,
    STALE,
    Health,
    ShardHealth,
    health_file,
    read_health,
    write_health,
)
from bot.operation.instance_lock import only_instance
from bot.operation.running import examine_running

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
WELL = Health(
    pid=42,
    version="1.2.3",
    edition="0123456789ab",
    alive=True,
    started=NOW - timedelta(hours=1),
    written=NOW,
    shards=(ShardHealth(0, True, NOW - timedelta(seconds=10), 0.042),),  # noqa: FBT003
)
AWAY = ShardHealth(0, ready=False)
SECOND = ShardHealth(1, True, NOW - timedelta(seconds=5), 0.051)  # noqa: FBT003
SHARE = Shards(2, 3, 4)


@pytest.mark.parametrize(
    "health", [WELL, replace(WELL, shards=(AWAY, SECOND)), replace(WELL, closed=("#quiet",))]
)
def test_what_was_written_is_read(health: Health, tmp_path: Path) -> None:
    file = health_file(tmp_path, None)
    write_health(file, health)
    assert read_health(file) == health
    assert [*tmp_path.iterdir()] == [tmp_path / HEALTH]


def test_processes_over_one_folder_have_a_file_each(tmp_path: Path) -> None:
    assert health_file(tmp_path, SHARE) == tmp_path / "health-2-3-of-4.json"


def test_the_file_is_plain_json_for_other_programs(tmp_path: Path) -> None:
    write_health(tmp_path / HEALTH, WELL)
    assert json.loads((tmp_path / HEALTH).read_text("utf-8")) == {
        "pid": 42,
        "version": "1.2.3",
        "edition": "0123456789ab",
        "alive": True,
        "started": "2026-05-04T11:00:00+00:00",
        "written": "2026-05-04T12:00:00+00:00",
        "shards": [
            {
                "number": 0,
                "ready": True,
                "heartbeat": "2026-05-04T11:59:50+00:00",
                "latency": 0.042,
            }
        ],
        "closed": [],
    }


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"{}", b"\xff", b'{"written": 5}', b"[" * 99_000]
)
def test_a_file_that_is_something_else_is_none(content: bytes, tmp_path: Path) -> None:
    (tmp_path / HEALTH).write_bytes(content)
    assert read_health(tmp_path / HEALTH) is None


def settings_of(data: Path, shards: Shards | None = None) -> Settings:
    return Settings(data / "knowledge", data, shards=shards)


def test_a_running_bot_that_is_well_is_in_order(tmp_path: Path) -> None:
    write_health(tmp_path / HEALTH, WELL)
    with only_instance(tmp_path):
        finding = examine_running(settings_of(tmp_path), NOW)
    assert finding.ok
    assert finding.text == (
        "Running as process 42 since 2026-05-04 11:00:00+00:00, connected; last heartbeat at "
        "2026-05-04 11:59:50+00:00, answered in 42 ms; version 1.2.3, knowledge 0123456789ab."
    )


def test_of_several_shards_the_slowest_is_told(tmp_path: Path) -> None:
    write_health(health_file(tmp_path, SHARE), replace(WELL, shards=(*WELL.shards, SECOND)))
    with only_instance(tmp_path, SHARE):
        finding = examine_running(settings_of(tmp_path, SHARE), NOW)
    assert finding.ok
    assert (
        "connected; last heartbeat of shard 1, the slowest, at 2026-05-04 11:59:55+00:00, answered "
        "in 51 ms;" in finding.text
    )


@pytest.mark.parametrize(
    ("health", "text"),
    [
        (None, "is starting, or can't write its health.json; look into its log."),
        (replace(WELL, written=NOW - 2 * STALE), "(process 42) hangs"),
        (replace(WELL, written=NOW + 2 * STALE), "(process 42) hangs"),
        (replace(WELL, shards=()), "(process 42) is not connected to Discord."),
        (replace(WELL, shards=(AWAY,)), "(process 42) is not connected to Discord."),
        (replace(WELL, shards=(AWAY, SECOND)), "is not connected to Discord by shard 0."),
    ],
)
def test_a_running_bot_that_is_not_well_comes_with_what_to_do(
    health: Health | None, text: str, tmp_path: Path
) -> None:
    if health:
        write_health(tmp_path / HEALTH, health)
    with only_instance(tmp_path):
        finding = examine_running(settings_of(tmp_path), NOW)
    assert not finding.ok
    assert text in finding.text


@pytest.mark.parametrize(
    ("health", "text"),
    [
        (None, "None runs with this data folder. `footnote run` starts one."),
        (replace(WELL, alive=False), "None runs with this data folder. `footnote run` starts one."),
        (WELL, "the last one was killed or crashed after 2026-05-04 12:00:00+00:00."),
    ],
)
def test_a_bot_that_does_not_run_is_a_fault_only_if_one_must(
    health: Health | None, text: str, tmp_path: Path
) -> None:
    if health:
        write_health(tmp_path / HEALTH, health)
    assert text in examine_running(settings_of(tmp_path), NOW).text
    assert not examine_running(settings_of(tmp_path), NOW).ok
    assert examine_running(settings_of(tmp_path), NOW, must_run=False).ok
