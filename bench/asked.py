"""Ask a library in a process of its own. folder, questions on standard input -> seconds, peak memory, as JSON."""

from __future__ import annotations

import json
import sys
import time

import numpy as np

from bench.rows import peak_gigabytes
from rag import open_library

if __name__ == "__main__":
    library = open_library(at=sys.argv[1])
    questions = json.load(sys.stdin)
    library.ask(questions[0])
    seconds = []
    for question in questions:
        start = time.perf_counter()
        library.ask(question)
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"ask_p50": float(np.median(seconds)), "ask_p95": float(np.percentile(seconds, 95)),
                      "peak_gigabytes": peak_gigabytes()}))  # fmt: skip
