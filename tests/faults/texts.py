"""Texts as strangers and editors write them at their worst, and what must not come back of them."""

import re

from hypothesis import strategies as st

_LIVELY = (
    "@everyone @here <@1> <@!1> <@&1> <#1> <:x:1> <t:1:R> </ask:1> <id:guide> \\ \\\\ ` ``` ** __ "
    "~~ || > >>> # ## ### -# - 1. * [x] (y) [x](https://evil.example/x) [x]: http://evil.example "
    "https://evil.example/x <https://evil.example/x> www.evil.example <!-- --> <b> &amp;"
).split()
_WORDLY = (
    "who what did does how many Russia Aleppo airstrikes 250,000 12.5 U.S. the ferry islanders "
    "percent and where ? ! . … ... “ ” ’ \" ' — – ( ) ; : ﷺ \u200b \u202e \x00 \ud800 e\u0301 😀 ı "
    '=HYPERLINK("x") \'; drop table votes; --'
).split()
_LINES = (
    "\n",
    "\r\n",
    "\u2028",
    "\n\n",
    "\n### What do the islanders want by May?\n\n",
    "\n## What the article does not say\n\n",
    "\n> They want a second one by May.\n> — the islanders\n",
    "\n- another way to ask\n",
    "\nDisputed by: [x](#what-do-the-islanders-want-by-may)\n",
    "\n```\n",
    "\n    code\n",
    "\n***\n",
    "\n===\n",
    "\n> - > 1. ",
    "\n<!--",
)

pieces = st.one_of(
    st.sampled_from((*_LIVELY, *_WORDLY, *_LINES)),
    st.text(max_size=20),
    st.builds(lambda text, n: text * n, st.sampled_from((*_LIVELY, *_WORDLY)), st.integers(2, 300)),
)
"""Pieces of a text."""

texts = st.builds(
    lambda parts, glue: glue.join(parts), st.lists(pieces, max_size=30), st.sampled_from(["", " "])
)
"""Texts of one line or several."""

# What Discord gives a meaning to, unless an odd number of backslashes stands before it.
_ALIVE = re.compile(
    r"(?<!\\)(?:\\\\)*"
    r"(?:@(?:everyone|here)|<[@#:/a-z]|\]\(|(?:https?|steam)://)"
    r"|^\s*(?:-\s+)?#{1,3} ",
    re.MULTILINE,
)


def alive(text: str) -> str:
    """The first mention, link or heading in a text that Discord would show as one, or ""."""
    found = _ALIVE.search(text)
    return found.group() if found else ""
