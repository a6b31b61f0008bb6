"""Read a page's table of values as rows. Element -> a sentence and its cells for each row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.corpus.formats.cells import flat, row_sentence, split_headers, spread, whole_number
from rag.corpus.formats.elements import Apart, words_in

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

Row = tuple[int, str, tuple[str, ...]]
"""A row's number in its table, from 1, the sentence that it makes with its columns' names, and its cells."""

_MAX_CELL = 1500


def rows_of(table: LexborNode, apart: Apart) -> list[Row] | None:
    """Return the rows of a table that say something; None for one that only lays out the page.

    What nobody sees is left to `apart`.
    """
    trs = [tr for tr in table.css("tr") if not apart.take(tr)]
    own = [
        [(words_in(cell, apart.take), _reach(cell, "colspan"), _reach(cell, "rowspan")) for cell in _cells(tr)]
        for tr in trs
    ]
    found = [
        (tr, cells)
        for tr, mine, cells in zip(trs, own, spread(own), strict=True)
        if any(flat(text) for text, _, _ in mine)
    ]
    rows = [cells for _, cells in found]
    if _lays_out(table, rows):
        return None
    named = [len(cells) > 1 and [cell.tag for cell in _cells(row)][:2] == ["th", "td"] for row, cells in found]
    headers, kept = ((), rows) if rows and named[0] else split_headers(rows)
    if headers and not kept:
        headers, kept = (), rows
    told: list[Row] = []
    for n, row in enumerate(kept, len(rows) - len(kept) + 1):
        by_name = named[n - 1] and not headers
        if sentence := row_sentence(row[:1], row[1:]) if by_name else row_sentence(headers, row):
            told.append((n, sentence, tuple(map(flat, row))))
    return told


def _lays_out(table: LexborNode, rows: list[list[str]]) -> bool:
    """Return whether a table holds other parts of the page, long texts, or hardly a row of more than one cell."""
    if table.css_first("table table, h1, h2, form") is not None:
        return True
    if any(len(flat(cell)) > _MAX_CELL for row in rows for cell in row):
        return True
    return sum(len(row) > 1 for row in rows) < max(1, len(rows) // 2)


def _cells(row: LexborNode) -> list[LexborNode]:
    return [cell for cell in row.iter() if cell.tag in ("td", "th")]


def _reach(cell: LexborNode, name: str) -> int:
    """Return over how many columns or rows a cell reaches."""
    return whole_number(cell.attributes.get(name) or "")
