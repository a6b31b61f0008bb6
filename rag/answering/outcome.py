"""Decide what an answer tells. Findings -> the evidence shown, claims, outcome, and what the documents do not say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.claims import quote_claim, value_claim
from rag.answering.conflict import differing
from rag.answering.evidence import distinct
from rag.answering.finding import Finding, log_odds
from rag.answering.kinds import fits
from rag.answering.question import wants_several
from rag.records import Claim, Evidence, Outcome
from rag.words import content_stems

DISAGREE = "The documents disagree."
"""How an answer begins that holds several values."""

_LIST_GAP = 2.0
"""How far below the best sentence another may rank, in log odds, and still belong to a list."""
_MOST_LISTED = 5


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer tells: `evidence` with the `shown` ones first, the claims that rest on those, and the rest.

    `confidence` is that of the least sure finding that is told; of the surest when none is. `silent_on` are the parts
    of the question that the documents do not answer while they answer others.
    """

    evidence: tuple[Evidence, ...]
    shown: int
    claims: tuple[Claim, ...]
    outcome: Outcome
    confidence: float
    opening: str = ""
    silent_on: tuple[str, ...] = ()


def tell(findings: Sequence[Finding], min_confidence: float) -> Told:
    """Return what to tell of the findings for the parts of a question."""
    sure = [one for one in findings if one.evidence and one.confidence >= min_confidence]
    rest = [evidence for one in findings for evidence in one.evidence]
    if not sure:
        confidence = max((one.confidence for one in findings), default=0.0)
        return Told(tuple(distinct(rest, len(rest))), 0, (), "abstained", confidence)
    values = [differing(one.evidence) for one in sure]
    conflict = any(values)
    kept = [value or _listed(one) for one, value in zip(sure, values, strict=True)]
    shown = distinct([evidence for one in kept for evidence in one], len(rest))
    evidence = tuple(distinct([*shown, *rest], len(rest)))
    return Told(
        evidence=evidence,
        shown=len(shown),
        claims=_claims(evidence[: len(shown)]),
        outcome="conflict" if conflict else "quoted",
        confidence=min(one.confidence for one in sure),
        opening=DISAGREE if conflict else "",
        silent_on=tuple(one.question for one in findings if one not in sure),
    )


def _claims(shown: Sequence[Evidence]) -> tuple[Claim, ...]:
    """Return the values first, then the sentences that hold them."""
    values = [claim for n in range(len(shown)) if (claim := value_claim(shown, n))]
    return (*values, *(quote_claim(shown, n) for n in range(len(shown))))


def _listed(found: Finding) -> tuple[Evidence, ...]:
    """Return the first of the evidence; for a list also the others near it that hold other answers of its kind."""
    kept = [found.evidence[0]]
    if not wants_several(found.question):
        return tuple(kept)
    seen = {_answer(kept[0])}
    for other in found.evidence[1:]:
        near = log_odds(kept[0].score, 1e-9) - log_odds(other.score, 1e-9) <= _LIST_GAP
        words = _answer(other)
        new = words and all(not (words <= one or one <= words) for one in seen)
        if near and new and other.answer and fits(found.question, other.hit.passage.slice(other.answer)):
            kept.append(other)
            seen.add(words)
        if len(kept) == _MOST_LISTED:
            break
    return tuple(kept)


def _answer(evidence: Evidence) -> frozenset[str]:
    return frozenset(content_stems(evidence.hit.passage.slice(evidence.answer))) if evidence.answer else frozenset()
