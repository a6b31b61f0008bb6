"""Measure one part alone: what `python -m eval verifier` and its neighbours do. parsed arguments -> tables, status."""

from __future__ import annotations

import argparse

from eval import verifier
from eval.claim_pairs import read_pairs
from rag.answering.verify import refusal


def do_verifier(chosen: argparse.Namespace) -> int:
    """Print how many false claims the verifier accepts and how many true ones it refuses, by kind."""
    pairs = read_pairs(chosen.data, limit=chosen.limit, seed=chosen.seed)
    print(verifier.to_text(verifier.judge(pairs, refusal), examples=chosen.show))
    return 0
