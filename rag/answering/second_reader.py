"""Ask the language model whether any of the sentences answers. question, Evidence -> how likely none does."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.prompt import PromptTemplate
from rag.protocols import Judge
from rag.records import Evidence

DECLINES = "Not in the documents."
"""What the model was trained to say when no sentence answers."""


class SecondReader:
    """A language model with the adapter in rag/models/, which says `DECLINES` when no sentence answers."""

    def __init__(self, model: Judge, template: PromptTemplate, *, k_shown: int, timeout_seconds: float) -> None:
        self.name = model.name
        self._model = model
        self._template = template
        self._k_shown = k_shown
        self._timeout_seconds = timeout_seconds

    def declines(self, question: str, evidence: Sequence[Evidence]) -> float | None:
        """Return the probability in [0, 1] that none of the first `k_shown` of the evidence answers.

        Fewer are shown where they do not fit the model's context; None when question and one sentence do not.
        """
        for n_shown in range(min(self._k_shown, len(evidence)), 0, -1):
            messages = self._template.fill_sentences(question, [e.text for e in evidence[:n_shown]])
            if self._model.count_tokens(messages) < self._model.context_tokens:
                return self._model.likelihood(messages, DECLINES, timeout_seconds=self._timeout_seconds)
        return None
