"""Tell the words that carry meaning from those that do not. text -> words, stems, numbers, names."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache
from typing import Any

_WORD = re.compile(r"\d[\d.,:/]*\d(?!\w)|\w+(?:[.'’&]\w+)*", re.UNICODE)
_POSSESSIVE = re.compile(r"['’]s?$")

COMMON = frozenset(
    """a about above after again against all also am an and any are as at be because been before being below between
    both but by can could did do does doing down during each few for from further had has have having he her here hers
    him his how i if in into is it its just know let many may me might more most much must my no nor not of off on once
    only or other our out over own please same say says said shall she should show so some such tell than that the
    their them then there these they this those through to too under until up upon us very was we were what when where
    which while who whom whose why will with would you your""".split()
)
"""English words too common to search for, and those that only ask."""

ASKING = "what|who|whom|whose|where|when|which|why|how"
"""The words that ask, as alternatives of a pattern."""
LEADING = r"(?:(?:so|and|but|in|on|at|to|from|for|of|by|with|under|during|about|into)\s+)*"
"""What may stand before a word that asks ("And in which year"), as a pattern."""
OF = r"(?:of|for|in|on|at|to|with|from|between|by)\b"
"""What may join a thing to what it is of or where it is, as a pattern."""
WHETHER = "is|are|was|were|do|does|did|has|have|had|can|could|will|would"
"""How a question begins that asks whether something is so, as alternatives of a pattern."""
WHOLE = re.compile(
    rf"\s*({ASKING}|{WHETHER}"
    r"|tell me|give me|show me|find|list|name|describe|summari[sz]e)\b",
    re.IGNORECASE,
)
"""How a question begins that is one by itself, however short."""
NAME = r"[A-Z0-9][\w.-]*"
NAMES = rf"{NAME}(?: {NAME})*"
"""A word, and a run of words, written as names are, as patterns."""

_ORDINALS = (
    "zero|one first once|two second twice|three third thrice|four fourth|five fifth|six sixth|seven seventh|"
    "eight eighth|nine ninth|ten tenth|eleven eleventh|twelve twelfth|thirteen thirteenth|fourteen fourteenth|"
    "fifteen fifteenth|sixteen sixteenth|seventeen seventeenth|eighteen eighteenth|nineteen nineteenth|"
    "twenty twentieth"
)
NUMBER_WORDS = {word: str(value) for value, forms in enumerate(_ORDINALS.split("|")) for word in forms.split()}
"""English words for 0 to 20 and their ordinals, as digits."""


DEFINITE = re.compile(r"\bthe [a-z]")
"""What speaks of a certain thing: "the mayor"."""


def words(text: str) -> list[str]:
    """Return the words of a text in order, as written but without a possessive 's and accents."""
    return [_POSSESSIVE.sub("", word) for word in _WORD.findall(without_accents(text))]


def without_accents(text: str) -> str:
    """Return a text with its letters taken apart (NFKD) and the marks on them dropped."""
    if text.isascii():
        return text
    flat = unicodedata.normalize("NFKD", text)
    marks = {ord(char): None for char in set(flat) if unicodedata.combining(char)}
    return flat.translate(marks) if marks else flat


def content_words(text: str) -> list[str]:
    """Return the words of a text that are not common ones, lower-case, in order; "US" counts, "us" does not."""
    return [word.lower() for word in words(text) if (word.isupper() and len(word) > 1) or word.lower() not in COMMON]


def content_stems(text: str) -> list[str]:
    """Return the stems of a text's content words, in order; number words stand as digits."""
    return [stem(word) for word in content_words(text)]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the stem of a lower-case English word (Snowball), digits for a number word or ordinal."""
    if word in NUMBER_WORDS:
        return NUMBER_WORDS[word]
    if re.fullmatch(r"\d+(st|nd|rd|th)", word):
        return word[:-2]
    return str(stemmer("english").stemWord(word))


def numbers(text: str) -> set[str]:
    """Return the numbers of a text as digits: 1,200 and 1200 are one, "fifth", "5th" and "5" too."""
    found = set()
    for word in words(text):
        reduced = stem(word.lower()) if word.lower() in NUMBER_WORDS or word[0].isdigit() else ""
        if reduced[:1].isdigit():
            found.add(reduced.replace(",", ""))
    return found


def names(text: str) -> set[str]:
    """Return the words of a text that are written like names, lower-case: with a capital, and not common ones.

    A text's first word is among them, name or not.
    """
    return {
        word.lower() for word in words(text) if word[0].isupper() and (word.isupper() or word.lower() not in COMMON)
    }


def asked_names(question: str) -> set[str]:
    """Return the names that a question holds, lower-case; its first word is none for its capital alone."""
    return names(question[:1].lower() + question[1:])


class _Stemmers(threading.local):
    def __init__(self) -> None:
        self.by_rules: dict[str, Any] = {}


_STEMMERS = _Stemmers()


def stemmer(rules: str) -> Any:
    """Return a Snowball stemmer ("english", "porter") that is this thread's own.

    One keeps the word that it works on: two threads would mix theirs.
    """
    if rules not in _STEMMERS.by_rules:
        import snowballstemmer

        _STEMMERS.by_rules[rules] = snowballstemmer.stemmer(rules)
    return _STEMMERS.by_rules[rules]
