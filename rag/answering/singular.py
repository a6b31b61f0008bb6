"""Say of one thing what is said of several. words -> words."""

from __future__ import annotations

import re

from rag.words import OF

_IN_ONE = re.compile(rf"(\w{{2,}}[^\Ws])s(\?|\s+{OF}|\s+\w+ed\s+{OF}|$)")
"""What several things of a kind are called, at the end of what names them."""


def in_one(several: str) -> str:
    """Return the words for several things of a kind as those for one: "parties" as "party"."""
    return _IN_ONE.sub(lambda match: re.sub("ie$", "y", match[1]) + match[2], several, count=1)
