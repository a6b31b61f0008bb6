"""Find what answers a question, and how sure that is, by two readers. Query and Hits -> Finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag.answering.bare import bare
from rag.answering.change import value_changing
from rag.answering.judged import Judged
from rag.answering.odds import dot, log_odds, logistic, near, read_weights, write_weights
from rag.answering.overview import MOST_BEGUN, asks_overview, overview
from rag.answering.question import asks_for_term, asks_whether
from rag.answering.rows import explains_term
from rag.answering.second_reader import SecondReader
from rag.answering.selection import MOST_TOLD, Selection, selected
from rag.answering.topic import MOST_MENTIONED, mentioned, of_each_document, on_topic, topic_of
from rag.answering.wording import worded
from rag.protocols import EvidenceSelector
from rag.records import Evidence, Hit, Query

SIGNS = ("reads", "allows")
"""What says whether the first sentence answers: log odds that the first reader is sure, that the second allows it."""

_NAMES = {"sure": (*SIGNS, "constant")}

_MOST_JUDGED = 4
_JUDGED_GAP = 2.0
_LIKELY = 0.7
"""The second reader reads so many sentences at most, best first, until one is so likely to answer: those that rank so
little below the best, in log odds, after rows that hold all of the question. All cells of a row count as one."""

_TERM_GAP, _TERMS_JUDGED = 4.0, 6
"""The same where a term is asked for, of what explains one: the first reader knows little of orders and settings."""
_WORTH_WORDS = 0.3
"""How likely a sentence must be to answer for its words to be weighed, which takes a tenth of a second."""

_ALL = 1_000_000
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
    """

    question: str
    evidence: tuple[Evidence, ...]
    confidence: float
    first: float
    selection: Selection
    declines: float | None = None
    is_topic: bool = False
    over_time: bool = False

    @classmethod
    def of(cls, question: str, evidence: tuple[Evidence, ...], confidence: float) -> Finding:
        """Return what the first reader found."""
        return cls(question, evidence, confidence, confidence, selected(question, evidence))

    @classmethod
    def about(cls, question: str, evidence: tuple[Evidence, ...], selection: Selection) -> Finding:
        """Return what speaks of the topic that a question only names."""
        return cls(question, evidence, _MENTIONED, _MENTIONED, selection, is_topic=True)


class Finder:
    """Has the selector choose and the second reader, if there is one, check the choice.

    `whether` weighs the two readers for questions whether something is so, if not as `weights` do.
    """

    def __init__(
        self,
        selector: EvidenceSelector,
        second: SecondReader | None = None,
        weights: DecisionWeights | None = None,
        whether: DecisionWeights | None = None,
    ) -> None:
        self.name = second.name if second else "quotes"
        self._selector = selector
        self._second = second
        self._weights = weights
        self._whether = whether or weights

    def first(self, query: Query, hits: Sequence[Hit], k: int) -> Finding:
        """Return what the selector finds for the query's text, with up to `k` sentences of evidence.

        Of a question that only names a topic, whatever speaks of that is found, and needs no second reader, nor do the
        documents that speak of it, each by a sentence, or how the documents begin, for who asks what they are about.
        """
        if asks_overview(query.text) and (told := overview(hits, k)):
            return Finding.about(query.text, told, Selection("overview", told[:MOST_BEGUN], ()))
        if (topic := topic_of(query.text)) and (told := on_topic(topic, hits, k)):
            return Finding.about(query.text, told, Selection("account", told[:MOST_TOLD], ()))
        if (topic := mentioned(query.text)) and (told := of_each_document(on_topic(topic, hits, _ALL))):
            return Finding.about(query.text, told, Selection("mentions", told[:MOST_MENTIONED], ()))
        changing = value_changing(query.text)
        asked = replace(query, text=bare(changing or query.text))
        evidence, confidence = self._selector.select(asked, hits, k)
        return replace(Finding.of(asked.text, evidence, confidence), over_time=bool(changing))

    def second(self, found: Finding) -> Finding:
        """Return the finding with the second reader's word added, also on what it would tell beside the best.

        It reads the next sentences too until one is likely to answer, and whichever is likeliest becomes the first.
        Documents that disagree answer if any of their values does.
        """
        weights = self._whether if asks_whether(found.question) else self._weights
        if found.is_topic or not found.evidence or self._second is None or weights is None:
            return found
        judged = Judged(found.question, found.evidence, self._second)
        best = self._likeliest(found, judged, weights)
        if best is None:
            return found
        if best.confidence >= _WORTH_WORDS:
            first = worded(found.question, best.evidence[0], self._second)
            best = replace(best, evidence=(first, *best.evidence[1:]))
        told = [judged.cell_asked_for(row) for row in _by_row(best.evidence)]
        selection = selected(found.question, told, lambda one: judged.declines(one) or 0.0, over_time=found.over_time)
        if selection.shape == "conflict":
            declines = min(d for one in selection.evidence if (d := judged.declines(one)) is not None)
            best = decide(replace(best, declines=declines), weights)
        return replace(best, selection=selection)

    def _likeliest(self, found: Finding, judged: Judged, weights: DecisionWeights) -> Finding | None:
        """Return the finding with the likeliest of the sentences that are read in first place; None if none can be."""
        best: Finding | None = None
        top, rows = found.evidence[0], _by_row(found.evidence)
        named = [row for row in rows if judged.names_all(row)]
        terms = asks_for_term(found.question)
        near_by = [
            row
            for row in rows
            if row not in named
            and near(top.score, row[0].score, _TERM_GAP if terms and explains_term(row[0]) else _JUDGED_GAP)
        ]
        for row in [*named, *near_by][: _TERMS_JUDGED if terms else _MOST_JUDGED]:
            if best is not None and best.confidence >= _LIKELY:
                break
            asked_for = judged.cell_asked_for(row)
            declines = judged.declines(asked_for)
            if declines is None:
                continue
            moved = moved_first(found, asked_for, like=top if row in named else row[0])
            other = decide(replace(moved, declines=declines), weights)
            best = other if best is None or other.confidence > best.confidence else best
        return best


def _by_row(evidence: Sequence[Evidence]) -> list[list[Evidence]]:
    """Return the evidence in order, the cells of one row together at the place of its best."""
    rows: dict[tuple[str, int], list[Evidence]] = {}
    for one in evidence:
        rows.setdefault((one.hit.passage.passage_id, one.start), []).append(one)
    return list(rows.values())


def moved_first(found: Finding, chosen: Evidence, *, like: Evidence) -> Finding:
    """Return the finding with one of its evidence in first place, as sure as the first reader is of what is `like` it.

    Its selection is still that of before.
    """
    evidence = (chosen, *(one for one in found.evidence if one is not chosen))
    gap = log_odds(found.evidence[0].score, 1e-9) - log_odds(like.score, 1e-9)
    return replace(found, evidence=evidence, first=logistic(log_odds(found.first) - gap))


def decide(found: Finding, weights: DecisionWeights) -> Finding:
    """Return the finding with the confidence of both readers."""
    return replace(found, confidence=logistic(dot(weights.sure, (*signs(found), 1.0))))


def signs(found: Finding) -> tuple[float, ...]:
    """Return the values of `SIGNS` for a finding that the second reader was asked about."""
    if found.declines is None:
        raise ValueError("the second reader was not asked")
    return log_odds(found.first), log_odds(1 - found.declines)
