"""Have files read by worker processes, so that a bad one harms nobody. bytes -> Reading within time and memory."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

from rag.corpus.decode import Refusal
from rag.corpus.formats.detect import detect
from rag.corpus.formats.reading import Reading
from rag.corpus.worker import TOO_MUCH_MEMORY, reading_of, send

IN_PROCESS = frozenset(["plain", "markdown", "code", "rst", "org"])
"""Formats that are only decoded, so that no parser can fall into a trap: small ones are read here, without a worker."""

COMMAND = [sys.executable, "-m", "rag.corpus.worker"]
_SMALL = 200_000
_PACKED = (b"PK", b"\xd0\xcf", b"%PDF")
_WORKERS = 2


class ReadingWorkers:
    """A few processes that read files, started when the first one is needed and used again and again.

    Safe to use from several threads: each call has a process to itself, or waits for one.
    """

    def __init__(self, *, timeout_seconds: float) -> None:
        self._timeout_seconds = timeout_seconds
        self._free: queue.LifoQueue[subprocess.Popen[bytes] | None] = queue.LifoQueue()
        for _ in range(_WORKERS):
            self._free.put(None)
        self._running: set[subprocess.Popen[bytes]] = set()

    def read(self, raw: bytes, name: str) -> Reading:
        """Return what a file holds. Raises `Refusal`: also when reading took too long, too much memory, or crashed."""
        if len(raw) <= _SMALL and not raw.startswith(_PACKED) and detect(raw, name) in IN_PROCESS:
            from rag.corpus.formats.read_any import read_any

            return read_any(raw, name)
        worker = self._free.get()
        try:
            if worker is None or worker.poll() is not None:
                worker = _start()
                self._running.add(worker)
            return self._ask(worker, raw, name)
        finally:
            self._free.put(worker)

    def close(self) -> None:
        """End the processes at once, also those at work: their files are refused."""
        for worker in tuple(self._running):
            _end(worker)
        self._running.clear()

    def _ask(self, worker: subprocess.Popen[bytes], raw: bytes, name: str) -> Reading:
        too_late = threading.Event()

        def stop() -> None:
            too_late.set()
            worker.kill()

        timer = threading.Timer(self._timeout_seconds, stop)
        timer.start()
        try:
            reply = _exchange(worker, raw, name, self._timeout_seconds)
        except BaseException:
            worker.kill()
            raise
        finally:
            timer.cancel()
        if too_late.is_set() or not reply:
            self._running.discard(worker)
            _end(worker)
        if reply:
            found: dict[str, Any] = json.loads(reply)
            return reading_of(found)
        if too_late.is_set():
            raise Refusal(
                f"Reading the file took longer than {self._timeout_seconds:g} seconds (setting max_read_seconds)."
            )
        raise Refusal(
            TOO_MUCH_MEMORY if worker.returncode == 1 else "The file made its reader crash: it is damaged, or hostile."
        )


def _exchange(worker: subprocess.Popen[bytes], raw: bytes, name: str, seconds: float) -> bytes:
    """Return the reply to a file, b"" when the worker died over it."""
    requests, replies = _pipes(worker)
    try:
        send(requests, {"name": name, "size": len(raw), "seconds": seconds}, raw)
        line = replies.readline()
    except (OSError, ValueError):
        return b""
    return line if line.endswith(b"\n") else b""


def _pipes(worker: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert worker.stdin is not None
    assert worker.stdout is not None
    return worker.stdin, worker.stdout


def _start() -> subprocess.Popen[bytes]:
    root = str(Path(__file__).resolve().parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        start_new_session=True,
    )


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.kill()
    for pipe in _pipes(worker):
        try:
            pipe.close()
        except OSError:
            continue
    worker.wait()
