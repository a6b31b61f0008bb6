"""The only way through: question -> Query -> Hits -> growing Answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from rag.answering.overview import asks_overview
from rag.answering.topic import mentioned
from rag.courtesies import is_pleasantry, without_courtesies
from rag.errors import QuestionError
from rag.gate import QUESTIONS
from rag.protocols import Retriever, Writer
from rag.records import Answer, Hit, Query, Turn
from rag.render import N_NEAREST
from rag.retrieval.copies import copies_last, documents_first

MakeQuery = Callable[[str, Sequence[Turn]], Query]
"""Turns a question and what was said before into what is searched."""


Begin = Callable[[Sequence[str], int], tuple[Hit, ...]]
"""Finds how documents begin: those of some ids, all if there are none; up to so many hits."""

Respell = Callable[[Query, Sequence[Hit]], Query]
"""Mends the spelling of a query by what it found; the same query when there is nothing to mend."""


SeeWhole = Callable[[Iterable[str]], None]
"""Sees that documents are what was read, by their ids. Raises `LibraryDamaged` for one that is not."""

_DEEPER = 2
"""How many times the hits of an answer are looked through for some that are no copies."""
_WIDER = 8
"""How many times the hits are looked through for those of other documents, where these are asked for."""


class Pipeline:
    """Everything between a question and its answer, over one library. `writer` loads the models at its first call."""

    def __init__(
        self, make_query: MakeQuery, respell: Respell | None, retriever: Retriever, begin: Begin,
        writer: Callable[[], Writer], *, see_whole: SeeWhole, k_hits: int, max_question_chars: int,
    ) -> None:  # fmt: skip
        self._make_query = make_query
        self._respell = respell
        self._retriever = retriever
        self._begin = begin
        self._see_whole = see_whole
        self.writer = writer
        self.depth = _DEEPER * k_hits
        """How many hits are looked through for an answer."""
        self._k_hits = k_hits
        self._max_question_chars = max_question_chars

    def find(
        self, question: str, k: int, history: Sequence[Turn] = (), *, query_text: str = "", only: Sequence[str] = ()
    ) -> tuple[Query, tuple[Hit, ...]]:
        """Return what was searched in the end and up to `k` hits, best first. Raises `QuestionError`.

        `query_text` is searched as it is, in place of what would be made of question and history; `only` are doc_ids.
        For who asks what the documents are about, it is how they begin; for who only says thanks, nothing.
        """
        if isinstance(k, bool) or not isinstance(k, int) or k < 1:
            raise QuestionError(f"k is {k!r}; it must be a whole number from 1 on.")
        if isinstance(only, str):
            raise QuestionError(f"only is {only!r}; it must be a list of doc_ids, as `within` returns.")
        if query_text.strip():
            query = Query(self._checked(question), self._checked(query_text), tuple(only))
            return query, self._retriever.search(query, k)
        asked = without_courtesies(self._checked(question))
        query = replace(self._make_query(asked, _turns(history)), question=question, only=tuple(only))
        if is_pleasantry(query.text):
            return query, ()
        if asks_overview(query.text):
            return query, self._begin(only, k)
        hits = self._search(query, k)
        mended = self._respell(query, hits) if self._respell else query
        return (query, hits) if mended == query else (mended, self._search(mended, k))

    def _search(self, query: Query, k: int) -> tuple[Hit, ...]:
        """Return up to `k` hits; for who asks which documents mention something the best of each first."""
        if topic := mentioned(query.text):
            return documents_first(self._retriever.search(replace(query, text=topic), _WIDER * k), k)
        return self._retriever.search(query, k)

    def stream(
        self, question: str, history: Sequence[Turn] = (), *, query_text: str = "", only: Sequence[str] = (),
        stop: threading.Event | None = None,
    ) -> Iterator[Answer]:  # fmt: skip
        """Yield whole, growing answers; the last one is final, with `timings["total"]`. Arguments as for `find`.

        Raises `QuestionError` for a question that is empty or too long.
        """
        start = time.perf_counter()
        with QUESTIONS.asking():
            query, hits = self.find(question, self.depth, history, query_text=query_text, only=only)
        yield from self.answer(query, hits, start=start, stop=stop)

    def answer(
        self, query: Query, found: Sequence[Hit], *, start: float, stop: threading.Event | None = None,
        see_whole: SeeWhole | None = None,
    ) -> Iterator[Answer]:  # fmt: skip
        """Yield the growing answers from `depth` hits, best first, that were looked for since `start`.

        What they show is seen to be what was read, by `see_whole` where the hits are of other libraries too.
        """
        with QUESTIONS.asking():
            hits = self.chosen(found)
            searched = time.perf_counter() - start
            seen: set[str] = set()
            for answer in self.writer().stream(query, hits, stop=stop):
                if new := _shown(answer) - seen:
                    (see_whole or self._see_whole)(new)
                    seen |= new
                total = time.perf_counter() - start
                yield replace(answer, timings={"search": searched, **answer.timings, "total": total})

    def chosen(self, found: Sequence[Hit]) -> tuple[Hit, ...]:
        """Return those of `depth` hits, best first, that an answer is made from.

        Copies of a better passage give way to others, so that one article five times does not fill the evidence.
        """
        return copies_last(found, self._k_hits)

    def _checked(self, question: object) -> str:
        if not isinstance(question, str):
            raise QuestionError(f"The question is {question!r}; it must be text.")
        if not question.strip():
            raise QuestionError("The question is empty. Type what you want to know.")
        if any("\ud800" <= char <= "\udfff" for char in question):
            raise QuestionError(f"The question holds bytes that are no UTF-8 text: {question!r}. Type it anew.")
        if len(question) > self._max_question_chars:
            raise QuestionError(
                f"The question has {len(question):,} characters; at most {self._max_question_chars:,} are read. "
                "Ask it in fewer words, or add the long text as a document."
            )
        return question


def _turns(history: object) -> list[Turn]:
    """Return what was said before, each turn two texts. Raises `QuestionError` for anything else."""
    turns = []
    for turn in history if isinstance(history, Sequence) and not isinstance(history, str) else [history]:
        if not (isinstance(turn, Sequence) and [type(text) for text in turn] == [str, str]):
            raise QuestionError(f"A turn of the history is {turn!r}; it must be a question and its answer, both text.")
        turns.append(Turn(turn[0], turn[1]))
    return turns


def _shown(answer: Answer) -> set[str]:
    """Return the ids of the documents of which an answer shows words: those cited, and the nearest."""
    near = (one.hit.passage.doc_id for one in answer.nearest[:N_NEAREST])
    return {*near, *(citation.doc_id for citation in answer.citations)}
