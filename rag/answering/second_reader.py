"""Ask the language model whether a sentence answers. question, Evidence -> how likely it does not."""

from __future__ import annotations

from rag.answering.evidence import window
from rag.answering.prompt import PromptTemplate
from rag.protocols import Judge
from rag.records import Evidence, Span

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
        """Return the probability in [0, 1] that a sentence, read after the one before it, does not answer.

        The sentence is read alone where both do not fit the model's context; None when not even that fits.
        """
        sentence, passage = Span(evidence.start, evidence.end), evidence.hit.passage
        for shown in (window(passage, sentence), sentence):
            messages = self._template.fill_sentences(question, [passage.slice(shown)])
            if self._model.count_tokens(messages) < self._model.context_tokens:
                return self._model.likelihood(messages, DECLINES, timeout_seconds=self._timeout_seconds)
        return None
