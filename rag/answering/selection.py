"""Choose what belongs to an answer beside the best sentence. question, Evidence -> a Selection and its shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from rag.answering.conflict import Stands, at_all_times, differing
from rag.answering.kinds import fits
from rag.answering.lists import items_told
from rag.answering.odds import near
from rag.answering.question import (
    asks_one_name,
    asks_place_in_row,
    is_choice,
    is_yes_no,
    names_of_it,
    wants_account,
    wants_detail,
    wants_several,
)
from rag.answering.sorts import placed, sort_of
from rag.answering.wording import told_by_words
from rag.records import Evidence
from rag.words import content_stems, content_words, numbers

Shape = Literal["one", "list", "account", "conflict", "overview", "mentions", "named"]
"""One sentence; other answers of the same kind; sentences that together tell how or why; values that differ; how the
documents begin; a sentence of each that mentions something; the same where it is asked who somebody is."""

_LIST_GAP, _JUDGED_GAP = 2.0, 4.0
"""How far below the best sentence another may rank, in log odds, and still belong to a list: unjudged, and judged."""
_MOST_LISTED = 5

_ACCOUNT_GAP = 4.0
"""The same for a sentence of an account."""
MOST_TOLD, _MOST_OF_ACCOUNT = 3, 4
"""Sentences told of a topic, or of an account by their rank alone, and those of an account that were judged."""
_WEIGHED, _OF_CHOICE = 5, 0.4
"""Where a question has two ways, only the first sentences are weighed beside the best, and none that scores less."""
_STANDS, _BEARS = 0.5, 0.9
"""The probability of declining from which a sentence does not answer by itself, and from which it has no bearing."""

_MOST_DECLINED = {"place in a row": _BEARS, "name": 0.2}
"""The same for a value that differs from the best's. A place in a row is told unless its sentence has no bearing: it
seldom stands beside all that is asked. Another name must be likely, for many differ without contradicting."""
_SURE = 0.1
"""The probability of declining below which a sentence is sure to answer, and another value in it to differ."""
_LEAST_NAMED = 3
"""Words of a question that sentences must share to differ over a name, where it does not ask for one."""


Declines = Callable[[Evidence], float]
"""How likely, in [0, 1], it is that a sentence does not answer."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The evidence that an answer tells, best first, and what makes it one answer; empty when there is none.

    `valued` are those of it whose words that answer are told by themselves, before the sentences.
    """

    shape: Shape
    evidence: tuple[Evidence, ...]
    valued: tuple[Evidence, ...]


def selected(
    question: str, evidence: Sequence[Evidence], declines: Declines | None = None, *, over_time: bool = False
) -> Selection:
    """Return what the evidence (best first) gives for a question.

    Where it is known how likely a sentence `declines` to answer by itself, only those of a list or a disagreement are
    told beside the best that are likelier to answer, and may then rank lower than where only their rank speaks for
    them; and of an account all but the least likely. Which of two is so is told with what else answers, and by words
    only if all of it holds them. `over_time`: all values are asked for that something has had; they are told in
    their sentences, oldest first: which of the values in a sentence is meant is less sure than that it tells one.
    """
    if asks_place_in_row(question):
        evidence = tuple(map(placed, evidence))
    best = tuple(evidence[:1])
    stands = _under(_STANDS, declines)
    bears = _under(_BEARS, declines)
    if over_time and stands and bears and (values := at_all_times(evidence, stands, bears)):
        return Selection("list", _by_day(values, newest=False), ())
    if best and (items := items_told(question, best[0])):
        return Selection("account", items, ())
    if wants_several(question):
        several = _listed(question, evidence, stands) if evidence else ()
        return Selection("list" if len(several) > 1 else "one", several, several)
    if best and (values := _differing(question, evidence, declines)):
        return Selection("conflict", values, values)
    if best and declines and is_choice(question):
        told = _both_ways(evidence, declines)
        words = tuple(one for one in best if told_by_words(question, one) and _all_hold(one, told))
        return Selection("account" if len(told) > 1 else "one", told, words)
    is_account = wants_account(question)
    account = _account(evidence, declines) if best and (is_account or wants_detail(question)) else best
    words = tuple(one for one in best if told_by_words(question, one) and (len(account) == 1 or not is_account))
    return Selection("account" if len(account) > 1 else "one", account, words)


def _differing(question: str, evidence: Sequence[Evidence], declines: Declines | None) -> tuple[Evidence, ...]:
    """Return the evidence for each value on which documents differ, newest first; `()` where they do not.

    Whether something is so is a matter of numbers only where the question holds one. Names are compared where they are
    judged, and one is asked for or the sentences share much of the question.
    """
    if is_yes_no(question) and not numbers(question):
        return ()
    named = frozenset(content_stems(question) if declines and not wants_account(question) else ())
    stands = _under(_MOST_DECLINED.get(sort_of(evidence[0]), _STANDS), declines)
    least = 1 if asks_one_name(question) else _LEAST_NAMED
    sure, bears = _under(_SURE, declines), _under(_BEARS, declines)
    of_it = _of_it(question, evidence)
    values = differing(of_it, stands, sure=sure, bears=bears, named=named, least_named=least)
    return _by_day(values, newest=True)


def _under(most: float, declines: Declines | None) -> Stands | None:
    """Return what says whether a sentence declines less than that; None where nobody knows."""
    return (lambda one: declines(one) < most) if declines else None


def _of_it(question: str, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return the best, and those whose passages hold every name of the question that the best's passage holds.

    The age of another Johnson is no other age of this one. Of a place in a row only the first name of the sentence must
    be held: the row is somebody's, and places are told by many names ("the Middle East", "the region").
    """
    if not evidence:
        return ()
    best = evidence[0]
    names = names_of_it(question, best.hit.passage.text)
    if sort_of(best) == "place in a row":
        names = set([word for word in content_words(best.text) if word in names][:1])
    rest = (one for one in evidence[1:] if names <= frozenset(content_words(one.hit.passage.titled_text)))
    return (evidence[0], *rest)


