"""Mend the spelling of a query by what it found, the library's words, and common ones. Query and Hits -> Query."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from rag.contrasts import SUPERLATIVES
from rag.records import Hit, Query
from rag.retrieval.edits import edits
from rag.words import COMMON, stem, words

IsWord = Callable[[str], bool]
"""Says whether a lower-case word is known to the language, so that it is left as it is."""

_ASKING = frozenset("what which who whom whose when where why how many much does did".split())
_MIN_CHARS, _MIN_COMMON_CHARS = 4, 3
_ENDINGS = ("s", "es", "ed", "ing", "ly", "er", "ers")
_LIKENESS = 0.8
"""Share of letters in common (Ratcliff & Obershelp 1988) from which a word is taken to be another one misspelt."""
_COMPARED = 8


class KnownWords(Protocol):
    """The words of the library."""

    def knows(self, word: str) -> bool:
        """Return whether a word stands in the library, in one form or another."""
        ...

    def like(self, word: str) -> Sequence[str]:
        """Return words of the library that may have been meant by `word`, commonest first."""
        ...


def respelt(query: Query, hits: Sequence[Hit], is_word: IsWord, library: KnownWords) -> Query:
    """Return the query with words that neither the library nor the language know as the likest word of the hits.

    Searching by meaning finds the right passages for most misspelt questions; their words then say what was meant. If
    none is near, the words of the whole library are looked through. What is one edit from a word that asks ("wich") is
    that instead, and what is like no word of the library may be another common one: those are not searched for, but
    read. A word in all capitals, a short one and one with a digit are left alone.
    """
    written = Counter(word for hit in hits for word in words(hit.passage.text))
    stems = {stem(word.lower()) for word in written}
    found = [word for word, _ in sorted(written.items(), key=lambda pair: (-pair[1], pair[0]))]

    def mend(match: re.Match[str]) -> str:
        word = match.group()
        lower = word.lower()
        if len(word) < _MIN_COMMON_CHARS or word.isupper() or lower in COMMON or _is_form(lower, is_word):
            return word
        if stem(lower) in stems or library.knows(lower):
            return word
        if utmost := _superlative(lower):
            return utmost
        common = _common(word) if hits and (word == lower or not match.start()) else ""
        if common.lower() in _ASKING or len(word) < _MIN_CHARS:
            return common or word
        return _likest(lower, found) or _likest(lower, library.like(lower)) or common or word

    text, alone = (re.sub(r"[^\W\d_]+", mend, words) for words in (query.text, query.alone))
    return replace(query, text=text, alone=alone) if text != query.text else query


def _is_form(word: str, is_word: IsWord) -> bool:
    """Return whether a word, or what it is a form of ("earns"), is known to the language."""
    bases = (word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending))
    return is_word(word) or any(len(base) >= _MIN_CHARS and base not in COMMON and is_word(base) for base in bases)


def _common(word: str) -> str:
    """Return the common word one edit from a word, with its first letter or all of its letters; "" for none.

    One that asks comes first; of three letters there is only one with all of them.
    """
    lower = word.lower()
    near = sorted(one for one in COMMON if len(one) >= _MIN_COMMON_CHARS and edits(lower, one)[0] == 1)
    swapped = [one for one in near if sorted(one) == sorted(lower)]
    alike = [one for one in near if one[0] == lower[0] and len(word) >= _MIN_CHARS]
    found = min(swapped or alike, key=lambda one: one not in _ASKING, default="")
    return found.capitalize() if word != lower else found


def _superlative(word: str) -> str:
    """Return the superlative one edit from a word, with its first letter; "" for none."""
    near = (one for one in SUPERLATIVES.split("|") if one[0] == word[0] and edits(word, one)[0] == 1)
    return next(near, "") if word.endswith(("st", "t")) and len(word) > _MIN_CHARS else ""


def _likest(word: str, candidates: Sequence[str]) -> str:
    """Return the candidate that the fewest edits make of a word, the first among equals; "" when none is like it."""
    surface: dict[str, str] = {}
    for candidate in candidates:
        if len(candidate) >= _MIN_CHARS and candidate.lower() not in COMMON:
            surface.setdefault(candidate.lower(), candidate)
    near = difflib.get_close_matches(word, surface, n=_COMPARED, cutoff=_LIKENESS)
    order = {lower: n for n, lower in enumerate(surface)}
    return surface[min(near, key=lambda lower: (edits(word, lower)[0], order[lower]))] if near else ""
