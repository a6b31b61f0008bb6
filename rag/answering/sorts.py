"""Say of what sort the words are that answer: a date, a name, money, a length of time. Evidence -> sort."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.answering.kinds import MONEY, MONTH
from rag.answering.rows import cell_told
from rag.records import Evidence, Span
from rag.words import numbers

_ORDINAL = re.compile(
    r"\b(\d+(st|nd|rd|th)|first|second|third|(four|fif|six|seven|eigh|nin|ten|eleven|twelf|thirteen|fourteen)th)\b",
    re.IGNORECASE,
)

_DATE = re.compile(rf"\b{MONTH}[a-z]*\.? \d+|\b\d+ (?:of )?{MONTH}|\b(?:1[5-9]|20)\d\d\b", re.IGNORECASE)

_NOT_PER = r"(?<!\ba )(?<!\ban )(?<!\bper )\b"
_MEASURES = (
    ("money", re.compile(rf"[€$£¥]|\b(?:{MONEY}|cents?|pence|prices?)\b", re.IGNORECASE)),
    ("share", re.compile(r"%|\bper ?cent\b", re.IGNORECASE)),
    (
        "duration",
        re.compile(
            rf"{_NOT_PER}(?:duration|seconds?|min(?:ute)?s?|h(?:ou)?rs?|days?|nights?|weeks?|months?|years?)\b",
            re.IGNORECASE,
        ),
    ),
)
"""What a number measures, by its sign or the words beside it; "a day" and "per week" say how often."""
_UNITS = {
    written: unit
    for unit, others in (
        ("mm", "millimetres millimeters"), ("cm", "centimetres centimeters"), ("m", "metre metres meter meters"),
        ("km", "kilometre kilometres kilometer kilometers"), ("mile", "miles"), ("ft", "foot feet"),
        ("g", "gram grams"),
        ("kg", "kilo kilos kilogram kilograms"), ("tonne", "tonnes ton tons"), ("litre", "litres liter liters"),
        ("ml", "millilitres milliliters"), ("watt", "watts w"), ("kw", "kilowatt kilowatts"), ("volt", "volts v"),
    )
    for written in (unit, *others.split())
}  # fmt: skip
"""Units by how they are written: a length and a weight do not disagree."""
_AFTER = re.compile(r"(?:\W?\w+){0,2}")
"""The words after a number that may tell what it measures."""


def sort_of(evidence: Evidence) -> str:
    """Return what the words that answer are: "place in a row" ("fifth", "11th"), "date", "name", or what they measure.

    That is "money", a "share", a "duration" or another "number"; fees for being late are no terms to pay them in.
    """
    words = evidence.answer_text
    if _ORDINAL.search(_DATE.sub("", words)):
        return "place in a row"
    if _DATE.search(words):
        return "date"
    if not numbers(words):
        return "name"
    measured = _measured(evidence)
    return next((sort for sort, sign in _MEASURES if sign.search(measured)), "number")


def unit_of(evidence: Evidence) -> str:
    """Return the unit of length, weight and the like that follows a number or ends its column's name; "" for none."""
    told = re.findall(r"[^\W\d_]+", _measured(evidence).lower())
    return next((_UNITS[word] for word in reversed(told) if word in _UNITS), "")


def _measured(evidence: Evidence) -> str:
    """Return the words that answer, with the sign before them, up to two words after them, and their column's name."""
    start, end = evidence.answer or Span(evidence.start, evidence.start)
    before, after = evidence.text[: start - evidence.start], _AFTER.match(evidence.text, end - evidence.start)
    cell = cell_told(evidence)
    column = cell.header.replace("_", " ") if cell else ""
    return f"{column} {before.rstrip()[-1:]}{evidence.answer_text}{after[0] if after else ''}"


def placed(evidence: Evidence) -> Evidence:
    """Return the evidence with a place in a row as the answer, if it gives any: that in the answer, else the first."""
    undated = _DATE.sub(lambda date: " " * len(date[0]), evidence.text)
    places = [Span(evidence.start + m.start(), evidence.start + m.end()) for m in _ORDINAL.finditer(undated)]
    answer = evidence.answer or Span(0, 0)
    inside = [place for place in places if answer.start <= place.start and place.end <= answer.end]
    return replace(evidence, answer=(inside or places)[0]) if places else evidence
