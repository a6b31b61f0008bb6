"""Tell which rows and columns of a sheet are hidden, and which cells are merged. XML of a sheet -> numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

_TAG = re.compile(rb"<(?:\w+:)?(row|col)\b([^>]*)>")
_HIDDEN = re.compile(rb"\shidden=[\"'](?:1|true)[\"']")
_NUMBER = re.compile(rb"\s(r|min|max)=[\"'](\d{1,7})[\"']")
_MOST_COLUMNS = 16_384
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\sref=[\"']([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})[\"']")


class Unseen:
    """The rows (from 1) and columns (from 0) of one sheet that are hidden."""

    def __init__(self, xml: bytes) -> None:
        self.rows: set[int] = set()
        self._columns: set[int] = set()
        for kind, attributes in _TAG.findall(xml):
            if _HIDDEN.search(attributes):
                numbers = {name: int(value) for name, value in _NUMBER.findall(attributes)}
                if kind == b"row":
                    self.rows.add(numbers.get(b"r", 0))
                else:
                    last = min(_MOST_COLUMNS, numbers.get(b"max", 0))
                    self._columns.update(range(numbers.get(b"min", 1) - 1, last))

    def cells(self, row: int, width: int) -> Iterable[int]:
        """Return the indexes of the hidden cells of a row that has `width` cells."""
        return range(width) if row in self.rows else sorted(n for n in self._columns if n < width)


def merged_down(xml: bytes) -> dict[tuple[int, int], int]:
    """Return of each cell (row from 1, column from 0) that reaches down over others the last row that it reaches."""
    found = {}
    for letters, first, last in _MERGED.findall(xml):
        column = 0
        for letter in letters:
            column = column * 26 + letter - ord("A") + 1
        if int(last) > int(first):
            found[int(first), column - 1] = int(last)
    return found
