"""Put the lines of pages together. Lines -> Paragraphs, headings found, repeated headers and footers set aside."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field

from rag.corpus.formats.pdf_lines import CUT as _CUT
from rag.corpus.formats.pdf_lines import Line

_EDGE_LINES = 3
_FEWEST_PAGES = 3
_MOST = 0.4
_LARGER = 1.15
_MAX_HEADING = 150
_MAX_PARAGRAPH = 6000
_WIDE = 0.72
"""Share of the width of most lines from which a line is full: what follows goes on with its paragraph."""
_ENDS = (".", "!", "?", ":", ";", "…", ".”", '."', ".)")
_ITEM = re.compile(r"\s*([•‣▪●○◦–—*·-]|\(?\w{1,3}[.)])\s")


@dataclass(slots=True)
class Paragraph:
    """A paragraph in pieces, one for each page that it stands on; `level` 1-6 for headings, else 0; or a row."""

    pieces: list[tuple[int, str]] = field(default_factory=list)
    level: int = 0
    is_row: bool = False


def set_aside_repeated(pages: Sequence[Sequence[Line]]) -> tuple[list[list[Line]], int]:
    """Return the pages without the lines that return at the edge of most of them, and the characters set aside.

    The first of them stays. Numbers may differ: "page 1", "page 2".
    """
    if len(pages) < _FEWEST_PAGES:
        return [list(lines) for lines in pages], 0
    counts = Counter(key for lines in pages for key in {_key(lines[n]) for n in _edges(lines)})
    enough = max(_FEWEST_PAGES, _MOST * len(pages))
    repeated = {key for key, count in counts.items() if count >= enough}
    kept, aside, met = [], 0, set[str]()
    for lines in pages:
        edges = _edges(lines)
        own = []
        for n, line in enumerate(lines):
            key = _key(line)
            if n in edges and key in repeated and key in met:
                aside += len(line.text.strip())
                continue
            if n in edges and key in repeated:
                met.add(key)
            own.append(line)
        kept.append(own)
    return kept, aside


def _edges(lines: Sequence[Line]) -> set[int]:
    """Return the indexes of the lines nearest to the top and to the bottom of a page."""
    order = sorted(range(len(lines)), key=lambda n: lines[n].bottom)
    return {*order[:_EDGE_LINES], *order[-_EDGE_LINES:]}


def _key(line: Line) -> str:
    return re.sub(r"\d+", "#", "".join(line.text.split())) + f"@{round(line.bottom / 12)}"


def join_lines(pages: Sequence[Sequence[Line]]) -> Iterator[Paragraph]:
    """Yield the paragraphs and headings of all pages in order."""
    body = body_size(pages)
    compounds = {word.lower() for lines in pages for line in lines for word in re.findall(r"\w+-\w+", line.text)}
    open_paragraph: Paragraph | None = None
    last: Line | None = None
    for number, lines in enumerate(pages, 1):
        wide = _usual_width(lines)
        for line in lines:
            level = _level(line, body)
            alike = last is not None and not (line.is_row or last.is_row)
            joined = open_paragraph is not None and alike and level == open_paragraph.level
            if joined and open_paragraph and last and _goes_on(last, line, wide, open_paragraph, number):
                _extend(open_paragraph, number, line.text)
            else:
                if open_paragraph:
                    yield _finished(open_paragraph, compounds)
                open_paragraph = Paragraph([(number, line.text.strip())], level, line.is_row)
            last = line
    if open_paragraph:
        yield _finished(open_paragraph, compounds)


def _goes_on(last: Line, line: Line, wide: float, paragraph: Paragraph, number: int) -> bool:
    """Say whether a line continues the paragraph that `last` ends."""
    page, text = paragraph.pieces[-1]
    if text.endswith(_CUT):
        return True
    words, before = line.text.strip(), text.rstrip()
    if len(text) > _MAX_PARAGRAPH or _ITEM.match(line.text):
        return False
    new_column = line.bottom > last.top
    if page != number or new_column:
        return words[:1].islower() and not before.endswith(_ENDS) and not paragraph.level
    height = max(1.0, last.top - last.bottom)
    if last.bottom - line.top > 0.9 * height or abs(line.size - last.size) > 0.15 * max(line.size, last.size):
        return False
    if abs(line.bottom - last.bottom) < 0.4 * height:
        return False
    return paragraph.level > 0 or last.right - last.left >= _WIDE * wide


def _extend(paragraph: Paragraph, number: int, text: str) -> None:
    """Add a line to a paragraph; a word that the line end cut in two is made whole where it began."""
    page, before = paragraph.pieces[-1]
    text = text.strip()
    if before.endswith(_CUT):
        head, _, rest = text.partition(" ")
        paragraph.pieces[-1] = (page, before + head)
        text = rest
    if not text:
        return
    if page == number:
        paragraph.pieces[-1] = (page, f"{paragraph.pieces[-1][1]} {text}")
    else:
        paragraph.pieces.append((number, text))


def _finished(paragraph: Paragraph, compounds: Set[str]) -> Paragraph:
    """Return a paragraph with the words that line ends cut in two made whole.

    The hyphen stays where the document writes the same word with one elsewhere, and where a capital or number follows.
    """

    def whole(found: re.Match[str]) -> str:
        head, tail = found[1], found[2]
        keep = not tail[:1].islower() or not head[-1:].isalpha() or f"{head}-{tail}".lower() in compounds
        return f"{head}-{tail}" if keep else head + tail

    pieces = [(page, re.sub(f"(\\w*){_CUT}(\\w*)", whole, text)) for page, text in paragraph.pieces]
    return Paragraph(pieces, paragraph.level, paragraph.is_row)


def body_size(pages: Sequence[Sequence[Line]]) -> float:
    """Return the size of most letters in points, 0 when there are none."""
    sizes: defaultdict[float, int] = defaultdict(int)
    for lines in pages:
        for line in lines:
            sizes[line.size] += len(line.text)
    return max(sizes, key=lambda size: (sizes[size], -size)) if sizes else 0.0


def _usual_width(lines: Sequence[Line]) -> float:
    """Return the width that a fifth of the text's lines exceed."""
    widths = sorted((line.right - line.left for line in lines if len(line.text) > 20), reverse=True)
    return widths[len(widths) // 5] if widths else 0.0


def _level(line: Line, body: float) -> int:
    if not body or line.is_row or line.size < _LARGER * body or not any(c.isalpha() for c in line.text):
        return 0
    if len(line.text.strip()) > _MAX_HEADING or len(line.text.strip()) < 2:
        return 0
    return 1 if line.size >= 1.6 * body else 2
