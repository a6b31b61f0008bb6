"""Read Excel workbooks, the door to openpyxl. bytes -> Reading with a sentence for each row of each sheet."""

from __future__ import annotations

import datetime
import io
import re
import warnings
from pathlib import Path
from typing import Any

from rag.corpus.decode import Refusal
from rag.corpus.formats.detect import open_packed
from rag.corpus.formats.reading import COMMENT, Reading, TextWriter
from rag.corpus.formats.sheet_hidden import Unseen, blank_styles, comments_of, merged_down
from rag.corpus.formats.table import add_rows
from rag.corpus.formats.xml import member, office_properties

_MAX_ROWS, _MAX_COLUMNS = 200_000, 500
_MAX_EMPTY = 2_000
"""A sheet ends where this many rows follow one another without a value."""

_STYLES = "xl/styles.xml"
_VALUE = re.compile(rb"<(?:\w+:)?[vt](?:\s[^>]*)?>[^<]")
_ROW = re.compile(rb"row [^>]*?\br=[\"'](\d{1,7})[\"']")


def read_xlsx(raw: bytes, name: str) -> Reading:
    """Return the values of every sheet as they were last calculated; places are sheet and row.

    A workbook without a title is called by its file's name, not by its first sheet.

    Hidden sheets, rows and columns are left out, as are cells that show nothing of what they hold, and comments.
    """
    n_empty = _formulas_without_value(raw)
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever its parsers do
        raise Refusal(f"The workbook is damaged and could not be opened ({type(error).__name__}).") from error
    writer = TextWriter()
    missing: list[str] = []
    blank = _blank_styles(raw)
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        if sheet.sheet_state != "visible":
            for cells in sheet.iter_rows(values_only=True, max_col=_MAX_COLUMNS, max_row=_MAX_ROWS):
                writer.hide(" ".join([*map(_shown, cells), ""]), f'sheet "{sheet.title}"')
            continue
        before = f'sheet "{sheet.title}" '
        xml = _xml(raw, sheet)
        rows = _rows_of(sheet, xml, Unseen(xml, blank), before=before, writer=writer, missing=missing)
        if any(map(any, rows)):
            writer.place("sheet", before)
            writer.heading(sheet.title, 1)
            add_rows(writer, rows, before)
        with open_packed(raw) as packed:
            for row, words in comments_of(packed, sheet._worksheet_path):
                writer.hide(words, f"{before}row {row}, {COMMENT}")
    if n_empty:
        missing.append(f"{n_empty:,} formulas have no stored value: open the workbook in Excel and save it.")
    with open_packed(raw) as packed:
        title, date = office_properties(packed)  # openpyxl would say today where no day is given
    writer.must_hold("The workbook is empty: there is no text to search.")
    return writer.reading(title or Path(name).stem, "application/vnd.ms-excel", missing=" ".join(missing), date=date)


def _rows_of(
    sheet: Any, xml: bytes, unseen: Unseen, *, before: str, writer: TextWriter, missing: list[str]
) -> list[list[str]]:
    """Return the rows that a sheet shows; what is hidden goes to the writer, what was not read is told in `missing`."""
    reaching = merged_down(xml)
    down: dict[int, tuple[int, str]] = {}
    rows: list[list[str]] = []
    empty, is_wider = 0, False
    for cells in sheet.iter_rows(values_only=True):
        shown, beyond = [_shown(cell) for cell in cells[:_MAX_COLUMNS]], cells[_MAX_COLUMNS:]
        is_wider = is_wider or beyond.count(None) < len(beyond)
        for at in unseen.cells(len(rows) + 1, len(shown)):
            writer.hide(f"{shown[at]} ", f"{before}row {len(rows) + 1}")
            shown[at] = ""
        _come_down(shown, len(rows) + 1, reaching, down)
        rows.append(_trimmed(shown))
        empty = 0 if any(rows[-1]) or len(rows) in unseen.rows else empty + 1
        if len(rows) >= _MAX_ROWS:
            missing.append(f"Sheet {sheet.title!r} has more than {_MAX_ROWS:,} rows: only those were read.")
            break
        if empty >= _MAX_EMPTY:
            if _last_row(xml) > len(rows):
                missing.append(f"Sheet {sheet.title!r} goes on after {empty:,} empty rows: what follows was not read.")
            break
    if is_wider:
        missing.append(f"Sheet {sheet.title!r} has more than {_MAX_COLUMNS} columns: only those were read.")
    return rows


def _last_row(xml: bytes) -> int:
    """Return the number of the last row of a sheet that holds a value, 0 when its rows have no numbers."""
    last = 0
    for value in _VALUE.finditer(xml):
        last = value.start()
    row = _ROW.search(xml, xml.rfind(b"row ", 0, last))
    return int(row[1]) if last and row else 0


def _xml(raw: bytes, sheet: Any) -> bytes:
    with open_packed(raw) as packed:
        return member(packed, sheet._worksheet_path)


def _blank_styles(raw: bytes) -> frozenset[int]:
    with open_packed(raw) as packed:
        return blank_styles(member(packed, _STYLES)) if _STYLES in packed.namelist() else frozenset()


def _come_down(
    cells: list[str], row: int, reaching: dict[tuple[int, int], int], down: dict[int, tuple[int, str]]
) -> None:
    """Fill the cells of a row that says something with what merged cells above say of it too.

    `down` holds for each column the last row that a merged cell reaches, and what it says.
    """
    says = any(cells)
    for column, cell in enumerate(cells):
        if (row, column) in reaching:
            down[column] = reaching[row, column], cell
        elif says and not cell and column in down and row <= down[column][0]:
            cells[column] = down[column][1]


def _formulas_without_value(raw: bytes) -> int:
    """Return how many formulas were never calculated: their values are not in the file."""
    with open_packed(raw) as packed:
        sheets = [name for name in packed.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        return sum(len(re.findall(rb"(?:</f>|<f/>)(?:<v\s*/>|<v></v>)?</c>", member(packed, name))) for name in sheets)


def _trimmed(cells: list[str]) -> list[str]:
    """Return a row without the empty cells at its end."""
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _shown(value: object) -> str:
    """Return a cell as people write it."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "minutes")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.12g}" if abs(value) < 1e15 else str(value)
    return str(value)
