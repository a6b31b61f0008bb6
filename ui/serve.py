"""Serve the page on this machine only, unless told otherwise. Library -> a running server."""

from __future__ import annotations

import errno
import logging
import os
import socket
import threading
import webbrowser
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
import uvicorn
from fastapi import APIRouter, FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import BaseRoute

from rag.errors import FootnoteError, SettingsError
from rag.library import Library
from ui import fetching, judging, kept, measuring_routes, models, openai, shelf_routes, source_routes, suggest, tools
from ui.adding import Shelf
from ui.asking import Asking
from ui.engines import Engines
from ui.fetching import Downloads
from ui.guard import Guard
from ui.libraries import Libraries
from ui.local_page import LocalPage
from ui.measuring import Measuring
from ui.page import build_page
from ui.shell import draw_head
from ui.tools import Lifespan
from ui.watching import watching

LOOPBACK = ("127.0.0.1", "localhost", "::1")

_N_PORTS = 50

_ALONE: int | None = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
"""On Windows, where SO_REUSEADDR would share a port that is taken; such a port is also told as one without rights."""

_LAST_RESERVED = 1023


def build_app(
    library: Library, *, host: str = "127.0.0.1", password: str | None = None, mcp: bool = False, watch: bool = False
) -> FastAPI:
    """Return the whole site: the page at `/`, and beside it the addresses that its rooms bring; `/mcp` if asked for.

    With `watch` the libraries are kept in step with their folders as long as the site runs.

    Raises `SettingsError` for an address others can reach without a password, or when `mcp` is not installed.
    """
    if host not in LOOPBACK and not password:
        raise SettingsError(
            f"Listening on {host} lets others on the network read your documents. Give them a password to type, "
            "with --password, or leave --host out to listen on this machine only."
        )
    local = host in LOOPBACK
    shelf = Shelf(library)
    site = partial(_site, host=host, downloads=Downloads(), watch=watch)
    added, lifespans = tools.routes(shelf, local=local) if mcp else ([], [])
    listing = APIRouter()
    if local:
        others = Libraries(library, site)
        listing = others.listing(library.name)
        added, lifespans = [*added, *others.routes()], [*lifespans, others.lifespan]
    app = site(shelf, listing, added=added, lifespans=lifespans)
    app.add_middleware(LocalPage)
    app.add_middleware(Guard, password=password)
    if local:
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "[::1]"])
    return app


def _site(
    shelf: Shelf, listing: APIRouter, *, host: str, downloads: Downloads, watch: bool,
    added: Sequence[BaseRoute] = (), lifespans: Sequence[Lifespan] = (),
) -> FastAPI:  # fmt: skip
    """Return the page of one library with all that it asks for, not guarded yet."""
    local = host in LOOPBACK
    library = shelf.library
    engines = Engines(library, may_name_models=local)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(run_in_threadpool, shelf.close)
            if watch:
                stack.enter_context(watching(shelf))
            for one in lifespans:
                await stack.enter_async_context(one(app))
            yield

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.state.shelf = shelf
    app.router.routes += added
    for router in (
        Asking(engines, shelf).routes(), suggest.routes(engines), shelf_routes.routes(shelf, may_follow=local),
        judging.routes(library), source_routes.routes(library), measuring_routes.routes(Measuring(library)),
        openai.routes(shelf), models.routes(engines, local=local), fetching.routes(downloads, local=local), listing,
    ):  # fmt: skip
        app.include_router(router)
    if local:
        app.include_router(kept.routes(library))
    gr.mount_gradio_app(
        app, build_page(shelf), path="/", server_name=host, show_error=False, run_history=False,
        enable_monitoring=False, footer_links=[], ssr_mode=False, theme=_theme(), head=draw_head(library),
        max_file_size=1,
    )  # fmt: skip
    return app


def serve(
    library: Library, *, host: str = "127.0.0.1", port: int = 7860, open_browser: bool = True,
    password: str | None = None, mcp: bool = False,
) -> None:  # fmt: skip
    """Serve the page until Ctrl-C, at `port` or the next free one.

    Meanwhile the documents are kept in step, which page and terminal tell of, and the models load.
    """
    app = build_app(library, host=host, password=password, mcp=mcp, watch=True)
    listening = _listen(host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    print(f"Footnote is at {address}  (Ctrl-C stops it)", flush=True)
    if mcp:
        print(f"Its MCP server is at {address}/mcp", flush=True)
    threading.Thread(target=_warm, args=(library,), daemon=True).start()
    if open_browser:
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    server.run(sockets=[listening])


def _theme() -> gr.themes.Base:
    return gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"])


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens at `port` or at one of the next. Raises `SettingsError` when it cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for tried in range(port, min(port + _N_PORTS, 65536)):
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, _ALONE or socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, tried))
            listening.listen()  # who comes before the server has begun waits for it
        except OverflowError as error:
            raise SettingsError(f"The port {port} is not between 0 and 65535.") from error
        except PermissionError as error:
            listening.close()
            if _ALONE and tried > _LAST_RESERVED:
                continue
            raise SettingsError(f"The port {port} needs rights you do not have. Choose one above 1023.") from error
        except OSError as error:
            listening.close()
            if not isinstance(error, socket.gaierror) and error.errno in _TAKEN:
                continue
            raise SettingsError(f"The address {host!r} cannot be listened on: {error.strerror}.") from error
        return listening
    raise SettingsError(f"The ports {port} to {port + _N_PORTS - 1} are all taken. Choose another with --port.")


_TAKEN = {errno.EADDRINUSE}


def _warm(library: Library) -> None:
    """Load the models before the first question; a failure shows when that is asked."""
    try:
        library.warm()
    except FootnoteError as error:
        logging.getLogger("footnote").warning("%s", error)
