"""Read windows of text for the answer to a question, with the trained reader. question, windows -> Readings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.batches import Batches, padded
from rag.errors import ModelError
from rag.records import Span

Floats = npt.NDArray[np.float64]

_MAX_TOKENS = 256
_MAX_ANSWER_TOKENS = 30
_KEPT_STARTS = 12
_MOST_GUESSES = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of a window.

    `logit`: that it answers. For each token of the window: its place, whether it begins a word, and the probability in
    [0, 1] that the answer starts there, and that it ends there.
    """

    logit: float
    places: tuple[Span, ...]
    begins: tuple[bool, ...]
    starts: Floats
    ends: Floats

    def mass(self, span: Span) -> float:
        """Return the probability in [0, 1] that the answer starts inside a span of the window."""
        return float(sum(p for place, p in zip(self.places, self.starts, strict=True) if _inside(place, span)))

    def answers(self, span: Span) -> list[tuple[Span, float]]:
        """Return the four likeliest answers inside a span of the window, each with the natural log of its probability.

        They begin and end where words do. None when no token stands there.
        """
        inside = [n for n, place in enumerate(self.places) if _inside(place, span)]
        begins = [n for n in inside if self.begins[n]]
        ends = {n for n in inside if self.begins[n + 1 : n + 2] != (False,)}
        top = sorted(begins, key=lambda n: -self.starts[n])[:_KEPT_STARTS]
        pairs = ((i, j) for i in top for j in range(i, i + _MAX_ANSWER_TOKENS + 1) if j in ends)
        best = nlargest(_MOST_GUESSES, pairs, key=lambda pair: self.starts[pair[0]] * self.ends[pair[1]])
        return [
            (Span(self.places[i].start, self.places[j].end), math.log(max(self.starts[i] * self.ends[j], 1e-12)))
            for i, j in best
        ]


class Reader:
    """A trained MiniLM with heads for answerable, start and end (Devlin et al. 2019, section 4.3), in onnxruntime."""

    def __init__(self, graph: Path, tokenizer: Path, *, threads: int = 0) -> None:
        import onnxruntime
        import tokenizers

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session: Any = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's own errors share no other base class
            raise ModelError(
                f"The file {str(graph)!r} could not be loaded ({error}). Delete it and ask again."
            ) from error
        self._batches = Batches(threads)
        self._tokenizer: Any = tokenizers.Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_MAX_TOKENS, strategy="longest_first")

    def read(self, question: str, windows: Sequence[str]) -> list[Reading]:
        """Return a reading of every window, in order."""
        encoded = self._tokenizer.encode_batch([(question, window) for window in windows])
        names = {"ids": "ids", "kinds": "type_ids", "mask": "attention_mask"}

        def read(places: list[int]) -> Any:
            arrays = {name: padded([getattr(encoded[n], held) for n in places]) for name, held in names.items()}
            return self._session.run(None, arrays)

        found: dict[int, Reading] = {}
        for places, (logits, start, end) in self._batches.run([len(e.ids) for e in encoded], read):
            for row, n in enumerate(places):
                found[n] = _reading(float(logits[row]), encoded[n], start[row], end[row])
        return [found[n] for n in range(len(windows))]


def _reading(logit: float, encoded: Any, start: Floats, end: Floats) -> Reading:
    kinds, offsets, tokens = (
        encoded.type_ids,
        encoded.offsets,
        encoded.tokens,
    )  # each is a new list when it is asked for
    inside = [n for n, (kind, (a, b)) in enumerate(zip(kinds, offsets, strict=True)) if kind and b > a]
    places = tuple(Span(*offsets[n]) for n in inside)
    begins = tuple(not tokens[n].startswith("##") for n in inside)
    return Reading(logit, places, begins, _softmax(start[inside]), _softmax(end[inside]))


def _softmax(logits: Floats) -> Floats:
    if not len(logits):
        return np.zeros(0)
    powers: Floats = np.exp(logits.astype(np.float64) - logits.max())
    shares: Floats = powers / powers.sum()
    return shares


def _inside(place: Span, span: Span) -> bool:
    return span.start <= place.start and place.end <= span.end
