"""Scans made here, and an engine that reads them without looking."""

import io

from PIL import Image, ImageDraw, ImageFont

from rag.corpus.formats.ocr_layout import Recognized
from tests.documents import pdf

SILENT = (1, 400, ") Tj ET 0 g 100 100 300 9 re f BT /F1 1 Tf (")
"""A line of `pdf` that draws a bar and no words."""


class FakeRecognizer:
    """Gives the lines that it was given, page by page; raises what is an exception. Remembers the shapes it was shown."""

    def __init__(self, *pages):
        self.pages = list(pages)
        self.shown = []

    def recognize(self, pixels):
        self.shown.append(pixels.shape)
        lines = self.pages.pop(0)
        if isinstance(lines, Exception):
            raise lines
        return lines


def written(*lines, left=100, size=30, top=100, width=900):
    """Lines of prose one under the other, as they are recognized."""
    return [
        Recognized(text, left, top + 1.5 * size * n, left + width, top + 1.5 * size * n + size)
        for n, text in enumerate(lines)
    ]


def silent(n=1, text=()):
    """A PDF of `n` pages without text but for those in `text`, {number: lines}."""
    return pdf(*(dict(text).get(number, [SILENT]) for number in range(1, n + 1)))


def drawn(*lines, size=(1240, 700), letters=34, mode="RGB"):
    """A picture with lines written on it."""
    page = Image.new(mode, size, "white")
    pen = ImageDraw.Draw(page)
    for n, line in enumerate(lines):
        pen.text((100, 80 + 2 * letters * n), line, fill="black", font=ImageFont.load_default(letters))
    return page


def saved(*pages, kind="PDF", **options):
    """Pictures as one file."""
    kept = io.BytesIO()
    more = {"save_all": True, "append_images": pages[1:]} if len(pages) > 1 else {}
    pages[0].save(kept, kind, **more, **options)
    return kept.getvalue()
