"""Draw questions for training, oftener those put in other words than the text's. Asked paragraphs -> rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from random import Random

from rag.training.sets import Asked
from rag.words import content_stems

_UNANSWERED = 0.5
_LEAST = 0.1
"""The weight of a question that its paragraph does not answer, and the least of one that it does."""


def drawn(rows: Sequence[Asked], random: Random) -> Iterator[Asked]:
    """Yield rows for ever, each as often as its answer's sentences share few of its words: 1 - share, 0.1 at least.

    Most questions of the sets were written with the sentence in sight and repeat its words; those that people ask
    of their documents do not.
    """
    weights = list(accumulate(max(_LEAST, 1 - shared(row)) if row.answerable else _UNANSWERED for row in rows))
    while rows:
        yield from random.choices(rows, cum_weights=weights, k=1000)


def shared(row: Asked) -> float:
    """Return the share in [0, 1] of a question's stems that the sentences which answer it hold."""
    asked = frozenset(content_stems(row.question))
    held = frozenset(stem for n in row.holding() for stem in content_stems(row.sentence(n)))
    return len(asked & held) / len(asked) if asked else 1.0
