"""Choose the words that answer, by both readers. question, Evidence, second reader -> Evidence."""

from __future__ import annotations

import math
from dataclasses import replace

from rag.answering.question import wants_account
from rag.answering.second_reader import SecondReader
from rag.records import Evidence

_SURE = math.log(0.5)
"""From where on the first reader's guess is taken as it is."""

_DOUBT = -2.5
"""Below this sum of both readers' the words are in doubt: a quarter to a half of them share no word with the answer, of
the others one in thirty to one in ten."""

_SECOND = 0.3
"""What the second reader's log probability of a guess weighs beside the first's."""


def worded(question: str, evidence: Evidence, second: SecondReader) -> Evidence:
    """Return the evidence with the guess as its answer that both readers find likeliest, where the first is unsure.

    It is marked where both together still doubt it. Questions that are answered with whole sentences need no words.
    """
    guesses = evidence.guesses
    if len(guesses) <= 1 or guesses[0][1] >= _SURE or wants_account(question):
        return evidence
    best, most = guesses[0][0], -math.inf
    for span, sure in guesses:
        if sure <= most:  # whatever the second reader says can only lower it
            break
        said = second.answers(question, evidence, evidence.hit.passage.slice(span))
        if said is None:
            return evidence
        if sure + _SECOND * said > most:
            best, most = span, sure + _SECOND * said
    return replace(evidence, answer=best, in_doubt=most < _DOUBT)
