"""Count the cores that nobody else is busy on. -> how many threads a model may use now."""

from __future__ import annotations

import os
import time
from pathlib import Path

_LOAD = Path("/proc/loadavg")
_LOOKS = 3


def free_cores(load: Path = _LOAD) -> int:
    """Return how many cores are free, at least one; where the system does not tell, all but one.

    llama.cpp's threads wait for each other at every step, so one that shares its core with something else stalls
    them all: on two cores with one busy, two threads read a prompt at a third of the speed of one. Linux tells how
    many threads run at a moment; the least of three looks counts, so that a passing one does not.
    """
    cores = os.cpu_count() or 1
    try:
        others = min(_running(load, look) for look in range(_LOOKS)) - 1
    except (OSError, ValueError, IndexError):
        return max(1, cores - 1)
    return max(1, cores - max(0, others))


def _running(load: Path, look: int) -> int:
    """Return how many threads run or are ready to, this one among them: `3` of `0.52 0.41 0.30 3/312 4711`."""
    if look:
        time.sleep(0.001)
    return int(load.read_text("ascii").split()[3].split("/")[0])
