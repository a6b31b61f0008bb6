"""Find the words of an earlier citation in a document that may have changed since. text, Span, words -> Span."""

from __future__ import annotations

import re

from rag.records import Span

_MORE = " …"


def find_again(text: str, span: Span, words: str) -> Span | None:
    """Return where `words`, which stood at `span`, stand in `text` now: there, else nearest to it; None: nowhere.

    White space of any kind is one space. Words that are part of a longer word or number are not the same. Where
    `words` end in " …" they are only the beginning of what stood there.
    """
    begun = words.endswith(_MORE)
    parts = words.removesuffix(_MORE).split()
    if not parts:
        return None
    shape = re.compile(r"\s+".join(map(re.escape, parts)))
    there = shape.match(text, span.start)
    found = [Span(*one.span()) for one in (there, *shape.finditer(text)) if one]
    whole = [one for one in found if not _joined(text, one.start) and (begun or not _joined(text, one.end))]
    return min(whole, key=lambda one: abs(one.start - span.start), default=None)


def _joined(text: str, at: int) -> bool:
    """Say whether a word or number goes on over a place; scripts that put no spaces between words have no such."""
    return 0 < at < len(text) and all(sign.isdigit() or sign.lower() != sign.upper() for sign in text[at - 1 : at + 1])
