"""Tell the headings and the page margins of a plain text. lines -> levels of headings, lines that only run along."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

Line = tuple[int, int, str]
"""Start, end, and the line without the white space around it."""

_NUMBER = r"(?:\d{1,2}|[A-Z])(?:\.\d{1,3}){0,4}"
_NUMBERED = re.compile(rf"(?P<number>{_NUMBER})\.?[ \t]{{1,4}}[A-Z\"“(]|Appendix (?P<letter>[A-Z])\b")
_UNDERLINE = re.compile(r"([=*~^\"#-])\1{2,}")
_LEADERS = re.compile(r"(?:\.{4,}|(?: \.){4,}) ?\S{1,6}$")
_PAGE = re.compile(r"\bpage \d+(?: of \d+)?\]?$|^- ?\d+ ?-$", re.IGNORECASE)
_GAP = re.compile(r"\S {3,}\S")
_LEAST_REPEATED = 3
_TOP_LEVEL, _LOWEST_LEVEL = 2, 6
MAX_HEADING_CHARS = 120
_LOOKED_AT = 80
"""Characters at the end of a line among which the dots up to a page are looked for."""


def indent(text: str, line: Line) -> int:
    """Return how many characters of white space stand before a line."""
    return line[0] - text.rfind("\n", 0, line[0]) - 1


def gap(text: str, line: Line, following: Line) -> int:
    """Return how many line ends part two lines."""
    return text.count("\n", line[1], following[0])


class Outline:
    """What the lines of a plain text are by their numbers, underlines, indents and repetition.

    `levels` holds for each line the level, from 2, of a heading that is underlined or numbered, else 0;
    `guessed_level` is that of a line which only looks like one, beside them.
    """

    def __init__(self, text: str, lines: Sequence[Line]) -> None:
        self._text = text
        self._lines = lines
        self._underlines = frozenset(at for at in range(1, len(lines)) if self._is_underline(at))
        self._margins = self._underlines | self._repeated()
        self._signs: list[str] = []
        self._chapter = 0
        self.levels = [self._level(at) for at in range(len(lines))]
        self.guessed_level = _LOWEST_LEVEL if any(self.levels) else _TOP_LEVEL

    def runs_along(self, at: int) -> bool:
        """Return whether a line is a page's header or footer, or the line under a heading."""
        return at in self._margins

    def leads_to_page(self, at: int) -> bool:
        """Return whether a line is an entry of a table of contents, with dots up to a page."""
        return bool(_LEADERS.search(self._lines[at][2][-_LOOKED_AT:]))

    def _level(self, at: int) -> int:
        """Return what `levels` holds of a line.

        Underlines rank in the order in which they first come up. A number with a point inside ("1.1 Purpose") makes a
        heading of a line that stands alone; one without ("2. Timeouts") only where what follows is indented more or
        2.1, and 1 has come before: it may be an item of a list.
        """
        line = self._lines[at][2]
        if len(line) > MAX_HEADING_CHARS or self.leads_to_page(at):
            return 0
        if at + 1 in self._underlines:
            sign = self._lines[at + 1][2][0]
            self._signs += [sign] * (sign not in self._signs)
            return min(_LOWEST_LEVEL, _TOP_LEVEL + self._signs.index(sign))
        found = _NUMBERED.match(line)
        if not found or not self._stands_alone(at) or line.endswith((".", ";", ",", ":")):
            return 0
        first, *deeper = (found["number"] or found["letter"]).split(".")
        below = self._lines[at + 1][2] if at + 1 < len(self._lines) else ""
        leads = below.startswith(f"{first}.") or bool(below and self._indent(at + 1) > self._indent(at))
        if not deeper and (not leads or (first.isdigit() and int(first) != self._chapter + 1)):
            return 0
        self._chapter = int(first) if first.isdigit() else self._chapter
        return min(_LOWEST_LEVEL, _TOP_LEVEL + len(deeper))

    def _indent(self, at: int) -> int:
        return indent(self._text, self._lines[at])

    def _gap(self, at: int) -> int:
        """Return how many line ends part a line from the one before it; 2 at the beginning and the end."""
        return gap(self._text, self._lines[at - 1], self._lines[at]) if 0 < at < len(self._lines) else 2

    def _stands_alone(self, at: int) -> bool:
        """Return whether blank lines surround a line."""
        return self._gap(at) > 1 and self._gap(at + 1) > 1

    def _is_underline(self, at: int) -> bool:
        line, above = self._lines[at][2], self._lines[at - 1][2]
        alone = self._gap(at) == 1 and self._gap(at - 1) > 1 and self._gap(at + 1) > 1
        return alone and bool(_UNDERLINE.fullmatch(line)) and abs(len(line) - len(above)) <= max(2, len(above) // 4)

    def _repeated(self) -> frozenset[int]:
        """Return the lines that come up again and again by themselves, but for numbers: with a page, or far apart."""
        alone = [
            (n, re.sub(r"\d+", "0", re.sub(r"\s+", " ", line)))
            for n, (_, _, line) in enumerate(self._lines)
            if (_PAGE.search(line) or _GAP.search(line)) and self._stands_alone(n)
        ]
        counts = Counter(shape for _, shape in alone)
        return frozenset(n for n, shape in alone if counts[shape] >= _LEAST_REPEATED)
