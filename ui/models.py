"""Tell what the language model is, and try out another that a person names. path of a GGUF file -> its facts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, Field

from rag.errors import FootnoteError
from rag.readers import ModelFacts, model_facts
from ui.engines import Engines


class Named(BaseModel):
    """A model file on this machine."""

    path: str = Field(min_length=1, max_length=4096)


def routes(engines: Engines, *, local: bool) -> APIRouter:
    """Return `/model`: the one in use, without loading it, and by POST another, loaded and tried out.

    `local`: whether the page may name files of this machine.
    """
    router = APIRouter()
    settings = engines.library.settings

    def current() -> Response:
        try:
            return JSONResponse({"may_name": local, **_plain(model_facts(settings, try_out=False))})
        except FootnoteError as error:
            return PlainTextResponse(str(error), 409)

    def tried(named: Named) -> Response:
        if not local:
            return PlainTextResponse("Models can only be named on the machine that Footnote runs on.", 403)
        try:
            path = Path(named.path).expanduser().resolve()
            return JSONResponse({"path": str(path), **_plain(model_facts(replace(settings, model_path=path)))})
        except (FootnoteError, OSError) as error:
            return PlainTextResponse(str(error), 400)

    router.add_api_route("/model", current, response_model=None)
    router.add_api_route("/model", tried, methods=["POST"], response_model=None)
    return router


def _plain(facts: ModelFacts) -> dict[str, Any]:
    return {
        "name": facts.name, "mb": round(facts.n_bytes / 1e6), "memory_gb": round(facts.memory_bytes / 1e9, 1),
        "speed": round(facts.tokens_per_second), "writes": facts.writes,
    }  # fmt: skip
