"""Answer the page's questions as they grow. a question (JSON) -> lines of JSON, each the whole answer so far, drawn."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Generator, Iterator
from functools import partial

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, StreamingResponse
from pydantic import BaseModel, Field

from rag.errors import FootnoteError, LibraryEmpty, ModelError
from rag.library import Library
from rag.records import Answer, Turn
from ui.adding import Shelf
from ui.answer import draw_answer, draw_error, draw_wait
from ui.engines import Engines, Length, Strictness
from ui.footnotes import to_bibtex, to_markdown, to_plain
from ui.leaving import pumped
from ui.patience import looking, still_unread
from ui.words import Say, speaker, tagged

_PAUSE_SECONDS = 0.06
"""Least time between two drawings of a growing answer."""

_KEPT_TURNS = 6
"""Turns that a follow-up may refer to."""


class Asked(BaseModel):
    """A question as the page sends it; `id` is what stops it."""

    id: str = Field(pattern=r"^[\w-]{1,64}$")
    question: str = Field(max_length=100_000)
    query: str = Field("", max_length=100_000)
    history: list[tuple[str, str]] = Field([], max_length=1000)
    only: list[str] = Field([], max_length=100)
    language: str = Field("en", max_length=8)
    strictness: Strictness = "usual"
    length: Length = "written"
    model: str = Field("", max_length=4096)


class Stopped(BaseModel):
    """The question to stop."""

    id: str = Field(max_length=64)


class Asking:
    """The questions that are being answered; the conversations live in the browsers, not here."""

    def __init__(self, engines: Engines, shelf: Shelf) -> None:
        self._engines = engines
        self._shelf = shelf
        self._running: dict[str, threading.Event] = {}

    def routes(self) -> APIRouter:
        """Return `/ask`, which streams, and `/stop`."""
        router = APIRouter()

        def ask(asked: Asked) -> StreamingResponse:
            stop = threading.Event()
            body = pumped(self.lines(asked, stop), stop)
            return StreamingResponse(body, media_type="application/x-ndjson", headers={"Cache-Control": "no-store"})

        def halt(stopped: Stopped) -> PlainTextResponse:
            if running := self._running.get(stopped.id):
                running.set()
            return PlainTextResponse("Stopped.")

        router.add_api_route("/ask", ask, methods=["POST"])
        router.add_api_route("/stop", halt, methods=["POST"])
        return router

    def lines(self, asked: Asked, stop: threading.Event) -> Generator[str, None, None]:
        """Yield the answer as it grows, at most every `_PAUSE_SECONDS`; the last line is final. Closing it stops it."""
        say = speaker(asked.language)
        self._running[asked.id] = stop
        try:
            library = self._engines.of(asked.strictness, asked.length, asked.model)
            yield _line(draw_wait(say("searching" if library.is_warm else "preparing")))
            answers = looking(lambda: _answers(library, asked, stop), self._shelf, stop)
            yield from self._grown(answers, asked, say, library)
        except LibraryEmpty as error:
            unread = still_unread(self._shelf, say)
            words = f"{unread} {say('ask_later')}" if unread else f"{str(error).rstrip('.')}. {say('or_add_here')}"
            yield _line(draw_error(words), outcome="error")
        except ModelError as error:
            yield _line(draw_error(f"{error} {say('model_elsewhere')}"), outcome="error")
        except FootnoteError as error:
            yield _line(draw_error(str(error)), outcome="error")
        except Exception:
            logging.getLogger("footnote").exception("A question could not be answered: %r", asked.question)
            yield _line(draw_error(say("failed")), outcome="error")
        finally:
            stop.set()
            self._running.pop(asked.id, None)

    def _grown(self, answers: Iterator[Answer | None], asked: Asked, say: Say, library: Library) -> Iterator[str]:
        answer: Answer | None = None
        last = 0.0
        for answer in answers:
            if answer is None:
                yield _line(draw_wait(still_unread(self._shelf, say) or say("searching")))
            elif time.monotonic() - last >= _PAUSE_SECONDS:
                last = time.monotonic()
                yield _line(draw_answer(answer, say, final=False))
        if answer is not None:
            words_alone = library.by_words_alone
            unread = still_unread(self._shelf, partial(tagged, say))
            yet = [unread, tagged(say, "words_alone") if words_alone else ""]
            drawn = draw_answer(answer, say, final=True, threshold=library.threshold, yet=yet)
            yield _line(
                drawn, outcome=answer.outcome, text=answer.text, query=asked.query, plain=to_plain(answer),
                markdown=to_markdown(answer), bibtex=to_bibtex(answer), words_alone=words_alone,
            )  # fmt: skip


def _answers(library: Library, asked: Asked, stop: threading.Event) -> Iterator[Answer]:
    history = [Turn(*turn) for turn in asked.history[-_KEPT_TURNS:]]
    return library.stream(asked.question, history=history, query=asked.query, only=asked.only, stop=stop)


def _line(drawn: str, **said: str | bool) -> str:
    return json.dumps({"html": drawn, **said}, ensure_ascii=False) + "\n"
