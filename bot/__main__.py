"""The program's start: `footnote`, or `python -m bot`."""

import sys


def main() -> None:
    """Run the command line; Ctrl+C ends it without a traceback, also while it loads."""
    try:
        from bot.terminal.cli import footnote  # noqa: PLC0415 (what takes long)
    except KeyboardInterrupt:
        sys.exit("Aborted!")
    footnote(prog_name="footnote")


if __name__ == "__main__":
    main()
