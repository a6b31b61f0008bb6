"""Tell which cells of a sheet nobody sees, and which are merged. XML of a sheet and of the styles -> numbers."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Set
from typing import TYPE_CHECKING

from rag.corpus.formats.colours import is_white
from rag.corpus.formats.xml import local, member, parse_xml, relations

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_TAG = re.compile(rb"<(?:\w+:)?(row|col)\b([^>]*)>")
_HIDDEN = re.compile(rb"\shidden=[\"'](?:1|true)[\"']")
_NUMBER = re.compile(rb"\s(r|min|max)=[\"'](\d{1,7})[\"']")
_MOST_COLUMNS = 16_384
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\sref=[\"']([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})[\"']")


_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*)>")
_STYLE = re.compile(rb"\bs=[\"'](\d{1,7})[\"']")
_AT = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_MAY_PAINT = re.compile(rb"<(?:\w+:)?(?:conditionalFormatting|tablePart|picture)\b")
_WHITE_THEME = "0"
_NOTHING = ";;;"


class Unseen:
    """The rows (from 1), columns (from 0) and cells of one sheet that are hidden.

    `blank` are the numbers of the styles that show nothing: see `blank_styles`.
    """

    def __init__(self, xml: bytes, blank: Set[int] = frozenset()) -> None:
        self._blank: dict[int, set[int]] = {}
        if blank and not _MAY_PAINT.search(xml):
            self._find_blank(xml, blank)
        self.rows: set[int] = set()
        self._columns: set[int] = set()
        for kind, attributes in _TAG.findall(xml):
            if _HIDDEN.search(attributes):
                numbers = {name: int(value) for name, value in _NUMBER.findall(attributes)}
                if kind == b"row":
                    self.rows.add(numbers.get(b"r", 0))
                else:
                    last = min(_MOST_COLUMNS, numbers.get(b"max", 0))
                    self._columns.update(range(numbers.get(b"min", 1) - 1, last))

    def cells(self, row: int, width: int) -> Iterable[int]:
        """Return the indexes of the hidden cells of a row that has `width` cells."""
        if row in self.rows:
            return range(width)
        return sorted(n for n in self._columns | self._blank.get(row, set()) if n < width)

    def _find_blank(self, xml: bytes, blank: Set[int]) -> None:
        for cell in _CELL.finditer(xml):
            style, at = _STYLE.search(cell[1]), _AT.search(cell[1])
            if style and at and int(style[1]) in blank:
                self._blank.setdefault(int(at[2]), set()).add(_column(at[1]))


def blank_styles(xml: bytes) -> frozenset[int]:
    """Return the numbers of the cell styles that show nothing: white on no fill, or by a number format of nothing."""
    parts = {local(e): e for e in parse_xml(xml, "the styles")}
    fonts, fills, cells = (list(parts.get(name, ())) for name in ("fonts", "fills", "cellXfs"))
    white = {n for n, font in enumerate(fonts) if any(_is_white(e) for e in font if local(e) == "color")}
    bare = {n for n, fill in enumerate(fills) if _is_bare(fill)}
    formats = {e.get("numFmtId") for e in parts.get("numFmts", ()) if e.get("formatCode") == _NOTHING}
    return frozenset(
        n
        for n, cell in enumerate(cells)
        if cell.get("numFmtId") in formats
        or (int(cell.get("fontId") or 0) in white and int(cell.get("fillId") or 0) in bare)
    )


def comments_of(packed: zipfile.ZipFile, sheet: str) -> list[tuple[str, str]]:
    """Return (row, words) of the comments on the cells of a sheet; of those that were answered all that was said."""
    parts = sorted(relations(packed, sheet).values(), reverse=True)  # threads go before what stands for them
    found: list[tuple[str, str]] = []
    threads: set[str] = set()
    for kind, part in parts:
        if kind not in ("threadedComment", "comments") or part not in packed.namelist():
            continue
        for comment in (e for e in parse_xml(member(packed, part), "the comments").iter() if e.get("ref")):
            cell = comment.get("ref", "")
            if kind == "threadedComment":
                threads.add(cell)
            elif cell in threads:
                continue
            words = "".join(e.text or "" for e in comment.iter() if local(e) in ("text", "t"))
            found.append((cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), words))
    return found


def _is_white(colour: Element) -> bool:
    is_theme = colour.get("theme") == _WHITE_THEME and not float(colour.get("tint") or 0)
    return is_theme or is_white(colour.get("rgb", "")[-6:])


def _is_bare(fill: Element) -> bool:
    """Say whether a fill is none, or white."""
    pattern = next((e for e in fill if local(e) == "patternFill"), None)
    if pattern is None:
        return False
    colours = [e for e in pattern if local(e) == "fgColor"]
    kind = pattern.get("patternType", "none")
    return kind == "none" or (kind == "solid" and bool(colours) and _is_white(colours[0]))


def _column(letters: bytes) -> int:
    """Return the number of a column, from 0, by its letters."""
    column = 0
    for letter in letters:
        column = column * 26 + letter - ord("A") + 1
    return column - 1


def merged_down(xml: bytes) -> dict[tuple[int, int], int]:
    """Return of each cell (row from 1, column from 0) that reaches down over others the last row that it reaches."""
    found = {}
    for letters, first, last in _MERGED.findall(xml):
        if int(last) > int(first):
            found[int(first), _column(letters)] = int(last)
    return found
