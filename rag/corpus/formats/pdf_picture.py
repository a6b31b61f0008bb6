"""Draw a PDF's page for OCR, the third door to pypdfium2. PDF, page number -> Picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.corpus.formats.ocr import PIXELS_PER_POINT, Picture, scale_for

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument


def picture_of_page(pdf: PdfDocument, number: int) -> Picture:
    """Return a page (counted from 1), upright as it is shown; a large one with fewer pixels per point."""
    page = pdf[number - 1]
    try:
        scale = scale_for(page.get_size(), PIXELS_PER_POINT)
        return Picture(page.render(scale=scale).to_numpy().copy(), scale)
    finally:
        page.close()
