"""Do what `python -m eval` was asked. parsed arguments -> runs, tables, an exit status."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from itertools import chain

from eval.asked import asked, library_of, run_folder, settings_of, tell
from eval.calibrate import choose, curve
from eval.calibrate import to_text as curve_text
from eval.compare import Scores, differences, flips, scores_of, to_text
from eval.compare_html import to_html
from eval.gate import set_baseline, worse
from eval.new import compose, correct
from eval.question_set import Question, read_questions, write_questions
from eval.ranked import beside, measure, read_ranked
from eval.run import records_of, run
from rag.assemble import open_library
from rag.feedback import own_questions, read_feedback
from rag.settings import Settings

_SHOWN_FLIPS = 12

PARTS = {
    "lexical": "use_lexical=false",
    "dense": "use_dense=false",
    "spelling": "use_spelling=false",
    "reader": "use_reader=false",
    "second reader": "use_second=false",
}
"""The parts that `ablate` switches off, and the setting that does it."""


def do_run(chosen: argparse.Namespace) -> int:
    """Ask every question of a set and print the figures."""
    folder = run_folder(chosen)
    library, questions = asked(chosen, folder)
    print(f"{len(questions)} questions, into {folder}", file=sys.stderr)
    run(library, questions, folder, tell=tell)
    print((folder / "report.md").read_text("utf-8"), end="")
    return 0


def do_search(chosen: argparse.Namespace) -> int:
    """Measure the search alone on judged sets: by words, by meaning, both merged, and that read by a reranker."""
    ranked = read_ranked(chosen.data, chosen.queries, limit=chosen.limit, seed=chosen.seed)
    folder = run_folder(chosen, "search-")
    columns = {}
    variants = {"BM25": "use_dense=false", "dense": "use_lexical=false", "fused": "compose=false"}
    if chosen.reranker:
        variants[f"fused, {chosen.reranker}"] = f"reranker={chosen.reranker}"
    for name, extra in variants.items():
        print(f"{name} ...", file=sys.stderr)
        settings = settings_of([*chosen.setting, extra, "compose=false", "use_reader=false"])
        library = library_of(ranked.texts, folder, settings)
        columns[name] = measure(library, ranked)
        library.close()
    print(f"{len(ranked.queries)} queries, {len(ranked.texts)} documents. In brackets: 95% bootstrap intervals.\n")
    print(beside(columns))
    return 0


def do_compare(chosen: argparse.Namespace) -> int:
    """Print the paired differences between two runs, what flipped, and a verdict."""
    before, after = records_of(chosen.before), records_of(chosen.after)
    if chosen.html:
        print(to_html((chosen.before.name, chosen.after.name), before, after))
        return 0
    found = differences(scores_of(before), scores_of(after))
    print(to_text(found))
    for title, flipped in zip(("became right", "became wrong"), flips(before, after), strict=True):
        print(f"\n{len(flipped)} {title}")
        for record in flipped[:_SHOWN_FLIPS]:
            print(f"  {record.question_id} ({record.kind}) {record.question}\n    {record.text[:160]!r}")
    changed = [f"{d.measure} {d.verdict}" for d in found if d.is_shown]
    print(f"\nVerdict: {'; '.join(changed) or 'no difference shown'}.")
    return 0


def do_gate(chosen: argparse.Namespace) -> int:
    """Return 1 when a run is significantly worse than the baseline, or make it the baseline."""
    records_of(chosen.run)
    if chosen.set_baseline:
        set_baseline(chosen.run, chosen.baseline)
        print(f"The baseline {chosen.baseline} is now {chosen.run}.")
        return 0
    fallen = worse(chosen.run, chosen.baseline)
    print("\n".join(fallen) or "Nothing is significantly worse than the baseline.")
    return 1 if fallen else 0


def do_ablate(chosen: argparse.Namespace) -> int:
    """Switch off each part in turn and print what it brings, with intervals, and what it costs in seconds."""
    folder = run_folder(chosen, "ablate-")
    variants: dict[str, list[str]] = {
        "everything": [],
        **{f"without {part}": [setting] for part, setting in PARTS.items()},
    }
    seconds = {}
    for name, extra in variants.items():
        print(f"{name} ...", file=sys.stderr)
        varied = argparse.Namespace(**{**vars(chosen), "setting": [*chosen.setting, *extra]})
        out = folder / name.replace(" ", "-")
        library, questions = asked(varied, out)
        run(library, questions, out, tell=tell)
        seconds[name] = json.loads((out / "figures.json").read_text("utf-8"))["seconds"]["total"][0]
    whole = records_of(folder / "everything")
    for part in PARTS:
        name = f"without {part}"
        found = differences(scores_of(records_of(folder / name.replace(" ", "-"))), scores_of(whole))
        cost = seconds["everything"] - seconds[name]
        print(f"\n## What the {part} brings (before: without it), at {cost:+.2f} s a question\n\n{to_text(found)}")
    return 0


def do_calibrate(chosen: argparse.Namespace) -> int:
    """Find the threshold of silence that answers most at a stated risk; keep it in the library with --write."""
    usual = settings_of(chosen.setting)
    chosen.setting = [*chosen.setting, "min_confidence=0", "compose=false"]
    folder = run_folder(chosen, "calibrate-")
    library, questions = asked(chosen, folder)
    points = curve(run(library, questions, folder, tell=tell))
    best = choose(points, chosen.risk)
    print(curve_text(points, open_library(at=library.path, settings=usual).threshold, best))
    print(f"At most {chosen.risk:.0%} wrong: answer from a confidence of {best.threshold:.3f}.")
    if chosen.write:
        library.set_threshold(best.threshold)
        print(f"Kept in {library.path}.")
    return 0


def do_upgrade(chosen: argparse.Namespace) -> int:
    """Ask a library the user's questions as it is, and as an upgrade would make it; print what differs."""
    folder = run_folder(chosen, "upgrade-")
    settings = settings_of(chosen.setting)
    library = open_library(at=chosen.library, settings=settings)
    if not (found := library.differences()):
        print("The library is as it would be made now: there is nothing to compare.")
        return 0
    questions = read_questions(chosen.questions or own_questions(library.path))
    runs: dict[str, Scores] = {}
    for name in ("before", "after"):
        print(f"{name} ...", file=sys.stderr)
        library.copy_to(folder / name / "library", as_it_is=name == "before")
        copy = open_library(at=folder / name / "library", settings=settings)
        copy.repair()
        run(copy, questions, folder / name, tell=tell)
        copy.close()
        runs[name] = scores_of(records_of(folder / name))
    print(f"{len(questions)} questions. Made with {'; '.join(found)}.\n")
    print(to_text(differences(runs["before"], runs["after"])))
    print(f"\nTo take it over: footnote repair --library {chosen.library}")
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
