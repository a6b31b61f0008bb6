"""Read what a question asks the most or least of. question -> how it asks, what tables call that."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag.words import stem

_OF_MONEY, _OF_WORK = "price cost amount fee fare rent charge sum value total", "pay salary wage rate income"
_MOST = {
    "dearest priciest costliest": _OF_MONEY, "heaviest": "weight mass", "longest": "length duration",
    "tallest": "height", "widest": "width", "deepest": "depth", "fastest": "speed", "oldest": "age",
    "hottest warmest": "temperature",
    "loudest": "volume noise", "newest latest": "date day", "farthest furthest": "distance",
    "strongest": "power strength", "highest largest biggest greatest maximum most": "",
}  # fmt: skip
_LEAST = {
    "cheapest": _OF_MONEY, "lightest": "weight mass", "shortest": "length duration height", "narrowest": "width",
    "slowest": "speed", "youngest": "age", "coldest": "temperature", "earliest": "date day",
    "nearest closest": "distance", "weakest": "power strength", "lowest smallest fewest minimum least": "",
}  # fmt: skip
_WORDS: Mapping[str, tuple[bool, str]] = {
    word: (is_most, measures)
    for is_most, asked in ((True, _MOST), (False, _LEAST))
    for words, measures in asked.items()
    for word in words.split()
}
"""Words that ask for the most (or least) of something, with what tables call that; "" where the question names it."""
_ADJECTIVES = {
    "expensive": _OF_MONEY, "costly": _OF_MONEY, "powerful": "power", "recent": "date day", "populous": "population",
    "earns": _OF_WORK, "earned": _OF_WORK, "paid": _OF_WORK, "gets": _OF_WORK,
    "costs": _OF_MONEY, "cost": _OF_MONEY, "weighs": "weight", "lasts": "duration length",
}  # fmt: skip
"""The same after "most" or "least", or before "the most": "most expensive", "who earns the most"."""
_ASKED = re.compile(
    rf"\b(?:(?P<does>\w+) the )?(?P<word>{'|'.join(_WORDS)})\b(?: (?P<adjective>{'|'.join(_ADJECTIVES)})\b)?",
    re.IGNORECASE,
)
_BEYOND = re.compile(
    r"\b(?:not?|non|without|except|excluding|besides|beyond|outside|apart|other|others|but|nor|neither|unless"
    r"|second|third|fourth|fifth|next|top|last|two|three|four|five|\d+(?:st|nd|rd|th)?"
    r"|under|over|above|below|than|between|within|up to|at least|at most|average|per)\b|n['’]t\b",
    re.IGNORECASE,
)
"""What asks for more than one row can tell: a rank, a bound, what is left out."""
YEAR = re.compile(r"(?:1[5-9]|20)\d\d")


def superlative(question: str) -> re.Match[str] | None:
    """Return where a question asks for the most or least of something, with what it says of that."""
    return _ASKED.search(question)


def wants_most(asked: re.Match[str]) -> bool:
    """Return whether it asks for the most, not the least."""
    return _WORDS[asked["word"].lower()][0]


def measures_of(asked: re.Match[str]) -> frozenset[str]:
    """Return the stems of what tables call that of which the most is asked, as far as the word itself tells."""
    beside = (asked["adjective"] or asked["does"] or "").lower()
    return frozenset(map(stem, f"{_WORDS[asked['word'].lower()][1]} {_ADJECTIVES.get(beside, '')}".split()))


def asks_more(question: str, asked: re.Match[str] | None) -> bool:
    """Return whether a question asks for more than rows tell by what they hold; a year may be one of its words."""
    others = YEAR.sub("", question[: asked.start()] + question[asked.end() :] if asked else question)
    return bool(_BEYOND.search(others)) or len(_ASKED.findall(question)) > 1
