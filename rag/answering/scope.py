"""See how far a "not" or a "may" reaches, and who stands on which side of what is done. text -> stems, names."""

from __future__ import annotations

import re

from rag.words import COMMON, content_stems, numbers, words

NEGATORS = frozenset(
    """no not never none nobody nothing neither nor without cannot lack lacked lacks unable unlikely refuse refused
    refuses reject rejected rejects deny denied denies fail failed fails""".split()
)
HEDGES = frozenset(
    """may might would could can should if whether expect expects expected hope hopes hoped plan plans planned aim aims
    aimed intend intends intended propose proposes proposed suggest suggests suggested believed thought said claimed
    alleged allegedly reported reportedly possible possibly probably perhaps supposedly apparently likely due scheduled
    seem seems seemed appear appears appeared""".split()
)
_SHORT_FORMS = {"can't": "can not", "won't": "will not", "cannot": "can not"}
_CLAUSE = re.compile(
    r"[,;:.!?()–—]|\b(?:but|and|while|although|though|because|who|which|that|when|where|until|after|before)\b"
)
_REACH = 6
"""Content words after a negator or hedge, in its clause, that it is taken to reach."""


def plainly(text: str) -> str:
    """Return a text with "isn't" as "is not" and the like."""
    text = text.replace("’", "'")
    for short, whole in _SHORT_FORMS.items():
        text = re.sub(rf"\b{short}\b", whole, text, flags=re.IGNORECASE)
    return re.sub(r"(\w)n't\b", r"\1 not", text)


def under(text: str, signs: frozenset[str]) -> set[str]:
    """Return the stems that a sign reaches: the next content words of its clause, or the ones before it if none follow.

    Signs are words as written: "May" with a capital is a month, unless it opens the text.
    """
    reached: set[str] = set()
    for clause in _CLAUSE.split(text[:1].lower() + text[1:]):
        if not clause:
            continue
        pieces = words(clause)
        at = next((n for n, word in enumerate(pieces) if word in signs), None)
        if at is not None:
            own = {stem for sign in pieces if sign in signs for stem in content_stems(sign)}
            following = content_stems(" ".join(pieces[at + 1 :]))[:_REACH]
            reached |= set(following or content_stems(" ".join(pieces[:at]))[-_REACH:]) - own
    return reached


def roles(text: str) -> set[tuple[str, str]]:
    """Return pairs of names, lower-case, of which the first stands before something done and the second after it.

    Where it is done "by" the second, the two are exchanged.
    """
    pieces = words(text)
    places = [n for n, word in enumerate(pieces) if word[0].isupper() and (n or word.lower() not in COMMON)]
    found = set()
    for i in places:
        for j in places:
            between = pieces[i + 1 : j]
            if i < j and any(w[0].islower() and w not in COMMON for w in between):
                pair = (pieces[i].lower(), pieces[j].lower())
                found.add(pair[::-1] if "by" in between else pair)
    return found


def beside(text: str) -> dict[str, set[tuple[str, str]]]:
    """Return for each run of capitalised words, lower-case, the words right before and right after it."""
    pieces = words(text)
    found: dict[str, set[tuple[str, str]]] = {}
    n = 0
    while n < len(pieces):
        last = n
        while last < len(pieces) and pieces[last][0].isupper():
            last += 1
        if last > n:
            near = found.setdefault(" ".join(pieces[n:last]).lower(), set())
            near |= {("before", pieces[n - 1].lower())} if n else set()
            near |= {("after", pieces[last].lower())} if last < len(pieces) else set()
        n = max(last, n + 1)
    return found


def exchanged(claim: str, evidence: str) -> bool:
    """Return whether two names of a claim stand where the other one stands in the evidence."""
    one, two = beside(claim), beside(evidence)
    moved = [name for name in one if name in two and one[name] and not one[name] & two[name]]
    return any(a != b and one[a] & two[b] and one[b] & two[a] for a in moved for b in moved)


def counted(text: str, reach: int = 1) -> set[tuple[str, str]]:
    """Return (number, stem of what is counted): each number with the content words up to `reach` words after it."""
    pieces = words(text)
    return {
        (number, stem)
        for n, word in enumerate(pieces)
        for number in numbers(word)
        for stem in content_stems(" ".join(pieces[n + 1 : n + 1 + reach]))
        if not stem[0].isdigit()
    }
