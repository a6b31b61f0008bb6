"""Make sheets of questions that a model asked, and drop those not to be trusted. Folder of questions -> sheets.

A question that the second reader, as it is, finds answered is no example of one that is not, and its word on the
others teaches nothing it does not know; what stays is what it is in doubt of (roundtrip consistency, Alberti et al.
2019, arXiv 1906.05416).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from rag.answering.second_reader import DECLINES
from rag.training.asker import WISHED
from rag.training.examples import Examples, Ragged, gather, load
from rag.training.noise import roughened
from rag.training.sheets import BEFORE, Sheet
from rag.training.writer import SheetEncoder, laid, replies

UNANSWERED, ANSWERED, TURNED_DOWN = 1, 2, 3
"""The kinds of an invented question: made not to be answered; made with an answer; the same, to be declined."""
_ANSWER = " Answer: "
_MOST_WORDS = 12
_READ_AT_ONCE = 32


def encode(folder: Path, random: Random) -> Examples:
    """Return sheets of the questions that `asker.ask` wrote, as `writer.encode` does, with the kind of each reply."""
    encoder = SheetEncoder()
    return gather(_encoded(encoder, sheet, kinds) for sheet, kinds in sheets(folder, encoder.text, random))


def _encoded(encoder: SheetEncoder, sheet: Sheet, kinds: list[int]) -> dict[str, list[int]]:
    row = laid(*encoder.branches(sheet))
    return {**row, "kind": [kinds[n - 1] for n in np.cumsum(row["first"])]}


def sheets(folder: Path, text: Any, random: Random) -> Iterator[tuple[Sheet, list[int]]]:
    """Yield sheets and the kind of each of their questions; `text` turns tokens into text."""
    said: dict[int, dict[str, dict[str, str]]] = defaultdict(lambda: {kind: {} for kind in WISHED})
    for source in sorted(folder.glob("asked-*.npz")):
        asked = load(source)
        for n in range(len(asked["ids"])):
            kind = WISHED[int(asked["kind"][n][0])]
            question, _, answer = text(asked["ids"][n]).strip().partition(_ANSWER)
            if question.endswith("?") and bool(answer) == (kind == "far"):
                said[int(asked["place"][n][0])][kind][question] = answer.strip()
    places = (folder / "places.jsonl").read_text("utf-8").splitlines()
    for number, of in said.items():
        where = json.loads(places[number])
        earlier = where["before"][::-1][: random.choice(BEFORE)]
        shown = " ".join([*earlier[::-1], where["sentence"]])
        found = [((roughened(question, random), DECLINES), UNANSWERED) for question in of["none"]]
        for question, answer in of["far"].items():
            if answer in shown and len(answer.split()) <= _MOST_WORDS:
                asked_so = roughened(question, random)
                found += [((asked_so, f"{answer} [1]"), ANSWERED), ((asked_so, DECLINES), TURNED_DOWN)]
        if found:
            yield Sheet(shown, tuple(one for one, _ in found)), [kind for _, kind in found]


def trusted(model: Any, examples: Examples, random: Random) -> Ragged:
    """Return for each token of the replies 1, or 0 where an invented question is not to be trusted.

    By the model's probability of declining: of unanswered ones those over 0.05, of answered ones those under 0.3 whose
    answer it finds too, and of those made with an answer that it declines with over 0.75 six in ten, to be declined.
    """
    import torch

    aims, kinds = examples["aims"], examples["kind"]
    keep = np.ones(len(aims.values), np.int32)
    silent = np.flatnonzero(np.isin(kinds.values, (UNANSWERED, TURNED_DOWN)))
    if not len(silent):
        return Ragged(keep, aims.ends)
    declining = int(aims.values[silent[0]])
    starts = aims.ends - aims.lengths()
    doubtful = np.flatnonzero([bool(kinds[n].any()) for n in range(len(aims))]).tolist()
    doubtful.sort(key=lambda n: len(examples["ids"][n]))
    for at in range(0, len(doubtful), _READ_AT_ONCE):
        rows = doubtful[at : at + _READ_AT_ONCE]
        with torch.inference_mode():
            logits, wanted = replies(model, examples, rows)
            likely = logits.log_softmax(-1)
            said = likely.gather(1, wanted[:, None])[:, 0].cpu().numpy()
            declines = likely[:, declining].exp().cpu().numpy()
        done = 0
        for row in rows:
            size = len(aims[row])
            now = slice(done, done + size)
            keep[starts[row] : starts[row] + size] = _kept(
                kinds[row], examples["first"][row], said[now], declines[now], random
            )
            done += size
    return Ragged(keep, aims.ends)


def _kept(kinds: Any, first: Any, said: Any, declines: Any, random: Random) -> Any:
    keep = np.ones(len(kinds), np.int32)
    begins = np.flatnonzero(first).tolist()
    for start, end in zip(begins, [*begins[1:], len(kinds)], strict=True):
        kind, decline = int(kinds[start]), float(declines[start])
        if kind == UNANSWERED:
            keep[start:end] = decline > 0.05
        elif kind == ANSWERED:
            keep[start:end] = decline < 0.3 and float(said[start:end].mean()) > -1.2
        elif kind == TURNED_DOWN:
            keep[start:end] = decline > 0.75 and random.random() < 0.6
    return keep
