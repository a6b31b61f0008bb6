"""Take what people think of answers. a judgement (JSON) -> feedback and rows of their question set."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, Field

from rag.feedback import Judgement, keep_judgement, keep_question
from rag.library import Library


class Judged(BaseModel):
    """An answer and what a person thought of it."""

    question: str = Field(min_length=1, max_length=10_000)
    answer: str = Field(max_length=100_000)
    verdict: Literal["right", "wrong"] = "wrong"
    reason: str = Field("", max_length=10_000)
    right_answer: str = Field("", max_length=10_000)
    should_decline: bool = False
    history: list[tuple[str, str]] = Field([], max_length=100)


def routes(library: Library) -> APIRouter:
    """Return `/feedback`. A wrong answer with what would have been right joins the person's own question set.

    If that cannot be, the reply (422) says why, and nothing is kept.
    """
    router = APIRouter()

    def judge(judged: Judged) -> PlainTextResponse:
        judgement = Judgement(**(judged.model_dump() | {"history": tuple(judged.history)}))
        is_question = judged.verdict == "wrong" and (judged.right_answer.strip() or judged.should_decline)
        if is_question:
            texts = ((Path(document.path).name, document.text) for document in library.documents())
            if why_not := keep_question(library.path, judgement, texts):
                return PlainTextResponse(why_not, 422)
        keep_judgement(library.path, judgement)
        return PlainTextResponse("Kept in your question set." if is_question else "Kept.")

    router.add_api_route("/feedback", judge, methods=["POST"])
    return router
