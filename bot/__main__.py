"""`python -m bot` is `footnote`."""

from bot.terminal.cli import footnote

footnote(prog_name="footnote")
