"""What may be interrupted of what members create: votes, their deletion, and posted answers."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

from bot.members.members import MEMBERS, Members, Vote
from bot.members.posted import Posted

from .processes import Say
from .scenes import FACT, NOW, Scene

MEMBER = 7


class Votes(Scene):
    """Members vote, one after another, into a file that the first of them begins."""

    name = "vote (from a file that is not there yet)"
    votes = 4

    def members(self, wait: float = 2.0) -> Members:
        return Members(self.settings.data / MEMBERS, wait, self.settings.database)

    def act(self, say: Say) -> None:
        with closing(self.members(wait=0.1)) as members:
            for number in range(self.votes):
                members.vote(Vote(MEMBER, str(number), up=True, at=NOW, reason="because"))
                say(str(number))

    def check(self, said: Sequence[str]) -> None:
        with closing(self.members()) as members:
            assert not members.notice
            kept = [vote.answer for vote in members.personal_data(MEMBER).votes]
            assert set(said) <= set(kept) <= {str(n) for n in range(len(said) + 1)}
            members.vote(Vote(MEMBER, "later", up=True, at=NOW))
            assert members.tally("later").up == 1


class LaterVotes(Votes):
    """Members vote into a file that holds other votes."""

    name = "vote (beside earlier ones)"

    def prepare(self) -> None:
        super().prepare()
        with closing(self.members()) as members:
            members.vote(Vote(MEMBER + 1, "0", up=False, at=NOW, reason="earlier"))

    def check(self, said: Sequence[str]) -> None:
        super().check(said)
        with closing(self.members()) as members:
            assert [vote.reason for vote in members.personal_data(MEMBER + 1).votes] == ["earlier"]


class Forgetting(LaterVotes):
    """A member's votes are deleted."""

    name = "deletion of a member's votes"

    def act(self, say: Say) -> None:
        with closing(self.members(wait=0.1)) as members:
            members.forget(MEMBER + 1)
            say("forgotten")

    def check(self, said: Sequence[str]) -> None:
        # A server keeps the bytes for a while.
        if said and not self.settings.database:
            files = self.settings.data.glob(f"{MEMBERS}*")
            assert not any(b"earlier" in file.read_bytes() for file in files)
        with closing(self.members()) as members:
            kept = [vote.reason for vote in members.personal_data(MEMBER + 1).votes]
            assert kept in ([[]] if said else [[], ["earlier"]])


class Posting(LaterVotes):
    """An answer that was posted is noted, and then what it shows instead."""

    name = "note of posted and corrected answers"

    def act(self, say: Say) -> None:
        with closing(self.members(wait=0.1)) as members:
            answer = Posted(1, 2, 3, (FACT,), ("0",), ("0",), plain=False, at=NOW)
            members.posted.keep(answer)
            say("0")
            members.posted.correct(replace(answer, shown=("1",)))
            say("1")

    def check(self, said: Sequence[str]) -> None:
        with closing(self.members()) as members:
            assert [vote.reason for vote in members.personal_data(MEMBER + 1).votes] == ["earlier"]
            pairs = members.posted.outstanding({}, NOW)
        shown = [before.shown for before, _ in pairs]
        assert shown in {0: ([], [("0",)]), 1: ([("0",)], [("1",)]), 2: ([("1",)],)}[len(said)]
