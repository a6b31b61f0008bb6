"""Read PowerPoint presentations. bytes -> Reading with titles, texts, tables and notes, slide by slide."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

from rag.corpus.decode import Refusal
from rag.corpus.formats.cells import row_sentence, split_headers, spread, whole_number
from rag.corpus.formats.detect import open_packed
from rag.corpus.formats.drawings import drawn_texts
from rag.corpus.formats.reading import COMMENT, Reading, TextWriter
from rag.corpus.formats.slides_hidden import Unseen
from rag.corpus.formats.xml import attribute, local, member, office_properties, parse_xml, relations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from xml.etree.ElementTree import Element

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_OUTSIDE = {"sldNum", "dt", "ftr", "sldImg", "hdr"}


def read_pptx(raw: bytes, _name: str) -> Reading:
    """Return the slides in the order they are shown; places are slides and the notes to them.

    Slides that are hidden in the show are left out, with their notes, as is what nobody sees of the others and what is
    commented on them. Slides that are torn are told.
    """
    with open_packed(raw) as packed:
        writer = TextWriter()
        torn = []
        slides, size = _slides(packed)
        for n, part in enumerate(slides, 1):
            try:
                _write_slide(packed, Unseen(packed, part, size), part, n, writer)
            except Refusal:
                torn.append(str(n))
        writer.must_hold("The presentation is empty: there is no text to search.")
        missing = f"Slides that could not be read: {', '.join(torn)}." if torn else ""
        share = 1 - len(torn) / max(1, len(slides))
        title, date = office_properties(packed)
        return writer.reading(title, MEDIA_TYPE, missing=missing, share=share, date=date)


def _slides(packed: zipfile.ZipFile) -> tuple[list[str], tuple[int, int] | None]:
    """Return the names of the slides' parts, in order, and how wide and high they are, if that is said."""
    main = "ppt/presentation.xml"
    targets = relations(packed, main)
    root = parse_xml(member(packed, main), "the presentation")
    ids = [value for found in root.iter() if local(found) == "sldId" for key, value in found.items() if "}id" in key]
    sizes = ((e.get("cx", ""), e.get("cy", "")) for e in root.iter() if local(e) == "sldSz")
    size = next(((int(cx), int(cy)) for cx, cy in sizes if cx.isdecimal() and cy.isdecimal()), None)
    return [targets[key][1] for key in ids if key in targets], size


def _write_slide(packed: zipfile.ZipFile, unseen: Unseen, part: str, n: int, writer: TextWriter) -> None:
    label = f"slide {n}"
    if unseen.slide.get("show") in ("0", "false"):
        writer.hide(" ".join(text for shape in _shapes(unseen.slide) for text in _paragraphs(shape)), label)
        return
    writer.place("slide", label)
    for shape in _shapes(unseen.slide):
        if unseen.hides(shape):
            writer.hide(" ".join(["", *_paragraphs(shape)]), label)
            continue
        lost = _lost_words(shape, unseen)
        writer.hide("".join(e.text or "" for e in lost), label)
        if local(shape) == "tbl":
            _write_table(shape, writer, lost)
            continue
        kind = _placeholder(shape)
        texts = [text for text in _paragraphs(shape, lost) if text.strip()]
        if kind in ("title", "ctrTitle"):
            writer.heading(" ".join(texts), 2)
        elif kind not in _OUTSIDE:
            for text in texts:
                writer.row(text) if len(texts) > 1 else writer.paragraph(text)
    for text in drawn_texts(packed, part):
        writer.row(text)
    _write_beside(packed, part, n, writer)


def _write_beside(packed: zipfile.ZipFile, part: str, n: int, writer: TextWriter) -> None:
    """Write the notes to a slide; comments on it are kept apart."""
    for kind, target in relations(packed, part).values():
        if kind not in ("notesSlide", "comments") or target not in packed.namelist():
            continue
        beside = parse_xml(member(packed, target), f"the {kind} of slide {n}")
        if kind == "notesSlide":
            writer.place("slide", f"slide {n}, notes")
            for shape in _shapes(beside):
                if _placeholder(shape) not in _OUTSIDE:
                    writer.paragraph("\n".join(_paragraphs(shape)))
            continue
        for comment in beside:
            words = " ".join(e.text or "" for e in comment.iter() if local(e) in ("text", "t"))
            writer.hide(words, f"slide {n}, {COMMENT}")


def _lost_words(shape: Element, unseen: Unseen) -> list[Element]:
    """Return the elements whose words nobody sees in a shape that is seen."""
    runs = (e for e in shape.iter() if local(e) in ("r", "fld") and unseen.hides_run(e, shape))
    return [e for run in runs for e in run if local(e) == "t"]


def _shapes(root: Element) -> Iterator[Element]:
    """Yield the shapes that hold text, and tables, the title first, then in the order of the file."""
    found = [e for e in root.iter() if local(e) in ("sp", "tbl")]
    yield from sorted(found, key=lambda e: local(e) == "tbl" or _placeholder(e) not in ("title", "ctrTitle"))


def _placeholder(shape: Element) -> str:
    return next((attribute(found, "type") for found in shape.iter() if local(found) == "ph"), "")


def _paragraphs(shape: Element, without: Sequence[Element] = ()) -> list[str]:
    texts = []
    lost = set(map(id, without))
    for paragraph in shape.iter():
        if local(paragraph) == "p":
            found = (e for e in paragraph.iter() if local(e) in ("t", "br") and id(e) not in lost)
            words = [e.text or "" if local(e) == "t" else "\n" for e in found]
            texts.append(re.sub(r"\s*\x0b\s*", "\n", "".join(words)))
    return texts


def _write_table(table: Element, writer: TextWriter, lost: Sequence[Element]) -> None:
    rows = []
    for row in (e for e in table if local(e) == "tr"):
        rows.append(
            [
                (
                    " ".join(_paragraphs(cell, lost)),
                    whole_number(cell.get("gridSpan", "")),
                    whole_number(cell.get("rowSpan", "")),
                )
                for cell in row
                if local(cell) == "tc" and not {cell.get("hMerge"), cell.get("vMerge")} & {"1", "true"}
            ]
        )
    headers, kept = split_headers(spread(rows))
    for cells in kept or [headers]:
        writer.row(row_sentence(headers, cells))
