"""Put the lines of a PDF page in reading order where the file has another. Lines as drawn -> Lines as read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from rag.corpus.formats.columns import find_gutter, is_prose, rows_in_order
from rag.corpus.formats.pdf_lines import Line
from rag.corpus.formats.pdf_tables import Drawn, with_rows

_FEWEST = 3
_MOST = 0.6
"""Share of the lines that must show an order for the page to be taken for drawn in it."""
_UPWARDS = 0.8
_MOST_PIECES = 600
"""A page of more is a table or a drawing."""


class _Piece(NamedTuple):
    """A stretch of a line, its box with the y axis pointing down, and the number of its line."""

    line: Line
    number: int
    left: float
    top: float
    right: float
    bottom: float


def in_reading_order(found: Sequence[Drawn]) -> list[Line]:
    """Return the lines of a page, each given with its pieces: what wide gaps part on it.

    The order of the file stays, and rows of tables are sentences, unless the page is drawn row by row over columns of
    prose, or from the bottom to the top: then lines are cut at the gap between the columns, and go from top to bottom
    in each.
    """
    whole = [line for line, _ in found]
    pieces = [_piece(piece, n) for n, (_, parts) in enumerate(found) for piece in parts]
    if len(whole) < _FEWEST or not all(parts for _, parts in found):
        return whole
    usual = median(piece.bottom - piece.top for piece in pieces)
    if len(pieces) > _MOST_PIECES or not (_goes_over_columns(pieces, usual) or _goes_up(whole)):
        return with_rows(found)
    lines = []
    for row in rows_in_order(pieces, usual):
        number = row[0].number
        is_whole = all(piece.number == number for piece in row) and len(row) == len(found[number][1])
        lines.append(whole[number] if is_whole else _joined([piece.line for piece in row]))
    return lines


def _goes_over_columns(pieces: Sequence[_Piece], usual: float) -> bool:
    """Say whether a page is drawn row by row over two columns in which sentences go on from line to line."""
    prose = [piece for piece in pieces if is_prose(piece)]
    beside = [pair for pair in pairwise(prose) if abs(pair[0].bottom - pair[1].bottom) < usual / 3]
    gutter = find_gutter(pieces, usual) if len(beside) >= _FEWEST else None
    if gutter is None:
        return False
    sides = [[p for p in prose if p.right <= gutter], [p for p in prose if p.left >= gutter]]
    across = sum(one.right <= gutter <= other.left for one, other in beside)
    if across < max(_FEWEST, _MOST * min(map(len, sides))):
        return False
    return all(sum(p.line.text.lstrip()[:1].islower() for p in side) >= len(side) / 2 for side in sides)


def _goes_up(lines: Sequence[Line]) -> bool:
    """Say whether nearly every line of a page of prose is drawn above the one before."""
    n_prose = sum(is_prose(_piece(line, 0)) for line in lines)
    up = sum(after.bottom > before.bottom + (before.top - before.bottom) / 2 for before, after in pairwise(lines))
    return n_prose >= max(_FEWEST, len(lines) / 2) and up >= _UPWARDS * (len(lines) - 1)


def _piece(line: Line, number: int) -> _Piece:
    return _Piece(line, number, line.left, -line.top, line.right, -line.bottom)


def _joined(lines: Sequence[Line]) -> Line:
    return Line(
        " ".join(line.text.strip() for line in lines),
        min(line.left for line in lines),
        min(line.bottom for line in lines),
        max(line.right for line in lines),
        max(line.top for line in lines),
        lines[0].size,
    )
