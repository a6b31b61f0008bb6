"""Tell which words of a slide nobody sees. slide, shape, run -> yes or no."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.corpus.decode import Refusal
from rag.corpus.formats.colours import is_white
from rag.corpus.formats.xml import attribute, local, member, parse_xml, relations

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Box = tuple[int, int, int, int]
"""Left, top, right, bottom."""

_LEAST_SIZE = 100
"""Hundredths of a point: letters of one point are no letters."""
_FILLS = frozenset(["solidFill", "gradFill", "blipFill", "pattFill", "grpFill"])
_BARE = ("bg1", "lt1")
_PLAIN_THEME = "1001"
_ENDS = (("off", "x", "y"), ("ext", "cx", "cy"))


class Unseen:
    """Knows what lies on a slide, its layout and its master.

    White words are hidden where all of these are white and nothing with a colour may lie under them: what has no place
    of its own on the slide may lie anywhere.
    """

    def __init__(self, packed: zipfile.ZipFile, part: str, size: tuple[int, int] | None) -> None:
        roots, is_whole = _with_masters(packed, part)
        self._size = size
        self._is_white = is_whole and _is_plain(packed, roots)
        self._top = {id(e) for _, root in roots for tree in root.iter() if local(tree) == "spTree" for e in tree}
        self._painted = [self._box(e) for _, root in roots for e in root.iter() if _is_painted(e)]
        self.slide = roots[0][1]

    def hides(self, shape: Element) -> bool:
        """Say whether a shape is hidden or lies beside the slide."""
        if any(local(e) == "cNvPr" and e.get("hidden") in ("1", "true") for e in shape.iter()):
            return True
        box = self._box(shape)
        if box is None or self._size is None:
            return False
        left, top, right, bottom = box
        return right <= 0 or bottom <= 0 or left >= self._size[0] or top >= self._size[1]

    def hides_run(self, run: Element, shape: Element) -> bool:
        """Say whether the words of a run are too small, not drawn, or white on white."""
        marks = next((e for e in run if local(e) == "rPr"), None)
        if marks is None:
            return False
        size, drawn = marks.get("sz", ""), {local(e): e for e in marks}
        if (size.isdecimal() and int(size) <= _LEAST_SIZE) or ("noFill" in drawn and "ln" not in drawn):
            return True
        fill = drawn.get("solidFill")
        if fill is None or not _is_white_fill(fill) or not self._is_white or local(shape) != "sp":
            return False
        box = self._box(shape)
        return not any(_meet(box, other) for other in self._painted)

    def _box(self, shape: Element) -> Box | None:
        """Return where a shape lies, None for one in a group or without a place of its own."""
        if id(shape) not in self._top:
            return None
        ends = {local(e): e for around in shape.iter() if local(around) == "xfrm" for e in around}
        written = [ends[end].get(name, "") for end, *names in _ENDS if end in ends for name in names]
        if len(written) < 4 or not all(number.lstrip("-").isdecimal() for number in written):
            return None
        x, y, width, height = map(int, written)
        return x, y, x + width, y + height


def _with_masters(packed: zipfile.ZipFile, part: str) -> tuple[list[tuple[str, Element]], bool]:
    """Return a slide, its layout and its master, as far as they are there, each with its name; and if none is torn."""
    found = [(part, parse_xml(member(packed, part), "a slide"))]
    for kind in ("slideLayout", "slideMaster"):
        target = next((target for known, target in relations(packed, found[-1][0]).values() if known == kind), "")
        if target not in packed.namelist():
            break
        try:
            found.append((target, parse_xml(member(packed, target), "a layout")))
        except Refusal:
            return found, False
    return found, True


def _is_plain(packed: zipfile.ZipFile, roots: list[tuple[str, Element]]) -> bool:
    """Say whether a slide's background is white."""
    if any(local(e) == "overrideClrMapping" for _, root in roots for e in root.iter()):
        return False
    ground = next((e for _, root in roots for e in root.iter() if local(e) == "bg"), None)
    colours = list(_colours(ground)) if ground is not None else []
    if ground is None or (len(colours) == 1 and local(colours[0]) == "srgbClr" and _is_white_colour(colours[0])):
        return True
    if len(colours) != 1 or attribute(colours[0], "val") not in _BARE or list(colours[0]):
        return False
    is_simple = all(e.get("idx") == _PLAIN_THEME for e in ground if local(e) == "bgRef")
    return (
        is_simple and not any(local(e) in _FILLS - {"solidFill"} for e in ground.iter()) and _has_white(packed, roots)
    )


def _has_white(packed: zipfile.ZipFile, roots: list[tuple[str, Element]]) -> bool:
    """Say whether the first background colour of the theme is white."""
    name, master = roots[-1]
    if any(attribute(e, "bg1") != "lt1" for e in master.iter() if local(e) == "clrMap"):
        return False
    for kind, target in relations(packed, name).values():
        if kind == "theme" and target in packed.namelist():
            try:
                theme = parse_xml(member(packed, target), "the theme")
            except Refusal:
                return False
            light = [colour for e in theme.iter() if local(e) == "lt1" for colour in e]
            return all(is_white(attribute(e, "lastClr") or attribute(e, "val")) for e in light)
    return True


def _colours(element: Element) -> Iterator[Element]:
    return (e for e in element.iter() if local(e).endswith("Clr"))


def _is_white_fill(fill: Element) -> bool:
    return any(map(_is_white_colour, fill))


def _is_white_colour(colour: Element) -> bool:
    """Say whether a colour is white: as such, or as that of the background, unchanged."""
    return not list(colour) and (
        attribute(colour, "val") in _BARE or is_white(attribute(colour, "lastClr") or attribute(colour, "val"))
    )


def _is_painted(shape: Element) -> bool:
    """Say whether words may lie on a shape as on a colour."""
    if local(shape) in ("pic", "graphicFrame"):
        return True
    if local(shape) not in ("sp", "cxnSp"):
        return False
    fills = [e for child in shape if local(child) == "spPr" for e in child if local(e) in _FILLS | {"noFill"}]
    if fills:
        return not all(local(e) == "noFill" or (local(e) == "solidFill" and _is_white_fill(e)) for e in fills)
    return any(local(e) == "fillRef" and e.get("idx") != "0" for child in shape for e in child)


def _meet(one: Box | None, other: Box | None) -> bool:
    """Say whether two boxes may lie on one another."""
    if one is None or other is None:
        return True
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
