"""Read OpenDocument texts. bytes -> Reading with headings, paragraphs and rows of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.corpus.dates import iso_date
from rag.corpus.formats.cells import MAX_SPAN, spread, whole_number
from rag.corpus.formats.detect import open_packed
from rag.corpus.formats.reading import Reading, TextWriter
from rag.corpus.formats.xml import attribute, first_text, local, member, parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_PASSED_OVER = {"tracked-changes", "annotation", "forms", "sequence-decls", "table-of-content-source"}


def read_odt(raw: bytes, _name: str) -> Reading:
    """Return the text; places are paragraphs and rows of tables, counted from the start."""
    with open_packed(raw) as packed:
        root = parse_xml(member(packed, "content.xml"), "the document")
        title = date = ""
        if "meta.xml" in packed.namelist():
            meta = parse_xml(member(packed, "meta.xml"), "the properties")
            title, date = first_text(meta, "title"), iso_date(first_text(meta, "date", "creation-date"))
    body = _Body()
    for found in root:
        if local(found) == "body":
            body.write(found)
    body.writer.must_hold("The document is empty: there is no text to search.")
    return body.writer.reading(title, "application/vnd.oasis.opendocument.text", date=date)


class _Body:
    def __init__(self) -> None:
        self.writer = TextWriter()
        self._paragraphs = self._tables = 0

    def write(self, root: Element) -> None:
        """Write everything under an element, in order."""
        for child in root:
            name = local(child)
            if name in ("p", "h"):
                self._paragraphs += 1
                self.writer.place("paragraph", f"paragraph {self._paragraphs}")
                text = "".join(_words(child))
                if name == "h":
                    level = attribute(child, "outline-level")
                    self.writer.heading(text, int(level) if level.isdecimal() else 1)
                elif local(root) == "list-item":
                    self.writer.row(text)
                else:
                    self.writer.paragraph(text)
            elif name == "table":
                self._table(child)
            elif name not in _PASSED_OVER:
                self.write(child)

    def _table(self, table: Element) -> None:
        self._tables += 1
        rows = []
        for row in (e for e in table.iter() if local(e) == "table-row"):
            rows.append([cell for e in row if local(e) == "table-cell" for cell in _cells(e)])
        self.writer.table(self._tables, spread(rows))


def _cells(cell: Element) -> list[tuple[str, int, int]]:
    """Return a cell as often as it is repeated, each with the columns and rows it reaches over."""
    text = " ".join("".join(_words(p)) for p in cell.iter() if local(p) in ("p", "h"))
    across, down, times = (
        whole_number(attribute(cell, f"number-{name}"))
        for name in ("columns-spanned", "rows-spanned", "columns-repeated")
    )
    return [(text, across, down)] * min(MAX_SPAN, times)


def _words(element: Element) -> Iterator[str]:
    """Yield the text of a paragraph."""
    yield element.text or ""
    for child in element:
        name = local(child)
        if name == "s":
            count = attribute(child, "c")
            yield " " * (min(80, int(count)) if count.isdecimal() else 1)
        elif name in ("tab", "line-break"):
            yield "\t" if name == "tab" else "\n"
        elif name not in _PASSED_OVER:
            yield from _words(child)
        yield child.tail or ""
