"""Ask of each of a pair what a question asks of both: the old and the new one. question -> a question for each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.days import days_in
from rag.answering.singular import in_one
from rag.contrasts import CONTRASTS, of_a_kind
from rag.words import ASKING, LEADING

_THE = "the|its|their|his|her|our|your|my"
_ASKS = rf"(?:{LEADING}(?:{ASKING})|compare|list|tell me|name)\b"
_PAIR = re.compile(
    rf"(?P<before>{_ASKS}.*?\b)(?P<the>{_THE}) (?P<one>{CONTRASTS}),? and "
    rf"(?:(?:{_THE}) )?(?P<two>{CONTRASTS}) (?P<rest>(?!centur)[\w-].*)",
    re.IGNORECASE | re.DOTALL,
)
"""Two of a kind that are told apart by a word: "the lengths of the old and the new bridge"."""
_COMPARE = re.compile(r"compare (?:the )?(?P<what>[\w-]+(?: [\w-]+)?) (?P<of>of|for|in|at) $", re.IGNORECASE)
_ARE = re.compile(r"\b(are|were) the (?P<what>[\w-]+(?: [\w-]+)?) (?P<of>of|for|in|at) $", re.IGNORECASE)
_IS = {"are": "is", "were": "was"}
_OF_BOTH = re.compile(
    r"\b(?:between|differ\w*|difference|both|together|or|merged?|split|battled?|separated?|unite[ds]?|joined|divided)\b",
    re.IGNORECASE,
)
"""What is asked of the two of them together."""
_PLACED = re.compile(
    rf"(?P<head>{_ASKS}.+?) (?P<in>in|on|at|for|during|under|from|by) (?P<one>[^,?]+?)"
    r"(?:, (?P=in) (?P<two>[^,?]+?))?,? and (?P=in) (?P<last>[^,?]+?)\W*",
    re.IGNORECASE | re.DOTALL,
)
"""What is so at each of two or three times, or in each of two or three things of a kind: "in March and in June"."""
_TURN = re.compile(rf"(?P<head>{_ASKS}.+?) before and after (?P<last>[^,?]+?)\W*", re.IGNORECASE | re.DOTALL)


def of_pair(question: str, texts: Sequence[str]) -> tuple[str, ...]:
    """Return a question for each of a pair of things or times that one asks about; none where it asks about no pair.

    Things that the texts name together ("the first and second world war") are no pair.
    """
    asked = question.strip()
    return _of_things(asked, texts) or _of_times(asked)


def _of_things(question: str, texts: Sequence[str]) -> tuple[str, ...]:
    found = _PAIR.fullmatch(question)
    if not found or _OF_BOTH.search(f"{found['before']} {found['rest']}"):
        return ()
    if not of_a_kind(found["one"], found["two"]):
        return ()
    together = re.compile(rf"\b{found['one']} and (?:the )?{found['two']}\b", re.IGNORECASE)
    if any(together.search(text) for text in texts):
        return ()
    before = _COMPARE.sub(lambda one: f"What is the {in_one(one['what'])} {one['of']} ", found["before"])
    before = _ARE.sub(lambda one: f"{_IS[one[1].lower()]} the {in_one(one['what'])} {one['of']} ", before)
    rest = in_one(found["rest"]).rstrip(" .?!")
    return tuple(f"{before}{found['the']} {found[name]} {rest}?" for name in ("one", "two"))


def _of_times(question: str) -> tuple[str, ...]:
    if (turn := _TURN.fullmatch(question)) and any(days_in(turn["last"])):
        return tuple(f"{turn['head']} {when} {turn['last']}?" for when in ("before", "after"))
    found = _PLACED.fullmatch(question)
    if not found:
        return ()
    places = [place for place in (found["one"], found["two"], found["last"]) if place]
    times = all(any(days_in(place)) for place in places)
    of_a_kind = len({place.split()[-1].lower() for place in places}) == 1
    return tuple(f"{found['head']} {found['in']} {place}?" for place in places) if times or of_a_kind else ()
