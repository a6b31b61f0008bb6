"""Decide what an answer tells. Findings -> the evidence shown, claims, outcome, and what the documents do not say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.claims import quote_claim, value_claim
from rag.answering.evidence import distinct
from rag.answering.found import Finding
from rag.answering.topic import MOST_MENTIONED
from rag.records import DISAGREE, MENTIONED, MENTIONED_SOME, NAMED, OVERVIEW, Claim, Compared, Evidence, Outcome


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer tells: `evidence` with the `shown` ones first, the claims that rest on those, and the rest.

    `confidence` is that of the least sure finding that is told; of the surest when none is. `silent_on` are the parts
    of the question that the documents do not answer while they answer others; `differ_on` are those of several on
    which they disagree, `compared` the tables whose rows were compared. The outcome is "conflict" when they disagree on
    all that was asked.
    """

    evidence: tuple[Evidence, ...]
    shown: int
    claims: tuple[Claim, ...]
    outcome: Outcome
    confidence: float
    opening: str = ""
    silent_on: tuple[str, ...] = ()
    differ_on: tuple[str, ...] = ()
    compared: tuple[Compared, ...] = ()


def tell(findings: Sequence[Finding], min_confidence: float) -> Told:
    """Return what to tell of the findings for the parts of a question."""
    findings = [one if one.confidence >= min_confidence else one.otherwise or one for one in findings]
    sure = [one for one in findings if one.evidence and one.confidence >= min_confidence]
    rest = [evidence for one in findings for evidence in one.evidence]
    if not sure:
        confidence = max((one.confidence for one in findings), default=0.0)
        return Told(tuple(distinct(rest, len(rest))), 0, (), "abstained", confidence)
    differing = [one for one in sure if one.selection.shape == "conflict"]
    conflict = len(findings) == 1 and bool(differing)
    shown = distinct([evidence for one in sure for evidence in one.selection.evidence], len(rest))
    evidence = tuple(distinct([*shown, *rest], len(rest)))
    return Told(
        evidence=evidence,
        shown=len(shown),
        claims=_claims(evidence[: len(shown)], [one for found in sure for one in found.selection.valued]),
        outcome="conflict" if conflict else "quoted",
        confidence=min(one.confidence for one in sure),
        opening=DISAGREE if conflict else _opening(sure),
        silent_on=tuple(_part(one.question) for one in findings if one not in sure),
        differ_on=() if conflict else tuple(_part(one.question) for one in differing),
        compared=tuple(table for one in sure for table in one.compared),
    )


def _opening(sure: Sequence[Finding]) -> str:
    """Return what an answer begins with that tells of no question in particular; "" for others."""
    shapes = {one.selection.shape: len(one.selection.evidence) for one in sure}
    if "mentions" in shapes and len(sure) == 1:
        return MENTIONED if shapes["mentions"] < MOST_MENTIONED else MENTIONED_SOME
    if "named" in shapes and len(sure) == 1:
        return NAMED
    return OVERVIEW if "overview" in shapes else ""


def _part(question: str) -> str:
    """Return a part of a question without the names that it was given from another part."""
    return re.sub(r" \([^()]*\)$", "", question)


def _claims(shown: Sequence[Evidence], valued: Sequence[Evidence]) -> tuple[Claim, ...]:
    """Return the values of the evidence in `valued` first, each once, then all the sentences."""
    values = dict.fromkeys(claim for one in valued if (claim := value_claim(one, shown)))
    return (*values, *(quote_claim(shown, n) for n in range(len(shown))))
