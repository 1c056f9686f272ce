"""The knowledge folder is read with care, whatever lies in it."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import KnowledgeError
from bot.knowledge.file_names import ARTICLE_FILES
from bot.publishing.folder import (
    FILE_LIMIT,
    FOLDER_LIMIT,
    FolderError,
    UnwritableError,
    read_snapshot,
    write_files,
)


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(KnowledgeError) as raised:
        read_snapshot(folder)
    return [str(fault) for fault in raised.value.faults]


def huge(file: Path) -> None:
    """A file that no memory holds and that takes no room on the disk."""
    file.touch()
    os.truncate(file, 10**12)


STRAYS: list[Callable[[Path], object]] = [
    lambda folder: (folder / "ferry" / "facts.md~").write_text("mine"),
    lambda folder: (folder / "ferry" / ".facts.md.swp").write_bytes(b"\xff"),
    lambda folder: (folder / "README.md").write_text("mine"),
    lambda folder: huge(folder / "backup.tar"),
    lambda folder: os.mkfifo(folder / "ferry" / "pipe"),
    lambda folder: (folder / "ferry" / "here").symlink_to(folder),
    lambda folder: (folder / "pictures").mkdir(),
    lambda folder: (folder / "ferry" / "drafts").mkdir(),
    lambda folder: shutil.copytree(folder / "ferry", folder / "__MACOSX"),
    lambda folder: shutil.copytree(folder / "ferry", folder / ".git"),
    lambda folder: shutil.copytree(folder / "ferry", folder / "ferry" / "old"),
]


class TestReading:
    @pytest.mark.parametrize("add", STRAYS)
    def test_strays_are_neither_read_nor_counted(
        self, small: Path, add: Callable[[Path], object]
    ) -> None:
        before = read_snapshot(small)
        add(small)
        assert read_snapshot(small) == before

    @pytest.mark.parametrize("name", [*ARTICLE_FILES, "../open-questions.md", "../synonyms.md"])
    @pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, huge])
    def test_what_is_no_ordinary_file_is_a_fault_and_never_opened(
        self, small: Path, name: str, make: Callable[[Path], None]
    ) -> None:
        file = Path(os.path.normpath(small / "ferry" / name))
        file.unlink(missing_ok=True)
        make(file)
        (fault,) = faults_of(small)
        why = "more than 1,000,000 bytes" if make is huge else "it is not an ordinary file"
        assert fault.startswith(f"{file}: can't be read: ")
        assert why in fault

    def test_a_link_is_refused_wherever_it_leads(self, small: Path, tmp_path: Path) -> None:
        outside = Path(shutil.copytree(small / "ferry", tmp_path / "outside"))
        (small / "harbour").symlink_to(outside)
        (small / "ferry" / "names.md").unlink()
        (small / "ferry" / "names.md").symlink_to("/dev/zero")
        (small / "ferry" / "summary.md").unlink()
        (small / "ferry" / "summary.md").symlink_to("facts.md")
        assert faults_of(small) == [
            f"{small}/ferry/names.md: can't be read: it is a link; put the file itself there.",
            f"{small}/ferry/summary.md: can't be read: it is a link; put the file itself there.",
            f"{small}/harbour: is a link; put the folder itself there.",
        ]

    def test_a_file_may_be_as_long_as_the_limit(self, small: Path) -> None:
        file = small / "ferry" / "names.md"
        file.write_bytes(b"x" * FILE_LIMIT)
        assert len(read_snapshot(small).files["ferry/names.md"]) == FILE_LIMIT
        file.write_bytes(b"x" * (FILE_LIMIT + 1))
        (fault,) = faults_of(small)
        assert "it has more than 1,000,000 bytes; shorten it" in fault

    def test_all_files_together_have_a_limit(self, small: Path) -> None:
        for number in range(FOLDER_LIMIT // FILE_LIMIT):
            shutil.copytree(small / "ferry", small / f"ferry-{number}")
            (small / f"ferry-{number}" / "names.md").write_bytes(b"x" * FILE_LIMIT)
        assert faults_of(small) == [
            f"{small}: holds more than 20,000,000 bytes of knowledge; take articles out."
        ]

    @pytest.mark.parametrize("place", [".", "ferry"])
    @pytest.mark.parametrize("name", [b"caf\xe9", b"\x1b]0;title\x07", b"a\nb"])
    def test_a_name_that_can_t_be_shown_is_a_fault_that_can_be(
        self, small: Path, place: str, name: bytes
    ) -> None:
        (small / place / os.fsdecode(name)).mkdir()
        (fault,) = faults_of(small)
        assert "holds a name that is not" in fault
        assert fault.isprintable()

    def test_a_number_sign_in_an_article_s_name_is_a_fault(self, small: Path) -> None:
        (small / "ferry").rename(small / "ferry #2")
        (fault,) = faults_of(small)
        assert fault.startswith(f"{small}/ferry #2: has a # in its name")

    def test_every_fault_is_told_at_once(self, small: Path) -> None:
        os.mkfifo(small / "synonyms.md.new")
        (small / "synonyms.md").unlink()
        os.mkfifo(small / "synonyms.md")
        (small / "a#b").mkdir()
        (small / os.fsdecode(b"\xff")).touch()
        assert len(faults_of(small)) == 3


class TestCopies:
    def test_faults_in_a_copy_are_told_of_the_folder(self, small: Path) -> None:
        snapshot = read_snapshot(small)
        with pytest.raises(KnowledgeError) as raised, snapshot.copied() as copy:
            read_snapshot(copy / "nowhere")
        assert raised.value.faults[0].file == small / "nowhere"

    def test_a_copy_is_gone_when_it_was_read(self, small: Path) -> None:
        with read_snapshot(small).copied() as copy:
            assert read_snapshot(copy).files == read_snapshot(small).files
        assert not copy.exists()

    def test_no_room_for_a_copy_is_told(self, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tempfile.tempdir", str(small / "nowhere"))
        with (
            pytest.raises(FolderError, match="No temporary file can be written"),
            read_snapshot(small).copied(),
        ):
            pass


class TestWriting:
    def test_what_differs_is_written_with_its_line_ends_and_mode(self, small: Path) -> None:
        before = read_snapshot(small)
        file = small / "ferry" / "facts.md"
        file.chmod(0o640)
        after = before.with_file("ferry/facts.md", "new – with\r\nits line ends\n")
        write_files(small, before.files, after.files)
        assert read_snapshot(small) == after
        assert file.stat().st_mode & 0o777 == 0o640
        assert {path.name for path in file.parent.iterdir()} == {
            name.removeprefix("ferry/") for name in after.files if "/" in name
        }

    def test_articles_come_and_go_and_strays_stay(self, small: Path) -> None:
        before = read_snapshot(small)
        moved = {name.replace("ferry/", "harbour/"): text for name, text in before.files.items()}
        write_files(small, before.files, moved)
        assert read_snapshot(small).files == moved
        assert not (small / "ferry").exists()
        (small / "harbour" / "notes.txt").write_text("mine")
        write_files(small, moved, before.files)
        assert [path.name for path in (small / "harbour").iterdir()] == ["notes.txt"]

    def test_what_somebody_changed_since_stays(self, small: Path) -> None:
        before = read_snapshot(small)
        for change in ("edited", "deleted"):
            file = small / "ferry" / "names.md"
            file.unlink()
            if change == "edited":
                file.write_text("mine")
            with pytest.raises(FolderError, match=r"Somebody else is changing .*names\.md"):
                write_files(small, before.files, before.with_file("ferry/names.md", "n").files)
            assert file.exists() == (change == "edited")
            file.write_text("mine")

    def test_a_folder_that_can_t_be_written_is_told(self, small: Path) -> None:
        before = read_snapshot(small)
        (small / "ferry" / ".facts.md.new" / "taken").mkdir(parents=True)
        with pytest.raises(UnwritableError, match=r"facts\.md can't be written: "):
            write_files(small, before.files, before.with_file("ferry/facts.md", "new").files)
        assert read_snapshot(small) == before
