"""Tell what kind of answer a question asks for, and whether words are of that kind. question, words -> bool."""

from __future__ import annotations

import re

from rag.contrasts import SUPERLATIVES
from rag.words import names, numbers

_KINDS = (
    ("duration", re.compile(r"\b(how long|for how (many|much)|what length of time)\b")),
    (
        "number",
        re.compile(
            r"\bhow (many|much|often|old|far|tall|high|large|big)\b"
            r"|\b(what|which) (number|percentage|share|proportion|amount|age|round)\b"
            r"|\bwhat (?:do|does|did|will|would) .+ cost\b"
            r"|\bwhat(?:['’]s| is| was) (?:the |its |his |her |their )?(?:(?!name\b)[\w-]+ ){0,2}"
            r"(?:number|percentage|share|proportion|amount|price|cost|fee|fare|rent|salary|age|height|length|width|weight"
            r"|depth|distance|temperature|speed|population|capacity)\b"
        ),
    ),
    ("clock", re.compile(r"\b(?:what|which) (?:time|hour)\b(?! (?:of|period|frame|span|zone))")),
    ("day", re.compile(r"\b(what|which|exact) (\w+ )?date\b")),
    (
        "time",
        re.compile(
            r"^(?:and |so |but |since |until )?when\b(?!.*, (?:what|who|whom|whose|which|how|where|why)\b)"
            r"|\bwhen\W*$|\b(what|which) (year|day|month|century)\b"
            r"|\bwhen (?:did|do|does|was|were|is|are|will|has|have|had|can|could|should|would)\b"
        ),
    ),
    (
        "name",
        re.compile(r"\b(who|whom|whose)\b|\b(what|which) (person|country|city|town|company|minister|president)\b"),
    ),
)
_BORNE = re.compile(
    r"\b(?:phone|telephone|fax|mobile|account|serial|reference|registration|invoice|order|passport|policy|licen[cs]e|flight"
    r"|room|house|model|version) numbers?\b"
    r"|\b(?:what|which)(?:['’]s| is| was) (?:the |its |his |her |their |my |our )?(?:[\w-]+ )?number"
    r"(?:\W*$| (?:of|on|for) (?:the|this|that|my|our|his|her|their|its)\b(?! (?:people|members|days|hours|[\w-]+s)\b))"
)
"""What asks for the number that something bears, not how many there are."""
_MAILED = re.compile(r"\be-?mail address\b|\bwhat(?:['’]s| is) (?:[\w'’-]+ ){1,4}?e-?mail(?: (?:of|for|at)\b|\W*$)")
"""What asks where to send an e-mail."""
_ASKS_MOST = re.compile(
    r"^(?:which|what|who)(?: [\w'’-]+){0,3}?(?:['’]s| is| was| are| were| has| had| have) (?:the )?"
    rf"(?:{SUPERLATIVES})\b|^(?:which|who)\b.* the (?:most|least|fewest)\b(?! of\b)"
)
"""What asks for the one that is most so, or least: "Which mower is the quietest?"."""
_TELLS_MOST = re.compile(
    r"\b(?:\w+est|most|least|worst|record|top|leading|maximum|minimum|peak|height|never|\w+er than|main|major|chief"
    r"|principal|primary|predominant\w*|dominant|majority|number one|foremost|rank\w*|up to|any other|sole|exceed\w*"
    r"|surpass\w*|unlike|no other)\b",
    re.IGNORECASE,
)
"""What a sentence says that sets one above others."""
MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
"""A pattern of how the names of months begin."""
MONEY = r"eur|euros?|usd|dollars?|gbp|pounds?|chf|francs?|costs?|fees?|rent"
"""The alternatives of a pattern of words that speak of money."""
_PRICED = re.compile(
    r"\b(?:what|which|how (?:much|high))(?:['’]s| is| are| was| were) (?:the |its |his |her |their |our |my |an? )?"
    r"(?:[\w'’-]+ ){0,3}?(?:price|cost|fare|fee|rent|salary|wage|deposit|toll|fine|subscription)s?\b(?! of living)"
    r"|\b(?:what|how much) (?:do|does|did|will|would) .+ cost\b"
)
_MEASURED_IN = re.compile(
    r"\d[\d.,]*[ -]?(?:yards?|miles?|met(?:re|er)s?|kilomet\w+|km|feet|foot|inch(?:es)?|mm|cm|hours?|minutes?|seconds?"
    r"|days?|weeks?|months?|years?|kg|grams?|tonn?es?|lit(?:re|er)s?|degrees?|people|persons?|acres?|hectares?)\b"
)
"""A number that is no price."""
_MONTHS = re.compile(rf"\b{MONTH}")
_SPANS = re.compile(r"\b(second|minute|hour|day|week|month|year|decade|centur|night)|\b(since|until|briefly|forever)\b")
_LENGTH = re.compile(r"\bhow long (?:is|are|was|were)\b", re.IGNORECASE)
"""What may ask for a length as well as for a time."""
DATED = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{MONTH}[a-z]*\b(?:,? \d{{4}}\b)?"
    rf"|\b{MONTH}[a-z]*\.? \d+(?:st|nd|rd|th)?\b(?:,? \d{{4}}\b)?|\b\d{{4}}-\d\d-\d\d\b"
)
"""A pattern of days in lower-case text: "14 march 2023", "march 2023", "2023-03-14"."""
_OCLOCK = re.compile(r"\b\d{1,2}:\d\d\b")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b(?! ?h(?:ours)?\b)")
_TIMES = re.compile(
    rf"\b{MONTH}|day\b|week|month|year|centur|morning|evening|night|"
    r"\b(today|yesterday|tomorrow|recently|earlier|later|after|before|during|since|until|once|while)\b"
)
_CLOCK = re.compile(r"\b(?:noon|midday|midnight|morning|afternoon|evening|night|dawn|dusk|after|before)\b")
_AMOUNTS = re.compile(
    r"\b(no|none|several|many|few|dozens?|hundreds?|thousands?|millions?|half|third|quarter|most|majority|minority|"
    r"all|each|every|once|twice|daily|hourly|weekly|monthly|yearly|couple|pair|handful|free|nothing)\b"
)


