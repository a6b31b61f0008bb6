"""Find the characters of a PDF page that nobody sees, the second door to pypdfium2. page -> indexes of characters."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""

_WHITE = 250
_DEEPEST = 5
_INVISIBLE = (3, 7)
_STROKED = 1


def hidden_characters(page: PdfPage, text_page: PdfTextPage) -> set[int]:
    """Return the characters that are drawn invisible, transparent or white with nothing but the page behind them.

    What lies on a picture, on shading or on an area with a colour is shown: the text of a scan that was recognised is
    drawn invisible over the scan. What is drawn together as one form counts as lying on all of it.
    """
    from pypdfium2 import raw

    suspects: set[int] = set()
    covers: list[Box] = []
    for top, found in _objects(page):
        kind = raw.FPDFPageObj_GetType(found)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            mode = raw.FPDFTextObj_GetTextRenderMode(found)
            colour = raw.FPDFPageObj_GetStrokeColor if mode == _STROKED else raw.FPDFPageObj_GetFillColor
            if mode in _INVISIBLE or _is_blank(colour, found):
                suspects.add(_address(found))
        elif kind != raw.FPDF_PAGEOBJ_PATH or _is_filled(found):
            covers.append(_bounds(top))
    if not suspects:
        return set()
    hidden = set()
    for n in range(text_page.count_chars()):
        if _address(raw.FPDFText_GetTextObject(text_page, n)) in suspects and not _is_covered(text_page, n, covers):
            hidden.add(n)
    return hidden


def _objects(page: PdfPage) -> Iterator[tuple[Any, Any]]:
    """Yield (the object on the page, the object in it that is drawn); forms are gone through."""
    from pypdfium2 import raw

    def inside(top: Any, found: Any, depth: int) -> Iterator[tuple[Any, Any]]:
        if raw.FPDFPageObj_GetType(found) != raw.FPDF_PAGEOBJ_FORM:
            yield top, found
        elif depth < _DEEPEST:
            for n in range(raw.FPDFFormObj_CountObjects(found)):
                yield from inside(top, raw.FPDFFormObj_GetObject(found, n), depth + 1)

    for n in range(raw.FPDFPage_CountObjects(page)):
        top = raw.FPDFPage_GetObject(page, n)
        yield from inside(top, top, 0)


def _is_filled(path: Any) -> bool:
    from pypdfium2 import raw

    mode, stroked = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, ctypes.byref(mode), ctypes.byref(stroked))
    return mode.value != 0 and not _is_blank(raw.FPDFPageObj_GetFillColor, path)


def _is_blank(colour_of: Any, found: Any) -> bool:
    """Say whether an object is drawn white or not at all; a pattern, which has no one colour, is neither."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not colour_of(found, *map(ctypes.byref, (red, green, blue, alpha))):
        return False
    return alpha.value == 0 or min(red.value, green.value, blue.value) >= _WHITE


def _bounds(found: Any) -> Box:
    from pypdfium2 import raw

    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(found, *map(ctypes.byref, (left, bottom, right, top)))
    return left.value, bottom.value, right.value, top.value


def _is_covered(text_page: PdfTextPage, n: int, covers: list[Box]) -> bool:
    left, bottom, right, top = text_page.get_charbox(n, loose=True)
    across, up = (left + right) / 2, (bottom + top) / 2
    return any(box[0] <= across <= box[2] and box[1] <= up <= box[3] for box in covers)


def _address(pointer: Any) -> int:
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0
