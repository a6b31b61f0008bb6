"""Hold what was found for a question, and weigh how sure that is. -> Finding; Finding, weights -> Finding."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from rag.answering.odds import dot, log_odds, logistic, read_weights, write_weights
from rag.answering.selection import Selection, selected
from rag.records import Compared, Evidence

SIGNS = ("reads", "allows")
"""What says whether the first sentence answers: log odds that the first reader is sure, that the second allows it."""

_NAMES = {"sure": (*SIGNS, "constant")}

RULED_OUT = 1.0
"""How likely it is that a sentence does not answer which a rule keeps from the second reader."""
_MENTIONED = 0.9
"""How sure it is that sentences which hold all words of a topic speak of it."""


@dataclass(frozen=True, slots=True)
class DecisionWeights:
    """How the two readers are weighed: `sure` as `SIGNS` and then a constant."""

    sure: tuple[float, ...]

    @classmethod
    def read(cls, path: Path) -> DecisionWeights:
        """Read what `write` wrote. Raises `ModelError` when it is not that."""
        return cls(**read_weights(path, _NAMES))

    def write(self, path: Path) -> None:
        """Write the weights as JSON, by name."""
        write_weights(path, _NAMES, {"sure": self.sure})


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for a question: evidence, best first, and the probability in [0, 1] that the first answers.

    `first` is what the first reader thought by itself; `declines` in [0, 1] how likely the second finds that the
    first sentence does not answer, if it was asked. `selection` is the evidence that an answer tells. `is_topic`: it
    speaks of what the question names, which asks nothing in particular. `over_time`: it was asked how a value changed.
    `compared` are the tables in which the rows told have the most or least. `otherwise` is what to tell where the first
    sentence is not sure enough to answer.
    """

    question: str
    evidence: tuple[Evidence, ...]
    confidence: float
    first: float
    selection: Selection
    declines: float | None = None
    is_topic: bool = False
    over_time: bool = False
    otherwise: Finding | None = None
    compared: tuple[Compared, ...] = ()

    @classmethod
    def of(cls, question: str, evidence: tuple[Evidence, ...], confidence: float) -> Finding:
        """Return what the first reader found."""
        return cls(question, evidence, confidence, confidence, selected(question, evidence))

    @classmethod
    def about(cls, question: str, evidence: tuple[Evidence, ...], selection: Selection) -> Finding:
        """Return what speaks of the topic that a question only names."""
        return cls(question, evidence, _MENTIONED, _MENTIONED, selection, is_topic=True)


def moved_first(found: Finding, chosen: Evidence, *, like: Evidence) -> Finding:
    """Return the finding with one of its evidence in first place, as sure as the first reader is of what is `like` it.

    Its selection is still that of before.
    """
    evidence = (chosen, *(one for one in found.evidence if one is not chosen))
    gap = log_odds(found.evidence[0].score, 1e-9) - log_odds(like.score, 1e-9)
    return replace(found, evidence=evidence, first=logistic(log_odds(found.first) - gap))


def decide(found: Finding, weights: DecisionWeights) -> Finding:
    """Return the finding with the confidence of both readers: none where the second was not to be asked (1.0)."""
    if found.declines == RULED_OUT:
        return replace(found, confidence=0.0)
    return replace(found, confidence=logistic(dot(weights.sure, (*signs(found), 1.0))))


def signs(found: Finding) -> tuple[float, ...]:
    """Return the values of `SIGNS` for a finding that the second reader was asked about."""
    if found.declines is None:
        raise ValueError("the second reader was not asked")
    return log_odds(found.first), log_odds(1 - found.declines)
