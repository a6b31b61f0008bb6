"""Make sheets to train the second reader on. Asked paragraphs -> sentences with questions and the replies wanted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from rag.answering.second_reader import DECLINES
from rag.training.noise import names_in, roughened, swapped
from rag.training.sets import Asked
from rag.training.synonyms import Near, reworded


@dataclass(frozen=True, slots=True)
class Sheet:
    """Some sentences, and questions with the replies that are wanted."""

    sentences: tuple[str, ...]
    asked: tuple[tuple[str, str], ...]


class SheetMaker:
    """Draws sheets from asked paragraphs: two to six sentences, some of them of the article's other paragraphs."""

    def __init__(self, rows: Sequence[Asked], random: Random, near: Near) -> None:
        self._random = random
        self._near = near
        self._paragraphs: dict[str, list[Asked]] = defaultdict(list)
        self._articles: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            if row.text not in self._paragraphs:
                self._articles[row.article].append(row.text)
            self._paragraphs[row.text].append(row)

    def draw(self, count: int) -> Iterator[Sheet]:
        """Yield `count` sheets, paragraphs in random order, each as often as needed."""
        texts: list[str] = []
        made = 0
        while made < count:
            if not texts:
                texts = sorted(self._paragraphs)
                self._random.shuffle(texts)
            sheet = self._sheet(texts.pop())
            if sheet.asked:
                made += 1
                yield sheet

    def _sheet(self, text: str) -> Sheet:
        rows = self._paragraphs[text]
        spans = list(rows[0].sentences)
        chosen = self._random.sample(range(len(spans)), min(len(spans), self._random.randint(2, 5)))
        lines = [" ".join(text[spans[n].start : spans[n].end].split()) for n in chosen]
        lines += self._strangers(rows[0].article, text)
        self._random.shuffle(lines)
        asked = []
        for row in self._random.sample(rows, min(len(rows), 6)):
            asked += self._questions(row, lines)
        return Sheet(tuple(lines), tuple(asked[:7]))

    def _strangers(self, article: str, text: str) -> list[str]:
        others = [other for other in self._articles[article] if other != text]
        found = []
        for other in self._random.sample(others, min(len(others), self._random.choice((0, 0, 1, 2)))):
            span = self._random.choice(self._paragraphs[other][0].sentences)
            found.append(" ".join(other[span.start : span.end].split()))
        return found

    def _questions(self, row: Asked, lines: Sequence[str]) -> list[tuple[str, str]]:
        """Return the question with its reply, and sometimes the same about another name, which none answers."""
        joined = " ".join(lines)
        if row.answer is None:
            return [(self._said(row.question, joined), DECLINES)] if not row.gold else []
        answer = " ".join(row.text[row.answer.start : row.answer.end].split())
        span = next((s for s in row.sentences if s.start <= row.answer.start and row.answer.end <= s.end), None)
        line = " ".join(row.text[span.start : span.end].split()) if span else ""
        if line in lines:
            found = [(self._said(row.question, joined), f"{answer} [{lines.index(line) + 1}]")]
            if self._random.random() < 0.15:
                other = swapped(row.question, names_in(row.text), joined, self._random)
                found += [(self._said(other, joined), DECLINES)] if other else []
            return found
        if answer.lower() in joined.lower() or self._random.random() < 0.35:
            return []
        return [(self._said(row.question, joined), DECLINES)]

    def _said(self, question: str, held: str) -> str:
        if self._random.random() < 0.2:
            question = reworded(question, held, self._near, self._random)
        return roughened(question, self._random)
