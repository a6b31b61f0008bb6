"""Find in the foot of a page how its owner is reached: telephone, mail, hours. blocks -> those that tell it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.corpus.formats.markup import MarkupBlock

_ADDRESS = re.compile(
    r"\b(?:tel|phone|telephone|fax|call)\b\D{0,20}\d|\+?\d(?:[ ()/.-]{0,3}\d){8,}|[\w.+-]+@[\w-]+\.\w", re.IGNORECASE
)
_HOURS = re.compile(
    r"\b\d{1,2}(?:[:.]\d\d)? ?(?:am|pm)\b|\d[:.]\d\d ?(?:-|–|to) ?\d{1,2}[:.]\d\d\b"
    r"|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\b.*\d ?(?:-|–|to) ?\d",
    re.IGNORECASE,
)


def contacts(blocks: Sequence[MarkupBlock], links: frozenset[str]) -> list[MarkupBlock]:
    """Return the blocks of the page's foot that hold a telephone number, an address of mail or hours.

    With each comes the line above it, which names whose they are. Of links only numbers and addresses are taken.
    """
    foot = [block for block in blocks if block.kind == "footer" and (block.text not in links or _holds_address(block))]
    tells = [_holds_address(block) or bool(_HOURS.search(block.text)) for block in foot]
    return [block for n, block in enumerate(foot) if any(tells[n : n + 2])]


def _holds_address(block: MarkupBlock) -> bool:
    return bool(_ADDRESS.search(block.text))
