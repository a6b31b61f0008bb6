"""Put what OCR found on a page in reading order. boxes with their words -> Lines, column after column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from typing import NamedTuple

from rag.corpus.formats.pdf_lines import CUT, Line

_FEWEST_LINES = 3
"""A column of prose has so many lines."""
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
    """Yield rows; where a gutter parts columns, those of each column, between rows that reach over it."""
    gutter = _gutter(found, usual)
    if gutter is None:
        yield from _rows(found)
        return
    band: list[Recognized] = []
    for row in [*_rows(found), []]:
        if any(_reaches_over(box, gutter) for box in row) or not row:
            for side in (True, False):
                yield from _rows_in_order([box for box in band if (box.left < gutter) == side], usual)
            band = []
            if row:
                yield row
        else:
            band += row


def _gutter(found: Sequence[Recognized], usual: float) -> float | None:
    """Return where the white between columns of prose ends that the fewest boxes reach over; None if there is none."""
    best: tuple[int, float] | None = None
    for x in {box.left - usual / 8 for box in found}:
        over = sum(_reaches_over(box, x) for box in found)
        sides = [box for box in found if box.right <= x], [box for box in found if box.left >= x]
        lines = min(sum(map(_is_prose, side)) for side in sides)
        if lines >= _FEWEST_LINES and over < lines and all(2 * sum(map(_is_prose, s)) >= len(s) for s in sides):
            best = max(best or (lines - 2 * over, -x), (lines - 2 * over, -x))
    return -best[1] if best else None


def _reaches_over(box: Recognized, x: float) -> bool:
    return box.left < x < box.right


def _is_prose(box: Recognized) -> bool:
    return box.right - box.left > _PROSE * (box.bottom - box.top)


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
