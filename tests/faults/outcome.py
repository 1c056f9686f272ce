"""What came of trying a fault, and the table of it all."""

from collections.abc import Sequence
from dataclasses import dataclass

_SHOWN = 5
"""Failures of one fault that are told; of the others the number."""


@dataclass(frozen=True)
class Outcome:
    """A fault, how often it was tried, what was not survived, and a figure worth reporting.

    `skipped` is "" or why it could not be tried here.
    """

    fault: str
    tries: int
    failures: Sequence[str]
    figure: str = ""
    skipped: str = ""

    @property
    def result(self) -> str:
        """One word for the table."""
        if self.skipped:
            return "SKIPPED"
        if not self.tries:
            return "NOT TRIED"
        return "FAILED" if self.failures else "survived"

    @property
    def ok(self) -> bool:
        """Whether it was tried and survived."""
        return self.result == "survived"


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines whose columns stand below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def table(outcomes: Sequence[Outcome]) -> str:
    """The outcomes in columns, and below them what failed."""
    rows = [("fault", "tries", "result", "figure")]
    rows += [(o.fault, str(o.tries), o.result, o.skipped or o.figure) for o in outcomes]
    lines = columns(rows)
    for outcome in outcomes:
        shown = [f"  {failure}" for failure in outcome.failures[:_SHOWN]]
        lines += [f"\n{outcome.fault}: failures: {len(outcome.failures)}", *shown] if shown else []
    return "\n".join(lines)
