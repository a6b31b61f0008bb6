"""Measure what the machine can do at most. -> matrix products and memory bandwidth."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench.rows import Options, Part, Row

_SIDE = 1024
_TRIES = 12
_COPIED_BYTES = 256_000_000


def measure(_: Options) -> Part:
    """Return the peaks: the best of some tries each."""
    import torch

    rows = [
        Row("matrix products, float32", peak(torch.float32), "GFLOP/s"),
        Row("matrix products, bfloat16", peak(torch.bfloat16), "GFLOP/s"),
        Row("memory bandwidth (copy, read and written)", _bandwidth(), "GB/s"),
    ]
    return Part(rows, {"processor": _processor(), "cores": os.cpu_count(), "python": platform.python_version()})


def peak(dtype: Any) -> float:
    """Return the GFLOP/s of torch's product of two matrices of 1024 x 1024, at its best."""
    import torch

    torch.set_num_threads(os.cpu_count() or 1)
    a, b = (torch.randn(_SIDE, _SIDE).to(dtype) for _ in range(2))
    torch.mm(a, b)
    seconds = []
    for _ in range(_TRIES):
        start = time.perf_counter()
        for _ in range(4):
            torch.mm(a, b)
        seconds.append((time.perf_counter() - start) / 4)
    return 2 * _SIDE**3 / min(seconds) / 1e9


def _bandwidth() -> float:
    source = np.ones(_COPIED_BYTES // 8)
    target = np.empty_like(source)
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        np.copyto(target, source)
        seconds.append(time.perf_counter() - start)
    return 2 * _COPIED_BYTES / min(seconds) / 1e9


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
