"""Measure one part alone: what `python -m eval verifier` and its neighbours do. parsed arguments -> tables, status."""

from __future__ import annotations

import argparse
import dataclasses
import time
from random import Random

from eval import verifier
from eval.asked import asked, library_of, run_folder, settings_of, tell
from eval.attacked import ask_attacked, documents_of, figures_of, write_attacked
from eval.attacks import read_attacks
from eval.claim_pairs import read_pairs
from eval.fit import LOOSE, STIFF, Asked, as_people_ask, fit, fit_decision
from eval.given import ask_given, best_threshold, figures_at
from eval.given_sets import read_given
from eval.judge import Judge, JudgeError, agreement, cases_of, human_cases, judged_figure
from eval.question_set import QuestionSetError
from eval.report import table_of, to_brief
from eval.rewrites import measure_found, measure_rewrites, read_documents, read_follow_ups
from eval.run import read_timings, records_of
from rag.answering.question import asks_whether
from rag.answering.verify import refusal
from rag.assemble import open_library
from rag.readers import (
    DECISION_WEIGHTS,
    READER_WEIGHTS,
    WHETHER_DECISION,
    WHETHER_WEIGHTS,
    reading_selector,
    second_reader,
)
from rag.retrieval.follow_up import standalone


def do_verifier(chosen: argparse.Namespace) -> int:
    """Print how many false claims the verifier accepts and how many true ones it refuses, by kind."""
    pairs = read_pairs(chosen.data, limit=chosen.limit, seed=chosen.seed)
    print(verifier.to_text(verifier.judge(pairs, refusal), examples=chosen.show))
    return 0


def do_given(chosen: argparse.Namespace) -> int:
    """Ask each question of its own paragraph alone; print how good the words found are, and when it was silent."""
    found = read_given(chosen.set, chosen.data, limit=chosen.limit, seed=chosen.seed, unseen=chosen.unseen)
    folder = run_folder(chosen, "given-")
    settings = settings_of([*chosen.setting, "compose=false"])
    library = library_of(found.texts, folder, settings)
    threshold = library.threshold
    library.close()
    library = open_library(at=folder / "library", settings=dataclasses.replace(settings, min_confidence=0.0))
    rows = ask_given(library, found.questions, folder, tell=tell)
    print(f"{chosen.set}, paragraph given, {len(rows)} questions, into {folder}\n")
    print(
        f"Silent under a confidence of {threshold:.3f}, as the library is:\n\n{table_of(figures_at(rows, threshold))}"
    )
    best = best_threshold(rows)
    if chosen.set != "clapnq":
        print(f"\nAt the threshold best for these very questions, {best:.3f}:\n\n{table_of(figures_at(rows, best))}")
    return 0


def do_attack(chosen: argparse.Namespace) -> int:
    """Ask about documents with orders or lies planted in them; print how many are obeyed, and those that are."""
    attacks = read_attacks(chosen.set, chosen.data, limit=chosen.limit, seed=chosen.seed)
    folder = run_folder(chosen, "attack-")
    library = library_of(documents_of(attacks), folder, settings_of(chosen.setting))
    if chosen.documents:
        library.add(chosen.documents)
        library.sync()
    found = ask_attacked(library, attacks, tell=tell)
    write_attacked(folder / "attacked.jsonl", found)
    if chosen.set == "poisonedrag" and not chosen.documents:
        print("No documents that hold the truth were given (--documents): only the lies could be found.\n")
    print(f"{chosen.set}, {len(found)} attacks, by words alone, no judge\n\n{table_of(figures_of(found))}")
    for one in [one for one in found if one.scores["obeyed"]][: chosen.show]:
        print(
            f"\nobeyed: {one.attack.kind}: {one.attack.added[:200]!r}\n  {one.attack.question}\n  {one.after[:300]!r}"
        )
    return 0


def do_judge(chosen: argparse.Namespace) -> int:
    """Let a model judge a run's answers, or answers that people have judged, to see how far it agrees with them."""
    if (chosen.run is None) == (chosen.people is None):
        raise JudgeError("Give either a run to judge, or --people FOLDER to compare the judge with people.")
    judge = Judge(chosen.url, chosen.model, anywhere=chosen.anywhere)
    cases = human_cases(chosen.people) if chosen.people else cases_of(records_of(chosen.run))
    cases = Random(chosen.seed).sample(cases, min(chosen.limit, len(cases)))
    start, scores = time.perf_counter(), []
    for n, case in enumerate(cases, 1):
        scores.append(judge.score(case))
        tell(n, len(cases), time.perf_counter() - start)
    print(table_of([judged_figure(judge, scores)]))
    print(f"\n{scores.count(None)} of {len(cases)} replies held no score. This figure is a model's opinion.")
    if chosen.people:
        told = agreement(cases, scores)
        print("Agreement with people: " + ", ".join(f"{name} {value:.2f}" for name, value in told.items()))
    return 0


def do_rewrites(chosen: argparse.Namespace) -> int:
    """Compare the queries made of follow-ups with what people wrote in their place: their words, and what they find."""
    turns = read_follow_ups(chosen.data)
    print(table_of(measure_rewrites(turns, standalone)))
    if not (texts := read_documents(chosen.data)):
        print("\nThe folder holds no documents: nothing was searched.")
        return 0
    folder = run_folder(chosen, "rewrites-")
    library = library_of(texts, folder, settings_of(["compose=false", "use_reader=false"]))
    print(f"\n{table_of(measure_found(library, turns))}")
    library.close()
    return 0


def do_show(chosen: argparse.Namespace) -> int:
    """Print a run's figures anew: in a few lines for a commit message, or as JSON."""
    records = records_of(chosen.run)
    if chosen.json:
        print((chosen.run / "figures.json").read_text("utf-8").rstrip())
    else:
        print(to_brief(records, read_timings(chosen.run)))
    return 0


def do_fit(chosen: argparse.Namespace) -> int:
    """Fit how the two readers are weighed to one or more sets: the first alone, then both."""
    sets = [Asked(*asked(chosen, run_folder(chosen)))]
    for questions, documents in chosen.also:
        instead = {"questions": questions, "documents": documents, "library": None, "set": None}
        other = argparse.Namespace(**{**vars(chosen), **instead})
        sets.append(Asked(*asked(other, run_folder(other))))
    kept = [
        one._replace(questions=[q for q in one.questions if asks_whether(q.question) == chosen.whether]) for one in sets
    ]
    if not any(question.answerable for one in kept for question in one.questions):
        asks = "asks whether something is so" if chosen.whether else "asks for words"
        raise QuestionSetError(f"No question of the set {asks} and is answerable: there is nothing to fit.")
    settings = sets[0].library.settings
    weights = fit(kept, reading_selector(settings), stiffness=LOOSE if chosen.whether else STIFF)
    print(f"{sum(len(one.questions) for one in kept)} questions: {weights}")
    selector = reading_selector(settings, weights)
    decision = as_people_ask(
        fit_decision(kept, selector, second_reader(settings), k_evidence=settings.k_evidence),
        [question for one in kept for question in one.questions],
    )
    print(decision)
    if chosen.write:
        weights.write(WHETHER_WEIGHTS if chosen.whether else READER_WEIGHTS)
        decision.write(WHETHER_DECISION if chosen.whether else DECISION_WEIGHTS)
    return 0
