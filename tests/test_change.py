"""How a value changed is answered by what it was at each time, oldest first."""

import math
from dataclasses import replace

import pytest

from rag.answering.change import value_changing
from rag.answering.finding import Finder
from rag.answering.found import DecisionWeights
from rag.answering.outcome import tell
from rag.records import Evidence, Hit, Passage, Query, Span


def said(sentence, answer, doc, day="", odds=2.0):
    span, at = Span(0, len(sentence)), sentence.index(answer)
    passage = Passage(f"{doc}-{answer}", doc, f"/{doc}.txt", doc, (), sentence, 0, len(sentence), (span,), date=day)
    return Evidence(Hit(passage, 1.0, 1), 0, len(sentence), 1 / (1 + math.exp(-odds)), Span(at, at + len(answer)))


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How has the fare for children changed since the line was opened?", "What is the fare for children?"),
        ("How did the number of berths change between 2019 and 2023?", "What is the number of berths?"),
        ("how have the annual fees developed over time", "What is the annual fee?"),
        ("Has the cost of the crane repair changed?", "What is the cost of the crane repair?"),
        ("Did the fare ever change after the war?", "What is the fare?"),
        ("What has the ferry cost over the years?", "What has the ferry cost?"),
        ("How heavy may a boat be, at the start and later?", "How heavy may a boat be?"),
    ],
)
def test_how_a_value_changed_is_asked_as_what_it_is(question, asked):
    assert value_changing(question) == asked


@pytest.mark.parametrize(
    "question",
    [
        "How has the role of the council changed?",
        "How did prices change the way people live?",
        "Did the price change the way people live?",
        "Has the ferry changed?",
        "What is the rate of change?",
        "How has the ferry changed the town over the last years?",
        "What did she do over the years before the war?",
    ],
)
def test_what_asks_for_no_value_stays_as_it_is(question):
    assert value_changing(question) == ""


class Reader:
    """A second reader that believes all but what speaks of cars."""

    name = "reader"

    def declines(self, question, evidence):
        return 0.9 if "cars" in evidence.text else 0.1

    def answers(self, question, evidence, words):
        return -1.0


NOW = said("The crossing is 5 crowns.", "5 crowns", "b", "2023-05-01")
FIRST = said("On foot one pays 3 crowns.", "3 crowns", "a", "2021-05-01", 0.5)
LATER = said("The rate stands at 4 crowns in all seasons.", "4 crowns", "a", "2021-05-01", -2.0)
CARS = said("For cars it is 9 crowns.", "9 crowns", "c", "2022-05-01", 1.0)
AGAIN = said("You pay five crowns.", "five crowns", "d", "2020-05-01", 1.5)
FAR = said("The kiosk took 7 crowns.", "7 crowns", "e", "2020-05-01", -5.0)
DAYS = said("It was closed for 6 days.", "6 days", "f", "2020-05-01", 1.0)


def told(question, *evidence):
    class Selector:
        def select(self, query, hits, k):
            return evidence, 0.9

    finder = Finder(Selector(), Reader(), DecisionWeights((1.0, 0.5, 0.0)))
    found = finder.second(finder.first(Query(question, question), (), 8))
    answer = tell([found], 0.5)
    if found.selection.shape == "list":
        assert all(claim.text.startswith("“") for claim in answer.claims), "values are told in their sentences"
    return answer.outcome, [one.answer_text for one in found.selection.evidence]


def test_all_values_are_told_oldest_first_though_they_share_no_words():
    asked = "How has the fare changed since 2020?"
    assert told(asked, NOW, AGAIN, CARS, DAYS, FIRST, LATER, FAR) == ("quoted", ["3 crowns", "4 crowns", "5 crowns"])
    assert told("What did it cost over the years?", NOW, CARS, AGAIN) == ("quoted", ["5 crowns"])


def test_a_value_without_a_day_comes_last_and_other_questions_are_answered_as_before():
    undated = replace(FIRST, hit=replace(FIRST.hit, passage=replace(FIRST.hit.passage, date="")))
    assert told("What was the fare over time?", NOW, undated) == ("quoted", ["5 crowns", "3 crowns"])
    assert told("How much is the fare?", NOW, FIRST) == ("quoted", ["5 crowns"])
