"""Read documents that were written to train on, with their questions. Text files -> documents -> sheets, pairs.

The files stand in `rag/training/written/`, whose README.md says how they are laid out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from random import Random

from rag.answering.second_reader import DECLINES
from rag.errors import SourceError
from rag.records import Span
from rag.training.noise import aside, names_in, roughened, swapped
from rag.training.pairs import Pair
from rag.training.sets import held_out
from rag.training.sheets import Sheet
from rag.words import content_stems

_SENTENCE = re.compile(r"(\d+)\. (.+)")
_QUESTION = re.compile(r"(para|plain|tele|why|many|none): (.+?)(?: => (\d.*))?")
_ANSWER = re.compile(r"(\d+)(?:: (.+))?")
_BETWEEN = re.compile(r" \| (?=\d+(?:: | \||$))")

_ALONE, _UNDER = 0.75, 0.9
"""Below the first a sentence is shown alone, below the second under the document's title, else after the one before."""
_MOST_ANSWERED = 6
_SWAPPED = 0.15
_ASIDE = 0.2
_ANSWERING = 0.62
"""How often a question that is answered is drawn with what answers it; 8 of 11 are, so 45 of 100 pairs answer."""
_BEFORE = 0.8


@dataclass(frozen=True, slots=True)
class Question:
    """A question to a document: the sentences that answer it, by number from 0, each with the words that do.

    The words are "" where the whole sentence answers. No sentence: the document does not say.
    """

    text: str
    kind: str
    answers: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was written to train on: its title, sentences, and what is asked of it."""

    title: str
    sentences: tuple[str, ...]
    questions: tuple[Question, ...]


def read_written(folder: Path, *, kept_out: bool = False) -> list[Document]:
    """Return the documents of all .txt files of a folder that are to be trained on, or the third that is kept out.

    Raises `SourceError` where there are none, or a line is not understood.
    """
    found = [document for path in sorted(folder.glob("*.txt")) for document in _documents(path)]
    if not found:
        raise SourceError(f"There are no .txt files in {str(folder)!r}. Give the folder of the written documents.")
    return [document for document in found if held_out(document.title) == kept_out]


def _documents(path: Path) -> Iterator[Document]:
    title, sentences, questions = "", list[str](), list[Question]()
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.startswith("# "):
            if title:
                yield Document(title, tuple(sentences), tuple(questions))
            title, sentences, questions = line[2:].partition(" | ")[0].strip(), [], []
        elif found := _SENTENCE.fullmatch(line.strip()):
            sentences.append(found[2])
        elif found := _QUESTION.fullmatch(line.strip()):
            answers = _answers(found[3] or "", sentences)
            if answers is None:
                raise SourceError(f"Line {number} of {str(path)!r}: its answers do not stand where it says: {line!r}.")
            questions.append(Question(found[2], found[1], answers))
        elif line.strip():
            raise SourceError(
                f"Line {number} of {str(path)!r} is neither a title, a sentence nor a question: {line!r}."
            )
    if title:
        yield Document(title, tuple(sentences), tuple(questions))


def _answers(listed: str, sentences: Sequence[str]) -> dict[int, str] | None:
    """Return the sentences that are listed, by number from 0, with their words; None where these do not stand there."""
    answers = {}
    for part in _BETWEEN.split(listed) if listed else ():
        place = _ANSWER.fullmatch(part)
        n, words = (int(place[1]) - 1, place[2] or "") if place else (-1, "")
        if not 0 <= n < len(sentences) or words not in sentences[n]:
            return None
        answers[n] = words
    return answers


def sheets_of(documents: Sequence[Document], count: int, random: Random) -> list[Sheet]:
    """Return `count` sheets: each sentence in turn, with the questions it answers and more that it does not.

    Of the latter half are those that share most words with it; some of the former are asked about another name, or for
    another kind of thing.
    """
    order = [(document, n) for document in documents for n in range(len(document.sentences))]
    random.shuffle(order)
    names = [name for document in documents for name in names_in(" ".join(document.sentences))]
    made = (_sheet(document, n, names, random) for document, n in cycle(order))
    return list(islice((sheet for sheet in made if sheet.asked), count))


def _sheet(document: Document, n: int, names: list[str], random: Random) -> Sheet:
    shown, places = document.sentences[n], [n]
    draw = random.random()
    if draw >= _UNDER and n:
        shown, places = f"{document.sentences[n - 1]} {shown}", [n, n - 1]
    elif draw >= _ALONE:
        shown = f"{document.title}. {shown}"
    answered, declined = [], []
    for question in document.questions:
        held = next((place for place in places if place in question.answers), None)
        if held is None:
            declined.append(question.text)
            continue
        words = question.answers[held] or document.sentences[held].rstrip(".")
        answered.append((roughened(question.text, random), f"{words} [1]"))
        if random.random() < _SWAPPED:
            declined += [other for other in (swapped(question.text, names, shown, random),) if other]
        if random.random() < _ASIDE:
            declined += [other for other in (aside(question.text, shown, random),) if other]
    random.shuffle(answered)
    kept = answered[:_MOST_ANSWERED]
    declined = _mixed(declined, shown, len(kept) + random.choice((1, 2)), random)
    asked = kept + [(roughened(question, random), DECLINES) for question in declined]
    random.shuffle(asked)
    return Sheet(shown, tuple(asked))


def _mixed(questions: Sequence[str], shown: str, count: int, random: Random) -> list[str]:
    """Return `count` of the questions, half of them those that share most words with what is shown."""
    held = frozenset(content_stems(shown))
    near = sorted(questions, key=lambda question: -len(held.intersection(content_stems(question))))
    first = near[: (count + 1) // 2]
    rest = near[len(first) :]
    return first + random.sample(rest, min(len(rest), count - len(first)))


def pairs_of(documents: Sequence[Document], count: int, random: Random) -> list[Pair]:
    """Return `count` pairs: a question with a sentence after the one before it; of 100 about 45 answer."""
    asked = [(document, question) for document in documents for question in document.questions]
    random.shuffle(asked)
    return list(islice((_pair(*one, random) for one in cycle(asked)), count))


def _pair(document: Document, question: Question, random: Random) -> Pair:
    others = [n for n in range(len(document.sentences)) if n not in question.answers]
    answers = bool(question.answers) and (random.random() < _ANSWERING or not others)
    if answers:
        n = random.choice(list(question.answers))
    else:
        asked = frozenset(content_stems(question.text))
        others.sort(key=lambda n: -len(asked.intersection(content_stems(document.sentences[n]))) - random.random())
        n = random.choice(others[:3] if random.random() < 0.6 else others)
    own = document.sentences[n]
    before = n > 0 and random.random() < _BEFORE and (answers or n - 1 not in question.answers)
    lead = f"{document.sentences[n - 1]} " if before else ""
    words = question.answers.get(n, "")
    at = len(lead) + own.find(words)
    answer = Span(at, at + len(words)) if words else None
    return Pair(roughened(question.text, random), lead + own, answers, answer, "written" if answers else "written near")
