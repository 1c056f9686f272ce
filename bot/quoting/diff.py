"""A readable word diff: words in common, and the changes between them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby

_STRAY = 2
"""So many words in common, far from the others, are a coincidence."""

_FAR = 6
"""How many words of the passage lie between, at least, for each of them."""


@dataclass(frozen=True)
class Run:
    """The words `old[old_start:old_end]` are `new[new_start:new_end]`, the `same` or others."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int
    same: bool

    @property
    def removed(self) -> int:
        """How many words of the old text."""
        return self.old_end - self.old_start

    @property
    def added(self) -> int:
        """How many words of the new one."""
        return self.new_end - self.new_start

    @property
    def size(self) -> int:
        """How many words on the longer side."""
        return max(self.removed, self.added)


def word_diff(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    """How `new`, a quotation, differs from the part of the passage `old` that it quotes.

    What is in `old` before and behind that part is left out.
    """
    opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    runs = [Run(a, b, c, d, same=tag == "equal") for tag, a, b, c, d in opcodes]
    runs = _without_surroundings(_drawn_in(old, runs))
    shared = [run.same and not _by_chance(runs, n) for n, run in enumerate(runs)]
    groups = groupby(zip(shared, runs, strict=True), key=lambda pair: pair[0])
    return _without_surroundings(
        [merged([run for _, run in group], same=same) for same, group in groups]
    )


def _drawn_in(old: Sequence[str], runs: list[Run]) -> list[Run]:
    """The runs with the first words in common moved next to the rest, if the passage repeats them.

    The matcher takes the first place that it finds.
    """
    first = next((n for n, run in enumerate(runs) if run.same), len(runs))
    if len(runs) < first + 3:
        return runs
    shared, changed = runs[first : first + 2]
    start = changed.old_end - shared.removed
    if old[start : changed.old_end] != old[shared.old_start : shared.old_end]:
        return runs
    return [
        Run(0, start, 0, shared.new_start, same=False),
        replace(shared, old_start=start, old_end=changed.old_end),
        replace(changed, old_start=changed.old_end),
        *runs[first + 2 :],
    ]


def _by_chance(runs: Sequence[Run], n: int) -> bool:
    """Whether the words in common at `n` only part a larger change, or lie far from the others."""
    run, beside = runs[n], [*runs[max(n - 1, 0) : n], *runs[n + 1 : n + 2]]
    parts = len(beside) == 2 and run.size < min(change.size for change in beside)
    return parts or (
        run.size <= _STRAY and any(change.removed >= _FAR * run.size for change in beside)
    )


def merged(runs: Sequence[Run], *, same: bool) -> Run:
    """Runs that follow one another as one."""
    first, last = runs[0], runs[-1]
    return Run(first.old_start, last.old_end, first.new_start, last.new_end, same=same)


def _without_surroundings(runs: list[Run]) -> list[Run]:
    """Of the passage's words at either end, keep only as many as the quotation has others."""
    if runs and not runs[0].same:
        run = runs[0]
        runs[0] = replace(run, old_start=max(run.old_start, run.old_end - run.added))
    if runs and not runs[-1].same:
        run = runs[-1]
        runs[-1] = replace(run, old_end=min(run.old_end, run.old_start + run.added))
    return [run for run in runs if run.size]
