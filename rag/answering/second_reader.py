"""Ask the language model whether a sentence answers. question, Evidence -> how likely it does not."""

from __future__ import annotations

from rag.answering.prompt import PromptTemplate
from rag.protocols import Judge
from rag.records import Evidence

DECLINES = "Not in the documents."
"""What the model was trained to say when what it is shown does not answer."""


class SecondReader:
    """A language model with the adapter in rag/models/, which says `DECLINES` when a sentence does not answer."""

    def __init__(self, model: Judge, template: PromptTemplate, *, timeout_seconds: float) -> None:
        self.name = model.name
        self._model = model
        self._template = template
        self._timeout_seconds = timeout_seconds

    def declines(self, question: str, evidence: Evidence) -> float | None:
        """Return the probability in [0, 1] that a sentence does not answer; None when it is too long for the model."""
        return self.declines_text(question, evidence.read_text)

    def declines_text(self, question: str, text: str) -> float | None:
        """Return what `declines` does for a sentence as it is read."""
        messages = self._template.fill_sentences(question, [text])
        if self._model.count_tokens(messages) >= self._model.context_tokens:
            return None
        return self._model.likelihood(messages, DECLINES, timeout_seconds=self._timeout_seconds)

    def answers(self, question: str, evidence: Evidence, words: str) -> float | None:
        """Return the natural log of how likely words of a sentence are the answer; None when the time is over.

        Quick where `declines` read that sentence last.
        """
        reply = f"{' '.join(words.split())} ["
        messages = self._template.fill_sentences(question, [evidence.read_text])
        return self._model.log_likelihood(messages, reply, timeout_seconds=self._timeout_seconds)
