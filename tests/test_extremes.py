"""The row of a table with the most or least of something, found by looking at all its rows."""

import pytest

from rag.answering.extremes import extremes
from rag.answering.superlatives import superlative
from rag.records import Passage, Span
from tests.fakes import make_library, write_files

KETTLES = """| Model | Price | Power | Weight | Suggested for |
|---|---|---|---|---|
| K7 | £45 | 2,200 W | 1.1 kg | Green tea |
| K7 Mini | £39.50 | 1500 W | 0.8 kg | White tea |
| K7 Pro | £70 | 3000 W | 1.4 kg | Coffee |"""
SPENT = """Date: 2025-01-03; Payee: Brightwave; Amount GBP: 84.20; Paid by: Dan.
Date: 2025-01-05; Payee: Tollgate; Amount GBP: 1,212.00; Paid by: Dan; Note: brake pads.
Date: 2025-02-18; Payee: Fibreline; Amount GBP: 29.99; Paid by: Pri.
Date: 2025-03-18; Payee: Brightwave; Amount GBP: 29.99; Paid by: Pri.
Date: Total; Payee: Total; Amount GBP: 1,356.18."""


def passage_of(text, title, headings=()):
    spans, at = [], 0
    for line in text.split("\n"):
        spans.append(Span(at, at + len(line)))
        at += len(line) + 1
    return Passage("p", "d", f"/{title}.md", title, headings, text, 0, len(text), tuple(spans))


def told(question, *passages):
    return [one.passage.slice(one.answer) for one in extremes(question, passages)]


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which kettle is the most powerful?", ["K7 Pro"]),
        ("which is the cheapest kettle", ["K7 Mini"]),
        ("Which kettle is the least expensive?", ["K7 Mini"]),
        ("Which model weighs the most?", ["K7 Pro"]),
        ("What is the highest price of a kettle?", ["£70"]),
        ("Which tea kettle is the heaviest?", ["Green tea"]),
        ("Which kettle is the loudest?", []),
        ("Which kettle is the best?", []),
        ("Which kettle is the highest?", []),
        ("Which kettle in the green shop is the cheapest?", []),
        ("Which bicycle is the cheapest?", []),
        ("Which kettle is powerful?", []),
    ],
)
def test_the_row_with_the_most_or_least_answers_if_the_table_is_about_that(question, answers):
    assert told(question, passage_of(KETTLES, "Kettles")) == answers


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("What was the most expensive thing in the expenses?", ["Tollgate"]),
        ("Which payee got the most in January?", ["Tollgate"]),
        ("Which expense in February was the highest?", []),
        ("What was the cheapest expense paid by Pri?", ["Fibreline", "Brightwave"]),
        ("When was the latest expense?", ["2025-03-18"]),
        ("In which month was the highest amount paid by Dan?", ["2025-01-05"]),
        ("What is the highest amount paid by Dan?", ["1,212.00"]),
        ("When was the earliest expense paid by Pri?", ["2025-02-18"]),
    ],
)
def test_rows_are_limited_by_the_other_words_and_sums_are_none(question, answers):
    lines = SPENT.split("\n")
    parts = [passage_of("\n".join(some), "Expenses") for some in (lines[:2], lines[2:])]
    assert told(question, *parts) == answers


def test_a_comma_before_one_or_two_digits_is_a_decimal_one():
    rows = "| Rope | Length |\n|---|---|\n| A | 1,5 m |\n| B | 12 m |\n| C | −3,25 m |"
    assert told("Which rope is the longest?", passage_of(rows, "Ropes")) == ["B"]
    assert told("Which rope is the shortest?", passage_of(rows, "Ropes")) == ["C"]


def test_what_is_free_costs_least_and_names_of_columns_may_be_joined():
    rows = "Code: A; item: Old rope; price_eur: 3.\nCode: B; item: New rope; price_eur: free.\nCode: C; item: Net; price_eur: 9."
    assert told("Which is the cheapest rope?", passage_of(rows, "List")) == ["New rope"]
    assert told("Which rope is the most expensive?", passage_of(rows, "List")) == ["Old rope"]
    assert told("Which rope is the cheapest?", passage_of(rows.replace("free", "ask"), "List")) == []


