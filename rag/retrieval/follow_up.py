"""Make a follow-up searchable on its own. question and history -> Query."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.records import Query, Turn
from rag.words import content_words

_LEANS = re.compile(
    r"\b(he|him|his|she|her|hers|it|its|they|them|their|theirs|this|that|these|those|there|then|same|one|ones|else|"
    r"former|latter|others?)\b|^\s*(and|but|or|so|what about|how about|also|why)\b",
    re.IGNORECASE,
)
_SHORT_WORDS = 3
_CARRIED_ANSWER_WORDS = 12


def standalone(question: str, history: Sequence[Turn]) -> Query:
    """Return the query for a question: itself, or with the words of the turns that it leans on.

    A question leans on what went before when it points back (a pronoun, "and …", "what about …") or holds hardly a
    word of its own. No model is asked: the words of the last question, and the first of its answer, are put after it.
    """
    own = content_words(question)
    if not history or not (_LEANS.search(question) or len(own) < _SHORT_WORDS):
        return Query(question, question)
    last = history[-1]
    answer = content_words(re.sub(r"\[\d+\]", " ", last.answer))[:_CARRIED_ANSWER_WORDS]
    carried = [word for word in dict.fromkeys([*content_words(last.question), *answer]) if word not in own]
    return Query(question, f"{question} ({' '.join(carried)})" if carried else question)
