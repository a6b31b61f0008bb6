"""Answer in the way of OpenAI's chat completions, so that other tools can ask. messages -> a reply with citations."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Generator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from rag.errors import FootnoteError
from rag.library import Library
from rag.records import Answer, Turn
from ui.adding import Shelf
from ui.footnotes import plain_citations, to_plain
from ui.leaving import awaited, pumped
from ui.patience import patiently
from ui.words import speaker


class Said(BaseModel):
    """One message; the parts of it that are not text are passed over."""

    role: str
    content: str | list[dict[str, Any]] | None = ""

    @property
    def text(self) -> str:
        """The message's words."""
        if isinstance(self.content, list):
            return "\n".join(str(part.get("text", "")) for part in self.content if part.get("type") == "text")
        return self.content or ""


class Completion(BaseModel):
    """A request; of the many other settings of that interface none applies."""

    messages: list[Said] = Field(min_length=1, max_length=1000)
    model: str = "footnote"
    stream: bool = False


def routes(shelf: Shelf) -> APIRouter:
    """Return `/v1/models` and `/v1/chat/completions`."""
    router = APIRouter(prefix="/v1")

    def models() -> dict[str, Any]:
        return {"object": "list", "data": [{"id": "footnote", "object": "model", "owned_by": "footnote"}]}

    async def complete(asked: Completion, request: Request) -> Response:
        question, history = _turns(asked.messages)
        head = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": "footnote"}
        stop = threading.Event()
        answers = patiently(lambda: shelf.library.stream(question, history=history, stop=stop), shelf, stop)
        try:
            if asked.stream:
                first = await run_in_threadpool(next, answers)
                body = pumped(_streamed(first, answers, head, library=shelf.library), stop)
                return StreamingResponse(body, media_type="text/event-stream")
            answer = await awaited(lambda: list(answers)[-1], request, stop)
        except FootnoteError as error:
            return JSONResponse({"error": {"message": str(error), "type": "invalid_request_error"}}, 400)
        message = {"role": "assistant", **_whole(answer, words_alone=shelf.library.by_words_alone)}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "outcome": answer.outcome}
        return JSONResponse({**head, "object": "chat.completion", "choices": [choice]})

    router.add_api_route("/models", models)
    router.add_api_route("/chat/completions", complete, methods=["POST"], response_model=None)
    return router


def _whole(answer: Answer, *, words_alone: bool) -> dict[str, Any]:
    """Return the text with its footnotes and, where it was searched by words alone, that it was; then its citations."""
    content = to_plain(answer) + (_words_alone() if words_alone else "")
    return {"content": content, "citations": plain_citations(answer), "words_alone": words_alone}


def _words_alone() -> str:
    """Return what stands below an answer for which the disk was too full; it is no part of the answer."""
    return "\n\n" + speaker("en")("words_alone")


def _turns(messages: list[Said]) -> tuple[str, list[Turn]]:
    """Return the last question, and the questions before it with what was answered."""
    spoken = [message for message in messages if message.role in ("user", "assistant")]
    asked = [at for at, message in enumerate(spoken) if message.role == "user"]
    history = [
        Turn(spoken[at].text, spoken[at + 1].text.removesuffix(_words_alone()))
        for at in asked[:-1]
        if at + 1 < len(spoken) and spoken[at + 1].role == "assistant"
    ]
    return (spoken[asked[-1]].text if asked else ""), history


def _streamed(
    first: Answer, answers: Generator[Answer, None, None], head: dict[str, Any], *, library: Library
) -> Generator[str, None, None]:
    """Yield events with the text as it is checked, then its footnotes; text never changes once it is sent."""
    sent, answer = "", first

    def event(delta: dict[str, Any], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return f"data: {json.dumps({**head, 'object': 'chat.completion.chunk', 'choices': [choice]})}\n\n"

    yield event({"role": "assistant", "content": ""})
    try:
        for answer in answers:
            if answer.text.startswith(sent) and answer.text != sent:
                yield event({"content": answer.text[len(sent) :]})
                sent = answer.text
    except FootnoteError as error:
        yield f"data: {json.dumps({'error': {'message': str(error)}})}\n\n"
        return
    finally:
        answers.close()
    whole = _whole(answer, words_alone=library.by_words_alone)
    content = whole["content"]
    rest = content[len(sent) :] if content.startswith(sent) else f"\n\n{content}"
    yield event({**whole, "content": rest})
    yield event({}, "stop")
    yield "data: [DONE]\n\n"
