"""Follow what a page itself calls an article, from element to element. elements -> whether what follows is of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rag.corpus.formats.cells import flat

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

TURNING = frozenset("article li aside nav footer header form".split())
"""Elements at whose beginning and end `Articles.turn` must be told."""

_MOST_LINKED = 0.25
"""The share of an article's characters up to which links are no sign that it only leads to another page."""


class Articles:
    """Knows whether the walk through a page is inside an article: none in another, in a list, or beside the page."""

    def __init__(self) -> None:
        self._within: list[Literal["outside", "inside", "closed", "teaser"]] = ["outside"]

    @property
    def inside(self) -> bool:
        """Whether what comes now is of an article."""
        return self._within[-1] == "inside"

    @property
    def teasing(self) -> bool:
        """Whether what comes now is marked as an article but only leads to one, or stands beside the page."""
        return "teaser" in self._within

    def turn(self, node: LexborNode, *, entering: bool) -> None:
        """Note that one of the elements of `TURNING` begins or ends."""
        if not entering:
            self._within.pop()
        elif node.tag == "li" and self.inside:
            self._within.append("inside")
        else:
            is_one = node.tag == "article" and self._within[-1] == "outside" and _is_article(node)
            self._within.append("inside" if is_one else "teaser" if node.tag == "article" else "closed")


def _is_article(node: LexborNode) -> bool:
    """Return whether an element holds more than links: its headline is none, and few of its words are."""
    headline = node.css_first("h1, h2, h3, h4, h5, h6")
    if headline is None or headline.css_first("a") is not None or (headline.parent and headline.parent.tag == "a"):
        return False
    linked = sum(len(flat(link.text())) for link in node.css("a"))
    return linked <= _MOST_LINKED * len(flat(node.text()))
