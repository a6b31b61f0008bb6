"""The addresses of the evaluation page. Measuring -> APIRouter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from html import escape

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from pydantic import BaseModel, Field

from rag.errors import SettingsError
from ui.measuring import Measuring, Theme

_SHUT = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "sandbox allow-same-origin",
    "X-Frame-Options": "SAMEORIGIN",
}
"""A report may be framed by the page, which asks how long it is; it runs nothing."""


class Run(BaseModel):
    """A set to run, and how many of its questions (0: all)."""

    name: str = Field(max_length=80)
    limit: int = Field(0, ge=0, le=100_000)


def routes(measuring: Measuring) -> APIRouter:
    """Return what the evaluation page asks."""
    router = APIRouter(prefix="/evaluation")

    def state() -> JSONResponse:
        return JSONResponse({"sets": measuring.sets(), "runs": measuring.runs(), **asdict(measuring.state())})

    def start(run: Run) -> PlainTextResponse:
        try:
            measuring.start(run.name, run.limit)
        except SettingsError as error:
            return PlainTextResponse(str(error), 409)
        return PlainTextResponse("Started.")

    def stop() -> PlainTextResponse:
        measuring.stop()
        return PlainTextResponse("Stopped.")

    def report(run: str, theme: Theme = "system") -> HTMLResponse:
        return _shown(lambda: measuring.report(run, theme))

    def compare(before: str, after: str, theme: Theme = "system") -> HTMLResponse:
        return _shown(lambda: measuring.compare(before, after, theme))

    router.add_api_route("", state)
    router.add_api_route("/run", start, methods=["POST"])
    router.add_api_route("/stop", stop, methods=["POST"])
    router.add_api_route("/report", report, response_class=HTMLResponse)
    router.add_api_route("/compare", compare, response_class=HTMLResponse)
    return router


def _shown(draw: Callable[[], str]) -> HTMLResponse:
    try:
        return HTMLResponse(draw(), headers=_SHUT)
    except SettingsError as error:
        return HTMLResponse(escape(str(error)), 404, headers=_SHUT)
