"""Find the rows of a table that a question limits by what stands in their cells. question, passages -> rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.cells import Cell
from rag.answering.rows import NAMED, column_named
from rag.answering.superlatives import asks_more, superlative
from rag.answering.tables import PLAIN, Row, RowTold, amount, over_table, tables_of
from rag.dates import iso_date
from rag.records import Compared, Passage
from rag.words import content_stems, stem

_ASKED = re.compile(
    r"(?:so |and |but )?(?P<asks>who|which(?: of (?:the|our|my|these))?|what|list|name|show me)\b(?: all| the)*"
    r"(?: (?P<noun>[\w-]+))?.*",
    re.IGNORECASE | re.DOTALL,
)
_NO_LIST = re.compile(
    r"\b(?:how|when|where|why|whose|or|if|mean|happen\w*|compare|(?:is|was) (?:the|an?))\b", re.IGNORECASE
)
_OF_PEOPLE = re.compile(
    r"name|person|member|employee|staff|contact|player|student|driver|doctor|teacher", re.IGNORECASE
)
_PLAIN = PLAIN | frozenset(map(stem, "work live belong come paid pay called bought buy all any".split()))
_MOST_ROWS = 10


def asks_rows(question: str) -> re.Match[str] | None:
    """Return how a question asks for things that rows of a table may be; None for one that asks in another way."""
    if superlative(question) or _NO_LIST.search(question) or asks_more(question, None):
        return None
    return _ASKED.fullmatch(question.strip())


def filtered(question: str, passages: Sequence[Passage]) -> tuple[RowTold, ...]:
    """Return the rows, of a document's only table that tells them, whose cells are what a question says; else `()`.

    "Who works in Arrow?" means the rows with a cell "Arrow", each by what it is called. Every word of the question must
    be all of a cell, or stand over the table; one word at least is a cell.
    """
    asked = asks_rows(question)
    if not asked:
        return ()
    found = [
        rows for table in tables_of(passages) if (rows := _rows(question, asked["asks"], asked["noun"] or "", table))
    ]
    return found[0] if len(found) == 1 else ()


def _rows(question: str, asks: str, noun: str, table: Sequence[Row]) -> tuple[RowTold, ...]:
    """Return the rows of a table that a question means: a word of it names the table, or people are asked for."""
    over = over_table(table[0])
    heads = {cell.header for row in table for cell in row.cells}
    headed = frozenset(content_stems(" ".join(heads).replace("_", " ")))
    words = frozenset(content_stems(question)) - _PLAIN
    rows, under, named = list(table), list[str](), False
    for word in words:
        column = _column(word, words, table)
        if column:
            rows = [row for row in rows if _holds(row, column, word, words)]
            under.append(column)
        elif word in over or word in headed:
            named = True
        else:
            return ()
    asked_for = [head for head in heads - set(under) if column_named(question, head) >= NAMED]
    if not under or not 0 < len(rows) <= _MOST_ROWS or len(rows) == len(table) or len(asked_for) > 1:
        return ()
    key = asked_for[0] if asked_for else _called(noun, under, rows)
    is_meant = named or (asks.lower() == "who" and _OF_PEOPLE.search(key))
    if not is_meant or not key or not all(row.value(key) for row in rows):
        return ()
    compared = Compared(len(table), ", ".join(dict.fromkeys(under)), table[0].passage.title)
    return tuple(_told(row, key, compared) for row in rows)


def _column(word: str, words: frozenset[str], table: Sequence[Row]) -> str:
    """Return the column in which a word is most often all of a cell, with other words of the question; "" for none."""
    heads = dict.fromkeys(cell.header for row in table for cell in row.cells)
    held = {head: sum(_holds(row, head, word, words) for row in table) for head in heads}
    return max(held, key=lambda head: held[head]) if any(held.values()) else ""


def _holds(row: Row, column: str, word: str, words: frozenset[str]) -> bool:
    """Return whether a cell is a word, with others of the question, or a day of the month that it names."""
    stems = row.stems(column)
    return word in stems and (stems <= words or bool(iso_date(row.value(column))))


def _called(noun: str, under: Sequence[str], rows: Sequence[Row]) -> str:
    """Return the column by whose words rows are called: the first that holds no number and limits nothing."""
    heads = [cell.header for cell in rows[0].cells if cell.header not in under]
    named = [head for head in heads if stem(noun.lower()) in content_stems(head)]
    return next((head for head in [*named, *heads] if all(amount(row.value(head)) is None for row in rows)), "")


def _told(row: Row, key: str, compared: Compared) -> RowTold:
    cell: Cell = next(cell for cell in row.cells if cell.header == key)
    value = row.passage.slice(cell.value)
    return RowTold(row.passage, row.span, cell.value, f"The {key} is {value}.", compared)
