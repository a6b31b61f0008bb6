"""Turn public question sets into ours. A folder as its publisher laid it out -> documents and Questions.

The folders are the user's own copies; nothing of them is kept here. Each adapter yields texts by name and questions
whose quotes stand in them. `eval.sets` names them all.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.metrics.answers import holds
from eval.question_set import Kind, Question, QuestionSetError, Quote, normalise
from rag.corpus.read import normalise as normalise_text
from rag.corpus.sentences import SentenceSplitter

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class PublicSet:
    """Documents by file name, and the questions about them."""

    texts: Mapping[str, str]
    questions: tuple[Question, ...]


def squad(folder: Path) -> PublicSet:
    """SQuAD 1.1 or 2.0 (Rajpurkar et al. 2018): one document for each article, so that the unanswerable are hard."""
    texts, where = _articles(read_rows(folder, "corpus"), lambda row: str(row.get("title") or row["id"].split("#")[0]))
    rows = read_rows(folder, "questions")
    return PublicSet(texts, tuple(_extractive(row, texts, where) for row in rows))


def clapnq(folder: Path) -> PublicSet:
    """CLAPNQ (Rosenthal et al. 2024): one document for each passage; gold quotes are the sentences writers chose.

    Its answers are free text, so none is asked for; "right" asks for a citation of a gold sentence.
    """
    texts, where = _articles(read_rows(folder, "corpus"), lambda row: str(row["id"]))
    questions = []
    for row in read_rows(folder, "questions"):
        name = where[row["gold_doc_ids"][0]]
        chosen = [s for group in row.get("selected_sentences") or [] for s in group]
        quotes = [Quote(name, found) for s in chosen if (found := as_written(s, texts[name]))]
        kind: Kind = "paraphrased" if row["answerable"] else "not in the documents"
        questions.append(_question(row, (), quotes, kind))
    return PublicSet(texts, tuple(questions))


def realtimeqa(folder: Path) -> PublicSet:
    """RealTime QA (Kasai et al. 2023): news questions whose article is in the corpus, over the gold articles."""
    rows = read_rows(folder, "core_questions")
    wanted = {doc for row in rows for doc in (*row["gold_doc_ids"], *row.get("also_contains_answer", []))}
    texts, where = _articles((r for r in read_rows(folder, "corpus") if r["id"] in wanted), lambda row: str(row["id"]))
    plain = [{**row, "answers": [row["answer"].strip("“”\"'. ")]} for row in rows]
    return PublicSet(texts, tuple(_extractive(row, texts, where) for row in plain))


def hotpotqa(folder: Path) -> PublicSet:
    """HotpotQA (Yang et al. 2018): questions that need two paragraphs; one document for each paragraph."""
    texts, where = _articles(read_rows(folder, "hotpotqa100_corpus"), lambda row: str(row["title"]))
    splitter = SentenceSplitter()
    questions = []
    for row in read_rows(folder, "hotpotqa100_questions"):
        quotes = []
        for title, n in row["supporting_facts"]:
            name = where.get(f"h:{title}")
            spans = splitter.split(texts[name]) if name else ()
            if name and n < len(spans):
                quotes.append(Quote(name, texts[name][spans[n].start : spans[n].end]))
        questions.append(_question(row, (tuple(row["answers"]),), quotes, "several documents"))
    return PublicSet(texts, tuple(questions))


def chunking(folder: Path) -> PublicSet:
    """Chroma's chunking evaluation (Smith & Troynikov 2024): gold excerpts by character; no gold answers.

    "right" asks for a citation of a gold excerpt; look at the evidence and passage figures.
    """
    texts, where = _articles(read_rows(folder, "corpus"), lambda row: str(row["id"]))
    questions = []
    for row in read_rows(folder, "questions"):
        name = where[row["corpus_id"]]
        quotes = [Quote(name, found) for r in row["references"] if (found := as_written(r["content"], texts[name]))]
        questions.append(_question(row, (), quotes, "fact"))
    return PublicSet(texts, tuple(questions))


def read_rows(folder: Path, name: str) -> list[dict[str, Any]]:
    """Return the rows of NAME.jsonl or NAME.jsonl.gz. Raises `QuestionSetError` for neither, or a torn row."""
    for path, opener in ((folder / f"{name}.jsonl", open), (folder / f"{name}.jsonl.gz", gzip.open)):
        if path.is_file():
            try:
                with opener(path, "rt", encoding="utf-8") as lines:
                    return [json.loads(line) for line in lines if line.strip()]
            except (ValueError, OSError) as error:
                raise QuestionSetError(f"{path} cannot be read as JSON Lines ({error}): get the file again.") from error
    raise QuestionSetError(
        f"There is no {name}.jsonl in {str(folder)!r}: give the folder that holds the set, with --data."
    )


def _articles(
    rows: Iterator[Mapping[str, Any]] | Rows, name_of: Callable[[Mapping[str, Any]], str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return texts by file name, the paragraphs of one article joined, and the file name of each row by its id."""
    parts: defaultdict[str, list[str]] = defaultdict(list)
    where = {}
    for row in rows:
        name = file_name(name_of(row))
        title = str(row.get("title") or "")
        if not parts[name] and title and title not in row["text"]:
            parts[name].append(title)
        parts[name].append(normalise_text(row["text"]))
        where[row["id"]] = name
    return {name: "\n\n".join(texts) for name, texts in parts.items()}, where


def _extractive(row: Mapping[str, Any], texts: Mapping[str, str], where: Mapping[str, str]) -> Question:
    """Return a question whose gold quotes are the sentences of its gold documents that hold an answer."""
    answerable = bool(row.get("answerable", True))
    answers = [a for a in row["answers"] if normalise(a)] if answerable else []
    quotes = []
    splitter = SentenceSplitter()
    for doc in row["gold_doc_ids"] if answers else ():
        if name := where.get(doc):
            spans = splitter.split(texts[name])
            sentences = (texts[name][span.start : span.end] for span in spans)
            quotes += [Quote(name, s) for s in sentences if holds(s, answers)]
    kind: Kind = "fact" if answerable else "not in the documents"
    return _question(row, (tuple(answers),) if answers else (), list(dict.fromkeys(quotes)), kind)


def _question(
    row: Mapping[str, Any], answers: tuple[tuple[str, ...], ...], quotes: Sequence[Quote], kind: Kind
) -> Question:
    answerable = kind != "not in the documents"
    return Question(str(row["id"]), kind, row["question"], (), answerable, answers, tuple(quotes))


def as_written(wanted: str, text: str) -> str:
    """Return how `wanted` stands in the text, spaces aside; "" when it does not."""
    pattern = r"\s*".join(map(re.escape, normalise_text(wanted).split()))
    found = re.search(pattern, text) if pattern else None
    return found.group() if found else ""


def file_name(title: str) -> str:
    """Return a plain file name for a document's title or id."""
    return (re.sub(r"[^\w.-]+", "_", title).strip("_.")[:80] or "document") + ".txt"
