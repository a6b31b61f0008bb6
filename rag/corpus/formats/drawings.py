"""Read the words of diagrams and charts in Office files. part of a file -> texts, each a line of its own."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from rag.corpus.decode import Refusal
from rag.corpus.formats.xml import local, member, parse_xml, relations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_DRAWN = ("chart", "diagramData")


def drawn_texts(packed: zipfile.ZipFile, part: str) -> Iterator[str]:
    """Yield the paragraphs of the diagrams of a part, and of its charts the titles and a line for each series."""
    for kind, target in sorted(relations(packed, part).values()):
        if kind not in _DRAWN or target not in packed.namelist():
            continue
        try:
            root = parse_xml(member(packed, target), f"a {kind}")
        except Refusal:
            continue
        for paragraph in root.iter():
            if local(paragraph) == "p":
                yield "".join(e.text or "" for e in paragraph.iter() if local(e) == "t")
        for series in root.iter():
            if local(series) == "ser":
                yield _series(series)


def _series(series: Element) -> str:
    """Return a series of a chart, `Name: category value; category value.`; "" when it has no values."""
    points: dict[str, list[str]] = {"tx": [], "cat": [], "val": []}
    for child in series:
        if local(child) in points:
            points[local(child)] = [e.text or "" for e in child.iter() if local(e) == "v"]
    names = points["cat"] or [""] * len(points["val"])
    shown = "; ".join(f"{name} {value}".strip() for name, value in zip(names, points["val"], strict=False))
    return f"{' '.join(points['tx'])}: {shown}.".lstrip(": ") if shown else ""
