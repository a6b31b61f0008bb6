"""Put copies of a better hit last, or one hit of each document first. Hits, best first -> the first k."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.records import Hit
from rag.words import numbers, words

_SHINGLE = 4
_ALIKE = 0.8
"""Share of the smaller passage's word sequences that a copy has in common with it (Broder 1997, containment)."""


def copies_last(hits: Sequence[Hit], k: int) -> tuple[Hit, ...]:
    """Return up to `k` hits in order, those that say again what a better one says after all others; ranks from 1.

    Passages with different numbers are no copies: documents that disagree over one are both wanted.
    """
    first: list[tuple[Hit, frozenset[tuple[str, ...]]]] = []
    copies: list[Hit] = []
    for hit in hits:
        if len(first) == k:
            break
        held = _shingles(hit.passage.text)
        alike = (better.passage.text for better, other in first if _is_copy(held, other))
        if any(numbers(text) == numbers(hit.passage.text) for text in alike):
            copies.append(hit)
        else:
            first.append((hit, held))
    kept = [*(hit for hit, _ in first), *copies][:k]
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(kept, 1))


def documents_first(hits: Sequence[Hit], k: int) -> tuple[Hit, ...]:
    """Return up to `k` hits, the best of each document in order before the others; ranks from 1."""
    first: dict[str, Hit] = {}
    for hit in hits:
        first.setdefault(hit.passage.doc_id, hit)
    best = {hit.passage.passage_id for hit in first.values()}
    rest = (hit for hit in hits if hit.passage.passage_id not in best)
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate([*first.values(), *rest][:k], 1))


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    found = [word.lower() for word in words(text)]
    size = min(_SHINGLE, max(1, len(found)))
    return frozenset(tuple(found[n : n + size]) for n in range(len(found) - size + 1))


def _is_copy(one: frozenset[tuple[str, ...]], two: frozenset[tuple[str, ...]]) -> bool:
    smaller = min(len(one), len(two))
    return bool(smaller) and len(one & two) >= _ALIKE * smaller
