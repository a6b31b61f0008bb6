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
_THING = rf"(?:{_NAME}|the\s+(?-i:[a-z][\w'’-]+)(?:\s+(?!and\b)(?-i:[a-z][\w'’-]+))??)"
_THINGS = rf"(?P<names>{_THING}(?:,\s+{_THING})*),?\s+and\s+(?P<last>{_THING})"
_OF_THINGS = re.compile(
    rf"(?:(?P<asked>(?:{OF}\s+)?(?:who|what(?:\s+[a-z]+)?|which\s+[a-z]+|when|where|how\s+(?:old|long|tall|high|wide|deep|big"
    r"|large|heavy|far|fast|much|expensive)))\s+(?P<verb>are|were)"
    rf"|(?P<asked2>(?:{OF}\s+)?how\s+(?:long|much|often|far|fast))\s+(?P<verb2>do|did|have)"
    r"|(?P<asked3>what)\s+(?P<verb3>do|did)(?=.*\b(?:costs?|weigh|measure)\b))"
    rf"\s+{_THINGS}(?P<rest>(?:\s+[a-z].*?)?)\??",
    re.IGNORECASE | re.DOTALL,
)
"""What is asked of several at once: "When were Kiel and Rome founded?", "How long are the mill and the bridge?"."""
_JOINTLY = re.compile(
    r"\b(?:meet|met|agreed?|related|discuss(?:ed)?|talk(?:ed)?|shared?|signed?|exchanged?|negotiated?|compared?|differ(?:ed)?|fight"
    r"|fought|marry|married|connect|combined?|linked?|merged?|unite|collaborate|cooperate|compete|both|in common"
    r"|together|each other|one another|between)\b",
    re.IGNORECASE,
)
"""What several only do with each other."""
_OF_ALL = re.compile(rf"\b(?:how|between|both|{'|'.join(NUMBER_WORDS)}|\d+)\b", re.IGNORECASE)
"""What is asked for of all of them at once: "Which two countries did they tour?"."""
_EXPLAINS = re.compile(r"(?:stand for|mean)\b", re.IGNORECASE)
_ONE_DOES = {"do": "does", "did": "did", "have": "has", "are": "is", "were": "was"}
_MOST = 3


def of_each(question: str, texts: Iterable[str]) -> tuple[str, ...]:
    """Return a question for each of the things, or of those named, that one asks about, as the texts allow; else none.

    They do if they hold each at least as often alone as together ("Trinidad and Tobago").
    """
    texts = tuple(texts)
    ways = (_apart, _of_both, _by_each, _of_things, of_pair)
    return next(filter(None, (way(question, texts) for way in ways)), ())


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


def _of_things(question: str, texts: Sequence[str]) -> tuple[str, ...]:
    found = _OF_THINGS.fullmatch(question)
    if not found or _JOINTLY.search(found["rest"]) or re.search(r"\bwith\b", found["rest"]):
        return ()
    asked = found["asked"] or found["asked2"] or found["asked3"]
    verb = (found["verb"] or found["verb2"] or found["verb3"]).lower()
    may_end = verb in ("are", "were") and asked.lower().startswith(("where", "who", "what", "how"))
    last, rest = _whole_thing(found["last"], found["rest"], texts, may_end=may_end)
    named = _few_apart([*re.split(r",\s+", found["names"]), last], texts)
    verbs = [verb if one.startswith("the ") and re.search(r"[^s]s$", one) else _ONE_DOES[verb] for one in named]
    return tuple(f"{asked} {does} {one}{rest}?" for does, one in zip(verbs, named, strict=True))


def _whole_thing(last: str, rest: str, texts: Sequence[str], *, may_end: bool) -> tuple[str, str]:
    """Return a thing with the next word too, where the texts speak of "the swimming pool", and the rest.

    Something is left then, unless the question may end with the thing.
    """
    word, _, left = rest.strip().partition(" ")
    longer = f"{last} {word}"
    held = any(re.search(rf"\b{re.escape(longer.lower())}\b", " ".join(text.lower().split())) for text in texts)
    is_more = last.islower() and word and held and (left or may_end)
    return (longer, f" {left}" if left else "") if is_more else (last, rest)


def _named(found: re.Match[str], texts: Sequence[str]) -> list[str]:
    """Return those that a question names, if they are few and stand apart; else none."""
    return _few_apart([*re.split(r",\s+", found["names"]), found["last"]], texts)


def _few_apart(named: list[str], texts: Sequence[str]) -> list[str]:
    """Return some things that are named, if they are few and stand apart; else none."""
    apart = len(named) <= _MOST and _stand_apart([name.removeprefix("the ") for name in named], texts)
    return named if apart else []


def _stand_apart(things: Sequence[str], texts: Iterable[str]) -> bool:
    """Return whether the texts hold each of some things at least as often alone as the last two joined by "and"."""
    held = " ".join(" ".join(texts).lower().split())
    last = (re.escape(thing.lower()) for thing in things[-2:])
    apart, n_together = re.subn(" and (?:the )?".join(last), " ", held)
    return all(len(re.findall(rf"\b{re.escape(thing.lower())}", apart)) >= max(1, n_together) for thing in things)
