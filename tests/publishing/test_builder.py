"""The process beside the bot: what it builds, how it fails, and that it never stays behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from places import ROOT
from releasing import NOW, Publisher

from bot.errors import KnowledgeError
from bot.knowledge.loading import load_knowledge
from bot.publishing.builder import Builder, BuilderError
from bot.publishing.release import accept, propose, published_edition, rollback, start
from bot.routing.encoder import encoder_named

LONG = 600
GOES_ON = " What was published before goes on answering."


@pytest.fixture(scope="module")
def builder() -> Iterator[Builder]:
    with closing(Builder()) as builder:
        yield builder


def test_one_process_does_one_piece_after_the_other(builder: Builder) -> None:
    first = builder.run(os.getpid)
    assert first != os.getpid()
    assert builder.run(os.getpid) == first
    with pytest.raises(ZeroDivisionError) as raised:
        builder.run(divmod, 1, 0)
    assert "Traceback" in raised.value.__notes__[0]
    assert builder.run(divmod, 7, 2) == (3, 1)


def test_what_it_prints_is_no_outcome(builder: Builder) -> None:
    assert builder.run(os.write, 1, b"printed\n") == len("printed\n")


def test_faults_come_over_as_they_are(builder: Builder, small: Path) -> None:
    (small / "synonyms.md").write_text("- one\n\n- two\n", "utf-8")
    with pytest.raises(KnowledgeError) as here:
        load_knowledge(small)
    with pytest.raises(KnowledgeError) as there:
        builder.run(load_knowledge, small)
    assert there.value.faults == here.value.faults
    assert str(there.value) == str(here.value)


def test_an_encoder_gives_the_same_vectors_there(builder: Builder) -> None:
    encoder = encoder_named("use")
    here = encoder.encode(["Who owns the dam?"])
    assert builder.run(encoder.encode, ["Who owns the dam?"]).tobytes() == here.tobytes()


def test_work_that_takes_too_long_is_stopped() -> None:
    with closing(Builder(seconds=0.1)) as builder:
        with pytest.raises(BuilderError) as raised:
            builder.run(time.sleep, 5)
        assert str(raised.value) == f"Building this was stopped after 0.1 seconds.{GOES_ON}"


def test_work_that_takes_too_much_memory_is_refused(builder: Builder) -> None:
    if sys.platform != "linux":
        pytest.skip("Only Linux holds a process to its memory.")
    with pytest.raises(BuilderError, match=r"takes more than 2,048 MB of memory; make the"):
        builder.run(bytes, 2**32)
    assert builder.run(divmod, 7, 2) == (3, 1)


def test_after_a_crash_the_next_piece_is_done(builder: Builder) -> None:
    with pytest.raises(BuilderError) as raised:
        builder.run(os._exit, 3)
    assert str(raised.value) == (
        f"The process that builds the knowledge was ended. Try again.{GOES_ON}"
    )
    assert builder.run(divmod, 7, 2) == (3, 1)


def test_closing_ends_the_work_at_once_and_for_good() -> None:
    builder = Builder()
    builder.run(os.getpid)
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(builder.run, time.sleep, 5)
        builder.close()
        with pytest.raises(BuilderError, match="the bot is stopping"):
            working.result()
    with pytest.raises(BuilderError, match="the bot is stopping"):
        builder.run(os.getpid)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_it_does_not_outlive_a_bot_that_is_killed() -> None:
    work = f"import os, time; os.write(2, b'begun'); time.sleep({LONG})"
    program = f"from bot.publishing.builder import Builder; Builder().run(exec, {work!r})"
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr
        assert process.stderr.read(5) == b"begun"
        process.kill()
        # Both hold this pipe, so that it ends when both have.
        process.stderr.read()


class TestAProposalFromThere:
    def test_is_the_one_that_is_made_here(self, publisher: Publisher, builder: Builder) -> None:
        publisher.label("ferry")
        old = publisher.publish()
        publisher.lose_a_fact()
        here = propose(publisher.settings, old, {})
        there = propose(publisher.settings, old, {}, run=builder.run)
        assert there.replay == here.replay
        assert there.held
        assert (there.before, there.changes) == (here.before, here.changes)
        assert there.edition.version == here.edition.version
        assert there.edition.knowledge == here.edition.knowledge
        assert accept(publisher.settings, there, "ann", NOW, confirmed=True) == there.edition

    def test_of_nothing_new_is_the_edition_that_answers(
        self, publisher: Publisher, builder: Builder
    ) -> None:
        old = publisher.publish()
        assert propose(publisher.settings, old, {}, run=builder.run).edition is old

    def test_leaves_an_article_with_a_fault_as_it_was(
        self, publisher: Publisher, builder: Builder
    ) -> None:
        publisher.publish_second()
        old = published_edition(publisher.settings)
        publisher.edit("> it carries 120 passengers", "> it carries 500 passengers")
        there = propose(publisher.settings, old, {}, run=builder.run)
        assert [fault.file for fault in there.edition.knowledge.faults] == [publisher.facts]
        assert there.edition.version == publisher.versions[0]

    def test_raises_the_faults_if_nothing_is_sound(
        self, publisher: Publisher, builder: Builder
    ) -> None:
        publisher.edit("> it carries 120 passengers", "> it carries 500 passengers")
        with pytest.raises(KnowledgeError) as raised:
            propose(publisher.settings, None, {}, run=builder.run)
        assert [fault.file for fault in raised.value.faults] == [publisher.facts]


def test_a_start_and_a_rollback_build_there(publisher: Publisher, builder: Builder) -> None:
    first = start(publisher.settings, NOW, builder.run).edition
    publisher.publish_second()
    assert rollback(publisher.settings, "", "bob", NOW, builder.run).version == first.version
    assert start(publisher.settings, NOW, builder.run).edition.knowledge == first.knowledge
