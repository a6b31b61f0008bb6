"""Do what `python -m eval` was asked. parsed arguments -> runs, tables, an exit status."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path

from eval.adapters import read_set
from eval.calibrate import choose, curve
from eval.calibrate import to_text as curve_text
from eval.compare import differences, flips, scores_of, to_text
from eval.fit import fit
from eval.gate import set_baseline, worse
from eval.new import compose, correct
from eval.question_set import Question, QuestionSetError, half, read_questions, write_questions
from eval.ranked import measure, read_ranked
from eval.report import table_of, to_markdown
from eval.run import read_records, read_timings, run
from eval.score import Record
from rag.assemble import READER_WEIGHTS, open_library, reading_selector
from rag.errors import SettingsError
from rag.feedback import read_feedback
from rag.library import Library
from rag.places import bundled
from rag.settings import Settings

SEEDS = Path(__file__).parent / "questions" / "seeds.jsonl"
_SHOWN_FLIPS = 12

PARTS = {
    "lexical": "use_lexical=false",
    "dense": "use_dense=false",
    "reader": "use_reader=false",
    "writer": "compose=false",
}
"""The parts that `ablate` switches off, and the setting that does it."""


def do_run(chosen: argparse.Namespace) -> int:
    """Ask every question of a set and print the figures."""
    folder = chosen.out or Path("runs") / datetime.now().strftime("%Y-%m-%d-%H%M%S")
    library, questions = _asked(chosen, folder)
    print(f"{len(questions)} questions, into {folder}", file=sys.stderr)
    records = run(library, questions, folder, tell=tell)
    print(to_markdown(folder.name, records, read_timings(folder)))
    return 0


def do_search(chosen: argparse.Namespace) -> int:
    """Measure the search alone on a set with relevance judgements."""
    ranked = read_ranked(chosen.data, chosen.queries, limit=chosen.limit)
    library = _library_of(ranked.texts, chosen.out, settings_of([*chosen.setting, "compose=false"]))
    print(table_of(measure(library, ranked)))
    return 0


def do_compare(chosen: argparse.Namespace) -> int:
    """Print the paired differences between two runs, what flipped, and a verdict."""
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


def do_gate(chosen: argparse.Namespace) -> int:
    """Return 1 when a run is significantly worse than the baseline, or make it the baseline."""
    _records(chosen.run)
    if chosen.set_baseline:
        set_baseline(chosen.run)
        print(f"The baseline is now {chosen.run}.")
        return 0
    fallen = worse(chosen.run)
    print("\n".join(fallen) or "Nothing is significantly worse than the baseline.")
    return 1 if fallen else 0


def do_ablate(chosen: argparse.Namespace) -> int:
    """Switch off each part in turn and print what it brings, with intervals, and what it costs in seconds."""
    folder = chosen.out or Path("runs") / datetime.now().strftime("ablate-%Y-%m-%d-%H%M%S")
    variants: dict[str, list[str]] = {
        "everything": [],
        **{f"without {part}": [setting] for part, setting in PARTS.items()},
    }
    seconds = {}
    for name, extra in variants.items():
        print(f"{name} ...", file=sys.stderr)
        varied = argparse.Namespace(**{**vars(chosen), "setting": [*chosen.setting, *extra]})
        out = folder / name.replace(" ", "-")
        library, questions = _asked(varied, out)
        run(library, questions, out, tell=tell)
        seconds[name] = json.loads((out / "figures.json").read_text("utf-8"))["seconds"]["total"][0]
    whole = _records(folder / "everything")
    for part in PARTS:
        name = f"without {part}"
        found = differences(scores_of(_records(folder / name.replace(" ", "-"))), scores_of(whole))
        cost = seconds["everything"] - seconds[name]
        print(f"\n## What the {part} brings (before: without it), at {cost:+.2f} s a question\n\n{to_text(found)}")
    return 0


def do_calibrate(chosen: argparse.Namespace) -> int:
    """Find the threshold of silence that answers most at a stated risk; keep it in the library with --write."""
    chosen.setting = [*chosen.setting, "min_confidence=0", "compose=false"]
    folder = chosen.out or Path("runs") / datetime.now().strftime("calibrate-%Y-%m-%d-%H%M%S")
    library, questions = _asked(chosen, folder)
    points = curve(run(library, questions, folder, tell=tell))
    best = choose(points, chosen.risk)
    print(curve_text(points, library.threshold, best))
    print(f"At most {chosen.risk:.0%} wrong: answer from a confidence of {best.threshold:.3f}.")
    if chosen.write:
        library.set_threshold(best.threshold)
        print(f"Kept in {library.path}.")
    return 0


def do_new(chosen: argparse.Namespace) -> int:
    """Help a person write questions about their own documents."""
    library = open_library(chosen.folder, settings=Settings(compose=False))
    library.sync()
    kept: list[Question] = list(read_questions(chosen.out)) if chosen.out.is_file() else []
    documents = library.documents()
    try:
        wrong = [row for row in read_feedback(library.path) if row[0] not in {question.question for question in kept}]
        for question in chain(correct(wrong, documents, input), compose(documents, library.passages, input)):
            kept.append(dataclasses.replace(question, question_id=f"own-{len(kept) + 1}"))
    except EOFError:
        pass
    write_questions(chosen.out, kept)
    print(f"\n{len(kept)} questions in {chosen.out}. Measure: python -m eval run --questions {chosen.out} "
          f"--documents {chosen.folder}")  # fmt: skip
    return 0


def do_fit(chosen: argparse.Namespace) -> int:
    """Fit the weights of the evidence selector to the dev half."""
    library = open_library(bundled("seeds"), settings=Settings(compose=False))
    library.sync()
    questions = [question for question in read_questions(SEEDS) if half(question) == "dev"]
    weights = fit(library, reading_selector(library.settings), questions)
    print(weights)
    if chosen.write:
        weights.write(READER_WEIGHTS)
    return 0


def tell(done: int, total: int, seconds: float) -> None:
    """Write how far a run is to a terminal."""
    if sys.stderr.isatty():
        left = seconds / done * (total - done)
        end = "\n" if done == total else ""
        print(f"\r{done}/{total}, {left:.0f} s left\033[K", end=end, file=sys.stderr, flush=True)


def settings_of(pairs: Sequence[str]) -> Settings:
    """Return the settings with `NAME=VALUE` pairs put in. Raises `SettingsError` for a name or value that cannot be."""
    kinds = {field.name: field.type for field in dataclasses.fields(Settings)}
    values: dict[str, object] = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        if name not in kinds:
            raise SettingsError(f"There is no setting {name!r}. There are: {', '.join(kinds)}.")
        kind = str(kinds[name]).split(" |")[0]
        try:
            values[name] = _value(kind, value)
        except ValueError as error:
            raise SettingsError(f"The setting {name} is {value!r}; it must be of type {kind}.") from error
    return Settings(**values)  # type: ignore[arg-type]  # the values have the types of their fields


def _value(kind: str, value: str) -> object:
    if kind == "bool":
        if value.lower() not in ("true", "false"):
            raise ValueError(value)
        return value.lower() == "true"
    return {"int": int, "float": float, "Path": Path}[kind](value)


def _asked(chosen: argparse.Namespace, folder: Path) -> tuple[Library, list[Question]]:
    """Return the library and the questions that a run is about."""
    settings = settings_of(chosen.setting)
    if chosen.set:
        if chosen.data is None:
            raise QuestionSetError(f"Give the folder of the set {chosen.set!r} with --data.")
        found = read_set(chosen.set, chosen.data, limit=chosen.limit, seed=chosen.seed)
        return _library_of(found.texts, folder, settings), list(found.questions)
    questions = [q for q in read_questions(chosen.questions) if chosen.half in ("all", half(q))][: chosen.limit]
    if not questions:
        raise QuestionSetError(f"{chosen.questions} holds no question of half {chosen.half!r}.")
    library = open_library(chosen.documents or bundled("seeds"), settings=settings)
    library.sync()
    return library, questions


def _library_of(texts: Mapping[str, str], folder: Path, settings: Settings) -> Library:
    """Write the documents of a public set into a run's folder and index them there."""
    documents = folder / "documents"
    documents.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        path = documents / name
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8", newline="\n")
    library = open_library(documents, at=folder / "library", settings=settings)
    for step in library.sync_steps():
        tell(step.done, step.total, step.seconds)
    return library


def _records(folder: Path) -> list[Record]:
    records = read_records(folder)
    if not records:
        raise QuestionSetError(f"{str(folder)!r} holds no run. Make one: python -m eval run --out {folder}")
    return records
