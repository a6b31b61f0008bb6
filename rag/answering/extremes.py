"""Find the row of a table that has the most or least of something. question, passages of a document -> its row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.answering.cells import Cell, values_held
from rag.answering.rows import column_named
from rag.answering.tables import Row, amount, is_counted, tables_of
from rag.corpus.dates import iso_date
from rag.records import Passage, Span
from rag.words import content_stems, stem

_OF_MONEY, _OF_WORK = "price cost amount fee fare rent charge sum value total", "pay salary wage rate income"
_MOST = {
    "dearest priciest costliest": _OF_MONEY, "heaviest": "weight mass", "longest": "length duration",
    "tallest": "height", "widest": "width", "deepest": "depth", "fastest": "speed", "oldest": "age",
    "hottest warmest": "temperature",
    "loudest": "volume noise", "newest latest": "date day", "farthest furthest": "distance",
    "strongest": "power strength", "highest largest biggest greatest maximum most": "",
}  # fmt: skip
_LEAST = {
    "cheapest": _OF_MONEY, "lightest": "weight mass", "shortest": "length duration height", "narrowest": "width",
    "slowest": "speed", "youngest": "age", "coldest": "temperature", "earliest": "date day",
    "nearest closest": "distance", "weakest": "power strength", "lowest smallest fewest minimum least": "",
}  # fmt: skip
_WORDS: Mapping[str, tuple[bool, str]] = {
    word: (is_most, measures)
    for is_most, asked in ((True, _MOST), (False, _LEAST))
    for words, measures in asked.items()
    for word in words.split()
}
"""Words that ask for the most (or least) of something, with what tables call that; "" where the question names it."""
_ADJECTIVES = {
    "expensive": _OF_MONEY, "costly": _OF_MONEY, "powerful": "power", "recent": "date day", "populous": "population",
    "earns": _OF_WORK, "earned": _OF_WORK, "paid": _OF_WORK, "gets": _OF_WORK,
    "costs": _OF_MONEY, "cost": _OF_MONEY, "weighs": "weight", "lasts": "duration length",
}  # fmt: skip
"""The same after "most" or "least", or before "the most": "most expensive", "who earns the most"."""
_ASKED = re.compile(
    rf"\b(?:(?P<does>\w+) the )?(?P<word>{'|'.join(_WORDS)})\b(?: (?P<adjective>{'|'.join(_ADJECTIVES)})\b)?",
    re.IGNORECASE,
)
_WHICH = re.compile(r"\b(?:which|what) (?:of (?:the|our|my|these) )?(\w+)")
_NO_THINGS = frozenset(
    map(
        stem,
        "thing item one entry row line list table document file name record overall single listed total"
        " person people member staff employee worker year month day date time".split(),
    )
)
_ASKS_DAY = re.compile(r"\bwhen\b|\b(?:which|what) (?:year|month|day|date)\b", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_NAMED = 0.5
"""From where on a question names a column, in the share of its words."""
_MOST_PASSAGES = 400
"""Passages of a document whose table is looked through."""


@dataclass(frozen=True, slots=True)
class Extreme:
    """A row with the most or least of a column: where it and the words that answer stand, and what it says."""

    passage: Passage
    row: Span
    answer: Span
    statement: str


def asks_extreme(question: str) -> bool:
    """Say whether a question asks for what has the most or the least of something."""
    return bool(_ASKED.search(question))


def extremes(question: str, passages: Sequence[Passage]) -> tuple[Extreme, ...]:
    """Return the rows, of a document's only table that the question is about, with the most or least; else `()`.

    They are several where they tie. The question must name the column of numbers (or days), or there is but one; all
    its other words stand over the table, or in the rows that are meant ("in January"). Rows that sum up others do not
    count.
    """
    asked = _ASKED.search(question)
    if not asked or not 0 < len(passages) <= _MOST_PASSAGES:
        return ()
    found: list[tuple[str, Sequence[Row], frozenset[str]]] = []
    for table in tables_of(passages):
        header = _column(question, asked, table)
        meant, under = _meant(question, asked, header, table) if header else ((), frozenset())
        if meant:
            found.append((header, meant, under))
    if len(found) != 1:
        return ()
    [(header, rows, under)] = found
    values = [amount(row.value(header)) for row in rows]
    known = [value for value in values if value is not None]
    most = (max if _WORDS[asked["word"].lower()][0] else min)(known)
    return tuple(_told(question, row, header, under) for row, value in zip(rows, values, strict=True) if value == most)


def _measures(asked: re.Match[str]) -> frozenset[str]:
    """Return the stems of what tables call that of which the most is asked, as far as the word itself tells."""
    beside = (asked["adjective"] or asked["does"] or "").lower()
    return frozenset(map(stem, f"{_WORDS[asked['word'].lower()][1]} {_ADJECTIVES.get(beside, '')}".split()))


def _column(question: str, asked: re.Match[str], rows: Sequence[Row]) -> str:
    """Return the name of the column of numbers that a question asks the most of; "" where that is not sure."""
    headers = dict.fromkeys(cell.header for row in rows for cell in row.cells if cell.header)
    counted = [header for header in headers if is_counted(row.value(header) for row in rows)]
    measures = _measures(asked)
    named = [header for header in counted if measures & frozenset(content_stems(header.replace("_", " ")))]
    if not named and not measures:
        numbered = [header for header in counted if not all(iso_date(row.value(header)) for row in rows)]
        named = [header for header in counted if column_named(question, header) >= _NAMED] or numbered
    return named[0] if len(named) == 1 else ""


def _meant(
    question: str, asked: re.Match[str], header: str, rows: Sequence[Row]
) -> tuple[Sequence[Row], frozenset[str]]:
    """Return the rows that a question is about, those that hold its other words, and the columns that hold them.

    No rows where a word is strange. One that stands under several columns is looked for under that where it is often.
    """
    first = rows[0].passage
    headers = [cell.header.replace("_", " ") for cell in rows[0].cells]
    over = [first.title, Path(first.path).stem.replace("_", " "), *first.headings, *headers]
    others = question[: asked.start()] + question[asked.end() :]
    left = frozenset(content_stems(others)) - _measures(asked) - frozenset(content_stems(" ".join(over))) - _NO_THINGS
    under = set()
    for word in left:
        places = [c.header for row in rows for c in row.cells if word in values_held(row.passage, [c])]
        column = max(places, key=places.count, default="")
        rows = [row for row in rows if column and word in row.stems(column)]
        under.add(column)
    known = sum(amount(row.value(header)) is not None for row in rows)
    return (rows if known > 1 else ()), frozenset(under)


def _told(question: str, row: Row, header: str, under: frozenset[str]) -> Extreme:
    """Return a row with what answers: the value or the day where the question asks for that, else what it is called."""
    say, asked = row.passage.slice, frozenset(content_stems(question))
    value = next(cell for cell in row.cells if cell.header == header)
    others = [cell for cell in row.cells if cell != value and not frozenset(content_stems(say(cell.value))) <= asked]
    texts = [cell for cell in others if amount(say(cell.value)) is None] or others or [value]
    days = [cell for cell in row.cells if iso_date(say(cell.value)) or _YEAR.fullmatch(say(cell.value))]
    which = frozenset(map(stem, _WHICH.findall(question.lower())[:1]))
    key = max(texts, key=lambda c: (_names(question, which, row, c), c.header in under, -row.cells.index(c)))
    asks_what = re.match(r"\W*(?:what|how)\b(?!.*\b(?:thing|item|one)\b)", question, re.IGNORECASE)
    if asks_what and column_named(question, header) >= _NAMED > column_named(question, key.header):
        key = value
    if days and _ASKS_DAY.search(question):
        key = value if value in days else days[0]
    statement = f"The {header} of {say(texts[0].value)} is {say(value.value)}."
    return Extreme(row.passage, row.span, key.value, statement)


def _names(question: str, which: frozenset[str], row: Row, cell: Cell) -> float:
    """Return how surely, in [0, 1], a cell is what a question asks which it is."""
    holds = bool(which & frozenset(content_stems(row.passage.slice(cell.value))))
    return max(column_named(question, cell.header), float(holds))
