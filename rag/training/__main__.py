"""Train and measure the small trained parts: python -m rag.training reader|writer|asker --data FOLDER --out FOLDER.

Steps, each of which may be run alone: `draw` makes examples.npz in the folder (needs the question sets), `learn` makes
the weights from it (needs nothing else, so it may run where there is a GPU), `ask` (asker only) has it ask about the
sentences that `draw` kept, `shrink` (writer only) makes shipped.gguf of the adapter, at the rank that is shipped,
`measure` (not for the asker) makes figures.json.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from rag.errors import FootnoteError
from rag.training import asker, reader, writer
from rag.training import examples as kept_examples
from rag.training.lora import shrink_adapter

_log = logging.getLogger("footnote.training")
_RANK, _ALPHA, _SHIPPED_RANK = 28, 56.0, 16
"""More is learned than is shipped: the smaller rank says the same (rag/models/writer.md) and is read faster."""
_STEPS = {
    "reader": ("draw", "learn", "measure"),
    "writer": ("draw", "learn", "shrink", "measure"),
    "asker": ("draw", "learn", "ask"),
}
_PACES = {"reader": reader.PACE, "writer": writer.PACE, "asker": asker.PACE}


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser("python -m rag.training", description=__doc__)
    parser.add_argument("part", choices=list(_STEPS))
    parser.add_argument("--data", type=Path, help="folder that holds the public question sets (draw, measure)")
    parser.add_argument(
        "--wordnet",
        type=Path,
        default=Path("/usr/share/wordnet"),
        help="folder of WordNet's files (draw, measure; default: %(default)s)",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for examples, checkpoint, weights and figures")
    parser.add_argument("--only", choices=["draw", "learn", "ask", "shrink", "measure"], help="one step instead of all")
    parser.add_argument("--count", type=int, help="pairs of question and window, or sheets of sentences, to draw")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--passes", type=int, default=1, help="how often to go over the examples")
    parser.add_argument(
        "--rows", type=_rows, metavar="START:STOP", help="learn from these examples only, counted from 0"
    )
    parser.add_argument("--batch", type=int, help="examples to a step")
    parser.add_argument("--rate", type=float, help="AdamW's peak learning rate")
    parser.add_argument("--base", type=Path, help="the model to start from (default: the packaged one)")
    parser.add_argument("--start", type=Path, metavar="WEIGHTS", help="go on from these weights with new examples")
    parser.add_argument("--asked", type=Path, help="draw sheets of the questions in this folder of the asker's instead")
    parser.add_argument(
        "--written",
        type=Path,
        help="draw from the documents in this folder, written to train on, instead; or measure on them",
    )
    parser.add_argument("--also", type=Path, action="append", default=[], help="learn from this examples.npz too")
    parser.add_argument("--longest", type=int, metavar="TOKENS", help="learn from no example that is longer")
    parser.add_argument("--mean", type=Path, action="append", default=[], help="shrink the mean with this adapter")
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s", stream=sys.stderr)
    _log.setLevel(logging.INFO)
    steps = [chosen.only] if chosen.only else list(_STEPS[chosen.part])
    if not set(steps) <= set(_STEPS[chosen.part]):
        parser.error(f"the {chosen.part} has no step {chosen.only!r}")
    if chosen.written and chosen.part == "asker":
        parser.error("the asker does not learn from --written")
    needs = {"draw": not (chosen.asked or chosen.written), "measure": not chosen.written}
    if chosen.data is None and any(needs.get(step) for step in steps):
        parser.error("--data is needed to draw and to measure")
    try:
        chosen.out.mkdir(parents=True, exist_ok=True)
        for step in steps:
            {"draw": draw, "learn": learn, "ask": ask, "shrink": shrink, "measure": measure}[step](chosen)
    except FootnoteError as error:
        print(f"training: {error}", file=sys.stderr)
        return 1
    return 0


def _rows(text: str) -> tuple[int, int]:
    start, stop = text.split(":")
    return int(start), int(stop)


def draw(chosen: argparse.Namespace) -> None:
    """Write examples.npz, unless it is there."""
    target = chosen.out / "examples.npz"
    if target.is_file():
        _log.info("%s is there already and is used", target)
        return
    from rag.training import drawing, invented, written

    if chosen.written:
        documents, random = written.read_written(chosen.written), Random(chosen.seed)
        if chosen.part == "reader":
            examples = reader.encode(written.pairs_of(documents, chosen.count or 20_000, random))
        else:
            examples = writer.encode(written.sheets_of(documents, chosen.count or 10_000, random))
        kept_examples.save(examples, target)
    elif chosen.part == "asker":
        rows = drawing.taught(chosen.data)
        kept_examples.save(asker.encode(asker.lessons(rows, Random(chosen.seed))), target)
        asker.keep_places(asker.places(rows, Random(chosen.seed))[: chosen.count], chosen.out)
    elif chosen.asked:
        kept_examples.save(invented.encode(chosen.asked, Random(chosen.seed)), target)
    elif chosen.part == "reader":
        pairs = drawing.pairs(chosen.data, chosen.wordnet, chosen.count or 70_000, chosen.seed)
        kept_examples.save(reader.encode(pairs), target)
    else:
        sheets = drawing.sheets(chosen.data, chosen.wordnet, chosen.count or 2000, chosen.seed)
        kept_examples.save(writer.encode(sheets), target)


def learn(chosen: argparse.Namespace) -> None:
    """Write the weights, and in plan.json how they were made."""
    examples = kept_examples.load(chosen.out / "examples.npz")
    if chosen.rows:
        examples = kept_examples.some(examples, *chosen.rows)
    if chosen.also:
        examples = kept_examples.joined([examples, *map(kept_examples.load, chosen.also)])
    if chosen.longest:
        examples = kept_examples.shorter(examples, chosen.longest)
    given = {"batch": chosen.batch, "rate": chosen.rate, "passes": chosen.passes, "seed": chosen.seed}
    pace = replace(_PACES[chosen.part], **{k: v for k, v in given.items() if v is not None})
    plan: dict[str, Any] = {"examples": len(next(iter(examples.values()))), "rows": chosen.rows}
    plan["start"] = str(chosen.start or "")
    if chosen.part == "reader":
        from rag.retrieval.embed import packaged_model

        reader.train(examples, pace, chosen.out, base=chosen.base or packaged_model(), start=chosen.start)
    elif chosen.part == "asker":
        asker.train_asker(examples, pace, chosen.out, base=_language_model(chosen))
    else:
        plan |= {"rank": _RANK, "alpha": _ALPHA, "also": [str(path) for path in chosen.also]}
        base = _language_model(chosen)
        writer.train_writer(examples, pace, chosen.out, base=base, rank=_RANK, alpha=_ALPHA, start=chosen.start)
    (chosen.out / "plan.json").write_text(json.dumps(plan | asdict(pace), indent=2) + "\n", "utf-8")


def ask(chosen: argparse.Namespace) -> None:
    """Have the asker ask about the sentences that `draw` kept, and write its questions in portions."""
    asker.ask(chosen.out, base=_language_model(chosen), seed=chosen.seed, batch=chosen.batch or asker.ASKED_AT_ONCE)


def _language_model(chosen: argparse.Namespace) -> Path:
    from rag.answering.model_file import packaged_model

    return chosen.base or packaged_model()


def shrink(chosen: argparse.Namespace) -> None:
    """Write shipped.gguf: the learned adapter, or its mean with others, at the rank that is shipped."""
    shrink_adapter([chosen.out / "writer.gguf", *chosen.mean], chosen.out / "shipped.gguf", rank=_SHIPPED_RANK)


def measure(chosen: argparse.Namespace) -> None:
    """Write and print figures on the articles, or the written documents, that were kept out of training."""
    from rag.training import drawing
    from rag.training.report import report
    from rag.training.writer_report import report_writer

    figures: dict[str, dict[str, float]]
    if chosen.part == "reader":
        pairs = drawing.held_written_pairs if chosen.written else partial(drawing.held_pairs, wordnet=chosen.wordnet)
        figures = report(chosen.out / "reader.safetensors", pairs(chosen.written or chosen.data))
    else:
        sheets = drawing.held_written_sheets if chosen.written else partial(drawing.held_sheets, wordnet=chosen.wordnet)
        held = sheets(chosen.written or chosen.data)
        figures = {name: report_writer(chosen.out / "shipped.gguf", some) for name, some in held.items()}
    (chosen.out / "figures.json").write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    sys.exit(main())
