"""One bot a data folder."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.config import Shards
from bot.errors import SettingsError
from bot.operation.instance_lock import is_running, only_instance
from bot.terminal.cli import footnote


def test_a_second_bot_on_the_same_folder_is_refused_in_a_sentence(
    small: Path, tmp_path: Path
) -> None:
    environment = {
        "DISCORD_TOKEN": "abc.def.ghi",
        "FOOTNOTE_KNOWLEDGE": str(small),
        "FOOTNOTE_DATA": str(tmp_path / "data"),
    }
    with only_instance(tmp_path / "data"):
        result = CliRunner().invoke(footnote, ["run"], env=environment)
    assert result.exit_code == 1
    assert result.output.startswith("Error: Another Footnote is running with the data folder")
    assert "abc.def.ghi" not in result.output


def test_nor_is_one_begun_in_the_same_program(tmp_path: Path) -> None:
    with only_instance(tmp_path), pytest.raises(SettingsError), only_instance(tmp_path):
        pass


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Shards(0, 1, 4), Shards(0, 1, 4)),
        (Shards(0, 1, 4), Shards(1, 3, 4)),
        (Shards(0, 1, 4), None),
        (None, Shards(0, 1, 4)),
    ],
)
def test_what_has_a_shard_of_another_process_is_refused(
    first: Shards | None, second: Shards | None, tmp_path: Path
) -> None:
    with (
        only_instance(tmp_path, first),
        pytest.raises(SettingsError, match="Another Footnote is running"),
        only_instance(tmp_path, second),
    ):
        pass


def test_processes_with_other_shards_share_a_folder(tmp_path: Path) -> None:
    with only_instance(tmp_path, Shards(0, 1, 4)):
        with only_instance(tmp_path, Shards(2, 3, 4)):
            assert is_running(tmp_path, Shards(2, 3, 4))
        assert not is_running(tmp_path, Shards(2, 3, 4))
        assert is_running(tmp_path, Shards(0, 1, 4))
        assert not is_running(tmp_path)


def test_another_folder_is_free(tmp_path: Path) -> None:
    with only_instance(tmp_path / "one"), only_instance(tmp_path / "two"):
        assert (tmp_path / "two").is_dir()


def test_the_folder_is_free_again_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        with only_instance(tmp_path):
            pass


def test_a_folder_that_cannot_be_made_gives_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="can't be written"), only_instance(tmp_path / "file/x"):
        pass
