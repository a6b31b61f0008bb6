"""Find the term that a text explains by standing indented under it. text, place -> where the term stands."""

from __future__ import annotations

import re

from rag.words import COMMON

_MAX_CHARS = 80
"""A longer line is prose."""
_LOOKED_BACK = 8_000
"""Characters before a place among which its term is looked for."""
_DIRECTIVE = re.compile(r"\.\. [\w:-]+:: ")
"""What leads a term in reStructuredText (".. option:: --quiet"); a blank line may follow it there."""
_MARKED = re.compile(r"(?:[-*+•–|>]|\(?\w{1,3}[.)])\s|\.\. |[$#%] |https?:")
_ITEM = re.compile(
    r"[ \t]*(?:[-*+•]|\d{1,2}[.)])[ \t]+(?:\*\*)?`(?P<term>[^`\s][^`\n]{0,59})`(?:\*\*)?"
    r"[ \t]*(?:\([^()\n]*\)[ \t]*)?(?:[:—–-]|$)",
    re.MULTILINE,
)
"""How an item of a list begins that explains code: "- `timeout` (number): ..."."""
_PROSE_OR_CODE_ENDS = tuple(".!?:;,{([=>\\")
_GAP = re.compile(r" {2,}|\t")
"""What parts a term from an explanation that begins beside it."""
_LEAST_PROSE = 3
"""A line with as many words that are too common to search for is prose."""

Stretch = tuple[int, int]
"""Where something begins and ends."""


def is_term(line: str, *, is_first: bool = False) -> bool:
    """Return whether a line, without the white space around it, may be a term that lines indented below it explain.

    `is_first`: it is the first of a passage, which may begin within a line, so that its indent is not known.
    """
    line = _GAP.split(_DIRECTIVE.sub("", line, count=1), maxsplit=1)[0]
    if not line or len(line) > _MAX_CHARS or line.endswith(_PROSE_OR_CODE_ENDS) or _MARKED.match(line):
        return False
    common = sum(word.lower() in COMMON for word in line.split())
    return any(c.isalnum() for c in line) and common < (1 if is_first else _LEAST_PROSE)


def term_over(text: str, at: int) -> str:
    """Return the term that `term_above` finds, as it is written; "" where there is none."""
    found = term_above(text, at)
    return text[slice(*found)] if found else ""


def term_above(text: str, at: int) -> Stretch | None:
    """Return where the term stands that what begins at a place of a text explains; None where there is none.

    It is the nearest line above that is indented less, or what the item of a list begins with that it stands in.
    """
    start, lines = _lines_before(text, at)
    if (item := _ITEM.match(text, start)) and item.end() <= at:
        return item.span("term")
    depth, below = _indent(text[start:at] + "x"), 1
    for first, line in reversed(lines):
        if not line.strip():
            below += 1
            continue
        if _indent(line) < depth:
            depth = _indent(line)
            if item := _ITEM.match(line):
                return first + item.start("term"), first + item.end("term")
            if below <= 1 + bool(_DIRECTIVE.match(line.strip())) and is_term(line.strip(), is_first=not first):
                return _named(line, first)
        if not depth:
            return None
        below = 1
    return None


def term_in(text: str, start: int, end: int) -> Stretch | None:
    """Return where the term stands that a stretch of a text begins with, before what explains it; else None."""
    if item := _ITEM.match(text, start, end):
        return item.span("term")
    line, _, rest = text[start:end].partition("\n")
    depth = start - text.rfind("\n", 0, start) - 1
    explained = rest and _indent(rest) > depth and is_term(line.strip(), is_first=not start)
    return _named(line, start) if explained else None


def _named(line: str, first: int) -> Stretch:
    """Return where the term of a line that begins at `first` stands: not a directive's name, nor what is beside it."""
    begins = _indent(line)
    if lead := _DIRECTIVE.match(line, begins):
        begins = lead.end()
    gap = _GAP.search(line, begins)
    return first + begins, first + (gap.start() if gap else len(line.rstrip()))


def _lines_before(text: str, at: int) -> tuple[int, list[tuple[int, str]]]:
    """Return where the line of a place begins, and the lines before it with where each does."""
    start = text.rfind("\n", 0, at) + 1
    from_ = max(0, start - _LOOKED_BACK)
    if from_:  # what is before it in its line is not seen
        from_ = text.find("\n", from_) + 1
    found, place = [], from_
    for line in text[from_:start].split("\n")[:-1]:
        found.append((place, line))
        place += len(line) + 1
    return start, found


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
