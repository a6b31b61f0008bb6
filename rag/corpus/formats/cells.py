"""Turn the rows of a table into sentences. cells -> each in its column -> "Header: value; Header: value."."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.corpus.decode import normalise

_SPACE = re.compile(r"\s+")
_MOST_DIGITS = 6
MAX_SPAN = 100
"""Columns that a cell reaches over, at most."""


def flat(text: str) -> str:
    """Return a text as one line."""
    return _SPACE.sub(" ", normalise(text)).strip()


def row_sentence(headers: Sequence[str], cells: Sequence[str]) -> str:
    """Return a row as a sentence, `Header: value; Header: value.`; empty cells are left out."""
    parts = []
    for n, cell in enumerate(map(flat, cells)):
        if cell:
            header = flat(headers[n]) if n < len(headers) else ""
            parts.append(f"{header}: {cell}" if header else cell)
    return "; ".join(parts) + "." if parts else ""


def spread(rows: Iterable[Sequence[tuple[str, int, int]]]) -> list[list[str]]:
    """Return the cells of a table each in its column, from rows of (text, columns, rows) as wide and high as they are.

    A cell that reaches down says the same of each row; one that reaches across stands in its first column.
    """
    found: list[list[str]] = []
    above: list[tuple[str, int]] = []
    for row in rows:
        own = iter(row)
        cells: list[tuple[str, int]] = []
        while True:
            text, left = above[len(cells)] if len(cells) < len(above) else ("", 0)
            if left > 1:
                cells.append((text, left - 1))
            elif (cell := next(own, None)) is not None:
                text, n_columns, n_rows = cell
                cells += [(text, n_rows), *[("", n_rows)] * (min(MAX_SPAN, n_columns) - 1)]
            elif any(left > 1 for _, left in above[len(cells) :]):
                cells.append(("", 1))
            else:
                break
        found.append([text for text, _ in cells])
        above = cells
    return found


def whole_number(written: str) -> int:
    """Return over how many columns or rows a cell reaches, as a file says it; 1 where it says nothing sensible."""
    return max(1, int(written)) if written.isdecimal() and len(written) <= _MOST_DIGITS else 1


def split_headers(rows: Sequence[Sequence[str]]) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Return the headers of a table and its other rows; a first row that reads like values is no header.

    Of the columns a third may have no header, and the first one always.
    """
    if len(rows) < 2:
        return (), rows
    first = [flat(cell) for cell in rows[0]]
    named = [cell for cell in first if cell]
    numbers = any(re.fullmatch(r"[\d\s.,:%$€£/+-]+", cell) for cell in named)
    long = any(len(cell) > 60 for cell in named)
    width = max(len([cell for cell in row if flat(cell)]) for row in rows)
    blank = width - len(named)
    enough = blank <= width // 3 or (blank == 1 and not first[0])
    if not enough or numbers or long or len(set(named)) < len(named):
        return (), rows
    return first, rows[1:]
