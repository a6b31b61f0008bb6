"""See when documents give different values for the same thing. Evidence -> the evidence for each value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence, Set

from rag.answering.kinds import MONTH
from rag.answering.odds import near
from rag.answering.sorts import placed, sort_of, unit_of
from rag.records import Evidence
from rag.words import content_stems, names, numbers

Stands = Callable[[Evidence], bool]
"""Whether a sentence answers by itself, as far as who is asked can tell."""

_MAX_GAP, _JUDGED_GAP, _SURE_GAP = 3.5, 6.0, 5.5
"""How far below the best sentence another may rank, in log odds, and still be taken to answer the same question: where
only its rank speaks for it, where it is known to stand by itself, and where only that says what it speaks of."""

_ORDINAL_GAP = 9.0
"""The same where both give a place in a row ("fifth", "11th"): two of these speak of one count far more often."""

_YEAR_DIGITS = 4
_LEAST_SHARED, _MOST_UNLIKE = 2, 2
"""Content words that two sentences must share, numbers aside, to be taken to speak of one thing (see `_near_matter`),
and those that only one of two may hold that say it alike."""


def differing(
    evidence: Sequence[Evidence],
    stands: Stands | None = None,
    *,
    sure: Stands | None = None,
    bears: Stands | None = None,
    named: Set[str] = frozenset(),
    least_named: int = 1,
) -> tuple[Evidence, ...]:
    """Return the best evidence for each value when documents differ over a number, date or count; else `()`.

    `evidence` is best first; beside the best only what `stands` counts, or what says the same in nearly the best's
    words (`_says_alike`) and `bears` on the question: "raised to 48,200 euros", "cut to 41,500 euros". Values
    differ when the numbers in the words that answer have none in common, dates when their day, month or year do;
    each is taken from another document and of the same sort (`sort_of`); their sentences share two words, or one of
    `named` where their passages hold all of it. Names are compared where both sentences hold the same of `named`,
    the stems of what is asked the name of, and `least_named` of them. Of what `sure` counts to answer, one shared
    word is enough, for names two, `least_named` of them of `named`. Only these are compared: other words differ
    without contradicting each other. Where the best gives a place in a row, one that another sentence gives counts
    though the reader took other words of it for the answer; `answer` is then that place.
    """
    if not evidence or not _value(evidence[0]) or (sort_of(evidence[0]) == "name" and not named):
        return ()
    best = evidence[0]
    in_a_row = sort_of(best) == "place in a row"
    gap = _ORDINAL_GAP if in_a_row else _JUDGED_GAP if stands else _MAX_GAP
    others = map(placed, evidence[1:]) if in_a_row else evidence[1:]

    def counts(other: Evidence) -> bool:
        same = _same_matter(best, other, named, least_named)  # looked at first, for it takes no reading
        same = same and (not stands or _answers(best, other, stands, bears))
        return same or bool(sure and _near_matter(best, other, named, least_named) and sure(other))

    return _with_others(best, (one for one in others if near(best.score, one.score, gap)), _differ, counts)


def at_all_times(evidence: Sequence[Evidence], stands: Stands, bears: Stands) -> tuple[Evidence, ...]:
    """Return the best evidence for each value that something has had, where it is asked how that changed; else `()`.

    `evidence` is best first, `stands` and `bears` as for `differing`. Values of one sort that differ may stand in one
    document, and be told in unlike words.
    """
    if not evidence or not _value(evidence[0]):
        return ()
    best = evidence[0]
    close = (one for one in evidence[1:] if near(best.score, one.score, _JUDGED_GAP) and sort_of(one) == sort_of(best))
    return _with_others(best, close, _is_other, lambda one: _answers(best, one, stands, bears))


def _with_others(
    best: Evidence, others: Iterable[Evidence], differ: Callable[[Evidence, Evidence], bool], counts: Stands
) -> tuple[Evidence, ...]:
    """Return the best and those that count and differ from it and from each other; `()` if there are none of these."""
    kept = [best]
    for other in others:
        if all(differ(other, one) for one in kept) and counts(other):
            kept.append(other)
    return tuple(kept) if len(kept) > 1 else ()


def _same_matter(best: Evidence, other: Evidence, named: Set[str], least_named: int) -> bool:
    """Return whether two sentences answer with the same sort of words and share enough others."""
    if sort_of(best) != sort_of(other):
        return False
    topic, others = _topic(best), _topic(other)
    if sort_of(best) == "name":
        return named & topic == named & others and len(named & topic) >= least_named
    shared = topic & others
    return len(shared) >= _LEAST_SHARED or bool(shared & named and _holds(best, named) and _holds(other, named))


def _answers(best: Evidence, other: Evidence, stands: Stands, bears: Stands | None) -> bool:
    """Return whether another sentence stands by itself, or says what the best says and bears on the question."""
    return stands(other) or bool(bears and _says_alike(best, other) and bears(other))


def _says_alike(best: Evidence, other: Evidence) -> bool:
    """Return whether two sentences say the same, but for a word of each and for what they answer with, no names."""
    one, two = (_topic(said) - frozenset(content_stems(said.answer_text)) for said in (best, other))
    return sort_of(best) != "name" and len(one & two) >= _LEAST_SHARED and len(one ^ two) <= _MOST_UNLIKE


def _near_matter(best: Evidence, other: Evidence, named: Set[str], least_named: int) -> bool:
    """Return whether two sentences are near and share enough for one matter, if it is sure that the other answers.

    That both count crowns tells little; that both name a day of one month is something.
    """
    if sort_of(best) != sort_of(other) or not near(best.score, other.score, _SURE_GAP):
        return False
    units = frozenset() if sort_of(best) == "date" else frozenset(content_stems(best.answer_text))
    shared = (_topic(best) & _topic(other)) - units
    enough = len(shared) >= _LEAST_SHARED and len(shared & named) >= least_named
    return enough if sort_of(best) == "name" else bool(shared)


def _holds(evidence: Evidence, asked: Set[str]) -> bool:
    """Return whether the passage of a sentence holds all stems of a question: "The club" is named elsewhere in it."""
    return asked <= frozenset(content_stems(evidence.hit.passage.titled_text))


def _value(evidence: Evidence) -> set[str]:
    return set(numbers(evidence.answer_text)) or names(f"x {evidence.answer_text}")


def _differ(one: Evidence, other: Evidence) -> bool:
    """Return whether two documents give different values."""
    return one.hit.passage.doc_id != other.hit.passage.doc_id and _is_other(one, other)


def _is_other(one: Evidence, other: Evidence) -> bool:
    """Return whether one gives another value than the other does."""
    if not _value(one):
        return False
    if sort_of(one) != "date":
        units = {unit_of(one), unit_of(other)} - {""}
        return len(units) < 2 and _value(one).isdisjoint(_value(other))
    first, second = _date(one.answer_text), _date(other.answer_text)
    return any(a and b and a != b for a, b in zip(first, second, strict=True))


def _date(words: str) -> tuple[str, str, str]:
    """Return day, month (three letters) and year of a date, each "" where it gives none."""
    month = re.search(MONTH, words, re.IGNORECASE)
    given = [number for number in numbers(words) if number.isdecimal()]
    year = next((number for number in given if len(number) == _YEAR_DIGITS), "")
    day = next((number for number in given if len(number) < _YEAR_DIGITS - 1), "")
    return day, month[0].lower() if month else "", year


def _topic(evidence: Evidence) -> set[str]:
    """Return the stems of what a sentence says, without its numbers and without the names that answer."""
    told = set(content_stems(evidence.answer_text)) if sort_of(evidence) == "name" else set()
    return {stem for stem in content_stems(evidence.text) if not numbers(stem) and stem not in told}
