"""Addresses in a text: what Discord would make a link of."""

import re

LINK = re.compile(
    r"<?(?:(?<![a-z\d+.-])[a-z\d+.-]*://[^\s<>]*|\b(?:www\.|discord\.gg/)[^\s<>]+)>?", re.IGNORECASE
)
"""An address, whatever letters it is glued to: what stands before `://` without a gap is its own.

It starts only if no such letter stands before, so that a long word is read once.
"""
