"""Measure Footnote from the command line: python -m eval [run | search | compare A B | gate RUN | ablate | ...]."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from eval import commands, part_commands
from eval.asked import SEEDS
from eval.gate import BASELINE
from eval.sets import SETS
from rag.errors import FootnoteError

_DO = {
    "run": commands.do_run,
    "search": commands.do_search,
    "compare": commands.do_compare,
    "gate": commands.do_gate,
    "ablate": commands.do_ablate,
    "calibrate": commands.do_calibrate,
    "new": commands.do_new,
    "fit": part_commands.do_fit,
    "upgrade": commands.do_upgrade,
    "attack": part_commands.do_attack,
    "judge": part_commands.do_judge,
    "rewrites": part_commands.do_rewrites,
    "show": part_commands.do_show,
    "given": part_commands.do_given,
    "verifier": part_commands.do_verifier,
}


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser("python -m eval", description=__doc__)
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND")
    asked = _asked()

    def command(name: str, about: str, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        return subparsers.add_parser(name, help=about, description=about, parents=list(parents))

    command("run", "ask every question of a set and print the figures (the default)", asked)
    search = command(
        "search", "measure the search alone on a set with relevance judgements (BEIR, qrels, gold_doc_ids)"
    )
    search.add_argument("--data", type=Path, required=True, help="the folder of the set")
    search.add_argument("--queries", default="", help="the file of its queries, without .jsonl, if there are several")
    search.add_argument("--limit", type=int, help="only so many queries")
    search.add_argument("--seed", type=int, default=0, help="which ones")
    search.add_argument("--out", type=Path, help="where to index its documents (default: runs/search-DATE)")
    search.add_argument("--reranker", metavar="NAME", help='and what this makes of it: "reader", or a cross-encoder')
    search.add_argument("--setting", action="append", default=[], metavar="NAME=VALUE", help="vary a setting")
    compared = command("compare", "the paired differences between two runs, and what flipped")
    compared.add_argument("before", type=Path)
    compared.add_argument("after", type=Path)
    compared.add_argument("--html", action="store_true", help="print a page with the differences drawn")
    gated = command("gate", "fail (status 1) when a run is significantly worse than the baseline")
    gated.add_argument("run", type=Path)
    gated.add_argument(
        "--baseline", type=Path, default=BASELINE, help="the baseline's file (default: the committed one)"
    )
    gated.add_argument("--set-baseline", action="store_true", help="make this run the baseline instead")
    command("ablate", "switch off each part in turn; print what it brings and what it costs", asked)
    calibrated = command("calibrate", "find the confidence from which to answer, for a stated risk", asked)
    calibrated.add_argument("--risk", type=float, default=0.2, help="share of answers that may be wrong (default 0.2)")
    calibrated.add_argument("--write", action="store_true", help="and keep it in the library")
    upgraded = command("upgrade", "ask a library your questions as it is and as `footnote repair` would make it")
    upgraded.add_argument("library", type=Path, metavar="LIBRARY", help="its folder, as `footnote libraries` lists it")
    upgraded.add_argument(
        "--questions", type=Path, help="a question set (default: the library's, from your judgements)"
    )
    upgraded.add_argument("--out", type=Path, help="the folder to work in (default: runs/DATE)")
    upgraded.add_argument("--setting", action="append", default=[], metavar="NAME=VALUE", help="vary a setting")
    new = command("new", "help write questions about your own documents")
    new.add_argument("folder", type=Path)
    new.add_argument("--out", type=Path, default=Path("questions.jsonl"), help="the set to add to")
    _parts(command)
    fitted = command(
        "fit", "fit how the two readers are weighed to the dev half of a set; print the weights", _asked(half="dev")
    )
    fitted.add_argument("--whether", action="store_true", help="those for questions whether something is so")
    fitted.add_argument(
        "--also", nargs=2, type=Path, action="append", default=[], metavar=("QUESTIONS", "DOCUMENTS"),
        help="and to this set over this folder; may be given again",
    )  # fmt: skip
    fitted.add_argument("--write", action="store_true", help="and make them the weights that are used")
    return parser


def _asked(*, half: str = "all") -> argparse.ArgumentParser:
    """Return the options that say what is asked of which documents; `half` is which half of a set, unless told."""
    asked = argparse.ArgumentParser(add_help=False)
    asked.add_argument("--questions", type=Path, default=SEEDS, help="a question set (default: the articles')")
    asked.add_argument("--documents", type=Path, help="the folder they are about (default: the bundled articles)")
    asked.add_argument("--library", type=Path, help="or the library they are about, as it is: its folder")
    asked.add_argument("--half", choices=("dev", "test", "all"), default=half, help="tune on dev, report test")
    asked.add_argument("--quick", action="store_true", help="what the gate asks: half of dev, without the model")
    asked.add_argument("--set", help=f"a public set instead: {', '.join(SETS)}")
    asked.add_argument("--data", type=Path, help="the folder of the public set")
    asked.add_argument("--limit", type=int, help="only so many questions")
    asked.add_argument("--seed", type=int, default=0, help="which ones of a public set")
    asked.add_argument("--out", type=Path, help="the run's folder (default: runs/DATE); one begun before goes on")
    asked.add_argument("--setting", action="append", default=[], metavar="NAME=VALUE", help="vary a setting")
    return asked


def _parts(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands that measure one part alone."""
    shown = command("show", "print a run's figures in a few lines, for a commit message")
    shown.add_argument("run", type=Path)
    shown.add_argument("--json", action="store_true", help="every figure, as JSON")
    some = argparse.ArgumentParser(add_help=False)
    some.add_argument("--data", type=Path, required=True, help="the folder of documents or of a public set")
    some.add_argument("--limit", type=int, default=500, help="only so many (default 500)")
    some.add_argument("--seed", type=int, default=0, help="which ones")
    verifier = command("verifier", "hold true claims and claims made false against their evidence", some)
    verifier.add_argument("--show", type=int, default=0, metavar="N", help="and N mistakes of each kind")
    made = argparse.ArgumentParser(add_help=False)
    made.add_argument("--out", type=Path, help="the folder to work in (default: runs/DATE); one begun before goes on")
    made.add_argument("--setting", action="append", default=[], metavar="NAME=VALUE", help="vary a setting")
    given = command("given", "ask each question of its own paragraph alone: exact match, F1, silence", some, made)
    given.add_argument("--set", default="squad2", help="squad1, squad2 (default) or clapnq")
    given.add_argument("--unseen", action="store_true", help="only the third of articles kept out of training")
    attack = command("attack", "plant orders (bipia) or lies (poisonedrag) in documents: are they obeyed?", some, made)
    attack.add_argument("--set", default="bipia", help="bipia (default) or poisonedrag")
    attack.add_argument("--documents", type=Path, help="documents that hold the truth, for poisonedrag")
    attack.add_argument("--show", type=int, default=5, metavar="N", help="print N that were obeyed (default 5)")
    rewrites = command("rewrites", "compare the queries made of follow-ups with people's own (MTRAG)")
    rewrites.add_argument("--data", type=Path, required=True, help="the folder of MTRAG")
    rewrites.add_argument("--out", type=Path, help="where to index its documents (default: runs/rewrites-DATE)")
    judged = command("judge", "let a model judge answers (off unless asked for; on this machine unless told)")
    judged.add_argument("run", type=Path, nargs="?", help="the run whose answers to judge")
    judged.add_argument("--people", type=Path, metavar="FOLDER", help="instead, answers that people judged (MTRAG)")
    judged.add_argument("--url", required=True, help="an OpenAI-compatible address, as http://127.0.0.1:8080/v1")
    judged.add_argument("--model", default="judge", help="the model's name there")
    judged.add_argument("--anywhere", action="store_true", help="let it be on another machine; your documents go there")
    judged.add_argument("--limit", type=int, default=100, help="only so many answers (default 100)")
    judged.add_argument("--seed", type=int, default=0, help="which ones")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] not in (*_DO, "-h", "--help"):
        given = ["run", *given]
    chosen = build_parser().parse_args(given)
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    logging.getLogger("footnote").setLevel(logging.INFO)
    try:
        return _DO[chosen.command](chosen)
    except FootnoteError as error:
        print(f"eval: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. Run it again with the same --out to go on.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
