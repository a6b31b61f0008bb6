"""Rows of tables are read cell by cell, as sentences about what is asked about."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.candidate import RANK_SIGNS, SURE_SIGNS
from rag.answering.cells import cells_of, is_head
from rag.answering.evidence import distinct
from rag.answering.question import asked_stems, asks_over_rows, price_phrases
from rag.answering.read_evidence import ReadingSelector, Weights
from rag.answering.reader import Reading
from rag.answering.rows import labelled, statements_of
from rag.answering.windows import of_asked_rows, windows_of
from rag.records import Evidence, Hit, Passage, Query, Span
from tests.fakes import FakeEmbedder

PRICES = (
    "Article: LM-10; Name: Lumeter 10; Price EUR: 890; In stock: 57.",
    "Article: LM-15; Name: Lumeter 15; Price EUR: 1,190; In stock: 31.",
    "Article: TRP-2; Name: Tripod; In stock: 66.",
)


def passage_of(*rows, lead="\t"):
    text = "".join(f"{lead}{row}\n" for row in rows)
    spans, at = [], 0
    for row in rows:
        at = text.index(row, at)
        spans.append(Span(at, at + len(row)))
        at += len(row)
    return Passage("p", "d", "/d.csv", "d", (), text, 0, len(text), tuple(spans))


def told(passage, question, n=0):
    cells = cells_of(passage, passage.sentences[n])
    return {s.text: passage.slice(s.value) for s in statements_of(question, passage, cells)}


def test_a_cell_says_something_of_what_is_asked_about():
    passage = passage_of(*PRICES)
    assert told(passage, "What does the Lumeter 10 cost?") == {
        "The article of Lumeter 10 is LM-10.": "LM-10",
        "The price EUR of Lumeter 10 is 890.": "890",
        "The in stock of Lumeter 10 is 57.": "57",
    }
    assert told(passage, "Which price?", 1)["The price EUR of LM-15 is 1,190."] == "1,190"


def test_a_table_of_facts_is_read_by_its_rows_too():
    passage = passage_of("| Item | Merrow Bridge (road) |", "|---|---|", "| Designer | Otto Malvern |", lead="")
    said = told(passage, "Who designed the Merrow Bridge?", 2)
    assert said == {"The designer of Merrow Bridge (road) is Otto Malvern.": "Otto Malvern"}
    assert "The designer is Otto Malvern." in told(passage, "Who was the designer?", 2)


def test_columns_that_are_things_are_read_by_what_the_first_tells_of_them():
    passage = passage_of("| | Heron H2 | Heron Mini |", "|---|---|---|", "| Weight | 410 g | 145 g |", lead="")
    said = told(passage, "How heavy is the Heron Mini?", 2)
    assert said["The weight of Heron Mini is 145 g."] == "145 g"
    weighs, sounds = ("| Weight | 410 g | 145 g |", "| Buzzer | 85 dB | 72 dB |")
    windows = windows_of(
        [Hit(passage_of("| | Heron H2 | Heron Mini |", "|---|---|---|", sounds, weighs, lead=""), 1.0, 1)]
    )
    assert [windows[n].sentence_text for n in of_asked_rows("How heavy is the Heron Mini?", windows)] == [weighs]
    prices = passage_of(*PRICES)
    assert "The price EUR of Lumeter 10 is 890." in told(prices, "What is the price of the Lumeter 10 in EUR?")


def test_the_value_stands_in_the_statement_where_it_is_said_to():
    passage = passage_of(*PRICES)
    for one in statements_of("Lumeter 10", passage, cells_of(passage, passage.sentences[0])):
        assert one.text[one.own.start : one.own.end] == passage.slice(one.value)


def test_a_cell_that_only_repeats_part_of_a_name_is_asked_about_as_any_other():
    passage = passage_of("Customer: TU Aachen; City: Aachen; Orders: 5.")
    assert "The city of TU Aachen is Aachen." in told(passage, "Which city is TU Aachen in?")


def test_rows_of_markdown_are_read_under_their_headers():
    passage = passage_of("| Name | Default |", "|---|---|", "| STOCK_TIMEOUT | 30 s |", lead="")
    assert told(passage, "default of STOCK_TIMEOUT?", 2)["The default of STOCK_TIMEOUT is 30 s."] == "30 s"
    assert cells_of(passage, passage.sentences[0]) == ()


@pytest.mark.parametrize(
    "sentence", ["The pump is green.", "Note: it is green.", "Present: Ann; Ben; Cho.", "| a | b |"]
)
def test_a_sentence_is_no_row(sentence):
    passage = passage_of(sentence)
    assert cells_of(passage, passage.sentences[0]) == ()


@given(st.text(min_size=1))
def test_any_sentence_has_cells_of_its_own_words(sentence):
    passage = passage_of(sentence, lead="")
    for cell in cells_of(passage, Span(0, len(sentence))):
        assert 0 <= cell.value.start <= cell.value.end <= len(sentence)


class CostReader:
    """Is sure of what tells a price, and of the last word in it."""

    def __init__(self):
        self.seen = []

    def read(self, question, windows):
        self.seen += windows
        return [self._reading(window) for window in windows]

    def _reading(self, window):
        first = window.rstrip(".").rfind(" ") + 1
        places = (Span(0, first), Span(first, len(window.rstrip("."))))
        shares = np.array([0.0, 1.0])
        return Reading(4.0 if "price" in window else -4.0, places, (True,) * len(places), shares, shares)


def test_a_question_about_a_cell_is_answered_with_that_cell_of_the_row_that_is_meant():
    reader = CostReader()
    weights = Weights(
        tuple(float(name == "reads") for name in RANK_SIGNS), tuple(0.0 for _ in (*SURE_SIGNS, "constant"))
    )
    passage = passage_of(*PRICES)
    selector = ReadingSelector(reader, FakeEmbedder(), weights, n_read=24)
    evidence, _ = selector.select(Query("q", "What does the Lumeter 15 cost?"), [Hit(passage, 1.0, 1)], 5)
    assert {one.text for one in evidence} == {PRICES[1]}, "the other rows hold less of what is asked about"
    assert len({one.statement for one in evidence}) == len(evidence) == 3, (
        "each cell may be judged by the second reader"
    )
    assert len(distinct(evidence, 5)) == 1, "the row is told once"
    assert passage.slice(evidence[0].answer) == "1,190"
    assert evidence[0].statement == "The price EUR of Lumeter 15 is 1,190."
    assert PRICES[1] not in reader.seen


def test_a_bare_number_of_a_row_is_told_with_the_name_of_its_column():
    row = "product: Tripod T2; weight kg: 2.2; maker: Nordmont."
    passage = passage_of(row, "| a | b |\n|---|---|\n| Heron | 7 |")

    def told(words, text=row):
        start = passage.text.index(words) + passage.start
        at = passage.text.index(text) + passage.start
        span = Span(start, start + len(words))
        return labelled(Evidence(Hit(passage, 1.0, 1), at, at + len(text), 1.0, span, "It is said."))

    assert told("2.2") == "weight kg: 2.2"
    assert told("Nordmont") == "Nordmont"
    assert told("7", "| Heron | 7 |") == "7"


@pytest.mark.parametrize(
    ("question", "over"),
    [
        ("Which product has the highest price?", True), ("What is the total price?", True),
        ("Which is the most expensive?", True), ("Who has the most orders?", True),
        ("What does the Lumeter 15 cost at most?", False), ("What price has the Tripod?", False),
    ],
)  # fmt: skip
def test_no_single_row_answers_what_all_rows_tell_together(question, over):
    passage = passage_of(*PRICES)
    weights = Weights(tuple(float(n == "reads") for n in RANK_SIGNS), tuple(0.0 for _ in (*SURE_SIGNS, "constant")))
    selector = ReadingSelector(CostReader(), FakeEmbedder(), weights, n_read=24)
    evidence, _ = selector.select(Query("q", question), [Hit(passage, 1.0, 1)], 5)
    assert (evidence == ()) is over


def test_a_table_that_goes_on_in_another_passage_knows_its_columns_and_they_are_no_evidence():
    rows = ("| Code | Meaning |", "|---|---|", "| E42 | Drum unbalanced |")
    whole = passage_of(*rows, lead="")
    assert [is_head(whole, span) for span in whole.sentences] == [True, True, False]
    text = "| E50 | Motor overheated |\n| E71 | Sensor faulty |"
    rest = Passage("q", "d", "/d.md", "d", (rows[0],), text, 0, len(text), (Span(0, 26), Span(27, len(text))))
    assert [[cell.header for cell in cells_of(rest, span)] for span in rest.sentences] == [["Code", "Meaning"]] * 2
    assert not any(is_head(rest, span) for span in rest.sentences)


def test_what_a_code_means_asks_for_no_average():
    assert not asks_over_rows("What does error code E42 mean?")
    assert asks_over_rows("What is the mean weight?")


def test_words_that_name_columns_do_not_tell_which_row_is_asked_for():
    exams = passage_of(
        "Module: CWS305; Title: Fisheries Biology; Room: Lecture Hall; Start: 13:30.",
        "Module: ALL; Title: Extra time in a separate room; Room: F12; Start: 10:00.",
    )
    windows = windows_of([Hit(exams, 1.0, 1)])
    kept = of_asked_rows("Which room is the Fisheries Biology exam in?", windows)
    assert [windows[n].sentence_text[:14] for n in kept] == ["Module: CWS305"]
    both = of_asked_rows("Which room is it in?", windows)
    assert len(both) == len(windows)


def test_a_row_that_only_touches_the_question_yields_to_one_that_it_names_in_full():
    exams = passage_of(
        "Module: CWS305; Title: Fisheries Biology; Room: F12; Notes: Open book.",
        "Module: CWS101; Title: Statistics; Room: F14; Notes: Resit of the January paper.",
        "Module: CWS220; Title: January; Room: F16; Notes: A novel.",
    )
    windows = windows_of([Hit(exams, 1.0, 1)])
    kept = of_asked_rows("Which room is the Fisheries Biology exam in January?", windows)
    assert [windows[n].sentence_text[8:14] for n in kept] == ["CWS305", "CWS220"]
    touched = of_asked_rows("Which room is the paper in?", windows)
    assert [windows[n].sentence_text[8:14] for n in touched] == ["CWS101"]
    equal = of_asked_rows("Which room is the biology paper in?", windows)
    assert len(equal) == len(windows) - 1


def test_a_value_that_holds_the_name_of_a_column_is_not_what_the_row_is_about():
    exams = passage_of("Module: CWS305; Title: Fisheries Biology; Room: Lecture Room 1; Start: 13:30.")
    said = told(exams, "Which room is the Fisheries Biology exam in?")
    assert said["The room of Fisheries Biology is Lecture Room 1."] == "Lecture Room 1"


def test_what_all_rows_come_to_is_told_by_the_row_that_says_so():
    text = "Item: Rope; June: 40.\nItem: Net; June: 60.\nItem: Total; June: 100."
    starts = [0, text.index("Item: Net"), text.index("Item: Total")]
    spans = tuple(Span(a, b) for a, b in zip(starts, [*(at - 1 for at in starts[1:]), len(text)], strict=True))
    windows = windows_of([Hit(Passage("p", "d", "/d.csv", "d", (), text, 0, len(text), spans), 1.0, 1)])
    kept = [windows[n].sentence_text for n in of_asked_rows("What is the total for June?", windows)]
    assert kept == ["Item: Total; June: 100."]
    assert of_asked_rows("What is the lowest for June?", windows) == []


def test_what_something_weighs_is_no_price():
    assert price_phrases("How much does the rope weigh?") == []
    assert price_phrases("How much does the rope cost?")
    passage = passage_of("| Item | Price | Weight kg |", "|---|---|---|", "| Rope | 27.30 | 0.9 |", lead="")
    assert told(passage, "How much does the rope weigh?", 2)["The weight kg of Rope is 0.9."] == "0.9"
    assert "weight" in asked_stems("How much does the rope weigh?")
