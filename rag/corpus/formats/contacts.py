"""Find in the foot of a page how its owner is reached: telephone, mail, hours. blocks -> those that tell it."""

from __future__ import annotations

import re

from rag.corpus.formats.markup import Markup, MarkupBlock

_ADDRESS = re.compile(
    r"\b(?:tel|phone|telephone|fax|call)\b\D{0,20}\d(?:[ ()/.-]{0,3}\d){4,}|\+?\d(?:[ ()/.-]{0,3}\d){8,}"
    r"|(?<![\w.+-])[\w.+-]+@[\w-]+\.\w",
    re.IGNORECASE,
)
_HOURS = re.compile(
    r"\b\d{1,2}(?:[:.]\d\d)? ?(?:am\b|pm\b|[ap]\.m\.)|\d[:.]\d\d ?(?:-|–|to) ?\d{1,2}[:.]\d\d\b"
    r"|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:days?)?\b.{0,60}\d ?(?:-|–|to) ?\d",
    re.IGNORECASE,
)
_OF_A_PAPER = re.compile(
    r"article:published_time|\"(?:\w*NewsArticle|BlogPosting)\"|schema\.org/(?:\w*NewsArticle|BlogPosting)"
)
"""What a page says of itself that is an article; pages that only stand on a site are dated too, but not so."""


def contacts(html: str, page: Markup) -> list[MarkupBlock]:
    """Return the blocks of a page's foot that hold a telephone number, an address of mail or hours.

    With each comes the line above it, which names whose they are, unless that only says whose the rights are. Of links
    only numbers and addresses are taken. The foot of an article of a newspaper or the like has nothing to do with it.
    """
    if _OF_A_PAPER.search(html):
        return []
    shown = [block for block in page.blocks if block.kind == "footer"]
    foot = [block for block in shown if block.text not in page.links or _holds_address(block)]
    tells = [_holds_address(block) or (bool(_HOURS.search(block.text)) and "©" not in block.text) for block in foot]
    return [block for n, block in enumerate(foot) if tells[n] or (any(tells[n + 1 : n + 2]) and "©" not in block.text)]


def _holds_address(block: MarkupBlock) -> bool:
    return bool(_ADDRESS.search(block.text))
