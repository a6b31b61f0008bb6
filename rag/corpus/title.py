"""Find the title of a text. text -> its headline, its first heading, or a line at its top that reads like one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.corpus.blocks import ATX, Block, find_blocks
from rag.corpus.outline import indent
from rag.dates import date_in, iso_date
from rag.words import content_stems

_TITLE_LINES = 8
_LOOKED_AT = 20_000
"""Characters from the top among which a title is looked for."""
_MAX_TITLE_CHARS = 200
_LEADS_ON = (",", ":", ";")
_MIN_TITLE_WORDS = 3
_CENTRED = 8

_MOST_ABOVE, _LONG = 12, 150
"""Blocks that may stand above the first one of so many characters, on a page that opens with its menus."""
_MIN_HEADLINE_WORDS, _MIN_SAID, _OFTEN = 4, 2, 5
"""Words of a headline, how many of those that mean something the text below it holds too, and how often each counts."""
_MIN_CAPITALS = 6
"""Words of a headline in capitals alone; the names of newspapers are shorter."""
_PROSE = re.compile(r"[.,;:]$|\.\s+[A-Z]|^(?:[^\w“\"'‘]|[a-z]|Copyright\b|[QA]\d*[.:]\s)")
_MENU = re.compile(r"\s[|/·•›»>–-]\s.*\s[|/·•›»>–-]\s|\S {2,}\S.*\S {2,}\S")


def find_title(text: str, media_type: str) -> str:
    """Return the title: the first Markdown heading, or a line among the first that reads like one; else "".

    A first line that a blank line sets apart is a title even if it is one word or ends like a sentence.

    Where one candidate holds another (a trail of menu entries ends with the headline), the shorter is the title. Below
    the name of a newspaper and its menus, it is the line of whose words the article holds most.
    """
    found = find_blocks(text[:_LOOKED_AT], media_type)
    if media_type == "text/plain" and (headline := _headline(text, found)):
        return headline
    blocks = found[:_TITLE_LINES]
    candidates: list[str] = []
    for block in blocks:
        if block.kind != "heading":
            break
        line = text[block.start : block.end]
        if media_type != "text/plain":
            return heading_text(line)
        if len(line.split()) >= _MIN_TITLE_WORDS and not date_in(line):
            candidates.append(line)
    if not candidates:
        return _opening_line(text) or _centred_line(text, blocks)
    return min((line for line in candidates if line in candidates[0]), key=len)


def _headline(text: str, blocks: Sequence[Block]) -> str:
    """Return the line above the first long block whose words the text below holds most often; "" for the first line.

    A page that opens with its headline needs no search for it.
    """
    first = next((n for n, block in enumerate(blocks[:_MOST_ABOVE]) if block.end - block.start >= _LONG), 0)
    lines = [line for block in blocks[:first] for line in _lone_lines(text[block.start : block.end])]
    if not any(lines[1:]):
        return ""
    said = Counter(content_stems(text[blocks[first].start : _LOOKED_AT]))
    again = [[min(said[stem], _OFTEN) for stem in set(content_stems(line)) if said[stem]] for line in lines]
    best = max(range(len(lines)), key=lambda n: sum(again[n]))
    return lines[best] if best and len(again[best]) >= _MIN_SAID else ""


def _lone_lines(block: str) -> list[str]:
    """Return the first line of a block that may be a headline, if it is no prose; "" for each other one."""
    lines = [line.strip() for line in block.split("\n")]
    prose = any(_PROSE.search(line) for line in lines)
    first = next((n for n, line in enumerate(lines) if not prose and _may_be_headline(line)), -1)
    return [line if n == first else "" for n, line in enumerate(lines)]


def _may_be_headline(line: str) -> bool:
    enough = len(line.split()) >= (_MIN_CAPITALS if line.isupper() else _MIN_HEADLINE_WORDS) and len(line) < _LONG
    return enough and not _MENU.search(line) and not iso_date(line)


def heading_text(line: str) -> str:
    """Return what a heading of Markdown says: without its signs, those that close it too."""
    found = ATX.match(line)
    if not found:
        return line
    text = line[found.end() :].rstrip()
    bare = text.rstrip("#")
    return text if bare[-1:].strip() else bare.rstrip()


def _opening_line(text: str) -> str:
    """Return the first line when a blank line sets it apart from the rest and it is short: a title with a full stop."""
    line, _, rest = text[:_LOOKED_AT].lstrip().partition("\n")
    line = line.rstrip()
    apart = rest.strip() and not rest.partition("\n")[0].strip()
    return line if apart and len(line) <= _MAX_TITLE_CHARS and line[-1:] not in _LEADS_ON else ""


def _centred_line(text: str, blocks: Sequence[Block]) -> str:
    """Return the first line of some words that stands alone far from the margin, as titles of typed documents do."""
    for block in blocks:
        line = text[block.start : block.end]
        far = indent(text, (block.start, block.end, line)) >= _CENTRED
        if block.kind == "heading" and far and len(line.split()) >= _MIN_TITLE_WORDS:
            return line
    return ""