def asked_kind(question: str) -> str:
    """Return what kind of answer is asked for: "duration", "number", "clock", "day", "time", "name", or ""."""
    asked = question.lower()
    return next((kind for kind, sign in _KINDS if sign.search(asked)), "")


def lacks(question: str, text: str) -> bool:
    """Return whether a text cannot say what is asked: a date, an e-mail address, the number of something, or the most.

    It gives none, or sets nothing above others. Of its numbers those count that the question does not hold itself.
    """
    asked, kind = question.lower(), asked_kind(question)
    if _ASKS_MOST.search(asked) and not _TELLS_MOST.search(text):
        return True
    if _MAILED.search(asked):
        return "@" not in text
    if kind != "day" and not _BORNE.search(asked):
        return False
    new = " ".join(word for word in text.split() if not numbers(word) & numbers(question))
    return not (re.search(r"\d", new) or numbers(new) or (kind == "day" and _MONTHS.search(new.lower())))


def fits(question: str, answer: str) -> bool:
    """Return whether the words could answer the question, as far as their kind tells.

    A number, a length of time, a time of day, a date, a time, or a name that the question does not hold itself. A date
    is no number of things, nor a time of day.
    """
    kind, given = asked_kind(question), answer.lower()
    if kind == "duration":
        return bool(_SPANS.search(given) or (_LENGTH.search(question) and numbers(answer)))
    if kind == "number" and _PRICED.search(question.lower()) and _MEASURED_IN.search(given):
        given = _MEASURED_IN.sub("", given)
    if kind == "number":
        return bool(numbers(_OCLOCK.sub("", DATED.sub("", given))) or _AMOUNTS.search(given))
    if kind in ("clock", "day"):
        words, left = (_MONTHS, given) if kind == "day" else (_CLOCK, _YEAR.sub("", DATED.sub("", given)))
        return bool(words.search(given) or re.search(r"\d", left))
    if kind == "time":
        return bool(numbers(answer) or _TIMES.search(given))
    if kind == "name":
        return bool(names(f"x {answer}") - names(f"x {question}"))
    return True
