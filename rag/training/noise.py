"""Ask as people ask: with slips of the keyboard, in telegram style, without capitals. question -> question."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from random import Random

from rag.training.sets import Asked
from rag.words import COMMON

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_OPPOSITE = 0.7
"""The share of turned questions, where there is an opposite, that get it; the others are denied."""

_HELPS = re.compile(r"\b(did|does|do|is|are|was|were|has|have|had|could|would|should)(?=\s)")

_HELP = "(?P<help>did|does|do|is|are|was|were|has|have|had|can|could|would)"
_WHETHER = (
    (
        re.compile(r"(?:Who|What|Which) (?P<help>is|are|was|were) (?P<rest>(?!the name|called).+?)\?$"),
        "{help} {answer} {rest}",
    ),
    (re.compile(rf"(?:Who|What|Which) {_HELP} (?P<rest>.+?)\?$"), "{help} {rest} {answer}"),
    (re.compile(rf"(?:When|(?:In|During) (?:what|which) year) {_HELP} (?P<rest>.+?)\?$"), "{help} {rest} in {answer}"),
    (re.compile(rf"Where {_HELP} (?P<rest>.+?)\?$"), "{help} {rest} in {answer}"),
    (re.compile(rf"Why {_HELP} (?P<rest>.+?)\?$"), "{help} {rest} because of {answer}"),
    (re.compile(rf"How many (?P<what>[\w -]+?) {_HELP} (?P<rest>.+?)\?$"), "{help} {rest} {answer} {what}"),
)
"""Forms of questions, and how to ask whether an answer to one is so."""

_TIME = re.compile(
    r"\d|\b(when|while|during|before|after|until|day|month|year|century|morning|evening|night|"
    r"Monday|Tuesday|Wednesday|Thursday|Friday)",
    re.IGNORECASE,
)
_DAY = re.compile(r"\b\d{1,2}(st|nd|rd|th)?\b|day\b", re.IGNORECASE)
_CAUSE = re.compile(r"\b(because|due|since|as|for|to|after|result|caused?|reason|led|so|by)\b", re.IGNORECASE)
_ASIDE = (
    (re.compile(r"^(?:When|(?:In|During) (?:what|which) year)(?= (?:did|was|were))"), "On which day", _DAY),
    (re.compile(r"^When(?= (?:did|was|were|is|are|does|do))"), "Why", _CAUSE),
    (re.compile(r"^(?:Where|Why|How|In (?:what|which) \w+)(?= (?:did|was|were))"), "When", _TIME),
    (re.compile(r"^(?:When|Where)(?= (?:did|was|were))"), "How long", _TIME),
)
"""Forms of questions, how to ask for something else about the same, and what a text that tells it would hold."""

_NEAR = {"a": "sq", "e": "wr", "i": "uo", "o": "ip", "s": "ad", "t": "ry", "n": "bm", "r": "et", "h": "gj", "l": "k"}


def roughened(question: str, random: Random) -> str:
    """Return the question as is (six times in ten), or misspelt, lower-case, or without its small words."""
    draw = random.random()
    if draw < 0.6:
        return question
    if draw < 0.7:
        return question.lower().rstrip("? ")
    if draw < 0.82:
        kept = [word for word in question.rstrip("? ").split() if word.lower() not in COMMON or random.random() < 0.15]
        return " ".join(kept).lower() if len(kept) > 1 else question
    words = question.split(" ")
    long = [n for n, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    for n in random.sample(long, min(len(long), random.choice((1, 1, 2, 3)))):
        words[n] = _slip(words[n], random)
    rough = " ".join(words)
    return rough.lower() if random.random() < 0.4 else rough


def _slip(word: str, random: Random) -> str:
    """Return a word with one slip: two letters swapped, one lost, doubled, or its neighbour on the keyboard."""
    at = random.randrange(1, len(word) - 1)
    kind = random.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + random.choice(_NEAR.get(word[at].lower(), _LETTERS)) + word[at + 1 :]


def swapped(question: str, others: list[str], text: str, random: Random) -> str | None:
    """Return the question about another name or number than the text's, or None when it names nothing.

    One of the question's names or numbers that stands in `text` gives way to one of `others` that does not.
    """
    named = [w for w in re.findall(r"\b(?:[A-Z][\w-]+|\d[\d,.]*\d|\d)", question[1:]) if w in text]
    strangers = [w for w in others if w not in text and w not in question]
    if not named or not strangers:
        return None
    old = random.choice(named)
    same = [w for w in strangers if w[0].isdigit() == old[0].isdigit()]
    return question.replace(old, random.choice(same)) if same else None


def opposed(question: str, opposites: Callable[[str], Sequence[str]], random: Random) -> str | None:
    """Return the question with a word replaced by one of its `opposites`, or denied; None when neither fits."""
    words = question.split(" ")
    found = [(n, other) for n, word in enumerate(words) for other in opposites(word.strip("?,.").lower())]
    if found and random.random() < _OPPOSITE:
        n, other = random.choice(found)
        words[n] = other + words[n][len(words[n].rstrip("?,.")) :]
        return " ".join(words)
    denied = _HELPS.sub(r"\1n't", question, count=1)
    return denied if denied != question and "not" not in words else None


def whether(question: str, answer: str) -> str | None:
    """Return the question whether an answer to a question is so, or None where its form does not lend itself."""
    for form, put in _WHETHER:
        if found := form.match(question.strip()):
            words = put.format(answer=answer.rstrip(". "), **found.groupdict())
            return words[0].upper() + words[1:] + "?"
    return None


def aside(question: str, text: str, random: Random) -> str | None:
    """Return the question for another kind of thing that the text does not tell, or None.

    Why, when, how long, or the day instead of the year.
    """
    forms = [(form, word) for form, word, sign in _ASIDE if form.match(question) and not sign.search(text)]
    if not forms:
        return None
    form, word = random.choice(forms)
    return form.sub(word, question, count=1)


def names_by_article(rows: Iterable[Asked]) -> dict[str, list[str]]:
    """Return the names and numbers of each article, from every paragraph that is asked about, once."""
    found: dict[str, list[str]] = defaultdict(list)
    for article, text in dict.fromkeys((row.article, row.text) for row in rows):
        found[article] += names_in(text)
    return found


def names_in(text: str) -> list[str]:
    """Return the names and numbers of a text that could stand in for another."""
    return re.findall(r"(?<=[a-z,] )[A-Z][\w-]+|\b\d[\d,.]*\d\b", text)
