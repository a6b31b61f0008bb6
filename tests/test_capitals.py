"""Questions that were typed in a hurry: without capitals, without a question mark."""

import pytest

from rag.answering.answerer import Answerer, Limits
from rag.answering.found import Finding
from rag.answering.question import with_mark
from rag.capitals import with_capitals
from rag.records import Hit, Passage, Query, Span

TEXTS = (
    "The aide Antony Blinken met Yair Lapid. Negotiators from Egypt came too; the IDF said so.",
    "Name: Tobias Kern; Room: B2. No minister of Israel's cabinet met the Minister. 2024 was long, see X-ray.",
)


@pytest.mark.parametrize(
    ("question", "written"),
    [
        ("did blinken meet yair lapid", "did Blinken meet Yair Lapid"),
        ("Did blinken come?", "Did Blinken come?"),
        ("where is israel's cabinet", "where is Israel's cabinet"),
        ("who met the negotiators and the minister", "who met the negotiators and the minister"),
        ("in which room is tobias, and what does the idf say?", "in which room is Tobias, and what does the IDF say?"),
        ("I ask whom blinken met", "I ask whom Blinken met"),
        ("WHAT DID LAPID TELL THE IDF?", "what did Lapid tell the IDF?"),
        ("YAIR LAPID", "YAIR LAPID"),
        ("What did lapid tell the EU?", "What did lapid tell the EU?"),
        ("", ""),
    ],
)
def test_names_get_the_capitals_of_the_texts_where_none_were_typed(question, written):
    assert with_capitals(question, TEXTS) == written


@pytest.mark.parametrize(
    ("question", "marked"),
    [
        ("who met him", "who met him?"),
        ("did he come ", "did he come?"),
        ("Who met him?", "Who met him?"),
        ("Tell me who met him.", "Tell me who met him."),
        ("rent of the workshop", "rent of the workshop"),
    ],
)
def test_a_question_gets_its_mark(question, marked):
    assert with_mark(question) == marked


class Recording:
    """A finder that notes what it is asked."""

    name = "recording"

    def __init__(self):
        self.asked = []

    def first(self, query, hits, k):
        self.asked.append(query.text)
        return Finding.of(query.text, (), 0.0)

    def second(self, found):
        return found


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        (Query("did blinken meet lapid", "did blinken meet lapid"), ["did Blinken meet Lapid?"]),
        (Query("whom did he meet", "whom did he meet (blinken lapid)"), ["whom did he meet? (blinken lapid)"]),
        (Query("whom did he meet", "whom did Lapid meet (blinken)", alone="whom did Lapid meet"), ["whom did Lapid meet?"]),
        (Query("CAN YOU TELL ME WHERE LAPID IS?", "WHERE LAPID IS?"), ["where Lapid is?"]),
        (Query("who came from egypt and whom did they see", "who came from egypt and whom did they see"), ["who came from Egypt?", "whom did they see? (Egypt)"]),
    ],
)  # fmt: skip
def test_the_readers_see_a_question_as_its_documents_write(query, asked):
    finder = Recording()
    passage = Passage("p", "d", "/d.txt", "d", (), TEXTS[0], 0, len(TEXTS[0]), (Span(0, len(TEXTS[0])),))
    final = list(Answerer(finder, limits=Limits(3, 0.5)).stream(query, [Hit(passage, 1.0, 1)]))[-1]
    assert finder.asked == asked
    assert final.prompt.query == query
