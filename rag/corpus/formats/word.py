"""Read Word documents. bytes -> Reading with headings, paragraphs, rows of tables, footnotes, headers."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

from rag.corpus.formats.cells import MAX_SPAN, flat, whole_number
from rag.corpus.formats.detect import open_packed
from rag.corpus.formats.drawings import drawn_texts
from rag.corpus.formats.reading import COMMENT, Reading, TextWriter
from rag.corpus.formats.word_hidden import Unseen, comments_of
from rag.corpus.formats.xml import attribute, local, member, office_properties, parse_xml, relations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PASSED_OVER = {"del", "moveFrom", "instrText", "delText", "Fallback", "pPr", "tblPr", "sectPr"}
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "sym": ""}


def read_docx(raw: bytes, _name: str) -> Reading:
    """Return the text that Word shows; places are paragraphs and rows of tables, counted from the start.

    Deleted text of tracked changes is left out; comments, and what is hidden, are kept apart.
    """
    with open_packed(raw) as packed:
        main = next((part for kind, part in relations(packed, "").values() if kind == "officeDocument"), "")
        main = main if main in packed.namelist() else "word/document.xml"
        styles = _styles(packed)
        root = parse_xml(member(packed, main), "the document")
        body = _Body(_heading_styles(styles), Unseen(styles, root), comments_of(packed, main))
        body.write(root)
        for text in drawn_texts(packed, main):
            body.writer.place("part", "diagram or chart")
            body.writer.row(text)
        seen = set()
        for kind, part in sorted(relations(packed, main).values()):
            if kind in ("footnotes", "endnotes", "header", "footer") and part in packed.namelist():
                label = kind.rstrip("s") if kind.endswith("notes") else kind
                body.writer.place("part", label)
                text = body.notes(parse_xml(member(packed, part), f"the {kind}"), label)
                if text and text not in seen:
                    body.writer.paragraph(text)
                seen.add(text)
        body.keep_comments()
        body.writer.must_hold("The document is empty: there is no text to search.")
        title, date = office_properties(packed)
        return body.writer.reading(title, MEDIA_TYPE, date=date)


def _styles(packed: zipfile.ZipFile) -> list[Element]:
    if "word/styles.xml" not in packed.namelist():
        return []
    return list(parse_xml(member(packed, "word/styles.xml"), "the styles"))


def _heading_styles(styles: list[Element]) -> dict[str, int]:
    """Return the level of every style that makes a heading, by the style's id."""
    levels: dict[str, int] = {}
    for style in styles:
        name = next((attribute(found, "val") for found in style if local(found) == "name"), "")
        if found := re.fullmatch(r"heading (\d)", name.lower()):
            levels[attribute(style, "styleId")] = int(found[1])
        elif name.lower() == "title":
            levels[attribute(style, "styleId")] = 1
    return levels


class _Body:
    """Writes the paragraphs and tables of a document."""

    def __init__(self, styles: dict[str, int], is_unseen: Unseen, comments: dict[str, str]) -> None:
        self.writer = TextWriter()
        self._comments = comments
        self._styles = styles
        self._is_unseen = is_unseen
        self._boxed = 0
        self._paragraphs = self._tables = 0
        self._where = ""

    def write(self, root: Element) -> None:
        """Write everything under an element, in order."""
        for child in root:
            name = local(child)
            if name == "p":
                self._paragraph(child)
            elif name == "tbl":
                self._table(child)
            elif name not in _PASSED_OVER:
                self.write(child)

    def notes(self, root: Element, kind: str) -> str:
        """Return the paragraphs of a part beside the text, e.g. a "footnote"."""
        self._where = kind
        texts = ("".join(self._words(p)).strip() for p in root.iter() if local(p) == "p")
        return "\n\n".join(text for text in texts if text)

    def keep_comments(self) -> None:
        """Keep apart the comments on what was not met."""
        for words in self._comments.values():
            self.writer.hide(words, COMMENT)

    def _paragraph(self, paragraph: Element) -> None:
        self._paragraphs += 1
        self._where = f"paragraph {self._paragraphs}"
        text = "".join(self._words(paragraph))
        if text.strip():
            self.writer.place("paragraph", f"paragraph {self._paragraphs}")
            if level := self._level(paragraph):
                self.writer.heading(text, level)
            elif any(local(found) == "numPr" for found in _properties(paragraph)):
                self.writer.row(text)
            else:
                self.writer.paragraph(text)
        for box in _outermost(paragraph, "txbxContent"):
            self._boxed += 1
            self.write(box)
            self._boxed -= 1

    def _level(self, paragraph: Element) -> int:
        for found in _properties(paragraph):
            if local(found) == "pStyle" and attribute(found, "val") in self._styles:
                return self._styles[attribute(found, "val")]
            if local(found) == "outlineLvl" and attribute(found, "val") in "012345":
                return int(attribute(found, "val") or 0) + 1
        return 0

    def _words(self, element: Element, paragraph: Element | None = None) -> Iterator[str]:
        """Yield the text of a paragraph as it stands after tracked changes; boxes in it are apart."""
        paragraph = element if paragraph is None else paragraph
        for child in element:
            name = local(child)
            if name in _PASSED_OVER or name == "txbxContent":
                continue
            if name == "r" and self._is_unseen(child, None if self._boxed else paragraph):
                self.writer.hide("".join(t.text or "" for t in child if local(t) == "t"), self._where)
            elif name == "t":
                yield child.text or ""
            elif name == "commentReference":
                self.writer.hide(self._comments.pop(attribute(child, "id"), ""), f"{self._where}, {COMMENT}")
            elif name in _SIGNS:
                yield _SIGNS[name]
            else:
                yield from self._words(child, paragraph)

    def _table(self, table: Element) -> None:
        """Write a table's rows; one with paragraphs of many lines in a single column is walked through instead."""
        self._tables += 1
        self._where = f"table {self._tables}"
        self._boxed += 1
        rows: list[list[str]] = []
        for row in _outermost(table, "tr"):
            cells: list[str] = []
            for cell in _outermost(row, "tc"):
                text = flat(" ".join("".join(self._words(p)) for p in cell.iter() if local(p) == "p"))
                goes_on, n_columns = _merged(cell)
                if goes_on and rows and len(cells) < len(rows[-1]):
                    text = rows[-1][len(cells)]
                cells += [text, *[""] * (n_columns - 1)]
            rows.append(cells)
        if max((len(row) for row in rows), default=0) < 2:
            for cell in _outermost(table, "tc"):
                self.write(cell)
        else:
            self.writer.table(self._tables, rows)
        self._boxed -= 1


def _merged(cell: Element) -> tuple[bool, int]:
    """Return whether a cell belongs to the one above it, and over how many columns it reaches."""
    told = {local(found): found for child in cell if local(child) == "tcPr" for found in child}
    goes_on = "vMerge" in told and attribute(told["vMerge"], "val") != "restart"
    across = attribute(told["gridSpan"], "val") if "gridSpan" in told else ""
    return goes_on, min(MAX_SPAN, whole_number(across))


def _properties(paragraph: Element) -> Iterator[Element]:
    return (found for child in paragraph if local(child) == "pPr" for found in child)


def _outermost(element: Element, name: str) -> Iterator[Element]:
    """Yield the elements of a name under another that are not inside one of the same name."""
    for child in element:
        if local(child) == name:
            yield child
        elif local(child) != "Fallback":
            yield from _outermost(child, name)
