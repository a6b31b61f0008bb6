"""Turn sets that judge whole documents, or give a conversation, into ours. A folder -> documents and Questions.

What counts as gold is a document's whole text, or the sentences of it that a set names. Such sets have no short
answers: the evidence, passage and citation figures tell about them, and "right" asks for a citation of a gold place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.adapters import PublicSet, as_written, file_name, read_rows
from eval.question_set import Kind, Question, QuestionSetError, Quote
from rag.corpus.read import normalise
from rag.records import Turn

Qrels = Mapping[str, Mapping[str, int]]
"""Query id -> document id -> grade; relevant from 1 on."""


def beir(folder: Path) -> PublicSet:
    """BEIR's layout (Thakur et al. 2021), SciFact's evidence sentences, or TREC qrels; a query is a question."""
    bodies, texts, where = _corpus(folder)
    rows = read_rows(folder, _queries_name(folder))
    told = {_id(row): row["qrels"] for row in rows if "qrels" in row}
    qrels = told or read_qrels(folder)
    questions = []
    for row in rows:
        grades = qrels.get(_id(row), {})
        relevant = [doc for doc, grade in grades.items() if int(grade) > 0 and doc in where]
        quotes = [*_evidence(row, bodies=bodies, where=where)] or [Quote(where[d], bodies[d][1]) for d in relevant]
        if quotes:
            questions.append(_question(_id(row), str(row["text"]), quotes))
    return PublicSet(texts, tuple(questions))


def mtrag(folder: Path) -> PublicSet:
    """MTRAG (Katsis et al. 2025): last turns of conversations, over the documents they were answered from."""
    texts, where = {}, {}
    for row in read_rows(folder, "human_eval_documents"):
        where[row["id"]] = file_name(str(row["id"]))
        texts[where[row["id"]]] = normalise(str(row["text"]))
    questions = []
    for row in read_rows(folder, "human_eval_tasks"):
        said = [str(turn["text"]) for turn in row["turns"]]
        history = tuple(Turn(*pair) for pair in zip(said[0:-1:2], said[1:-1:2], strict=True))
        standing = row["answerability"][0]
        answerable = standing in ("ANSWERABLE", "PARTIAL")
        quotes = [Quote(where[doc], texts[where[doc]]) for doc in row["gold_doc_ids"] if answerable and doc in where]
        if quotes or standing == "UNANSWERABLE":
            question = _question(str(row["id"]), said[-1].strip(), quotes, history)
            questions.append(question)
    return PublicSet(texts, tuple(questions))


def read_qrels(folder: Path) -> Qrels:
    """Return the judgements of qrels/* or of a file *qrels*: BEIR's three columns or TREC's four.

    Where there are several, test is taken, else the first by name. Raises `QuestionSetError` when there is none.
    """
    files = sorted(path for path in (*folder.glob("qrels/*"), *folder.glob("*qrels*")) if path.is_file())
    chosen = [path for path in files if path.stem == "test"] or files
    if not chosen:
        raise QuestionSetError(f"{str(folder)!r} holds no judgements (qrels/*.tsv or qrels.txt): give another folder.")
    found: dict[str, dict[str, int]] = {}
    for number, line in enumerate(chosen[0].read_text("utf-8").splitlines(), 1):
        columns = line.split()
        if not columns or columns[0] == "query-id":
            continue
        try:
            query, doc, grade = (columns[0], *columns[-2:]) if len(columns) in (3, 4) else ("", "", "")
            found.setdefault(query, {})[doc] = int(grade)
        except ValueError as error:
            raise QuestionSetError(
                f"{chosen[0]}, line {number} is {line[:60]!r}: write query, document and grade, or query, 0, document "
                "and grade."
            ) from error
    return found


def _corpus(folder: Path) -> tuple[dict[str, tuple[Sequence[str], str]], dict[str, str], dict[str, str]]:
    """Return each document's (sentences, body) by id, the texts by file name, and the file name by id."""
    bodies: dict[str, tuple[Sequence[str], str]] = {}
    texts, where = {}, {}
    for row in read_rows(folder, "corpus"):
        sentences = [str(s) for s in row.get("sentences") or []]
        body = normalise(str(row.get("text") or " ".join(sentences)))
        where[_id(row)] = file_name(_id(row))
        bodies[_id(row)] = (sentences, body)
        texts[where[_id(row)]] = "\n\n".join(filter(None, [normalise(str(row.get("title") or "")), body]))
    return bodies, texts, where


def _evidence(
    row: Mapping[str, Any], *, bodies: Mapping[str, tuple[Sequence[str], str]], where: Mapping[str, str]
) -> Iterator[Quote]:
    """Yield the sentences that SciFact names as evidence for or against a claim."""
    for evidence in row.get("evidence") or []:
        sentences, body = bodies.get(str(evidence["doc"]), ((), ""))
        for n in evidence["sentences"]:
            if n < len(sentences) and (written := as_written(sentences[n], body)):
                yield Quote(where[str(evidence["doc"])], written)


def _question(question_id: str, text: str, quotes: Sequence[Quote], history: tuple[Turn, ...] = ()) -> Question:
    kind: Kind = "follow-up" if history else "fact" if quotes else "not in the documents"
    return Question(question_id, kind, text, history, bool(quotes), (), tuple(quotes))


def _queries_name(folder: Path) -> str:
    names = sorted(path.name.split(".")[0] for path in folder.glob("queries*.jsonl*"))
    return "queries" if "queries" in names or not names else names[0]


def _id(row: Mapping[str, Any]) -> str:
    return str(row.get("id") or row.get("_id"))
