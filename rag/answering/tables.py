"""Put the rows of a document's tables together, and count what they tell. passages -> Rows; value -> amount."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.answering.cells import Cell, cells_of, values_held
from rag.dates import iso_date
from rag.records import Compared, Passage, Span
from rag.words import content_stems, stem

_NUMBER = re.compile(r"[^\w\d+−-]*(?P<sign>[-+−]?)(?P<number>\d[\d,  ]*(?:\.\d+)?)\s*(?P<unit>[^\W\d]\S*|%|°\S*)?\W*")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d{1,2}$|\d{4,}$)")
_FREE = re.compile(r"\W*(?:free(?: of charge)?|nil|no charge|gratis)\W*", re.IGNORECASE)
_TOTALS = re.compile(
    r"\W*(?:grand |sub-?|overall |yearly |monthly )?(?:totals?|sum|average|mean)(?: (?:of|for|over)\b.*)?\W*",
    re.IGNORECASE,
)
"""What a row is called that sums up others."""
PLAIN = frozenset(
    map(
        stem,
        "thing item one entry row list listed name person people member staff employee year month day date".split(),
    )
)
"""Words that say of a row no more than that it stands there, as stems."""
_FEWEST_ROWS = 3
MOST_PASSAGES = 400
"""Passages of a document whose tables are looked through; of a longer one nothing is told by comparing rows."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its passage, where it stands, and its cells under the names of their columns."""

    passage: Passage
    span: Span
    cells: tuple[Cell, ...]

    def value(self, header: str) -> str:
        """Return the value under a column, "" for none."""
        return next((self.passage.slice(cell.value) for cell in self.cells if cell.header == header), "")

    def stems(self, header: str) -> frozenset[str]:
        """Return the stems of the value under a column, and of the month that it writes as a number."""
        return values_held(self.passage, [cell for cell in self.cells if cell.header == header])


@dataclass(frozen=True, slots=True)
class RowTold:
    """A row that answers by what all rows of its table hold: where it and the words that answer stand, what it says.

    `compared` is what it was found among.
    """

    passage: Passage
    row: Span
    answer: Span
    statement: str
    compared: Compared


def tables_of(passages: Iterable[Passage]) -> list[list[Row]]:
    """Return the rows of each table whose columns have names, but for those that sum up others."""
    tables: list[tuple[tuple[str, ...], set[str], list[Row]]] = []
    for passage in passages:
        over = tuple(heading for heading in passage.headings if not heading.startswith("|"))
        for span in passage.sentences:
            cells = cells_of(passage, span)
            if not cells or sums_up(passage, cells) or not any(map(str.isalnum, passage.slice(span))):
                continue
            names, row = {cell.header for cell in cells}, Row(passage, span, cells)
            for above, known, rows in tables:
                if above == over and (names <= known or known <= names):
                    known.update(names)
                    rows.append(row)
                    break
            else:
                tables.append((over, names, [row]))
    return [rows for _, _, rows in tables if len(rows) >= _FEWEST_ROWS]


def sums_up(passage: Passage, cells: Sequence[Cell]) -> bool:
    """Return whether a row tells what others come to: one of its first cells says "Total"."""
    return any(_TOTALS.fullmatch(passage.slice(cell.value)) for cell in cells[:2])


def is_counted(values: Iterable[str]) -> bool:
    """Return whether nearly all values of a column are numbers of one unit, or days."""
    held = [value for value in values if any(map(str.isalnum, value)) and not _FREE.fullmatch(value)]
    units = {_unit(value) for value in held}
    return bool(held) and ((len(units) == 1 and "-" not in units) or all(map(iso_date, held)))


def _unit(value: str) -> str:
    """Return in what a value counts: its currency's sign and the word behind it; "-" where it is no number."""
    found = _NUMBER.fullmatch(value)
    return "".join(sign for sign in value if sign in "£$€¥") + (found["unit"] or "").lower() if found else "-"


def amount(value: str) -> tuple[str, float] | None:
    """Return what a value counts: a day, or a number; None for none."""
    if day := iso_date(value):
        return day, 0.0
    found = _NUMBER.fullmatch(value)
    if not found:
        return ("", 0.0) if _FREE.fullmatch(value) else None
    told = _DECIMAL_COMMA.sub(".", re.sub(r"\s", "", found["number"])).replace(",", "")
    return "", -float(told) if found["sign"] in ("-", "−") else float(told)


def over_table(row: Row) -> frozenset[str]:
    """Return the stems of what stands over the table of a row: the document's title, its file's name, headings."""
    passage = row.passage
    over = [passage.title, Path(passage.path).stem.replace("_", " "), *passage.headings]
    return frozenset(content_stems(" ".join(over)))
