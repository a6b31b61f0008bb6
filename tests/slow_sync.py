"""Sync slowly in a process that a test may stop: python -m tests.slow_sync LIBRARY FOLDER SECONDS_A_BATCH.

Prints "ready" once the library is open, then a line for each file: what became of it, a space, its path.
"""

import sys
import time
from pathlib import Path

import rag.sync
from tests import fakes

if __name__ == "__main__":
    seconds = float(sys.argv[3])

    class Slow(fakes.FakeEmbedder):
        def embed_documents(self, texts):
            time.sleep(seconds)
            return super().embed_documents(texts)

    fakes.FakeEmbedder = Slow
    rag.sync._BATCH_PASSAGES = 4
    library = fakes.make_library(Path(sys.argv[1]), Path(sys.argv[2]))
    print("ready", flush=True)
    for step in library.sync_steps():
        print(step.change, step.path, flush=True)
