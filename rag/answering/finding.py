"""Find what answers a question, and how sure that is, by two readers. Query and Hits -> Finding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.answering.bare import bare
from rag.answering.cells import cells_of
from rag.answering.change import value_changing
from rag.answering.extremes import extremes
from rag.answering.filtered import asks_rows, filtered
from rag.answering.found import DecisionWeights, Finding, decide, moved_first
from rag.answering.identity import is_name, name_asked
from rag.answering.judged import Judged
from rag.answering.odds import near
from rag.answering.overview import MOST_BEGUN, asks_overview, overview
from rag.answering.question import asks_for_term, asks_whether
from rag.answering.rows import explains_term
from rag.answering.second_reader import SecondReader
from rag.answering.selection import MOST_TOLD, Selection, selected
from rag.answering.superlatives import superlative
from rag.answering.tables import MOST_PASSAGES
from rag.answering.topic import MOST_MENTIONED, mentioned, of_each_document, on_topic, topic_of
from rag.answering.wording import worded
from rag.protocols import EvidenceSelector
from rag.records import Evidence, Hit, Passage, Query

_MOST_JUDGED = 4
_JUDGED_GAP = 2.0
_LIKELY = 0.7
"""The second reader reads so many sentences at most, best first, until one is so likely to answer: those that rank so
little below the best, in log odds, after rows that hold all of the question. All cells of a row count as one."""

_TERM_GAP, _TERMS_JUDGED = 4.0, 6
"""The same where a term is asked for, of what explains one: the first reader knows little of orders and settings."""
_WORTH_WORDS = 0.3
"""How likely a sentence must be to answer for its words to be weighed, which takes a tenth of a second."""

_ALL = 1_000_000
_TABLES_SEEN = 5
"""Hits whose documents are looked through for a table of which all rows together answer."""


class Finder:
    """Has the selector choose and the second reader, if there is one, check the choice.

    `whether` weighs the two readers for questions whether something is so, if not as `weights` do. `of_document` gives
    up to so many passages of a document by its id, () for one that is not known: what all rows tell is read there.
    """

    def __init__(
        self,
        selector: EvidenceSelector,
        second: SecondReader | None = None,
        weights: DecisionWeights | None = None,
        whether: DecisionWeights | None = None,
        *,
        of_document: Callable[[str, int], Sequence[Passage]] = lambda *_: (),
    ) -> None:
        self.name = second.name if second else "quotes"
        self._selector = selector
        self._second = second
        self._weights = weights
        self._whether = whether or weights
        self._of_document = of_document

    def first(self, query: Query, hits: Sequence[Hit], k: int) -> Finding:
        """Return what the selector finds for the query's text, with up to `k` sentences of evidence.

        Of a question that only names a topic, whatever speaks of that is found, and needs no second reader, nor do the
        documents that speak of it, each by a sentence, or how the documents begin, for who asks what they are about,
        nor the rows of a table that have the most or least of something, or are limited by what stands in their cells.
        """
        if asks_overview(query.text) and (told := overview(hits, k)):
            return Finding.about(query.text, told, Selection("overview", told[:MOST_BEGUN], ()))
        if (topic := topic_of(query.text)) and (told := on_topic(topic, hits, k)):
            return Finding.about(query.text, told, Selection("account", told[:MOST_TOLD], ()))
        if (topic := mentioned(query.text)) and (told := of_each_document(on_topic(topic, hits, _ALL))):
            return Finding.about(query.text, told, Selection("mentions", told[:MOST_MENTIONED], ()))
        if rows := self._over_rows(query.text, hits):
            return rows
        changing = value_changing(query.text)
        asked = replace(query, text=bare(changing or query.text))
        evidence, confidence = self._selector.select(asked, hits, k)
        otherwise = self._named(asked.text, hits)
        return replace(Finding.of(asked.text, evidence, confidence), over_time=bool(changing), otherwise=otherwise)

    def _over_rows(self, question: str, hits: Sequence[Hit]) -> Finding | None:
        """Return the rows that answer by what all rows of their table hold, where the first hits are of tables.

        Those with the most or least of something are told of each document that has some, those that a question limits
        only where one document has them.
        """
        most = superlative(question) is not None
        if not (most or asks_rows(question)):
            return None
        first: dict[str, Hit] = {}
        for hit in hits[:_TABLES_SEEN]:
            if any(cells_of(hit.passage, span) for span in hit.passage.sentences):
                first.setdefault(hit.passage.doc_id, hit)
        tell = extremes if most else filtered
        held = {doc_id: self._of_document(doc_id, MOST_PASSAGES + 1) for doc_id in first}
        whole = {doc_id: passages for doc_id, passages in held.items() if len(passages) <= MOST_PASSAGES}
        told = {doc_id: found for doc_id, passages in whole.items() if (found := tell(question, passages))}
        if not told or (len(told) > 1 and not most):
            return None
        rows = [(first[doc_id], one) for doc_id, found in told.items() for one in found[:MOST_MENTIONED]]
        evidence = tuple(
            Evidence(replace(hit, passage=one.passage), *one.row, 1.0, one.answer, one.statement) for hit, one in rows
        )
        chosen = Selection("list" if len(rows) > 1 else "one", evidence, evidence)
        compared = tuple(dict.fromkeys(one.compared for _, one in rows))
        return replace(Finding.about(question, evidence, chosen), compared=compared)

    def _named(self, question: str, hits: Sequence[Hit]) -> Finding | None:
        """Return where the name stands of which the question asks who that is; None for another question."""
        name = name_asked(question)
        told = of_each_document(on_topic(name, hits, _ALL)) if is_name(name) else ()
        return Finding.about(question, told, Selection("named", told[:MOST_MENTIONED], ())) if told else None

    def second(self, found: Finding) -> Finding:
        """Return the finding with the second reader's word added, also on what it would tell beside the best.

        It reads the next sentences too until one is likely to answer, and whichever is likeliest becomes the first.
        Documents that disagree answer if any of their values does.
        """
        weights = self._whether if asks_whether(found.question) else self._weights
        if found.is_topic or not found.evidence or self._second is None or weights is None:
            return found
        judged = Judged(found.question, found.evidence, self._second)
        best = self._likeliest(found, judged, weights)
        if best is None:
            return found
        if best.confidence >= _WORTH_WORDS:
            first = worded(found.question, best.evidence[0], self._second)
            best = replace(best, evidence=(first, *best.evidence[1:]))
        told = [judged.cell_asked_for(row) for row in _by_row(best.evidence)]
        selection = selected(found.question, told, lambda one: judged.declines(one) or 0.0, over_time=found.over_time)
        if selection.shape == "conflict":
            declines = min(d for one in selection.evidence if (d := judged.declines(one)) is not None)
            best = decide(replace(best, declines=declines), weights)
        return replace(best, selection=selection)

    def _likeliest(self, found: Finding, judged: Judged, weights: DecisionWeights) -> Finding | None:
        """Return the finding with the likeliest of the sentences that are read in first place; None if none can be."""
        best: Finding | None = None
        top, rows = found.evidence[0], _by_row(found.evidence)
        named = [row for row in rows if judged.names_all(row)]
        terms = asks_for_term(found.question)
        near_by = [
            row
            for row in rows
            if row not in named
            and near(top.score, row[0].score, _TERM_GAP if terms and explains_term(row[0]) else _JUDGED_GAP)
        ]
        for row in [*named, *near_by][: _TERMS_JUDGED if terms else _MOST_JUDGED]:
            if best is not None and best.confidence >= _LIKELY:
                break
            asked_for = judged.cell_asked_for(row)
            declines = judged.declines(asked_for)
            if declines is None:
                continue
            moved = moved_first(found, asked_for, like=top if row in named else row[0])
            other = decide(replace(moved, declines=declines), weights)
            best = other if best is None or other.confidence > best.confidence else best
        return best


def _by_row(evidence: Sequence[Evidence]) -> list[list[Evidence]]:
    """Return the evidence in order, the cells of one row together at the place of its best."""
    rows: dict[tuple[str, int], list[Evidence]] = {}
    for one in evidence:
        rows.setdefault((one.hit.passage.passage_id, one.start), []).append(one)
    return list(rows.values())
