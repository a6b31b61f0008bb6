"""Fit how the two readers are weighed to questions with gold places. questions and Library -> weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from eval.gold import find_gold, texts_on_disk
from eval.metrics.places import Place, overlap
from eval.question_set import Question
from rag.answering.finding import DecisionWeights, Finding, signs
from rag.answering.odds import log_odds
from rag.answering.read_evidence import Candidate, ReadingSelector, Weights, lead
from rag.answering.second_reader import SecondReader
from rag.library import Library
from rag.records import Evidence, Hit, Query

Floats = npt.NDArray[np.float64]

_PRIOR = (0.5, 0.5, 1.0, 1.0, 1.0, -1.0)
_STIFFNESS = 0.02
"""How strongly the ranking weights are held to `_PRIOR`, per question: there are few questions."""

LOOSE = 0.001
"""The same for questions whether something is so: those of a folder left out were ranked best with it, of five."""

_ANSWERABLE = 0.75
"""The share of the questions that people ask whose answer their documents hold."""


def fit(
    library: Library, selector: ReadingSelector, questions: Sequence[Question], *, stiffness: float = _STIFFNESS
) -> Weights:
    """Return weights that put gold sentences first, and tell when the first is one.

    Ranking: conditional logit over the candidates of each answerable question (McFadden 1974). Sureness: logistic
    regression of "the first sentence is gold" over all questions. Deterministic.
    """
    texts = texts_on_disk(library.sources(), max_bytes=library.settings.max_file_mb * 1_000_000)
    rows = []
    for question in questions:
        gold = find_gold(question, texts).places if question.answerable else ()
        query, hits = _hits(library, question)
        candidates = selector.read(query, hits)
        if candidates:
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
    library: Library, selector: ReadingSelector, second: SecondReader, questions: Sequence[Question]
) -> DecisionWeights:
    """Return weights that tell from both readers whether the first sentence is gold (logistic regression)."""
    texts = texts_on_disk(library.sources(), max_bytes=library.settings.max_file_mb * 1_000_000)
    rows, right = [], []
    for question in questions:
        gold = find_gold(question, texts).places if question.answerable else ()
        query, hits = _hits(library, question)
        evidence, sure = selector.select(query, hits, library.settings.k_evidence)
        if evidence:
            found = replace(Finding.of(query.text, evidence, sure), declines=second.declines(query.text, evidence[0]))
            if found.declines is None:
                continue
            rows.append((*signs(found), 1.0))
            right.append(any(overlap(_evidence_place(evidence[0]), place) for place in gold))
    return DecisionWeights(tuple(map(float, _fit_sure(np.array(rows), np.array(right)))))


def as_people_ask(weights: DecisionWeights, questions: Sequence[Question]) -> DecisionWeights:
    """Return weights fitted to questions of which fewer are answerable than is usual, moved to the usual share.

    The constant is corrected for the prior (King & Zeng 2001, section 4.2).
    """
    share = sum(question.answerable for question in questions) / len(questions)
    *others, constant = weights.sure
    return DecisionWeights((*others, round(constant + log_odds(_ANSWERABLE) - log_odds(share), 4)))


def _hits(library: Library, question: Question) -> tuple[Query, tuple[Hit, ...]]:
    """Return what is searched for a question, and the hits that its answer is made from."""
    pipeline = library.pipeline()
    query, found = pipeline.find(question.question, pipeline.depth, question.history)
    return query, pipeline.chosen(found)


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

    spread = signs.std(0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(C=1.0, fit_intercept=False).fit(signs / spread, right)
    found: Floats = (model.coef_[0] / spread).round(4)
    return found


def _place(candidate: Candidate) -> Place:
    return Place(Path(candidate.hit.passage.path).name, candidate.sentence.start, candidate.sentence.end)
