"""Have the model write from the evidence and check every sentence. Prompt -> Claims as they are written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from rag.answering.claims import check_claim
from rag.answering.prompt import PromptTemplate
from rag.protocols import LanguageModel
from rag.records import Claim, Delta, Prompt, Span

SplitSentences = Callable[[str], Sequence[Span]]
"""Finds the sentences of a text."""


class Writing:
    """A model, the words it is asked in, and the bounds of its reply."""

    def __init__(
        self, model: LanguageModel, template: PromptTemplate, split: SplitSentences, *, k_shown: int,
        max_answer_tokens: int, timeout_seconds: float,
    ) -> None:  # fmt: skip
        self.name = model.name
        self._model = model
        self._template = template
        self._split = split
        self._k_shown = k_shown
        self._max_answer_tokens = max_answer_tokens
        self._timeout_seconds = timeout_seconds

    def prompt(self, prompt: Prompt, *, n_sure: int) -> Prompt:
        """Return the prompt with the messages for the model, with as much evidence as its context holds.

        `n_sure` pieces of evidence, which come first, are shown even where they are more than `k_shown`.
        """
        n_shown = min(max(self._k_shown, n_sure), len(prompt.evidence))
        room = self._model.context_tokens - self._max_answer_tokens
        while True:
            messages = self._template.fill(prompt.question, prompt.evidence[:n_shown])
            n_tokens = self._model.count_tokens(messages)
            if n_tokens <= room or n_shown <= 1:
                return replace(prompt, n_shown=n_shown, messages=messages, n_tokens=n_tokens)
            n_shown -= 1

    def claims(self, prompt: Prompt, stop: threading.Event | None) -> Iterator[tuple[Claim, ...]]:
        """Yield the claims as the model writes them: finished sentences checked, the growing one pending.

        The first sentence that is shown must rest on the best evidence; further ones on any that the model saw.
        """
        text = ""
        done: tuple[Claim, ...] = ()
        seen = 0
        deltas = self._model.generate(
            prompt.messages, max_tokens=self._max_answer_tokens, timeout_seconds=self._timeout_seconds
        )
        try:
            for delta in deltas:
                text += delta.text
                whole, growing = self._sentences(text, delta)
                for sentence in whole[seen:]:
                    begun = any(claim.verdict == "supported" for claim in done)
                    allowed = prompt.evidence[: prompt.n_shown if begun else 1]
                    done += (check_claim(sentence, allowed, prompt.question),)
                seen = max(seen, len(whole))
                pending = (Claim(growing, (), "pending", "It is being written."),) if growing else ()
                yield done + pending
                if stop is not None and stop.is_set():
                    return
        finally:
            close = getattr(deltas, "close", None)
            if close:
                close()

    def _sentences(self, text: str, delta: Delta) -> tuple[list[str], str]:
        """Return the finished sentences of the text so far, and the one still growing."""
        found = [text[span.start : span.end] for span in self._split(text)]
        if delta.finish == "stop":
            return found, ""
        if not found:
            return [], ""
        return found[:-1], found[-1]
