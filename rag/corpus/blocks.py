"""Find the structure of a text. text -> blocks: headings, paragraphs, list lines, table rows, code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.columns import cells_in
from rag.corpus.outline import MAX_HEADING_CHARS, Line, Outline, gap, indent
from rag.corpus.tabled import RULE, TABLE_ROW, columns_of, rows_of
from rag.terms import is_term

BlockKind = Literal["heading", "paragraph", "line", "row", "code", "margin"]
"""A margin is the header or footer of a page, or the line under a heading: it opens and closes nothing."""

ATX = re.compile(r"(#{1,6})[ \t]+(?=\S)")
"""How a heading of Markdown begins."""
_FENCE = re.compile(r"[ \t]*(```|~~~)")
_STANDS_ALONE = re.compile(r"[ \t]*([-*+•|>]|\d{1,3}[.)])[ \t]|[ \t]*\|")
_TIMED = re.compile(
    r"[ \t]*(?:\[[^\]\n]{0,24}\b\d{1,2}[:.]\d{2}\b[^\]\n]{0,12}\][ \t]"
    r"|(?:[\d./-]{6,10},? )?\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?: ?[ap]\.?m\.?)?(?: {2,}|\t| [-–—] ))",
    re.IGNORECASE,
)
"""How a line of a log, a timetable or a chat begins: "[02/06/2025, 18:04] ", "22:41  ", "18:04 - "."""
_KEYED = re.compile(r"\*\*[^*\n]{1,40}(?::\*\*|\*\*:)(?=\s)")
"""How a line begins that gives a value under a name: "**Place:** "."""
_VALUED = re.compile(r"[A-Z][\w/() -]{1,40}: +\S")
"""The same where nothing is marked, if the line before begins so too: "Supply: ", "Battery life: "."""
_ENDS = tuple(".!?:;,…\"”’')]—–-")
_SENTENCE_INSIDE = re.compile(r"[?!…] |[a-z]{3}[.:] ")
_TAG = re.compile(r"</?\w[^<>]*>")
_WRAPPED_FROM, _WRAPPED_TO = 40, 160
"""A line of this many characters may be a piece of a paragraph that was wrapped to a width."""
SOURCE_CODE = "text/x-source"


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the text, `[start, end)` without the white space around it; `level` 1-6 for headings, else 0.

    `head` of a table's row is the table's first row, which names its columns; "" for a row alone.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    head: str = ""


def find_blocks(text: str, media_type: str) -> list[Block]:
    """Return the blocks of a text in order; together they hold every character but white space.

    A line that stands alone, is short and does not end like a sentence is a heading if text follows it; in Markdown
    and in what readers wrote of other formats only `#` makes one. Lines of a paragraph wrapped to a width are put
    together again. Lines of source code are kept, as are those that a reader led with a tab: rows of tables.
    """
    blocks: list[Block] = []
    markdown = media_type not in ("text/plain", SOURCE_CODE)
    written = markdown and media_type != "text/markdown"
    lines = list(_lines(text))
    outline = Outline(text, lines) if media_type == "text/plain" else None
    rows = rows_of(text, lines, markdown=markdown)
    columns = {} if media_type == SOURCE_CODE else columns_of(text, lines, _begins_anew)
    tabled = rows | columns.keys()
    at = 0
    while at < len(lines):
        start, end, line = lines[at]
        last = at
        if known := _outlined(outline, at, start, end) or _in_columns(columns, at, start, end):
            block = known
        elif _FENCE.match(line) and markdown:
            last = next((i for i in range(at + 1, len(lines)) if _FENCE.match(lines[i][2])), len(lines) - 1)
            block = Block("code", start, lines[last][1])
        elif markdown and (found := ATX.match(line)):
            block = Block("heading", start, end, len(found[1]))
        elif media_type == SOURCE_CODE:
            while last + 1 < len(lines) and gap(text, lines[last], lines[last + 1]) == 1:
                last += 1
            block = Block("code", start, lines[last][1])
        elif written and text[start - 1 : start] == "\t":
            block = Block("line", start, end)
        elif at in rows:
            last = next(i for i in range(at, len(lines)) if i + 1 not in rows)
            head = line if last > at and not RULE.match(line) else ""
            blocks += [Block("row", *lines[n][:2], head=head) for n in range(at, last)]
            block = Block("row", *lines[last][:2], head=head)
        elif (timed := _TIMED.match(line)) or _STANDS_ALONE.match(line):
            last = _end_of_item(text, lines, at)
            block = Block("paragraph" if timed or last > at else "line", start, lines[last][1])
        else:
            short = not markdown and _looks_like_heading(line) and not _is_amid(text, lines, at, blocks)
            at_margin = short and not indent(text, lines[at])
            alone = at_margin or at + 1 in tabled
            last += (written or outline is not None) and not alone and _is_explained(text, lines, at)
            while last + 1 < len(lines) and last + 1 not in tabled and _goes_on(text, lines[last], lines[last + 1]):
                last += 1
            block = Block("paragraph", start, lines[last][1])
            if short and last == at and at + 1 < len(lines):
                block = Block("heading", start, end, outline.guessed_level if outline else 2)
        blocks.append(block)
        at = last + 1
    return blocks


def _outlined(outline: Outline | None, at: int, start: int, end: int) -> Block | None:
    """Return the block of a line of plain text that its outline knows."""
    if outline is None:
        return None
    if outline.runs_along(at):
        return Block("margin", start, end)
    if outline.leads_to_page(at):
        return Block("line", start, end)
    return Block("heading", start, end, outline.levels[at]) if outline.levels[at] else None


def _in_columns(columns: Mapping[int, str | None], at: int, start: int, end: int) -> Block | None:
    """Return the block of a table's line, where white space alone parts its columns: a row, or a rule between rows."""
    if at not in columns:
        return None
    head = columns[at]
    return Block("margin", start, end) if head is None else Block("row", start, end, head=head)


