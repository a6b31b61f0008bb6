"""Have files read by worker processes, so that a bad one harms nobody. bytes -> Reading within time and memory."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from typing import IO, Any

from rag.corpus.decode import Refusal
from rag.corpus.formats.detect import detect
from rag.corpus.formats.ocr import INSTALL, PAGE_SECONDS
from rag.corpus.formats.reading import Reading
from rag.corpus.worker import TOO_MUCH_MEMORY, reading_of, send
from rag.places import child_environment

IN_PROCESS = frozenset(["plain", "markdown", "code", "rst", "org"])
"""Formats that are only decoded, so that no parser can fall into a trap: small ones are read here, without a worker."""

COMMAND = [sys.executable, "-m", "rag.corpus.worker"]
_SMALL = 200_000
_PACKED = (b"PK", b"\xd0\xcf", b"%PDF")
_WORKERS = 2
_OCR_DIED = "OCR made the reader of the file crash, or took too long over a page."


class _OcrDied(Exception):
    """A worker ended while OCR was at work."""


class ReadingWorkers:
    """A few processes that read files, started when the first one is needed and used again and again.

    A file may take `timeout_seconds`, and `ocr_seconds` more where OCR reads pages of it; `no_ocr` is a sentence on
    why it may not, "" where it may. Safe to use from several threads: each call has a process to itself, or waits for
    one.
    """

    def __init__(self, *, timeout_seconds: float, ocr_seconds: float = 0.0, no_ocr: str = INSTALL) -> None:
        self._timeout_seconds = timeout_seconds
        self._ocr_seconds = ocr_seconds
        self._no_ocr = no_ocr
        self._free: queue.LifoQueue[subprocess.Popen[bytes] | None] = queue.LifoQueue()
        for _ in range(_WORKERS):
            self._free.put(None)
        self._running: set[subprocess.Popen[bytes]] = set()
        self._is_closed = False

    def read(self, raw: bytes, name: str) -> Reading:
        """Return what a file holds. Raises `Refusal`: also when reading took too long, too much memory, or crashed.

        A worker that ends over a page for OCR costs the file what OCR read of it, and nothing else.
        """
        if len(raw) <= _SMALL and not raw.startswith(_PACKED) and _is_only_decoded(raw, name):
            from rag.corpus.formats.read_any import read_any

            return read_any(raw, name)
        try:
            return self._read(raw, name, self._no_ocr)
        except _OcrDied:
            return self._read(raw, name, _OCR_DIED)

    def _read(self, raw: bytes, name: str, no_ocr: str) -> Reading:
        worker = self._free.get()
        try:
            if self._is_closed:
                raise Refusal("Reading was stopped.")
            if worker is None or worker.poll() is not None:
                worker = _start()
                self._running.add(worker)
            head = {
                "name": name, "size": len(raw), "seconds": self._timeout_seconds,
                "ocr_seconds": self._ocr_seconds, "no_ocr": no_ocr,
            }  # fmt: skip
            return self._ask(worker, head, raw)
        finally:
            self._free.put(worker)

    def close(self) -> None:
        """End the processes at once, also those at work: their files are refused."""
        self._is_closed = True
        for worker in tuple(self._running):
            _end(worker)
        self._running.clear()

    def _ask(self, worker: subprocess.Popen[bytes], head: dict[str, object], raw: bytes) -> Reading:
        patience = _Patience(worker, self._timeout_seconds, self._ocr_seconds)
        try:
            reply = _exchange(worker, head, raw, patience)
        except BaseException:
            worker.kill()
            raise
        finally:
            patience.end()
        if patience.is_over or not reply:
            self._running.discard(worker)
            _end(worker)
        if reply:
            return reading_of(reply)
        if patience.n_renewed:
            raise _OcrDied
        if patience.is_over:
            raise Refusal(
                f"Reading the file took longer than {self._timeout_seconds:g} seconds (setting max_read_seconds)."
            )
        raise Refusal(
            TOO_MUCH_MEMORY if worker.returncode == 1 else "The file made its reader crash: it is damaged, or hostile."
        )


def _is_only_decoded(raw: bytes, name: str) -> bool:
    """Say whether no parser sees a file: HTML may stand in Markdown."""
    kind = detect(raw, name)
    return kind in IN_PROCESS and (kind != "markdown" or b"<" not in raw)


class _Patience:
    """Kills a worker after `seconds`, unless it is renewed: that can be done until `more_seconds` after them."""

    def __init__(self, worker: subprocess.Popen[bytes], seconds: float, more_seconds: float) -> None:
        self.is_over = False
        self.n_renewed = 0
        self._worker = worker
        self._latest = time.monotonic() + seconds + more_seconds
        self._timer = self._started(seconds)

    def renew(self, seconds: float) -> None:
        """Wait for `seconds` from now on."""
        self.n_renewed += 1
        if time.monotonic() < self._latest:
            self._timer.cancel()
            self._timer = self._started(seconds)

    def end(self) -> None:
        """Do nothing any more."""
        self._timer.cancel()

    def _started(self, seconds: float) -> threading.Timer:
        timer = threading.Timer(seconds, self._stop)
        timer.start()
        return timer

    def _stop(self) -> None:
        self.is_over = True
        self._worker.kill()


def _exchange(
    worker: subprocess.Popen[bytes], head: dict[str, object], raw: bytes, patience: _Patience
) -> dict[str, Any]:
    """Return the reply to a file, {} when the worker died over it."""
    requests, replies = _pipes(worker)
    try:
        send(requests, head, raw)
        while (line := replies.readline()).endswith(b"\n"):
            reply: dict[str, Any] = json.loads(line)
            if "page_seconds" not in reply:
                return reply
            patience.renew(PAGE_SECONDS)
    except (OSError, ValueError):
        return {}
    return {}


def _pipes(worker: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert worker.stdin is not None
    assert worker.stdout is not None
    return worker.stdin, worker.stdout


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**child_environment(), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
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
