"""The page: what a person types goes to the library, every growing answer comes back drawn. Library -> gr.Blocks."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from rag.errors import FootnoteError
from rag.library import Library
from rag.places import bundled
from rag.records import Answer, Turn
from ui.render import draw_answer, draw_error, draw_question, draw_wait
from ui.sources import draw_documents

HERE = Path(__file__).parent

EXAMPLES = (
    "Which envoy was sent to calm the border with Lebanon?",
    "How many residents does Gaza have?",
    "What did Blinken say about the hostages?",
    "How many times has Blinken visited since the war began?",
    "What did Blinken eat for breakfast?",
)
"""Questions for the bundled articles: plain facts, one on which they disagree, one that they do not answer."""

_PAUSE_SECONDS = 0.06
"""Least time between two drawings of a growing answer."""

_KEPT_TURNS = 6
"""Turns that a follow-up may refer to."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A turn of the conversation as it stands on the page; `turn` is what a follow-up may refer to, if anything."""

    drawn: str
    turn: Turn | None = None


class Page:
    """The handlers of one page over one library; the conversations live in the sessions, not here."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._running: dict[str, threading.Event] = {}

    def respond(self, question: str, shown: Sequence[Shown], session: str) -> Iterator[Shown]:
        """Yield the newest turn as its answer grows, at most every `_PAUSE_SECONDS`; the last one is final.

        Closing the iterator, or `stop`, stops the model.
        """
        stop = threading.Event()
        self.stop(session)
        self._running[session] = stop
        asked = draw_question(question)
        history = [one.turn for one in shown if one.turn][-_KEPT_TURNS:]
        answers = self._library.stream(question, history=history, stop=stop)
        try:
            yield Shown(asked + draw_wait("Searching the documents …"))
            answer: Answer | None = None
            last = 0.0
            for answer in answers:
                if time.monotonic() - last >= _PAUSE_SECONDS:
                    last = time.monotonic()
                    yield Shown(asked + draw_answer(answer, final=False))
            if answer is not None:
                yield Shown(asked + draw_answer(answer, final=True), Turn(question, answer.text))
        except FootnoteError as error:
            yield Shown(asked + draw_error(str(error)))
        except Exception:
            logging.getLogger("footnote").exception("A question could not be answered: %r", question)
            words = "Something failed inside Footnote. The conversation is safe; the terminal shows what it was."
            yield Shown(asked + draw_error(words))
        finally:
            stop.set()
            answers.close()
            if self._running.get(session) is stop:
                del self._running[session]

    def stop(self, session: str) -> None:
        """Stop what this session is asking; what was checked so far stays."""
        if running := self._running.get(session):
            running.set()

    def documents(self) -> str:
        """Return the list of documents, drawn."""
        return draw_documents(self._library.status())


def build_page(library: Library) -> gr.Blocks:
    """Return the page: documents on the left, the conversation in the middle, an opened source on the right."""
    page = Page(library)
    with gr.Blocks(title="Footnote", analytics_enabled=False, fill_width=True) as blocks:
        shown = gr.State([])
        asked = gr.State("")
        with gr.Row(elem_id="fn-columns"):
            with gr.Column(elem_id="fn-side", min_width=0):
                gr.HTML(f'<h1>Footnote</h1><p class="fn-quiet">{escape(library.name)}</p>')
                gr.HTML(page.documents, elem_id="fn-documents")
            with gr.Column(elem_id="fn-talk", min_width=0):
                past = gr.HTML("", elem_id="fn-past")
                growing = gr.HTML(_WELCOME, elem_id="fn-growing")
                examples = _examples(library)
                with gr.Row(elem_id="fn-ask"):
                    box = gr.Textbox(
                        placeholder="Ask your documents …", label="Your question", show_label=False, lines=1,
                        max_lines=6, elem_id="fn-box", scale=1, container=False, autofocus=True,
                    )  # fmt: skip
                    send = gr.Button("Ask", elem_id="fn-send", variant="primary", scale=0, min_width=72)
                    halt = gr.Button("Stop", elem_id="fn-stop", scale=0, min_width=72, visible=False)
            gr.HTML(_SOURCE, elem_id="fn-source-column")

        _wire(page, _Parts(shown, asked, past, growing, box, send, halt, examples))
    return blocks


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the handlers read and write: two states of the session, then what is seen."""

    shown: gr.State
    asked: gr.State
    past: gr.HTML
    growing: gr.HTML
    box: gr.Textbox
    send: gr.Button
    halt: gr.Button
    examples: list[gr.Button]


def _wire(page: Page, parts: _Parts) -> None:
    """Connect the box, the buttons and the examples to the handlers."""
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    row = [parts.past, parts.growing, parts.asked, parts.box, parts.send, parts.halt, *parts.examples]

    def begin(question: str | None, shown: list[Shown]) -> list[Any]:
        """Move the last turn up, empty the box, show the stop button. An empty question changes nothing."""
        if not (question or "").strip():
            return [gr.skip()] * len(row)
        hidden = [gr.update(visible=False)] * len(parts.examples)
        past = "".join(one.drawn for one in shown)
        return [past, "", question, "", gr.update(visible=False), gr.update(visible=True), *hidden]

    def respond(question: str, shown: list[Shown], request: gr.Request) -> Iterator[tuple[str, list[Shown]]]:
        newest: Shown | None = None
        if question:
            for newest in page.respond(question, shown, str(request.session_hash)):
                yield newest.drawn, shown
        if newest:
            yield newest.drawn, [*shown, newest]

    def halt(request: gr.Request) -> None:
        page.stop(str(request.session_hash))

    def end() -> list[Any]:
        return ["", gr.update(visible=True), gr.update(visible=False)]

    def connect(trigger: Any, text: Any) -> None:
        begun = trigger(begin, [text, parts.shown], row, queue=False, **quiet)
        answered = begun.then(
            respond, [parts.asked, parts.shown], [parts.growing, parts.shown], concurrency_id="ask",
            concurrency_limit=1, **quiet,
        )  # fmt: skip
        answered.then(end, None, [parts.asked, parts.send, parts.halt], queue=False, **quiet)

    connect(parts.box.submit, parts.box)
    connect(parts.send.click, parts.box)
    for example in parts.examples:
        connect(example.click, example)
    parts.halt.click(halt, None, None, queue=False, **quiet)


def _examples(library: Library) -> list[gr.Button]:
    """Return a button for each example, when the library is that of the bundled articles."""
    if library.sources() != (bundled("seeds").resolve(),):
        return []
    with gr.Row(elem_id="fn-examples"):
        return [gr.Button(example, size="sm", elem_classes="fn-example") for example in EXAMPLES]


_WELCOME = (
    '<p class="fn-welcome">Ask a question. Every sentence of the answer stands on an exact place in a document; '
    "when the documents do not say, the answer says so.</p>"
)

_SOURCE = '<aside id="fn-source" aria-label="Source" hidden></aside>'
