"""Measure the search alone on sets with relevance judgements. A folder -> ranked documents -> nDCG, recall, RR.

Three layouts are read: BEIR's (corpus.jsonl, queries.jsonl, qrels/*.tsv), queries with a "qrels" object, and questions
with "gold_doc_ids". Documents and queries may lie under other names (NAME_corpus.jsonl, queries_train.jsonl), gzipped.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from eval.adapters import file_name, read_rows
from eval.figures import Figure, mean_figure
from eval.metrics import ranking
from eval.question_set import QuestionSetError
from rag.library import Library

_DEPTH = 100

MEASURES: Mapping[str, Callable[[Sequence[str], Mapping[str, int]], float]] = {
    "nDCG@10": lambda found, judged: ranking.ndcg(found, judged, 10),
    "R@5": lambda found, judged: ranking.recall(found, judged, 5),
    "R@10": lambda found, judged: ranking.recall(found, judged, 10),
    "R@100": lambda found, judged: ranking.recall(found, judged, 100),
    "RR@10": lambda found, judged: ranking.reciprocal_rank(found, judged, 10),
    "Success@1": lambda found, judged: ranking.success(found, judged, 1),
}


@dataclass(frozen=True, slots=True)
class RankedSet:
    """Documents by file name; queries; for each query the grade of each relevant file."""

    texts: Mapping[str, str]
    queries: Mapping[str, str]
    qrels: Mapping[str, Mapping[str, int]]


def read_ranked(folder: Path, queries: str = "", *, limit: int | None = None, seed: int = 0) -> RankedSet:
    """Return a set, or `limit` of its queries that the seed decides; those without a relevant document are left out.

    `queries` is the file of the queries without .jsonl, if it is not the only one. Raises `QuestionSetError` when the
    folder is no such set.
    """
    texts, where = {}, {}
    for row in read_rows(folder, _only(folder, "corpus")):
        identity = _identity(row)
        body = row.get("text") or " ".join(row.get("sentences") or [])
        where[identity] = file_name(identity)
        texts[where[identity]] = "\n\n".join(filter(None, [str(row.get("title") or ""), str(body)]))
    rows = read_rows(folder, queries or _only(folder, "queries", "questions"))
    asked = {_identity(row): str(row.get("text") or row.get("question")) for row in rows if row.get("answerable", True)}
    grades = {_identity(row): _judged(row) for row in rows if _judged(row)} or _beir(folder)
    qrels = {
        query: {where[doc]: int(grade) for doc, grade in judged.items() if doc in where and int(grade) > 0}
        for query, judged in grades.items()
        if query in asked
    }
    kept = [query for query in asked if qrels.get(query)]
    if limit is not None and limit < len(kept):
        kept = Random(seed).sample(kept, limit)
    if not kept:
        raise QuestionSetError(f"{str(folder)!r} judges no document of its corpus: give another folder with --data.")
    return RankedSet(texts, {query: asked[query] for query in kept}, {query: qrels[query] for query in kept})


def measure(library: Library, ranked: RankedSet) -> tuple[Figure, ...]:
    """Return the figures of the search over a set, with intervals, and the milliseconds of a search.

    A document ranks where its best passage does.
    """
    scores: dict[str, list[float]] = {name: [] for name in MEASURES}
    took = []
    for query, text in ranked.queries.items():
        start = time.perf_counter()
        found = documents(library, text)
        took.append(1000 * (time.perf_counter() - start))
        for name, score in MEASURES.items():
            scores[name].append(score(found, ranked.qrels[query]))
    return (*(mean_figure(name, values) for name, values in scores.items()), mean_figure("ms", took))


def documents(library: Library, text: str) -> Sequence[str]:
    """Return the file names found for a query, best first."""
    hits = library.search(text[: library.settings.max_question_chars], k=_DEPTH)
    return list(dict.fromkeys(Path(hit.passage.path).name for hit in hits))


def beside(columns: Mapping[str, Sequence[Figure]]) -> str:
    """Return the figures of several searches side by side, as a Markdown table."""
    lines = ["| search | " + " | ".join(f.name for f in next(iter(columns.values()))) + " |"]
    lines.append("|---" * (lines[0].count("|") - 1) + "|")
    for name, figures in columns.items():
        cells = [f"{f.value:.1f}" if f.name == "ms" else f"{f.value:.3f} [{f.low:.3f}, {f.high:.3f}]" for f in figures]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _identity(row: Mapping[str, object]) -> str:
    return str(row.get("id") or row.get("_id"))


def _judged(row: Mapping[str, object]) -> Mapping[str, int]:
    given = row.get("qrels")
    if isinstance(given, Mapping):
        return given
    gold = row.get("gold_doc_ids")
    return {str(doc): 1 for doc in gold} if isinstance(gold, list) else {}


def _only(folder: Path, *words: str) -> str:
    """Return the name of the file that one of the words names: as it is, or the only one that holds it."""
    for word in words:
        names = sorted({path.name.split(".")[0] for path in folder.glob(f"*{word}*.jsonl*")})
        if word in names or len(names) == 1:
            return word if word in names else names[0]
        if names:
            raise QuestionSetError(f"{str(folder)!r} holds {', '.join(names)}: say which with --queries.")
    return words[0]


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
