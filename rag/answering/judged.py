"""Judge sentences, and the cells of rows, by the second reader. question, Evidence -> how likely it does not answer."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rag.answering.cells import Cell
from rag.answering.found import RULED_OUT
from rag.answering.furniture import gives_orders
from rag.answering.kinds import asked_kind, fits, lacks
from rag.answering.odds import log_odds, logistic
from rag.answering.premise import denies
from rag.answering.question import is_yes_no
from rag.answering.rows import NAMED, cell_told, column_named, empty_columns, is_asked_row, is_one_of_many, said_by
from rag.answering.second_reader import SecondReader
from rag.records import Evidence, Passage
from rag.words import asked_names, content_stems

_ALIKE = 0.3
"""Two rows of a table that are declined with less both answer, as far as the second reader can tell."""

_SURER = 2.0
"""How much less likely, in log odds, a cell is declined whose row and column the question names; twice that if it names
nothing else."""

_NAMED, _MISFIT, _READ, _JUDGED = 2.0, 1.0, 0.25, 0.5
"""What weighs for a cell of a row: that its column is named beside others; that it is of another kind than what is
asked for; its rank and the second reader's word, both in log odds."""


class Judged:
    """What the second reader says of sentences, and of the cells of rows, each read once."""

    def __init__(self, question: str, evidence: Sequence[Evidence], second: SecondReader) -> None:
        self._question = question
        self._evidence = evidence
        self._second = second
        self._said: dict[tuple[str, int, str], float | None] = {}

    def declines(self, one: Evidence) -> float | None:
        """Return the probability in [0, 1] that the sentence does not answer; None when it is too long to be read.

        A passage without a name that the question holds does not tell whether something is so of it, nor does a
        sentence without one tell a date, a number that something bears or an address, nor one that denies what the
        question takes for done tell more of it; nobody is asked. One that gives orders to a machine answers
        nothing.
        A row that the question does not name, among others of its table, does not answer, nor does a cell of a row that
        has nothing under the column which is asked for.
        """
        declines = self._read(one)
        cell = cell_told(one)
        if cell is None or declines is None:
            return declines
        if self._is_any_row(one, declines) or self._is_left_empty(one, cell):
            return RULED_OUT
        named = self._named(cell) if is_asked_row(self._question, one) else 0.0
        return logistic(log_odds(declines) - _SURER * named * (1 + self._says_all(one)))

    def _is_left_empty(self, one: Evidence, cell: Cell) -> bool:
        empty = max((column_named(self._question, header) for header in empty_columns(one)), default=0.0)
        return empty >= NAMED and empty > self._named(cell)

    def _named(self, cell: Cell) -> float:
        return column_named(self._question, cell.header)

    def cell_asked_for(self, row: Sequence[Evidence]) -> Evidence:
        """Return that of some cells of a row, best first, which is likeliest to be asked for.

        A bare value seldom tells what it is, so a column that the question names decides, else kind, rank and the
        second reader together. Of a row that the question does not name, unless it ranks first, the best is taken.
        """
        if len(row) == 1 or (row[0] != self._evidence[0] and not is_asked_row(self._question, row[0])):
            return row[0]
        named = [self._named(cell) if (cell := cell_told(one)) else 0.0 for one in row]
        if named.count(most := max(named)) == 1 and most >= NAMED:
            return row[named.index(most)]
        return max(row, key=self._asked_for)

    def names_all(self, row: Sequence[Evidence]) -> bool:
        """Return whether all that the question says stands in a row and over one of its cells, and asks for that.

        It is as likely to answer as the best sentence, however it was read: numbers by themselves are read badly.
        """
        return any(map(self._says_all, row))

    def _says_all(self, one: Evidence) -> bool:
        cell = cell_told(one)
        if cell is None or self._named(cell) < NAMED:
            return False
        return frozenset(content_stems(self._question)) <= said_by(self._question, one, cell)

    def _asked_for(self, one: Evidence) -> float:
        cell, declines = cell_told(one), self.declines(one)
        if cell is None or declines is None:
            return -math.inf
        told = one.answer_text if asked_kind(self._question) == "name" else f"{cell.header}: {one.answer_text}"
        kind = _NAMED * self._named(cell) - _MISFIT * (not fits(self._question, told))
        return kind + _READ * log_odds(one.score) + _JUDGED * log_odds(1 - declines)

    def _is_any_row(self, one: Evidence, declines: float) -> bool:
        """Return whether another row of the table may answer as well, as far as the question tells."""
        cell = cell_told(one)
        if cell is None or is_asked_row(self._question, one):
            return False
        if is_one_of_many(one):
            return True
        if declines >= _ALIKE:
            return False
        said, is_asked = one.hit.passage.slice(cell.value), self._named(cell) > 0
        for other in self._evidence:
            of_it = other.hit.passage.doc_id == one.hit.passage.doc_id and other.start != one.start
            rival = cell_told(other) if of_it else None
            if rival and rival.header == cell.header:
                is_same = other.hit.passage.slice(rival.value) == said
                if not (is_asked and is_same):
                    return (self._read(other) or 0.0) < _ALIKE
        return False

    def _read(self, one: Evidence) -> float | None:
        if is_yes_no(self._question) and not _holds_names(one.hit.passage, self._question):
            return RULED_OUT
        if gives_orders(one.text):
            return RULED_OUT
        if lacks(self._question, f"{one.under} {one.statement or one.text}") or denies(self._question, one.text):
            return RULED_OUT
        read = one.hit.passage.passage_id, one.start, one.statement
        if read not in self._said:
            self._said[read] = self._second.declines(self._question, one)
        return self._said[read]


def _holds_names(passage: Passage, question: str) -> bool:
    held = passage.titled_text.lower()
    return all(name in held for name in asked_names(question))
