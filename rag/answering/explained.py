"""Read what explains a term with that term, where it is asked for. question, Windows -> Windows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.question import asks_for_term
from rag.answering.windows import Window
from rag.records import Passage, Span
from rag.terms import term_above, term_in
from rag.words import COMMON

_CODE = re.compile(r"(?=.*[-_./=<>\[\]`]|.*[a-z][A-Z]|[a-z])\D\S*(?: \S+)?")
"""What a heading looks like that names a setting or a command."""
_NO_ORDER = "|".join([*sorted(COMMON), r"\w+ly", r"\w+s"])
_ORDER = re.compile(rf"Do\b|(?!(?:{_NO_ORDER})\b)[A-Z][a-z]+ (?=[\w\"“])", re.IGNORECASE)
"""How what explains a term by an order begins: "Show the reverse dependencies."."""
_MOST_CHARS = 600
"""Characters from a term to the end of a sentence which explains it that are quoted as one."""


def with_terms(question: str, windows: Sequence[Window]) -> Sequence[Window]:
    """Return the windows, where a term is asked for each with the term that its sentence explains, which is the answer.

    "Which option runs the tests in a random order?": "--schedule-random: Use a random order for scheduling tests."
    """
    if not asks_for_term(question):
        return windows
    asked = frozenset(question.lower().rstrip("?.! ").split())
    return [_with_term(asked, one) for one in windows]


def _with_term(asked: frozenset[str], one: Window) -> Window:
    passage, (start, end) = one.hit.passage, one.sentence
    term = None if one.is_statement else _term_of(passage, one.sentence)
    if term is None or end - term.start > _MOST_CHARS:
        return one
    name = passage.slice(term)
    if name.lower().split()[0].rstrip(",") in asked:
        return one
    explained = passage.slice(Span(max(term.end, start - one.own.start), end))
    is_code = passage.text[: term.start - passage.start].endswith("`")
    words = " ".join(explained.split())
    words = words.lstrip("`*:—– -") if is_code else words
    text = f"Use {name} to {words[:1].lower()}{words[1:]}" if _ORDER.match(words) else f"{name}: {words}"
    return Window(one.hit, Span(term.start - is_code, end), text, Span(0, len(text)), is_statement=True, value=term)


def _term_of(passage: Passage, sentence: Span) -> Span | None:
    """Return the term that a sentence begins with, or else explains, as far as that is in its passage.

    A heading that looks like code ("net.offline") is one too.
    """
    text, start, end = passage.text, sentence.start - passage.start, sentence.end - passage.start
    found = term_in(text, start, end) or term_above(text, start) or _code_heading(passage, start)
    return Span(found[0] + passage.start, found[1] + passage.start) if found else None


def _code_heading(passage: Passage, before: int) -> tuple[int, int] | None:
    name = passage.headings[-1] if passage.headings else ""
    at = passage.text.find(name, 0, before) if _CODE.fullmatch(name) else -1
    return (at, at + len(name)) if at >= 0 else None
