"""Build the page's frame and its API from Gradio; what happens in it is in `static`. Shelf -> gr.Blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from rag.errors import FootnoteError
from rag.records import Turn
from ui.adding import Shelf
from ui.footnotes import as_plain
from ui.patience import patiently
from ui.shell import draw_side, draw_source_column, draw_talk


def build_page(shelf: Shelf) -> gr.Blocks:
    """Return the page: documents and conversations on the left, the conversation in the middle, a source on the right.

    Its API has one name, `/ask`, whose parameters are those of `answers` below.
    """
    library = shelf.library
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
    with gr.Blocks(title="Footnote", analytics_enabled=False, fill_width=True) as blocks:
        with gr.Row(elem_id="fn-columns"):
            with gr.Column(elem_id="fn-side", min_width=0):
                gr.HTML(draw_side(library), padding=False)
            with gr.Column(elem_id="fn-talk", min_width=0):
                gr.HTML(draw_talk(library), elem_id="fn-talk-body", padding=False)
                with gr.Row(elem_id="fn-ask"):
                    box = gr.Textbox(
                        placeholder="Ask your documents …", label="Your question", show_label=False, lines=1,
                        max_lines=6, elem_id="fn-box", scale=1, container=False, autofocus=True,
                    )  # fmt: skip
                    send = gr.Button("Ask", elem_id="fn-send", variant="primary", scale=0, min_width=72)
                    halt = gr.Button("Stop", elem_id="fn-stop", scale=0, min_width=72)
            gr.HTML(draw_source_column(), elem_id="fn-source-column", padding=False)

        # These run in the browser: no answer of this server is needed to type, to stop, or to say that it is gone.
        box.submit(None, box, box, js="text => footnote.send(text)", **quiet)
        send.click(None, box, box, js="text => footnote.send(text)", **quiet)
        halt.click(None, None, None, js="() => { footnote.stop(); }", **quiet)
        _add_api(shelf)
    return blocks


def _add_api(shelf: Shelf) -> None:
    def answers(
        question: str, history: list[list[str]] | None = None, query: str = "", only: list[str] | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield the growing answer to a question; the last one is final.

        `history` is a list of [question, answer] said before; `query` is searched in place of the question; `only`
        are the ids of documents to answer from.
        """
        turns = [Turn(str(turn[0]), str(turn[1])) for turn in history or []]
        try:
            for answer in patiently(
                lambda: shelf.library.stream(question, history=turns, query=query, only=only or ()), shelf
            ):
                yield as_plain(answer, words_alone=shelf.library.by_words_alone)
        except FootnoteError as error:
            raise gr.Error(str(error), print_exception=False) from error

    gr.api(answers, api_name="ask", concurrency_limit=1)
