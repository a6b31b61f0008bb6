"""What is asked and found. question, Turns -> Query -> Hit -> Evidence -> Prompt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from rag.records.documents import Passage, Span


class Turn(NamedTuple):
    """An earlier question of the conversation and the text of its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for a question: the question itself, or a standalone form of a follow-up.

    `only` names the documents (by doc_id) to search in; empty: all of them. `alone` is the form without the words that
    only help to search, "" where there are none or it would not stand without them.
    """

    question: str
    text: str
    only: tuple[str, ...] = ()
    alone: str = ""

    @property
    def asked(self) -> str:
        """What is read for in what was found."""
        return self.alone or self.text


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search brought. `ranks` and `scores` say what each searcher ("dense", "lexical") thought.

    `scores` also say what a reranker thought that read it afterwards, by its name.
    """

    passage: Passage
    score: float
    rank: int
    ranks: Mapping[str, int] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)

    @property
    def reread(self) -> Mapping[str, float]:
        """The scores of those that are no searchers."""
        return {name: score for name, score in self.scores.items() if name not in ("dense", "lexical")}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a hit that may answer the question: `[start, end)` of its document, score in [0, 1].

    `answer` is the part of it, as a span of the document, that answers in the fewest words, if it is known; `guesses`
    are the spans that may be that, likeliest first, each with the natural log of its probability. `in_doubt`: the
    readers are so little sure of its words that only the whole sentence should be told. Of a row
    of a table `statement` is what its cell says, as a sentence ("The weight of Tripod is 2.2."), of a list's first item
    all that the list says: to be read, not shown. `under` is a heading that says of what the sentence speaks, if that
    is asked and the sentence does not say it itself.
    """

    hit: Hit
    start: int
    end: int
    score: float
    answer: Span | None = None
    statement: str = ""
    guesses: tuple[tuple[Span, float], ...] = ()
    in_doubt: bool = False
    under: str = ""

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        return self.hit.passage.slice(Span(self.start, self.end))

    @property
    def read_text(self) -> str:
        """What is read of it: its statement, else the sentence after its heading."""
        return self.statement or (f"{self.under}. {self.text}" if self.under else self.text)

    @property
    def answer_text(self) -> str:
        """The words of it that answer, verbatim; "" when they are not known."""
        return self.hit.passage.slice(self.answer) if self.answer else ""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a message. Untrusted text (documents, questions) never becomes control tokens of the model."""

    text: str
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One chat turn for the model, role "system", "user" or "assistant"."""

    role: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Prompt:
    """All that an answer was made from. `evidence[n - 1]` is what `[n]` names.

    `hits` are best first; `evidence` is what was chosen from them, best first; `messages` are what the model was
    shown (empty if it was not asked), the first `n_shown` of the evidence among them; `n_tokens` is their length.
    `confidence` in [0, 1]: that the documents answer.
    """

    question: str
    query: Query
    hits: tuple[Hit, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    messages: tuple[Message, ...] = ()
    n_shown: int = 0
    n_tokens: int = 0
    confidence: float = 0.0
