"""Answer from hits. Query and Hits -> growing Answers: evidence, then checked claims; or the documents are silent."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.answering.claims import check_claim, cited, marked_text, quote_claim
from rag.answering.conflict import differing
from rag.answering.prompt import PromptTemplate
from rag.protocols import EvidenceSelector, LanguageModel
from rag.records import Answer, Claim, Delta, Evidence, Hit, Outcome, Prompt, Query, Span

SplitSentences = Callable[[str], Sequence[Span]]
"""Finds the sentences of a text."""

DISAGREE = "The documents disagree."
"""How an answer begins that holds several values."""

SILENT = "The documents do not say."
"""The text of an answer that abstains."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on evidence and reply: sentences ranked, those of them the model sees, probability, tokens, seconds."""

    k_evidence: int
    k_shown: int
    min_confidence: float
    max_answer_tokens: int
    timeout_seconds: float


class Answerer:
    """Selects evidence, abstains when it is too weak, has the model write from it, and checks each sentence.

    The first sentence that is shown rests on the best evidence; further ones on any that the model saw.
    `model` is None to show the evidence verbatim.
    """

    def __init__(
        self,
        selector: EvidenceSelector,
        model: LanguageModel | None,
        template: PromptTemplate,
        split: SplitSentences,
        *,
        limits: Limits,
    ) -> None:
        self._selector = selector
        self._model = model
        self._template = template
        self._split = split
        self._limits = limits

    def stream(self, query: Query, hits: Sequence[Hit], *, stop: threading.Event | None = None) -> Iterator[Answer]:
        """Yield whole, growing answers; the last one is final.

        The first holds the evidence only. `text` never holds a sentence that was not found supported. When `stop` is
        set, one more answer with what was checked so far comes, outcome "stopped".
        """
        start = time.perf_counter()
        evidence, confidence = self._selector.select(query, hits, self._limits.k_evidence)
        prompt = Prompt(query.question, query, tuple(hits), evidence, confidence=confidence)
        timings = {"evidence": time.perf_counter() - start}
        name = self._model.name if self._model else "quotes"
        empty = Answer(prompt, "", (), (), "quoted", dict(timings), name)
        if not evidence or confidence < self._limits.min_confidence:
            yield replace(empty, text=SILENT, outcome="abstained")
            return
        if values := differing(evidence):
            yield _disagreement(empty, values)
            return
        yield empty
        claims: tuple[Claim, ...] = ()
        if self._model:
            prompt = self._with_messages(self._model, prompt)
            for claims in self._written(self._model, prompt, stop):
                timings["write"] = time.perf_counter() - start - timings["evidence"]
                yield _answer(replace(empty, prompt=prompt, timings=dict(timings)), claims, "answered")
        empty = replace(empty, prompt=prompt, timings=dict(timings))
        if stop is not None and stop.is_set():
            yield _answer(empty, claims, "stopped")
        elif any(claim.verdict == "supported" for claim in claims):
            yield _answer(empty, tuple(c for c in claims if c.verdict != "pending"), "answered")
        else:
            refused = tuple(c for c in claims if c.verdict == "unsupported")
            yield _answer(empty, (*refused, quote_claim(evidence, 0)), "quoted")

    def _with_messages(self, model: LanguageModel, prompt: Prompt) -> Prompt:
        """Return the prompt with the messages for the model, with as much evidence as its context holds."""
        n_shown = min(self._limits.k_shown, len(prompt.evidence))
        room = model.context_tokens - self._limits.max_answer_tokens
        while True:
            messages = self._template.fill(prompt.question, prompt.evidence[:n_shown])
            n_tokens = model.count_tokens(messages)
            if n_tokens <= room or n_shown <= 1:
                return replace(prompt, n_shown=n_shown, messages=messages, n_tokens=n_tokens)
            n_shown -= 1

    def _written(
        self, model: LanguageModel, prompt: Prompt, stop: threading.Event | None
    ) -> Iterator[tuple[Claim, ...]]:
        """Yield the claims as the model writes them: finished sentences checked, the growing one pending."""
        text = ""
        done: tuple[Claim, ...] = ()
        seen = 0
        deltas = model.generate(
            prompt.messages,
            max_tokens=self._limits.max_answer_tokens,
            timeout_seconds=self._limits.timeout_seconds,
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


def _disagreement(empty: Answer, values: Sequence[Evidence]) -> Answer:
    """Return the answer that the documents differ: each value quoted, best first."""
    evidence = empty.prompt.evidence
    claims = tuple(quote_claim(evidence, evidence.index(value)) for value in values)
    text = f"{DISAGREE} {marked_text(claims)}"
    return replace(empty, text=text, claims=claims, citations=cited(claims), outcome="conflict")


def _answer(empty: Answer, claims: tuple[Claim, ...], outcome: Outcome) -> Answer:
    return replace(empty, text=marked_text(claims), claims=claims, citations=cited(claims), outcome=outcome)
