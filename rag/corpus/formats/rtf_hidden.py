"""Mark what nobody sees in RTF. source -> source with signs around hidden words, which any reader passes on."""

from __future__ import annotations

import re
from typing import NamedTuple

from rag.corpus.formats.colours import WHITE, are_alike

OPEN, CLOSE = "\ue000", "\ue001"
"""Stand before and after hidden words: signs for private use, which are in no file's text by accident."""
_TOKEN = re.compile(r"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'[0-9a-f]{2}|\\[^a-z]|[{}]|[\r\n]+|[^\\{}\r\n]+", re.IGNORECASE)
_COLOURS = re.compile(r"\{\\colortbl([^{}]*)\}")
_TABLES = frozenset("fonttbl colortbl stylesheet info pict listtable listoverridetable generator themedata".split())
_GROUNDS = frozenset(["cb", "chcbpat", "highlight", "cbpat", "clcbpat"])
_IN_TABLE = frozenset(["intbl", "itap"])


class _Marks(NamedTuple):
    """How words are drawn: hidden, in the colour of a number, on another one; not at all where they are no text."""

    is_hidden: bool = False
    ink: int = 0
    is_painted: bool = False
    is_text: bool = True


def mark_hidden(source: str) -> str:
    """Return RTF with `OPEN` and `CLOSE` around words that are hidden, or white on the bare page.

    White words in a table, or on any colour, are seen.
    """
    white = _white_inks(source)
    if "\\v" not in source and not white:
        return source
    source = source.replace(OPEN, "").replace(CLOSE, "")
    marks, outer = _Marks(), list[_Marks]()
    is_open = False
    written = []
    for token in _TOKEN.finditer(source):
        word, number = token[1], int(token[2]) if token[2] else None
        if token[0] == "{":
            outer.append(marks)
        elif token[0] == "}":
            marks = outer.pop() if outer else marks
        elif word:
            marks = _marked(marks, word.lower(), number)
        elif token[0] == "\\*":
            marks = marks._replace(is_text=False)
        is_word = word == "u" or token[0].startswith("\\'") or (not word and token[0][0] not in "\\{}\r\n")
        is_lost = is_word and marks.is_text and (marks.is_hidden or (marks.ink in white and not marks.is_painted))
        if is_lost != is_open:
            written.append(OPEN if is_lost else CLOSE)
            is_open = is_lost
        written.append(token[0])
    return "".join(written)


def _marked(marks: _Marks, word: str, number: int | None) -> _Marks:
    """Return the marks that hold after a control word."""
    if word == "plain":
        return _Marks(is_text=marks.is_text, is_painted=marks.is_painted)
    if word == "pard":
        return marks._replace(is_painted=False)
    if word == "v":
        return marks._replace(is_hidden=number != 0)
    if word == "cf":
        return marks._replace(ink=number or 0)
    if word in _IN_TABLE or (word in _GROUNDS and number):
        return marks._replace(is_painted=True)
    return marks._replace(is_text=False) if word in _TABLES else marks


def _white_inks(source: str) -> frozenset[int]:
    """Return the numbers of the colours that are white; none where the whole page has a colour."""
    table = _COLOURS.search(source)
    if not table or "\\background" in source or "\\viewbksp1" in source:
        return frozenset()
    found = set()
    for n, entry in enumerate(table[1].split(";")):
        shares = [int(value) for value in re.findall(r"\\(?:red|green|blue)(\d{1,3})", entry)]
        if len(shares) == 3 and are_alike((shares[0], shares[1], shares[2]), WHITE):
            found.add(n)
    return frozenset(found)
