"""Fit how the two readers are weighed to questions with gold places. Libraries and Questions -> weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from eval.gold import find_gold, texts_on_disk
from eval.metrics.places import Place, overlap
from eval.question_set import Question, QuestionSetError
from rag.answering.bare import bare
from rag.answering.candidate import Candidate
from rag.answering.found import DecisionWeights, Finding, signs
from rag.answering.odds import log_odds
from rag.answering.read_evidence import ReadingSelector, Weights, lead
from rag.answering.second_reader import SecondReader
from rag.library import Library
from rag.records import Evidence, Hit, Query

Floats = npt.NDArray[np.float64]

_PRIOR = (0.5, 0.5, 8.0, 1.0, 1.0, -1.0)
STIFF, LOOSE = 0.02, 0.001
"""How strongly the ranking weights are held to `_PRIOR`, per question; the latter for questions whether something is
so: with it those of a folder left out were ranked best, of five. For others neither was better."""

_ANSWERABLE = 0.75
"""The share of the questions that people ask whose answer their documents hold."""


class Asked(NamedTuple):
    """A library and questions about its documents."""

    library: Library
    questions: Sequence[Question]


class _Found(NamedTuple):
    """What is searched for a question, the hits that its answer is made from, and its gold places."""

    query: Query
    hits: tuple[Hit, ...]
    gold: Sequence[Place]


def fit(sets: Sequence[Asked], selector: ReadingSelector, *, stiffness: float = STIFF) -> Weights:
    """Return weights that put gold sentences first, and tell when the first is one.

    Ranking: conditional logit over the candidates of each answerable question (McFadden 1974). Sureness: logistic
    regression of "the first sentence is gold" over all questions. Deterministic.
    """
    rows = []
    for query, hits, gold in _found(sets):
        if candidates := selector.read(query, hits):
            good = np.array([any(overlap(_place(c), place) for place in gold) for c in candidates])
            rows.append((query.text, candidates, good))
    rank = _fit_rank([(np.array([c.signs for c in found]), good) for _, found, good in rows if good.any()], stiffness)
    signs, right = [], []
    for text, found, good in rows:
        logits = np.array([c.signs for c in found]) @ rank
        best = int(np.argmax(logits))
        signs.append(found[best].sure_signs(text, lead(logits.tolist())))
        right.append(bool(good[best]))
    return Weights(tuple(map(float, rank.round(4))), tuple(map(float, _fit_sure(np.array(signs), np.array(right)))))


def fit_decision(
    sets: Sequence[Asked], selector: ReadingSelector, second: SecondReader, *, k_evidence: int
) -> DecisionWeights:
    """Return weights that tell from both readers whether the first sentence is gold (logistic regression)."""
    rows, right = [], []
    for query, hits, gold in _found(sets):
        evidence, sure = selector.select(query, hits, k_evidence)
        if evidence:
            found = replace(Finding.of(query.text, evidence, sure), declines=second.declines(query.text, evidence[0]))
            if found.declines is None:
                continue
            rows.append((*signs(found), 1.0))
            right.append(any(overlap(_evidence_place(evidence[0]), place) for place in gold))
    return DecisionWeights(tuple(map(float, _fit_sure(np.array(rows), np.array(right)))))


def as_people_ask(weights: DecisionWeights, questions: Sequence[Question]) -> DecisionWeights:
    """Return weights fitted to questions of which fewer are answerable than is usual, moved to the usual share.

    The constant is corrected for the prior (King & Zeng 2001, section 4.2). Where no fewer are, nothing is moved.
    """
    share = sum(question.answerable for question in questions) / len(questions)
    *others, constant = weights.sure
    moved = constant + max(0.0, log_odds(_ANSWERABLE) - log_odds(share))
    return DecisionWeights((*others, round(moved, 4)))


def _found(sets: Sequence[Asked]) -> Iterator[_Found]:
    for library, questions in sets:
        texts = texts_on_disk(library.sources(), max_bytes=library.settings.max_file_mb * 1_000_000)
        pipeline = library.pipeline()
        for question in questions:
            query, found = pipeline.find(question.question, pipeline.depth, question.history)
            gold = find_gold(question, texts).places if question.answerable else ()
            yield _Found(replace(query, text=bare(query.asked)), pipeline.chosen(found), gold)


def _evidence_place(evidence: Evidence) -> Place:
    return Place(Path(evidence.hit.passage.path).name, evidence.start, evidence.end)


def _fit_rank(rows: Sequence[tuple[Floats, npt.NDArray[np.bool_]]], stiffness: float) -> Floats:
    from scipy.optimize import minimize

    prior = np.array(_PRIOR)

    def loss(weights: Floats) -> float:
        total = 0.0
        for values, good in rows:
            logits = values @ weights
            total += np.logaddexp.reduce(logits) - np.logaddexp.reduce(logits[good])
        return float(total / len(rows) + stiffness * ((weights - prior) ** 2).sum())

    found: Floats = minimize(loss, prior, method="L-BFGS-B").x
    return found


def _fit_sure(signs: Floats, right: npt.NDArray[np.bool_]) -> Floats:
    from sklearn.linear_model import LogisticRegression

    if all(right) or not any(right):
        many = "all" if len(right) and all(right) else "none"
        raise QuestionSetError(f"The first sentence answers {many} of {len(right)} questions; some of each are needed.")
    spread = signs.std(0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(C=1.0, fit_intercept=False).fit(signs / spread, right)
    found: Floats = (model.coef_[0] / spread).round(4)
    return found


def _place(candidate: Candidate) -> Place:
    return Place(Path(candidate.hit.passage.path).name, candidate.sentence.start, candidate.sentence.end)
