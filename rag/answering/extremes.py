"""Find the row of a table that has the most or least of something. question, passages of a document -> its row."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.cells import Cell, values_held
from rag.answering.rows import NAMED, column_named
from rag.answering.superlatives import YEAR, asks_more, measures_of, superlative, wants_most
from rag.answering.tables import PLAIN, Row, RowTold, amount, is_counted, over_table, tables_of
from rag.dates import iso_date
from rag.records import Compared, Passage
from rag.words import content_stems, stem

_YES, _NO = frozenset("yes y true ✓ ✔ x included".split()), frozenset("no n false – — - ✗ none".split())
_WHICH = re.compile(r"\b(?:which|what) (?:of (?:the|our|my|these) )?(\w+)")
_NO_THINGS = PLAIN | frozenset(map(stem, "line table document file record overall single total worker time".split()))
_ASKS_DAY = re.compile(r"\bwhen\b|\b(?:which|what) (?:year|month|day|date)\b", re.IGNORECASE)
_OF_YEAR = re.compile(r"year|date|since|founded|built|opened|born", re.IGNORECASE)


def extremes(question: str, passages: Sequence[Passage]) -> tuple[RowTold, ...]:
    """Return the rows, of a document's only table that the question is about, with the most or least; else `()`.

    They are several where they tie. The question must name the column of numbers (or days), or there is but one; all
    its other words stand over the table, or in the rows that are meant ("in January"). Rows that sum up others do not
    count.
    """
    asked = superlative(question)
    if not asked or asks_more(question, asked):
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
    most = (max if wants_most(asked) else min)(known)
    compared = Compared(len(known), header, passages[0].title)
    best = (row for row, value in zip(rows, values, strict=True) if value == most)
    return tuple(_told(question, row, header, under, compared) for row in best)


def _column(question: str, asked: re.Match[str], rows: Sequence[Row]) -> str:
    """Return the name of the column of numbers that a question asks the most of; "" where that is not sure."""
    headers = dict.fromkeys(cell.header for row in rows for cell in row.cells if cell.header)
    counted = [header for header in headers if is_counted(row.value(header) for row in rows)]
    measures = measures_of(asked)
    numbers = [header for header in counted if not all(iso_date(row.value(header)) for row in rows)]
    named = [header for header in counted if measures & frozenset(content_stems(header.replace("_", " ")))]
    # "The lowest salinity" means the only column that speaks of salinity.
    next_word = frozenset(content_stems(question[asked.end() :])[:1])
    named = named or [head for head in numbers if next_word & frozenset(content_stems(head.replace("_", " ")))]
    # The oldest day is not the greatest: only words that speak of days are taken for those.
    named = named or [head for head in (numbers if measures else counted) if column_named(question, head) >= NAMED]
    if not named and not measures:
        named = numbers
    return named[0] if len(named) == 1 else ""


def _meant(
    question: str, asked: re.Match[str], header: str, rows: Sequence[Row]
) -> tuple[Sequence[Row], frozenset[str]]:
    """Return the rows that a question is about, those that hold its other words, and the columns that hold them.

    No rows where a word is strange, or where it stands over the table and in part of a cell of some rows: nobody knows
    then whether it limits them. One that is all of a cell does, and one that names a column of "yes" and "no" asks for
    "yes". A word that stands under several columns is looked for under that where it is often.
    """
    over = over_table(rows[0])
    heads = {c.header: frozenset(content_stems(c.header.replace("_", " "))) for row in rows for c in row.cells}
    others = question[: asked.start()] + question[asked.end() :]
    under: set[str] = set()
    for word in frozenset(content_stems(others)) - measures_of(asked) - heads[header] - _NO_THINGS:
        named = next((head for head, stems in heads.items() if word in stems), "")
        holding = [(row, c) for row in rows for c in row.cells if word in values_held(row.passage, [c])]
        column = max((c.header for _, c in holding), key=[c.header for _, c in holding].count, default="")
        held = [row for row, c in holding if c.header == column]
        if named and (told := _answers(rows, named)):
            rows = [row for row, is_so in zip(rows, told, strict=True) if is_so]
        elif held and _is_whole(word, column, held):
            rows, under = held, under | {column}
        elif held and (word in over or named) and len(held) < len(rows):
            return (), frozenset()
        elif held and len(held) < len(rows):
            rows, under = held, under | {column}
        elif not (held or named or word in over):
            return (), frozenset()
    known = sum(amount(row.value(header)) is not None for row in rows)
    return (rows if known > 1 else ()), frozenset(under)


def _answers(rows: Sequence[Row], header: str) -> list[bool]:
    """Return what each row says under a column of "yes" and "no"; `[]` for a column of anything else."""
    said = [row.value(header).strip().lower() for row in rows]
    return [one in _YES for one in said] if all(one in _YES | _NO or not one for one in said) and any(said) else []


def _is_whole(word: str, column: str, rows: Sequence[Row]) -> bool:
    """Return whether a word is all of the cells that hold it."""
    return all(row.stems(column) == {word} for row in rows)


def _told(question: str, row: Row, header: str, under: frozenset[str], compared: Compared) -> RowTold:
    """Return a row with what answers: the value or the day where the question asks for that, else what it is called."""
    say, asked = row.passage.slice, frozenset(content_stems(question))
    value = next(cell for cell in row.cells if cell.header == header)
    others = [
        cell for cell in row.cells if cell != value and not 0 < len(_said(row, cell)) == len(_said(row, cell) & asked)
    ]
    others = [cell for cell in others if say(cell.value).strip().lower() not in _YES | _NO]
    texts = [cell for cell in others if amount(say(cell.value)) is None] or others or [value]
    days = [
        c for c in row.cells if iso_date(say(c.value)) or (YEAR.fullmatch(say(c.value)) and _OF_YEAR.search(c.header))
    ]
    which = frozenset(map(stem, _WHICH.findall(question.lower())[:1]))
    key = max(texts, key=lambda c: (_names(question, which, row, c), c.header in under, -row.cells.index(c)))
    asks_what = re.match(r"\W*(?:what|how)\b(?!.*\b(?:thing|item|one)\b)", question, re.IGNORECASE)
    is_named = not asked.isdisjoint(content_stems(header.replace("_", " ")))
    if asks_what and is_named and column_named(question, key.header) < NAMED:
        key = value
    if days and _ASKS_DAY.search(question) and column_named(question, key.header) < NAMED:
        key = value if value in days else days[0]
    statement = f"The {header} of {say(texts[0].value)} is {say(value.value)}."
    return RowTold(row.passage, row.span, key.value, statement, compared)


def _said(row: Row, cell: Cell) -> frozenset[str]:
    return frozenset(content_stems(row.passage.slice(cell.value)))


def _names(question: str, which: frozenset[str], row: Row, cell: Cell) -> float:
    """Return how surely, in [0, 1], a cell is what a question asks which it is."""
    holds = bool(which & _said(row, cell))
    return max(column_named(question, cell.header), float(holds))
