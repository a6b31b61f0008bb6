"""Say a query's acronyms in full, as the documents explain them. Query and Hits -> Query."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.records import Hit, Query
from rag.words import content_words

_IN_BRACKETS = re.compile(r"((?:[\w&.'’-]+ ){1,8})\(([A-Za-z][\w.&-]{1,9})\)")
"""Words and, after them in brackets, what may be their short form: Israel Defense Forces (IDF)."""

_SMALL = frozenset("a and at by de for in of on the to".split())


def spelt_out(query: Query, hits: Sequence[Hit]) -> Query:
    """Return the query with the long form of each of its acronyms after it, if a hit explains it that way.

    Only what a passage itself explains in brackets is taken: "Federal Reserve (Fed)", "Israel Defense Forces (IDF)".
    """
    asked = set(content_words(query.text))
    found: dict[str, str] = {}
    for hit in hits:
        for long, short in explained(hit.passage.text):
            if short.lower() in asked and not asked.issuperset(content_words(long)):
                found.setdefault(short.lower(), long)
    if not found:
        return query
    told = f" ({'; '.join(dict.fromkeys(found.values()))})"
    return replace(query, text=query.text + told, alone=query.alone and query.alone + told)


def explained(text: str) -> Iterator[tuple[str, str]]:
    """Yield each (long form, short form) that a text explains as "long form (SHORT)", in order.

    The letters of the short form must be the initials of the long form's words (small words may be passed over), or
    begin its last word but one or last, as Fed begins Federal (Schwartz & Hearst 2003, in its plainest form).
    """
    for match in _IN_BRACKETS.finditer(text):
        before, short = match[1].split(), match[2]
        letters = [c.lower() for c in short if c.isalnum()]
        for n in range(1, len(before) + 1):
            long = before[-n:]
            if long[0].lower() in _SMALL:
                continue
            initials = [w[0].lower() for w in long]
            without_small = [w[0].lower() for w in long if w.lower() not in _SMALL]
            begins = n > 1 and len(short) > 2 and long[0].lower().startswith(short.lower())
            if (letters in (initials, without_small) and len(letters) > 1) or begins:
                yield " ".join(long), short
                break
