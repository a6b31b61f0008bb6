"""Ask the last question of another time or kind: "And the year before?". question, last question -> question."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from rag.contrasts import SUPERLATIVES, of_a_kind
from rag.words import NUMBER_WORDS

_JOINS = r"(?:(?:and|or|but|so|ok|now|then|what about|how about)\b,? *)+"
_UNIT = "year|month|week|day"
_COUNT = "|".join(word for word in NUMBER_WORDS if not word.endswith(("th", "st", "nd", "rd")))
_SPAN = rf"(?P<n>an?|(?:{_COUNT})|\d{{1,3}}) (?P<units>{_UNIT})s? (?P<after>later|after(?:wards)?|earlier|before)"
_MOVES = re.compile(
    rf"(?:{_JOINS})?(?:in |on )?(?:{_SPAN}|the (?P<next>next|following|previous|preceding) (?P<unit>{_UNIT})"
    rf"|the (?P<one>{_UNIT}) (?P<then>after|before))(?: that)?\W*",
    re.IGNORECASE,
)
"""How a time is told by another: "five years later", "the previous month", "and the day before?"."""
_FORWARD = ("later", "after", "afterwards", "next", "following")
_YEAR = re.compile(r"(?<![-/–\d])\b(?:1[5-9]|20)\d\d\b(?![-/–]\d)")
MONTHS = "January February March April May June July August September October November December".split()
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_MONTH = rf"(?P<month>{'|'.join(MONTHS)})\b"
_IN_MONTH = re.compile(rf"{_MONTH}(?:,? (?P<year>\d{{4}})\b)?")
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(_WEEKDAYS)})\b")
_DATE = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH}(?:,? (?P<year>\d{{4}})\b)?"
    rf"|{_MONTH.replace('month', 'month2')} (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<year2>\d{{4}})\b)?"
)
_ANY_YEAR = 2001
"""A year for a day that is told without one."""
_THE = "an?|the|its|their|his|her|our|your|my"
_ONE = re.compile(
    rf"{_JOINS}(?:for |of |with |in )?(?:(?:{_THE}) )?(?P<word>[a-z-]+)(?: (?P<thing>[\w-]+))?\W*", re.IGNORECASE
)
"""What names only another of a kind: "And a long one?", "What about the return ticket?"."""
_UTMOST = rf"(?:{SUPERLATIVES}|latest|earliest|(?:most|least)(?: [a-z]+)?)"
_MOST = re.compile(rf"\b{_UTMOST}\b", re.IGNORECASE)
_OTHER_MOST = re.compile(rf"{_JOINS}(?:the )?(?P<most>{_UTMOST})(?: ones?| of all)?\W*", re.IGNORECASE)
"""What names only another end: "And the cheapest?" after "Which is the most expensive?"."""
_WORD = re.compile(r"[\w-]+")
_PLACES = "for|in|at|on|with|without|to|from|by|under|during|after|before"
_POINTS = "th[ai][st]|these|those|it|them|him|me|us|you|all|which|what|whom|ones?|others?|same|rest|instance|example"
_NO_THING = rf"(?:{_THE}|{_POINTS})\b"
_PLACED = re.compile(
    rf"(?i:{_JOINS}(?P<place>{_PLACES})) (?P<thing>(?:(?:{_THE}) )?(?!{_NO_THING})[a-z][a-z-]+(?: [a-z][\w-]+)?)\W*"
)
_AT_END = re.compile(
    rf" (?P<place>{_PLACES}) (?:(?:{_THE}) )?(?!{_NO_THING})[^\W_][\w-]*(?: (?-i:[a-z])[\w-]+)?$", re.IGNORECASE
)
"""What only limits, or is, another: "And for children?"; and what it then stands for at the end of a question."""


def varied(question: str, last: str) -> str:
    """Return the last question asked of another time or kind, where the question says only which; else ""."""
    question = question.strip()
    ways = (_at_another_time, _of_another_kind, _at_another_end, _elsewhere)
    return next(filter(None, (way(question, last) for way in ways)), "")


def _at_another_time(question: str, last: str) -> str:
    """Return the last question with its only year, month or day moved by what the question says."""
    found = _MOVES.fullmatch(question)
    if not found:
        return ""
    unit = (found["units"] or found["unit"] or found["one"]).lower()
    told = (found["n"] or "a").lower()
    n = 1 if told in ("a", "an") else int(NUMBER_WORDS.get(told, told))
    n = n if (found["after"] or found["next"] or found["then"]).lower() in _FORWARD else -n
    try:
        if unit == "year":
            return _moved(_YEAR, last, lambda one: str(int(one[0]) + n))
        if unit == "month":
            return _moved(_IN_MONTH, last, lambda one: _month_after(one, n))
        days = n * (7 if unit == "week" else 1)
        return _moved(_DATE, last, lambda one: _day_after(one, days)) or _moved(
            _WEEKDAY, last if unit == "day" else "", lambda one: _WEEKDAYS[(_WEEKDAYS.index(one[0]) + days) % 7]
        )
    except (ValueError, OverflowError):  # no such day
        return ""


def _moved(shape: re.Pattern[str], last: str, move: Callable[[re.Match[str]], str]) -> str:
    """Return the last question with what has a shape moved, if that is one thing; else ""."""
    told = {one[0] for one in shape.finditer(last)}
    return shape.sub(move, last) if len(told) == 1 else ""


def _month_after(one: re.Match[str], n: int) -> str:
    years, month = divmod(MONTHS.index(one["month"]) + n, 12)
    return MONTHS[month] + (f" {int(one['year']) + years}" if one["year"] else "")


def _day_after(one: re.Match[str], days: int) -> str:
    month, day, year = (one[name] or one[f"{name}2"] for name in ("month", "day", "year"))
    moved = date(int(year or _ANY_YEAR), MONTHS.index(month) + 1, int(day)) + timedelta(days)
    return f"{moved.day} {MONTHS[moved.month - 1]}" + (f" {moved.year}" if year else "")


def _of_another_kind(question: str, last: str) -> str:
    """Return the last question with the word in it that tells things of a kind apart from the question's exchanged."""
    found = _ONE.fullmatch(question)
    if not found:
        return ""
    said = list(_WORD.finditer(last))
    alike = [
        n for n, one in enumerate(said) if of_a_kind(one[0], found["word"]) and one[0].lower() != found["word"].lower()
    ]
    thing = (found["thing"] or "one").lower()
    if len(alike) != 1 or alike[0] + 1 == len(said):
        return ""
    old, follows = said[alike[0]], said[alike[0] + 1][0].lower()
    if thing not in ("one", "ones", follows):
        return ""
    before, word = last[: old.start()], found["word"]
    article = "an " if word[0] in "aeiou" else "a "
    return re.sub(r"\ban? $", article, before) + word + last[old.end() :]


def _at_another_end(question: str, last: str) -> str:
    """Return the last question with the most of something exchanged for the least, or for the most of another."""
    found, told = _OTHER_MOST.fullmatch(question), list(_MOST.finditer(last))
    if not found or len(told) != 1 or told[0][0].lower() == found["most"].lower():
        return ""
    return last[: told[0].start()] + found["most"] + last[told[0].end() :]


def _elsewhere(question: str, last: str) -> str:
    """Return the last question with what stands at its end after "for", "in" ... exchanged, or put there."""
    found = _PLACED.fullmatch(question)
    if not found:
        return ""
    asked = last.rstrip(" ?.!")
    old = _AT_END.search(asked)
    is_other = old and old["place"].lower() == found["place"].lower()
    return f"{asked[: old.start()] if old and is_other else asked} {found['place'].lower()} {found['thing']}?"
