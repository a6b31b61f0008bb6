"""Tell how the words of an OpenDocument text are drawn. element, what is around it -> seen or not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from rag.corpus.formats.colours import is_white
from rag.corpus.formats.xml import attribute, local

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_TINY = re.compile(r"(?:0|1|0?\.\d+)(?:\.0+)?pt")
_FAMILIES = {"p": "paragraph", "h": "paragraph", "span": "text"}
_UNPAINTED = ("", "transparent", "none")


class Look(NamedTuple):
    """How words are drawn: not at all, in what colour, on a colour, too small to be read."""

    is_hidden: bool = False
    ink: str = ""
    is_painted: bool = False
    is_tiny: bool = False


class Styles:
    """The styles of a document. White words are hidden where the page and all around them are white.

    What lies in a table or a frame may lie on a colour that their styles give: white words there count as seen.
    """

    def __init__(self, roots: Iterable[Element]) -> None:
        self._styles: dict[tuple[str, str], Element] = {}
        self._is_white = True
        for element in (e for root in roots for e in root.iter()):
            if local(element) == "style":
                self._styles[attribute(element, "family"), attribute(element, "name")] = element
            elif local(element) in ("page-layout-properties", "drawing-page-properties"):
                self._is_white = self._is_white and not _paints(element)

    def look_of(self, element: Element, around: Look) -> Look:
        """Return how the words of an element are drawn, from how those around it are."""
        name = local(element)
        if name in ("frame", "custom-shape", "table"):
            return around._replace(is_painted=True)
        if name in ("hidden-text", "hidden-paragraph"):
            return around._replace(is_hidden=around.is_hidden or attribute(element, "is-hidden") == "true")
        if name == "section":
            return around._replace(is_hidden=around.is_hidden or attribute(element, "display") == "none")
        look = around
        for style in self._chain(_FAMILIES.get(name, ""), attribute(element, "style-name")):
            for properties in style:
                look = _drawn(properties, look)
        return look

    def is_lost(self, look: Look) -> bool:
        """Say whether nobody sees words that are drawn so."""
        return look.is_hidden or look.is_tiny or (self._is_white and is_white(look.ink) and not look.is_painted)

    def _chain(self, family: str, name: str) -> list[Element]:
        """Return a style after those that it rests on."""
        chain: list[Element] = []
        while (style := self._styles.get((family, name))) is not None and style not in chain:
            chain.insert(0, style)
            name = attribute(style, "parent-style-name")
        return chain


def _drawn(properties: Element, look: Look) -> Look:
    marks: Mapping[str, str] = {key.rsplit("}", 1)[-1]: value for key, value in properties.attrib.items()}
    if local(properties) in ("text-properties", "paragraph-properties") and _paints(properties):
        look = look._replace(is_painted=True)
    if local(properties) != "text-properties":
        return look
    if marks.get("use-window-font-color") == "true":
        look = look._replace(ink="")
    return Look(
        marks["display"] == "none" if "display" in marks else look.is_hidden,
        marks.get("color", look.ink),
        look.is_painted,
        bool(_TINY.fullmatch(marks["font-size"])) if "font-size" in marks else look.is_tiny,
    )


def _paints(properties: Element) -> bool:
    colour = attribute(properties, "background-color")
    is_picture = any(local(e) == "background-image" and attribute(e, "href") for e in properties)
    filled = attribute(properties, "fill") not in _UNPAINTED and not is_white(attribute(properties, "fill-color"))
    return is_picture or filled or (colour not in _UNPAINTED and not is_white(colour))
