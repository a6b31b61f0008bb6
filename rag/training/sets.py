"""Read public question sets for training. A folder of sets -> asked paragraphs, split by article."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.corpus.sentences import SentenceSplitter
from rag.errors import SourceError
from rag.records import Span

_HELD_OUT_OF = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A question put to a paragraph: where the answer stands (None: the paragraph does not say), and its article.

    `gold` are the sentences (by number) that answer a question whose answer is no single span; else empty.
    """

    question: str
    article: str
    text: str
    sentences: tuple[Span, ...]
    answer: Span | None
    gold: tuple[int, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether the paragraph answers."""
        return self.answer is not None or bool(self.gold)

    def holding(self) -> list[int]:
        """Return the sentences, by number, that hold the answer or are gold."""
        if self.answer is None:
            return list(self.gold)
        at = self.answer
        return [n for n, s in enumerate(self.sentences) if s.start < at.end and at.start < s.end]

    def sentence(self, n: int) -> str:
        """Return the text of a sentence by its number, from 0."""
        return self.text[self.sentences[n].start : self.sentences[n].end]


def held_out(article: str) -> bool:
    """Say whether an article belongs to the third that is kept out of training and tuning, by a hash of its name."""
    return int(hashlib.sha256(article.encode()).hexdigest(), 16) % _HELD_OUT_OF == 0


def read_squad(folder: Path) -> Iterator[Asked]:
    """Yield the questions of a SQuAD folder (1.1 or 2.0) whose answer is found in its paragraph, or that have none."""
    paragraphs = _paragraphs(folder)
    for row in read_rows(folder, "questions"):
        article, text, sentences = paragraphs[row["gold_doc_ids"][0]]
        if row.get("answerable", True):
            places = [text.find(answer) for answer in row["answers"]]
            found = [Span(at, at + len(a)) for at, a in zip(places, row["answers"], strict=True) if at >= 0]
            if found:
                yield Asked(row["question"], article, text, sentences, found[0])
        else:
            yield Asked(row["question"], article, text, sentences, None)


def read_clapnq(folder: Path) -> Iterator[Asked]:
    """Yield the questions of a CLAPNQ folder; the gold sentences of an answerable one are those the writers chose."""
    paragraphs = _paragraphs(folder)
    for row in read_rows(folder, "questions"):
        article, text, sentences = paragraphs[row["gold_doc_ids"][0]]
        chosen = {" ".join(s.split()) for group in row.get("selected_sentences") or [] for s in group}
        gold = tuple(n for n, span in enumerate(sentences) if " ".join(text[span.start : span.end].split()) in chosen)
        if gold or not row["answerable"]:
            yield Asked(row["question"], article, text, sentences, None, gold)


def read_rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of NAME.jsonl or NAME.jsonl.gz. Raises `SourceError` when there is neither."""
    for path, opener in ((folder / f"{name}.jsonl", open), (folder / f"{name}.jsonl.gz", gzip.open)):
        if path.is_file():
            with opener(path, "rt", encoding="utf-8") as lines:
                yield from map(json.loads, lines)
            return
    raise SourceError(f"There is no {name}.jsonl in {str(folder)!r}. Give the folder that holds the question sets.")


def _paragraphs(folder: Path) -> dict[str, tuple[str, str, tuple[Span, ...]]]:
    splitter = SentenceSplitter()
    return {
        row["id"]: (row.get("title") or row["id"], row["text"], tuple(splitter.split(row["text"])))
        for row in read_rows(folder, "corpus")
    }
