"""Train and measure the small trained parts: python -m rag.training reader --data FOLDER --out FOLDER."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from pathlib import Path
from random import Random

from rag.errors import FootnoteError
from rag.training.pairs import Pair, PairMaker
from rag.training.reader import Plan, train
from rag.training.report import report
from rag.training.sets import Asked, held_out, read_clapnq, read_squad


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser("python -m rag.training", description=__doc__)
    parser.add_argument("part", choices=["reader"])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the public question sets")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint, weights and figures")
    parser.add_argument("--pairs", type=int, default=Plan().pairs)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=float, default=Plan().rate, help="AdamW's peak learning rate")
    parser.add_argument("--start", default="", metavar="WEIGHTS", help="go on from these weights with new pairs")
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s", stream=sys.stderr)
    logging.getLogger("footnote.training").setLevel(logging.INFO)
    try:
        chosen.out.mkdir(parents=True, exist_ok=True)
        kept, out = split(chosen.data)
        random = Random(chosen.seed)
        plan = Plan(pairs=chosen.pairs, seed=chosen.seed, rate=chosen.rate, start=chosen.start)
        weights = train(mixed(kept, plan.pairs, random), plan, chosen.out)
        figures = report(weights, {name: list(PairMaker(rows, random).draw(800)) for name, rows in out.items()}, plan)
        (chosen.out / "figures.json").write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
        print(json.dumps(figures, indent=2))
    except FootnoteError as error:
        print(f"training: {error}", file=sys.stderr)
        return 1
    return 0


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


def mixed(kept: dict[str, list[Asked]], count: int, random: Random) -> list[Pair]:
    """Return `count` pairs: 76 in 100 from SQuAD 1, 20 from SQuAD 2, 4 from CLAPNQ, in random order."""
    shares = {"squad1": 0.76, "squad2": 0.20, "clapnq": 0.04}
    pairs = [pair for name, rows in kept.items() for pair in PairMaker(rows, random).draw(int(count * shares[name]))]
    random.shuffle(pairs)
    return pairs


if __name__ == "__main__":
    sys.exit(main())
