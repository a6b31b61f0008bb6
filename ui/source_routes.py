"""The addresses of one document: marked, as text, as its file, as a picture of a page. Library -> APIRouter."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from pydantic import BaseModel, Field

from rag.errors import SourceError
from rag.library import Library
from rag.records import Document, Span
from rag.standing import find_again
from ui.answer import draw_error
from ui.pages import picture
from ui.sources import draw_source, original
from ui.words import speaker


class Quoted(BaseModel):
    """What an answer quotes, and where it stood then."""

    doc: str = Field(max_length=1_000)
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    quote: str = Field(max_length=100_000)


class Quotes(BaseModel):
    """The quotes of a conversation."""

    quotes: list[Quoted] = Field(max_length=2_000)


def routes(library: Library) -> APIRouter:
    """Return `/source`, `/text`, `/file`, `/page` and `/standing`; only documents of the library are shown."""
    router = APIRouter()

    def source(doc: str, start: int = 0, end: int = 0, quote: str = "", language: str = "en") -> HTMLResponse:
        say, span = speaker(language), Span(max(0, start), max(0, end))
        try:
            return HTMLResponse(draw_source(library.document(doc), span, say, quote))
        except SourceError:
            return HTMLResponse(draw_error(say("document_gone")), status_code=404)

    def text(doc: str) -> PlainTextResponse:
        try:
            return PlainTextResponse(library.document(doc).text)
        except SourceError as error:
            return PlainTextResponse(str(error), status_code=404)

    def file(doc: str) -> Response:
        try:
            return original(library, library.document(doc))
        except SourceError as error:
            return PlainTextResponse(str(error), status_code=404)

    def page(doc: str, start: int, end: int) -> Response:
        try:
            document = library.document(doc)
            raw = library.original(document)
        except SourceError as error:
            return PlainTextResponse(str(error), status_code=404)
        drawn = picture(raw, document.text[max(0, start) : max(0, end)], page=_page_at(document, start))
        if drawn is None:
            return PlainTextResponse("The quote was not found on a page.", status_code=404)
        return Response(
            drawn.png, media_type="image/png", headers={"X-Page": str(drawn.number), "X-Top": str(drawn.top)}
        )

    def standing(asked: Quotes) -> list[str]:
        return _standing(library, asked.quotes)

    router.add_api_route("/standing", standing, methods=["POST"])
    router.add_api_route("/page", page, response_class=Response)
    router.add_api_route("/source", source, response_class=HTMLResponse)
    router.add_api_route("/text", text, response_class=PlainTextResponse)
    router.add_api_route("/file", file, response_class=PlainTextResponse)
    return router


def _standing(library: Library, quotes: Sequence[Quoted]) -> list[str]:
    """Return for each quote the key of what is to be said of it: "" where its words stand in the document still."""
    texts: dict[str, str | None] = {}
    for doc in {one.doc for one in quotes}:
        try:
            texts[doc] = library.document(doc).text
        except SourceError:
            texts[doc] = None

    def told(one: Quoted) -> str:
        text = texts[one.doc]
        if text is None:
            return "document_gone"
        return "" if find_again(text, Span(one.start, one.end), one.quote) else "words_gone"

    return list(map(told, quotes))


def _page_at(document: Document, start: int) -> int | None:
    """Return the number of the page on which a character of a document stands, None when it is not known."""
    label = next((place.label for place in reversed(document.places) if place.start <= start), "")
    found = re.fullmatch(r"page (\d+)", label)
    return int(found[1]) if found else None
