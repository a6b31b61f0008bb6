"""Judge sentences, and the cells of rows, by the second reader. question, Evidence -> how likely it does not answer."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.question import is_yes_no
from rag.answering.rows import cell_told, is_asked_row, names_column
from rag.answering.second_reader import SecondReader
from rag.records import Evidence, Passage
from rag.words import asked_names

_ALIKE = 0.3
"""Two rows of a table that are declined with less both answer, as far as the second reader can tell."""


class Judged:
    """What the second reader says of sentences, and of the cells of rows, each read once."""

    def __init__(self, question: str, evidence: Sequence[Evidence], second: SecondReader) -> None:
        self._question = question
        self._evidence = evidence
        self._second = second
        self._said: dict[tuple[str, int, str], float | None] = {}

    def declines(self, one: Evidence) -> float | None:
        """Return the probability in [0, 1] that the sentence does not answer; None when it is too long to be read.

        A passage without a name that the question holds does not tell whether something is so of it; nobody is asked.
        Of a row that the question does not name, another row of its table may answer as well; then none does.
        """
        declines = self._read(one)
        return 1.0 if declines is not None and declines < _ALIKE and self._is_any_row(one) else declines

    def _is_any_row(self, one: Evidence) -> bool:
        cell = cell_told(one)
        if cell is None or is_asked_row(self._question, one):
            return False
        said, is_asked = one.hit.passage.slice(cell.value), names_column(self._question, cell)
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
            return 1.0
        read = one.hit.passage.passage_id, one.start, one.statement
        if read not in self._said:
            self._said[read] = self._second.declines(self._question, one)
        return self._said[read]


def _holds_names(passage: Passage, question: str) -> bool:
    held = passage.titled_text.lower()
    return all(name in held for name in asked_names(question))
