"""Find what a page tells beside its article: how its owner is reached, and whole sentences. blocks -> blocks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

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
_IS_ARTICLE = re.compile(
    r"og:type[\"']?\s+content=[\"']?article|<(?:form|div|section)[^>]{0,200}comment", re.IGNORECASE
)
"""What tells one that has no such mark: what it is called, or that readers may comment on it."""
_SERVICES = re.compile(r"\b(?:cookies?|subscri(?:be|bed|ption)|activat(?:e|ion)|log(?:ged)? in)\b", re.IGNORECASE)
"""What a page says of its own services, or asks of who looks at it."""
_SENTENCE = re.compile(r"(?:\S+\s+){5}.*[.!?][”\"')]*$", re.DOTALL)
"""Six words at least that end as a sentence does: a notice, an offer of work, when the page was changed."""
_SECTIONS = 3
"""Headings of a page that is more than one story."""


def beside(html: str, page: Markup, kept: Sequence[MarkupBlock]) -> list[MarkupBlock]:
    """Return the blocks that tell something and are not among those that are `kept`, first those under no heading.

    Of the page's foot it is how one is reached; of a page of several sections, which is no article, also whole
    sentences, none of them a link, a teaser or there more than once. With each comes the heading right above it. What
    stands beside an article of a newspaper or the like has nothing to do with it: of that none is returned.
    """
    if _OF_A_PAPER.search(html):
        return []
    one_story = sum(block.kind == "heading" for block in kept) < _SECTIONS or bool(_IS_ARTICLE.search(html))
    counts = Counter(block.text for block in page.blocks)
    linked = "\n".join(page.links)
    taken = {id(block) for block in kept}
    reached = {id(block) for block in contacts(page)}

    def is_own(block: MarkupBlock) -> bool:
        once = counts[block.text] == 1 and id(block) not in taken
        return once and not block.in_teaser and block.text not in linked

    alone: list[MarkupBlock] = []
    headed: list[MarkupBlock] = []
    heading: MarkupBlock | None = None
    for block in page.blocks:
        if block.kind == "heading":
            heading = block if is_own(block) else None
            continue
        if id(block) in reached or (not one_story and _tells(block.text) and is_own(block)):
            headed += [heading, block] if heading else []
            alone += [] if heading else [block]
        heading = None
    return alone + headed


def _tells(text: str) -> bool:
    return bool(_SENTENCE.match(text)) and not _SERVICES.search(text)


def contacts(page: Markup) -> list[MarkupBlock]:
    """Return the blocks of a page's foot that hold a telephone number, an address of mail or hours.

    With each comes the line above it, which names whose they are, unless that only says whose the rights are. Of links
    only numbers and addresses are taken.
    """
    shown = [block for block in page.blocks if block.kind == "footer"]
    foot = [block for block in shown if block.text not in page.links or _holds_address(block)]
    tells = [_holds_address(block) or (bool(_HOURS.search(block.text)) and "©" not in block.text) for block in foot]
    return [block for n, block in enumerate(foot) if tells[n] or (any(tells[n + 1 : n + 2]) and "©" not in block.text)]


def _holds_address(block: MarkupBlock) -> bool:
    return bool(_ADDRESS.search(block.text))
