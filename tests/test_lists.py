"""A list answers as a whole: what leads it is read with all its items, and all of them are told."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from rag.answering.candidate import RANK_SIGNS, SURE_SIGNS
from rag.answering.lists import listing_at, may_be_list
from rag.answering.read_evidence import ReadingSelector, Weights
from rag.answering.reader import Reading
from rag.answering.selection import selected
from rag.answering.windows import windows_of
from rag.records import Hit, Passage, Query, Span
from tests.fakes import FakeEmbedder

LEAD = "Hand back on the last day:"
RETURNED = f"Ask Ann.\n{LEAD}\n- the laptop\n- the access badge\n- all keys\nThe pier is closed."


def passage_of(text, headings=()):
    spans, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            start = at + len(line) - len(line.lstrip())
            spans.append(Span(start, at + len(line)))
        at += len(line) + 1
    return Passage("p", "d", "/d.md", "d", headings, text, 0, len(text), tuple(spans))


def at(passage, words):
    return next(span for span in passage.sentences if words in passage.slice(span))


@pytest.mark.parametrize("words", [LEAD, "the laptop", "all keys"])
def test_an_item_and_what_leads_it_belong_to_the_list(words):
    passage = passage_of(RETURNED)
    found = listing_at(passage, at(passage, words))
    assert [passage.slice(item) for item in found.items] == ["- the laptop", "- the access badge", "- all keys"]
    assert (found.lead, passage.slice(found.opening)) == (LEAD, LEAD)
    assert found.read_by(passage) == f"{LEAD} the laptop; the access badge; all keys"


def test_lines_that_a_reader_led_with_a_tab_are_items_under_their_heading():
    passage = passage_of("\tSwitch it off.\n\tHold the button.", ("Help", "How do I reset it?"))
    found = listing_at(passage, passage.sentences[1])
    assert (found.lead, found.opening, len(found.items)) == ("How do I reset it?", None, 2)


@pytest.mark.parametrize(
    "text",
    ["Ask Ann.\nThe pier is closed.", f"{LEAD}\n- only one", "2. The move\nIt is in May.\n3. The roof\nIt leaks.",
     "\tName: Ann; Age: 4.\n\tName: Ben; Age: 5."],
)  # fmt: skip
def test_sentences_single_items_numbered_headings_and_rows_are_no_list(text):
    passage = passage_of(text)
    assert [listing_at(passage, span) for span in passage.sentences] == [None] * len(passage.sentences)


def test_an_item_of_several_sentences_is_told_whole_and_read_by_each():
    text = f"{LEAD}\n- the laptop\n- all keys, of every door. Ask Ann for a list. She has it at home."
    passage = passage_of(text)
    *before, last = passage.sentences
    ends = [last.start + text[last.start :].index(". ") + 1, last.start + text[last.start :].index("list. ") + 5]
    parts = zip([last.start, *(end + 1 for end in ends)], [*ends, last.end], strict=True)
    passage = replace(passage, sentences=(*before, *(Span(*part) for part in parts)))
    for words in ("the laptop", "all keys", "She has it at home"):
        found = listing_at(passage, at(passage, words))
        assert [passage.slice(item) for item in found.items] == ["- the laptop", text[last.start :]]
    read = {window.sentence_text: window.text for window in windows_of([Hit(passage, 1.0, 1)])}
    assert read["She has it at home."] == f"{LEAD} Ask Ann for a list. She has it at home."
    assert read["- all keys, of every door."] == f"{LEAD} - all keys, of every door."


class Likes:
    """A reader that is sure of windows with some words in them."""

    def __init__(self, words):
        self.words = words

    def read(self, question, windows):
        shares = np.array([1.0])
        return [Reading(4.0 if self.words in w else -4.0, (Span(0, len(w)),), (True,), shares, shares) for w in windows]


WEIGHTS = Weights(tuple(float(name == "reads") for name in RANK_SIGNS), tuple(0.0 for _ in (*SURE_SIGNS, "constant")))


def told(question, likes):
    passage = passage_of(RETURNED)
    selector = ReadingSelector(Likes(likes), FakeEmbedder(), WEIGHTS, n_read=24)
    evidence, _ = selector.select(Query("q", question), [Hit(passage, 1.0, 1)], 5)
    return [one.text for one in selected(question, evidence).evidence]


def test_a_list_that_answers_as_a_whole_is_told_with_what_opens_it():
    assert told("What must I hand back?", "laptop; the access") == [
        LEAD,
        "- the laptop",
        "- the access badge",
        "- all keys",
    ]


def test_one_item_is_told_alone_where_one_thing_is_asked_for():
    assert told("What opens the door?", f"{LEAD} - the access badge") == ["- the access badge"]
    assert len(told("Which things are needed?", f"{LEAD} - the access badge")) == 4
    assert told("Why does the door open?", f"{LEAD} - the access badge") == ["- the access badge"]
    assert len(told("How does the door open?", f"{LEAD} - the access badge")) == 4


def test_of_a_list_that_is_not_of_what_is_asked_only_the_item_that_speaks_of_it_is_told():
    assert told("The badge?", "laptop; the access") == ["- the access badge"]


def test_whether_something_is_so_is_told_by_the_item_that_speaks_of_it():
    assert told("Must I hand back the badge?", "laptop; the access") == ["- the access badge"]
    assert len(told("Must anything else come?", "laptop; the access")) == 3


def test_a_list_is_read_as_a_whole_only_where_one_may_answer():
    hit = Hit(passage_of(RETURNED), 1.0, 1)
    whole = [one.text for one in windows_of([hit]) if one.is_statement]
    assert whole == [f"{LEAD} the laptop; the access badge; all keys"]
    apart = windows_of([hit], whole_lists=False)
    assert not any(one.is_statement for one in apart)
    assert {"- the laptop", "- the access badge"} <= {one.sentence_text for one in apart}
    asked = {q: may_be_list(q) for q in ("How many keys are there?", "Who keeps the keys?", "What do I hand back?")}
    assert list(asked.values()) == [False, False, True]
    assert may_be_list("How do I hand the keys back?")


@pytest.mark.parametrize("mark", ["3.3 ", "(2) ", "4. ", ""])
def test_a_clause_is_read_without_its_mark_and_its_words_stay_where_they_are(mark):
    passage = passage_of(f"Rent is due.\n{mark}The deposit is 500 EUR.")
    found = windows_of([Hit(passage, 1.0, 1)])[-1]
    assert found.text == ("The deposit is 500 EUR." if mark else "Rent is due.\nThe deposit is 500 EUR.")
    at_answer = found.text.index("500")
    (span, _), *_ = found.answers(SimpleNamespace(answers=lambda _: [((at_answer, at_answer + 3), 0.0)]))
    assert passage.slice(span) == "500"
