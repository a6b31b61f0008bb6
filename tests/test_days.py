"""Rows are told apart by the year and month that they stand under, however these are written."""

import pytest

from rag.answering.cells import cells_of
from rag.answering.days import Days, day_stems, days_in, of_other_days
from rag.answering.windows import of_asked_rows, windows_of
from rag.records import Hit, Passage, Span
from rag.words import stem

COUNTS = ("date: 1998-01-18; site: Flats; count: 3120.", "date: 2010-01-17; site: Flats; count: 6840.",
          "date: 2010-03-14; site: Flats; count: 900.")  # fmt: skip


def passage_of(rows):
    text = "".join(f"\t{row}\n" for row in rows)
    spans = [Span(text.index(row), text.index(row) + len(row)) for row in rows]
    return Passage("p", "d", "/d.csv", "d", (), text, 0, len(text), tuple(spans))


@pytest.mark.parametrize(
    ("text", "years", "months"),
    [
        ("in January 2010", {"2010"}, {"jan"}),
        ("2010-01-17", {"2010"}, {"jan"}),
        ("2010-13-17", {"2010"}, set()),
        ("it may rain in 3000 places", set(), set()),
        ("Sept. 1884 and 1886", {"1884", "1886"}, {"sep"}),
    ],
)
def test_years_and_months_are_seen(text, years, months):
    assert days_in(text) == Days(frozenset(years), frozenset(months))


def asked(question, rows=COUNTS):
    windows = windows_of([Hit(passage_of(rows), 1.0, 1)])
    return [windows[n].sentence_text for n in of_asked_rows(question, windows)]


def test_rows_of_another_year_or_month_are_not_meant():
    assert asked("What was the count at the Flats in January 2010?") == [COUNTS[1]]
    assert asked("What was the count at the Flats in March?") == [COUNTS[2]]
    assert asked("What was the count at the Flats in 2016?") == []
    assert len(asked("What was the count at the Flats?")) == 3


def test_a_day_that_all_rows_share_tells_none_apart():
    prices = ("item: Card; valid_from: 2024-04-01; price: 21.", "item: Cable; valid_from: 2024-04-01; price: 9.")
    assert asked("What does the card cost in 2025?", prices) == [prices[0]]


def test_a_month_that_is_written_as_a_number_is_held_as_a_word():
    assert day_stems("2010-01-17") == {stem("january")}
    assert not of_other_days("Who?", [(0, [("date", "2010-01-17")])])
    passage = passage_of(COUNTS)
    assert len(cells_of(passage, passage.sentences[0])) == 3
