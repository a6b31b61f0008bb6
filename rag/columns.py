"""See the tables that white space alone parts into columns. lines -> rows of cells, and the row that names them."""

from __future__ import annotations

import re
from collections.abc import Sequence

Cells = tuple[tuple[int, int], ...]
"""Where the cells of a line begin and end."""
Boxes = Sequence[tuple[float, float]]
"""The same, in characters or in points."""

_PART = re.compile(r"(?<=\S)(?: {2,}|\t+)(?=\S)")
_RULED = re.compile(r"[=_-]{3}")
_YEAR = re.compile(r"(?:19|20)\d\d(?:[-/–]\d{2,4})?")
_TWO = 2
_LEAST_ROWS = 3
"""So many lines of two columns are a table; of more columns two are."""
_SLACK = 1
"""Characters by which the cells of a column may be out of line."""


def cells_in(line: str) -> Cells:
    """Return where the cells of a line stand in it, which two spaces or more part; one cell where nothing does.

    A line with bars, as Markdown parts cells, is one.
    """
    line = line.rstrip()
    first = len(line) - len(line.lstrip())
    parts = [] if "|" in line else [found.span() for found in _PART.finditer(line)]
    starts, ends = [first, *(end for _, end in parts)], [*(start for start, _ in parts), len(line)]
    return tuple(zip(starts, ends, strict=True))


def is_rule(line: str) -> bool:
    """Return whether a line is one drawn between rows."""
    return not line.strip(" \t=+_-") and bool(_RULED.search(line))


def may_be_row(text: str) -> bool:
    """Return whether a sentence is one line of several cells."""
    return "\n" not in text and len(cells_in(text)) >= _TWO


def head_above(lines: Sequence[str], row: str, headings: Sequence[str]) -> str:
    """Return the line that names the columns of a row; "" where none does.

    `lines` are those right above it, in order. Where all of them are of its table, which goes on there, one of
    `headings` may be its head.
    """
    width = len(cells_in(row))
    table = [row]
    for line in reversed(lines):
        n = len(cells_in(line))
        if n == width - 1 >= _TWO and not is_rule(line) and not _holds_values(line, of=0):
            return line.strip()
        if n != width and not is_rule(line):
            break
        table.insert(0, line)
    else:
        known = (one for one in headings if may_be_row(one) and width - len(cells_in(one)) in (0, 1))
        if found := next(known, ""):
            return found
    while is_rule(table[0]):
        del table[0]
    return table[0].strip() if len(table) > 1 and names_columns(table) else ""


def tables_in(
    lines: Sequence[str], boxes: Sequence[Boxes] | None = None, slack: float = _SLACK
) -> list[tuple[range, int | None]]:
    """Return the tables among lines that stand right under each other: which they are, and the one that names columns.

    All rows of a table have as many cells, in line at their beginnings or their ends. The row that names them may be
    out of line, or have a cell less, for none stands over the first column. Rules may stand between. `boxes` says where
    the cells of each line begin and end, where that is not in characters, and `slack` how far they may be out of line.
    """
    found: list[tuple[range, int | None]] = []
    cells: list[Boxes] = [() if is_rule(line) else _cells_of_row(line) for line in lines]
    if boxes is not None:
        cells = [own if len(one) == len(own) else own[:1] for one, own in zip(cells, boxes, strict=True)]
    at = free = 0
    while at < len(lines):
        rows, last = _rows_from(cells, at, slack)
        if rows < (_LEAST_ROWS if len(cells[at]) == _TWO else _TWO):
            at += 1
            continue
        above = at - 1 - (at > 0 and not cells[at - 1])
        head: int | None = None
        if names_columns(lines[at:last]) and _stands_over(lines[at], cells[at], cells[at + 1 : last]):
            head = at
        elif above >= free and _may_name(lines[above:last], cells[above:last]):
            head = above
        found.append((range(at if head is None else head, last), head))
        at = free = last
    return found


def _cells_of_row(line: str) -> Cells:
    """Return the cells of a line; one where it only opens with a sign ("#   a comment"), or is words and a sign."""
    cells = cells_in(line)
    said = [any(map(str.isalnum, line[start:end])) for start, end in cells]
    return cells if said[0] and (len(cells) > _TWO or said[-1]) else ((cells[0][0], cells[-1][1]),)


def _rows_from(cells: Sequence[Boxes], first: int, slack: float) -> tuple[int, int]:
    """Return how many rows in line with each other begin at a line, and where they end; 0 for a line of one cell."""
    width = len(cells[first])
    sides = [(start, start, end, end) for start, end in cells[first][1:]]
    rows, last = int(width >= _TWO), first + 1
    for n in range(first + 1, len(cells) if rows else 0):
        if not cells[n]:
            continue
        if len(cells[n]) != width:
            break
        sides = [
            (min(a, start), max(b, start), min(c, end), max(d, end))
            for (a, b, c, d), (start, end) in zip(sides, cells[n][1:], strict=True)
        ]
        if any(b - a > slack and d - c > slack for a, b, c, d in sides):
            break
        rows, last = rows + 1, n + 1
    return rows, last


def _may_name(lines: Sequence[str], cells: Sequence[Boxes]) -> bool:
    """Return whether a line names the columns of the table under it, though it is none of its rows."""
    head, width = cells[0], max(map(len, cells[1:]))
    short = _TWO <= len(head) == width - 1 and not _holds_values(lines[0], of=0)
    named = short or (len(head) == width and names_columns(lines))
    return named and _stands_over(lines[0], head, cells[1:])


def _stands_over(line: str, head: Boxes, below: Sequence[Boxes]) -> bool:
    """Return whether the cells of a line stand over the last columns of some rows, and all say something else."""
    rows = [row[-len(head) :] for row in below if row]
    over = all(
        start <= max(row[n][1] for row in rows) and end >= min(row[n][0] for row in rows)
        for n, (start, end) in enumerate(head)
    )
    names = [line[start:end] for start, end in cells_in(line)]
    return over and len(set(names)) == len(names)


def names_columns(lines: Sequence[str]) -> bool:
    """Return whether the first of some rows of as many cells names their columns.

    A rule stands under it, or it holds no values, years aside, where those below do. "Name:" names no column.
    """
    if lines[0].lstrip().partition("  ")[0].endswith(":"):
        return False
    if len(lines) > 1 and is_rule(lines[1]):
        return True
    below = [line for line in lines[1:] if not is_rule(line)]
    return not _holds_values(lines[0]) and bool(below) and all(map(_holds_values, below))


def _holds_values(line: str, of: int = 1) -> bool:
    """Return whether any cell of a line, from number `of` on, holds a number that is no year."""
    values = [line[start:end] for start, end in cells_in(line)[of:]]
    return any(re.search(r"\d", value) and not _YEAR.fullmatch(value) for value in values)
