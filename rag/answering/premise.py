"""See that a sentence only asks, or tells of what was only wanted or was not so. question, sentence -> bool."""

from __future__ import annotations

import re

from rag.answering.question import asks_why, is_choice, is_yes_no
from rag.words import ASKING, content_stems, stem

_ONLY_MEANT = (
    r"(?:want(?:s|ed)?|plan(?:s|ned)?|intend(?:s|ed)?|intentions?|hop(?:es?|ed)|tr(?:y|ies|ied)|attempt(?:s|ed)?|refus(?:es?|ed|al)"
    r"|fail(?:s|ed|ure)?|threaten(?:s|ed)?|threats?|propos(?:es?|ed|als?)|consider(?:s|ed)?|declin(?:es?|ed)|offer(?:s|ed)?"
    r"|wish(?:es|ed)?|aim(?:s|ed)?|forg(?:e|o)ts?|unable|reluctant|unwilling)"
)
_HEDGED = re.compile(
    rf"\b{_ONLY_MEANT}(?:,? \w+ly)?(?: (?:him|her|them|us))? to (?:\w+ly )?(?:be )?(?P<verb>[a-z]+)", re.IGNORECASE
)
_DENIED = re.compile(
    r"\b(?:(?:did|does|do|was|were|is|are|has|have|had|could|would|will|can)(?:n['’]t| not)|never)"
    r"(?: (?:ever|been|be|yet|\w+ly))* (?P<verb>[a-z]+)",
    re.IGNORECASE,
)
_NOT_YET = re.compile(r"\buntil\b|\b(?:not|n['’]t) (?:only|just|merely|alone)\b", re.IGNORECASE)
"""What makes of "not" that it was so after all, or of more: "did not recover until 1620"."""
_PAST = (
    "held/hold built/build bought/buy sold/sell begun/begin began/begin ran/run met/meet paid/pay made/make took/take"
    " taken/take gave/give given/give went/go sent/send won/win lost/lose found/find wrote/write written/write"
    " left/leave spoken/speak spoke/speak taught/teach brought/bring drew/draw drawn/draw fought/fight led/lead"
    " rode/ride rose/rise"
)
_PRESENT = {stem(past): stem(verb) for past, _, verb in (pair.partition("/") for pair in _PAST.split())}
"""The stems of verbs whose past has one of its own."""
_SUPPOSES = re.compile(
    rf"\b(?:{_ONLY_MEANT} to|not|never|n['’]t|will|would|could|should|might|may|going to|if)\b|n['’]t\b", re.IGNORECASE
)
"""What a question says that takes nothing for done."""

_QUESTION = re.compile(
    rf"\W*(?:q(?:uestion)?[.:] |\d+[.)] )?\W*(?:(?:so|and|but) )?(?:{ASKING}|is|are|was|were|do|does|did|has|have"
    r"|can|could|will|would|should|may|must)(?:n['’]t)?\b[^.!]*\?\W*",
    re.IGNORECASE,
)


def is_question(sentence: str) -> bool:
    """Return whether a sentence asks, as headings of answers do: "Can I bring my dog?"."""
    return bool(_QUESTION.fullmatch(sentence))


def denies(question: str, sentence: str) -> bool:
    """Return whether a sentence says of each deed which it shares with a question that it was only meant, or not done.

    "In which year did the Board turn the fen into fields?": "In 1923 it wanted to turn the fen into fields."
    """
    if is_yes_no(question) or is_choice(question) or asks_why(question) or _SUPPOSES.search(question):
        return False
    if _NOT_YET.search(sentence):
        return False
    asked = frozenset(_deeds(question))
    verbs = (found["verb"] for shape in (_HEDGED, _DENIED) for found in shape.finditer(sentence))
    undone = [_present(stem(verb.lower())) for verb in verbs]
    said = _deeds(sentence)
    undone = [verb for verb in undone if verb in asked and verb.isalpha()]
    return any(said.count(verb) <= undone.count(verb) for verb in undone)


def _deeds(text: str) -> list[str]:
    """Return the stems of a text's content words, verbs in the present."""
    return list(map(_present, content_stems(text)))


def _present(deed: str) -> str:
    return _PRESENT.get(deed, deed)
