"""Measure the sync of very many tiny files, embedding left out. python -m bench.tiny_files [N] -> lines on stdout.

Embedding is a fake: what is measured is all else that a sync does for a file.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.fakes import make_library


def main() -> None:
    """Write N tiny files (default 100,000), sync them, sync again, take them away, sync once more."""
    n_files = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as base:
        docs = Path(base) / "docs"
        for n in range(n_files):
            folder = docs / f"{n // 1000:03}"
            folder.mkdir(parents=True, exist_ok=True)
            note = f"Note {n}: the heron number {n} stands in pond {n * 7 % 1013}."
            (folder / f"{n:06}.txt").write_text(note, "utf-8")
        library = make_library(Path(base) / "lib", docs)
        _timed("first", library.sync)
        _timed("no-op", library.sync)
        _timed("one question", lambda: library.search("heron number 77"))
        library.remove(docs)
        _timed("delete all", library.sync)
        library.close()


def _timed(name: str, act: Callable[[], object]) -> None:
    start = time.perf_counter()
    act()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"{name}: {time.perf_counter() - start:.1f} s, {megabytes:.0f} MB at most", flush=True)


if __name__ == "__main__":
    main()
