"""`python -m bot` is `footnote`."""

from bot.cli import footnote

footnote(prog_name="footnote")
