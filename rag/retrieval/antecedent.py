"""Put the name that a pronoun stands for in its place. question and history -> question."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.records import DISAGREE, OVERVIEW, SILENT, Turn
from rag.words import COMMON, LEADING, NUMBER_WORDS, asked_names

_NOT_HERS = r"(?:to|and|or|in|on|at|for|with|from|by|of|when|if|as|so)\b"
_PERSON = re.compile(
    rf"\b(?P<of>his|hers|her(?= (?!{_NOT_HERS})[a-z]))\b|\b(?:he|him|she|her)\b(?!['’])", re.IGNORECASE
)
_SEVERAL = re.compile(r"\b(?P<of>their)\b|\b(?:they|them)\b(?!['’])", re.IGNORECASE)
_THING = re.compile(
    r"\b(?P<of>its)\b|\bit\b(?!['’]| (?:takes?|costs?|possible|allowed|permitted|necessary|true|okay|legal|safe)\b)"
    r"|(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )\b(?P<there>there)\b(?! (?:is|are|was|were)\b)",
    re.IGNORECASE,
)
_MARKER = re.compile(r"\s*\[\d+\]")
_NAME = r"[A-Z0-9][\w.-]*"
_RUN = re.compile(rf"(?P<article>\b[Tt]he )?(?P<name>\b{_NAME}(?: {_NAME})*(?<!\.))")
_ASKS_WHO = re.compile(rf"{LEADING}(?:who|whom|whose|which)\b", re.IGNORECASE)
_ASKS_WHICH = re.compile(rf"{LEADING}(?:which|whose|what|where)\b", re.IGNORECASE)
_DEFINES = re.compile(rf"{LEADING}who(?:['’]s| is| was) (?-i:[A-Z])", re.IGNORECASE)

_LISTED = re.compile(r"(?:;|,| and) [A-Z]")
_TURNS = 5
"""Turns that are looked back through."""


def resolved(question: str, history: Sequence[Turn]) -> str:
    """Return the question with a name of the last turns in place of its first pronoun; as it is where none is sure.

    "Where is his memorial?" after "Who rowed round?", "Enoch Tarn." is asked of Enoch Tarn's memorial. Nothing is put
    in where several names may be meant, or one in the question itself.
    """
    if not history:
        return question
    asked = history[-1].question
    last = Turn(resolved(asked, history[-_TURNS:-1]), history[-1].answer)
    for pronoun, named in ((_PERSON, _person), (_SEVERAL, _several), (_THING, _thing)):
        found = pronoun.search(question)
        if found and not (asked_names(question[: found.start()]) and (found["of"] or pronoun is not _THING)):
            goes_on = pronoun is not _PERSON and pronoun.search(asked)
            name = named(last) if not goes_on else _only(last.question) if last.question != asked else ""
            return _put(name, found, question) if name else question
    return question


def _put(name: str, found: re.Match[str], question: str) -> str:
    said = f"in {name}" if found.groupdict().get("there") else f"{name}'s" if found["of"] else name
    return question[: found.start()] + said + question[found.end() :]


def _person(last: Turn) -> str:
    """Return who is meant by "he" or "she": whom the last question asked for, else whom it named, else the answer."""
    asked, told = _runs(last.question, is_question=True), _new_runs(last)
    whole = [run for run in told if " " in run]
    if _ASKS_WHO.match(last.question) and not _DEFINES.match(last.question) and told:
        first = (whole or told)[0]
        return "" if _LISTED.match(_short(last.answer).partition(first)[2]) else first
    return asked[0] if asked else whole[0] if len(whole) == 1 else ""


def _several(last: Turn) -> str:
    """Return who is meant by "they", of whom only one name is known: the only one in what answers."""
    told = _new_runs(last)
    return told[0] if len(told) == 1 and _ASKS_WHO.match(last.question) else _thing(last)


def _thing(last: Turn) -> str:
    """Return what is meant by "it" or "there": the name that what answers begins with, if it is all or is explained."""
    told = _new_runs(last) if _ASKS_WHICH.match(last.question) else []
    begins = bool(told) and re.match(rf"{re.escape(told[0])}(?:[.,;:(]|$)", _short(last.answer), re.IGNORECASE)
    return told[0] if begins else ""


def _only(question: str) -> str:
    """Return the only name that a question asks about, "" for none and for several."""
    asked = _runs(question, is_question=True)
    return asked[0] if len(asked) == 1 else ""


def _new_runs(last: Turn) -> list[str]:
    """Return the names in an answer that the question does not hold."""
    return [run for run in _runs(_short(last.answer)) if run.split()[-1].lower() not in last.question.lower()]


def _short(answer: str) -> str:
    """Return the words of an answer before its quotes, without its marks; "" where the documents disagree."""
    said = _MARKER.sub("", answer).removeprefix(SILENT).removeprefix(OVERVIEW)
    return "" if said.startswith(DISAGREE) else said.partition("“")[0].strip()


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