STAFF = """Name: Mei; Town: Kelmore; Salary: 27450.
Name: Cal; Town: Dunbeg; Salary: 19800.
Name: Ola; Town: Kelmore; Salary: 71200."""
MOWERS = """| Model | Power source | Noise | Price | Mulching |
|---|---|---|---|---|
| F 32 | Battery | 78 | €249 | no |
| F 40 | Battery | 81 | €389 | yes |
| Lite | Mains | 84 | €119 | no |
| Pro mower | Petrol | 96 | €1,049 | yes |"""
SALES = "Month: May; Plants: 18750; Cafe: 1700.\nMonth: June; Plants: 7600; Cafe: 2000.\nMonth: July; Plants: 990; Cafe: 800."


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Who earns the least in Kelmore?", ["Mei"]),
        ("Who earns the least in Dunbeg?", []),
        ("Who earns the least?", ["Cal"]),
        ("Who earns the second most?", []),
        ("Who earns the least except Cal?", []),
        ("Who are the two lowest paid?", []),
        ("Who earns the least outside Dunbeg?", []),
        ("Who has the highest salary under 50000?", []),
        ("Who earns the most and who earns the least?", []),
    ],
)
def test_a_word_that_is_all_of_a_cell_limits_the_rows_though_it_names_the_table(question, answers):
    assert told(question, passage_of(STAFF, "Kelmore nursery")) == answers


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which is the cheapest model with mulching?", ["F 40"]),
        ("Which model that can mulch is the cheapest?", ["F 40"]),
        ("Which is the cheapest model without mulching?", []),
        ("Which is the cheapest battery model?", ["F 32"]),
        ("Which is the cheapest that is not battery powered?", []),
        ("Which mower is the cheapest?", []),
        ("Which is the loudest model?", ["Pro mower"]),
    ],
)
def test_a_column_of_yes_and_no_is_asked_for_yes_and_what_is_doubtful_is_left(question, answers):
    assert told(question, passage_of(MOWERS, "Mowers")) == answers


def test_prices_of_two_currencies_and_the_oldest_day_are_not_compared():
    rows = "Item: Rope; Price: £40; Since: 2020-01-02.\nItem: Net; Price: €45; Since: 2019-01-02.\nItem: Oar; Price: £9; Since: 2021-01-02."
    assert told("Which item is the cheapest?", passage_of(rows, "List")) == []
    assert told("Which item is the cheapest?", passage_of(rows.replace("€", "£"), "List")) == ["Oar"]
    assert told("Which item has the oldest since?", passage_of(rows, "List")) == []
    assert told("Which item has the earliest date?", passage_of(rows.replace("Since", "Date"), "List")) == ["Net"]


def test_the_month_that_is_asked_for_answers_not_another_number():
    sales = passage_of(SALES, "Sales")
    assert told("Which month had the highest plants sales?", sales) == ["May"]
    assert told("Which month had the lowest cafe sales?", sales) == ["July"]


def test_of_two_tables_neither_is_taken():
    both = [passage_of(KETTLES, "Kettles", (year,)) for year in ("2023", "2024")]
    assert told("Which kettle is the cheapest?", *both) == []
    assert told("Which kettle is the cheapest?", both[0]) == ["K7 Mini"]


def test_only_the_most_and_the_least_are_asked_for():
    assert superlative("who earns the most")
    assert not superlative("How many were there at most of the sites?".replace("most", "all"))


def test_the_answer_is_the_row_of_the_whole_table(tmp_path):
    rows = "\n".join(f"K{n},{n} GBP,{'x' * 40}" for n in range(10, 90))
    library = make_library(
        tmp_path / "lib", write_files(tmp_path / "docs", Kettles__csv=f"Kettle,Price,Note\n{rows}\n")
    )
    library.sync()
    answer = library.ask("Which kettle is the most expensive?")
    assert answer.text.startswith("K89 [1]")
    assert answer.citations[0].quote.startswith("Kettle: K89; Price: 89 GBP")
    assert answer.text.endswith("Found by comparing 80 rows under “Price” in “Kettles”.")
    assert answer.compared[0].n_rows == 80
    assert library.ask("What is the cheapest kettle?").text.startswith("K10 [1]")
    write_files(tmp_path / "docs", More__csv="Kettle,Price,Note\nX1,3 GBP,x\nX2,900 GBP,x\nX3,5 GBP,x\n")
    library.sync()
    both = library.ask("Which kettle is the most expensive?")
    assert {c.quote.split(";")[0] for c in both.citations} == {"Kettle: K89", "Kettle: X2"}, "each of its own table"
    library.close()


def test_a_word_after_the_superlative_names_the_only_column_that_speaks_of_it():
    rows = "\n".join(f"Logger: T{n}; Mean salinity psu: {n}.5; Mean depth m: {9 - n}." for n in range(1, 5))
    assert told("Which logger has the lowest salinity?", passage_of(rows, "Loggers")) == ["T1"]
    assert told("Which logger has the lowest depth?", passage_of(rows, "Loggers")) == ["T4"]
    assert told("Which logger has the lowest mean?", passage_of(rows, "Loggers")) == []
