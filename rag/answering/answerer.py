"""Answer from hits. Query and Hits -> growing Answers: evidence, then checked claims; or the documents are silent."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from rag.answering.claims import cited, marked_text
from rag.answering.finding import Finder
from rag.answering.outcome import Told, tell
from rag.answering.parts import parts
from rag.answering.question import with_mark
from rag.answering.write import Writing
from rag.capitals import with_capitals
from rag.courtesies import without_courtesies
from rag.records import DISAGREE, SILENT, Answer, Claim, Hit, Outcome, Prompt, Query

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what is told: sentences ranked, and the confidence in [0, 1] from which one is shown."""

    k_evidence: int
    min_confidence: float


class Answerer:
    """Finds evidence for each part of the question, abstains where it is too weak, and tells what stands.

    Without `writing` an answer is a few words of the documents and the sentences that hold them; with it a model
    writes sentences of its own, shown as far as they stand on the evidence.
    """

    def __init__(self, finder: Finder, writing: Writing | None = None, *, limits: Limits) -> None:
        self._finder = finder
        self._writing = writing
        self._limits = limits

    def stream(self, query: Query, hits: Sequence[Hit], *, stop: threading.Event | None = None) -> Iterator[Answer]:
        """Yield whole, growing answers; the last one is final.

        The first holds the evidence only. `text` never holds a sentence that was not found supported. When `stop` is
        set, one more answer with what was checked so far comes, outcome "stopped".
        """
        start = time.perf_counter()
        name = self._writing.name if self._writing else self._finder.name
        empty = Answer(Prompt(query.question, query, tuple(hits)), "", (), (), "quoted", {}, name)
        asked = [
            replace(query, text=part) for part in parts(_as_written(query, hits), (hit.passage.text for hit in hits))
        ]
        first = [self._finder.first(one, hits, self._limits.k_evidence) for one in _until(stop, asked)]
        timings = {"evidence": time.perf_counter() - start}
        if any(one.evidence for one in first):
            yield _with(empty, tell(first, 0.0), timings)
        found = [self._finder.second(one) for one in _until(stop, first)]
        if len(found) < len(asked):
            yield replace(empty, outcome="stopped", timings=timings)
            return
        timings["check"] = time.perf_counter() - start - timings["evidence"]
        told = tell(found, self._limits.min_confidence)
        empty = _with(empty, told, timings)
        if not told.shown:
            yield replace(empty, text=SILENT, outcome="abstained")
        elif stop is not None and stop.is_set():
            yield replace(empty, outcome="stopped")
        elif told.outcome == "conflict" or self._writing is None:
            yield _final(empty, told, ())
        else:
            yield from self._written(self._writing, empty, told, stop)

    def _written(self, writing: Writing, empty: Answer, told: Told, stop: threading.Event | None) -> Iterator[Answer]:
        """Yield the answer as the model writes it; the evidence itself when nothing that it wrote stands."""
        prompt = writing.prompt(empty.prompt, n_sure=told.shown)
        claims: tuple[Claim, ...] = ()
        began = time.perf_counter()
        for claims in writing.claims(prompt, stop):
            timings = {**empty.timings, "write": time.perf_counter() - began}
            empty = replace(empty, prompt=prompt, timings=timings)
            yield _answer(empty, claims, "answered")
        if stop is not None and stop.is_set():
            yield _answer(empty, claims, "stopped")
        elif any(claim.verdict == "supported" for claim in claims):
            kept = tuple(c for c in claims if c.verdict != "pending")
            yield replace(_answer(empty, kept, "answered"), text=_text(kept, told))
        else:
            yield _final(empty, told, tuple(c for c in claims if c.verdict == "unsupported"))


def _until(stop: threading.Event | None, some: Iterable[T]) -> Iterator[T]:
    """Yield one after another, none any more once the stop is set."""
    for one in some:
        if stop is not None and stop.is_set():
            return
        yield one


def _as_written(query: Query, hits: Sequence[Hit]) -> str:
    """Return what is asked, with the capitals and the mark that were not typed; words of other turns stay."""
    own = without_courtesies(query.question)
    own = own if query.asked.startswith(own) else query.asked
    return with_mark(with_capitals(own, (hit.passage.titled_text for hit in hits))) + query.asked[len(own) :]


def _with(empty: Answer, told: Told, timings: dict[str, float]) -> Answer:
    prompt = replace(empty.prompt, evidence=told.evidence, confidence=told.confidence)
    return replace(
        empty, prompt=prompt, timings=dict(timings), unanswered=told.silent_on, disagreed=told.differ_on,
        compared=told.compared,
    )  # fmt: skip


def _final(empty: Answer, told: Told, refused: tuple[Claim, ...]) -> Answer:
    """Return the answer in the documents' own words."""
    claims = (*refused, *told.claims)
    return replace(_answer(empty, claims, told.outcome), text=_text(claims, told))


def _answer(empty: Answer, claims: tuple[Claim, ...], outcome: Outcome) -> Answer:
    return replace(empty, text=marked_text(claims), claims=claims, citations=cited(claims), outcome=outcome)


def _text(claims: Sequence[Claim], told: Told) -> str:
    """Return the text of an answer: what opens it, its claims, and on what the documents disagree or say nothing.

    What was found by comparing rows says among how many.
    """
    differ = [f"{DISAGREE[:-1]}: {question}" for question in told.differ_on]
    silent = [f"{SILENT[:-1]}: {question}" for question in told.silent_on]
    found = [f"Found by comparing {one.n_rows} rows under “{one.column}” in “{one.title}”." for one in told.compared]
    return "\n".join(line for line in (told.opening, marked_text(claims), *differ, *silent, *found) if line)
