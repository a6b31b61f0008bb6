"""Are the places right? Places shown and gold places -> shares. A place is a stretch of one document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Place(NamedTuple):
    """Characters `[start, end)` of a document, which is named by its file name."""

    document: str
    start: int
    end: int


def overlap(one: Place, two: Place) -> int:
    """Return how many characters two places share."""
    return max(0, min(one.end, two.end) - max(one.start, two.start)) if one.document == two.document else 0


def success_at(ranked: Sequence[Place], gold: Sequence[Place], k: int) -> float:
    """Return 1 when one of the first `k` places shares a character with a gold place, else 0."""
    return float(any(overlap(place, right) for place in ranked[:k] for right in gold))


def reciprocal_rank(ranked: Sequence[Place], gold: Sequence[Place]) -> float:
    """Return 1 / rank of the first place that shares a character with a gold place; 0 when none does."""
    for rank, place in enumerate(ranked, 1):
        if any(overlap(place, right) for right in gold):
            return 1 / rank
    return 0.0


def citation_precision(cited: Sequence[Place], gold: Sequence[Place]) -> float:
    """Return the share of citations that share a character with a gold place; no citations give 0.

    ALCE's precision (Gao et al. 2023), with gold spans in the judge's place.
    """
    return sum(any(overlap(place, right) for right in gold) for place in cited) / len(cited) if cited else 0.0


def citation_recall(cited: Sequence[Place], groups: Sequence[Sequence[Place]]) -> float:
    """Return the share of required values that a citation covers.

    `groups` holds for each value the gold places that bear it out; a value is covered when a citation shares a
    character with one of them (ALCE's recall, by span). No values give 0.
    """
    covered = [any(overlap(place, right) for place in cited for right in group) for group in groups]
    return sum(covered) / len(covered) if covered else 0.0


def f1(shown: Sequence[Place], gold: Sequence[Place]) -> float:
    """Return the F1 of the places shown against the gold ones, a place counting as right when it shares a character.

    Precision is the share of the shown that are right, recall the share of the gold that one of the shown meets.
    Nothing shown and nothing gold give 1, only one of the two gives 0.
    """
    if not shown or not gold:
        return float(not shown and not gold)
    precision = citation_precision(shown, gold)
    recall = citation_precision(gold, shown)
    return 2 * precision * recall / (precision + recall) if precision else 0.0


def intersection_over_union(shown: Sequence[Place], gold: Sequence[Place]) -> float:
    """Return the characters that both cover over the characters that either covers; nothing at all gives 0."""
    one, two = _merged(shown), _merged(gold)
    both = sum(overlap(a, b) for a in one for b in two)
    either = sum(place.end - place.start for place in (*one, *two)) - both
    return both / either if either else 0.0


def _merged(places: Sequence[Place]) -> list[Place]:
    """Return places that cover the same characters and do not overlap."""
    merged: list[Place] = []
    for place in sorted(places):
        last = merged[-1] if merged else None
        if last and last.document == place.document and place.start <= last.end:
            merged[-1] = last._replace(end=max(last.end, place.end))
        elif place.end > place.start:
            merged.append(place)
    return merged
