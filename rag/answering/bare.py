"""Leave out of a question what only surrounds what it asks. question -> question."""

from __future__ import annotations

import re

from rag.words import ASKING, LEADING, content_words

_NOW = re.compile(
    r",?\s*\b(?:right now|just now|as of (?:now|today)|now|currently|presently|nowadays|today|these days"
    r"|at (?:the )?(?:moment|present)(?: time)?)\b"
)
"""Not with a capital: "Apocalypse Now" is a name."""
_ONE = r"[^\s,:;?]+(?:[ \t][^\s,:;?]+){0,5}?"
_ALTERNATIVES = re.compile(
    rf"(?P<asked>{LEADING}(?:{ASKING})\b.*?\w)(?P<seam>\s*[,:;?]\s+|\s+[-–—]+\s+)"
    r"(?P<again>(?:(?:is|was|are|were|will|would)\s+(?:it|he|she|they|that|this|those)(?:\s+be)?\s+)?)"
    rf"(?P<first>{_ONE})(?:,\s+{_ONE})*,?\s+or\s+{_ONE}\s*[?.]*",
    re.IGNORECASE | re.DOTALL,
)
_COMPARES = re.compile(
    r"\b(?:more|most|less|least|first|last|both|same|alike|worse|(?:bett|wors|old|eld|young|new|larg|bigg|small|high|low|long|short"
    r"|great|few|fast|quick|slow|cheap|dear|earli|lat|near|farth|furth|strong|weak|heavi|light|wid|deep|tall|hard|easi"
    r"|saf|clos|rich|poor|warm|cold|hott|thick|thin|broad|hardi|happi|soon)(?:er|e?st))\b",
    re.IGNORECASE,
)
"""What sets things beside each other: the question is of these, and no other answers it."""
_FEWEST_ASKED = 2
"""Content words in what is asked before alternatives."""


def bare(question: str) -> str:
    """Return what readers are asked: without the words that say it is of the present, and without alternatives."""
    return without_now(without_alternatives(question))


def without_now(question: str) -> str:
    """Return the question without the words that say it is of the present, if anything is left that it asks about.

    A document does not say of what it states that it is so now: "What is the rent now?" is answered by the rent.
    """
    left = _NOW.sub("", question).strip()
    return left if left != question and content_words(left) else question


def without_alternatives(question: str) -> str:
    """Return the question without the answers that it offers: "Who built it, Ida Holm or Jan Berg?".

    It stays as it is where they may as well be the end of a list ("What borders France, Spain or Italy?"), and where
    it compares them ("Who is older, Ida or Jan?").
    """
    found = _ALTERNATIVES.fullmatch(question.strip())
    if not found or _COMPARES.search(found["asked"]) or len(content_words(found["asked"])) < _FEWEST_ASKED:
        return question
    if found["seam"].strip() == "," and not found["again"] and _is_listed(found["asked"].split()[-1], found["first"]):
        return question
    return f"{found['asked']}?"


def _is_listed(before: str, first: str) -> bool:
    """Return whether a word may stand in one list with the words after it: two names, two numbers, two others."""
    return _sort(before) == _sort(first.split(maxsplit=1)[0])


def _sort(word: str) -> str:
    return "number" if word[0].isdigit() else "name" if word[0].isupper() else "word"
