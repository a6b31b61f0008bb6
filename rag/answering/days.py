"""See the years and months that texts name. text -> Days; question, rows -> those of other days than are asked for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

from rag.answering.kinds import MONTH
from rag.words import stem

_MONTHS = "january february march april may june july august september october november december".split()
_ISO = re.compile(r"\b(\d{4})-(0[1-9]|1[0-2])(?:-\d\d)?\b")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_MONTH = re.compile(rf"\b(?=[A-Z])({MONTH})[a-z]*\b", re.IGNORECASE)


class Days(NamedTuple):
    """The years and months (three letters) that a text names."""

    years: frozenset[str]
    months: frozenset[str]

    def is_other(self, asked: Days) -> bool:
        """Return whether none of these is what is asked for, in years or in months."""
        return any(mine and theirs and mine.isdisjoint(theirs) for mine, theirs in zip(self, asked, strict=True))


def days_in(text: str) -> Days:
    """Return the years and months that a text names: "January 2010", "2010-01-17"; months by a capital."""
    written = [(year, _MONTHS[int(month) - 1][:3]) for year, month in _ISO.findall(text)]
    named = {month.lower() for month in _MONTH.findall(text) if month[0].isupper()}
    years = {year for year, _ in written} | set(_YEAR.findall(_ISO.sub("", text)))
    return Days(frozenset(years), frozenset(named | {month for _, month in written}))


def day_stems(value: str) -> frozenset[str]:
    """Return the stems of the months that a value writes as numbers, by which it is asked for: "2010-01-17"."""
    return frozenset(stem(_MONTHS[int(month) - 1]) for _, month in _ISO.findall(value))


def of_other_days(question: str, rows: Iterable[tuple[int, Sequence[tuple[Hashable, str]]]]) -> frozenset[int]:
    """Return the rows, by number, that stand under another year or month than the one asked for.

    `rows` are the values of each with their columns, looked at only where a day is asked for. Only a column under which
    rows differ in that tells them apart: "valid from 2024-04-01" over all of a price list does not.
    """
    asked = days_in(question)
    if not any(asked):
        return frozenset()
    columns: dict[Hashable, dict[int, Days]] = defaultdict(dict)
    for n, row in rows:
        for column, value in row:
            if any(days := days_in(value)):
                columns[column][n] = days
    apart = (column for column in columns.values() if len(set(column.values())) > 1)
    return frozenset(n for column in apart for n, days in column.items() if days.is_other(asked))
