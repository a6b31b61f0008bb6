"""Ask a peer and keep the times. Its index and answer functions -> JSON on standard output. Run by the peer's python.

python with_PEER.py FOLDER EMBEDDER MODEL QUESTIONS    # documents, MiniLM's folder, GGUF file, a JSON list of strings
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false", HAYSTACK_TELEMETRY_ENABLED="False")

Tell = Callable[[str], None]
"""Called with each piece of the answer, as it comes."""

MOST_TOKENS = 256
"""How long an answer may be: what LlamaIndex's own example gives; the others get the same."""

CORES = os.cpu_count() or 1
"""Threads for llama.cpp. Its default is half of that, so this is a favour."""


def run(
    packages: list[str], make: Callable[[str, str], tuple[Callable[[Path], object], Callable[[str, Tell], object]]]
) -> None:
    """Load the models by `make(embedder, model)`, index the folder, ask all questions, print what was measured.

    `make` gives a function that indexes a folder and one that answers a question, telling each piece.
    """
    folder, questions = Path(sys.argv[1]), json.loads(Path(sys.argv[4]).read_text("utf-8"))
    start = time.perf_counter()
    index, answer = make(sys.argv[2], sys.argv[3])
    loaded = time.perf_counter() - start
    index(folder)
    start = time.perf_counter()
    index(folder)
    indexed = time.perf_counter() - start
    answer(questions[0], lambda _: None)
    asked = [_asked(question, answer) for question in questions]
    print(
        json.dumps(
            {
                "versions": {name: version(name) for name in packages},
                "load_seconds": loaded,
                "ingest_seconds": indexed,
                "characters": sum(len(path.read_text("utf-8")) for path in folder.glob("*.txt")),
                "asked": asked,
                "peak_gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9,
            }
        )
    )


def _asked(question: str, answer: Callable[[str, Tell], object]) -> dict[str, object]:
    pieces: list[str] = []
    first = 0.0
    start = time.perf_counter()

    def tell(piece: str) -> None:
        nonlocal first
        pieces.append(piece)
        if piece.strip() and not first:
            first = time.perf_counter() - start

    answer(question, tell)
    total = time.perf_counter() - start
    return {"question": question, "text": "".join(pieces), "first": first or total, "total": total}
