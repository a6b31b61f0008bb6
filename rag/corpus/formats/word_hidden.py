"""Tell which runs of a Word file nobody sees, and find its comments. run, where it stands -> yes or no."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rag.corpus.formats.colours import is_white
from rag.corpus.formats.xml import attribute, local, member, parse_xml, relations

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_LEAST_SIZE = 2
"""Half points: letters of one point are no letters."""
_OFF = ("0", "false", "off")
_PAINTED = {"shd", "highlight"}


class Unseen:
    """Knows a document's styles and its background. Text is hidden by mark, by size, or white on the bare page.

    White text in a table or a box of its own may lie on a colour that their styles give: it counts as seen.
    """

    def __init__(self, styles: Iterable[Element], document: Element) -> None:
        self._styles = {
            attribute(style, "styleId"): [e for child in style if local(child) in ("rPr", "pPr") for e in child]
            for style in styles
        }
        self._dark = any(local(e) == "background" and not is_white(attribute(e, "color") or "FFFFFF") for e in document)

    def __call__(self, run: Element, paragraph: Element | None) -> bool:
        """Say whether a run is hidden; without a paragraph it stands in a table or box."""
        own = _marks(run, "rPr")
        around = _marks(paragraph, "pPr") if paragraph is not None else []
        named = [*own, *around]
        styled = [
            e
            for mark in named
            if local(mark) in ("rStyle", "pStyle")
            for e in self._styles.get(attribute(mark, "val"), ())
        ]
        for mark in _first_of_each([*own, *styled]):
            name, value = local(mark), attribute(mark, "val")
            if name == "vanish" and value not in _OFF:
                return True
            if name == "sz" and value.isdecimal() and int(value) <= _LEAST_SIZE:
                return True
            if name == "color" and is_white(value) and paragraph is not None and not self._dark:
                return not any(_paints(e) for e in (*named, *styled))
        return False


def _marks(element: Element, name: str) -> list[Element]:
    return [found for child in element if local(child) == name for found in child]


def _first_of_each(marks: Iterable[Element]) -> list[Element]:
    """Return the marks that hold: a run's own before those of its style, and of its style before its paragraph's."""
    found: dict[str, Element] = {}
    for mark in marks:
        found.setdefault(local(mark), mark)
    return list(found.values())


def _paints(mark: Element) -> bool:
    fill = attribute(mark, "fill") or attribute(mark, "val")
    return local(mark) in _PAINTED and fill.lower() not in ("auto", "none", "clear", "") and not is_white(fill)


def comments_of(packed: zipfile.ZipFile, main: str) -> dict[str, str]:
    """Return the words of every comment, by its id."""
    parts = [
        part for kind, part in relations(packed, main).values() if kind == "comments" and part in packed.namelist()
    ]
    found = (e for part in parts for e in parse_xml(member(packed, part), "the comments") if local(e) == "comment")
    return {attribute(e, "id"): " ".join(map(_plain, e)) for e in found}


def _plain(paragraph: Element) -> str:
    return "".join(e.text or "" for e in paragraph.iter() if local(e) == "t")
