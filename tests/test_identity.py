"""Who somebody is, is told in whole names; whether something is so of somebody, only where that name stands."""

import pytest

from rag.answering.finding import Finder
from rag.answering.found import DecisionWeights
from rag.answering.identity import is_echo, is_name, whole_address, whole_enumeration, whole_name
from rag.records import Evidence, Hit, Passage, Query, Span


@pytest.mark.parametrize(
    ("question", "sentence", "guess", "told"),
    [
        ("Who is Roe?", "She met US Secretary of State Jane Roe.", "US Secretary of State Jane", "US Secretary of State Jane Roe"),
        ("Who is Roe?", "She met Secretary of State Jane Roe’s envoy.", "Jane", "Secretary of State Jane Roe"),
        ("who is aas", "They met President Jon Aas, Mayor Mary Quill, and others.", "President Jon Aas, Mayor Mary Quill", "President Jon Aas"),
        ("Who's Quill?", "Talks with the Norwegian Mayor Mary Quill come late.", "Mary", "Norwegian Mayor Mary Quill"),
        ("Who is J. R. Aas?", "He asked J. R. Aas for it.", "J. R", "J. R. Aas"),
        ("Who was Ada Byron?", "Ada Byron, the first to write programs, died.", "Ada Byron, the first to write programs", None),
        ("who is jon aas", "The harbour's spokesman, Jon Aas, spoke.", "The harbour's spokesman", None),
        ("Who is Jon Aas?", "They heard the harbour master Jon Aas.", "harbour master", None),
        ("Who met Jon Aas?", "Mary met Mayor Jon Aas.", "Mayor Jon", None),
        ("who is quill", "Present: Helga Brandt (chair), Mary Quill, Jon Aas", "Jon Aas", ""),
        ("who is ida", "The chair, Ida Holm, spoke.", "Ida Holm", "Ida Holm"),
        ("Who are the tenants?", 'Made between **Ann Lee** ("the Landlord") and **Jon Aas and Ida Roe** ("the Tenants").', "Ann Lee", "Jon Aas and Ida Roe"),
        ("Who is our landlord?", 'Made between Ann Lee (the "Landlord") and Jon Aas.', "Jon Aas", "Ann Lee"),
        ("Who is the buyer?", "Sold to Orm Mills Ltd, (hereinafter “the Buyer”) by Ann Lee.", "Ann Lee", "Orm Mills Ltd"),
        ("Who is the seller?", "Sold to Orm Mills Ltd (the Buyer) by Ann Lee.", "Ann Lee", "Ann Lee"),
        ("Who is the mayor?", "They met Mayor Jon Aas, Mary Quill.", "Mayor Jon Aas, Mary", None),
    ],
)  # fmt: skip
def test_a_name_is_told_whole_with_its_title_and_without_the_next_one(question, sentence, guess, told):
    at = sentence.index(guess)
    found = whole_name(question, sentence, Span(at, at + len(guess)))
    assert sentence[found.start : found.end] == (guess if told is None else told)


@pytest.mark.parametrize(
    ("question", "answer", "so"),
    [("Who is Olivia Holm?", "Miss Olivia Holm", True), ("who is olivia holm", "Olivia Holm", True), ("Who is Ida?", "Ida Holm", False),
     ("Who met Ida?", "Ida", False), ("Who met Ida?", "", False)],
)  # fmt: skip
def test_a_name_given_back_says_nothing(question, answer, so):
    assert is_echo(question, answer) == so


@pytest.mark.parametrize(
    ("words", "so"),
    [("Ida Holm", True), ("Beth", True), ("the mayor", False), ("Ida Holm's husband", False), ("", False)],
)
def test_a_name_by_itself_is_one(words, so):
    assert is_name(words) == so


@pytest.mark.parametrize(
    ("sentence", "guess", "told"),
    [
        ("Envoys from Egypt, Qatar, the US, and Oslo met.", "Qatar, the US, and Oslo", "Egypt, Qatar, the US, and Oslo"),
        ("He met Mayor Jon Aas, Mary Quill and Ida Holm.", "Mayor Jon Aas, Mary", "Mayor Jon Aas, Mary Quill and Ida Holm"),
        ("Envoys from Egypt, Qatar, the US, and Oslo met.", "the US", "the US"),
        ("He met Mary Quill and Ida Holm.", "Mary Quill and Ida", "Mary Quill and Ida"),
        ("They sell boots, tents and ropes.", "tents and ropes", "tents and ropes"),
    ],
)  # fmt: skip
def test_an_enumeration_of_names_is_told_whole_where_more_than_one_answers(sentence, guess, told):
    at = sentence.index(guess)
    found = whole_enumeration(sentence, Span(at, at + len(guess)))
    assert sentence[found.start : found.end] == told


@pytest.mark.parametrize(
    ("sentence", "guess", "told"),
    [
        ("To: Ann Lee <ann.lee@orm-mills.example>", "ann.lee@orm", "ann.lee@orm-mills.example"),
        ("Write to ann@orm.example.", "to ann", "to ann@orm.example"),
        ("See https://orm.example/a?b=1, or ask.", "orm.example", "https://orm.example/a?b=1"),
        ("Ask ann@orm.example or Jon Aas.", "Jon Aas", "Jon Aas"),
    ],
)
def test_an_address_is_told_whole(sentence, guess, told):
    at = sentence.index(guess)
    found = whole_address(sentence, Span(at, at + len(guess)))
    assert sentence[found.start : found.end] == told


def test_whether_something_is_so_of_somebody_is_told_only_where_that_name_stands():
    asked = []

    class Second:
        name = "second"

        def declines(self, question, evidence):
            asked.append(evidence.text)
            return 0.05

    class Selector:
        def select(self, query, hits, k):
            return (evidence("Mary Quill met the mayor.", "a"), evidence("Jon Aas met Mary Quill.", "b")), 0.6

    finder = Finder(Selector(), Second(), DecisionWeights((1.0, 1.0, 0.0)))
    found = finder.second(finder.first(Query("Did Jon Aas meet Quill?", "Did Jon Aas meet Quill?"), (), 5))
    assert asked == ["Jon Aas met Mary Quill."]
    assert [one.text for one in found.selection.evidence] == asked
    assert found.confidence > 0.7
    silent = finder.second(finder.first(Query("Did Ada meet Quill?", "Did Ada meet Quill?"), (), 5))
    assert len(asked) == 1
    assert silent.confidence < 0.2


def evidence(text, doc):
    passage = Passage(f"{doc}-0", doc, f"/{doc}.txt", doc, (), text, 0, len(text), (Span(0, len(text)),))
    return Evidence(Hit(passage, 1.0, 1), 0, len(text), 0.5, None)
