"""See the items of a list together. a sentence of a passage -> the items beside it, and what leads them."""

from __future__ import annotations

import re
from typing import NamedTuple

from rag.answering.rows import cells_of
from rag.records import Passage, Span

_MARK = re.compile(r"(?:[-*+•–]|\(?(?:\d{1,2}|[a-z])[.)])\s+(?=\S)")
_MOST_CHARS = 600
"""Characters of a list that are read together."""
_MOST_ITEM_CHARS = 300


class Listing(NamedTuple):
    """The items of a list, as spans of the document, in order, and what is said right above them.

    `opening` is the sentence that says it, where one does rather than a heading.
    """

    lead: str
    items: tuple[Span, ...]
    opening: Span | None = None

    def read_by(self, passage: Passage) -> str:
        """Return lead and items as one sentence, as far as it is read."""
        words = "; ".join(_MARK.sub("", passage.slice(item), count=1).rstrip(".;,") for item in self.items)
        return f"{self.lead} {words}".strip()[:_MOST_CHARS]


def listing_at(passage: Passage, sentence: Span) -> Listing | None:
    """Return the list that a sentence is an item of, or leads to ("The following must be returned:"); else None.

    Items are lines with a mark, or lines that a reader of files led with a tab, which are no rows of a table; there are
    two at least.
    """
    spans = passage.sentences
    if sentence not in spans:
        return None
    at = spans.index(sentence)
    first = at + 1 if passage.slice(sentence).endswith(":") and at + 1 < len(spans) else at
    if not _is_item(passage, spans[first]):
        return None
    while first > 0 and _is_item(passage, spans[first - 1]):
        first -= 1
    last = first
    while last + 1 < len(spans) and _is_item(passage, spans[last + 1]):
        last += 1
    if last == first:
        return None
    items = tuple(spans[first : last + 1])
    above = passage.slice(spans[first - 1]) if first else ""
    if above.endswith((":", "?")) and above.strip("# ") not in passage.headings:
        return Listing(above, items, spans[first - 1])
    return Listing(passage.headings[-1] if passage.headings else "", items)


def _is_item(passage: Passage, span: Span) -> bool:
    at = span.start - passage.start
    before = passage.text[passage.text.rfind("\n", 0, at) + 1 : at]
    if before.strip() or span.end - span.start > _MOST_ITEM_CHARS:
        return False
    return bool(_MARK.match(passage.slice(span))) or (before == "\t" and not cells_of(passage, span))
