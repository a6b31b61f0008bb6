"""Ask the language model for the answer in a few words, or that there is none. question, Evidence -> Opinion."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.prompt import PromptTemplate
from rag.protocols import Replier
from rag.records import Evidence, Span

DECLINES = "Not in the documents."
"""What the model was trained to say when no sentence answers."""

_NUMBERED = re.compile(r"\s*\[(\d+)\]\s*$")
_MAX_TOKENS = 48


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the model makes of some evidence.

    `number` (from 1) is the evidence that holds its answer, `answer` where in the document; 0 and None when it declined
    or gave words that stand in none. `declines` in [0, 1]: how likely it was to decline; `probability` of its reply.
    """

    number: int
    answer: Span | None
    declines: float
    probability: float


class SecondReader:
    """A language model with the adapter in rag/models/, which answers with words of the sentences and their number."""

    def __init__(self, model: Replier, template: PromptTemplate, *, k_shown: int, timeout_seconds: float) -> None:
        self.name = model.name
        self._model = model
        self._template = template
        self._k_shown = k_shown
        self._timeout_seconds = timeout_seconds

    def read(self, question: str, evidence: Sequence[Evidence]) -> Opinion:
        """Return the model's opinion of the first `k_shown` of the evidence."""
        shown = evidence[: self._k_shown]
        messages = self._template.fill_sentences(question, [e.text for e in shown])
        reply = self._model.reply(
            messages, watched=DECLINES, max_tokens=_MAX_TOKENS, timeout_seconds=self._timeout_seconds
        )
        given = _NUMBERED.search(reply.text)
        words = _NUMBERED.sub("", reply.text).strip()
        order = list(range(len(shown)))
        if given and 1 <= int(given[1]) <= len(shown):
            order.insert(0, order.pop(int(given[1]) - 1))
        for n in order:
            if found := find_words(words, shown[n]):
                return Opinion(n + 1, found, reply.watched, reply.probability)
        return Opinion(0, None, reply.watched, reply.probability)


def find_words(words: str, evidence: Evidence) -> Span | None:
    """Return where in the document the evidence holds some words, whatever their white space and case; else None."""
    if not words.strip():
        return None
    pattern = r"\s+".join(re.escape(word) for word in words.split())
    found = re.search(rf"(?<!\w){pattern}(?!\w)", evidence.text, re.IGNORECASE)
    return Span(evidence.start + found.start(), evidence.start + found.end()) if found else None
