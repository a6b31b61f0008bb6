"""Find questions that the documents do answer. a silent question -> questions answered above the threshold."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from rag.errors import FootnoteError
from rag.library import Library
from rag.places import bundled
from ui.engines import Engines

EXAMPLES = (
    "Which envoy was sent to calm the border with Lebanon?",
    "How many residents does Gaza have?",
    "What did Blinken say about the hostages?",
    "How many times has Blinken visited since the war began?",
    "What did Blinken eat for breakfast?",
)
"""Questions for the bundled articles: plain facts, one on which they disagree, one that they do not answer."""

_N_SUGGESTED = 2
_N_TRIED = 8
_MAX_SECONDS = 8.0
_N_NEAREST = 3
_NAME = re.compile(r"(?<![.!?“\"]\s)(?<!^)\b[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)+")
"""Two or more words with a capital, not at the start of a sentence."""


def suggest(library: Library, question: str) -> tuple[str, ...]:
    """Return up to two questions near `question` that the library answers, each tried; in a few seconds or fewer."""
    found: list[str] = []
    give_up = time.monotonic() + _MAX_SECONDS
    for tried, candidate in enumerate(_candidates(library, question)):
        if len(found) == _N_SUGGESTED or tried == _N_TRIED or time.monotonic() > give_up:
            break
        if candidate != question and _answers(library, candidate):
            found.append(candidate)
    return tuple(found)


def examples(library: Library) -> tuple[str, ...]:
    """Return questions to begin with, when the bundled articles are among the documents."""
    return EXAMPLES if bundled("seeds").resolve() in library.sources() else ()


def _candidates(library: Library, question: str) -> Iterator[str]:
    """Yield questions about the headings and names of the nearest passages; of the bundled articles, the examples."""
    yield from examples(library)
    seen = set()
    for hit in library.search(question, _N_NEAREST):
        passage = hit.passage
        headings = [heading for heading in passage.headings if 3 < len(heading) < 80]
        for name in (*headings[-1:], *_NAME.findall(passage.text)):
            if name not in seen:
                seen.add(name)
                yield f"What do the documents say about {name.rstrip('.:?')}?"


def _answers(library: Library, question: str) -> bool:
    """Whether the first thing that comes is not silence; the model is not asked."""
    answers = library.stream(question)
    try:
        return next(answers).outcome != "abstained"
    finally:
        answers.close()


def routes(engines: Engines) -> APIRouter:
    """Return `/suggest`."""
    router = APIRouter()
    remembered: dict[tuple[str, str], tuple[str, ...]] = {}

    def suggested(question: str) -> JSONResponse:
        key = (engines.library.fingerprint(), question)
        if key not in remembered:
            try:
                remembered[key] = suggest(engines.library, question[:2000])
            except FootnoteError:
                return JSONResponse([])
        return JSONResponse(remembered[key])

    router.add_api_route("/suggest", suggested)
    return router
