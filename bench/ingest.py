"""Time the making of a library. Text files -> passages and characters a second; the share of the matrix peak used."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path
from random import Random

from bench.machine import peak
from bench.rows import Options, Part, Row, at_least, at_most, middle
from eval.adapters import file_name, read_rows
from rag import open_library
from rag.loaded import document_embedder
from rag.places import bundled

_FILES = 60
_NO_OP_FILES = 10_000
_LAYERS, _WIDTH, _INNER = 6, 384, 1536
_PAIRS = 3


def measure(options: Options) -> Part:
    """Return the speed of ingest, first over the bundled articles as the peers do it, then over longer documents."""
    embedder = document_embedder(0)
    embedder.embed_documents(["to warm it up"] * 8)
    rows, more = [], {}
    with tempfile.TemporaryDirectory() as scratch:
        seeds = Path(shutil.copytree(bundled("seeds"), Path(scratch) / "seeds"))
        seconds, passages, characters = middle_of([ingest(seeds, Path(scratch) / f"at{n}") for n in range(3)])
        more["compared"] = {"characters_per_second": characters / seconds, "passages_per_second": passages / seconds}
        rows.append(Row("ingest, the bundled articles", characters / seconds, "characters/s"))
        if options.data:
            folder = Path(scratch) / "articles"
            write_articles(options.data, folder, _FILES)
            seconds, passages, characters = ingest(folder, Path(scratch) / "large")
            rows += [
                Row(f"ingest, {passages:,.0f} passages", passages / seconds, "passages/s"),
                Row(f"ingest, {passages:,.0f} passages", characters / seconds, "characters/s"),
                _share_of_peak(folder),
            ]
        rows.append(at_most("sync of 10,000 files, nothing new", _no_op(Path(scratch) / "many"), "s", 3))
    return Part(rows, more)


def ingest(folder: Path, at: Path) -> tuple[float, float, float]:
    """Return the seconds to make a library of a folder, its passages and its characters."""
    start = time.perf_counter()
    library = open_library(folder, at=at)
    library.sync()
    seconds = time.perf_counter() - start
    status = library.status()
    library.close()
    return seconds, float(sum(file.passages for file in status)), float(sum(file.characters for file in status))


def middle_of(found: list[tuple[float, float, float]]) -> tuple[float, float, float]:
    """Return the try that took the median time."""
    return sorted(found)[len(found) // 2]


def write_articles(data: Path, folder: Path, count: int) -> None:
    """Write the first articles of a set of paragraphs as text files, one each."""
    articles: dict[str, list[str]] = {}
    for row in read_rows(data, "corpus"):
        articles.setdefault(str(row.get("title") or row["id"]), []).append(str(row["text"]))
    folder.mkdir()
    for title in list(articles)[:count]:
        (folder / file_name(title)).write_text("\n\n".join([title, *articles[title]]), "utf-8")


def _share_of_peak(folder: Path) -> Row:
    """Return what share of the matrix peak embedding reaches: its multiplications alone, measured in turns."""
    import torch

    embedder = document_embedder(0)
    words = " ".join(path.read_text("utf-8") for path in sorted(folder.iterdir())).split()
    texts = [" ".join(words[at : at + 140]) for at in range(0, 140 * 256, 140)]
    lengths = [min(embedder.max_tokens, embedder.count_tokens(text) + 2) for text in texts]
    work = sum(map(_multiplications, lengths))
    shares, speeds = [], []
    for _ in range(_PAIRS):
        best = peak(torch.bfloat16 if embedder.dtype == "bfloat16" else torch.float32)
        start = time.perf_counter()
        embedder.embed_documents(texts)
        seconds = time.perf_counter() - start
        speeds.append(work / seconds / 1e9)
        shares.append(work / seconds / 1e9 / best)
    note = (
        f"{embedder.dtype}, {middle(speeds):.0f} GFLOP/s, {len(texts)} texts of {sum(lengths) / len(texts):.0f} tokens"
    )
    return at_least("embedding, share of the matrix peak", middle(shares), "", 0.6, note)


def _multiplications(tokens: int) -> int:
    """Return the floating-point operations of MiniLM's matrix products over a text."""
    dense = 2 * tokens * (4 * _WIDTH**2 + 2 * _WIDTH * _INNER)
    attention = 2 * 2 * tokens**2 * _WIDTH
    return _LAYERS * (dense + attention)


def _no_op(folder: Path) -> float:
    """Return the median seconds of a sync when none of 10,000 files changed."""
    folder.mkdir()
    random = Random(0)
    for n in range(_NO_OP_FILES):
        (folder / f"{n:05d}.txt").write_text(f"Note {n}. The value is {random.random():.6f}.", "utf-8")
    library = open_library(folder, at=folder.parent / "many-library")
    library.sync()
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        library.sync()
        seconds.append(time.perf_counter() - start)
    library.close()
    return middle(seconds)
