"""Is the answer right? text and gold values -> scores in [0, 1]."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

from eval.question_set import normalise


def holds(text: str, aliases: Sequence[str]) -> bool:
    """Say whether any alias stands in the text, as whole words, after `normalise`."""
    padded = f" {normalise(text)} "
    return any(f" {normalise(alias)} " in padded for alias in aliases if normalise(alias))


def gold_in_answer(text: str, values: Sequence[Sequence[str]]) -> float:
    """Return 1 when every required value stands in the text under one of its aliases, else 0; no values give 0."""
    return float(bool(values) and all(holds(text, aliases) for aliases in values))


def value_recall(text: str, values: Sequence[Sequence[str]]) -> float:
    """Return the share of the required values that stand in the text; no values give 0."""
    return sum(holds(text, aliases) for aliases in values) / len(values) if values else 0.0


def token_f1(text: str, golds: Sequence[str]) -> float:
    """Return the best F1 of the text's words against a gold answer's (Rajpurkar et al. 2016).

    As SQuAD's own evaluation: `squad_words`; two without words are equal. No golds give 0.
    """
    return max((_f1(squad_words(text), squad_words(gold)) for gold in golds), default=0.0)


def exact_match(text: str, golds: Sequence[str]) -> float:
    """Return 1 when the text is one of the gold answers, by `squad_words` (Rajpurkar et al. 2016), else 0."""
    return float(any(squad_words(text) == squad_words(gold) for gold in golds))


def squad_words(text: str) -> list[str]:
    """Return the words as SQuAD's evaluation compares them: lower case, no punctuation at all, no a, an or the."""
    bare = "".join(character for character in text.lower() if character not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", bare).split()


def _f1(one: Sequence[str], two: Sequence[str]) -> float:
    shared = (Counter(one) & Counter(two)).total()
    return 2 * shared / (len(one) + len(two)) if one and two else float(one == two)
