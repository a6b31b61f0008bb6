"""Run question sets from the page, in a process of its own. a question set -> runs with reports, compared by two."""

from __future__ import annotations

import atexit
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from rag.errors import SettingsError
from rag.feedback import own_questions
from rag.library import Library
from rag.places import bundled

Theme = Literal["system", "light", "dark"]

_RUN = re.compile(r"[\w-]{1,80}")
_LEFT_TO_SAY = 400
_TOP = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Measured:
    """The run that is going on, or how the last one ended; `said` is a sentence."""

    running: bool = False
    name: str = ""
    done: int = 0
    total: int = 0
    said: str = ""


class Measuring:
    """Runs of question sets over one library, one at a time; they lie in the library's folder, under `runs`."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.folder = library.path / "runs"
        self._process: subprocess.Popen[str] | None = None
        self._name = ""
        self._total = 0
        self._said = ""
        self._lock = threading.Lock()

    def sets(self) -> dict[str, int]:
        """Return the question sets there are to run, with how many questions each holds."""
        found = {"own": own_questions(self._library.path), "articles": _articles(self._library)}
        return {name: n for name, path in found.items() if path and (n := _count(path))}

    def start(self, name: str, limit: int) -> None:
        """Begin to run a set. Raises `SettingsError` when there is none of that name or a run is going on."""
        path = {"own": own_questions(self._library.path), "articles": _articles(self._library)}.get(name)
        if path is None or not path.is_file():
            raise SettingsError(f"There is no question set {name!r} to run.")
        with self._lock:
            if self._process and self._process.poll() is None:
                raise SettingsError("A run is going on already. Stop it, or wait until it is done.")
            self._name = datetime.now().strftime(f"{name}-%Y-%m-%d-%H%M%S")
            self._total = min(limit, _count(path)) if limit else _count(path)
            out = self.folder / self._name
            out.mkdir(parents=True)
            # The questions about the articles know no other documents; one's own are about all that are here.
            about = ["--documents", bundled("seeds")] if name == "articles" else ["--library", self._library.path]
            command = [sys.executable, "-m", "eval", "run", "--questions", str(path), *map(str, about)]
            command += ["--out", str(out), *(["--limit", str(limit)] if limit else [])]
            self._process = subprocess.Popen(
                command, cwd=_TOP, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                env={**os.environ, "OMP_NUM_THREADS": "1"},
            )  # fmt: skip
            atexit.register(self.stop)
            threading.Thread(target=self._wait, args=(self._process,), daemon=True).start()

    def stop(self) -> None:
        """Stop the run; what was measured is kept."""
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def state(self) -> Measured:
        """How far the run is."""
        running = self._process is not None and self._process.poll() is None
        done = _count(self.folder / self._name / "records.jsonl") if self._name else 0
        return Measured(running, self._name, done, self._total, "" if running else self._said)

    def runs(self) -> list[str]:
        """Return the runs that have a report, newest first."""
        return sorted((path.parent.name for path in self.folder.glob("*/report.html")), reverse=True)

    def report(self, name: str, theme: Theme = "system") -> str:
        """Return a run's report as HTML. Raises `SettingsError` when there is none of that name."""
        path = self.folder / name / "report.html"
        if not _RUN.fullmatch(name) or not path.is_file():
            raise SettingsError(f"There is no run {name!r} with a report.")
        return _themed(path.read_text("utf-8"), theme)

    def compare(self, before: str, after: str, theme: Theme = "system") -> str:
        """Return the differences between two runs as HTML. Raises `SettingsError` where they cannot be compared."""
        for name in (before, after):
            self.report(name)
        runs = [str(self.folder / before), str(self.folder / after)]
        command = [sys.executable, "-m", "eval", "compare", "--html", *runs]
        told = subprocess.run(command, cwd=_TOP, capture_output=True, text=True, timeout=120, check=False)
        if told.returncode:
            raise SettingsError(told.stderr.strip()[-_LEFT_TO_SAY:])
        return _themed(told.stdout, theme)

    def _wait(self, process: subprocess.Popen[str]) -> None:
        told = process.communicate()[1]
        self._said = "" if process.returncode == 0 else told.strip()[-_LEFT_TO_SAY:]


def _themed(html: str, theme: Theme) -> str:
    """Return a report as a person chose to see it; by itself it is as their system is."""
    return html if theme == "system" else html.replace("<html", f'<html data-theme="{theme}"', 1)


def _articles(library: Library) -> Path | None:
    """Return the questions about the bundled articles, where they are among the documents."""
    found = _TOP / "eval" / "questions" / "seeds.jsonl"
    return found if found.is_file() and bundled("seeds").resolve() in library.sources() else None


def _count(path: Path) -> int:
    return sum(1 for line in path.read_text("utf-8").split("\n") if line.strip()) if path.is_file() else 0
