"""Time the search over many passages. A folder with corpus.jsonl -> p50 and p95 in milliseconds, without embedding.

    python bench/search_speed.py --data FOLDER --out /tmp/speed --passages 100000

The passages are the folder's paragraphs and mixtures of their sentences; the vectors are random around one centre for
each article, since making 100,000 real ones takes half an hour and changes nothing in the time of a search.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import numpy as np

from eval.adapters import read_rows
from rag.corpus.database import Database
from rag.corpus.passages import PassageTable
from rag.corpus.store import Store
from rag.protocols import Vectors
from rag.records import Document, Passage, Query, Span
from rag.retrieval.dense import DenseIndex
from rag.retrieval.lexical import LexicalIndex
from rag.retrieval.search import HybridSearch
from rag.sync import settle_passages

_DIMENSION = 384
_PER_DOCUMENT = 100


def main() -> None:
    """Make the library unless it is there, ask it the folder's questions, print the times of each stage."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="holds corpus.jsonl and questions.jsonl (or .gz)")
    parser.add_argument("--out", type=Path, required=True, help="where to make the library")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=300)
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    database = Database(chosen.out / "library.sqlite")
    table = PassageTable(database)
    random = np.random.default_rng(0)
    dense = DenseIndex(chosen.out / "chroma", lambda _: _unit(random.normal(size=_DIMENSION)))
    if table.count() < chosen.passages:
        _fill(Store(database), chosen.data, chosen.passages)
    settle_passages(table, dense)
    lexical = LexicalIndex(database.rows)
    hybrid = HybridSearch([dense, lexical], {"dense": 0.5, "lexical": 0.5}, table.get, k_searched=20)
    rows = read_rows(chosen.data, "questions")
    questions = [str(row["question"]) for row in Random(1).sample(rows, min(len(rows), chosen.questions))]
    print(f"{table.count():,} passages, {len(questions)} questions, milliseconds (in brackets: of processor time)")
    for name, search in (("dense", dense.search), ("lexical", lexical.search), ("search", hybrid.search)):
        took, worked = _timed(lambda q, run=search: run(q, 12), questions)
        figures = [f"p{p} {np.percentile(took, p):6.1f} ({np.percentile(worked, p):.1f})" for p in (50, 95)]
        print(f"{name:8} {'  '.join(figures)}")
    database.close()


def _timed(search: Callable[[Query], object], questions: list[str]) -> tuple[list[float], list[float]]:
    """Return the milliseconds that each search took, by the clock and of the processor."""
    for question in questions[:10]:
        search(Query(question, question))
    took, worked = [], []
    for question in questions:
        start, used = time.perf_counter(), time.process_time()
        search(Query(question, question))
        took.append((time.perf_counter() - start) * 1000)
        worked.append((time.process_time() - used) * 1000)
    return took, worked


def _fill(store: Store, data: Path, count: int) -> None:
    """Keep `count` passages, a hundred to a document."""
    random = np.random.default_rng(0)
    texts = _texts(data, count)
    for number in range(0, count, _PER_DOCUMENT):
        some = [next(texts) for _ in range(min(_PER_DOCUMENT, count - number))]
        doc_id, at, passages = f"{number:016d}", 0, []
        for n, (title, text) in enumerate(some):
            span = Span(at, at + len(text))
            passages.append(Passage(f"{doc_id}-{n:05d}", doc_id, f"/{doc_id}.txt", title, (), text, *span, (span,)))
            at += len(text) + 2
        document = Document(doc_id, f"/{doc_id}.txt", some[0][0], "\n\n".join(t for _, t in some), "text/plain", "")
        centre = random.normal(size=_DIMENSION)
        vectors = np.stack([_unit(centre + random.normal(size=_DIMENSION)) for _ in some])
        store.put(document, passages, vectors, size=0, mtime_ns=0)


def _texts(data: Path, count: int) -> Iterator[tuple[str, str]]:
    """Yield the paragraphs, then mixtures of the sentences of two of them, with their titles."""
    rows = [(str(row.get("title") or row["id"]), str(row["text"])) for row in read_rows(data, "corpus")]
    yield from rows
    random = Random(0)
    for _ in range(count):
        (title, one), (_, two) = random.choice(rows), random.choice(rows)
        sentences = [*one.split(". ")[::2], *two.split(". ")[1::2]]
        random.shuffle(sentences)
        yield title, ". ".join(sentences)


def _unit(vector: np.ndarray) -> Vectors:  # type: ignore[type-arg]  # of any float
    unit: Vectors = (vector / np.linalg.norm(vector)).astype(np.float32)
    return unit


if __name__ == "__main__":
    main()
