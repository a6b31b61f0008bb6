"""Tell what kind of answer a question asks for, and whether words are of that kind. question, words -> bool."""

from __future__ import annotations

import re

from rag.words import names, numbers

_KINDS = (
    (
        "number",
        re.compile(r"\bhow (many|much|often|old|long|far|tall|high|large|big)\b|\b(what|which) (number|percentage)\b"),
    ),
    ("date", re.compile(r"\bwhen\b|\b(what|which) (year|day|date|month|century)\b")),
    (
        "name",
        re.compile(r"\b(who|whom|whose)\b|\b(what|which) (person|country|city|town|company|minister|president)\b"),
    ),
)
_TIMES = re.compile(
    r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|day\b|week|month|year|centur|morning|evening|night|"
    r"\b(today|yesterday|tomorrow|recently|earlier|later|after|before|during|since|until|once|while)\b"
)
_AMOUNTS = re.compile(
    r"\b(no|none|several|many|few|dozens?|hundreds?|thousands?|millions?|half|most|all|each|every|daily)\b"
)


def fits(question: str, answer: str) -> bool:
    """Return whether the words could answer the question, as far as their kind tells: a number, a time, a name."""
    asked, given = question.lower(), answer.lower()
    for kind, sign in _KINDS:
        if sign.search(asked):
            if kind == "number":
                return bool(numbers(answer) or _AMOUNTS.search(given))
            if kind == "date":
                return bool(numbers(answer) or _TIMES.search(given))
            return bool(names(f"x {answer}"))
    return True
