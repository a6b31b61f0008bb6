"""Lay out what is read of the hits. Hits -> Windows: sentences after the one before, lists as a whole, rows by cell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.answering.cells import RowHeld, cells_of, is_columned, is_head, row_held
from rag.answering.days import of_other_days
from rag.answering.document_names import AskedNames
from rag.answering.evidence import statements, window
from rag.answering.identity import name_asked
from rag.answering.lists import listing_at, unmarked
from rag.answering.premise import is_question
from rag.answering.question import asked_stems, asks_over_rows, asks_sum
from rag.answering.reader import Reading
from rag.answering.rows import column_named, statements_of
from rag.answering.tables import sums_up
from rag.protocols import Embedder
from rag.records import Hit, Query, Span
from rag.terms import term_over
from rag.words import content_stems

_HE = re.compile(r"\b(?:he|she|they)\b", re.IGNORECASE)
_AFTER_QUESTION = 3
"""Sentences after a question on a line of its own that may answer it."""
_MOST_CELLS = 4
"""Cells of a row that are read."""


@dataclass(frozen=True, slots=True)
class Window:
    """A sentence to read: the text it is read in, and where in that its own words stand.

    Its words there are without the mark of a list or a clause ("3.3"). `under` is the heading that it is read under, if
    any. `is_statement`: the text is what a row's cell or a whole list says, or a term with what explains it; `value` is
    then where in the document the cell's value or the term stands, None for a list.
    """

    hit: Hit
    sentence: Span
    text: str
    own: Span
    is_statement: bool = False
    value: Span | None = None
    under: str = ""

    @property
    def sentence_text(self) -> str:
        """The sentence, verbatim."""
        return self.hit.passage.slice(self.sentence)

    def answers(self, reading: Reading) -> tuple[tuple[Span, float], ...]:
        """Return the words that may answer, likeliest first, as spans of the document with their log probability.

        Of a row that is the cell's value.
        """
        if self.is_statement:
            return ((self.value, 0.0),) if self.value else ()
        shift = self.sentence.end - self.own.end
        return tuple((Span(a + shift, b + shift), sure) for (a, b), sure in reading.answers(self.own))


def windows_of(hits: Iterable[Hit], *, whole_lists: bool = True) -> list[Window]:
    """Return a window for every sentence that says something; one that asks says nothing.

    It is read after the one before it, an item after what leads its list; with `whole_lists` a list also as a whole, in
    place of its first item.
    """
    return [found for hit in hits for found in _windows(hit, whole_lists=whole_lists)]


def _windows(hit: Hit, *, whole_lists: bool) -> Iterator[Window]:
    passage = hit.passage
    told = set()
    for span in statements(passage):
        if is_head(passage, span) or is_question(passage.slice(span)):
            continue
        listing = listing_at(passage, span)
        if listing and whole_lists and listing not in told:
            told.add(listing)
            words = listing.read_by(passage)
            yield Window(hit, listing.items[0], words, Span(0, len(words)), is_statement=True)
        item = next((one for one in listing.items if one.start <= span.start < one.end), None) if listing else None
        if listing and item:
            if span != listing.items[0] or not whole_lists:
                lead = f"{listing.lead} " if listing.lead else ""
                if span.start > item.start:
                    lead += unmarked(passage.slice(Span(max(item.start, window(passage, span).start), span.start)))
                text = lead + unmarked(passage.slice(span))
                yield Window(hit, span, text, Span(len(lead), len(text)))
            continue
        text, own = passage.slice(span), unmarked(passage.slice(span))
        alone = own != text or is_columned(passage, span) or text in passage.headings
        before = "" if alone else passage.slice(Span(window(passage, span).start, span.start))
        yield Window(hit, span, before + own, Span(len(before), len(before) + len(own)))


def of_asked_rows(question: str, windows: Sequence[Window]) -> list[int]:
    """Return the windows, by number, without the rows that hold less of the question than another of their document.

    Those of "Lumeter 15" hold less of "Lumeter 10" than those of "Lumeter 10"; nor is the row of another year meant. No
    row tells by itself which is the best, or what all of them come to, but for the one that says "Total".
    """
    asked = asked_stems(question)
    others = of_other_days(question, ((n, _by_column(one)) for n, one in enumerate(windows)))
    said = {n: row_held(one.hit.passage, one.sentence, asked) for n, one in enumerate(windows)}
    held = {n: row for n, row in said.items() if row is not None}
    if asks_over_rows(question):
        return [n for n, one in enumerate(windows) if n not in held or (asks_sum(question) and _sums_up(one))]
    best: dict[str, set[RowHeld]] = defaultdict(set)
    for n, row in held.items():
        best[windows[n].hit.passage.doc_id].add(row)
    return [
        n
        for n, one in enumerate(windows)
        if n not in others
        and (n not in held or not any(held[n].yields_to(other) for other in best[one.hit.passage.doc_id]))
    ]


def _sums_up(row: Window) -> bool:
    return sums_up(row.hit.passage, cells_of(row.hit.passage, row.sentence))


def _by_column(row: Window) -> list[tuple[tuple[str, str], str]]:
    """Return the values of a row, each with its document and column; none of what is no row."""
    passage = row.hit.passage
    return [((passage.doc_id, c.header), passage.slice(c.value)) for c in cells_of(passage, row.sentence)]


def under_headings(query: Query, windows: Sequence[Window]) -> list[Window]:
    """Return the windows, each after the nearest heading or term with a word of the question that its sentence lacks.

    "Call your lead before 9:30" stands under "Sick leave", "No, they disturb the birds" under "Can I bring my dog?".
    Above that comes the document's title, or the name of its file, if it alone holds a name or a number of the question
    as typed: the rent of unit 7 is in "Unit 7 lease.docx".
    """
    asked = frozenset(content_stems(query.text))
    named = AskedNames(query.question)
    return [_in_document(named, _under_heading(asked, one)) for one in windows]


def _in_document(named: AskedNames, one: Window) -> Window:
    title = named.calling(one.hit.passage, one.text)
    return _after(title, one) if title else one


def _after(heading: str, one: Window) -> Window:
    shift = len(heading) + 2
    own = Span(one.own.start + shift, one.own.end + shift)
    under = f"{heading}. {one.under}" if one.under else heading
    return replace(one, text=f"{heading}. {one.text}", own=own, under=under)


def _under_heading(asked: frozenset[str], one: Window) -> Window:
    passage = one.hit.passage
    term, question = term_over(passage.text, one.sentence.start - passage.start), _question_over(one)
    above = (*passage.headings, *filter(None, (question, term)))
    heads = [(head.rstrip(".:"), asked & frozenset(content_stems(head))) for head in reversed(above)]
    if not any(held for _, held in heads):
        return one
    said = frozenset(content_stems(one.text if one.is_statement else one.sentence_text))
    heading = next((head for head, held in heads if held - said), "")
    if not heading or heading in one.text:
        return replace(one, under=heading)
    return _after(heading, one)


def _question_over(one: Window) -> str:
    """Return the question on a line of its own that a sentence is one of the first to follow; "" for none."""
    passage = one.hit.passage
    before = [span for span in passage.sentences if span.end <= one.sentence.start][-_AFTER_QUESTION:]
    for span in reversed(before):
        if is_question(passage.slice(span)) and passage.text[span.end - passage.start :].startswith("\n"):
            return passage.slice(span).strip("*_# \n").rstrip("?")
    return ""


def naming(question: str, windows: Sequence[Window]) -> Sequence[Window]:
    """Return the windows whose sentence speaks of the name that the question asks about; all where none does.

    It holds the last word of the name, or says "he" or "she" after a sentence that does.
    """
    last = name_asked(question).lower().split()[-1:]
    holding = [one for one in windows if last and last[0] in one.text.lower()]
    speaking = [one for one in holding if last[0] in one.sentence_text.lower() or _HE.search(one.sentence_text)]
    return speaking or windows


def by_cell(question: str, row: Window, embedder: Embedder) -> list[Window]:
    """Return a window for each of those cells of a row whose columns' names are likest the question.

    What is no row of a table is returned as it is.
    """
    passage = row.hit.passage
    found = statements_of(question, passage, cells_of(passage, row.sentence))
    if len(found) > _MOST_CELLS:
        headers = [statement.header for statement in found]
        likeness = embedder.embed_documents(headers) @ embedder.embed_query(question)
        order = sorted(range(len(found)), key=lambda n: -float(likeness[n]) - column_named(question, headers[n]))
        found = [found[n] for n in order[:_MOST_CELLS]]
    cells = [replace(row, text=one.text, own=one.own, is_statement=True, value=one.value) for one in found]
    return cells or [row]
