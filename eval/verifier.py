"""Measure the check of claims against evidence. Pairs -> for each kind the share accepted, with intervals.

These figures are the verifier's own: how often it lets a false claim pass, and how often it refuses a true one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eval.claim_pairs import Pair
from eval.figures import Figure, mean_figure

Refuse = Callable[[str, str, str], str]
"""Takes claim, evidence and question; returns "" when the evidence bears the claim out, else why not."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair and why it was refused; "" when it was accepted."""

    pair: Pair
    why: str


def judge(pairs: Sequence[Pair], refuse: Refuse) -> list[Judged]:
    """Return every pair with what the verifier said of it, in order."""
    return [Judged(pair, refuse(pair.claim, pair.evidence, pair.question)) for pair in pairs]


def accepted(judged: Sequence[Judged], *, true: bool) -> tuple[Figure, ...]:
    """Return the share accepted of the true or of the false claims: all of them first, then by kind.

    A kind counts once for each claim; the figure over all gives every claim the same weight.
    """
    some = [j for j in judged if j.pair.true is true]
    kinds = dict.fromkeys(j.pair.kind for j in some)
    parts = {"all": some, **{kind: [j for j in some if j.pair.kind == kind] for kind in kinds}}
    return tuple(mean_figure(kind, [float(not j.why) for j in part]) for kind, part in parts.items())


def to_text(judged: Sequence[Judged], *, examples: int = 0) -> str:
    """Return two tables, and for each kind up to `examples` claims that were judged wrongly."""
    parts = []
    for true, title in ((False, "False claims accepted (lower is better)"), (True, "True claims accepted")):
        rows = [
            f"| {f.name:<28} | {f.n:>5} | {f.value:.3f} [{f.low:.3f}, {f.high:.3f}] |"
            for f in accepted(judged, true=true)
            if f.n
        ]
        parts.append("\n".join([f"## {title}", "", f"| {'kind':<28} | {'n':>5} | share, 95% interval   |",
                                "|---|---|---|", *rows]))  # fmt: skip
    parts += [_example(j) for j in _mistakes(judged, examples)]
    return "\n\n".join(parts)


def _mistakes(judged: Sequence[Judged], most: int) -> list[Judged]:
    kept: dict[tuple[bool, str], list[Judged]] = {}
    for j in judged:
        if j.pair.true == bool(j.why):
            kept.setdefault((j.pair.true, j.pair.kind), []).append(j)
    return [j for some in kept.values() for j in some[:most]]


def _example(judged: Judged) -> str:
    pair = judged.pair
    what = f"refused: {judged.why}" if judged.why else "accepted"
    return (
        f"{'true' if pair.true else 'false'}, {pair.kind}, {what}\n  claim    {pair.claim}\n  evidence {pair.evidence}"
    )
