"""Write a text together with the map of its places. Headings, paragraphs, rows -> Reading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.corpus.decode import Refusal, normalise
from rag.corpus.formats.cells import flat, row_sentence, split_headers
from rag.records import Hidden, Place

HIDDEN = "Hidden text left out:"
"""How a verdict begins to tell of it."""
COMMENT = "comment"
"""What the label of hidden words ends with when they are a comment: it is no part of what the file shows."""
MAX_CHARACTERS = 60_000_000
"""A text longer than this is not kept."""
_INDENT = "    "


@dataclass(frozen=True, slots=True)
class Attached:
    """A file inside another, with its SHA-256: what was read of it, or why it was `refused`.

    `name` is where it lies in the outer file: "plan.pdf"; in a mail in a mail "in.eml/plan.pdf". No two are alike.
    """

    name: str
    fingerprint: str
    reading: Reading | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in a file.

    `missing` says what could not be read ("": nothing is), `aside` what was left out on purpose and what OCR
    read; both are sentences. `share` in [0, 1] is how much of the file's content the text holds. No `places`: its lines
    are the places.
    `attached` are files that become documents of their own; none of them has any in turn: they all stand here.
    `hidden` are the words that whoever opens the file does not see; they are not in the text. `date`
    ("2024-02-05", or "") is the day on which the file says it was published, sent or last changed; `origin` where it
    says that it came from, if anywhere.
    """

    title: str
    text: str
    media_type: str
    places: tuple[Place, ...] = ()
    missing: str = ""
    aside: str = ""
    share: float = 1.0
    attached: tuple[Attached, ...] = ()
    hidden: tuple[Hidden, ...] = ()
    date: str = ""
    origin: str = ""


class TextWriter:
    """Builds one canonical text piece by piece; a place holds from the next piece on.

    Headings are written as Markdown writes them. A row is led by a tab, which tells that it stands alone.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._places: list[Place] = []
        self._length = self._kept = 0
        self._last = ""
        self._next: tuple[str, str] | None = None
        self._hidden: list[Hidden] = []

    def hide(self, text: str, label: str = "") -> None:
        """Note what was left out because nobody who opens the file sees it; what has one label in a row is one.

        Each comment is one for itself.
        """
        if label and self._hidden and self._hidden[-1].label == label and not label.endswith(COMMENT):
            text = self._hidden.pop().text + text
        self._hidden.append(Hidden(label, text))
        self._grow(len(text))

    def hide_all(self, hidden: Iterable[Hidden], label: str = "") -> None:
        """Note hidden words and comments of a part of the file that `label` names."""
        for one in hidden:
            self.hide(one.text, ", ".join(filter(None, [label, one.label])))

    def must_hold(self, sentence: str) -> None:
        """Raise `Refusal` with a sentence, and what was hidden, when nothing was written."""
        if not self._length:
            raise Refusal(" ".join(filter(None, [sentence, hidden_sentence(self._hidden)])))

    def place(self, kind: str, label: str) -> None:
        """Say where the next piece lies, e.g. "page", "page 3"."""
        self._next = (kind, flat(label))

    def heading(self, text: str, level: int) -> None:
        """Add a heading, level 1 to 6."""
        if text := flat(text):
            self._add(f"{'#' * min(6, max(1, level))} {text}", "heading")

    def paragraph(self, text: str) -> None:
        """Add a paragraph; its line breaks are kept."""
        self._add(normalise(text).strip(), "paragraph")

    def row(self, text: str) -> None:
        """Add a line that can be cited alone: a row of a table, an entry of a list."""
        if text := flat(text):
            self._add(text, "row")

    def term(self, text: str, level: int) -> None:
        """Add a term that what follows explains; level 1, or more inside the explanation of another."""
        if text := flat(text):
            self._add(text, "term", _INDENT * (level - 1))

    def explanation(self, text: str, level: int) -> None:
        """Add a paragraph that explains the term above; it stands indented under it."""
        lead = _INDENT * level
        self._add(normalise(text).strip().replace("\n", f"\n{lead}"), "explanation", lead)

    def table(self, number: int, rows: Sequence[Sequence[str]]) -> None:
        """Add a table's rows, each a sentence that names its columns and a place of its own, e.g. "table 2 row 5"."""
        headers, kept = split_headers(rows)
        for n, cells in enumerate(kept, len(rows) - len(kept) + 1):
            self.place("row", f"table {number} row {n}")
            self.row(row_sentence(headers, cells))

    def go_on(self, text: str) -> None:
        """Continue the paragraph written last, after a space."""
        self._add(normalise(text).strip(), "more")

    def reading(
        self, title: str, media_type: str, *, missing: str = "", aside: str = "", share: float = 1.0,
        attached: tuple[Attached, ...] = (), date: str = "",
    ) -> Reading:  # fmt: skip
        """Return what was written."""
        text, places = "".join(self._pieces), tuple(self._places)
        hidden = tuple(Hidden(label, words) for label, raw in self._hidden if (words := flat(raw)))
        return Reading(flat(title), text, media_type, places, missing, aside, share, attached, hidden, date)

    def __len__(self) -> int:
        return self._length

    def _add(self, text: str, kind: str, indent: str = "") -> None:
        if not text:
            return
        close = kind == self._last == "row" or (self._last == "term" and kind in ("term", "explanation"))
        between = "" if not self._pieces else " " if kind == "more" else "\n" if close else "\n\n"
        lead = between + ("\t" if kind == "row" else indent)
        if self._next:
            self._places.append(Place(self._length + len(lead) if self._pieces else 0, *self._next))
            self._next = None
        self._pieces.append(lead + text)
        self._length += len(lead) + len(text)
        self._last = "paragraph" if kind == "more" else kind
        self._grow(len(lead) + len(text))

    def _grow(self, n_characters: int) -> None:
        self._kept += n_characters
        if self._kept > MAX_CHARACTERS:
            raise MemoryError("text")


def hidden_sentence(hidden: Iterable[Hidden]) -> str:
    """Return what the verdict tells of hidden text, white space not counted; "" when there is none."""
    n = sum(len("".join(one.text.split())) for one in hidden)
    return f"{HIDDEN} {n:,} characters." if n else ""