def _lines(text: str) -> Iterator[Line]:
    """Yield (start, end, line) of every line that is not blank, without the white space around it."""
    for found in re.finditer(r"[^\n]+", text):
        line = found[0].strip()
        if line:
            start = found.start() + found[0].index(line[0])
            yield start, start + len(line), line


def _goes_on(text: str, line: Line, following: Line) -> bool:
    """Say whether `following` continues the paragraph of `line`: wrapped to a width, no blank line, no new item."""
    if gap(text, line, following) != 1 or _begins_anew(following[2]):
        return False
    if _VALUED.match(line[2]) and _VALUED.match(following[2]):
        return False
    if ATX.match(following[2]) or _FENCE.match(following[2]) or len(following[2]) > _WRAPPED_TO:
        return False
    if following[2][0].islower() and len(line[2]) <= _WRAPPED_TO:
        return True
    return _WRAPPED_FROM <= len(line[2]) <= _WRAPPED_TO and not line[2].endswith(_ENDS) and len(following[2]) > 1


def _begins_anew(line: str) -> bool:
    """Return whether a line says by how it begins that it does not go on with the one before."""
    return bool(_STANDS_ALONE.match(line) or _TIMED.match(line) or _KEYED.match(line))


def _is_explained(text: str, lines: Sequence[Line], at: int) -> bool:
    """Return whether a line is a term with its explanation right under it, indented more."""
    if at + 1 == len(lines) or gap(text, lines[at], lines[at + 1]) != 1 or not is_term(lines[at][2]):
        return False
    return indent(text, lines[at + 1]) > indent(text, lines[at])


def _end_of_item(text: str, lines: Sequence[Line], at: int) -> int:
    """Return the last line of a list's item: those right under its first that are indented more belong to it."""
    first, last = indent(text, lines[at]), at
    for n in range(at + 1, len(lines)):
        line = lines[n][2]
        under = gap(text, lines[last], lines[n]) == 1 and indent(text, lines[n]) > first
        if not under or _begins_anew(line) or TABLE_ROW.search(line) or _FENCE.match(line):
            break
        last = n
    return last


def _is_amid(text: str, lines: Sequence[Line], at: int, before: Sequence[Block]) -> bool:
    """Return whether a line stands right under one that is no heading and is not finished: code, verse, an address."""
    if not before or before[-1].kind in ("heading", "margin") or gap(text, lines[at - 1], lines[at]) != 1:
        return False
    return not lines[at - 1][2].endswith(_ENDS)


def _looks_like_heading(line: str) -> bool:
    first = next((c for c in line if c.isalpha()), "")
    if not first or first.islower() or len(line) > MAX_HEADING_CHARS or _TAG.match(line):
        return False
    return not line.endswith(_ENDS) and not _SENTENCE_INSIDE.search(line) and not _ends_in_value(line)


def _ends_in_value(line: str) -> bool:
    """Return whether the last of several cells of a line is a number: "Surplus      £4,117.41"."""
    *before, (start, end) = cells_in(line)
    last = line[start:end]
    return bool(before) and any(map(str.isdigit, last)) and not any(map(str.isalpha, last))
