"""The addresses that show, take and remove documents. Shelf -> APIRouter."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from rag.errors import FootnoteError, LibraryLocked
from ui.adding import Shelf
from ui.documents import draw_followed, draw_list, draw_progress, draw_table, matching
from ui.words import speaker


class Doc(BaseModel):
    """A document of the library."""

    doc_id: str = Field(max_length=64)


class Folder(BaseModel):
    """A folder or file on this machine."""

    path: str = Field(max_length=4096)


def routes(shelf: Shelf, *, may_follow: bool) -> APIRouter:
    """Return all that the page asks about documents. `may_follow`: whether it may name folders of this machine.

    Nothing is taken but JSON and PUT, which no other site may send without asking first.
    """
    router = APIRouter()

    def listed(language: str = "en", find: str = "") -> JSONResponse:
        say, files, state = speaker(language), shelf.library.status(), shelf.state
        found = matching(files, find)
        return JSONResponse(
            {
                "count": len(files), "list": draw_list(found, say, find), "table": draw_table(shelf, found, say),
                "followed": draw_followed(shelf, say),
                "running": state.running,
                "done": state.done, "total": state.total, "said": draw_progress(state, say),
                "may_follow": may_follow, "words_alone": shelf.library.by_words_alone,
            }
        )  # fmt: skip

    def progress(language: str = "en") -> JSONResponse:
        state = shelf.state
        said = draw_progress(state, speaker(language))
        told = {"running": state.running, "nth": state.nth, "done": state.done, "total": state.total, "said": said}
        return JSONResponse(told)

    async def upload(name: str, request: Request, language: str = "en") -> PlainTextResponse:
        return await _take(shelf, name, request, language)

    router.add_api_route("/documents", listed)
    router.add_api_route("/documents/progress", progress)
    router.add_api_route("/documents/{name:path}", upload, methods=["PUT"])
    _changing(router, shelf, may_follow=may_follow)
    return router


def _changing(router: APIRouter, shelf: Shelf, *, may_follow: bool) -> None:
    """Add the addresses that remove, follow, sync and stop."""

    def remove(doc: Doc) -> PlainTextResponse:
        return _tried(lambda: shelf.remove(doc.doc_id))

    def follow(folder: Folder) -> PlainTextResponse:
        if not may_follow:
            return PlainTextResponse("Folders can only be named on the machine that Footnote runs on.", 403)
        return _tried(lambda: shelf.follow(folder.path))

    def unfollow(folder: Folder) -> PlainTextResponse:
        return _tried(lambda: shelf.unfollow(folder.path))

    def sync() -> PlainTextResponse:
        return _tried(shelf.sync)

    def stop() -> PlainTextResponse:
        return _tried(shelf.stop)

    for address, do in (("remove", remove), ("follow", follow), ("unfollow", unfollow), ("sync", sync), ("stop", stop)):
        router.add_api_route(f"/documents/{address}", do, methods=["POST"])


async def _take(shelf: Shelf, name: str, request: Request, language: str) -> PlainTextResponse:
    """Write an uploaded file where the library follows it, whole or not at all; one of the same name gives way."""
    say = speaker(language)
    limit = shelf.library.settings.max_file_mb * 1_000_000
    try:
        path = await run_in_threadpool(shelf.room_for, name)
    except FootnoteError as error:
        return PlainTextResponse(str(error), 409)
    except OSError as error:
        return PlainTextResponse(say("not_written", name=name, why=error.strerror), 507)
    partial = path.with_name(f".{uuid.uuid4().hex}.part")  # its own: the same name may be on its way twice
    size = 0
    try:
        with partial.open("wb") as file:
            async for piece in request.stream():
                size += len(piece)
                if size > limit:
                    return PlainTextResponse(say("too_large", name=path.name, mb=limit // 1_000_000), 413)
                file.write(piece)
        partial.replace(path)
    except OSError as error:
        return PlainTextResponse(say("not_written", name=path.name, why=error.strerror), 507)
    finally:
        partial.unlink(missing_ok=True)
    return PlainTextResponse(path.name)


def _tried(do: Callable[[], None]) -> PlainTextResponse:
    """Do it; an error a person can mend is said, with 423 for a library that another process writes."""
    try:
        do()
    except LibraryLocked as error:
        return PlainTextResponse(str(error), 423)
    except FootnoteError as error:
        return PlainTextResponse(str(error), 400)
    return PlainTextResponse("Done.")
