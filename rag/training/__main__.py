"""Train and measure the small trained parts: python -m rag.training reader|writer --data FOLDER --out FOLDER."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from pathlib import Path
from random import Random
from typing import Any

from rag.errors import FootnoteError
from rag.loaded import document_embedder
from rag.training.pairs import Meanings, Pair, PairMaker
from rag.training.reader import Plan, train
from rag.training.report import report
from rag.training.sets import Asked, held_out, read_clapnq, read_squad
from rag.training.sheets import SheetMaker
from rag.training.synonyms import near_words
from rag.training.wordnet import WordNet
from rag.training.writer import WriterPlan, train_writer
from rag.training.writer_report import report_writer

_PAIRS = {"squad1": 0.80, "squad2": 0.16, "clapnq": 0.04}
"""The share of each set in the reader's pairs. Only SQuAD 2 and CLAPNQ have questions that people made unanswerable."""

_SHEETS = {"squad1": 0.6, "squad2": 0.4}


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser("python -m rag.training", description=__doc__)
    parser.add_argument("part", choices=["reader", "writer"])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the public question sets")
    parser.add_argument(
        "--wordnet",
        type=Path,
        default=Path("/usr/share/wordnet"),
        help="folder of WordNet's files (default: %(default)s)",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint, weights and figures")
    parser.add_argument("--pairs", type=int, default=Plan().pairs, help="reader: pairs of question and window")
    parser.add_argument("--sheets", type=int, default=WriterPlan().sheets, help="writer: sheets of sentences")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=float, help="AdamW's peak learning rate")
    parser.add_argument(
        "--start", default="", metavar="WEIGHTS", help="go on from these weights with new pairs or sheets"
    )
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s", stream=sys.stderr)
    logging.getLogger("footnote.training").setLevel(logging.INFO)
    try:
        chosen.out.mkdir(parents=True, exist_ok=True)
        figures = (make_reader if chosen.part == "reader" else make_writer)(chosen)
        (chosen.out / "figures.json").write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
        print(json.dumps(figures, indent=2))
    except FootnoteError as error:
        print(f"training: {error}", file=sys.stderr)
        return 1
    return 0


def make_reader(chosen: argparse.Namespace) -> dict[str, Any]:
    """Train the reader; return its figures on the held-out articles."""
    kept, out = split(chosen.data)
    random = Random(chosen.seed)
    plan = Plan(pairs=chosen.pairs, seed=chosen.seed, rate=chosen.rate or Plan().rate, start=chosen.start)
    meanings = _meanings(kept, chosen.wordnet)
    weights = train(mixed(kept, plan.pairs, random, meanings), plan, chosen.out)
    held = {name: list(PairMaker(rows, Random(0), meanings, reworded_share=0).draw(800)) for name, rows in out.items()}
    otherwise = PairMaker(out["squad1"], Random(0), meanings, reworded_share=1)
    return report(weights, held | {"squad1 in other words": list(otherwise.draw(800))}, plan)


def make_writer(chosen: argparse.Namespace) -> dict[str, Any]:
    """Train the writer's adapter; return its figures on the held-out articles."""
    kept, out = split(chosen.data)
    random = Random(chosen.seed)
    plan = WriterPlan(sheets=chosen.sheets, seed=chosen.seed, rate=chosen.rate or WriterPlan().rate, start=chosen.start)
    meanings = _meanings(kept, chosen.wordnet)
    sheets = [
        s
        for name, share in _SHEETS.items()
        for s in SheetMaker(kept[name], random, meanings).draw(int(plan.sheets * share))
    ]
    random.shuffle(sheets)
    adapter = train_writer(sheets, plan, chosen.out)
    held = {name: list(SheetMaker(out[name], random).draw(120)) for name in _SHEETS}
    return {name: report_writer(adapter, sheets) for name, sheets in held.items()}


def _meanings(kept: dict[str, list[Asked]], folder: Path) -> Meanings:
    wordnet, embedder = WordNet(folder), document_embedder(0)
    texts = {row.question for rows in kept.values() for row in rows}
    return Meanings(near_words(texts, wordnet, embedder), wordnet.opposites, embedder)


def split(data: Path) -> tuple[dict[str, list[Asked]], dict[str, list[Asked]]]:
    """Return the questions to train on and those of the held-out third of articles, by set."""
    sets = {
        "squad1": list(read_squad(data / "squad1-train")),
        "squad2": list(read_squad(data / "squad2-dev")),
        "clapnq": list(read_clapnq(data / "clapnq-dev")),
    }
    kept = {name: [row for row in rows if not held_out(row.article)] for name, rows in sets.items()}
    out = {name: [row for row in rows if held_out(row.article)] for name, rows in sets.items()}
    return kept, out


def mixed(kept: dict[str, list[Asked]], count: int, random: Random, meanings: Meanings) -> list[Pair]:
    """Return `count` pairs from the sets by `_PAIRS`, in random order."""
    pairs = [
        pair
        for name, rows in kept.items()
        for pair in PairMaker(rows, random, meanings).draw(int(count * _PAIRS[name]))
    ]
    random.shuffle(pairs)
    return pairs


if __name__ == "__main__":
    sys.exit(main())