def _by_day(values: Sequence[Evidence], *, newest: bool) -> tuple[Evidence, ...]:
    """Return values by the day of their documents, newest or oldest first, undated ones last, else as they are."""
    undated = "" if newest else "\uffff"
    return tuple(sorted(values, key=lambda one: one.hit.passage.date or undated, reverse=newest))


def _listed(question: str, evidence: Sequence[Evidence], stands: Stands | None) -> tuple[Evidence, ...]:
    """Return the best and those near it that hold other answers of its kind, none of them words of the question."""
    kept, asked = [evidence[0]], frozenset(content_stems(question))
    seen = [_answer(evidence[0])]
    for other in evidence[1:]:
        words = _answer(other)
        new = words and not words <= asked and all(not (words <= one or one <= words) for one in seen)
        close = near(evidence[0].score, other.score, _JUDGED_GAP if stands else _LIST_GAP)
        if new and close and fits(question, other.answer_text) and (not stands or stands(other)):
            kept.append(other)
            seen.append(words)
        if len(kept) == _MOST_LISTED:
            break
    return tuple(kept)


def _account(evidence: Sequence[Evidence], declines: Declines | None) -> tuple[Evidence, ...]:
    """Return the best and those near it that bear on the question; no single rows.

    Of other passages only the next best are looked at: what explains a thing stands in one place for the most part.
    """
    close = [one for one in evidence if near(evidence[0].score, one.score, _ACCOUNT_GAP)]
    told = list(evidence[:1])
    for n, one in enumerate(close[1:], 2):
        is_beside = declines and one.hit.passage.passage_id == evidence[0].hit.passage.passage_id
        if one.statement or not (is_beside or n <= MOST_TOLD):
            continue
        if not declines or declines(one) < _BEARS:
            told.append(one)
        if len(told) == _MOST_OF_ACCOUNT:
            break
    return tuple(told)


def _both_ways(evidence: Sequence[Evidence], declines: Declines) -> tuple[Evidence, ...]:
    """Return the best and up to two more that answer by themselves.

    One may say that he resigned, another that he was sacked; their words alone do not tell whether they agree.
    """
    others = (one for one in evidence[1:_WEIGHED] if one.score >= _OF_CHOICE and not one.statement)
    return (*evidence[:1], *islice((one for one in others if declines(one) < _STANDS), MOST_TOLD - 1))


def _all_hold(answer: Evidence, told: Sequence[Evidence]) -> bool:
    """Return whether every sentence that is told holds the words that answer."""
    return all(_answer(answer) <= frozenset(content_stems(one.text)) for one in told)


def _answer(evidence: Evidence) -> frozenset[str]:
    return frozenset(content_stems(evidence.answer_text))
