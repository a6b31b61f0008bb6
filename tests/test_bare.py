"""What is left out of a question before readers are asked."""

import pytest

from rag.answering.bare import without_alternatives, without_now
from rag.answering.finding import Finder
from rag.records import Query


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("What is the rent now?", "What is the rent?"), ("Who is currently the mayor?", "Who is the mayor?"),
        ("How high is it at the moment?", "How high is it?"), ("Where is he now?", "Where is he now?"),
        ("Who made Apocalypse Now?", "Who made Apocalypse Now?"), ("Is Nowak there?", "Is Nowak there?"),
    ],
)  # fmt: skip
def test_a_question_of_the_present_is_read_as_one_of_what_the_documents_state(question, left):
    assert without_now(question) == left
    asked = []

    class Selector:
        name = "s"

        def select(self, query, hits, k):
            asked.append(query.text)
            return (), 0.0

    Finder(Selector()).first(Query(question, question), (), 3)
    assert asked == [left]


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("Who built the mill, Ida Holm or Jan Berg?", "Who built the mill?"),
        ("Which firm does the salvage: Smit or Tolle?", "Which firm does the salvage?"),
        ("In what year was it found at Kiel, 1909 or 1912?", "In what year was it found at Kiel?"),
        ("During which year was the dam built, 1803 or 1804?", "During which year was the dam built?"),
        ("Who owns the port, was it the city, the state or a firm?", "Who owns the port?"),
        ("Who built the mill? Ida Holm or Jan Berg?", "Who built the mill?"),
        ("What borders France, Spain or Italy?", "What borders France, Spain or Italy?"),
        ("Who sells bread, milk or water?", "Who sells bread, milk or water?"),
        ("Who is the older man, Ida or Jan?", "Who is the older man, Ida or Jan?"),
        ("Is the mill open or shut?", "Is the mill open or shut?"),
        ("Which is it, Ida or Jan?", "Which is it, Ida or Jan?"),
    ],
)
def test_answers_that_a_question_offers_are_left_out_but_not_the_end_of_a_list_nor_what_it_compares(question, left):
    assert without_alternatives(question) == left
