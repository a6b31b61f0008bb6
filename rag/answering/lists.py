"""See the items of a list together. a sentence of a passage -> the items beside it, and what leads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from rag.answering.cells import cells_of
from rag.answering.kinds import asked_kind
from rag.answering.question import asks_why, is_yes_no, wants_account, wants_several
from rag.records import Evidence, Passage, Span
from rag.words import content_stems

_MARK = re.compile(r"(?:[-*+•–]|\(?(?:\d{1,2}|[a-z])[.)])\s+(?=\S)")
_CLAUSE = re.compile(r"(?:[-*+•–]|\(?\d{1,2}(?:\.\d{1,2}){0,3}[.)]?|\([a-z]\))\s+(?=[A-Z“\"‘'*])")
"""How a clause of a contract, a section or an item begins: "3.3 The Tenant", "(1) The Club", "- Own car"."""
_MOST_CHARS = 600
"""Characters of a list that are read together."""
_MOST_ITEM_CHARS = 300
_MOST_ITEMS = 12
"""Items of a list that are told."""


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
    """Return the list that a sentence is of an item of, or leads to ("The following must be returned:"); else None.

    Items are lines with a mark, or lines that a reader of files led with a tab, which are no rows of a table; there are
    two at least. One may be of several sentences.
    """
    spans = passage.sentences
    at = next((n for n, span in enumerate(spans) if span.start == sentence.start), None)
    if at is None:
        return None
    leads = passage.slice(spans[at]).endswith(":") and at + 1 < len(spans)
    found = _item_of(passage, at + 1 if leads else at)
    if found is None:
        return None
    items, (first, last) = [found[2]], found[:2]
    while first > 0 and (before := _item_of(passage, first - 1)):
        items.insert(0, before[2])
        first = before[0]
    while last + 1 < len(spans) and (after := _item_of(passage, last + 1)):
        items.append(after[2])
        last = after[1]
    if len(items) == 1:
        return None
    above = passage.slice(spans[first - 1]) if first else ""
    if above.endswith((":", "?")) and above.strip("# ") not in passage.headings:
        return Listing(above, tuple(items), spans[first - 1])
    return Listing(passage.headings[-1] if passage.headings else "", tuple(items))


def _item_of(passage: Passage, at: int) -> tuple[int, int, Span] | None:
    """Return the item that a sentence is of: the numbers of its first and last sentence, and where it stands."""
    spans = passage.sentences
    first = last = at
    while first > 0 and _on_one_line(passage, first - 1):
        first -= 1
    while last + 1 < len(spans) and _on_one_line(passage, last):
        last += 1
    item = Span(spans[first].start, spans[last].end)
    return (first, last, item) if _is_item(passage, item) else None


def _on_one_line(passage: Passage, at: int) -> bool:
    """Return whether the next sentence stands on the line where a sentence ends."""
    one, following = passage.sentences[at : at + 2]
    return "\n" not in passage.text[one.end - passage.start : following.start - passage.start]


def _is_item(passage: Passage, span: Span) -> bool:
    at = span.start - passage.start
    before = passage.text[passage.text.rfind("\n", 0, at) + 1 : at]
    if before.strip() or span.end - span.start > _MOST_ITEM_CHARS:
        return False
    return bool(_MARK.match(passage.slice(span))) or (before == "\t" and not cells_of(passage, span))


def unmarked(text: str) -> str:
    """Return a sentence without the mark that it begins with: the reader takes that for a number, or for the answer."""
    mark = _CLAUSE.match(text)
    return text[mark.end() :] if mark else text


def may_be_list(question: str) -> bool:
    """Return whether a list may answer as a whole: not where one number, length of time, day or name is asked for."""
    return not asked_kind(question) or wants_several(question) or wants_account(question)


def items_told(question: str, best: Evidence) -> tuple[Evidence, ...]:
    """Return the items of the list that answers as a whole, or of which one answers what asks for several; else `()`.

    Of those that tell why something is so each stands for itself.

    Of a longer list the first ones; of what tells whether something is so, and of a list that nothing above it says to
    be of what is asked, those that share most with the question.
    """
    listing = listing_at(best.hit.passage, Span(best.start, best.end))
    of_all = wants_several(question) or (wants_account(question) and not asks_why(question))
    whole = (best.statement and best.answer is None) or of_all
    if not listing or not whole:
        return ()
    spans = (*filter(None, [listing.opening]), *listing.items[:_MOST_ITEMS])
    is_of_it = of_all or not frozenset(content_stems(question)).isdisjoint(content_stems(listing.lead))
    if is_yes_no(question) or not is_of_it:
        spans = _likest(question, best.hit.passage, listing.items)
    return tuple(replace(best, start=span.start, end=span.end, answer=None) for span in spans)


def _likest(question: str, passage: Passage, items: Sequence[Span]) -> tuple[Span, ...]:
    """Return the items that share most stems with the question."""
    asked = frozenset(content_stems(question))
    shared = [len(asked & frozenset(content_stems(passage.slice(item)))) for item in items]
    return tuple(item for item, n in zip(items, shared, strict=True) if n == max(shared))
