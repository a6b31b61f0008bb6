"""Read PDF files, the door to pypdfium2. bytes -> Reading with paragraphs put together again, page by page."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from rag.corpus.decode import Refusal
from rag.corpus.formats.ocr import Ocr, Recognition, aside, listed
from rag.corpus.formats.pdf_layout import body_size
from rag.corpus.formats.pdf_lines import Line, lines_of_page
from rag.corpus.formats.pdf_order import in_reading_order
from rag.corpus.formats.pdf_picture import picture_of_page
from rag.corpus.formats.reading import Reading, TextWriter
from rag.corpus.formats.write_pages import write_pages
from rag.dates import iso_date

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_PASSWORD = 4
_MAX_PAGES = 20_000


@dataclass(slots=True)
class _Found:
    """The lines of every page, the numbers of the pages that are torn or hold none, and what OCR made of these.

    The PDF has `n_all` pages; those after the first `_MAX_PAGES` are not looked at.
    """

    n_all: int
    pages: list[list[Line]] = field(default_factory=list)
    torn: list[int] = field(default_factory=list)
    silent: list[int] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    ocr: Recognition = field(default_factory=Recognition)


def read_pdf(raw: bytes, _name: str, ocr: Ocr) -> Reading:
    """Return a PDF's text in the order of the file, or in reading order where that is surely another; places are pages.

    Hyphenated words are joined; lines that return at the edge of most pages are kept the first time only. Pages
    without text are read by OCR where that is to be had, and told; a file that has no text at all is refused.
    """
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", 0) == _PASSWORD or "password" in str(error).lower():
            raise Refusal("The PDF is protected with a password. Save a copy without one.") from error
        raise Refusal("The PDF is damaged: it could not be opened.") from error
    try:
        found = _found(pdf)
        if not ocr.why_not:
            body = body_size(found.pages)
            found.ocr = ocr.read(found.silent, partial(picture_of_page, pdf), body=body)
        known = pdf.get_metadata_dict()
    finally:
        pdf.close()
    for number, lines in found.ocr.lines.items():
        found.pages[number - 1] = lines
    return _reading(found, known, ocr)


def _found(pdf: PdfDocument) -> _Found:
    import pypdfium2

    found = _Found(len(pdf))
    for n in range(min(len(pdf), _MAX_PAGES)):
        try:
            drawn, unseen = lines_of_page(pdf, n)
            lines = in_reading_order(drawn)
            found.hidden.append(unseen)
            if not lines:
                found.silent.append(n + 1)
        except pypdfium2.PdfiumError:
            lines = []
            found.torn.append(n + 1)
            found.hidden.append("")
        found.pages.append(lines)
    return found


def _reading(found: _Found, known: dict[str, str], ocr: Ocr) -> Reading:
    writer = TextWriter()
    for n, text in enumerate(found.hidden, 1):
        writer.hide(text, f"page {n}")
    pages, n_missing = found.pages, sum(not lines for lines in found.pages)
    if n_missing == len(pages):
        writer.must_hold(_why_silent(found, ocr))
    repeated = write_pages(writer, pages)
    missing = [f"Pages that could not be read: {listed(found.torn)}."] if found.torn else []
    if ocr.why_not and found.silent:
        missing.append(f"Pages without text (blank, or pictures only): {listed(found.silent)}. {ocr.why_not}")
    missing += ocr.missing(found.ocr)
    if len(pages) < found.n_all:
        missing.append(f"The PDF has {found.n_all:,} pages: only the first {len(pages):,} were read.")
    told = " ".join(filter(None, [aside(found.ocr), repeated]))
    title, date = known.get("Title", ""), iso_date(known.get("ModDate") or known.get("CreationDate") or "")
    share = (len(pages) - n_missing) / found.n_all
    return writer.reading(title, "application/pdf", missing=" ".join(missing), aside=told, share=share, date=date)


def _why_silent(found: _Found, ocr: Ocr) -> str:
    """Return why a file is refused of which no page has a line."""
    if found.torn or not found.pages:
        return "The PDF is damaged: none of its pages could be read."
    n = len(found.pages)
    told = "1 page" if n == 1 else f"{n:,} pages"
    if ocr.why_not:
        return f"The PDF has no text layer: its {told} may be pictures. {ocr.why_not}"
    return " ".join([f"The PDF has no text, and OCR read none on its {told}.", *ocr.missing(found.ocr)])
