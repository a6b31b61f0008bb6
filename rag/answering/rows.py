"""Read a row of a table cell by cell. question, row -> what each cell says, as a sentence about what is asked about."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from typing import NamedTuple

from rag.answering.cells import Cell, cells_of, tells_apart, values_held
from rag.answering.kinds import MONEY
from rag.answering.question import asked_stems, measures_asked, price_phrases
from rag.records import Evidence, Passage, Span
from rag.words import asked_names, content_stems, content_words, numbers

_MONEY = re.compile(rf"[€$£¥]|\b(?:{MONEY}|yen|price|amount)\b", re.IGNORECASE)
_SHORT = re.compile(r"\b([A-Za-z]{3,5})(?:\.|$)")
"""What may be a word cut short."""
_OF_FACTS, _MAX_FACT_CHARS = 2, 60
"""Columns of a table of facts about one thing, and the characters in which the first names a fact at most."""
_MEANT = 0.5
""""How much is it?" means a column of money about as surely as naming half of its words."""


class Statement(NamedTuple):
    """What a cell says, as a sentence; where the value stands in it, and where in the document."""

    text: str
    own: Span
    value: Span
    header: str


def statements_of(question: str, passage: Passage, cells: Sequence[Cell]) -> list[Statement]:
    """Return what each named cell says of those whose values the question holds, or else of the first cell.

    "The weight of Tripod is 2.2." is read more surely than a row of six such pairs. A value that holds but the name of
    a column ("Room: Lecture Room 1") is not what the row is about. Where the columns are things and the first names
    what is told of them ("| Weight | 2.2 kg |" under "| | Tripod |") a cell is read the other way round: under a column
    that holds a name of the question, which the first cell does not, and of two columns also, beside the other way.
    """
    asked, named = asked_stems(question), asked_names(question) | numbers(question)
    telling = asked & tells_apart(passage, cells)
    held = [telling & values_held(passage, [cell]) for cell in cells]
    keys = [c for c, own in zip(cells, held, strict=True) if own and not any(own < other for other in held)]
    keys = keys or list(cells[:1])
    key = ", ".join(dict.fromkeys(passage.slice(cell.value) for cell in keys))
    fact = _fact(passage, cells, named)
    found = []
    for cell in cells:
        is_thing = bool(fact) and not named.isdisjoint(content_words(cell.header))
        if is_thing and cell != cells[0]:
            found.append(_statement(f"The {_spoken(fact, question)} of {cell.header} is ", passage, cell))
        elif cell.header and cell not in keys:
            found.append(_statement(f"The {_spoken(cell.header, question)} of {key} is ", passage, cell))
            if fact and len(cells) == _OF_FACTS:
                found.append(_statement(f"The {_spoken(fact, question)} is ", passage, cell))
    return found


def _fact(passage: Passage, cells: Sequence[Cell], named: Set[str]) -> str:
    """Return the first cell, if it may name what the others tell: it is short and none of the names asked about."""
    fact = passage.slice(cells[0].value) if cells else ""
    return fact if len(fact) <= _MAX_FACT_CHARS and named.isdisjoint(content_words(fact)) else ""


def _statement(lead: str, passage: Passage, cell: Cell) -> Statement:
    value = passage.slice(cell.value)
    return Statement(f"{lead}{value}.", Span(len(lead), len(lead) + len(value)), cell.value, cell.header)


def cell_told(found: Evidence) -> Cell | None:
    """Return the cell of a row that evidence tells, None if it is no row's."""
    if not found.statement:
        return None
    return next((cell for cell in _cells(found) if cell.value == found.answer), None)


def explains_term(found: Evidence) -> bool:
    """Return whether evidence tells a term by what explains it."""
    return bool(found.statement and found.answer) and cell_told(found) is None


def empty_columns(found: Evidence) -> frozenset[str]:
    """Return the columns under which other rows of the table, in the same passage, have something and this one has not.

    Empty for what is no row.
    """
    passage = found.hit.passage
    own = frozenset(cell.header for cell in _cells(found))
    if not own:
        return frozenset()
    others = [frozenset(cell.header for cell in cells_of(passage, span)) for span in passage.sentences]
    return frozenset().union(*(other for other in others if own <= other)) - own


def is_asked_row(question: str, found: Evidence) -> bool:
    """Return whether the values of a row hold a word of the question that does not name a column."""
    return not tells_apart(found.hit.passage, _cells(found)).isdisjoint(asked_stems(question))


def is_one_of_many(found: Evidence) -> bool:
    """Return whether a row stands beside another of its table, in the same passage."""
    passage, own = found.hit.passage, {cell.header for cell in _cells(found)}
    others = (cells_of(passage, span) for span in passage.sentences if span.start != found.start)
    return any(own & {cell.header for cell in other} for other in others)


NAMED = 0.5
"""From where on a question names a column: the least of what `column_named` returns for one that is meant."""


def column_named(question: str, header: str) -> float:
    """Return how surely, in [0, 1], a question names a column: the share of its words that the question holds.

    Who asks what something costs names those of money.
    """
    spoken = _spoken(header, question)
    stems = frozenset(content_stems(spoken))
    share = len(stems & asked_stems(question)) / len(stems) if stems else 0.0
    return max(share, _MEANT if price_phrases(question) and _MONEY.search(spoken) else 0.0)


def said_by(question: str, found: Evidence, cell: Cell) -> frozenset[str]:
    """Return the stems of a row's values and of a cell's column, and of what asks for the price or measure in them."""
    spoken = _spoken(cell.header, question)
    price = price_phrases(question) if _MONEY.search(spoken) else []
    said = values_held(found.hit.passage, _cells(found)) | frozenset(content_stems(" ".join([spoken, *price])))
    return said | {asking for asking, measures in measures_asked(question).items() if measures & said}


def labelled(found: Evidence) -> str:
    """Return the words that answer; a bare number of a row after its column's name: "weight kg: 2.2"."""
    words = found.answer_text.strip()
    if not found.statement or any(map(str.isalpha, words)):
        return words
    cell = cell_told(found)
    label = f"{cell.header}: {words}" if cell else ""
    return label if label and label in found.text else words


def _cells(found: Evidence) -> tuple[Cell, ...]:
    return cells_of(found.hit.passage, Span(found.start, found.end))


def _spoken(header: str, question: str) -> str:
    """Return a column's name as it stands inside a sentence: "Price_EUR" as "price EUR".

    What it cuts short is said in full where the question does: "Ext." of an extension.
    """
    asked = content_words(question)

    def in_full(match: re.Match[str]) -> str:
        short = match[1].lower()
        return next((word for word in asked if word.startswith(short) and len(word) > len(short) + 1), match[0])

    spoken = _SHORT.sub(in_full, header.replace("_", " "))
    return spoken[:1].lower() + spoken[1:] if spoken[1:2].islower() else spoken
