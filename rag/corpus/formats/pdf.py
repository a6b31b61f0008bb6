"""Read PDF files, the door to pypdfium2. bytes -> Reading with paragraphs put together again, page by page."""

from __future__ import annotations

from rag.corpus.dates import iso_date
from rag.corpus.decode import Refusal
from rag.corpus.formats.pdf_layout import Paragraph, join_lines, set_aside_repeated
from rag.corpus.formats.pdf_lines import Line, lines_of_page
from rag.corpus.formats.reading import Reading, TextWriter

_PASSWORD = 4
_MAX_PAGES = 20_000


def read_pdf(raw: bytes, _name: str) -> Reading:
    """Return a PDF's text in the order in which it was written; places are pages, counted from 1.

    Hyphenated words are joined; lines that return at the edge of most pages are kept the first time only. Pages
    without text are told; a file that has no text at all is refused.
    """
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", 0) == _PASSWORD or "password" in str(error).lower():
            raise Refusal("The PDF is protected with a password. Save a copy without one.") from error
        raise Refusal("The PDF is damaged: it could not be opened.") from error
    try:
        pages, torn, n_hidden = [], [], 0
        n_pages = min(len(pdf), _MAX_PAGES)
        for n in range(n_pages):
            try:
                lines, unseen = lines_of_page(pdf, n)
                pages.append(lines)
                n_hidden += unseen
            except pypdfium2.PdfiumError:
                pages.append([])
                torn.append(n + 1)
        known = pdf.get_metadata_dict()
    finally:
        pdf.close()
    return _reading(pages, torn, known, n_hidden=n_hidden)


def _reading(pages: list[list[Line]], torn: list[int], known: dict[str, str], *, n_hidden: int) -> Reading:
    writer = TextWriter()
    writer.hide(n_hidden)
    silent = [n for n, lines in enumerate(pages, 1) if not lines and n not in torn]
    if not any(pages):
        if torn or not pages:
            raise Refusal("The PDF is damaged: none of its pages could be read.")
        told = "1 page" if len(pages) == 1 else f"{len(pages):,} pages"
        writer.must_hold(f"The PDF has no text layer: its {told} may be pictures. Run it through OCR first.")
    kept, aside = set_aside_repeated(pages)
    for paragraph in join_lines(kept):
        _write(writer, paragraph)
    missing = []
    if torn:
        missing.append(f"Pages that could not be read: {_listed(torn)}.")
    if silent:
        missing.append(f"Pages without text (blank or pictures only): {_listed(silent)}.")
    told = f"Set aside: {aside:,} characters of page headers and footers that repeat." if aside else ""
    share = 1 - (len(torn) + len(silent)) / len(pages)
    title, date = known.get("Title", ""), iso_date(known.get("ModDate") or known.get("CreationDate") or "")
    return writer.reading(title, "application/pdf", missing=" ".join(missing), aside=told, share=share, date=date)


def _write(writer: TextWriter, paragraph: Paragraph) -> None:
    """Write a paragraph; a piece of it on another page gets that page as its place."""
    for n, (page, text) in enumerate(paragraph.pieces):
        writer.place("page", f"page {page}")
        if n:
            writer.go_on(text)
        elif paragraph.level:
            writer.heading(text, paragraph.level)
        else:
            writer.paragraph(text)


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:20]))
    return shown if len(numbers) <= 20 else f"{shown} and {len(numbers) - 20} more"
