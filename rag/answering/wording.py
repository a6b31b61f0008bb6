"""Choose the words that answer, by both readers. question, Evidence, second reader -> Evidence."""

from __future__ import annotations

import math
from dataclasses import replace

from rag.answering.question import wants_account
from rag.answering.second_reader import SecondReader
from rag.records import Evidence

_SURE = math.log(0.75)
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
    said = second.prefers(question, evidence, [evidence.hit.passage.slice(span) for span, _ in guesses])
    if not said:
        return evidence
    odds = [sure + _SECOND * other for (_, sure), other in zip(guesses, said, strict=True)]
    return replace(evidence, answer=guesses[odds.index(max(odds))][0], in_doubt=max(odds) < _DOUBT)
