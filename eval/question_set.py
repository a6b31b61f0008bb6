"""Read, check and write the questions that measure Footnote. JSON Lines -> Question.

A set is one question a line, keys in the order of `write_questions`. `answers` lists the values a right answer holds,
each with its aliases: any one alias, after `normalise`, stands for the value. `quotes` are the places that alone
support a value. A question that the documents do not answer has no answers; its quotes are what they say instead.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, cast, get_args

from rag.errors import FootnoteError
from rag.records import Turn

Kind = Literal[
    "fact",
    "paraphrased",
    "misspelt",
    "several documents",
    "disagree",
    "furniture",
    "follow-up",
    "not in the documents",
    "false premise",
]
"""What a question tries. furniture: about the page around an article; disagree: every document's value is asked for."""

Half = Literal["dev", "test"]
"""dev: may be looked at while tuning; test: only measured."""

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
_KEYS: Final = ("id", "kind", "question", "history", "answerable", "answers", "quotes")


class QuestionSetError(FootnoteError):
    """A question set cannot be read: correct the line that the message names."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A place that supports an answer: `text` is a verbatim stretch of the file named `document`."""

    document: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question and what a right answer holds: of each tuple in `answers` at least one alias."""

    question_id: str
    kind: Kind
    question: str
    history: tuple[Turn, ...]
    answerable: bool
    answers: tuple[tuple[str, ...], ...]
    quotes: tuple[Quote, ...]


def normalise(text: str) -> str:
    """Return `text` as answers are compared: lower case, words between single spaces, no punctuation."""
    return " ".join(re.sub(r"[^\w\s]|_", " ", text.lower()).split())


def half(question: Question) -> Half:
    """Return the half a question is in: dev when its id ends in an odd number, test when even.

    An id without a number at its end goes by the parity of its SHA-256, so that adding questions moves none.
    """
    last_digit = re.search(r"[0-9]\Z", question.question_id)
    if last_digit:
        return "dev" if int(last_digit.group()) % 2 else "test"
    digest = hashlib.sha256(question.question_id.encode()).digest()
    return "dev" if digest[-1] % 2 else "test"


def read_questions(path: str | Path) -> tuple[Question, ...]:
    """Return the questions of a JSON Lines file, in its order; blank lines are skipped, an empty file gives `()`.

    Raises `QuestionSetError`, naming the file, the line, the value and the cure.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise QuestionSetError(f"{path} does not exist: give the path of a question set (JSON Lines)") from error
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionSetError(f"{path} cannot be read as UTF-8 text ({error}): give a JSON Lines file") from error
    lines_by_id: dict[str, int] = {}
    questions: list[Question] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        question = _parse(line, f"{path}, line {number}")
        first = lines_by_id.setdefault(question.question_id, number)
        if first != number:
            raise QuestionSetError(
                f'{path}, line {number}: the id "{question.question_id}" is already on line {first}: give it another'
            )
        questions.append(question)
    return tuple(questions)


def write_questions(path: str | Path, questions: Iterable[Question]) -> None:
    """Write one question a line; `read_questions` gives them back equal."""
    lines = [json.dumps(_row(question), ensure_ascii=False) + "\n" for question in questions]
    Path(path).write_text("".join(lines), encoding="utf-8", newline="\n")


def _row(question: Question) -> dict[str, object]:
    return {
        "id": question.question_id,
        "kind": question.kind,
        "question": question.question,
        "history": [{"question": turn.question, "answer": turn.answer} for turn in question.history],
        "answerable": question.answerable,
        "answers": [list(aliases) for aliases in question.answers],
        "quotes": [{"document": quote.document, "text": quote.text} for quote in question.quotes],
    }


def _parse(line: str, where: str) -> Question:
    try:
        value: object = json.loads(line)
    except json.JSONDecodeError as error:
        raise QuestionSetError(f"{where}: {line[:60]!r} is not JSON ({error}): write one object a line") from error
    row = _object(value, _KEYS, where)
    kind = _text(row["kind"], f'{where}: "kind"')
    if kind not in KINDS:
        raise QuestionSetError(f'{where}: "kind" is {kind!r}: use one of {", ".join(KINDS)}')
    answerable = row["answerable"]
    if not isinstance(answerable, bool):
        raise QuestionSetError(f'{where}: "answerable" is {answerable!r}: write true or false')
    question = Question(
        question_id=_text(row["id"], f'{where}: "id"'),
        kind=kind,
        question=_text(row["question"], f'{where}: "question"'),
        history=tuple(Turn(*turn) for turn in _texts(row, "history", ("question", "answer"), where)),
        answerable=answerable,
        answers=tuple(_aliases(aliases, where) for aliases in _list(row, "answers", where)),
        quotes=tuple(Quote(*quote) for quote in _texts(row, "quotes", ("document", "text"), where)),
    )
    _check(question, where)
    return question


def _check(question: Question, where: str) -> None:
    if question.answerable and not question.answers:
        raise QuestionSetError(f'{where}: "answerable" is true but "answers" is []: give the values, or write false')
    if question.answerable and not question.quotes:
        raise QuestionSetError(f'{where}: "answerable" is true but "quotes" is []: quote what supports the answer')
    if not question.answerable and question.answers:
        values = [list(aliases) for aliases in question.answers]
        raise QuestionSetError(f'{where}: "answerable" is false but "answers" is {values}: empty it, or write true')
    if bool(question.history) != (question.kind == "follow-up"):
        told = f'kind "{question.kind}" with {len(question.history)} earlier turns'
        raise QuestionSetError(f'{where}: {told}: only a "follow-up" has a "history", and it needs one')


def _aliases(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise QuestionSetError(f'{where}: "answers" holds {value!r}: write a list of aliases for every value')
    return tuple(_text(alias, f'{where}: "answers"') for alias in value)


def _object(value: object, keys: tuple[str, ...], where: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise QuestionSetError(f"{where}: {value!r} is not an object: give the keys {', '.join(keys)}")
    missing = [key for key in keys if key not in value]
    if missing:
        raise QuestionSetError(f"{where}: {', '.join(missing)} missing: give the keys {', '.join(keys)}")
    unknown = [key for key in value if key not in keys]
    if unknown:
        raise QuestionSetError(f"{where}: {', '.join(unknown)} is no key of a question: use {', '.join(keys)}")
    return cast(dict[str, object], value)


def _list(row: dict[str, object], key: str, where: str) -> list[object]:
    value = row[key]
    if not isinstance(value, list):
        raise QuestionSetError(f'{where}: "{key}" is {value!r}: write a list')
    return cast(list[object], value)


def _texts(row: dict[str, object], key: str, keys: tuple[str, ...], where: str) -> list[list[str]]:
    at = f'{where}: "{key}"'
    objects = [_object(value, keys, at) for value in _list(row, key, where)]
    return [[_text(value[name], at) for name in keys] for value in objects]


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not normalise(value):
        raise QuestionSetError(f"{where} holds {value!r}: write a text with letters or digits")
    return value
