"""Make training pairs. Asked paragraphs -> (question, window of sentences) that answer it, or nearly do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random

from rag.protocols import Embedder
from rag.records import Span
from rag.training.draw import drawn
from rag.training.noise import names_by_article, opposed, roughened, swapped, whether
from rag.training.rivals import Rivals
from rag.training.sets import Asked
from rag.training.synonyms import Near, reworded
from rag.words import content_stems

MAX_SENTENCES = 4
_RIVALS = 4
_REWORDED = 0.4
_WHETHER = 0.15


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a window of text; `answer` is a span of the window. `origin` says how the pair was made."""

    question: str
    window: str
    answerable: bool
    answer: Span | None
    origin: str


@dataclass(frozen=True, slots=True)
class Meanings:
    """What is known of words: those that can stand for another, those that oppose it, and the vectors of sentences."""

    near: Near
    opposites: Callable[[str], Sequence[str]]
    embedder: Embedder


class PairMaker:
    """Draws pairs from the questions of some articles: about 45 in 100 answerable, the others near misses.

    With `meanings`, a `reworded_share` of the questions are asked in other words than the text's, some are turned
    round, and half of the rivals are those likest in meaning instead of those that share most words.
    """

    def __init__(
        self,
        asked: Sequence[Asked],
        random: Random,
        meanings: Meanings | None = None,
        *,
        reworded_share: float = _REWORDED,
    ) -> None:
        self._asked = asked
        self._random = random
        self._meanings = meanings
        self._reworded_share = reworded_share
        self._rivals = Rivals(asked, meanings.embedder if meanings else None)
        self._names = names_by_article(asked)

    def draw(self, count: int) -> Iterable[Pair]:
        """Yield `count` pairs, questions as `drawn` draws them."""
        pairs = (self._pair(row) for row in drawn(self._asked, self._random))
        yield from islice((pair for pair in pairs if pair), count)

    def _pair(self, row: Asked) -> Pair | None:
        draw = self._random.random()
        if not row.answerable:
            return self._near(row) if draw < 0.8 else self._rival(row)
        if draw < 0.45:
            return self._answering(row)
        if draw < 0.67:
            return self._rival(row)
        if draw < 0.80:
            return self._beside(row)
        return self._swapped(row) if draw < 0.90 or not self._meanings else self._opposed(row)

    def _window(self, row: Asked, first: int, last: int, question: str, origin: str) -> Pair:
        start, end = row.sentences[first].start, row.sentences[last].end
        window = row.text[start:end]
        if self._random.random() < 0.3:
            window = window.replace("'", "’")
        answer = None
        held = row.answer is not None and start <= row.answer.start and row.answer.end <= end
        if held and row.answer is not None and origin == "answer":
            answer = Span(row.answer.start - start, row.answer.end - start)
        if row.answer and origin in ("answer", "rival", "beside") and self._random.random() < _WHETHER:
            question = whether(question, row.text[row.answer.start : row.answer.end]) or question
        if self._meanings and self._random.random() < self._reworded_share:
            question = reworded(question, window, self._meanings.near, self._random)
        return Pair(roughened(question, self._random), window, origin == "answer", answer, origin)

    def _grown(self, row: Asked, first: int, last: int) -> tuple[int, int]:
        """Return the sentences first..last with up to a whole window's neighbours before and after."""
        extra = self._random.choice((0, 1, 1, 1, 2, 3))
        before = self._random.randint(0, extra) if self._random.random() < 0.5 else min(1, extra)
        first = max(0, first - before)
        return first, min(len(row.sentences) - 1, last + extra - before, max(last, first + MAX_SENTENCES - 1))

    def _answering(self, row: Asked) -> Pair | None:
        holding = row.holding()
        if not holding or holding[-1] - holding[0] >= MAX_SENTENCES:
            return None
        return self._window(row, *self._grown(row, holding[0], holding[-1]), row.question, "answer")

    def _near(self, row: Asked) -> Pair:
        """An unanswerable question with the part of its paragraph that is most like it."""
        asked = set(content_stems(row.question))
        held = [set(content_stems(row.sentence(n))) for n in range(len(row.sentences))]
        shared = [len(asked & stems) + self._random.random() for stems in held]
        best = max(range(len(shared)), key=shared.__getitem__)
        return self._window(row, *self._grown(row, best, best), row.question, "unanswerable")

    def _rival(self, row: Asked) -> Pair | None:
        """A question with one of the sentences of its article that are most like it but do not answer."""
        held = row.text[row.answer.start : row.answer.end].lower() if row.answer else None
        rivals = []
        likeness = self._rivals.likeness(row, self._random)
        for (other, n), alike in zip(self._rivals.sentences[row.article], likeness, strict=True):
            same_place = other.text == row.text and n in row.holding()
            if alike > 0 and not same_place and not (held and held in other.sentence(n).lower()):
                rivals.append((alike, other, n))
        best = sorted(rivals, key=lambda rival: -rival[0])[:_RIVALS]
        if not best:
            return None
        _, other, n = self._random.choice(best)
        first, last = self._grown(other, n, n)
        if other.text == row.text and any(first <= h <= last for h in row.holding()):
            first = last = n
        window = other.text[other.sentences[first].start : other.sentences[last].end]
        if held and held in window.lower():
            first = last = n
        return self._window(other, first, last, row.question, "rival")

    def _beside(self, row: Asked) -> Pair | None:
        """A question with the sentences right before or after those that answer it."""
        holding = row.holding()
        held = row.text[row.answer.start : row.answer.end].lower() if row.answer else None
        sides = [
            (max(0, holding[0] - 2), holding[0] - 1),
            (holding[-1] + 1, min(len(row.sentences), holding[-1] + 3) - 1),
        ]
        good = []
        for first, last in sides:
            if first <= last:
                text = row.text[row.sentences[first].start : row.sentences[last].end].lower()
                if not (held and held in text):
                    good.append((first, last))
        return self._window(row, *self._random.choice(good), row.question, "beside") if good else None

    def _swapped(self, row: Asked) -> Pair | None:
        """A question about another name or number, with the sentences that answer the one it was made from."""

        def other(window: str) -> str | None:
            return swapped(row.question, self._names[row.article], window, self._random)

        return self._turned(row, other, "swapped")

    def _opposed(self, row: Asked) -> Pair | None:
        """A question that says the opposite, with the sentences that answer the one it was made from."""
        opposites = self._meanings.opposites if self._meanings else tuple
        return self._turned(row, lambda _: opposed(row.question, opposites, self._random), "opposed")

    def _turned(self, row: Asked, other: Callable[[str], str | None], origin: str) -> Pair | None:
        holding = row.holding()
        if not holding or holding[-1] - holding[0] >= MAX_SENTENCES:
            return None
        first, last = self._grown(row, holding[0], holding[-1])
        question = other(row.text[row.sentences[first].start : row.sentences[last].end])
        return self._window(row, first, last, question, origin) if question else None
