"""The standard streams, whatever they are: closed, a full disk, another code page."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

import click

from bot.files import advice

LIMIT = 1_000_000
"""Bytes of a line, or of a text, that are read; what follows them is dropped."""


@contextmanager
def standard_streams() -> Iterator[None]:
    """Let the block read and print safely, whatever its streams are.

    A closed stream is an empty one; what is no text, or what the code page of the output lacks,
    becomes a question mark. If something can't be written, the program ends with a sentence.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        yield
    except OSError as error:
        _end(error)


def _end(error: OSError) -> None:
    """Say what can't be written, if that can be, and exit with 1."""
    place = error.filename or "The output"
    with suppress(OSError):
        click.echo(f"Error: {place} can't be used: {advice(error)}", err=True)
    # Drop what is left in the buffers: Python would report the error again.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            os.dup2(nowhere, stream.fileno())
    sys.exit(1)


def lines_of(stream: BinaryIO) -> Iterator[str]:
    """Lines of any bytes as text: what is not UTF-8 becomes U+FFFD."""
    while line := stream.readline(LIMIT):
        rest = line
        while len(rest) == LIMIT and not rest.endswith(b"\n"):
            rest = stream.readline(LIMIT)
        yield line.decode("utf-8", "replace").rstrip("\r\n")


def beginning_of(stream: BinaryIO) -> str:
    """The beginning of a text that may have no end."""
    return "\n".join(lines_of(io.BytesIO(stream.read(LIMIT))))
