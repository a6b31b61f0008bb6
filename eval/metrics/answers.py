"""Is the answer right? text and gold values -> scores in [0, 1]."""

from __future__ import annotations

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
    """Return the best F1 of the text's words against a gold answer's (Rajpurkar et al. 2016), articles left out."""
    return max((_f1(_bag(text), _bag(gold)) for gold in golds), default=0.0)


def exact_match(text: str, golds: Sequence[str]) -> float:
    """Return 1 when the text is one of the gold answers, articles and punctuation aside (Rajpurkar et al. 2016)."""
    return float(any(_words(text) == _words(gold) for gold in golds))


def _words(text: str) -> list[str]:
    return [word for word in normalise(text).split() if word not in ("a", "an", "the")]


def _bag(text: str) -> Counter[str]:
    return Counter(_words(text))


def _f1(one: Counter[str], two: Counter[str]) -> float:
    shared = (one & two).total()
    return 2 * shared / (one.total() + two.total()) if shared else float(one.total() == two.total() == 0)
