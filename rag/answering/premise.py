"""See that a sentence tells of what was only wanted, or was not so, though a question takes it for done. -> bool."""

from __future__ import annotations

import re

from rag.answering.question import asks_why, is_choice, is_yes_no
from rag.words import content_stems, stem

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
_SUPPOSES = re.compile(
    rf"\b(?:{_ONLY_MEANT} to|not|never|n['’]t|will|would|could|should|might|may|going to|if)\b|n['’]t\b", re.IGNORECASE
)
"""What a question says that takes nothing for done."""


def denies(question: str, sentence: str) -> bool:
    """Return whether a sentence says of each deed which it shares with a question that it was only meant, or not done.

    "In which year did the Board turn the fen into fields?": "In 1923 it wanted to turn the fen into fields."
    """
    if is_yes_no(question) or is_choice(question) or asks_why(question) or _SUPPOSES.search(question):
        return False
    if _NOT_YET.search(sentence):
        return False
    asked = frozenset(content_stems(question))
    undone = [stem(found["verb"].lower()) for shape in (_HEDGED, _DENIED) for found in shape.finditer(sentence)]
    said = content_stems(sentence)
    undone = [verb for verb in undone if verb in asked and verb.isalpha()]
    return any(said.count(verb) <= undone.count(verb) for verb in undone)
