"""Check a claim against the sentence it rests on. (claim, evidence, question) -> "" or why it is not supported."""

from __future__ import annotations

import re
from collections import Counter

from rag.answering.scope import HEDGES, NEGATORS, counted, exchanged, plainly, roles, under
from rag.words import content_stems, names, numbers, words

_DIRECTIONS = frozenset(
    """more less fewer most least higher lower highest lowest larger smaller largest smallest greater bigger older
    younger oldest youngest longer shorter longest shortest better worse best worst faster slower earlier later before
    after above below over under up down inside outside first last north south east west only both neither all some
    every none few many""".split()
)
"""Words that turn what is said, too common to count as content."""

_PLAIN_NO = re.compile(r"\b(?:not|no|never|neither|nor|without)\b", re.IGNORECASE)

_HELD_SHARE = 0.6
"""A claim's content words that must stand in its evidence, as a share; the others must be the question's own."""

_SHORT_STEMS = 2
"""A claim of so few content words is a mere value; it states nothing that could be a hedge turned into a fact."""


def refusal(claim: str, evidence: str, question: str) -> str:
    """Return "" when `evidence` bears out `claim`, else a sentence that says what does not.

    Every number, name and word of comparison of the claim must occur in the evidence; so must its other words, most of
    them there and the rest in the question. What the evidence denies, the claim must deny, and the other way round; it
    must not state as a fact what the evidence only expects, nor exchange who did what to whom.
    """
    claim, evidence = plainly(claim), plainly(evidence)
    return (
        _stray_number(claim, evidence)
        or _stray_name(claim, evidence)
        or _turned_round(claim, evidence)
        or _stray_words(claim, evidence, question)
    )


def _stray_number(claim: str, evidence: str) -> str:
    stray = numbers(claim) - numbers(evidence)
    if stray:
        return f"The number {min(stray)} does not stand in the sentence it cites."
    held = set(_stems(evidence))
    strange = {pair for pair in counted(claim) if pair[1] in held} - counted(evidence, reach=3)
    return f"The sentence it cites gives the number {min(strange)[0]} of something else." if strange else ""


def _stray_name(claim: str, evidence: str) -> str:
    stray = names(claim) - {word.lower() for word in words(evidence)}
    stray |= {"may"} if "May" in words(claim)[1:] and "May" not in words(evidence) else set()
    return f"The name {min(stray)!r} does not stand in the sentence it cites." if stray else ""


def _stray_words(claim: str, evidence: str, question: str) -> str:
    said, borne, asked = _stems(claim), set(_stems(evidence)), set(_stems(question))
    if not said:
        return "It says nothing."
    strange = [stem for stem in said if stem not in borne and stem not in asked]
    held = sum(stem in borne for stem in said)
    if strange or held < _HELD_SHARE * len(said):
        return f"It says more than the sentence it cites: {', '.join(dict.fromkeys(strange)) or 'the question'}."
    return "It only repeats the question." if set(said) <= asked else ""


def _turned_round(claim: str, evidence: str) -> str:
    shared = set(_stems(claim)) & set(_stems(evidence))
    more = len(_PLAIN_NO.findall(claim)) > len(_PLAIN_NO.findall(evidence))
    if more or (under(claim, NEGATORS) ^ under(evidence, NEGATORS)) & shared:
        return "One of the two is negated, the other is not."
    if len(_stems(claim)) > _SHORT_STEMS and (under(evidence, HEDGES) - under(claim, HEDGES)) & shared:
        return "It states as a fact what the sentence it cites only expects."
    turned = _directions(claim) - _directions(evidence)
    if turned:
        return f"The word {min(turned)!r} does not stand so in the sentence it cites."
    one, two = roles(claim), roles(evidence)
    if exchanged(claim, evidence) or any((b, a) in two and (a, b) not in two for a, b in one):
        return "It exchanges who did what to whom."
    return ""


def _directions(text: str) -> Counter[str]:
    return Counter(word for word in re.findall(r"[a-z]+", text.lower()) if word in _DIRECTIONS)


def _stems(text: str) -> list[str]:
    """Return the stems of a text's content words, numbers without their commas."""
    return [stem.replace(",", "") if stem[0].isdigit() else stem for stem in content_stems(text)]
