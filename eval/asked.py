"""Find what a run is about. parsed arguments -> Library and questions."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from eval.question_set import Question, QuestionSetError, half, read_questions
from eval.sets import read_set
from rag.assemble import open_library
from rag.errors import SettingsError
from rag.library import Library
from rag.places import bundled
from rag.settings import Settings

SEEDS = Path(__file__).parent / "questions" / "seeds.jsonl"


def tell(done: int, total: int, seconds: float) -> None:
    """Write how far a run is to a terminal."""
    if sys.stderr.isatty():
        left = seconds / done * (total - done)
        end = "\n" if done == total else ""
        print(f"\r{done}/{total}, {left:.0f} s left\033[K", end=end, file=sys.stderr, flush=True)


def run_folder(chosen: argparse.Namespace, sort: str = "") -> Path:
    """Return the folder that a person chose for a run, else `runs/SORT` with the day and time."""
    return chosen.out or Path("runs") / datetime.now().strftime(f"{sort}%Y-%m-%d-%H%M%S")


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
    return {"int": int, "float": float, "Path": Path, "str": str}[kind](value)


def quick_part(questions: Sequence[Question]) -> list[Question]:
    """Return the questions that the gate in the tests asks: every other one of the dev half."""
    return [question for question in questions if half(question) == "dev"][::2]


def asked(chosen: argparse.Namespace, folder: Path) -> tuple[Library, list[Question]]:
    """Return the library and the questions that a run is about."""
    quick = ["compose=false"] if chosen.quick else []
    settings = settings_of([*quick, *chosen.setting])
    if chosen.set:
        if chosen.data is None:
            raise QuestionSetError(f"Give the folder of the set {chosen.set!r} with --data.")
        found = read_set(chosen.set, chosen.data, limit=chosen.limit, seed=chosen.seed)
        return library_of(found.texts, folder, settings), list(found.questions)
    read = read_questions(chosen.questions)
    part = quick_part(read) if chosen.quick else [q for q in read if chosen.half in ("all", half(q))]
    questions = part[: chosen.limit]
    if not questions:
        raise QuestionSetError(f"{chosen.questions} holds no question of half {chosen.half!r}.")
    if chosen.library:
        return open_library(at=chosen.library, settings=settings), questions
    library = open_library(chosen.documents or bundled("seeds"), settings=settings)
    library.sync()
    return library, questions


def library_of(texts: Mapping[str, str], folder: Path, settings: Settings) -> Library:
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
