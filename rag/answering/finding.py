"""Find what answers a question, and how sure that is, by two readers. Query and Hits -> Finding."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag.answering.read_evidence import dot, logistic
from rag.answering.second_reader import SecondReader
from rag.errors import ModelError
from rag.protocols import EvidenceSelector
from rag.records import Evidence, Hit, Query

SIGNS = ("reads", "allows")
"""What says whether the first sentence answers: the log odds of the first reader's confidence, and those of the second
not declining."""


@dataclass(frozen=True, slots=True)
class DecisionWeights:
    """How the two readers are weighed: `sure` as `SIGNS` and then a constant."""

    sure: tuple[float, ...]

    @classmethod
    def read(cls, path: Path) -> DecisionWeights:
        """Read what `write` wrote. Raises `ModelError` when it is not that."""
        try:
            found = json.loads(path.read_text("utf-8"))
            return cls(tuple(float(found["sure"][name]) for name in (*SIGNS, "constant")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"The weights {str(path)!r} cannot be read ({error}). Install Footnote again.") from error

    def write(self, path: Path) -> None:
        """Write the weights as JSON, by name."""
        named = {"sure": dict(zip((*SIGNS, "constant"), self.sure, strict=True))}
        path.write_text(json.dumps(named, indent=1) + "\n", "utf-8")


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for a question: evidence, best first, and the probability in [0, 1] that the first answers.

    `first` is what the first reader thought by itself; `declines` in [0, 1] how likely the second finds that none of
    the evidence answers, if it was asked.
    """

    question: str
    evidence: tuple[Evidence, ...]
    confidence: float
    first: float
    declines: float | None = None


class Finder:
    """Has the selector choose and the second reader, if there is one, check the choice."""

    def __init__(
        self, selector: EvidenceSelector, second: SecondReader | None = None, weights: DecisionWeights | None = None
    ) -> None:
        self.name = second.name if second else "quotes"
        self._selector = selector
        self._second = second
        self._weights = weights

    def first(self, query: Query, hits: Sequence[Hit], k: int) -> Finding:
        """Return what the selector finds for the query's text, with up to `k` sentences of evidence."""
        evidence, confidence = self._selector.select(query, hits, k)
        return Finding(query.text, evidence, confidence, confidence)

    def second(self, found: Finding) -> Finding:
        """Return the finding with the second reader's word added."""
        if not found.evidence or self._second is None or self._weights is None:
            return found
        declines = self._second.declines(found.question, found.evidence)
        return found if declines is None else decide(replace(found, declines=declines), self._weights)


def decide(found: Finding, weights: DecisionWeights) -> Finding:
    """Return the finding with the confidence of both readers."""
    return replace(found, confidence=logistic(dot(weights.sure, (*signs(found), 1.0))))


def signs(found: Finding) -> tuple[float, ...]:
    """Return the values of `SIGNS` for a finding that the second reader was asked about."""
    if found.declines is None:
        raise ValueError("the second reader was not asked")
    return log_odds(found.first), log_odds(1 - found.declines)


def log_odds(share: float, least: float = 0.001) -> float:
    """Return ln(p / (1 - p)), p held between `least` and 1 - `least`."""
    bounded = min(1 - least, max(least, share))
    return math.log(bounded / (1 - bounded))
