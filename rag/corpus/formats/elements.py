"""Go through the elements of a page and take their words. element -> words seen, words hidden, comments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from rag.corpus.formats.reading import COMMENT
from rag.records import Hidden

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

SILENT = frozenset("script style noscript template svg head iframe object canvas audio video map datalist".split())
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark math mi mn mo mrow msub msup q"
    " rp rt ruby s samp small span strike strong sub sup time tt u var wbr ix:nonnumeric ix:nonfraction".split()
)
_FOR_PROGRAMS = re.compile(r"\s*(?:\[if\b|<!\[|\[endif|\?|\[CDATA|#include|/?wp:|<?script\b|\Z)")


class Apart:
    """Keeps what a page does not show: its comments, and under the `mem_id`s in `unseen` what is hidden."""

    def __init__(self, unseen: set[int]) -> None:
        self.found: list[Hidden] = []
        self._unseen = unseen
        self._between: str | None = None

    def anew(self) -> Apart:
        """Return one that has kept nothing yet."""
        return Apart(self._unseen)

    def take(self, node: LexborNode) -> bool:
        """Say whether an element, words or a comment are not shown, having kept what they say."""
        tag = node.tag or ""
        if tag == "-comment":
            self._keep_comment(node.comment_content or "")
            return True
        if tag == "-text":
            return self._take_words(node)
        if tag in SILENT:
            return True
        body = node.parent if tag == "tr" else None  # rows are looked at without what is around them
        if node.mem_id in self._unseen or (body is not None and body.mem_id in self._unseen):
            self._between = None
            self.found.append(Hidden("", words_in(node)))
            return True
        if self._between is not None and tag not in INLINE:
            self._between = " "
        return False

    def _keep_comment(self, text: str) -> None:
        if not _FOR_PROGRAMS.match(text):
            self._between = None
            self.found.append(Hidden(COMMENT, text))

    def _take_words(self, node: LexborNode) -> bool:
        """Keep words if they are hidden; those with none between them that are seen are kept as one."""
        text = node.text_content or ""
        if node.mem_id not in self._unseen:
            if self._between is not None and text:
                self._between = None if text.strip() else " "
            return False
        before = "" if self._between is None else self.found.pop().text + self._between
        self.found.append(Hidden("", before + text))
        self._between = ""
        return True


def words_in(node: LexborNode, skip: Callable[[LexborNode], bool] | None = None) -> str:
    """Return the words inside an element, but for what `skip` passes over: scripts and comments if it is not given."""
    words = []
    for inner, entering in steps(node, skip or _is_silent):
        if inner.tag == "-text":
            words.append(inner.text_content or "")
        elif inner.tag not in INLINE and inner.mem_id != node.mem_id:
            words.append("\n" if inner.tag == "br" and entering else " ")
    return "".join(words)


def _is_silent(node: LexborNode) -> bool:
    return node.tag in SILENT or node.tag == "-comment"


def steps(root: LexborNode, skip: Callable[[LexborNode], bool]) -> Iterator[tuple[LexborNode, bool]]:
    """Yield (node, True) on the way in and, for elements, (node, False) on the way out, those skipped left out.

    Without recursion: pages may be nested as deep as their writers like.
    """
    stack: list[tuple[LexborNode, bool]] = [(root, True)]
    while stack:
        node, entering = stack.pop()
        if not entering:
            yield node, False
            continue
        if skip(node):
            continue
        yield node, True
        if node.tag == "-text":
            continue
        stack.append((node, False))
        stack.extend((child, True) for child in reversed(list(node.iter(include_text=True))))
