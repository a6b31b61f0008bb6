"""Find questions that the documents do answer. a silent question -> questions answered above the threshold."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from rag.courtesies import is_pleasantry
from rag.errors import FootnoteError
from rag.library import Library
from rag.places import bundled
from rag.records import Passage
from rag.words import ASKING
from ui.engines import Engines

EXAMPLES = (
    "Which envoy was sent to calm the border with Lebanon?",
    "How many residents does Gaza have?",
    "What does the proposal for a hostage deal include?",
    "How many times has Blinken visited since the war began?",
    "What did Blinken eat for breakfast?",
)
"""Questions for the bundled articles: plain facts, one on which they disagree, one that they do not answer."""

ABOUT = "What are these documents about?"
"""A question for whatever documents: it is answered with how they begin."""

_N_SUGGESTED = 2
_N_TRIED = 8
_MAX_SECONDS = 8.0
_N_NEAREST = 3
_NAME = re.compile(r"\b(?:The )?([A-Z][\w’'-]+(?: (?:(?:of|the|for) ){0,2}[A-Z][\w’'-]+)+)")
"""Two or more words with a capital, joined perhaps by small ones."""
_ASKS = re.compile(rf"(?:{ASKING})\b", re.IGNORECASE)
_BEFORE_SENTENCE = re.compile(r"(?:^|[.!?“\"]\s+|\n\s*)$")
"""What comes before the first word of a sentence, whose capital says nothing; only that of "The" is none of a name."""
_NUMBERING = re.compile(r"^(?:§\s*\d+\w?|\d+(?:\.\d+)+[.)]?|\(?(?:\d+|[IVXLC]+|[A-Za-z])[.)])\s+")
"""What counts a heading: "2.", "3.1", "IV.", "(b)"; not a year that it begins with."""
_LETTER = re.compile(r"(?:dear|yours|sincerely|(?:with )?(?:kind|best|warm)\b.*\bregards|(?:best|kind) wishes)\b", re.I)
"""How a letter greets and ends."""
_IN_TABLES = ("row", "sheet", "record")
_MAX_WORDS = 8
_N_REMEMBERED = 256


def suggest(library: Library, question: str, only: Sequence[str] = ()) -> tuple[str, ...]:
    """Return up to two questions near `question` that the library answers, each tried; in a few seconds or fewer.

    `only` are the doc_ids that were asked (none: all); of them alone the questions are made and answered.
    """
    found: list[str] = []
    give_up = time.monotonic() + _MAX_SECONDS
    for tried, candidate in enumerate(_candidates(library, question, only)):
        if len(found) == _N_SUGGESTED or tried == _N_TRIED or time.monotonic() > give_up:
            break
        if candidate != question and _answers(library, candidate, only):
            found.append(candidate)
    return tuple(found)


def examples(library: Library) -> tuple[str, ...]:
    """Return questions to begin with: about the bundled articles, where they are among the documents, else `ABOUT`."""
    return _of_bundled(library) or (ABOUT,)


def _of_bundled(library: Library) -> tuple[str, ...]:
    return EXAMPLES if bundled("seeds").resolve() in library.sources() else ()


def topic(words: str) -> str:
    """Return what a heading or name is about, without its number; "" for what is none.

    That is one that shouts, as orders to whoever reads do, that is rather a sentence, or with which a letter ends.
    """
    if _LETTER.match(words.strip()):
        return ""
    about = _NUMBERING.sub("", words.strip()).rstrip(" .:?")
    held = re.findall(r"[^\W\d_]{2,}", about)
    loud = sum(word.isupper() for word in held)
    if loud > 1 and 2 * loud >= len(held):
        return ""
    return about if held and 3 < len(about) < 80 and len(about.split()) <= _MAX_WORDS else ""


def _topics(passage: Passage) -> Iterator[str]:
    """Yield what a passage is about: its heading, then names in it; nothing of a table, whose words name columns."""
    first = passage.place_at(passage.start)
    if first is None or first.kind not in _IN_TABLES:
        yield from map(topic, passage.headings[-1:])
    for found in _NAME.finditer(passage.text):
        begins = found.start() == found.start(1) and _BEFORE_SENTENCE.search(passage.text[: found.start()][-3:])
        if begins or _ASKS.match(found[1]):
            continue
        place = passage.place_at(passage.start + found.start())
        if passage.text[found.end() :][:1] != ":" and (place is None or place.kind not in _IN_TABLES):
            yield topic(found[1])


def _candidates(library: Library, question: str, only: Sequence[str]) -> Iterator[str]:
    """Yield questions about the headings and names of the nearest passages; of the bundled articles, the examples.

    Where nothing was asked, only the examples.
    """
    if is_pleasantry(question):
        yield from examples(library)
        return
    yield from _of_bundled(library)
    seen: list[str] = []
    for hit in library.search(question, _N_NEAREST, only=only):
        asked = [heading for heading in hit.passage.headings[-1:] if heading.endswith("?")]
        for found in asked or [f"What do the documents say about {name}?" for name in _topics(hit.passage) if name]:
            if not any(found.rstrip("?") in other for other in seen):  # nor is a part of one that came before
                seen.append(found)
                yield found


def _answers(library: Library, question: str, only: Sequence[str]) -> bool:
    """Whether it is not silence that comes after what was found; no more than the beginning of an answer is made."""
    answers = library.stream(question, only=only)
    try:
        *_, last = islice(answers, 2)
        return last.outcome != "abstained"
    finally:
        answers.close()


def routes(engines: Engines) -> APIRouter:
    """Return `/suggest`."""
    router = APIRouter()

    @lru_cache(maxsize=_N_REMEMBERED)
    def remembered(fingerprint: str, question: str, only: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG001  # a key
        return suggest(engines.library, question, only)

    def suggested(question: str, only: Annotated[list[str] | None, Query(max_length=100)] = None) -> JSONResponse:
        try:
            return JSONResponse(remembered(engines.library.fingerprint(), question[:2000], tuple(only or ())))
        except FootnoteError:
            return JSONResponse([])

    router.add_api_route("/suggest", suggested)
    return router
