"""Measure Footnote from the command line: python -m eval [run | compare A B | gate RUN]."""

from __future__ import annotations

import argparse
import dataclasses
import logging
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from eval.compare import differences, flips, scores_of, to_text
from eval.fit import fit
from eval.gate import set_baseline, worse
from eval.question_set import QuestionSetError, half, read_questions
from eval.report import to_markdown
from eval.run import read_records, read_timings, run
from eval.score import Record
from rag.assemble import READER_WEIGHTS, open_library, reading_selector
from rag.errors import FootnoteError, SettingsError
from rag.places import bundled
from rag.settings import Settings

_SEEDS = Path(__file__).parent / "questions" / "seeds.jsonl"
_SHOWN_FLIPS = 12


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser("python -m eval", description=__doc__)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    asked = commands.add_parser("run", help="ask every question of a set and print the figures (the default)")
    asked.add_argument("--questions", type=Path, default=_SEEDS, help="a question set (default: that of the articles)")
    asked.add_argument("--documents", type=Path, help="the folder they are about (default: the bundled articles)")
    asked.add_argument("--half", choices=("dev", "test", "all"), default="all", help="tune on dev, report test")
    asked.add_argument("--limit", type=int, help="only the first so many questions")
    asked.add_argument("--out", type=Path, help="the run's folder (default: runs/DATE); one begun before goes on")
    asked.add_argument("--setting", action="append", default=[], metavar="NAME=VALUE", help="vary a setting")
    compared = commands.add_parser("compare", help="the paired differences between two runs, and what flipped")
    compared.add_argument("before", type=Path)
    compared.add_argument("after", type=Path)
    gated = commands.add_parser("gate", help="fail (status 1) when a run is significantly worse than the baseline")
    gated.add_argument("run", type=Path)
    gated.add_argument("--set-baseline", action="store_true", help="make this run the baseline instead")
    fitted = commands.add_parser("fit", help="fit the weights of the evidence selector to the dev half; print them")
    fitted.add_argument("--write", action="store_true", help="and make them the weights that are used")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] not in ("run", "compare", "gate", "fit", "-h", "--help"):
        given = ["run", *given]
    chosen = build_parser().parse_args(given)
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        return {"run": _run, "compare": _compare, "gate": _gate, "fit": _fit}[chosen.command](chosen)
    except FootnoteError as error:
        print(f"eval: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. Run it again with the same --out to go on.", file=sys.stderr)
        return 130


def _run(chosen: argparse.Namespace) -> int:
    questions = [q for q in read_questions(chosen.questions) if chosen.half in ("all", half(q))]
    questions = questions[: chosen.limit]
    if not questions:
        raise QuestionSetError(f"{chosen.questions} holds no question of half {chosen.half!r}.")
    folder = chosen.out or Path("runs") / datetime.now().strftime("%Y-%m-%d-%H%M%S")
    library = open_library(chosen.documents or bundled("seeds"), settings=_settings(chosen.setting))
    library.sync()
    print(f"{len(questions)} questions, into {folder}", file=sys.stderr)
    records = run(library, questions, folder, tell=_tell)
    print(to_markdown(folder.name, records, read_timings(folder)))
    return 0


def _tell(done: int, total: int, seconds: float) -> None:
    end = "\n" if done == total else ""
    if sys.stderr.isatty():
        print(
            f"\r{done}/{total}, {seconds / done * (total - done):.0f} s left\033[K",
            end=end,
            file=sys.stderr,
            flush=True,
        )


def _settings(pairs: Sequence[str]) -> Settings:
    """Return the settings with `NAME=VALUE` pairs put in. Raises `SettingsError` for a name or value that cannot be."""
    kinds = {field.name: type(getattr(Settings(), field.name)) for field in dataclasses.fields(Settings)}
    values: dict[str, object] = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        if name not in kinds:
            raise SettingsError(f"There is no setting {name!r}. There are: {', '.join(kinds)}.")
        try:
            values[name] = _value(kinds[name], value)
        except ValueError as error:
            raise SettingsError(f"The setting {name} is {value!r}; it must be a {kinds[name].__name__}.") from error
    return Settings(**values)  # type: ignore[arg-type]  # the values have the types of the defaults they replace


def _value(kind: type, value: str) -> object:
    if kind is bool:
        if value.lower() not in ("true", "false"):
            raise ValueError(value)
        return value.lower() == "true"
    return kind(value) if kind in (int, float) else Path(value)


def _records(folder: Path) -> list[Record]:
    records = read_records(folder)
    if not records:
        raise QuestionSetError(f"{str(folder)!r} holds no run. Make one: python -m eval run --out {folder}")
    return records


def _compare(chosen: argparse.Namespace) -> int:
    before, after = _records(chosen.before), _records(chosen.after)
    found = differences(scores_of(before), scores_of(after))
    print(to_text(found))
    for title, flipped in zip(("became right", "became wrong"), flips(before, after), strict=True):
        print(f"\n{len(flipped)} {title}")
        for record in flipped[:_SHOWN_FLIPS]:
            print(f"  {record.question_id} ({record.kind}) {record.question}\n    {record.text[:160]!r}")
    changed = [f"{d.measure} {d.verdict}" for d in found if d.verdict != "no difference shown"]
    print(f"\nVerdict: {'; '.join(changed) or 'no difference shown'}.")
    return 0


def _gate(chosen: argparse.Namespace) -> int:
    _records(chosen.run)
    if chosen.set_baseline:
        set_baseline(chosen.run)
        print(f"The baseline is now {chosen.run}.")
        return 0
    fallen = worse(chosen.run)
    print("\n".join(fallen) or "Nothing is significantly worse than the baseline.")
    return 1 if fallen else 0


def _fit(chosen: argparse.Namespace) -> int:
    library = open_library(bundled("seeds"), settings=Settings(compose=False))
    library.sync()
    questions = [question for question in read_questions(_SEEDS) if half(question) == "dev"]
    weights = fit(library, reading_selector(library.settings), questions)
    print(weights)
    if chosen.write:
        weights.write(READER_WEIGHTS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
