"""See the cells of a table's row. passage, sentence -> cells under the names of their columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag.answering.days import day_stems
from rag.columns import cells_in, head_above, is_rule, may_be_row
from rag.records import Passage, Span
from rag.words import content_stems

_MAX_HEADER_CHARS = 60
_LEAST_NAMED = 2
_NEAR = 2
"""Lines beside a row among which another of its table stands: a rule may part the two."""


class Cell(NamedTuple):
    """A cell of a row: the name of its column ("" for none) and where its value stands in the document."""

    header: str
    value: Span


class RowHeld(NamedTuple):
    """The stems of a question that a row of a table holds, and whether they are all those of one of its cells."""

    stems: frozenset[str]
    in_full: bool = False

    def yields_to(self, other: RowHeld) -> bool:
        """Return whether another row of the table is meant and not this one.

        It holds the same stems and more; or more stems and among them a whole cell, where this one only touches the
        question: "the Fisheries Biology exam in January" is not the row with "January" in its notes.
        """
        more = len(self.stems) < len(other.stems) and other.in_full and not self.in_full
        return more or self.stems < other.stems


def cells_of(passage: Passage, row: Span) -> tuple[Cell, ...]:
    """Return the cells of a row as readers write it ("Header: value; Header: value."), as Markdown does, or in columns.

    `()` for any other sentence, and where fewer than two columns have names.
    """
    text = passage.slice(row)
    if text.startswith("|"):
        found = _piped(passage, row)
    else:
        found = _in_columns(passage, row) if may_be_row(text) else _named(text, row.start)
    return found if sum(bool(cell.header) for cell in found) >= _LEAST_NAMED else ()


def values_held(passage: Passage, cells: Sequence[Cell]) -> frozenset[str]:
    """Return the stems of the values of some cells, and of the months that these write as numbers."""
    values = [passage.slice(cell.value) for cell in cells]
    return frozenset(stem for value in values for stem in (*content_stems(value), *day_stems(value)))


def tells_apart(passage: Passage, cells: Sequence[Cell]) -> frozenset[str]:
    """Return the stems by which a row is told from others: those of its values that do not name its columns as well.

    Who asks for the room of an exam does not mean the row of "separate rooms".
    """
    return values_held(passage, cells) - frozenset(stem for cell in cells for stem in content_stems(cell.header))


def row_held(passage: Passage, row: Span, asked: frozenset[str]) -> RowHeld | None:
    """Return what a row holds of the stems that are asked for; None for what is no row.

    Where its columns have names only what tells it apart counts, and a cell is held in full only there.
    """
    if cells := cells_of(passage, row):
        telling = tells_apart(passage, cells)
        held = asked & telling
        own = (telling & values_held(passage, [cell]) for cell in cells if held)
        return RowHeld(held, any(stems and stems <= asked for stems in own))
    return RowHeld(asked & frozenset(content_stems(passage.slice(row)))) if is_columned(passage, row) else None


def is_columned(passage: Passage, row: Span) -> bool:
    """Return whether a sentence is a row that white space parts, with another of as many cells near it."""
    text = passage.slice(row)
    if not may_be_row(text):
        return False
    above = passage.text[: row.start - passage.start].split("\n")[-1 - _NEAR : -1]
    below = passage.text[row.end - passage.start :].split("\n")[1 : 1 + _NEAR]
    return any(len(cells_in(line)) == len(cells_in(text)) for line in (*above, *below))


def is_head(passage: Passage, row: Span) -> bool:
    """Return whether a row names the columns of a table, or is the line of Markdown under such a row."""
    text = passage.slice(row)
    if may_be_row(text):
        after = (span for span in passage.sentences if span.start >= row.end and not is_rule(passage.slice(span)))
        following = next(after, row)
        return following != row and _columns_named(passage, following) == text
    if not text.startswith("|"):
        return False
    below = passage.text[row.end - passage.start :].lstrip("\n")
    return not any(map(str.isalnum, text)) or (below.startswith("|") and not _head_over(passage, row))


def _named(text: str, start: int) -> tuple[Cell, ...]:
    cells: list[Cell] = []
    at = 0
    for piece in text.rstrip(".").split("; "):
        header, sign, value = piece.partition(": ")
        named = bool(sign) and 0 < len(header) <= _MAX_HEADER_CHARS
        first = start + at + (len(header) + len(sign) if named else 0)
        if not named and cells:
            cells[-1] = cells[-1]._replace(value=Span(cells[-1].value.start, first + len(piece)))
        elif value or not named:
            cells.append(Cell(header if named else "", Span(first, first + len(value if named else piece))))
        at += len(piece) + 2
    return tuple(cells)


def _in_columns(passage: Passage, row: Span) -> tuple[Cell, ...]:
    """Return the cells of a row that white space alone parts, if its columns have names."""
    head, text = _columns_named(passage, row), passage.slice(row)
    if not head:
        return ()
    headers, cells = [head[start:end] for start, end in cells_in(head)], cells_in(text)
    headers = [""] * (len(cells) - len(headers)) + headers
    return tuple(
        Cell(header, Span(row.start + start, row.start + end))
        for header, (start, end) in zip(headers, cells, strict=True)
    )


def _columns_named(passage: Passage, row: Span) -> str:
    """Return the line above a row that names its columns, which white space alone parts."""
    above = passage.text[: row.start - passage.start].split("\n")[:-1]
    blank = next((n for n in range(len(above) - 1, -1, -1) if not above[n].strip()), -1)
    return head_above(above[blank + 1 :], passage.slice(row), passage.headings if blank < 0 else ())


def _piped(passage: Passage, row: Span) -> tuple[Cell, ...]:
    """Return the cells of a Markdown row under the names in its table's first line, where that is known."""
    head = _head_over(passage, row)
    if not head:
        return ()
    headers = [" ".join(cell.split()) for cell in head.strip("|").split("|")]
    cells, at = [], row.start + 1
    for n, piece in enumerate(passage.slice(row).strip("|").split("|")):
        if value := piece.strip():
            first = at + piece.index(value[0])
            cells.append(Cell(headers[n] if n < len(headers) else "", Span(first, first + len(value))))
        at += len(piece) + 1
    return tuple(cells)


def _head_over(passage: Passage, row: Span) -> str:
    """Return the row of Markdown that names the columns of another: the table's first, or a heading of its passage."""
    above = passage.text[: row.start - passage.start].rstrip("\n").split("\n")
    head = ""
    while above and above[-1].lstrip().startswith("|"):
        head = above.pop().strip()
    goes_on = not any(line.strip() for line in above)
    return next((one for one in passage.headings if goes_on and one.startswith("|")), head)
