"""What is read and searched. files -> Document -> Passage, with Spans and Places; what became of each file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

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


class Hidden(NamedTuple):
    """Words of a file that whoever opens it does not see, as one line, and where they stand: "page 3", or ""."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file's text, normalised once and never again.

    `doc_id` is stable for a path, `fingerprint` is the SHA-256 of the file's bytes. `places` are in order of their
    start; none: the lines of the text are the places. `origin` says where it came from when it is not a file of its
    owner ("https://example.org/a, fetched 2026-11-24 09:30 UTC"; else ""), also in what is made from it. `verdict`,
    `reason` and `coverage` (in [0, 1]) say how much of the file the text holds and what was left out. `date` is the day
    that the document gives itself ("2024-02-05"): in a line of its own at its top, or in its file as published, sent or
    last changed; "" when it gives none. `hidden` is no part of the text.
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
    hidden: tuple[Hidden, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document that is searched as one: `text == document.text[start:end]`.

    `sentences` are spans of the document, in order, inside `[start, end)`. `headings` is the path of headings above
    it, outermost first; it is indexed with the text but never shown as part of it. `places` are those of the document
    that its sentences lie in, the first at or before `start`; `date` is the document's. `library` names the library
    that holds it, where several are asked together; else "".
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
    library: str = ""

    def place_at(self, offset: int) -> Place | None:
        """Return the place of a character of the document, or None when it is not known."""
        return next((place for place in reversed(self.places) if place.start <= offset), None)

    def slice(self, span: Span) -> str:
        """Return the document's text at `span`, which must lie inside this passage."""
        return self.text[span.start - self.start : span.end - self.start]

    @property
    def titled_text(self) -> str:
        """The passage's text after its document's title and the headings that it stands under."""
        return " ".join((self.title, *self.headings, self.text))


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
    """A step of a sync: `done` of `total` files, the file just finished, seconds since the start.

    `share` in [0, 1] is how much of the work is done, where a large file counts for more than a small one.
    """

    done: int
    total: int
    path: str
    change: Literal["added", "changed", "removed", "unchanged", "refused"]
    seconds: float
    share: float = 0.0

    @property
    def was_read(self) -> bool:
        """Whether the file was read, for it is new or changed: what a pace counts."""
        return self.change not in ("unchanged", "removed")

    @property
    def left_seconds(self) -> float:
        """The time it still takes at the pace so far; 0 before there is one."""
        return self.seconds * (1 - self.share) / self.share if self.share else 0.0
