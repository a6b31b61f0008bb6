"""Read a question and a passage together, by a cross-encoder of sentence-transformers. question, Passages -> scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rag.errors import ModelError
from rag.records import Passage
from rag.retrieval.embed import stay_local


class CrossEncoderReranker:
    """A cross-encoder by the name it has on Hugging Face's hub, where it was fetched before, or by its folder.

    Raises `ModelError` for one that is not on this machine: nothing is fetched here.
    """

    name = "reranker"

    def __init__(self, model: str) -> None:
        stay_local()
        import torch
        from sentence_transformers import CrossEncoder

        try:
            self._model: Any = CrossEncoder(
                model, device="cpu", local_files_only=True, num_labels=1, activation_fn=torch.nn.Sigmoid()
            )
        except (OSError, ValueError) as error:
            raise ModelError(
                f"The reranker {model!r} is not on this machine. Fetch it once with: hf download {model} — or give the "
                "folder that holds one."
            ) from error

    def score(self, question: str, passages: Sequence[Passage]) -> list[float]:
        """Return for each passage, read after its title and headings, how well it suits, in [0, 1]."""
        pairs = [(question, "\n".join(filter(None, [p.title, *p.headings, p.text]))) for p in passages]
        if not pairs:
            return []
        scores: list[float] = self._model.predict(pairs, show_progress_bar=False).tolist()
        return scores
