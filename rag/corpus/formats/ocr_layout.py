"""Put what OCR found on a page in reading order. boxes with their words -> Lines, column after column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from typing import NamedTuple

from rag.corpus.formats.pdf_lines import CUT, Line

_SPANS = 0.6
"""Share of the width of all text from which a line stands across the columns."""
_PROSE = 8.0
"""Width, in heights, from which a line is prose rather than a cell of a table."""
_LARGER = 1.4
"""Height, in those of most lines, from which one is a heading: boxes of equal letters differ by a third."""
_BODY = 11.0
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-‐]$")


class Recognized(NamedTuple):
    """A stretch of a line and its box in pixels, the y axis pointing down."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def lines_in_order(
    found: Sequence[Recognized], height: float, pixels_per_point: float, *, body: float = 0.0
) -> list[Line]:
    """Return the lines of a page that is `height` pixels high.

    What stands side by side is one line in a table, and lines of several columns in prose; text across all columns
    parts what is above it from what is below. Sizes are `body` (in points) but for headings; line ends that cut a word
    in two are marked. What is written upwards or downwards comes last.
    """
    if not found:
        return []
    sideways = [box for box in found if len(box.text) > 2 and box.bottom - box.top > 2 * (box.right - box.left)]
    upright = [box for box in found if box not in sideways]
    usual = median(box.bottom - box.top for box in upright or found)
    scale = 1 / pixels_per_point
    lines = []
    for row in [*_rows_in_order(upright, usual), *([box] for box in sideways)]:
        left, top = min(box.left for box in row), min(box.top for box in row)
        right, bottom = max(box.right for box in row), max(box.bottom for box in row)
        text = _HYPHEN.sub(CUT, " ".join(box.text.strip() for box in row))
        share = median(box.bottom - box.top for box in row) / max(usual, 1.0) if right - left > bottom - top else 1.0
        size = round((body or _BODY) * (share if share >= _LARGER else 1.0), 1)
        lines.append(Line(text, left * scale, (height - bottom) * scale, right * scale, (height - top) * scale, size))
    return lines


def _rows_in_order(found: Sequence[Recognized], usual: float) -> Iterator[list[Recognized]]:
    width = max((box.right for box in found), default=0.0) - min((box.left for box in found), default=0.0)
    band: list[Recognized] = []
    for row in _rows(found):
        if any(box.right - box.left >= _SPANS * width for box in row):
            yield from _rows_of_band(band, usual)
            band = []
            yield row
        else:
            band += row
    yield from _rows_of_band(band, usual)


def _rows_of_band(band: list[Recognized], usual: float) -> Iterator[list[Recognized]]:
    """Yield the rows of columns of prose, one column after the other, or of all boxes together."""
    columns = list(_columns(band, usual))
    if sum(_is_prose(column) for column in columns) < 2:
        columns = [band]
    for column in columns:
        yield from _rows(column)


def _columns(band: Iterable[Recognized], usual: float) -> Iterator[list[Recognized]]:
    """Yield the boxes parted by gaps that go from the top to the bottom, from left to right."""
    column: list[Recognized] = []
    end = 0.0
    for box in sorted(band, key=lambda box: box.left):
        if column and box.left > end + usual / 4:
            yield column
            column = []
        end = max(end, box.right) if column else box.right
        column.append(box)
    if column:
        yield column


def _is_prose(column: Sequence[Recognized]) -> bool:
    return (
        len(column) > 1 and median((box.right - box.left) / max(1.0, box.bottom - box.top) for box in column) > _PROSE
    )


def _rows(boxes: Iterable[Recognized]) -> Iterator[list[Recognized]]:
    """Yield the boxes that stand on one line, from left to right; the lines from top to bottom."""
    row: list[Recognized] = []
    for box in sorted(boxes, key=lambda box: box.top + box.bottom):
        if row and (box.top + box.bottom) / 2 > (row[-1].top + row[-1].bottom) / 2 + (box.bottom - box.top) / 3:
            yield sorted(row, key=lambda box: box.left)
            row = []
        row.append(box)
    if row:
        yield sorted(row, key=lambda box: box.left)
