"""Put what a pronoun stands for in its place. question and history -> question."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.records import DISAGREE, OPENINGS, SILENT, Turn
from rag.words import COMMON, LEADING, NAME, NAMES, NUMBER_WORDS, asked_names

_NOT_HERS = r"(?:to|and|or|in|on|at|for|with|from|by|of|when|if|as|so)\b"
_PERSON = re.compile(
    rf"\b(?P<of>his|hers|her(?= (?!{_NOT_HERS})[a-z]))\b|\b(?:he|him|she|her)\b(?!['’])", re.IGNORECASE
)
_SEVERAL = re.compile(r"\b(?P<of>their)\b|\b(?:they|them)\b(?!['’])", re.IGNORECASE)
_THING = re.compile(
    r"\b(?P<of>its)\b"
    r"|\bit\b(?!['’]| (?:(?:takes?|costs?) \w+|possible|allowed|permitted|necessary|true|okay|legal|safe)\b)"
    r"(?!(?:(?<=\bdo it)|(?<=\bdid it)|(?<=\bdoes it))\W*$)"
    r"|(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )\b(?P<there>there)\b(?! (?:is|are|was|were)\b)|\bthat(?=\W*$)",
    re.IGNORECASE,
)
_MARKER = re.compile(r"\s*\[\d+\]")
_RUN = re.compile(rf"(?P<article>\b[Tt]he )?(?P<name>\b{NAMES}(?<!\.))")
_PLACED = re.compile(rf" (?:in|at|near|from|on) (?:the )?{NAMES}")
_ASKS_WHO = re.compile(rf"{LEADING}(?:who|whom|whose|which)\b", re.IGNORECASE)
_ASKS_WHICH = re.compile(rf"{LEADING}(?:which|whose|what|where)\b", re.IGNORECASE)
_DEFINES = re.compile(rf"{LEADING}who(?:['’]s| is| was) (?-i:{NAMES})(?!['’\w])", re.IGNORECASE)
_WHOSE = re.compile(rf"\bof (?:the )?{NAME}(?! ?{NAME})|\b{NAME}['’]s? (?=[a-z])")
"""A single name that something is of, or somebody: "the mayor of Brenn", "Brenn's mayor"."""

_BE, _HELPS = "is|was|are|were", "has|had|have|is|was|will|would|did|does|do|can|could"
_JOINS = r"(?:of|for|in|on|at|to|with|from|between|by|that|which|who|and|or|when|after|before|since)\b"
_DONE = (
    r"(?:\w+ed|built|sold|held|made|bought|found|sent|paid|lost|won|begun|written|taken|given|shown|known|kept|put|due"
    r"|open|available|ready|valid)\b"
)
_GOES_ON = rf"(?: (?:of|for|at) (?:the |an? )?[\w-]+(?: (?-i:{NAME}))*)?"
_THING_WORDS = rf"the (?!{_JOINS})[\w-]+(?: (?!{_JOINS}|{_DONE})[\w-]+){{0,3}}{_GOES_ON}"
_DOER = rf"(?!{_JOINS})[\w-]+(?: (?!{_JOINS})[\w-]+){{0,2}}?"
_DOES = rf"[\w-]+(?:\W*$| (?:{_JOINS}|(?:the|an?|my|our|your|\d+|down|out|up|off|early|late|again|first|yet)\b))"
_ABOUT = re.compile(
    rf"{LEADING}(?:(?:when|where|why|(?:what|which)(?: \w+)?|how(?: \w+)?)(?: (?:{_BE})|['’]s) ({_THING_WORDS})"
    rf"|(?:when|where|why|what(?: \w+)?|how(?: \w+)?) (?:{_HELPS}) (the {_DOER}{_GOES_ON}) {_DOES}"
    rf"|who (?:(?:{_HELPS}) )?(?!(?:{_BE})\b)\w+ ({_THING_WORDS}))",
    re.IGNORECASE,
)
"""A question about what has no name: "When was the outage?", "What does the lease say?", "Who made the statue?"."""
_KIND = "date|day|time|year|month|number|price|amount|kind|sort|type|colou?r|size|name|share|age|form"
_WHICH_OF_KIND = re.compile(
    rf"{LEADING}(?:what|which) (?!(?:{_KIND}|{_BE}|{_HELPS})\b)([a-z-]{{3,}}) (?:{_HELPS}|[a-z]+(?:s|ed))\b",
    re.IGNORECASE,
)
"""A question which of a kind it is: "What grant did she mention?"."""
_IS_NAME = re.compile(rf"{LEADING}what(?: is| are| was|['’]s) ((?:the )?(?-i:{NAMES}))\W*$", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:.!?] ")
_LISTED = re.compile(r"(?:;|,| and) [A-Z]")
_TURNS = 5
"""Turns that are looked back through."""


def resolved(question: str, history: Sequence[Turn]) -> str:
    """Return the question with what its first pronoun stands for in its place; as it is where that is not sure.

    "Where is his memorial?" after "Who rowed round?", "Enoch Tarn." is asked of Enoch Tarn's memorial, "Who caused it?"
    after "When was the outage?" of the outage. Nothing is put in where several names may be meant, or one in the
    question itself.
    """
    found, meant = _antecedent(question, history[-_TURNS:])
    return _put(meant, found, question)


def _antecedent(question: str, history: Sequence[Turn]) -> tuple[re.Match[str] | None, str]:
    """Return the first pronoun of a question and what it stands for, "" where that is not sure."""
    for pronoun, named in ((_PERSON, _person), (_SEVERAL, _several), (_THING, _thing)):
        found = pronoun.search(question)
        if found and not _stands_before(found, question, is_thing=pronoun is _THING):
            if not history:
                return found, ""
            *earlier, last = history
            before, meant = _antecedent(last.question, earlier)
            if pronoun is not _PERSON and before and before.re in (_SEVERAL, _THING):
                return found, "" if _WHICH_OF_KIND.match(last.question) else meant
            return found, named(Turn(_put(meant, before, last.question), last.answer))
    return None, ""


def _stands_before(found: re.Match[str], question: str, *, is_thing: bool) -> bool:
    """Return whether what a pronoun stands for may be in the question itself, before it."""
    before = question[: found.start()]
    return bool(_CLAUSE.search(before)) if is_thing and not found["of"] else bool(asked_names(before))


def _put(name: str, found: re.Match[str] | None, question: str) -> str:
    """Return a question with a name in place of its pronoun; as it is without either."""
    if not found or not name:
        return question
    said = f"in {name}" if found.groupdict().get("there") else f"{name}'s" if found["of"] else name
    return question[: found.start()] + said + question[found.end() :]


def _person(last: Turn) -> str:
    """Return who is meant by "he" or "she": whom the last question asked for, else whom it named, else the answer."""
    asked, told = _runs(_PLACED.sub("", last.question), is_question=True), _new_runs(last)
    whole = [run for run in told if " " in run]
    if _ASKS_WHO.match(last.question) and not _DEFINES.match(last.question) and told:
        first = (whole or told)[0]
        return "" if _LISTED.match(_short(last.answer).partition(first)[2]) else first
    if len(whole) == 1 and not _runs(_WHOSE.sub("", _PLACED.sub("", last.question)), is_question=True):
        return whole[0]
    return asked[0] if asked else ""


def _several(last: Turn) -> str:
    """Return who is meant by "they", of whom only one name is known: the only one in what answers."""
    told = _new_runs(last)
    return told[0] if len(told) == 1 and _ASKS_WHO.match(last.question) else _thing(last)


def _thing(last: Turn) -> str:
    """Return what "it" or "there" means: the name that answers, by itself or explained, else what was asked about."""
    asks = _ASKS_WHICH.match(last.question)
    first = next(iter(_new_runs(last)), "") if asks else ""
    if asks and "what" in asks[0].lower() and " " not in first:  # "Parts." begins with a capital as well
        first = ""
    begins = re.match(rf"{re.escape(first)}(?:[.,;:(]|$)", _short(last.answer), re.IGNORECASE)
    return first if first and begins else _asked_about(last.question)


def _asked_about(question: str) -> str:
    """Return what a question is about, mostly without a name: "the outage"; "" where that is not plain."""
    if found := _IS_NAME.match(question):
        return found[1]
    if found := _WHICH_OF_KIND.match(question):
        return f"the {found[1]}"
    about = _ABOUT.match(question)
    return next(filter(None, about.groups()), "") if about else ""


def _new_runs(last: Turn) -> list[str]:
    """Return the names in an answer that the question does not hold."""
    return [run for run in _runs(_short(last.answer)) if run.split()[-1].lower() not in last.question.lower()]


def _short(answer: str) -> str:
    """Return the words of an answer before its quotes, without its marks; "" where there are none of one."""
    said = _MARKER.sub("", answer).removeprefix(SILENT)
    return "" if said.startswith((DISAGREE, *OPENINGS)) else said.partition("“")[0].strip()


def _runs(text: str, *, is_question: bool = False) -> list[str]:
    """Return the names in a text, in order, each once, with their article; a question's first word is none."""
    found = []
    for run in _RUN.finditer(text):
        name = run["name"]
        first, _, rest = name.partition(" ")
        begins = not text[: run.start("name")].strip()
        if (begins and is_question) or first.lower() in COMMON or first.lower() in NUMBER_WORDS:
            name = rest
        if any(map(str.isupper, name)) and not name[0].isdigit():
            article = "the " if run["article"] and name == run["name"] else ""
            found.append(article + name)
    return list(dict.fromkeys(found))
