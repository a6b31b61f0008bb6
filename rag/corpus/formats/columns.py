"""Put what stands on a page in reading order. boxes -> rows, column after column where prose stands in columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

_FEWEST_LINES = 3
"""A column of prose has so many lines."""
_PROSE = 8.0
"""Width, in heights, from which a line is prose rather than a cell of a table."""


class Boxed(Protocol):
    """What has a box; the y axis points down."""

    @property
    def left(self) -> float:
        """Where it begins."""

    @property
    def top(self) -> float:
        """Its upper edge."""

    @property
    def right(self) -> float:
        """Where it ends."""

    @property
    def bottom(self) -> float:
        """Its lower edge."""


_Box = TypeVar("_Box", bound=Boxed)


def rows_in_order(found: Sequence[_Box], usual: float) -> Iterator[list[_Box]]:
    """Yield rows; where a gutter parts columns, those of each column, between rows that reach over it.

    `usual` is the height of most boxes.
    """
    gutter = find_gutter(found, usual)
    if gutter is None:
        yield from _rows(found)
        return
    band: list[_Box] = []
    for row in [*_rows(found), []]:
        if any(_reaches_over(box, gutter) for box in row) or not row:
            for side in (True, False):
                yield from rows_in_order([box for box in band if (box.left < gutter) == side], usual)
            band = []
            if row:
                yield row
        else:
            band += row


def find_gutter(found: Sequence[Boxed], usual: float) -> float | None:
    """Return where the white between columns of prose ends that the fewest boxes reach over; None if there is none."""
    best: tuple[int, float] | None = None
    for x in {box.left - usual / 8 for box in found}:
        over = sum(_reaches_over(box, x) for box in found)
        sides = [box for box in found if box.right <= x], [box for box in found if box.left >= x]
        lines = min(sum(map(is_prose, side)) for side in sides)
        if lines >= _FEWEST_LINES and over < lines and all(2 * sum(map(is_prose, s)) >= len(s) for s in sides):
            best = max(best or (lines - 2 * over, -x), (lines - 2 * over, -x))
    return -best[1] if best else None


def is_prose(box: Boxed) -> bool:
    """Say whether a line is wide enough to be one of prose."""
    return box.right - box.left > _PROSE * (box.bottom - box.top)


def _reaches_over(box: Boxed, x: float) -> bool:
    return box.left < x < box.right


def _rows(boxes: Iterable[_Box]) -> Iterator[list[_Box]]:
    """Yield the boxes that stand on one line, from left to right; the lines from top to bottom."""
    row: list[_Box] = []
    for box in sorted(boxes, key=lambda box: box.top + box.bottom):
        if row and (box.top + box.bottom) / 2 > (row[-1].top + row[-1].bottom) / 2 + (box.bottom - box.top) / 3:
            yield sorted(row, key=lambda box: box.left)
            row = []
        row.append(box)
    if row:
        yield sorted(row, key=lambda box: box.left)
