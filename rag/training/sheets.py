"""Make sheets to train the second reader on. Asked paragraphs -> a sentence, questions, the replies wanted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random

from rag.answering.second_reader import DECLINES
from rag.training.draw import drawn
from rag.training.noise import aside, names_by_article, opposed, roughened, swapped, whether
from rag.training.pairs import Meanings
from rag.training.sets import Asked
from rag.training.synonyms import reworded
from rag.words import content_stems

BEFORE = (0, 0, 0, 0, 1, 2)
"""How many sentences stand before the one that was drawn, each as likely."""
_MOST_ANSWERED = 4
_MOST_DECLINED = 4
_RIVALS = 6
_AGAIN = 0.5
_REWORDED = 0.35
_WHETHER = 0.15
_SWAPPED = 0.15
_OPPOSED = 0.12
_ASIDE = 0.3


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sentence, maybe after those before it, and questions with the replies that are wanted."""

    shown: str
    asked: tuple[tuple[str, str], ...]


class SheetMaker:
    """Draws sheets from asked paragraphs: a sentence, now and then with those before it, and up to eight questions.

    Those to be declined are near misses: asked of the paragraph's other sentences, or of the article's other
    paragraphs in the same words, about another name, turned round, or made unanswerable by people. With `meanings`
    some are asked in other words than the text's.
    """

    def __init__(self, rows: Sequence[Asked], random: Random, meanings: Meanings | None = None) -> None:
        self._rows = rows
        self._random = random
        self._meanings = meanings
        self._paragraphs: dict[str, list[Asked]] = defaultdict(list)
        self._articles: dict[str, list[Asked]] = defaultdict(list)
        self._names = names_by_article(rows)
        for row in rows:
            self._paragraphs[row.text].append(row)
            self._articles[row.article].append(row)

    def draw(self, count: int) -> Iterator[Sheet]:
        """Yield `count` sheets around questions as `drawn` draws them."""
        sheets = (self._sheet(row) for row in drawn(self._rows, self._random))
        yield from islice((sheet for sheet in sheets if sheet.asked), count)

    def _sheet(self, chosen: Asked) -> Sheet:
        text, spans = chosen.text, chosen.sentences
        others = [row for row in self._paragraphs[text] if row is not chosen]
        last = next((n for n, s in enumerate(spans) if _answers(chosen, s.start, s.end)), None)
        if last is None:
            last = self._random.randrange(len(spans))
        start, end = spans[max(0, last - self._random.choice(BEFORE))].start, spans[last].end
        shown = " ".join(text[start:end].split())
        answered, declined = [], []
        for row in (chosen, *self._random.sample(others, len(others))):
            if _answers(row, start, end):
                answered += self._answered(row, shown)
                declined += self._turned(row, shown)
            elif _silent(row, shown):
                declined.append(row.question)
        declined = _likest(declined, shown, _MOST_DECLINED) + self._rivals(chosen, shown)
        self._random.shuffle(declined)
        kept = max(1, min(_MOST_DECLINED, len(answered[:_MOST_ANSWERED]) + 1))
        asked = answered[:_MOST_ANSWERED] + [(self._said(question, shown), DECLINES) for question in declined[:kept]]
        self._random.shuffle(asked)
        return Sheet(shown, tuple(asked))

    def _answered(self, row: Asked, shown: str) -> list[tuple[str, str]]:
        """Return the question with its answer, half of the time twice, each time said anew."""
        at = row.answer or row.sentences[row.gold[0]]
        held = row.text[at.start : at.end]
        reply = f"{' '.join(held.split())} [1]"
        times = 2 if self._random.random() < _AGAIN else 1
        asked = [row.question] * times
        if row.answer and self._random.random() < _WHETHER:
            asked[-1] = whether(row.question, held) or row.question
        return [(self._said(question, shown), reply) for question in asked]

    def _turned(self, row: Asked, shown: str) -> list[str]:
        """Return the question about another name, saying the opposite, or asking for something else, now and then."""
        found = []
        if self._random.random() < _SWAPPED:
            found.append(swapped(row.question, self._names[row.article], shown, self._random))
        if self._meanings and self._random.random() < _OPPOSED:
            found.append(opposed(row.question, self._meanings.opposites, self._random))
        if self._random.random() < _ASIDE:
            found.append(aside(row.question, shown, self._random))
        return [question for question in found if question]

    def _rivals(self, own: Asked, shown: str) -> list[str]:
        """Return two of the questions of the article's other paragraphs that share most words with what is shown."""
        others = [row.question for row in self._articles[own.article] if row.text != own.text and _silent(row, shown)]
        best = _likest(others, shown, _RIVALS)
        return self._random.sample(best, min(len(best), 2))

    def _said(self, question: str, shown: str) -> str:
        if self._meanings and self._random.random() < _REWORDED:
            question = reworded(question, shown, self._meanings.near, self._random)
        return roughened(question, self._random)


def _answers(row: Asked, start: int, end: int) -> bool:
    """Whether the text from start to end holds the answer, or the first of the sentences that do."""
    if row.answer is None:
        return bool(row.gold) and start <= row.sentences[row.gold[0]].start and row.sentences[row.gold[0]].end <= end
    return start <= row.answer.start and row.answer.end <= end


def _silent(row: Asked, shown: str) -> bool:
    """Whether what is shown cannot answer the question: it does not hold the words that do, if there are any."""
    if row.answer is None:
        return not row.gold
    return row.text[row.answer.start : row.answer.end].lower() not in shown.lower()


def _likest(questions: Sequence[str], shown: str, count: int) -> list[str]:
    """Return the questions that share most of their words with what is shown."""
    held = frozenset(content_stems(shown))

    def alike(question: str) -> float:
        stems = frozenset(content_stems(question))
        return len(stems & held) / (len(stems) + 1)

    return sorted(questions, key=alike, reverse=True)[:count]
