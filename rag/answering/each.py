"""Ask of each what a question asks of several at once. question, texts -> a question for each of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.answering.paired import of_pair
from rag.answering.singular import in_one
from rag.words import NUMBER_WORDS, OF

_TOGETHER = re.compile(
    r"(?P<asked>what|which|who)\s+(?P<verb>is|are|was|were)\s+the\s+(?P<things>[\w-]+(?:,\s+[\w-]+)?),?\s+and\s+(?:the\s+)?"
    rf"(?P<last>[\w-]+)\s+(?P<rest>(?P<head>(?!{OF})[\w-]+)?.+)",
    re.IGNORECASE | re.DOTALL,
)
_NAME = r"(?:the\s+)?(?-i:[A-Z][\w.&'’-]*(?:\s+(?:of\s+)?[A-Z][\w.&'’-]*){0,3})"
_NAMES = rf"(?P<names>{_NAME}(?:,\s+{_NAME})*),?\s+and\s+"
_OF_BOTH = re.compile(
    rf"(?P<asked>what|which|who)\s+(?P<verb>are|were)\s+the\s+(?P<things>(?:(?!{OF})[\w-]+\s+){{0,4}}?[\w-]+s)"
    r"(?P<told>(?:\s+\w+ed)?)\s+(?P<of>of|for|in|at|from|by)\s+"
    rf"(?:(?:the|both|these)\s+(?:two\s+)?[\w'’ -]{{3,30}}[,:]\s+)?{_NAMES}(?:(?P=of)\s+)?(?P<last>{_NAME})\??",
    re.IGNORECASE,
)
"""One thing asked for of several that are named: "Who are the mayors of Kiel and Rome?"."""
_ABLE = "can|could|may|must"
_BY_EACH = re.compile(
    rf"(?P<asked>(?:{OF}\s+)?(?:what|which|how)(?P<things>(?:\s+(?!(?:do|did|have|{_ABLE})\b)[\w-]+){{0,3}}?))\s+"
    rf"(?P<verb>do|did|have|{_ABLE})\s+{_NAMES}(?P<last>{_NAME})\s+(?P<each>(?:each\s+)?)(?P<rest>(?:[a-z]|(?-i:[A-Z])).*)",
    re.IGNORECASE | re.DOTALL,
)
"""What several do that are named, or can: "Which parties do Ida Holm and Jan Berg belong to?"."""
_JOINTLY = re.compile(
    r"\b(?:meet|met|agreed?|discuss(?:ed)?|talk(?:ed)?|shared?|signed?|exchanged?|negotiated?|compared?|differ(?:ed)?|fight"
    r"|fought|marry|married|connect|combined?|linked?|merged?|unite|collaborate|cooperate|compete|both|in common"
    r"|together|each other|one another|between)\b",
    re.IGNORECASE,
)
"""What several only do with each other."""
_OF_ALL = re.compile(rf"\b(?:how|between|both|{'|'.join(NUMBER_WORDS)}|\d+)\b", re.IGNORECASE)
"""What is asked for of all of them at once: "Which two countries did they tour?"."""
_EXPLAINS = re.compile(r"(?:stand for|mean)\b", re.IGNORECASE)
_ONE_DOES = {"do": "does", "did": "did", "have": "has"}
_MOST = 3


def of_each(question: str, texts: Iterable[str]) -> tuple[str, ...]:
    """Return a question for each of the things, or of those named, that one asks about, as the texts allow; else none.

    They do if they hold each at least as often alone as together ("Trinidad and Tobago").
    """
    texts = tuple(texts)
    return _apart(question, texts) or _of_both(question, texts) or _by_each(question, texts) or of_pair(question, texts)


def _apart(question: str, texts: Sequence[str]) -> tuple[str, ...]:
    found = _TOGETHER.fullmatch(question)
    if not found:
        return ()
    verb, head = found["verb"].lower(), found["head"]
    if verb in ("is", "was") and (head or found["asked"].lower() == "who"):
        return ()
    things = [*re.split(r",\s+", found["things"]), found["last"]]
    if not _stand_apart(things, texts):
        return ()
    one, several = ("was", "were") if verb in ("was", "were") else ("is", "are")
    rest = in_one(found["rest"]) if head else found["rest"]
    verbs = [several if thing.endswith("s") and not head else one for thing in things]
    return tuple(f"{found['asked']} {v} the {thing} {rest}" for v, thing in zip(verbs, things, strict=True))


def _of_both(question: str, texts: Sequence[str]) -> tuple[str, ...]:
    found = _OF_BOTH.fullmatch(question)
    named = _named(found, texts) if found else []
    if not found or not named:
        return ()
    verb, things = found["verb"].lower(), found["things"]
    if found["asked"].lower() == "who":
        verb, things = "was" if verb == "were" else "is", in_one(things)
    return tuple(f"{found['asked']} {verb} the {things}{found['told']} {found['of']} {one}?" for one in named)


def _by_each(question: str, texts: Sequence[str]) -> tuple[str, ...]:
    found = _BY_EACH.fullmatch(question)
    if not found or _JOINTLY.search(found["rest"]):
        return ()
    several = re.search(r"[^s]s$", found["things"]) and not _OF_ALL.search(found["asked"])
    verb = found["verb"].lower()
    able = verb not in _ONE_DOES and found["asked"].lower().startswith("how")
    named = _named(found, texts) if found["each"] or several or able or _EXPLAINS.match(found["rest"]) else []
    asked = in_one(found["asked"]) if several else found["asked"]
    return tuple(f"{asked} {_ONE_DOES.get(verb, verb)} {one} {found['rest']}" for one in named)


def _named(found: re.Match[str], texts: Sequence[str]) -> list[str]:
    """Return those that a question names, if they are few and stand apart; else none."""
    named = [*re.split(r",\s+", found["names"]), found["last"]]
    apart = len(named) <= _MOST and _stand_apart([name.removeprefix("the ") for name in named], texts)
    return named if apart else []


def _stand_apart(things: Sequence[str], texts: Iterable[str]) -> bool:
    """Return whether the texts hold each of some things at least as often alone as the last two joined by "and"."""
    held = " ".join(" ".join(texts).lower().split())
    together = " and ".join(thing.lower() for thing in things[-2:])
    apart, n_together = held.replace(together, " "), held.count(together)
    return all(len(re.findall(rf"\b{re.escape(thing.lower())}", apart)) >= max(1, n_together) for thing in things)
