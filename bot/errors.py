"""The errors that a person is meant to read: each message is a sentence that says what to do.

FootnoteError
├── KnowledgeError    every fault of a knowledge folder, each with file and line
├── QuoteGuardError   a citation that is not the article's own text
└── SettingsError     every fault of the settings
"""

from dataclasses import dataclass, replace
from pathlib import Path


class FootnoteError(Exception):
    """Its message may be shown to a user as it is; anything else may not."""


class QuoteGuardError(FootnoteError):
    """A citation differs from the article; it must not leave the program."""


class SettingsError(FootnoteError):
    """The environment or `.env` can't be used; the message lists every fault."""


@dataclass(frozen=True, order=True)
class Fault:
    """Something wrong at one place: `line` counts from 1, 0 is the file as a whole."""

    file: Path
    line: int
    message: str

    def moved(self, old: Path, new: Path) -> "Fault":
        """The same fault of the same file, in the folder `new` instead of `old`."""
        if not self.file.is_relative_to(old):
            return self
        return replace(self, file=new / self.file.relative_to(old))

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}: {self.message}"


class KnowledgeError(FootnoteError):
    """The knowledge folder can't be used; `faults` holds every fault found, in order."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type["KnowledgeError"], tuple[list[Fault]]]:
        # Another process may raise it.
        return KnowledgeError, (list(self.faults),)
