"""Ask as people ask: with slips of the keyboard, in telegram style, without capitals. question -> question."""

from __future__ import annotations

import re
from random import Random

from rag.words import COMMON

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
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


def names_in(text: str) -> list[str]:
    """Return the names and numbers of a text that could stand in for another."""
    return re.findall(r"(?<=[a-z,] )[A-Z][\w-]+|\b\d[\d,.]*\d\b", text)
