"""Make true claims false, and say them otherwise, by rule. A claim -> (kind, changed claim), in a fixed order.

Every rule makes at most one change that turns what is said; a rule that does not fit the claim yields nothing. Rules
read words, not meaning: now and then one leaves a claim true, so a few per cent of false claims accepted is the floor.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from rag.words import COMMON

_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_COUNTS = "two three four five six seven eight nine ten eleven twelve".split()
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_UNITS = (
    "million/billion thousand/hundred percent/points kilometres/miles kilometers/miles metres/feet meters/feet "
    "kilograms/grams tonnes/kilograms tons/pounds hours/minutes days/weeks weeks/months months/years years/decades "
    "minutes/hours miles/kilometres feet/metres pounds/dollars dollars/euros euros/dollars billion/million "
    "hundred/thousand decades/years centuries/decades inches/feet degrees/percent"
)
_TURNED = (
    "more/less higher/lower larger/smaller greater/smaller bigger/smaller older/younger longer/shorter better/worse "
    "faster/slower earlier/later before/after above/below most/least highest/lowest largest/smallest oldest/youngest "
    "longest/shortest best/worst increased/decreased increase/decrease rose/fell rise/fall gained/lost won/lost "
    "north/south northern/southern east/west eastern/western inside/outside majority/minority accepted/rejected "
    "opened/closed maximum/minimum upper/lower increasing/decreasing increases/decreases rising/falling grew/shrank"
)
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|does|do|did)\b(?! not\b)(?=[ ,])"
)
_HEDGES = (
    (r"\b(?:may|might|could)\b(?! \d)", "will"),
    (r"\b(?:is|are|was|were) (?:expected|believed|thought|likely|set|due|planned|scheduled|said|reported|alleged) to\b",
     "will"),
    (r"\b(?:plans?|hopes?|aims?|intends?|wants?|expects?) to\b", "will"),
    (r"\b(?:reportedly|allegedly|possibly|probably|perhaps|likely|supposedly|apparently) ", ""),
)  # fmt: skip
_NAME = re.compile(r"\b[A-Z][\w’'-]*[a-z](?: (?:[A-Z][\w’'-]*[a-z]|of [A-Z][\w’'-]*[a-z]))*")
_LISTED = re.compile(r"\s*(?:,|and|or|&|with|,? and the)\s*(?:the )?")
_ROLES = re.compile(r"^(?!.*\b(?:met|meets?|married|marries|borders?|with|between|near|unlike)\b).* [a-z]{3,} ")
_LEAD = re.compile(r"(?:In|On|At|During|Since|By|After|Before|Throughout|Following) [^,;:]{3,60}, (?=\w)")

Names = Sequence[str]


def false_claims(claim: str, strange: Names = ()) -> Iterator[tuple[str, str]]:
    """Yield (what was changed, false claim); `strange` are names that the claim's evidence does not hold."""
    for kind, rule in _FALSE.items():
        if (changed := rule(claim)) and changed != claim:
            yield kind, changed
    if changed := _name_changed(claim, strange):
        yield "another name", changed


def true_claims(claim: str) -> Iterator[tuple[str, str]]:
    """Yield (how it is said, claim that is still true): as it stands, then simple rewrites."""
    yield "as it stands", claim
    for kind, rule in _TRUE.items():
        if (changed := rule(claim)) and changed != claim:
            yield kind, changed


def names_of(text: str) -> list[str]:
    """Return the runs of capitalised words of a text, in order, without a common word that begins a sentence."""
    found = [_without_common(match.group()) for match in _NAME.finditer(text)]
    return [name for name in found if name]


def _number(claim: str) -> str:
    """Return the claim with its first plain number, year excepted, made another of the same shape."""
    found = re.search(r"(?<![\w.,/(\[-])(?!(?:1\d|20)\d\d(?!\d|,\d))\d[\d,]*(?:\.\d+)?(?![\d/-])", claim)
    if found:
        digits = found.group().rstrip(",")
        first = "1" if digits[0] == "9" else str(int(digits[0]) + 1)
        return claim[: found.start()] + first + digits[1:] + claim[found.start() + len(digits) :]
    return _next_word(claim, _COUNTS) or _next_word(claim, _ORDINALS)


def _date(claim: str) -> str:
    """Return the claim with its first month, day of the week or year made another."""
    for words in (_MONTHS, _DAYS):
        if changed := _next_word(claim, words):
            return changed
    year = re.search(r"(?<![\w.,$€£-])(1[0-9]|20)(\d)(\d)(?![\w-]|,\d)", claim)
    if not year:
        return ""
    other = str((int(year[2]) + 3) % 10) if year[1] != "20" else year[2]
    last = year[3] if year[1] != "20" else str((int(year[3]) + 3) % 10)
    return claim[: year.start()] + year[1] + other + last + claim[year.end() :]


