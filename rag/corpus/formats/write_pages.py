"""Write the lines of pages as paragraphs. Lines page by page -> pieces in a TextWriter."""

from __future__ import annotations

from collections.abc import Sequence

from rag.corpus.formats.pdf_layout import Paragraph, join_lines, set_aside_repeated
from rag.corpus.formats.pdf_lines import Line
from rag.corpus.formats.reading import TextWriter


def write_pages(writer: TextWriter, pages: Sequence[Sequence[Line]]) -> str:
    """Write all paragraphs and headings with their pages as places, counted from 1.

    Returns the sentence that tells of repeated headers and footers, which were left out; "" when there are none.
    """
    kept, aside = set_aside_repeated(pages)
    for paragraph in join_lines(kept):
        _write(writer, paragraph)
    return f"Set aside: {aside:,} characters of page headers and footers that repeat." if aside else ""


def _write(writer: TextWriter, paragraph: Paragraph) -> None:
    """Write a paragraph; a piece of it on another page gets that page as its place."""
    for n, (page, text) in enumerate(paragraph.pieces):
        writer.place("page", f"page {page}")
        if n:
            writer.go_on(text)
        elif paragraph.is_row:
            writer.row(text)
        elif paragraph.level:
            writer.heading(text, paragraph.level)
        else:
            writer.paragraph(text)
