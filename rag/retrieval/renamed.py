"""Ask the last question of another name: "And Dresden?". question, last question -> question."""

from __future__ import annotations

import re

from rag.retrieval.varied import MONTHS
from rag.words import NAMES, WHOLE

_NAMES = re.compile(rf"\b{NAMES}(?<!\.)")
_ARTICLE = re.compile(r"\bthe $", re.IGNORECASE)
_PLACES = "(?:for|in|at|of|on|with|to|by|from|since)"
_LIMITS = re.compile("(?:for|in|at|on|from|since) ", re.IGNORECASE)
"""What may only limit the last question further, where nothing in it stands for the same."""
_PLACED = re.compile(rf"\b{_PLACES} (?:the )?$", re.IGNORECASE)
_MONTH = re.compile(rf"(?:{'|'.join(MONTHS)})(?P<year> \d{{4}})?")
_ANOTHER = re.compile(
    r"(?P<begins>(?i:and|but|or|so|ok|now|what about|how about|and (?:what|how) about))\b,? *"
    rf"(?P<place>(?i:{_PLACES} ))?(?P<article>(?i:the ))?"
    rf"(?P<name>(?:[a-z]+ )?{NAMES})\W*$"
)
"""A question that only names something else to ask the last one of: "And the Lumeter 15?"."""


def only_names(question: str) -> bool:
    """Say whether a question only names something to ask the last one of."""
    return bool(_ANOTHER.match(question.strip()))


def renamed(question: str, last: str) -> str:
    """Return the last question with another name or number in it; "" where the question is no such.

    "What about X?" is that only where X shares a word with what it stands for, or is as much a number or a code (P2,
    P4): it may ask what X has to do with it.
    """
    found = _ANOTHER.match(question.strip())
    if not found:
        return ""
    name = found["name"]
    begins = WHOLE.match(last)
    runs = [run for run in _NAMES.finditer(last) if run.start() >= (begins.end() if begins else 0)]
    alike = [run for run in runs if set(run[0].split()) & set(name.split()) or _shape(run[0]) == _shape(name)]
    limits = bool(_LIMITS.match(found["place"] or ""))
    others = [run for run in runs if _PLACED.search(last[: run.start()])] if limits else runs
    given_up = (alike or ([] if "about" in found["begins"].lower() else others))[-1:]
    if name in last:
        return ""
    if not given_up:  # "How much is the rent?", "and in 2024?"
        more = f"{found['place']}{found['article'] or ''}{name}" if limits else ""
        return f"{last.rstrip(' ?.!')} {more}?" if more else ""
    if name in MONTHS and (month := _MONTH.fullmatch(given_up[0][0])):  # "in June 2024", "and in May?"
        name += month["year"] or ""
    before, after = last[: given_up[0].start()], last[given_up[0].end() :]
    shared = before.split()[-1:]
    if shared == name.split()[:1]:  # "the spectra 200", "and the spectra 300?"
        before = before.rstrip().removesuffix(*shared)
    if not found["article"] and not after[1:2].islower():  # the United States, but not the Cork office
        before = _ARTICLE.sub("", before)
    return before + name + after


def _shape(name: str) -> str:
    """Return a name's letters with 0 for each number in it, so that P2 and P4 are alike; itself where it has none."""
    return re.sub(r"\d+", "0", name)
