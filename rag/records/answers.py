"""What is answered. Delta ... -> Claim with Citations -> Answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rag.records.questions import Evidence, Hit, Prompt

SILENT = "The documents do not say."
"""The text of an answer that abstains."""

DISAGREE = "The documents disagree."
"""How an answer begins that holds several values."""

OVERVIEW = "How the documents begin:"
"""How one begins that tells what documents begin with. No claim is made that they are about that."""

MENTIONED = "Documents that mention it:"
MENTIONED_SOME = "Documents that mention it, the best first; there may be more:"
"""How one begins that tells which documents speak of something, where all and where the first of them are told."""

NAMED = "No document says outright who that is. They mention the name:"
"""How one begins that tells where a name stands, where it was asked who bears it."""

OPENINGS = (OVERVIEW, MENTIONED_SOME, MENTIONED, NAMED)
"""How an answer may begin that is no answer to a question in particular."""

Outcome = Literal["answered", "quoted", "conflict", "abstained", "stopped"]
"""How a question ended.

answered: the model's own sentences, every one checked against its evidence; quoted: the evidence verbatim, because
nothing the model wrote could be shown; conflict: the documents disagree; abstained: the documents do not say;
stopped: someone stopped it, what stands was checked.
"""

Verdict = Literal["pending", "supported", "unsupported"]
"""What the check says of a claim: not checked yet; its evidence supports it; it does not."""


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of text from the model. `finish` is empty until the last: "stop", "length" or "time"."""

    text: str
    finish: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """An exact place in a document: `quote == document.text[start:end]`, always. `number` is the `[n]` in the text.

    `place` tells a person where it is ("page 3", 'sheet "Data" row 7'; "" if unknown); `page` is set for PDFs; `date`
    is the document's ("2024-02-05", "" if it gives none). `library` is the passage's.
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
    library: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer, without its markers, what it cites, and whether that supports it."""

    text: str
    citations: tuple[Citation, ...]
    verdict: Verdict
    why: str


@dataclass(frozen=True, slots=True)
class Compared:
    """How many rows of a table were compared, those that were meant, under which column, and its document's title."""

    n_rows: int
    column: str
    title: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, growing or whole.

    `text` carries markers `[n]`; `claims` are its sentences in order, those refused included (verdict "unsupported",
    not in `text`); `citations` are those named in `text`, by number. `timings` are seconds by stage. `unanswered` are
    the parts of the question that the documents do not answer while they answer others; `disagreed` are those of
    several on which they disagree; `compared` are the tables of which all rows were looked at to answer.
    """

    prompt: Prompt
    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    outcome: Outcome
    timings: Mapping[str, float]
    model: str
    unanswered: tuple[str, ...] = ()
    disagreed: tuple[str, ...] = ()
    compared: tuple[Compared, ...] = ()

    @property
    def question(self) -> str:
        """What the person typed."""
        return self.prompt.question

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The passages found, best first."""
        return self.prompt.hits

    @property
    def nearest(self) -> tuple[Evidence, ...]:
        """The place of each passage that comes nearest to an answer, best first: its best sentence, else all of it."""
        whole = (Evidence(hit, hit.passage.start, hit.passage.end, 0.0) for hit in self.hits)
        found: dict[str, Evidence] = {}
        for one in (*self.prompt.evidence, *whole):
            found.setdefault(one.hit.passage.passage_id, one)
        return tuple(found.values())

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
