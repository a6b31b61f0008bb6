"""Choose the words that answer, by both readers, and whether they are told. question, Evidence, reader -> Evidence."""

from __future__ import annotations

import math
from dataclasses import replace

from rag.answering.identity import is_echo
from rag.answering.kinds import asked_kind, fits
from rag.answering.question import asks_who_did, is_yes_no, wants_account
from rag.answering.second_reader import SecondReader
from rag.records import Evidence, Span

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


def told_by_words(question: str, evidence: Evidence) -> bool:
    """Return whether the words that answer are told by themselves: not whether something is so, in doubt, or off kind.

    Who did something may be told without a name ("the police"), but not with one that the question holds, nor who
    somebody is with the name alone.
    """
    if is_echo(question, evidence.answer_text):
        return False
    if evidence.in_doubt or is_yes_no(question) or (asks_who_did(question) and _entitles(question, evidence)):
        return False
    is_measured = asked_kind(question) not in ("name", "") and evidence.answer
    return not is_measured or fits(question, evidence.answer_text)


def _entitles(question: str, evidence: Evidence) -> bool:
    """Return whether the words that answer "who" only name somebody whom the question names itself, or say what he is.

    "Hamas leader" in "the killing of Hamas leader Yahya Sinwar" tells who he is, not who killed him.
    """
    if not evidence.answer:
        return False
    after = evidence.hit.passage.slice(Span(evidence.answer.end, evidence.end)).split()[:1]
    last = evidence.answer_text.split()[-1:]
    asked = question.lower().rstrip("?!. ").split()
    return any(word[:1].isupper() and word.strip(",.’'").lower() in asked for word in (*last, *after))
