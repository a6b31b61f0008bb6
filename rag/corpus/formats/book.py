"""Read EPUB books. bytes -> Reading chapter by chapter, in the order of the book's spine."""

from __future__ import annotations

import posixpath
import zipfile
from typing import TYPE_CHECKING
from urllib.parse import unquote

from rag.corpus.decode import Refusal
from rag.corpus.formats.detect import open_packed
from rag.corpus.formats.markup import Markup, read_markup
from rag.corpus.formats.page import decode_html, write_block
from rag.corpus.formats.reading import Reading, TextWriter
from rag.corpus.formats.xml import attribute, first_text, local, member, parse_xml
from rag.dates import iso_date

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def read_epub(raw: bytes, _name: str) -> Reading:
    """Return the book's text; places are chapters, by the heading or the number of each part of the spine."""
    with open_packed(raw) as packed:
        if "META-INF/encryption.xml" in packed.namelist() and "META-INF/rights.xml" in packed.namelist():
            raise Refusal("The book is protected against copying (DRM) and cannot be read.")
        package = _package(packed)
        book = parse_xml(member(packed, package), "the book")
        writer = TextWriter()
        torn = 0
        parts = _spine(book, posixpath.dirname(package))
        for n, part in enumerate(parts, 1):
            try:
                markup = read_markup(decode_html(member(packed, part)))
            except Refusal:
                torn += 1
                continue
            _write_chapter(writer, markup, n)
            writer.hide_all(markup.hidden, f"part {n} of the book")
    writer.must_hold("The book holds no text that could be read.")
    missing = f"{torn} of {len(parts)} parts of the book could not be read." if torn else ""
    title, date = first_text(book, "title"), iso_date(first_text(book, "date"))
    return writer.reading(title, "application/epub+zip", missing=missing, share=1 - torn / len(parts), date=date)


def _package(packed: zipfile.ZipFile) -> str:
    """Return the name of the file that describes the book."""
    if "META-INF/container.xml" not in packed.namelist():
        raise Refusal("The book is damaged: META-INF/container.xml, which says where it starts, is missing.")
    container = parse_xml(member(packed, "META-INF/container.xml"), "the container")
    found = next((attribute(e, "full-path") for e in container.iter() if local(e) == "rootfile"), "")
    if not found:
        raise Refusal("The book is damaged: its container names no book.")
    return found


def _spine(book: Element, folder: str) -> list[str]:
    """Return the names of the book's parts in reading order."""
    files = {attribute(e, "id"): attribute(e, "href") for e in book.iter() if local(e) == "item"}
    order = [attribute(e, "idref") for e in book.iter() if local(e) == "itemref"]
    return [posixpath.normpath(posixpath.join(folder, unquote(files[key]))) for key in order if key in files]


def _write_chapter(writer: TextWriter, markup: Markup, n: int) -> None:
    heading = next((block.text for block in markup.blocks if block.kind == "heading"), "")
    label = f"chapter “{heading[:80]}”" if heading else f"chapter {n}"
    writer.place("chapter", label)
    for block in markup.blocks:
        write_block(writer, block)
