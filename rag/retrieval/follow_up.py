"""Make a follow-up searchable on its own. question and history -> Query."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from rag.capitals import with_capitals
from rag.courtesies import is_pleasantry, without_courtesies
from rag.records import DISAGREE, OPENINGS, SILENT, Query, Turn
from rag.retrieval.antecedent import resolved
from rag.retrieval.renamed import only_names, renamed
from rag.retrieval.varied import varied
from rag.words import ASKING, DEFINITE, WHETHER, WHOLE, asked_names, content_words, names, numbers

_BE = "(?:is|are|was|were)"
_LEANS = re.compile(
    r"\b(he|him|hers|she|they|them|theirs|this|these|those|then|same|ones|else|former|latter|others?)\b|\bher(?=\W*$)"
    r"|(?<!only )(?<!just )(?<!exactly )(?<!least )(?<!most )\bone\b(?! (?:day|week|month|year|hour|time|person)\b)"
    rf"|\bit\b(?! (?:takes?|costs?) (?!from|on|for)| (?:possible|allowed|permitted|necessary|true|okay|legal|safe)\b)"
    rf"|(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )\bthere\b(?! {_BE}\b)"
    rf"|\b(?:to|of|on|in|at|for|about|with|by|from|like|than|did|do|does|{_BE}) that\b"
    rf"|\bthat(?=\W*$| (?:does|did|to|for|mean|happen|work|one|in|on|at|by|help|so|the|{_BE})\b)"
    r"|^\s*(and|but|or|so|what about|how about|also)\b",
    re.IGNORECASE,
)
"""What points back; not an "it" or a "there" that only says that something is so, nor a "that" that joins clauses."""
_JOINED = re.compile(r"^\s*(?:and|but|or|so)\b,?\s*", re.IGNORECASE)
_OWNED = re.compile(r"\b(?:his|her|its|their)\b", re.IGNORECASE)
"""What points back unless a name stands before it in the question."""
_SECOND = re.compile(rf",? and (?:{ASKING})\b.*", re.IGNORECASE | re.DOTALL)
_MARKER = re.compile(r"\[\d+\]")
_DEFINED = re.compile(
    r"\s*(?:(?:what|who)(?:'s| is| are| was| were)\b|tell me (?:more |something )?(?:about|of)\b"
    rf"|(?:describe|summari[sz]e|find|list|show me|{WHETHER})\b)",
    re.IGNORECASE,
)
"""How a question begins that names of what it asks: what it is, all about it, or whether it is so."""
_LONE = re.compile(
    r"(?:(?:the|an?|my|our) )?(?!(?:details?|examples?|explain|elaborate|continue|further|really|sure|reasons?|sources?"
    r"|proof|evidence|else|today|tomorrow|yesterday|yes|no|maybe|correct|right|wrong)\b)[a-z][a-z'’-]{3,}[?!. ]*"
)
"""One word that names a thing to hear of, not more of what was said."""
_ORDERS = re.compile(
    r"\s*(?:ignore|disregard|forget|pretend|act as|repeat|print|reveal|say|write|you are|from now on)\b", re.IGNORECASE
)
"""How an order begins that asks nothing of what was said before."""
_ABOUT_A_THING = re.compile(
    r"(?:(?:and|but|so|ok) )*(?:what|how) about (?:(?:the|an?|my|our|your) )?"
    r"(?!(?:this|that|these|those|it|them|him|her|others?|same|rest)\b)[a-z][a-z'’-]{3,}\W*"
)
"""What may be read as a topic of its own, and is searched with the words of the last question."""
_SHORT_WORDS = 3
_CARRIED_ANSWER_WORDS = 12
_CARRIED_QUESTION_WORDS = 12


TextsWith = Callable[[Iterable[str]], Iterable[str]]
"""Finds texts of the library that hold some words."""


def standalone(question: str, history: Sequence[Turn], texts_with: TextsWith = lambda _: ()) -> Query:
    """Return the query for a question: itself, or with the words of the turns that it leans on.

    A question leans on what went before when it points back (a pronoun, "and …", "what about …") or is a scrap that
    holds hardly a word of its own. No model is asked: where a name stands for what it points back to, that is put in
    its place; else, or where it still leans, the words of the last question and the first of its answer are put after.
    Where that question leans on another in its turn, the names in those before it and in their answers follow, up to
    the one that stands on its own, all of whose words do. "And Dresden?" is the last question asked of Dresden instead;
    names that were typed without capitals are known by those of the texts that `texts_with` finds.
    """
    history = [
        Turn(without_courtesies(turn.question), turn.answer) for turn in history if not is_pleasantry(turn.question)
    ]
    if history and (asked := _of_another(*_with_capitals(question, history, texts_with))):
        return replace(standalone(asked, history[:-1], texts_with), question=question)
    if not history or is_pleasantry(question) or not _leans(question):
        return Query(question, question)
    named = resolved(question, history)
    own = content_words(named)
    carried = [word for word in dict.fromkeys([*_asked(history), *_told(history[-1].answer)]) if word not in own]
    alone = _JOINED.sub("", named)
    if _ABOUT_A_THING.fullmatch(question.strip()):
        return Query(question, f"{named} ({' '.join(carried)})", alone=alone)
    text = f"{named} ({' '.join(carried)})" if carried else named
    return Query(question, text, alone="" if named == question or _leans(alone) else alone)


def _with_capitals(question: str, history: Sequence[Turn], texts_with: TextsWith) -> tuple[str, Sequence[Turn]]:
    """Return a question that only names something, and the questions before it, with their capitals."""

    def written(one: str) -> str:
        return with_capitals(one, texts_with(content_words(one)))

    if len(content_words(question)) > _SHORT_WORDS or not only_names(asked := written(question)):
        return question, history
    return asked, [Turn(written(turn.question), turn.answer) for turn in history]


def _of_another(question: str, history: Sequence[Turn]) -> str:
    """Return the last question with another name, time or kind in it, where that is all that is asked; else ""."""
    if not history:
        return ""
    *earlier, before = history
    last = _of_another(before.question, earlier) or resolved(before.question, earlier)
    return varied(question, last) or renamed(question, last)


def _asked(history: Sequence[Turn]) -> list[str]:
    """Return the words of the last question and, while they lean on one another, of those before it.

    Of these also the names in their answers: "he" may be whom the first one gave.
    """
    found = content_words(history[-1].question)
    for earlier, later in zip(history[-2::-1], history[::-1], strict=False):
        if not _leans(later.question):
            break
        asked = earlier.question
        named, told = asked_names(asked), names(f"x {earlier.answer}")
        alone = earlier is history[0] or not _leans(asked)
        found += [word for word in content_words(asked) if word in named or alone]
        found += [word for word in _told(earlier.answer) if word in told]
    return found[:_CARRIED_QUESTION_WORDS]


def _told(answer: str) -> list[str]:
    """Return the words of an answer that say what was found: those before its quotes, else the names in the first."""
    said = _MARKER.sub(" ", answer)
    for ours in (SILENT, DISAGREE, *OPENINGS):
        said = said.removeprefix(ours).lstrip()
    short, _, quoted = said.partition("“")
    named = names(f"x {quoted.partition('”')[0]}")
    words = content_words(short) or [word for word in content_words(quoted) if word in named]
    return words[:_CARRIED_ANSWER_WORDS]


def _leans(question: str) -> bool:
    """Return whether a question needs the turns before it; what a second part of it points back to is the first."""
    head = _SECOND.sub("", question)
    question = head if WHOLE.match(head) and content_words(head) else question
    n_own = len(content_words(question))
    if _ORDERS.match(question):
        return False
    if _LEANS.search(question) or _owned_elsewhere(question) or not n_own:
        return True
    if n_own >= _SHORT_WORDS or _LONE.fullmatch(question.strip()):
        return False
    return not WHOLE.match(question) or (n_own == 1 and _leaves_open(question))


def _owned_elsewhere(question: str) -> bool:
    """Return whether something is of somebody whom the question does not name before: "its capital"."""
    owned = _OWNED.search(question)
    return owned is not None and not asked_names(question[: owned.start()])


def _leaves_open(question: str) -> bool:
    """Return whether a whole question with one word of its own leaves open of what it asks: "Who died?"."""
    named = asked_names(question) or numbers(question)
    return not named and (bool(DEFINITE.search(question)) or not _DEFINED.match(question))
