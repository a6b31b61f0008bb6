"""Read OpenDocument texts. bytes -> Reading with headings, paragraphs and rows of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.corpus.formats.cells import MAX_SPAN, spread, whole_number
from rag.corpus.formats.detect import open_packed
from rag.corpus.formats.opendocument_hidden import Look, Styles
from rag.corpus.formats.reading import COMMENT, Reading, TextWriter
from rag.corpus.formats.xml import attribute, first_text, local, member, parse_xml
from rag.dates import iso_date

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_PLAIN = Look()
_PASSED_OVER = {"tracked-changes", "forms", "sequence-decls", "table-of-content-source"}


def read_odt(raw: bytes, _name: str) -> Reading:
    """Return the text; places are paragraphs and rows of tables, counted from the start.

    What is hidden is kept apart, and so are comments.
    """
    with open_packed(raw) as packed:
        root = parse_xml(member(packed, "content.xml"), "the document")
        title = date = ""
        if "meta.xml" in packed.namelist():
            meta = parse_xml(member(packed, "meta.xml"), "the properties")
            title, date = first_text(meta, "title"), iso_date(first_text(meta, "date", "creation-date"))
        has_styles = "styles.xml" in packed.namelist()
        styles = [parse_xml(member(packed, "styles.xml"), "the styles")] if has_styles else []
    body = _Body(Styles([*styles, root]))
    for found in root:
        if local(found) == "body":
            body.write(found)
    body.writer.must_hold("The document is empty: there is no text to search.")
    return body.writer.reading(title, "application/vnd.oasis.opendocument.text", date=date)


class _Body:
    def __init__(self, styles: Styles) -> None:
        self.writer = TextWriter()
        self._styles = styles
        self._paragraphs = self._tables = 0
        self._where = ""

    def write(self, root: Element, around: Look = _PLAIN) -> None:
        """Write everything under an element, in order; `around` is how the words around it are drawn."""
        for child in root:
            name = local(child)
            if name in ("p", "h"):
                self._paragraph(child, self._styles.look_of(child, around), is_entry=local(root) == "list-item")
            elif name == "table":
                self._table(child, self._styles.look_of(child, around))
            elif name not in _PASSED_OVER:
                self.write(child, self._styles.look_of(child, around))

    def _paragraph(self, paragraph: Element, look: Look, *, is_entry: bool) -> None:
        self._paragraphs += 1
        self._where = f"paragraph {self._paragraphs}"
        text = "".join(self._words(paragraph, look))
        self.writer.place("paragraph", self._where)
        if local(paragraph) == "h":
            level = attribute(paragraph, "outline-level")
            self.writer.heading(text, int(level) if level.isdecimal() else 1)
        elif is_entry:
            self.writer.row(text)
        else:
            self.writer.paragraph(text)

    def _table(self, table: Element, look: Look) -> None:
        self._tables += 1
        self._where = f"table {self._tables}"
        rows = []
        for row in (e for e in table.iter() if local(e) == "table-row"):
            rows.append([cell for e in row if local(e) == "table-cell" for cell in self._cells(e, look)])
        self.writer.table(self._tables, spread(rows))

    def _cells(self, cell: Element, look: Look) -> list[tuple[str, int, int]]:
        """Return a cell as often as it is repeated, each with the columns and rows it reaches over."""
        paragraphs = (p for p in cell.iter() if local(p) in ("p", "h"))
        text = " ".join("".join(self._words(p, self._styles.look_of(p, look))) for p in paragraphs)
        across, down, times = (
            whole_number(attribute(cell, f"number-{name}"))
            for name in ("columns-spanned", "rows-spanned", "columns-repeated")
        )
        return [(text, across, down)] * min(MAX_SPAN, times)

    def _words(self, element: Element, look: Look) -> Iterator[str]:
        """Yield the text of a paragraph that is seen."""
        yield self._seen(element.text, look)
        for child in element:
            name = local(child)
            if name == "annotation":
                words = ("".join(p.itertext()) for p in child.iter() if local(p) == "p")
                self.writer.hide(" ".join(words), f"{self._where}, {COMMENT}")
            elif name == "s":
                count = attribute(child, "c")
                yield " " * (min(80, int(count)) if count.isdecimal() else 1)
            elif name in ("tab", "line-break"):
                yield "\t" if name == "tab" else "\n"
            elif name not in _PASSED_OVER:
                yield from self._words(child, self._styles.look_of(child, look))
            yield self._seen(child.tail, look)

    def _seen(self, text: str | None, look: Look) -> str:
        """Return words that are seen; others are kept apart."""
        if not text or not self._styles.is_lost(look):
            return text or ""
        self.writer.hide(text, self._where)
        return ""
