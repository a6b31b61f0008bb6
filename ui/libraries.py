"""Serve the libraries that lie beside the one that was opened, each at an address of its own. name -> its page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.routing import BaseRoute, Mount
from starlette.types import Receive, Scope, Send

from rag.assemble import open_library
from rag.errors import FootnoteError
from rag.library import Library
from rag.places import HOME_NAME, cached_libraries

Build = Callable[[Library, APIRouter], FastAPI]


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
        home = self._library.path.parent
        shared = home.name == HOME_NAME or home == cached_libraries()
        found = {path.parent.name for path in home.glob("*/library.sqlite")} if shared else set()
        return sorted(found | {self._library.name})

    def listing(self, current: str) -> APIRouter:
        """Return `/libraries`: every library's name and its address as seen from the page of `current`."""
        router = APIRouter()
        opened = self._library.name

        def listed() -> JSONResponse:
            up = "./" if current == opened else "../../"
            rows = [(name, up if name == opened else f"{up}library/{quote(name, safe='')}/") for name in self.names()]
            return JSONResponse([{"name": name, "href": href, "current": name == current} for name, href in rows])

        router.add_api_route("/libraries", listed)
        return router

    def routes(self) -> list[BaseRoute]:
        """Return `/library/NAME/`, under which the whole site of a library lies."""
        return [Mount("/library/{name}", app=self._serve)]

    @asynccontextmanager
    async def lifespan(self, _: Any) -> AsyncIterator[None]:
        """Close at the end what was opened."""
        async with self._closing:
            yield

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
                folder: Path = self._library.path.parent / name
                library = open_library(at=folder, settings=self._library.settings)
                self._closing.callback(library.close)
                site = self._build(library, self.listing(name))
                await self._closing.enter_async_context(site.router.lifespan_context(site))
                self._sites[name] = site
            return self._sites[name]
