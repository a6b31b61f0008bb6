"""Serve the libraries beside the one that was opened, each at an address of its own; make more. name -> its page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute, Mount
from starlette.types import Receive, Scope, Send

from rag.assemble import open_library
from rag.corpus.glance import glance
from rag.errors import FootnoteError, LibraryError
from rag.library import Library
from rag.places import HOME_NAME, cached_libraries, libraries_in
from ui.adding import Shelf
from ui.new_library import checked_name, make_library
from ui.words import Say, speaker

Build = Callable[[Shelf, APIRouter], FastAPI]


class NewLibrary(BaseModel):
    """A library to be made, and a folder on this machine that it is to follow ("": none)."""

    name: str
    folder: str = Field("", max_length=4096)


class Libraries:
    """The pages of the libraries in one `.footnote` folder, opened when they are first asked for.

    A page asks by addresses relative to its own, so that each is complete under `/library/NAME/`.
    """

    def __init__(self, library: Library, build: Build) -> None:
        self._library = library
        self._build = build
        self._sites: dict[str, FastAPI] = {}
        self._opening = asyncio.Lock()
        self._closing = AsyncExitStack()

    def names(self) -> list[str]:
        """Return the names of all libraries here, the one that was opened among them, sorted."""
        found = {path.name for path in libraries_in(self._home)} if self._is_shared else set()
        return sorted(found | {self._library.name})

    def listing(self, current: str) -> APIRouter:
        """Return `/libraries` as seen from the page of `current`: GET tells of every library, POST makes a new one.

        Nothing is taken but JSON, which no other site may send without asking first.
        """
        router = APIRouter()
        opened = self._library.name
        up = "./" if current == opened else "../../"

        def address(name: str) -> str:
            return up if name == opened else f"{up}library/{quote(name, safe='')}/"

        def listed() -> JSONResponse:
            rows = [
                {"name": name, "href": address(name), "current": name == current, "documents": self._count(name)}
                for name in self.names()
            ]
            return JSONResponse({"libraries": rows, "may_make": self._is_shared})

        def make(new: NewLibrary, language: str = "en") -> Response:
            try:
                return JSONResponse({"href": address(self._make(new, speaker(language)))})
            except FootnoteError as error:
                return PlainTextResponse(str(error), 400)

        router.add_api_route("/libraries", listed)
        router.add_api_route("/libraries", make, methods=["POST"], response_model=None)
        return router

    def routes(self) -> list[BaseRoute]:
        """Return `/library/NAME/`, under which the whole site of a library lies."""
        return [Mount("/library/{name}", app=self._serve)]

    @asynccontextmanager
    async def lifespan(self, _: Any) -> AsyncIterator[None]:
        """Close at the end what was opened."""
        async with self._closing:
            yield

    @property
    def _home(self) -> Path:
        return self._library.path.parent

    @property
    def _is_shared(self) -> bool:
        """Whether the library lies in a folder that is for libraries."""
        return self._home.name == HOME_NAME or self._home == cached_libraries()

    def _count(self, name: str) -> int | None:
        """Return how many documents a library answers from; None for one that cannot be read, as its page tells."""
        try:
            return glance(self._home / name).documents
        except FootnoteError:
            return None

    def _make(self, new: NewLibrary, say: Say) -> str:
        if not self._is_shared:
            raise LibraryError(f"The library lies by itself, in {str(self._home)!r}: none is made beside it.")
        name = checked_name(new.name, self.names(), say)
        make_library(self._home / name, new.folder, settings=self._library.settings, say=say)
        return name

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope["path_params"]["name"]
        if name not in self.names() or name == self._library.name:
            await PlainTextResponse("There is no such library here.", 404)(scope, receive, send)
            return
        try:
            site = await self._site(name)
        except FootnoteError as error:
            await PlainTextResponse(str(error), 409)(scope, receive, send)
            return
        await site({**scope, "path_params": {}}, receive, send)

    async def _site(self, name: str) -> FastAPI:
        async with self._opening:
            if name not in self._sites:
                site = await run_in_threadpool(self._opened, name)
                self._closing.push_async_callback(run_in_threadpool, _close, site)
                await self._closing.enter_async_context(site.router.lifespan_context(site))
                self._sites[name] = site
            return self._sites[name]

    def _opened(self, name: str) -> FastAPI:
        """Return the site of a library, which is opened, brought up to date and drawn: seconds, in which others ask."""
        library = open_library(at=self._home / name, settings=self._library.settings)

        async def built() -> FastAPI:
            return self._build(Shelf(library), self.listing(name))

        try:
            return asyncio.run(built())  # gradio opens a loop of its own where none runs, and never closes it
        except BaseException:
            library.close()
            raise


def _close(site: FastAPI) -> None:
    """Close a site's library once its sync has ended; one that goes on keeps it open until the process ends."""
    if site.state.shelf.close():
        site.state.shelf.library.close()
