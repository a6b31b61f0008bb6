"""Hold what the reader makes of a sentence. Window and Reading -> Candidate -> Evidence."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rag.answering.furniture import is_furniture
from rag.answering.identity import whole_address, whole_enumeration, whole_name
from rag.answering.kinds import asked_kind, fits
from rag.answering.reader import Reading
from rag.answering.valued import tells_value
from rag.answering.windows import Window
from rag.records import Evidence, Hit, Span
from rag.words import asked_names, numbers

_LEAST_LOG = -6.0
_TELLS_VALUE = 2.5
"""What is added to the reader's logit of a sentence that gives a value right behind the name of what is asked for."""
_MEASURED = ("number", "duration", "clock", "day")

RANK_SIGNS = ("reads", "starts", "likeness", "overlap", "passage", "furniture")
"""What ranks a sentence: the reader's logit that its window answers; the log of the probability that the answer starts
in it; the greater of its and its window's cosine to the question; the share of the question's words in its window; its
passage's score; 1 when it is page furniture, else 0."""

SURE_SIGNS = ("reads", "lead", "missing_names", "wrong_kind")
"""What says whether the best sentence answers: the reader's logit; its share of the softmax over all that were read;
how many of the question's names and numbers do not stand in its window; 1 when a name, a number or a time is asked for
and the answer holds none, else 0."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that was read: the window it was read in, its words that may answer, likeliest first, and its signs.

    Each of `answers` comes with the natural log of its probability.
    """

    window: Window
    answers: tuple[tuple[Span, float], ...]
    signs: tuple[float, ...]

    @property
    def hit(self) -> Hit:
        """The hit that the sentence stands in."""
        return self.window.hit

    @property
    def sentence(self) -> Span:
        """Where the sentence stands in its document."""
        return self.window.sentence

    def sure_signs(self, question: str, lead: float) -> tuple[float, ...]:
        """Return the values of `SURE_SIGNS` for a question, and 1 for the constant."""
        held = f"{self.window.text} {self.window.sentence_text}".lower()
        named = asked_names(question) | numbers(question)
        told = self.hit.passage.slice(self.answers[0][0]) if self.answers else self.window.text
        strange = sum(name.lower() not in held for name in named)
        return (self.signs[0], lead, float(strange), float(not fits(question, told)), 1.0)


def candidate(question: str, window: Window, likeness: float, overlap: float, reading: Reading) -> Candidate:
    """Return what the reader makes of a window of this likeness and share of the question's words.

    Where a number, a length of time, a time of day or a date is asked for, words that are none yield to such words.
    """
    starts = max(math.log(max(reading.mass(window.own), 1e-9)), _LEAST_LOG)
    furniture = float(is_furniture(window.sentence_text))
    reads = reading.logit + _TELLS_VALUE * tells_value(question, window.sentence_text)
    signs = (reads, starts, likeness, overlap, window.hit.score, furniture)
    answers = window.answers(reading)
    if asked_kind(question) in _MEASURED:
        answers = tuple(one for one in answers if fits(question, window.hit.passage.slice(one[0]))) or answers
    return Candidate(window, answers, signs)


def evidence_of(question: str, candidate: Candidate, score: float) -> Evidence:
    """Return a sentence that was read as evidence of this score, with the words of it that answer the question."""
    start, end = candidate.sentence
    if candidate.window.is_statement:
        value = candidate.answers[0][0] if candidate.answers else None
        return Evidence(candidate.hit, start, end, score, value, candidate.window.text)
    guesses: dict[Span, float] = {}
    for (begins, ends), sure in candidate.answers:
        sentence = candidate.window.sentence_text
        drawn = whole_name(question, sentence, Span(begins - start, ends - start))
        drawn = whole_address(sentence, whole_enumeration(sentence, drawn)) if drawn.end > drawn.start else drawn
        guesses.setdefault(Span(start + drawn.start, start + drawn.end), sure)
    answer = next(iter(guesses), None)
    if answer is None or answer.end <= answer.start:
        return Evidence(candidate.hit, start, end, score, under=candidate.window.under)
    kept = tuple((span, sure) for span, sure in guesses.items() if span.end > span.start)
    return Evidence(candidate.hit, start, end, score, answer, guesses=kept, under=candidate.window.under)
