"""The words that answer: the first reader's guesses, and the second's word on them."""

import math

import numpy as np

from rag.answering.reader import Reading
from rag.answering.selection import selected
from rag.answering.wording import worded
from rag.records import Evidence, Hit, Passage, Span

SENTENCE = "The register was kept by Mary Quill and Jon Aas, her clerk."
PASSAGE = Passage("d-0", "d", "/d.txt", "d", (), SENTENCE, 0, len(SENTENCE), (Span(0, len(SENTENCE)),))


def guessed(*guesses):
    spans = tuple(
        (Span(SENTENCE.index(words), SENTENCE.index(words) + len(words)), math.log(p)) for words, p in guesses
    )
    return Evidence(Hit(PASSAGE, 1.0, 1), 0, len(SENTENCE), 0.9, spans[0][0], guesses=spans)


class Preferring:
    """A second reader that finds some words likely, the others not; keeps what it was asked."""

    def __init__(self, words, *, in_time=True):
        self.words, self.in_time, self.asked = words, in_time, []

    def answers(self, question, evidence, words):
        self.asked.append(words)
        return (0.0 if words == self.words else -9.0) if self.in_time else None


UNSURE = guessed(("Mary Quill and Jon Aas", 0.3), ("Mary Quill", 0.25), ("Jon Aas", 0.001))


def test_where_the_first_reader_is_in_doubt_the_second_decides_between_its_guesses():
    second = Preferring("Mary Quill")
    assert worded("Who kept the register?", UNSURE, second).answer_text == "Mary Quill"
    assert second.asked == ["Mary Quill and Jon Aas", "Mary Quill"], "the third is likelier in no case"


def test_a_guess_that_the_first_reader_finds_unlikely_is_not_made_likely_by_the_second():
    assert worded("Who kept the register?", UNSURE, Preferring("Jon Aas")).answer_text == "Mary Quill and Jon Aas"


def test_words_that_both_readers_doubt_are_marked_and_not_told_before_the_sentence():
    question = "Who kept the register?"
    kept, doubted = (worded(question, UNSURE, Preferring(words)) for words in ("Mary Quill", "nobody"))
    assert (kept.in_doubt, doubted.in_doubt) == (False, True)
    assert [one.answer_text for one in selected(question, [kept]).valued] == ["Mary Quill"]
    assert selected(question, [doubted]).valued == ()
    assert selected(question, [doubted]).evidence == (doubted,)


def test_the_second_reader_is_not_asked_where_the_first_is_sure_or_no_words_are_shown_or_time_is_over():
    second = Preferring("Mary Quill")
    sure = guessed(("Mary Quill and Jon Aas", 0.6), ("Mary Quill", 0.3))
    assert worded("Who kept the register?", sure, second) is sure
    assert worded("Was the register kept by Mary Quill?", UNSURE, second) is UNSURE
    assert second.asked == []
    assert worded("Who kept the register?", UNSURE, Preferring("Mary Quill", in_time=False)) is UNSURE


def test_guesses_begin_and_end_where_words_do_and_come_likeliest_first():
    places = (Span(0, 5), Span(6, 11), Span(11, 13), Span(14, 18))
    begins = (True, True, False, True)
    reading = Reading(1.0, places, begins, np.array([0.1, 0.25, 0.6, 0.05]), np.array([0.0, 0.7, 0.2, 0.1]))
    found = reading.answers(Span(0, 18))
    assert [span for span, _ in found] == [Span(6, 13), Span(6, 18), Span(0, 13), Span(0, 18)]
    assert found[0][1] == math.log(0.25 * 0.2)
    assert reading.answers(Span(30, 40)) == []
