"""Time a sync of news articles and where its time goes. corpus.jsonl(.gz) -> articles and passages a second, shares.

python -m bench.sync_speed --data FOLDER              # FOLDER holds corpus.jsonl(.gz): id, title, text
python -m bench.sync_speed --data FOLDER --limit 300

The articles are written as files and synced with the real models in a process of its own, in which the models are
loaded before the clock starts.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rag.sync
from bench.rows import Row, at_least, at_most, peak_gigabytes
from eval.adapters import file_name, read_rows
from rag import open_library
from rag.corpus.split import PassageSplitter
from rag.corpus.store import Store
from rag.loaded import document_embedder

_EMBEDDING = "embedding"


@dataclass(slots=True)
class Spent:
    """Seconds by the clock and of the processor, all its cores together."""

    clock: float = 0.0
    processor: float = 0.0


def write_articles(data: Path, folder: Path, limit: int) -> None:
    """Write the first `limit` articles of a set (0: all) as text files, one each, into a folder that is made."""
    folder.mkdir()
    for row in read_rows(data, "corpus")[: limit or None]:
        text = "\n\n".join(filter(None, [str(row.get("title") or ""), str(row["text"])]))
        (folder / file_name(str(row["id"]))).write_text(text, "utf-8")


def watch(owner: Any, name: str, spent: Spent) -> None:
    """Have a function of a module, a class or an object note the time that it takes."""
    work = getattr(owner, name)

    def timed(*given: Any, **named: Any) -> Any:
        clock, processor = time.perf_counter(), time.process_time()
        try:
            return work(*given, **named)
        finally:
            spent.clock += time.perf_counter() - clock
            spent.processor += time.process_time() - processor

    setattr(owner, name, timed)


def measure(folder: Path) -> list[Row]:
    """Sync a folder into a library beside it, in this process; return the figures."""
    embedder = document_embedder(0)
    embedder.embed_documents(["to warm it up"] * 8)
    spent: defaultdict[str, Spent] = defaultdict(Spent)
    watch(embedder, "embed_documents", spent[_EMBEDDING])
    watch(PassageSplitter, "split", spent["splitting"])
    watch(Store, "put", spent["keeping in SQLite, with the terms"])
    watch(rag.sync, "settle_passages", spent["telling Chroma"])
    library = open_library(folder, at=folder.parent / "library")
    clock, processor = time.perf_counter(), time.process_time()
    library.sync()
    whole = Spent(time.perf_counter() - clock, time.process_time() - processor)
    files = library.status()
    library.close()
    return rows(len(files), sum(file.passages for file in files), whole, spent)


def rows(n_articles: int, n_passages: int, whole: Spent, spent: Mapping[str, Spent]) -> list[Row]:
    """Return the figures of a sync; the shares are of the whole time."""
    told = f"sync of {n_articles:,} articles"
    embedding = spent[_EMBEDDING]
    return [
        Row(told, whole.clock, "s"),
        Row(told, n_articles / whole.clock, "articles/s"),
        Row(told, n_passages / whole.clock, "passages/s"),
        at_least(f"{told}, share of the time in {_EMBEDDING}", embedding.clock / whole.clock, "", 0.85),
        Row(f"{told}, share of the processor time in {_EMBEDDING}", embedding.processor / whole.processor, ""),
        *(
            Row(f"{told}, share of the time in {name}", one.clock / whole.clock, "")
            for name, one in spent.items()
            if name != _EMBEDDING
        ),
        Row(f"{told}, cores at work", whole.processor / whole.clock, ""),
        at_most(f"{told}, memory at its peak", peak_gigabytes(), "GB", 1.5),
    ]


def main() -> int:
    """Write the articles, sync them in a process of its own, which prints the figures."""
    parser = argparse.ArgumentParser("python -m bench.sync_speed", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, help="the folder with corpus.jsonl or corpus.jsonl.gz")
    parser.add_argument("--limit", type=int, default=0, help="only the first so many articles (default: all)")
    parser.add_argument("--run-here", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.run_here:
        for row in measure(chosen.run_here):
            goal = f"  (goal {row.goal}: {'met' if row.met else 'missed'})" if row.goal else ""
            print(f"{row.what}: {row.value:.3g} {row.unit}{goal}")
        return 0
    if not chosen.data:
        parser.error("Give the folder that holds the articles, --data FOLDER.")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "articles"
        write_articles(chosen.data, folder, chosen.limit)
        return subprocess.call([sys.executable, "-m", "bench.sync_speed", "--run-here", str(folder)])


if __name__ == "__main__":
    sys.exit(main())
