"""Take the lines of a PDF page with their boxes and sizes. page -> Lines."""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.corpus.formats.pdf_hidden import hidden_characters

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

CUT = "\xad"
"""Stands where the end of a line cuts a word in two."""
_CUTS = {0x02: ord(CUT), 0xFFFE: ord(CUT)}
"""What PDFium puts there."""
_SPACE = 32
_LEAN = 0.1
"""Up for one across; words that climb more are turned."""
_WIDE = 5.0
"""Width, in heights, from which a line may hold several cells of a table, or reach over two columns."""
_LEAST_HEIGHT = 1.0
"""Points; a line that is lower is not seen."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: its text, its box in points (the y axis points up) and the size of its first letters.

    `is_row`: its text is the sentence that a row of a table says.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float
    is_row: bool = False


def lines_of_page(pdf: PdfDocument, n: int) -> tuple[list[tuple[Line, list[Line]]], str]:
    """Return the lines of page `n` (from 0) that hold more than white space, in the order of the file.

    Each has its pieces: what wide gaps part on it; none where the page or its words are turned or mirrored. And the
    words that were left out because nobody sees them: drawn so, beside the page, or too small.

    What was filled into forms, and text that lies on the page as a note, is taken for a part of the page.
    """
    page = _flattened(pdf, n)
    text_page = page.get_textpage()
    try:
        codes = _codes(text_page)
        unseen = hidden_characters(page, text_page)
        hidden = _text([code if n in unseen else _SPACE for n, code in enumerate(codes)]).split()
        lines = _lines(text_page, [0 if n in unseen else code for n, code in enumerate(codes)])
        shown = [line for line in lines if _is_on(line[0], page.get_bbox())]
        beside = [line.text for line, _ in lines if not _is_on(line, page.get_bbox())]
        if page.get_rotation():
            shown = [(line, []) for line, _ in shown]
        return shown, " ".join([*hidden, *beside])
    finally:
        text_page.close()
        page.close()


def _flattened(pdf: PdfDocument, n: int) -> PdfPage:
    from pypdfium2 import raw

    page = pdf[n]
    if raw.FPDFPage_GetAnnotCount(page) and raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS:
        page.close()
        page = pdf[n]
    return page


def _is_on(line: Line, page: tuple[float, float, float, float]) -> bool:
    """Say whether a line is on the page, and large enough to be seen."""
    left, bottom, right, top = page
    beside = line.right < left or line.left > right or line.top < bottom or line.bottom > top
    return not beside and line.top - line.bottom >= _LEAST_HEIGHT


def _lines(text_page: PdfTextPage, codes: list[int]) -> list[tuple[Line, list[Line]]]:
    found: list[tuple[Line, list[Line]]] = []
    start = 0
    for at in range(len(codes) + 1):
        if at == len(codes) or codes[at] in (10, 13):
            if at > start and (text := _text(codes[start:at])).strip():
                line = _line(text_page, codes, start, at, text)
                found.append((line, _pieces(text_page, codes, start, line)))
            start = at + 1
    return found


def _pieces(text_page: PdfTextPage, codes: list[int], start: int, line: Line) -> list[Line]:
    """Return what gaps wider than the line is high part of it; nothing where it is turned."""
    end = next((n for n in range(start, len(codes)) if codes[n] in (10, 13)), len(codes))
    inked = [n for n in range(start, end) if codes[n] > _SPACE] or [start]
    if not _is_upright(text_page, inked[0]):
        return []
    height = line.top - line.bottom
    if line.right - line.left < _WIDE * height:
        return [line]
    cuts = [start]
    for one, other in pairwise(inked):
        if other > one + 1 and _box(text_page, other)[0] - _box(text_page, one)[2] > height:
            cuts.append(other)
    ends = [*cuts[1:], end]
    if len(cuts) == 1:
        return [line]
    return [_line(text_page, codes, a, b, _text(codes[a:b])) for a, b in zip(cuts, ends, strict=True)]


def _is_upright(text_page: PdfTextPage, n: int) -> bool:
    """Say whether a character is neither turned nor mirrored."""
    from pypdfium2 import raw

    matrix = raw.FS_MATRIX()
    if not raw.FPDFText_GetMatrix(text_page, n, ctypes.byref(matrix)):
        return False
    return bool(matrix.a > 0 and matrix.d > 0 and abs(matrix.b) < _LEAN * matrix.a)


def _codes(text_page: PdfTextPage) -> list[int]:
    """Return the UTF-16 unit of every character: their indexes are those that boxes go by."""
    from pypdfium2 import raw

    return [raw.FPDFText_GetUnicode(text_page, n) for n in range(text_page.count_chars())]


def _text(codes: list[int]) -> str:
    units = (_CUTS.get(code, code) for code in codes if code)
    text = "".join(chr(unit) if unit < 0x110000 else "\ufffd" for unit in units)
    if re.search("[\ud800-\udfff]", text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _line(text_page: PdfTextPage, codes: list[int], start: int, end: int, text: str) -> Line:
    inked = [n for n in range(start, end) if codes[n] > _SPACE] or [start]
    first, last = inked[0], inked[-1]
    from pypdfium2 import raw

    boxes = [_box(text_page, n) for n in {first, (first + last) // 2, last}]
    return Line(
        text,
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
        round(raw.FPDFText_GetFontSize(text_page, (first + last) // 2), 1),
    )


def _box(text_page: PdfTextPage, n: int) -> tuple[float, float, float, float]:
    """Return left, bottom, right, top of a character, loose: as high as its font."""
    from pypdfium2 import raw

    box = raw.FS_RECTF()
    if raw.FPDFText_GetLooseCharBox(text_page, n, ctypes.byref(box)):
        return box.left, box.bottom, box.right, box.top
    return 0.0, 0.0, 0.0, 0.0
