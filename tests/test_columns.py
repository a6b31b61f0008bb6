"""Tables that white space alone parts into columns: their rows, what names the columns, and what their cells say."""

import time

import pytest

from rag.answering.cells import cells_of, is_head
from rag.answering.rows import statements_of
from rag.answering.windows import of_asked_rows, windows_of
from rag.columns import tables_in
from rag.corpus.blocks import find_blocks
from rag.corpus.split import PassageSplitter
from rag.records import Document, Hit

PRICES = """\
PRICES (per hour)
                        Members     Others
Mill room, weekday       £14.00     £21.00
Mill room, weekend       £18.00     £27.00
Loft                      £8.50     £12.00

The shortest hire is two hours."""

REPORT = """\
SPENDING             2023-24      2022-23
------------------------------------------
Flour                £118.00       £40.00
Ropes              £2,307.45    £1,998.60
------------------------------------------
All of it          £2,425.45    £2,038.60

Left for next year   £117.41      £212.38"""

BALANCES = """\
BALANCES
Current account               £630.19
Savings account (Tern)      £1,402.77
Petty cash                     £63.40"""

DOSES = """\
  Cough          one spoon a day for 4 weeks
  Sore throat    two spoons a day for 8 weeks
  Hiccups        none"""


def passages(text, most=200):
    split = PassageSplitter(lambda t: len(t.split()), passage_tokens=most, max_tokens=256)
    return split.split(Document("d", "/prices.txt", "Prices", text, "text/plain", "f"))


def sentences(text):
    return [one.slice(span) for one in passages(text) for span in one.sentences]


@pytest.mark.parametrize(("text", "rows", "head"), [
    (PRICES.partition("\n\n")[0], range(1, 5), 1),
    (REPORT.partition("\n\n")[0], range(6), 0),
    (BALANCES, range(1, 4), None),
    (DOSES, range(3), None),
    ("Name      Town\nAda       Ely\nBo        Rye", range(3), None),  # who can tell?
    ("Row   2    3\nRope     a    b    c\nFlour    d    e    f\nRye      g    h    i", range(1, 4), None),
    ("Item    Price\nRope        2\nFlour       3\nRye         1", range(4), 0),
])  # fmt: skip
def test_rows_in_line_are_a_table(text, rows, head):
    assert tables_in(text.split("\n")) == [(rows, head)]


@pytest.mark.parametrize("text", [
    "It rains.  It pours.\nThe mill stands.  It is old.\nNobody minds.  Why not?",
    "Ida Holm      Jan Berg\nMiller        Baker",
    "BALANCES\nCurrent account   £630.19",
    "One line   of two",
    "#   The mill\n#   stands still\n#   in May.",
])  # fmt: skip
def test_what_is_not_in_line_or_too_short_is_none(text):
    assert tables_in(text.split("\n")) == []


def test_each_row_is_a_sentence_and_no_heading():
    assert "Loft                      £8.50     £12.00" in sentences(PRICES)
    assert "Sore throat    two spoons a day for 8 weeks" in sentences(DOSES)
    kinds = {REPORT[b.start : b.end].split("  ", maxsplit=1)[0]: b.kind for b in find_blocks(REPORT, "text/plain")}
    assert kinds["Ropes"] == "row"
    assert kinds["Left for next year"] == "paragraph"


def test_items_of_a_list_are_no_rows_though_their_marks_stand_in_line():
    items = "1.  Close the sluice.\n2.  Stop the wheel.\n3.  Ring the bell."
    assert [b.kind for b in find_blocks(items, "text/plain")] == ["line"] * 3


@pytest.mark.parametrize("most", [200, 14])
def test_a_cell_says_what_it_is_also_where_the_table_goes_on_in_another_passage(most):
    found = [(one, span) for one in passages(PRICES, most) for span in one.sentences if "Loft" in one.slice(span)]
    ((passage, row),) = found
    assert [(cell.header, passage.slice(cell.value)) for cell in cells_of(passage, row)] == [
        ("", "Loft"), ("Members", "£8.50"), ("Others", "£12.00"),
    ]  # fmt: skip
    (said, _) = statements_of("What do members pay for the loft?", passage, cells_of(passage, row))
    assert said.text == "The members of Loft is £8.50."


def test_what_names_the_columns_is_no_evidence_and_neither_is_a_rule():
    windows = windows_of([Hit(one, 1.0, 1) for one in passages(REPORT)])
    told = [window.sentence_text.split("  ")[0] for window in windows]
    assert told == ["Flour", "Ropes", "All of it", "Left for next year"]
    (passage,) = passages(REPORT)
    assert [is_head(passage, span) for span in passage.sentences] == [True] + [False] * 6


def test_of_rows_without_names_of_columns_the_one_that_is_asked_for_is_read():
    windows = windows_of([Hit(one, 1.0, 1) for one in passages(BALANCES)])
    kept = [windows[n].sentence_text for n in of_asked_rows("How much is in the savings account?", windows)]
    assert [one.split("  ")[0] for one in kept] == ["Savings account (Tern)"]
    assert windows[1].text == "Savings account (Tern)      £1,402.77"  # without the row before it


def test_a_sentence_whose_words_are_spread_over_its_line_is_no_row():
    text = "The  mill   was sold.\n\nNobody  knows who  bought it.\n\nThe wheel of the mill stands."
    windows = windows_of([Hit(one, 1.0, 1) for one in passages(text)])
    assert len(of_asked_rows("Who bought the mill?", windows)) == len(windows) == 3


def test_rows_between_bars_are_markdowns_though_their_cells_stand_in_line():
    text = "| Item     | Price |\n|----------|-------|\n| Rope     | 2     |\n| Flour    | 3     |"
    assert tables_in(text.split("\n")) == []
    (passage,) = passages(text)
    assert [is_head(passage, span) for span in passage.sentences] == [True, True, False, False]
    assert [cell.header for cell in cells_of(passage, passage.sentences[-1])] == ["Item", "Price"]


def test_lines_made_to_waste_time_waste_none():
    lines = ["a   b"] * 20_000 + [" " * (n % 7) + "a   b" + " " * (n % 5 + 2) + "c" for n in range(20_000)]
    start = time.process_time()
    tables_in([*lines, " " * 200_000 + "x", "-" * 200_000 + "x", "x" + "  y" * 100_000])
    find_blocks("\n".join(lines), "text/plain")
    assert time.process_time() - start < 5
