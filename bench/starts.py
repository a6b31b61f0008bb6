"""Time cold starts. Commands in fresh processes -> seconds to the end, or to a page that answers."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from bench.rows import Options, Part, at_most, middle
from rag.places import bundled

_TRIES = 5
_QUESTION = "Which envoy was sent to calm the border with Lebanon?"
_IMPORT = "import time; start = time.perf_counter(); import rag; print(time.perf_counter() - start)"


def measure(options: Options) -> Part:
    """Return the seconds that each start takes, the median of some tries; the first of each is not counted."""
    library = seeds_library(options)
    footnote = [sys.executable, "-m", "rag"]
    ask = [*footnote, "ask", "-l", str(library), _QUESTION]
    rows = [
        at_most("import rag", middle(_imports()), "s", 0.3),
        at_most("footnote --help", _command([*footnote, "--help"]), "s", 0.5),
        at_most("footnote ask, cold process to the answer", _command(ask), "s", 3),
        at_most("page up, indexed library", middle([_page_up(library) for _ in range(3)]), "s", 5),
    ]
    return Part(rows)


def seeds_library(options: Options) -> Path:
    """Return the folder of a library of the bundled articles, made anew: the last one may be of another checkout."""
    from rag import open_library

    folder = options.kept / "seeds"
    shutil.rmtree(folder, ignore_errors=True)
    library = open_library(bundled("seeds"), at=folder)
    library.sync()
    library.close()
    return folder


def _imports() -> list[float]:
    return [float(subprocess.check_output([sys.executable, "-c", _IMPORT])) for _ in range(_TRIES + 1)][1:]


def _command(command: list[str]) -> float:
    seconds = []
    for _ in range(_TRIES + 1):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - start)
    return middle(seconds[1:])


def _page_up(library: Path) -> float:
    """Return the seconds from the command to the first whole page that it serves."""
    command = [sys.executable, "-m", "rag", "chat", "-l", str(library), "--no-browser", "--port", "7990"]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        address = next(word for word in process.stdout.readline().split() if word.startswith("http"))
        while True:
            try:
                with urllib.request.urlopen(address, timeout=30) as page:
                    page.read()
                return time.perf_counter() - start
            except OSError:
                time.sleep(0.02)
    finally:
        process.send_signal(signal.SIGINT if os.name != "nt" else signal.SIGTERM)
        process.wait(30)