def _negated(claim: str) -> str:
    """Return the claim with "not" put after its first auxiliary; "" when it is negated already."""
    if re.search(r"\b(?:not|no|never|neither|nor|none|cannot|without)\b|n['’]t\b", claim, re.IGNORECASE):
        return ""
    return _AUXILIARY.sub(lambda found: f"{found.group()} not", claim, count=1)


def _affirmed(claim: str) -> str:
    """Return the claim without its "not" or "never"."""
    plain = re.sub(r"\b(do|does|did) not ", "", claim, count=1)
    if plain == claim:
        plain = re.sub(r"\b(is|are|was|were|has|have|had|would|could|should)n['’]t\b", r"\1", claim, count=1)
    return plain if plain != claim else re.sub(r"\s\b(?:not|never)\b(?! only)", "", claim, count=1)


def _unhedged(claim: str) -> str:
    """Return the claim with its first hedge taken out, so that what may be is said to be; "" beside a "not"."""
    changes = (re.sub(pattern, plain, claim, count=1) for pattern, plain in _HEDGES)
    return "" if re.search(r"\b(?:not|never)\b", claim) else next((c for c in changes if c != claim), "")


def _roles(claim: str) -> str:
    """Return the claim with its first two names exchanged, unless they stand in one list."""
    found = [
        (claim.index(name, m.start()), name) for m in _NAME.finditer(claim) if (name := _without_common(m.group()))
    ]
    for (start, one), (at, two) in pairwise(found):
        between = claim[start + len(one) : at]
        if one != two and not _LISTED.fullmatch(between) and _ROLES.search(between):
            return claim[:start] + two + between + one + claim[at + len(two) :]
    return ""


def _name_changed(claim: str, strange: Names) -> str:
    """Return the claim with its last name made the first of `strange` that has no word of the claim."""
    own = names_of(claim)
    held = set(claim.lower().split())
    fitting = [name for name in strange if not held & set(name.lower().split())]
    if not own or not fitting:
        return ""
    at = claim.rindex(own[-1])
    return claim[:at] + fitting[0] + claim[at + len(own[-1]) :]


def _swapped(pairs: str, *, both: bool) -> Callable[[str], str]:
    """Return a rule that puts the other word of a pair for the first word found; with `both` in either direction."""
    table = dict(pair.split("/") for pair in reversed(pairs.split()))
    if both:
        table = {**{two: one for one, two in table.items()}, **table}
    pattern = re.compile(rf"\b({'|'.join(table)})\b")
    return lambda claim: pattern.sub(lambda found: table[found.group()], claim, count=1)


def _next_word(claim: str, words: Sequence[str]) -> str:
    """Return the claim with the first of some words made the next but one of them; "" when none stands there."""
    found = re.search(rf"\b({'|'.join(words)})\b(?!-)", claim)
    if not found:
        return ""
    other = words[(words.index(found.group()) + 2) % len(words)]
    return claim[: found.start()] + other + claim[found.end() :]


def _without_lead(claim: str) -> str:
    found = _LEAD.match(claim)
    if not found or re.search(r"\b(?:not|no|if)\b", found.group()):
        return ""
    rest = claim[found.end() :]
    return rest[0].upper() + rest[1:] if len(rest.split()) >= 4 else ""


def _without_brackets(claim: str) -> str:
    return re.sub(r"\s\((?![^()]*\b(?:not|no|never)\b)[^()]*\)(?=[ .])", "", claim)


def _digits(claim: str) -> str:
    words = rf"\b({'|'.join(_COUNTS)})\b(?!-)"
    return re.sub(words, lambda found: str(_COUNTS.index(found.group()) + 2), claim, count=1)


def _shortened(claim: str) -> str:
    return re.sub(r"\b(is|are|was|were|did|does|do|has|have|had|would|could|should) not\b", r"\1n't", claim, count=1)


def _without_common(name: str) -> str:
    first, _, rest = name.partition(" ")
    name = re.sub(r"['’]s?$", "", rest.removeprefix("of ") if first.lower() in COMMON else name)
    return "" if name in _MONTHS or name in _DAYS else name


_FALSE: dict[str, Callable[[str], str]] = {
    "another number": _number,
    "another date": _date,
    "another unit": _swapped(_UNITS, both=False),
    "not put in": _negated,
    "not taken out": _affirmed,
    "hedge taken out": _unhedged,
    "comparison turned round": _swapped(_TURNED, both=True),
    "who did what to whom": _roles,
}
_TRUE: dict[str, Callable[[str], str]] = {
    "without its lead-in": _without_lead, "without brackets": _without_brackets, "number in digits": _digits,
    "not in short": _shortened,
}  # fmt: skip
