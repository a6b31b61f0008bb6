"""See where a sentence gives the value of what is asked, right behind its name. question, sentence -> bool."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.answering.kinds import MONTH, asked_kind
from rag.answering.question import price_phrases
from rag.words import LEADING, NUMBER_WORDS, OF, stem, words

_BE = r"(?:is|are|was|were|will be)"
_ASKED = re.compile(
    rf"{LEADING}(?:(?:how (?:much|long|high|big|large|old|far|tall|wide|deep|heavy|often)|what|when)(?:['’]s| {_BE})"
    r"(?: the| our| my| your| its| an?| their| his| her)?"
    r"|(?P<many>how many)) (?P<things>[\w'’ -]+?)"
    rf"(?: (?:{OF}|(?:per|do|does|did|are|is|has|have|can|will|must|should)\b).*)?\W*",
    re.IGNORECASE,
)
_LINK = (
    r"(?:\s*[=:(–`*-]|\s+(?:of|is|are|was|were|be|been|will|has|stands|comes|amounts|remains|now|only|about|around|set|at"
    r"|on|up|currently|approximately|exactly|fixed|to|for|the|an?|total)\b)"
)
"""What may stand between the name of a thing and its value, a few of them together."""
_NUMBER = rf"(?:[£$€]\s?)?(?:\d[\d,.]*|(?:{'|'.join(NUMBER_WORDS)})\b)"
_DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)? )?{MONTH}[a-z]*\b|\d{{4}}-\d\d|(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b"
_GIVES_NUMBER, _GIVES_DAY, _GIVES_COUNT = (
    re.compile(rf"[*`_]*{link}{{1,4}}\s*[*`_]*(?:{value})", re.IGNORECASE)
    for link, value in ((_LINK, _NUMBER), (_LINK, rf"{_DAY}|{_NUMBER}"), (r"(?:\s*[=:])", _NUMBER))
)
"""How a number or a day follows, and how many there are: for the most part that stands before ("31 votes to 12")."""
_SUPPOSES = re.compile(r"\W*(?:set|use|if|unless|when|suppose)\b", re.IGNORECASE)
"""How a sentence begins that tells what a value would do: "Set `retries = 0` to turn retrying off."."""
_WORD = re.compile(r"[\w'’]+")


def tells_value(question: str, sentence: str) -> bool:
    """Return whether a sentence gives a number, or a day, for what a question asks one of: "a deposit of £1,325".

    It stands right behind the name of that, with nothing between but "of", "is", "=" and the like.
    """
    thing, gives = _thing_asked(question)
    if not gives or _SUPPOSES.match(sentence):
        return False
    named = (word for word in _WORD.finditer(sentence) if stem(word[0].lower()) == thing)
    return any(gives.match(sentence, word.end()) for word in named)


@lru_cache(maxsize=64)
def _thing_asked(question: str) -> tuple[str, re.Pattern[str] | None]:
    """Return the stem of the thing of which a value is asked, and how its value follows it; ("", None) for none."""
    found, kind = _ASKED.fullmatch(question.strip()), asked_kind(question)
    if not found or not (kind not in ("", "name") or price_phrases(question)):
        return "", None
    thing = words(found["things"])[-1:] or [""]
    gives = _GIVES_COUNT if found["many"] else _GIVES_DAY if kind in ("time", "day", "clock") else _GIVES_NUMBER
    return stem(thing[0].lower()), gives
