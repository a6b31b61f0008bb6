"""Find which embedder of documents is the faster one here, once. two embedders -> is bfloat16 to be used."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from pathlib import Path

from rag.protocols import Embedder

LEAST_COSINE = 0.999
"""How alike the vectors of both must be."""
_TEXTS = [f"Entry {n}: the harbour noted wind, tide and the names of ships. " * (8 + n % 5) for n in range(24)]
_TRIES = 3


def bfloat16_wins(half: Callable[[], Embedder], exact: Embedder, notes: Path) -> bool:
    """Return whether the embedder that `half` loads is faster than the exact one and gives the same vectors.

    `half` raises `NotImplementedError` where the processor has no bfloat16. Measured once, in some seconds; what was
    found is remembered in `notes`, unless that cannot be written.
    """
    try:
        return bool(json.loads(notes.read_text("utf-8"))["bfloat16"])
    except (OSError, ValueError, KeyError, TypeError):
        found = _measured(half, exact)
    try:
        notes.parent.mkdir(parents=True, exist_ok=True)
        notes.write_text(json.dumps(found, indent=2), "utf-8")
    except OSError as error:
        logging.getLogger("footnote").warning("Which embedder is faster could not be kept in %s (%s).", notes, error)
    return bool(found["bfloat16"])


def _measured(half: Callable[[], Embedder], exact: Embedder) -> dict[str, object]:
    try:
        other = half()
    except NotImplementedError:
        return {"bfloat16": False}
    cosine = float((other.embed_documents(_TEXTS) * exact.embed_documents(_TEXTS)).sum(axis=1).min())
    seconds = {name: _seconds(embedder) for name, embedder in (("bfloat16", other), ("float32", exact))}
    faster = seconds["bfloat16"] < seconds["float32"] and cosine >= LEAST_COSINE
    return {"bfloat16": faster, "least_cosine": round(cosine, 6), "seconds": seconds}


def _seconds(embedder: Embedder) -> float:
    """Return the seconds of processor time, which other work does not change, that the texts take at best."""
    found = []
    for _ in range(_TRIES):
        start = time.process_time()
        embedder.embed_documents(_TEXTS)
        found.append(time.process_time() - start)
    return round(min(found), 4)
