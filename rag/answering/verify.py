"""Check a claim against the sentence it rests on. (claim, evidence, question) -> "" or why it is not supported."""

from __future__ import annotations

import re

from rag.words import content_stems, names, numbers, words

_NEGATORS = frozenset(
    """no not never none nobody nothing neither nor without cannot lack unable unlikely refuse refused refuses
    reject rejected rejects deny denied denies fail failed fails""".split()
)
_HEDGES = frozenset(
    """may might could would can should if whether expect expected hope hoped plan planned plans aim aimed aims
    propose proposed suggest suggested allege alleged reportedly possible possibly likely unlikely""".split()
)
_HELD_SHARE = 0.6
"""A claim's content words that must stand in its evidence, as a share; the others must be the question's own."""

_SHORT_STEMS = 2
"""A claim of so few content words is a mere value; it states nothing that could be a hedge turned into a fact."""


def refusal(claim: str, evidence: str, question: str) -> str:
    """Return "" when `evidence` bears out `claim`, else a sentence that says what does not.

    Every number and every name of the claim must occur in the evidence; so must its other words, most of them there
    and the rest in the question; it must not be negated where the evidence is not, nor the other way round; and it
    must not state as a fact what the evidence only expects.
    """
    return (
        _stray_number(claim, evidence)
        or _stray_name(claim, evidence)
        or _turned_round(claim, evidence)
        or _stray_words(claim, evidence, question)
    )


def _stray_number(claim: str, evidence: str) -> str:
    stray = numbers(claim) - numbers(evidence)
    return f"The number {min(stray)} does not stand in the sentence it cites." if stray else ""


def _stray_name(claim: str, evidence: str) -> str:
    stray = names(claim) - {word.lower() for word in words(evidence)}
    return f"The name {min(stray)!r} does not stand in the sentence it cites." if stray else ""


def _stray_words(claim: str, evidence: str, question: str) -> str:
    said, borne, asked = content_stems(claim), set(content_stems(evidence)), set(content_stems(question))
    if not said:
        return "It says nothing."
    strange = [stem for stem in said if stem not in borne and stem not in asked]
    held = sum(stem in borne for stem in said)
    if strange or held < _HELD_SHARE * len(said):
        return f"It says more than the sentence it cites: {', '.join(dict.fromkeys(strange)) or 'the question'}."
    return "It only repeats the question." if set(said) <= asked else ""


def _turned_round(claim: str, evidence: str) -> str:
    if _negated(claim) != _negated(evidence):
        return "One of the two is negated, the other is not."
    if _hedged(evidence) and not _hedged(claim) and len(content_stems(claim)) > _SHORT_STEMS:
        return "It states as a fact what the sentence it cites only expects."
    return ""


def _negated(text: str) -> bool:
    return any(word.lower() in _NEGATORS or re.search(r"n['’]t$", word) for word in words(text))


def _hedged(text: str) -> bool:
    return any(word in _HEDGES for word in words(text))  # as written: "May" is a month
