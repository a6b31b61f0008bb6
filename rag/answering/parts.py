"""Take a question apart. question -> the questions in it, each standing alone."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.answering.compared import of_compared
from rag.answering.each import of_each
from rag.answering.question import asks, price_phrases
from rag.words import ASKING, COMMON, DEFINITE, LEADING, OF, content_words, words

_HELP = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must)(?:n['’]t)?\b"
_ASKED = rf"(?:{ASKING})\b"
_SUBJECT = r"(?:it|he|she|they|the|an?|th[ai][st]|these|those|its|his|her|their)\b|(?-i:[A-Z])"
_OF_WHICH = rf"{OF}\s+(?:which|what|whom|whose)\b[^,?]*?\s{_HELP}"
_SEAM = re.compile(
    rf"\?\s+(?=\w)|,?\s+and\s+(?=(?!(?:when|where)\s+(?!{_HELP}|{_SUBJECT})){_ASKED}|{_OF_WHICH})", re.IGNORECASE
)
"""What parts two questions; what goes on with "when breast-feeding" or "with which tool" is one."""
_COMMA = re.compile(rf",\s+(?=(?:what|who)\b|(?:where|when)\s+{_HELP})", re.IGNORECASE)
_ENDS_IN_NAME = re.compile(r"\b[A-Z][\w'’-]*$")
_BEGINS = re.compile(
    rf"{LEADING}(?:(?:when|where)\s+{_HELP}|(?!when\b|where\b){_ASKED}|{_HELP})",
    re.IGNORECASE,
)
"""How a question begins that a comma may end: not "When the list is full, what" or "In a list which is full, what"."""
_ASIDE = re.compile(rf"\b(?:when|where)\s+(?!{_HELP})|\b{_ASKED}$", re.IGNORECASE)
"""Question words that ask nothing: "when the list is full", "the relation between where and how it grows"."""
_KIND = (
    r"(?:when|where|(?:(?:in|on|at)\s+)?(?:"
    r"what\s+(?:year|month|day|date|time|city|town|country|place|room|floor|colou?r|size|type|kind|price|number|age|form)"
    rf"|(?:which|how\s+many)\s+(?!{_HELP})[\w-]+))"
)
"""What two things may be asked of one at once: "Which room and what time is ...?", "How many men and how many ..."."""
_BOTH = re.compile(
    rf"(?P<before>(?:.{{1,80}},\s+)?)(?P<first>{_KIND})\s+and\s+(?P<second>{_KIND}|why|how)\s+"
    rf"(?P<rest>{_HELP}\s.+)",
    re.IGNORECASE | re.DOTALL,
)
_LEANS = re.compile(r"\b(he|him|his|she|her|it|its|they|them|their|this|that|these|those|there)\b", re.IGNORECASE)
_STANDS_FOR = re.compile(r"\b(?:it|its|they|them|their|these|those|ones?)\b", re.IGNORECASE)
_COMPARES = re.compile(
    r"^(?:do|does|did|where do|how do) (?:(?:all|any|both|the|these|your|my) )*"
    r"(?:articles?|documents?|sources?|reports?|papers?|files?|texts?|they)(?: all)? "
    r"(?:agree|disagree|differ|contradict(?: each other| one another)?)(?: with each other)? "
    r"(?:on|about|over|in|as to|when it comes to) ",
    re.IGNORECASE,
)
_MOST_PARTS = 3


def parts(question: str, texts: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the questions that a question is made of, in order, each one standing alone; most hold just one.

    A part that points back, or names nothing, gets the names of the first one, in brackets, or its other words if it
    points back to what has no name. Whether the documents agree on something is asked as what that is: if they do not,
    the answer says so. `texts` are those found: two things asked for with one verb ("the least and greatest length of
    a name") are two parts if the texts hold each at least as often alone as both together ("the terms and conditions").
    """
    asked = question.strip()
    compared = _COMPARES.sub("", asked)
    if compared != asked:
        return (compared if asks(compared) else f"What is {compared}",)
    if both := _BOTH.fullmatch(asked):
        return tuple(f"{both['before']}{both[name]} {both['rest']}" for name in ("first", "second"))
    texts = tuple(texts)
    if apart := of_each(asked, texts) or of_compared(asked, texts):
        return apart
    pieces = [piece.strip(" ,?") for long in _SEAM.split(asked) for piece in _at_commas(long)]
    if not 1 < len(pieces) <= _MOST_PARTS or not all(map(asks, [_ASIDE.sub("", pieces[0]), *pieces[1:]])):
        return (question,)
    names = [word for word in words(pieces[0])[1:] if word[0].isupper() and word.lower() not in COMMON]
    found = [f"{pieces[0]}?"]
    for piece in pieces[1:]:
        meant = names or (_things(pieces[0]) if _STANDS_FOR.search(piece) else [])
        missing = [name for name in dict.fromkeys(meant) if name not in piece]
        lone = not any(word[0].isupper() for word in words(piece)[1:]) and not DEFINITE.search(piece)
        leans = lone or _LEANS.search(piece)
        found.append(f"{piece}? ({' '.join(missing)})" if missing and leans else f"{piece}?")
    return tuple(found)


def _at_commas(piece: str) -> list[str]:
    """Return the questions that commas part in a piece, if it begins with one; "Ida Holm, who ..." begins none."""
    for found in _COMMA.finditer(piece) if _BEGINS.match(piece) else ():
        before, after = piece[: found.start()], piece[found.end() :]
        if not (after.lower().startswith("who") and _ENDS_IN_NAME.search(before)):
            return [before, *_at_commas(after)]
    return [piece]


def _things(piece: str) -> list[str]:
    """Return the words of a piece that say of what it asks: not "one", nor that it asks for a price."""
    return [word for word in content_words(piece) if word != "one" and not price_phrases(word)]
