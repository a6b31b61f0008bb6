"""Ask what a value is, where a question asks how it changed. question -> question."""

from __future__ import annotations

import re

from rag.words import LEADING

_QUANTITY = (
    r"(?:number|count|total|amount|price|cost|fee|fare|charge|rate|rent|pay|wage|salary|subscription|tariff|toll|tax|limit"
    r"|length|width|height|depth|size|weight|area|capacity|speed|duration|age|share|budget|income|turnover|population"
    r"|membership|temperature|deadline|interest|allowance|discount|fine|deposit|target|estimate|figure)s?"
)
"""What has a value that can be told in a few words."""
_HOW = re.compile(
    rf"{LEADING}(?:how )?(?:has|have|had|did|does|do) (?P<what>(?:[\w'’-]+ ){{0,3}}?{_QUANTITY})(?P<of>\b.*?) "
    r"(?:(?:ever|already|been|since) )*(?:chang(?:ed?|ing)|develop(?:ed)?|evolv(?:ed?)|var(?:y|ied))"
    r"(?:,? (?:between|from|since|over|in|during|through(?:out)?|with|after|before|by|across|until|up to)\b.*)?\W*",
    re.IGNORECASE | re.DOTALL,
)
"""How, or whether, a quantity changed: "How has the fare for children changed since 2020?"."""
_TIMES = re.compile(
    r",? (?:at (?:different|various|other|several) times|in (?:different|various) years|over time"
    r"|(?:over|through(?:out)?|down) the years|(?:then|at first|at the (?:start|beginning)|in the (?:past|beginning)"
    r"|originally|before|formerly) and (?:now|today|later|afterwards?|in the end|since))(?=\W*$)",
    re.IGNORECASE,
)
"""What asks for a value at more than one time, at the end of a question."""


def value_changing(question: str) -> str:
    """Return what asks for the value of which a question asks how it changed; "" where it asks for no such thing.

    "How has the fare changed since May?" is answered by every sentence that tells a fare, and so is "What was the fare
    at different times?".
    """
    asked = question.strip()
    if found := _HOW.fullmatch(asked):
        return f"What is {found['what'].removesuffix('s')}{found['of']}?"
    left = _TIMES.sub("", asked)
    return f"{left.rstrip(' ,?.!')}?" if left != asked else ""
