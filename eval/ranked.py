"""Measure the search alone on sets with relevance judgements. A folder -> ranked documents -> nDCG, recall, RR.

Two layouts are read: BEIR's (corpus.jsonl, queries.jsonl, qrels/*.tsv) and ours (queries with a "qrels" object).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.adapters import file_name, read_rows
from eval.figures import Figure, mean_figure
from eval.metrics import ranking
from eval.question_set import QuestionSetError
from rag.library import Library

_DEPTH = 100


@dataclass(frozen=True, slots=True)
class RankedSet:
    """Documents by file name; queries; for each query the grade of each relevant file."""

    texts: Mapping[str, str]
    queries: Mapping[str, str]
    qrels: Mapping[str, Mapping[str, int]]


def read_ranked(folder: Path, queries: str = "queries", *, limit: int | None = None) -> RankedSet:
    """Return a set; queries without a relevant document are left out. Raises `QuestionSetError` when it is not one."""
    texts, where = {}, {}
    for row in read_rows(folder, "corpus"):
        identity = str(row.get("id") or row.get("_id"))
        body = row.get("text") or " ".join(row.get("sentences") or [])
        where[identity] = file_name(identity)
        texts[where[identity]] = "\n\n".join(filter(None, [str(row.get("title") or ""), str(body)]))
    rows = read_rows(folder, queries)
    asked = {str(row.get("id") or row.get("_id")): str(row["text"]) for row in rows}
    grades = {str(row.get("id") or row.get("_id")): row["qrels"] for row in rows if "qrels" in row} or _beir(folder)
    qrels = {
        query: {where[doc]: int(grade) for doc, grade in judged.items() if doc in where and int(grade) > 0}
        for query, judged in grades.items()
        if query in asked
    }
    kept = [query for query in asked if qrels.get(query)][:limit]
    if not kept:
        raise QuestionSetError(f"{str(folder)!r} judges no document of its corpus: give another folder with --data.")
    return RankedSet(texts, {query: asked[query] for query in kept}, {query: qrels[query] for query in kept})


def measure(library: Library, ranked: RankedSet) -> tuple[Figure, ...]:
    """Return the figures of the search over a set, with intervals; a document ranks where its best passage does."""
    scores: dict[str, list[float]] = {}
    for query, text in ranked.queries.items():
        found = documents(library, text)
        judged = ranked.qrels[query]
        for name, value in (
            ("nDCG@10", ranking.ndcg(found, judged, 10)),
            ("R@10", ranking.recall(found, judged, 10)),
            ("R@100", ranking.recall(found, judged, 100)),
            ("RR@10", ranking.reciprocal_rank(found, judged, 10)),
            ("Success@1", ranking.success(found, judged, 1)),
            ("Success@5", ranking.success(found, judged, 5)),
        ):
            scores.setdefault(name, []).append(value)
    return tuple(mean_figure(name, values) for name, values in scores.items())


def documents(library: Library, text: str) -> Sequence[str]:
    """Return the file names found for a query, best first."""
    hits = library.search(text[: library.settings.max_question_chars], k=_DEPTH)
    return list(dict.fromkeys(Path(hit.passage.path).name for hit in hits))


def _beir(folder: Path) -> dict[str, dict[str, int]]:
    """Return the judgements of BEIR's qrels/test.tsv, or of the only file there."""
    files = sorted((folder / "qrels").glob("*.tsv"))
    chosen = [path for path in files if path.stem == "test"] or files
    if not chosen:
        raise QuestionSetError(f"{str(folder)!r} has neither qrels/*.tsv nor queries with qrels: give another folder.")
    qrels: dict[str, dict[str, int]] = {}
    with chosen[0].open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            qrels.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    return qrels
