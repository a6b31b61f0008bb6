"""The rows of a table that a question limits by what stands in their cells."""

import pytest

from rag.answering.filtered import filtered
from tests.fakes import make_library, write_files
from tests.test_extremes import MOWERS, STAFF, passage_of

SPENT = """Date: 2025-01-03; Payee: Bright; Category: Power; Amount: 84; Paid by: Dan.
Date: 2025-03-05; Payee: Toll; Category: Car; Amount: 212; Paid by: Dan.
Date: 2025-03-18; Payee: Fibre; Category: Net; Amount: 30; Paid by: Pri.
Date: 2025-03-19; Payee: Green; Category: Garden; Amount: 22; Paid by: Dan."""


def told(question, text, title):
    return [one.passage.slice(one.answer) for one in filtered(question, [passage_of(text, title)])]


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which expenses were paid by Dan in March?", ["Toll", "Green"]),
        ("List all expenses paid by Pri", ["Fibre"]),
        ("which expenses are for Garden", ["Green"]),
        ("Which expenses were not paid by Dan?", []),
        ("Which expenses were paid by Dan or Pri?", []),
        ("Which expenses over 50 were paid by Dan?", []),
        ("How many expenses were paid by Dan?", []),
        ("When was the expense for Garden?", []),
        ("Which expenses did Ida approve?", []),
        ("Which expenses were there?", []),
        ("Which listed items belong to Pri?", []),
    ],
)
def test_rows_with_the_cells_that_are_named_are_told(question, answers):
    assert told(question, SPENT, "Expenses") == answers


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Who works in Kelmore?", ["Mei", "Ola"]),
        ("Who works in Orm?", []),
        ("Who is the mayor of Kelmore?", []),
        ("Who runs the mill in Kelmore?", []),
    ],
)
def test_who_is_told_by_names(question, answers):
    assert told(question, STAFF, "Staff") == answers


def test_a_row_is_called_by_its_first_words():
    assert told("Which mowers are battery powered?", MOWERS, "Mower comparison") == ["F 32", "F 40"]
    assert told("What is the price of the F 40 mower?", MOWERS, "Mower comparison") == []


def test_the_answer_names_all_rows_and_says_among_how_many(tmp_path):
    rows = "\n".join(f"P{n},{'Cutting' if n % 20 == 0 else 'Digging'},{n}" for n in range(10, 90))
    folder = write_files(tmp_path / "docs", Garden__csv=f"Product,Category,Price\n{rows}\n")
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    answer = library.ask("Which products are in the Cutting category?")
    assert answer.text.startswith("P20 [1]; P40 [2]; P60 [3]; P80 [4]")
    assert answer.text.endswith("Found by comparing 80 rows under “Category” in “Garden”.")
    write_files(folder, More__csv="Product,Category,Price\nX1,Cutting,3\nX2,Digging,4\nX3,Digging,5\n")
    library.sync()
    assert "comparing" not in library.ask("Which products are in the Cutting category?").text, "which table is meant?"
    library.close()


def test_of_a_document_too_long_to_be_looked_through_nothing_is_compared(tmp_path, monkeypatch):
    rows = "\n".join(f"P{n},{'Cutting' if n % 20 == 0 else 'Digging'},{n}" for n in range(10, 90))
    folder = write_files(tmp_path / "docs", Garden__csv=f"Product,Category,Price\n{rows}\n")
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    monkeypatch.setattr("rag.answering.finding.MOST_PASSAGES", 1)
    for question in ("Which products are in the Cutting category?", "Which product is the cheapest?"):
        assert library.ask(question).compared == ()
    library.close()
