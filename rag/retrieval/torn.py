"""See that the files of a dense index are whole before they are read here. folder -> bool.

Chroma trusts what stands in them: a torn one ends the whole process. So files that are not as they were left are first
read in a process of their own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np

from rag.places import child_environment

_MARK = "whole.json"
_WRITTEN = "index_metadata.pickle"
_READ = [sys.executable, "-c", "from rag.retrieval.torn import read_all_over; read_all_over()"]
_TIMEOUT_SECONDS = 120.0


def is_whole(folder: Path) -> bool:
    """Say whether the files are as `mark_whole` saw them or, if not, can be read all the same; then they are marked."""
    found = _files(folder)
    if found == (_marked(folder) or {}):
        return True
    try:
        command = [*_READ, str(folder)]
        read = subprocess.run(
            command, env=child_environment(), capture_output=True, timeout=_TIMEOUT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    if read.returncode == 0:
        _mark(folder, found)
    return read.returncode == 0


def mark_whole(folder: Path) -> None:
    """Remember the files as they are now: whoever wrote them is done."""
    _mark(folder, _files(folder))


def _files(folder: Path) -> dict[str, list[int]]:
    """Return size and time of change of every file of the graph of vectors.

    Without its `index_metadata.pickle` a graph was never written: its files hold nothing, and Chroma makes them anew
    whenever it opens it.
    """
    graphs = [path.parent for path in sorted(folder.glob(f"*/{_WRITTEN}"))]
    stats = {str(path.relative_to(folder)): path.stat() for graph in graphs for path in sorted(graph.iterdir())}
    return {name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()}


def _marked(folder: Path) -> object:
    try:
        return json.loads((folder / _MARK).read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _mark(folder: Path, found: dict[str, list[int]]) -> None:
    with suppress(OSError):  # a library that may not be written is looked at each time
        (folder / _MARK).write_text(json.dumps(found), "utf-8")


def read_all_over() -> None:
    """Read the index in the folder that the command line names: a sample of its vectors, and what lies near each."""
    from rag.retrieval.dense import DenseIndex

    DenseIndex(Path(sys.argv[1]), lambda _: np.zeros(0, np.float32)).probe()
