"""A sentence is read under its document's name where that alone holds a name that is asked for."""

import pytest

from rag.answering.windows import under_headings, windows_of
from rag.records import Hit, Passage, Query, Span

RENT = "The rent is £46,000 a year."


def read(question, *, title="Agreement", path="/docs/unit_7-lease.txt", headings=(), typed=None, text=RENT):
    passage = Passage("a-0", "a", path, title, headings, text, 100, 100 + len(text), (Span(100, 100 + len(text)),))
    (window,) = under_headings(Query(typed or question, question), windows_of([Hit(passage, 1.0, 1)]))
    assert window.text[window.own.start : window.own.end] == text
    return window


@pytest.mark.parametrize("question", ["What is the rent for Unit 7?", "how much rent for unit 7"])
def test_a_name_or_number_that_the_file_is_called_by_is_read_above_its_sentences(question):
    window = read(question)
    assert window.text == f"unit 7 lease. {RENT}"
    assert window.under == "unit 7 lease"


def test_the_title_comes_before_the_file_name_and_stands_above_a_heading():
    window = read("Which deposit is due for Unit 7?", title="Lease of Unit 7", headings=("Deposit",))
    assert window.text == f"Lease of Unit 7. Deposit. {RENT}"
    assert window.under == "Lease of Unit 7. Deposit"


@pytest.mark.parametrize(
    "question",
    [
        "What is the rent for Unit 3?",  # the document is about another
        "What does the lease say about rent?",  # no name
        "What is the rent of the Old Mill?",  # not this document's
    ],
)
def test_a_document_that_is_not_called_so_is_read_as_it_is(question):
    assert read(question).text == RENT


def test_what_the_sentence_says_itself_is_not_put_above_it():
    text = "The rent of Unit 7 is £46,000 a year."
    assert read("What is the rent for Unit 7?", text=text).text == text


def test_names_that_a_question_took_from_the_turn_before_put_nothing_above_a_sentence():
    assert read("What is the rent? (unit 7)", typed="What is the rent?").text == RENT
