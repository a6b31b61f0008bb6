"""Time the search over many passages. A folder of paragraphs -> a library; p50, p95, recall against exact search.

    python -m bench.search_speed --data FOLDER --out /tmp/speed --passages 100000

The passages are the folder's paragraphs and mixtures of the sentences of two of them. The vectors of up to 2,000
paragraphs are real; a mixture's lies between those of its two, a little aside, since 100,000 real ones take a quarter
of an hour and a million half a night.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from eval.adapters import read_rows
from rag.corpus.database import Database
from rag.corpus.passages import PassageTable
from rag.corpus.store import Store
from rag.loaded import document_embedder, question_embedder
from rag.protocols import Vectors
from rag.records import Document, Passage, Query, Span
from rag.retrieval.dense import DenseIndex
from rag.retrieval.lexical import LexicalIndex
from rag.retrieval.search import HybridSearch
from rag.settle import settle_passages

_PER_DOCUMENT = 100
_SETTLED_AT_ONCE = 20_000
_REAL = 2_000
_ASIDE = 0.35
"""Length of the random step away from the place between two real vectors."""
_K = 10


def main() -> None:
    """Make the library unless it is there, ask it the folder's questions, print the times of each stage."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="holds corpus.jsonl and questions.jsonl (or .gz)")
    parser.add_argument("--out", type=Path, required=True, help="where to make the library")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=300)
    chosen = parser.parse_args()
    fill(chosen.data, chosen.out, chosen.passages)
    found = measure(chosen.out, some_questions(chosen.data, chosen.questions))
    print(f"{found['passages']:,} passages, recall@{_K} against exact search {found['recall']:.4f}; milliseconds:")
    for name in ("new", "dense", "lexical", "search"):
        print(f"{name:8} p50 {found[f'{name}_p50']:6.1f}  p95 {found[f'{name}_p95']:6.1f}")


def some_questions(data: Path, count: int) -> list[str]:
    """Return questions of the folder, the same ones each time."""
    rows = read_rows(data, "questions")
    return [str(row["question"]) for row in Random(1).sample(rows, min(len(rows), count))]


def measure(folder: Path, questions: Sequence[str]) -> dict[str, Any]:
    """Return p50 and p95 in milliseconds of each searcher and of both merged, without embedding; recall@10; sizes.

    "new" is of both merged too, when none of the questions has been asked of this process before.
    """
    embedder = question_embedder(0)
    known = {question: embedder.embed_query(question) for question in questions}
    database = Database(folder / "library.sqlite")
    table = PassageTable(database)
    dense = DenseIndex(folder / "chroma", known.__getitem__)
    start = time.perf_counter()
    dense.search(Query(questions[0], questions[0]), 1)
    found: dict[str, Any] = {"passages": table.count(), "open_seconds": time.perf_counter() - start}
    lexical = LexicalIndex(database.rows)
    merged = HybridSearch([dense, lexical], {"dense": 0.4, "lexical": 0.6}, table.get, k_searched=20).search
    stages = {"new": merged, "dense": dense.search, "lexical": lexical.search, "search": merged}
    for name, search in stages.items():
        took = _timed(lambda q, run=search: run(q, 12), questions)
        found |= {f"{name}_p50": float(np.percentile(took, 50)), f"{name}_p95": float(np.percentile(took, 95))}
    found["recall"] = _recall(dense, database, questions, known)
    found["gigabytes"] = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e9
    dense.refresh()
    database.close()
    return found


