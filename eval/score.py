"""Score one answer against its question. Question, Answer, Gold -> Record of plain values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from eval.gold import Gold, Texts
from eval.metrics import answers, places
from eval.metrics.places import Place
from eval.question_set import Question, half
from rag.records import Answer, Citation, Evidence, Hit

MEASURES: Mapping[str, str] = {
    "accuracy": "answerable questions whose answer holds every gold value",
    "accuracy_cited": "and each of these values is covered by a citation of a gold quote",
    "value_recall": "share of the gold values that the answer holds",
    "exact_match": "the words that answer are a gold answer (one value asked for)",
    "token_f1": "F1 of the words that answer against the best gold answer (one value asked for)",
    "evidence@1": "the best sentence shares characters with a gold quote",
    "evidence@3": "one of the three best sentences does",
    "evidence@10": "one of the ten best sentences does",
    "passage@1": "the best passage shares characters with a gold quote",
    "passage@10": "one of the ten best passages does",
    "citation_precision": "share of the citations that share characters with a gold quote",
    "citation_recall": "share of the gold values that a citation covers",
    "sentence_f1": "F1 of the citations against the gold quotes",
    "span_iou": "characters both cited and gold over characters cited or gold",
    "quote_fidelity": "share of the citations whose quote is the document's text at their place",
    "markers": "every [n] in the text names a citation, and every citation is named",
    "claims_cited": "share of the sentences shown that cite something",
    "conflict_told": "questions on which documents disagree that are answered with the disagreement",
    "declined": "unanswerable questions met with silence",
    "right": "answered rightly (without short gold answers: from a gold place), or silent when the documents are",
}
"""What each score means; all lie in [0, 1], higher is better. Those not due for a question are left out."""

_MARKER = re.compile(r"\s*\[\d+\]")


@dataclass(frozen=True, slots=True)
class Record:
    """What became of one question; nothing in it depends on the clock or the machine's paths.

    `gold_rank` is the rank of the first evidence that shares a character with a gold quote; 0 when none does.
    `n_supported` and `n_refused` count the sentences that the verifier let pass and those it did not.
    """

    question_id: str
    half: str
    kind: str
    answerable: bool
    question: str
    outcome: str
    text: str
    confidence: float
    scores: Mapping[str, float]
    golds: list[list[str]] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    citations: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    prompt_tokens: int = 0
    query: str = ""
    quotes: list[str] = field(default_factory=list)
    gold_rank: int = 0
    n_supported: int = 0
    n_refused: int = 0


def score(question: Question, answer: Answer, gold: Gold, texts: Texts) -> Record:
    """Return the record of an answer."""
    text = _MARKER.sub("", answer.text)
    silent = answer.outcome == "abstained"
    scores: dict[str, float] = {}
    if question.answerable:
        scores |= _ranked(answer, gold) | _cited_scores(answer, gold)
        grounded = float(scores["citation_recall"] == 1)
        if question.answers:
            scores |= _answer_scores(question, answer, text)
            scores["accuracy_cited"] = scores["accuracy"] * grounded
        scores["right"] = scores.get("accuracy", grounded)
        if question.kind == "disagree":
            scores["conflict_told"] = float(answer.outcome == "conflict")
    else:
        scores["declined"] = scores["right"] = float(silent)
    shown = [claim for claim in answer.claims if claim.verdict == "supported"]
    if shown:
        scores["claims_cited"] = sum(bool(claim.citations) for claim in shown) / len(shown)
        named = {int(n) for n in re.findall(r"\[(\d+)\]", answer.text)}
        scores["markers"] = float(named == {citation.number for citation in answer.citations})
    if answer.citations:
        exact = [texts.get(Path(c.path).name, "")[c.start : c.end] == c.quote for c in answer.citations]
        scores["quote_fidelity"] = sum(exact) / len(exact)
    return Record(
        question_id=question.question_id,
        half=half(question),
        kind=question.kind,
        answerable=question.answerable,
        question=question.question,
        outcome=answer.outcome,
        text=answer.text,
        confidence=round(answer.prompt.confidence, 4),
        scores={name: round(value, 6) for name, value in scores.items()},
        golds=[list(aliases) for aliases in question.answers],
        evidence=[e.text for e in answer.prompt.evidence[:3]],
        citations=[f"{Path(c.path).name}:{c.start}-{c.end}" for c in answer.citations],
        refused=[f"{claim.text} ({claim.why})" for claim in answer.claims if claim.verdict == "unsupported"],
        prompt_tokens=answer.prompt.n_tokens,
        query=answer.prompt.query.text if answer.prompt.query.text != question.question else "",
        quotes=[quote.text for quote in question.quotes],
        gold_rank=_rank(answer, gold) if question.answerable else 0,
        n_supported=len(shown),
        n_refused=sum(claim.verdict == "unsupported" for claim in answer.claims),
    )


def _ranked(answer: Answer, gold: Gold) -> dict[str, float]:
    sentences = [_evidence(evidence) for evidence in answer.prompt.evidence]
    passages = [_passage(hit) for hit in answer.hits]
    return {
        **{f"evidence@{k}": places.success_at(sentences, gold.places, k) for k in (1, 3, 10)},
        **{f"passage@{k}": places.success_at(passages, gold.places, k) for k in (1, 10)},
    }


def _answer_scores(question: Question, answer: Answer, text: str) -> dict[str, float]:
    if answer.outcome == "abstained":
        text = ""
    scores = {
        "accuracy": answers.gold_in_answer(text, question.answers),
        "value_recall": answers.value_recall(text, question.answers),
    }
    if len(question.answers) == 1:
        short = _short(answer, text) if text else ""
        scores["exact_match"] = answers.exact_match(short, question.answers[0])
        scores["token_f1"] = answers.token_f1(short, question.answers[0])
    return scores


def _cited_scores(answer: Answer, gold: Gold) -> dict[str, float]:
    cited = [_cited(citation) for citation in answer.citations]
    scores = {
        "citation_recall": places.citation_recall(cited, gold.groups),
        "sentence_f1": places.f1(cited, gold.places),
        "span_iou": places.intersection_over_union(cited, gold.places),
    }
    return scores | ({"citation_precision": places.citation_precision(cited, gold.places)} if cited else {})


def _short(answer: Answer, text: str) -> str:
    """Return the words that answer: those the reader found in the best evidence, else all that is shown."""
    best = answer.prompt.evidence[0] if answer.prompt.evidence else None
    return (best.answer_text if best else "") or re.sub("[“”]", " ", text)


def _rank(answer: Answer, gold: Gold) -> int:
    sentences = [_evidence(evidence) for evidence in answer.prompt.evidence]
    first = places.reciprocal_rank(sentences, gold.places)
    return round(1 / first) if first else 0


def _cited(citation: Citation) -> Place:
    return Place(Path(citation.path).name, citation.start, citation.end)


def _evidence(evidence: Evidence) -> Place:
    return Place(Path(evidence.hit.passage.path).name, evidence.start, evidence.end)


def _passage(hit: Hit) -> Place:
    return Place(Path(hit.passage.path).name, hit.passage.start, hit.passage.end)
