"""The records that flow through Footnote. files -> Document -> Passage -> Hit -> Evidence -> Claim -> Answer.

Every record is frozen and holds the record it was made from, so that one can walk from an answer back to the exact
characters of a file. Spans are half-open character offsets into `Document.text`. Ranks start at 1. Scores: higher is
better. Sequences are tuples; a change is a new record (`dataclasses.replace`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Outcome = Literal["answered", "quoted", "conflict", "abstained", "stopped"]
"""How a question ended.

answered: the model's own sentences, every one checked against its evidence; quoted: the evidence verbatim, because
nothing the model wrote could be shown; conflict: the documents disagree; abstained: the documents do not say;
stopped: someone stopped it, what stands was checked.
"""

Verdict = Literal["pending", "supported", "unsupported"]
"""What the check says of a claim: not checked yet; its evidence supports it; it does not."""

FileVerdict = Literal["indexed", "partly", "refused"]
"""What became of a file: all of its text is searchable; some of it is; none of it is."""


class Span(NamedTuple):
    """A stretch of `Document.text`: `text[start:end]`."""

    start: int
    end: int


class Place(NamedTuple):
    """Where a person finds the text from `start` (a character of `Document.text`) to the next place.

    `kind` is "page", "slide", "row", "chapter", "part", "paragraph", "line" ...; `label` names it: "page 3".
    """

    start: int
    kind: str
    label: str


class Turn(NamedTuple):
    """An earlier question of the conversation and the text of its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file's text, normalised once and never again.

    `doc_id` is stable for a path, `fingerprint` is the SHA-256 of the file's bytes. `places` are in order of their
    start; none: the lines of the text are the places. `origin` says where it came from when it is not a file of its
    owner ("https://example.org/a, fetched 2026-11-24 09:30 UTC"; else ""), also in what is made from it. `verdict`,
    `reason` and `coverage` (in [0, 1]) say how much of the file the text holds and what was left out. `date` is the day
    that the document gives itself ("2024-02-05"): in a line of its own at its top, or in its file as published, sent or
    last changed; "" when it gives none.
    """

    doc_id: str
    path: str
    title: str
    text: str
    media_type: str
    fingerprint: str
    places: tuple[Place, ...] = ()
    verdict: FileVerdict = "indexed"
    reason: str = ""
    coverage: float = 1.0
    origin: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document that is searched as one: `text == document.text[start:end]`.

    `sentences` are spans of the document, in order, inside `[start, end)`. `headings` is the path of headings above
    it, outermost first; it is indexed with the text but never shown as part of it. `places` are those of the document
    that its sentences lie in, the first at or before `start`; `date` is the document's.
    """

    passage_id: str
    doc_id: str
    path: str
    title: str
    headings: tuple[str, ...]
    text: str
    start: int
    end: int
    sentences: tuple[Span, ...]
    places: tuple[Place, ...] = ()
    origin: str = ""
    date: str = ""

    def place_at(self, offset: int) -> Place | None:
        """Return the place of a character of the document, or None when it is not known."""
        return next((place for place in reversed(self.places) if place.start <= offset), None)

    def slice(self, span: Span) -> str:
        """Return the document's text at `span`, which must lie inside this passage."""
        return self.text[span.start - self.start : span.end - self.start]


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for a question: the question itself, or a standalone form of a follow-up.

    `only` names the documents (by doc_id) to search in; empty: all of them.
    """

    question: str
    text: str
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search brought. `ranks` and `scores` say what each searcher ("dense", "lexical") thought."""

    passage: Passage
    score: float
    rank: int
    ranks: Mapping[str, int] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a hit that may answer the question: `[start, end)` of its document, score in [0, 1].

    `answer` is the part of it, as a span of the document, that answers in the fewest words, if it is known.
    """

    hit: Hit
    start: int
    end: int
    score: float
    answer: Span | None = None

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        return self.hit.passage.slice(Span(self.start, self.end))


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


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of text from the model. `finish` is empty until the last: "stop", "length" or "time"."""

    text: str
    finish: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """An exact place in a document: `quote == document.text[start:end]`, always. `number` is the `[n]` in the text.

    `place` tells a person where it is ("page 3", 'sheet "Data" row 7'; "" if unknown); `page` is set for PDFs; `date`
    is the document's ("2024-02-05", "" if it gives none).
    """

    number: int
    quote: str
    doc_id: str
    path: str
    title: str
    start: int
    end: int
    headings: tuple[str, ...] = ()
    page: int | None = None
    place: str = ""
    origin: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer, without its markers, what it cites, and whether that supports it."""

    text: str
    citations: tuple[Citation, ...]
    verdict: Verdict
    why: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, growing or whole.

    `text` carries markers `[n]`; `claims` are its sentences in order, those refused included (verdict "unsupported",
    not in `text`); `citations` are those named in `text`, by number. `timings` are seconds by stage. `unanswered` are
    the parts of the question that the documents do not answer while they answer others.
    """

    prompt: Prompt
    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    outcome: Outcome
    timings: Mapping[str, float]
    model: str
    unanswered: tuple[str, ...] = ()

    @property
    def question(self) -> str:
        """What the person typed."""
        return self.prompt.question

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The passages found, best first."""
        return self.prompt.hits

    def __str__(self) -> str:
        """Render for a terminal: the text, then each source."""
        from rag.render import to_text

        return to_text(self)

    def _repr_html_(self) -> str:
        from rag.render import to_html

        return to_html(self)

    def to_json(self) -> str:
        """Return plain JSON that `Answer.from_json` turns back into an equal answer."""
        from rag.render import to_json

        return to_json(self)

    @classmethod
    def from_json(cls, text: str) -> Answer:
        """Read what `to_json` wrote. Raises `SettingsError` when `text` is not that."""
        from rag.render import from_json

        return from_json(cls, text)


@dataclass(frozen=True, slots=True)
class FileStatus:
    """What became of one file: `reason` is a sentence when something of it was left out, `coverage` in [0, 1].

    `place_kind` is what its citations name: "page", "row", "line" ...; "" for a refused one.
    """

    doc_id: str
    path: str
    title: str
    verdict: FileVerdict
    reason: str
    characters: int
    coverage: float
    passages: int
    place_kind: str = ""
    origin: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """A step of a sync: `done` of `total` files, the file just finished, seconds since the start."""

    done: int
    total: int
    path: str
    change: Literal["added", "changed", "removed", "unchanged", "refused"]
    seconds: float