def fill(data: Path, folder: Path, count: int) -> None:
    """Make a library of `count` passages in a folder, a hundred to a document; what is there already is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    database = Database(folder / "library.sqlite")
    table, store = PassageTable(database), Store(database)
    dense = DenseIndex(folder / "chroma", lambda _: np.zeros(0, np.float32))
    if table.count() < count:
        made = _passages(data, count, folder.parent / f"vectors-{data.name}.npy")
        for number in range(0, count, _PER_DOCUMENT):
            some = [next(made) for _ in range(min(_PER_DOCUMENT, count - number))]
            _put(store, number, some)
            if number % _SETTLED_AT_ONCE == 0:
                settle_passages(table, dense)
    settle_passages(table, dense)
    dense.refresh()
    database.close()


def _recall(
    dense: DenseIndex, database: Database, questions: Sequence[str], known: dict[str, Vectors]
) -> float:  # fmt: skip
    """Return the share of the exact ten nearest that the index brings; ties within rounding count as found."""
    wanted = np.stack([known[question] for question in questions])
    best = np.full((len(questions), _K), -1.0, np.float32)
    at, step = 0, 50_000
    while rows := database.rows("SELECT vector FROM passages WHERE rowid > ? AND rowid <= ?", (at, at + step)):
        held = np.frombuffer(b"".join(blob for (blob,) in rows), np.float16).reshape(len(rows), -1).astype(np.float32)
        best = -np.sort(-np.concatenate([best, wanted @ held.T], axis=1), axis=1)[:, :_K]
        at += step
    shares = []
    for question, exact in zip(questions, best, strict=True):
        cosines = [cosine for _, cosine in dense.search(Query(question, question), _K)]
        shares.append(sum(cosine >= exact[-1] - 1e-3 for cosine in cosines) / _K)
    return float(np.mean(shares))


def _timed(search: Callable[[Query], object], questions: Sequence[str]) -> list[float]:
    """Return the milliseconds that each search took."""
    took = []
    for question in questions:
        start = time.perf_counter()
        search(Query(question, question))
        took.append((time.perf_counter() - start) * 1000)
    return took


def _put(store: Store, number: int, some: Sequence[tuple[str, str, Vectors]]) -> None:
    """Keep some passages as one document."""
    doc_id, at, passages = f"{number:016d}", 0, []
    for n, (title, text, _) in enumerate(some):
        span = Span(at, at + len(text))
        sentences = _sentences(text, at)
        passages.append(Passage(f"{doc_id}-{n:05d}", doc_id, f"/{doc_id}.txt", title, (), text, *span, sentences))
        at += len(text) + 2
    text = "\n\n".join(text for _, text, _ in some)
    document = Document(doc_id, f"/{doc_id}.txt", some[0][0], text, "text/plain", "")
    store.put(document, passages, np.stack([vector for *_, vector in some]), size=0, mtime_ns=0)


def _sentences(text: str, start: int) -> tuple[Span, ...]:
    """Return the places of a text's sentences in its document, cut after ". "."""
    spans, at = [], start
    for part in text.split(". "):
        end = min(at + len(part) + 2, start + len(text))
        if end > at:
            spans.append(Span(at, end))
        at = end
    return tuple(spans)


def _passages(data: Path, count: int, kept: Path) -> Iterator[tuple[str, str, Vectors]]:
    """Yield (title, text, vector): paragraphs, then mixtures of the sentences of two of them.

    The real vectors are kept in a file for the next size.
    """
    random, steps = Random(0), np.random.default_rng(0)
    rows = [(str(row.get("title") or row["id"]), str(row["text"])) for row in read_rows(data, "corpus")]
    rows = random.sample(rows, min(len(rows), _REAL))
    if not kept.is_file():
        np.save(kept, document_embedder(0).embed_documents([text for _, text in rows]))
    vectors = np.load(kept)
    yield from ((title, text, vector) for (title, text), vector in zip(rows, vectors, strict=True))
    for _ in range(count - len(rows)):
        one, two = random.randrange(len(rows)), random.randrange(len(rows))
        sentences = [*rows[one][1].split(". ")[::2], *rows[two][1].split(". ")[1::2]]
        random.shuffle(sentences)
        step = steps.normal(size=vectors.shape[1])
        vector = (vectors[one] + vectors[two]) / 2 + _ASIDE * step / np.linalg.norm(step)
        yield rows[one][0], ". ".join(sentences), (vector / np.linalg.norm(vector)).astype(np.float32)


if __name__ == "__main__":
    main()
