"""Find the date that a document gives itself. a date as written, a text -> "2024-02-05", or "" when there is none."""

from __future__ import annotations

import datetime
import re

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_FORMS = (
    r"(?P<year>\d{4})(?P<sign>[-/.])(?P<m>\d{1,2})(?P=sign)(?P<day>\d{1,2})(?!\d)",
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ -](?:of )?{_MONTH},?[ -](?P<year>\d{{4}})(?!\d)",
    rf"{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})(?!\d)",
)
"""05/02/2024 is none of them: nobody knows which is the month."""
_PDF = re.compile(r"D:(?P<year>\d{4})(?P<m>\d{2})(?P<day>\d{2})")
_ANYWHERE = [re.compile(rf"(?<![\w.-]){form}", re.IGNORECASE) for form in _FORMS]

_LABEL = r"(?:(?:first |last )?(?:date|dated|published|posted|updated|issued|revised|modified|created|sent)(?: on)?\b)"
_BY = r"(?:by [^\d,|]{2,50}[,|·–—-] ?)"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\W+)"
_ZONE = r"(?: ?(?:[ap]\.?m\.?|[+-]\d\d:?\d\d|\(?[a-z]{1,4}\)?)(?!\w))"
_TIME = rf"(?:(?:T|,? (?:at )?)\d{{1,2}}[:.]\d\d(?:[:.]\d\d)*{_ZONE}{{0,3}})"
_BEFORE = re.compile(rf"[\W_]*(?:{_LABEL}[\W_]*)?{_BY}?{_WEEKDAY}?", re.IGNORECASE)
_AFTER = re.compile(rf"{_TIME}?[\W_]*", re.IGNORECASE)
_TITLE = re.compile(r"[^\W\d_]\s*(?:[,(\[|·–—-]|\bdated)\s*$")
"""How a title goes on with a date."""
_FIRST_LINES, _TITLE_LINES = 12, 4
_LONGEST_LINE = 120
_YEARS = range(1400, 2200)
_NEVER_SET = datetime.date(1970, 1, 1)


def iso_date(written: str) -> str:
    """Return the first date in what a header, a tag or a property says, "" when it holds none."""
    for form in (_PDF, *_ANYWHERE):
        if found := form.search(written):
            return _iso(found)
    return ""


def date_in(text: str) -> str:
    """Return the date that a text gives itself: alone in one of its first lines, or after a word like "Published".

    Or at the end of one of the first that is no sentence: "Minutes of the board, 14 May 2024".
    """
    lines = [line.strip() for line in text[:8000].split("\n") if line.strip()]
    for n, line in enumerate(lines[:_FIRST_LINES]):
        if len(line) <= _LONGEST_LINE:
            for form in _ANYWHERE:
                found = form.search(line)
                if not found:
                    continue
                before, after = line[: found.start()], line[found.end() :]
                if _BEFORE.fullmatch(before) and _AFTER.fullmatch(after):
                    return _iso(found)
                if n < _TITLE_LINES and _TITLE.search(before) and after.strip(" )]*_#") == "":
                    return _iso(found)
    return ""


def date_in_name(stem: str) -> str:
    """Return the date in the name of a file without its ending, "" when it holds none."""
    return iso_date(stem.replace("_", " "))


def _iso(found: re.Match[str]) -> str:
    parts = found.groupdict()
    month = int(parts["m"]) if parts.get("m") else _MONTHS.index(parts["month"][:3].lower()) + 1
    try:
        day = datetime.date(int(parts["year"]), month, int(parts["day"]))
    except ValueError:
        return ""
    return day.isoformat() if day.year in _YEARS and day != _NEVER_SET else ""
