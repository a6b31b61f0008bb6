"""See tables by where the words of a PDF page stand. Lines with their pieces -> Lines, a table's rows as sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from rag.columns import tables_in
from rag.corpus.formats.cells import flat, row_sentence
from rag.corpus.formats.pdf_lines import Line

Drawn = tuple[Line, Sequence[Line]]
"""A line of a page, and its pieces: what wide gaps part on it."""

_APART = 2.5
"""Heights of white between two lines from which they belong to no one table."""
_SLACK = 0.5
"""Heights by which the cells of a column may be out of line."""
_MARK = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivxlc]{1,5})[.)]?")
"""What counts an item of a list or a section: "1.", "(a)", "3.1"; with words after a gap it is no row."""
_ITEM = 2


def with_rows(found: Sequence[Drawn]) -> list[Line]:
    """Return the lines of a page in their order; each row of a table is a sentence that names its columns."""
    lines: list[Line] = []
    for group in _groups(found):
        lines += _read(group)
    return lines


def _groups(found: Sequence[Drawn]) -> Iterator[Sequence[Drawn]]:
    """Yield lines that stand right under each other, in order."""
    start = 0
    for n in range(1, len(found) + 1):
        if n == len(found) or not _under(found[n - 1][0], found[n][0]):
            yield found[start:n]
            start = n


def _under(line: Line, following: Line) -> bool:
    return 0 <= line.bottom - following.top + _SLACK * _height(line) <= _APART * _height(line)


def _height(line: Line) -> float:
    return max(1.0, line.top - line.bottom)


def _read(group: Sequence[Drawn]) -> list[Line]:
    lines = [line for line, _ in group]
    parted = [[line] if _is_item(pieces) else pieces for line, pieces in group]
    if all(len(pieces) == 1 for pieces in parted):
        return lines
    cells = [tuple(flat(piece.text) for piece in pieces) for pieces in parted]
    boxes = [tuple((piece.left, piece.right) for piece in pieces) for pieces in parted]
    slack = _SLACK * median(map(_height, lines))
    read: dict[int, Line | None] = {}
    for table, head in tables_in(["   ".join(own) for own in cells], boxes, slack):
        names = cells[head] if head is not None else ()
        for n in table:
            headers = ("",) * (len(cells[n]) - len(names)) + names
            read[n] = None if n == head else replace(lines[n], text=row_sentence(headers, cells[n]), is_row=True)
    return [kept for n, line in enumerate(lines) if (kept := read.get(n, line))]


def _is_item(pieces: Sequence[Line]) -> bool:
    return len(pieces) == _ITEM and bool(_MARK.fullmatch(pieces[0].text.strip()))
