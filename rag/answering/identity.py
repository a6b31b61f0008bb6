"""Say who somebody is in whole names. question, a sentence, the words of it that answer -> those words, mended."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.records import Span
from rag.words import stem

_WHO_IS = re.compile(
    r"(?:so |and |but )?who(?:['’]s| is| was) (?P<name>[\w.'’-]+(?: [\w.'’-]+){0,3}?)\W*", re.IGNORECASE
)
_NAMED = r"[^\W\d_a-z](?:[\w'’-]|\.(?=\w))*\.?"
_RUN = re.compile(rf"{_NAMED}(?: (?:of |for )?{_NAMED})*")
"""Words with capitals, one after the other: a name and what stands before it ("US Secretary of State Jane Roe")."""
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://[^\s<>\"')]+[^\s<>\"'),.;:!?]")
_ITEM = re.compile(rf"(?:the )?{_RUN.pattern}")
_TITLES = re.compile(r"(?:mrs?|ms|miss|dr|prof|professor|sir|dame|lord|lady|the)\.?", re.IGNORECASE)
_MANY = rf"{_RUN.pattern}(?:(?:, |,? and ){_RUN.pattern})*"
_DEFINED = re.compile(
    rf"(?P<who>{_MANY})[*_]*,? ?\((?:hereinafter )?(?:the )?[\"“'‘*]*(?:the )?(?P<role>\w+(?: \w+)?)[\"”'’*]*\)"
)
"""How contracts say who is meant by a role: 'Ann Lee and Jon Aas ("the Tenants")'."""
_ASKS_ROLE = re.compile(
    r"(?:so |and |but )?who(?:['’]s| is| are| was| were) (?:(?:the|our|my|your|its|this|that) )?"
    r"(?P<role>[\w-]+(?: [\w-]+)?)\W*",
    re.IGNORECASE,
)
_ENUMERATION = re.compile(rf"{_ITEM.pattern}(?:, {_ITEM.pattern})+,? (?:and|or) {_ITEM.pattern}")
_NEXT_NAME = re.compile(rf"(?:,|,? and) {_NAMED}")


def name_asked(question: str) -> str:
    """Return the name of which the question asks who that is: "Who is Jon Aas?"; "" for any other question."""
    asked = _WHO_IS.fullmatch(question.strip())
    return asked["name"] if asked else ""


def is_name(words: str) -> bool:
    """Say whether words are a name by itself, nobody's husband."""
    return bool(words) and bool(_RUN.fullmatch(words)) and not re.search(r"['’]s\b", words)


def is_echo(question: str, answer: str) -> bool:
    """Say whether words only give back the name of which a question asks who that is, with a title or without."""
    told = [word for word in answer.split() if not _TITLES.fullmatch(word)]
    return " ".join(told).lower() == name_asked(question).lower() != ""


def defined_as(question: str, sentence: str) -> Span | None:
    """Return who a sentence says is called by the role that a question asks who has it; None where it says none."""
    asked = _ASKS_ROLE.fullmatch(question.strip())
    for found in _DEFINED.finditer(sentence) if asked else ():
        if asked and stem(found["role"].lower()) == stem(asked["role"].lower()):
            return Span(*found.span("who"))
    return None


def whole_name(question: str, sentence: str, answer: Span) -> Span:
    """Return an answer to who somebody is, drawn to the edges of that name and its title; other answers as they are.

    The reader's guess may end inside a name ("Secretary of State Jane" before "Roe"), or run on into the next one. One
    that is only the name of somebody else is no answer: it is empty. Who has a role that the sentence gives is its
    answer. Spans are of the sentence.
    """
    if defined := defined_as(question, sentence):
        return defined
    name = name_asked(question)
    own = list(_runs(sentence, name)) if name else []
    run = next((run for run in own if answer.start < run.end and run.start < answer.end), None)
    if run is None:
        is_another = own and _RUN.fullmatch(sentence, *answer)
        return Span(answer.start, answer.start) if is_another else answer
    ends = answer.end <= run.end or _NEXT_NAME.match(sentence, run.end)
    return Span(min(answer.start, run.start), run.end if ends else answer.end)


def whole_enumeration(sentence: str, answer: Span) -> Span:
    """Return an answer that holds two names or more of an enumeration of three or more drawn to all of them.

    "Qatar, the US, and Hamas" of "Egypt, Qatar, the US, and Hamas" is told whole. Spans are of the sentence.
    """
    for found in _ENUMERATION.finditer(sentence):
        items = list(_ITEM.finditer(sentence, *found.span()))
        if sum(answer.start < item.end() and item.start() < answer.end for item in items) > 1:
            end = found.end() - found[0].endswith(".")
            return Span(min(answer.start, found.start()), max(answer.end, end))
    return answer


def whole_address(sentence: str, answer: Span) -> Span:
    """Return an answer that holds part of an e-mail or web address drawn to all of it. Spans are of the sentence."""
    for found in _ADDRESS.finditer(sentence):
        if answer.start < found.end() and found.start() < answer.end:
            return Span(min(answer.start, found.start()), max(answer.end, found.end()))
    return answer


def _runs(sentence: str, name: str) -> Iterator[Span]:
    """Yield the runs of words with capitals that hold a name, in whatever case that was typed."""
    wanted = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
    for run in _RUN.finditer(sentence):
        if wanted.search(run[0]):
            yield Span(run.start(), run.start() + len(re.sub(r"['’]s?$|\.$", "", run[0])))
