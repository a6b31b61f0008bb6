"""Tell which rows and columns of a sheet are hidden. XML of a sheet -> row numbers, column indexes."""

from __future__ import annotations

import re
from collections.abc import Iterable

_TAG = re.compile(rb"<(?:\w+:)?(row|col)\b([^>]*)>")
_HIDDEN = re.compile(rb"\shidden=[\"'](?:1|true)[\"']")
_NUMBER = re.compile(rb"\s(r|min|max)=[\"'](\d{1,7})[\"']")
_MOST_COLUMNS = 16_384


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
