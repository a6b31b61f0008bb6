"""Measure how fast a model reads, in a process of its own. path of a GGUF file -> tokens a second, or an error."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from rag.errors import ModelError
from rag.places import child_environment

_TOKENS = 256
_COMMAND = [sys.executable, "-c", "from rag.answering.prefill import tell; tell()"]
_ILLEGAL = (-4, 0xC000001D)
"""How a process ends that tried an illegal instruction: by signal SIGILL, and on Windows."""
_REBUILD = "CMAKE_ARGS=-DGGML_NATIVE=OFF pip install --force-reinstall --no-deps --no-cache-dir llama-cpp-python"


def prefill_speed(path: Path) -> float:
    """Return the tokens of a prompt that a model reads in a second, the best of two tries.

    Code that was built for another processor ends the process that runs it, and a torn file may: not this one. Raises
    `ModelError` for the former, `ValueError` for a file that cannot be loaded.
    """
    done = subprocess.run([*_COMMAND, str(path)], capture_output=True, text=True, env=child_environment(), check=False)
    if not done.returncode:
        return float(done.stdout.split()[-1])
    if done.returncode in _ILLEGAL:
        raise ModelError(
            f"The package llama-cpp-python in {sys.prefix!r} was built for another processor: it tried an instruction "
            f"that this one does not have. Build it anew: {_REBUILD}"
        )
    why = (done.stderr.strip().splitlines() or [f"its process ended with {done.returncode}"])[-1]
    raise ValueError(why)


def tell() -> None:
    """Print what `prefill_speed` returns for the file that the command names."""
    import llama_cpp

    cores = os.cpu_count()
    llm = llama_cpp.Llama(sys.argv[1], n_ctx=512, n_threads=cores, n_threads_batch=cores, verbose=False)
    tokens = list(range(1000, 1000 + _TOKENS))
    seconds = []
    for _ in range(2):
        llm.reset()
        start = time.perf_counter()
        llm.eval(tokens)
        seconds.append(time.perf_counter() - start)
    sys.stdout.write(f"{_TOKENS / min(seconds):.1f}\n")
