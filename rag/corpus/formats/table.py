"""Read CSV and TSV. bytes -> Reading with a sentence for each row."""

from __future__ import annotations

import csv
import io

from rag.corpus.decode import Refusal, decode
from rag.corpus.formats.cells import flat, row_sentence, split_headers
from rag.corpus.formats.reading import Reading, TextWriter

_MAX_FIELD = 10_000_000


def read_table(raw: bytes, name: str) -> Reading:
    """Return the rows, each with the names of its columns; places are rows counted as a spreadsheet counts them.

    Raises `Refusal` for a cell that is longer than any should be.
    """
    text = decode(raw).replace("\x00", "")
    csv.field_size_limit(_MAX_FIELD)
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:20_000], ",;\t|")
    except csv.Error:
        dialect = csv.excel_tab if name.lower().endswith((".tsv", ".tab")) else csv.excel
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), dialect))
        if not any(len(row) > 1 for row in rows):
            rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        if "field limit" not in str(error):
            raise
        raise Refusal(f"A cell of the table is too long to read: at most {_MAX_FIELD:,} characters are.") from error
    return rows_reading(rows, "text/csv")


def rows_reading(rows: list[list[str]], media_type: str) -> Reading:
    """Return rows of cells as a reading."""
    writer = TextWriter()
    title = add_rows(writer, rows, "")
    return writer.reading(title, media_type)


def add_rows(writer: TextWriter, rows: list[list[str]], before: str) -> str:
    """Write a table's rows, each at its place, `before` + "row 3"; return the caption that stands above them, if any.

    A lone cell above a table of several columns is its caption.
    """
    numbered = [(n, row) for n, row in enumerate(rows, 1) if any(flat(cell) for cell in row)]
    caption = ""
    if len(numbered) > 2 and _cells(numbered[0][1]) == 1 and _cells(numbered[1][1]) > 1:
        caption = next(flat(cell) for cell in numbered[0][1] if flat(cell))
        writer.place("row", f"{before}row {numbered[0][0]}")
        writer.heading(caption, 2)
        numbered = numbered[1:]
    headers, kept = split_headers([row for _, row in numbered])
    numbers = [n for n, _ in numbered][len(numbered) - len(kept) :]
    for n, row in zip(numbers, kept, strict=True):
        writer.place("row", f"{before}row {n}")
        writer.row(row_sentence(headers, row))
    if headers and not kept:
        writer.row(row_sentence((), headers))
    return caption


def _cells(row: list[str]) -> int:
    return sum(bool(flat(cell)) for cell in row)
