"""Tell how much memory a language model takes, without loading it. GGUF file and context -> bytes."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any, BinaryIO

from rag.answering.model_file import check_model_file, not_loadable

_FORMATS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_N_KEPT = 4096
"""Longer lists are vocabularies, which say nothing of memory."""
_WORK_BYTES = 100_000_000
"""What llama.cpp works in beside weights and cache, roughly."""
_HALF = 2
"""Bytes of a number in the cache of keys and values."""


def memory_bytes(path: Path, context_tokens: int) -> int:
    """Return about how much memory a model takes: its weights, the cache for its context, room to work in.

    Raises `ModelError` for a file that is no GGUF, or torn.
    """
    check_model_file(path)
    try:
        with path.open("rb") as file:
            facts = _facts(file)
    except (struct.error, ValueError, OverflowError, MemoryError, KeyError, OSError) as error:
        raise not_loadable(path, error) from error
    return path.stat().st_size + _cache_bytes(facts) * context_tokens + _WORK_BYTES


def _cache_bytes(facts: dict[str, Any]) -> int:
    """Return the bytes of the keys and values of one token; 0 for a model that keeps none in the usual way."""
    about = {key.partition(".")[2]: value for key, value in facts.items()}
    layers, heads = about.get("block_count", 0), about.get("attention.head_count", 0)
    kept = about.get("attention.head_count_kv", heads)
    n_heads = sum(kept) if isinstance(kept, list) else kept * layers
    most = max(heads) if isinstance(heads, list) else heads
    usual = about.get("embedding_length", 0) // most if most else 0
    length = about.get("attention.key_length", usual) + about.get("attention.value_length", usual)
    return int(n_heads * length * _HALF)


def _facts(file: BinaryIO) -> dict[str, Any]:
    """Return what stands in a GGUF's head, but for long lists."""
    _, _, n_facts = struct.unpack("<4xIQQ", file.read(24))
    return {_text(file): _value(file, *_unpacked(file, "I")) for _ in range(n_facts)}


def _value(file: BinaryIO, kind: int) -> Any:
    if kind == _STRING:
        return _text(file)
    if kind != _ARRAY:
        return _unpacked(file, _FORMATS[kind])[0]
    inner, count = _unpacked(file, "IQ")
    if inner in _FORMATS and count > _N_KEPT:
        file.seek(count * struct.calcsize(f"<{_FORMATS[inner]}"), 1)
        return None
    values = (_value(file, inner) for _ in range(count))
    if count <= _N_KEPT:
        return list(values)
    for _ in values:
        pass
    return None


def _text(file: BinaryIO) -> str:
    (size,) = _unpacked(file, "Q")
    return file.read(size).decode("utf-8", "replace")


def _unpacked(file: BinaryIO, layout: str) -> tuple[Any, ...]:
    return struct.unpack(f"<{layout}", file.read(struct.calcsize(f"<{layout}")))
