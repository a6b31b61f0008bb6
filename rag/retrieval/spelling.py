"""Mend the spelling of a query by what it found, the library's words, and common ones. Query and Hits -> Query."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Protocol

from rag.contrasts import SUPERLATIVES
from rag.records import Hit, Query
from rag.retrieval.edits import edits
from rag.words import ASKING, COMMON, stem, words

IsWord = Callable[[str], bool]
"""Says whether a lower-case word is known to the language, so that it is left as it is."""

_ASKING = frozenset("what which who whom whose when where why how often many much does did will".split())
_READ = COMMON | _ASKING
_MIN_CHARS, _MIN_COMMON_CHARS = 4, 3
_AS_HEARD = (
    (re.compile(r"^were(?= (?:is|are|was|did|do|does|can|will|would|should|has)\b)", re.IGNORECASE), "where"),
    (re.compile(rf"\b({ASKING})s\b", re.IGNORECASE), r"\1 is"),
)
"""What is written as it is heard, though each word is one: "were is", "whats"."""
_ENDINGS = ("s", "es", "ed", "ing", "ly", "er", "ers")
_LIKENESS, _MOST_ADDED = 0.8, 1
"""Share of letters in common (Ratcliff & Obershelp 1988) from which a word is taken to be another one misspelt, and how
many letters it may be longer than that: who types in haste leaves letters out ("shutle" is "shuttle", not "shut")."""
_COMPARED = 8
_VOWELS = frozenset("aeiou")


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
    none is near, the words of the whole library are looked through, then what is one slip away (`_slipped`). What is
    one edit from a word that asks ("wich") is that instead, and what is like no word of the library may be another
    common one: those are not searched for, but read. Of words known to the language only those are mended that stand
    nowhere in the library and are a word that asks with a letter left out or two swapped ("wen", "dose"). A word in
    all capitals, a short one and one with a digit are left alone.
    """
    written = Counter(word for hit in hits for word in words(hit.passage.text))
    stems = {stem(word.lower()) for word in written}
    found = [word for word, _ in sorted(written.items(), key=lambda pair: (-pair[1], pair[0]))]

    def mend(match: re.Match[str]) -> str:
        word = match.group()
        lower = word.lower()
        if len(word) < _MIN_COMMON_CHARS or word.isupper() or lower in COMMON:
            return word
        if stem(lower) in stems or library.knows(lower):
            return word
        common = _common(word) if hits and (word == lower or not match.start()) else ""
        if _is_form(lower, is_word):
            return common if common.lower() in _ASKING and _keeps(lower, common.lower()) else word
        if utmost := _superlative(lower):
            return utmost
        if common.lower() in _ASKING or len(word) < _MIN_CHARS:
            return common or word
        return _likest(lower, found, library) or _slipped(lower, is_word) or common or word

    for written_so, meant in _AS_HEARD:
        query = replace(query, text=written_so.sub(meant, query.text), alone=written_so.sub(meant, query.alone))
    text, alone = (re.sub(r"[^\W\d_]+", mend, words) for words in (query.text, query.alone))
    return replace(query, text=text, alone=alone) if text != query.text else query


def _is_form(word: str, is_word: IsWord) -> bool:
    """Return whether a word, or what it is a form of ("earns"), is known to the language."""
    bases = (word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending))
    return is_word(word) or any(len(base) >= _MIN_CHARS and base not in COMMON and is_word(base) for base in bases)


def _common(word: str) -> str:
    """Return the common word one edit from a word, with its first letter or all of its letters; "" for none.

    One with all letters comes first, then one that begins alike, of more than three letters; in each one that asks.
    """
    lower = word.lower()
    near = sorted(one for one in _READ if len(one) >= _MIN_COMMON_CHARS and edits(lower, one)[0] == 1)
    kept = [one for one in near if _keeps(lower, one)]
    alike = [one for one in near if one[0] == lower[0] and len(word) >= _MIN_CHARS]
    found = min(kept or alike, key=lambda one: one not in _ASKING, default="")
    return found.capitalize() if word != lower else found


def _keeps(word: str, other: str) -> bool:
    """Return whether another word has the same letters, or all of them in this order after the same first one."""
    letters = iter(other)
    in_order = word[:1] == other[:1] and all(letter in letters for letter in word)
    return in_order or sorted(word) == sorted(other)


def _slipped(word: str, is_word: IsWord) -> str:
    """Return the known word that a slip made a word of: a letter doubled or not, or two swapped; "" for none."""
    pairs = list(enumerate(pairwise(word)))
    meant = [word[:n] + letter + word[n:] for n, letter in enumerate(word)]
    meant += [word[:n] + two + one + word[n + 2 :] for n, (one, two) in pairs]
    meant += [word[:n] + word[n + 1 :] for n, (one, two) in pairs if one == two and one not in _VOWELS]
    return next((one for one in meant if one != word and is_word(one)), "")


def _superlative(word: str) -> str:
    """Return the superlative one edit from a word, with its first letter; "" for none."""
    near = (one for one in SUPERLATIVES.split("|") if one[0] == word[0] and edits(word, one)[0] == 1)
    return next(near, "") if word.endswith(("st", "t")) and len(word) > _MIN_CHARS else ""


def _likest(word: str, found: Sequence[str], library: KnownWords) -> str:
    """Return the word that was found, or else one of the library, that the fewest edits make of a word; "" for none."""
    near = _nearest(word, found)
    if near and edits(word, near.lower())[0] == 1:
        return near
    other = _nearest(word, library.like(word))
    return min(filter(None, (near, other)), key=lambda one: edits(word, one.lower())[0], default="")


def _nearest(word: str, candidates: Sequence[str]) -> str:
    """Return the candidate that the fewest edits make of a word, among equals one with all its letters, then the first.

    "" when none is like it.
    """
    surface: dict[str, str] = {}
    for candidate in candidates:
        lower = candidate.lower()
        if len(candidate) >= max(_MIN_CHARS, len(word) - _MOST_ADDED) and lower not in COMMON:
            surface.setdefault(lower, candidate)
    near = difflib.get_close_matches(word, surface, n=_COMPARED, cutoff=_LIKENESS)
    order = {lower: n for n, lower in enumerate(surface)}
    best = min(near, key=lambda lower: (edits(word, lower)[0], not _keeps(word, lower), order[lower]), default="")
    return surface.get(best, "")
