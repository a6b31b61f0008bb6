"""Mend the spelling of a query by what it found. Query and Hits -> Query."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.records import Hit, Query
from rag.words import COMMON, stem, words

IsWord = Callable[[str], bool]
"""Says whether a lower-case word is known to the language, so that it is left as it is."""

_MIN_CHARS = 4
_LIKENESS = 0.8
"""Share of letters in common (Ratcliff & Obershelp 1988) from which a word is taken to be another one misspelt."""


def respelt(query: Query, hits: Sequence[Hit], is_word: IsWord) -> Query:
    """Return the query with words that neither the hits nor the language know as the likest word of the hits.

    Searching by meaning finds the right passages for most misspelt questions; their words then say what was meant. A
    word in all capitals, a short one and one with a digit are left alone.
    """
    written = Counter(word for hit in hits for word in words(hit.passage.text))
    known = {word.lower() for word in written}
    stems = {stem(word) for word in known}
    surface: dict[str, str] = {}
    for word, _ in sorted(written.items(), key=lambda pair: (-pair[1], pair[0])):
        surface.setdefault(word.lower(), word)
    candidates = sorted(word for word in known if len(word) >= _MIN_CHARS and word not in COMMON)

    def mend(found: re.Match[str]) -> str:
        word = found.group()
        lower = word.lower()
        if len(word) < _MIN_CHARS or word.isupper() or lower in COMMON or stem(lower) in stems or is_word(lower):
            return word
        near = difflib.get_close_matches(lower, candidates, n=1, cutoff=_LIKENESS)
        return surface[near[0]] if near else word

    text = re.sub(r"[^\W\d_]+", mend, query.text)
    return replace(query, text=text) if text != query.text else query
