"""Find the title of a text. text -> its first heading, or a line at its top that reads like one."""

from __future__ import annotations

from collections.abc import Sequence

from rag.corpus.blocks import ATX, Block, find_blocks
from rag.corpus.dates import date_in
from rag.corpus.outline import indent

_TITLE_LINES = 8
_LOOKED_AT = 20_000
"""Characters from the top among which a title is looked for."""
_MAX_TITLE_CHARS = 200
_LEADS_ON = (",", ":", ";")
_MIN_TITLE_WORDS = 3
_CENTRED = 8


def find_title(text: str, media_type: str) -> str:
    """Return the title: the first Markdown heading, or a line among the first that reads like one; else "".

    A first line that a blank line sets apart is a title even if it is one word or ends like a sentence.

    Where one candidate holds another (a trail of menu entries ends with the headline), the shorter is the title.
    """
    blocks = find_blocks(text[:_LOOKED_AT], media_type)[:_TITLE_LINES]
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
