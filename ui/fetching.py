"""Download a model when the person at the page orders it, or delete it. OWNER/NAME/FILE.gguf -> how far it is."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass, replace

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, Field

from rag.errors import FootnoteError, ModelError, SettingsError
from rag.fetch_model import delete_model, fetch_model, held_models, model_place


@dataclass(frozen=True, slots=True)
class Offer:
    """A model to choose: the size of its file and the memory it needs, in GB, and its licence as published."""

    name: str
    gb: float
    memory_gb: int
    licence: str


OFFERS = (
    Offer("unsloth/granite-4.1-3b-GGUF/granite-4.1-3b-Q4_K_M.gguf", 2.1, 4, "Apache-2.0"),
    Offer("unsloth/Qwen3-4B-Instruct-2507-GGUF/Qwen3-4B-Instruct-2507-Q4_K_M.gguf", 2.5, 8, "Apache-2.0"),
    Offer("unsloth/gemma-4-E4B-it-GGUF/gemma-4-E4B-it-Q4_K_M.gguf", 5.0, 16, "Apache-2.0"),
)
"""Smaller first. Each is quantised to about four bits a weight (Q4_K_M)."""


@dataclass(frozen=True, slots=True)
class Downloading:
    """The download that is going on, or how the last one ended: with a `path`, stopped, or `failed` (a sentence)."""

    running: bool = False
    name: str = ""
    done_bytes: int = 0
    total_bytes: int = 0
    left_seconds: float = 0.0
    path: str = ""
    stopped: bool = False
    failed: str = ""


class Downloads:
    """One download at a time, for every page of this server. Safe to use from several threads."""

    def __init__(self) -> None:
        self._state = Downloading()
        self._stop = threading.Event()
        self._lock = threading.Lock()

    @property
    def state(self) -> Downloading:
        """How far the download is."""
        return self._state

    def start(self, name: str) -> None:
        """Begin to download OWNER/NAME/FILE.gguf.

        Raises `ModelError` for a name of another form, `SettingsError` while another download is going on.
        """
        model_place(name)
        with self._lock:
            if self._state.running:
                raise SettingsError("A model is being downloaded already. Stop it, or wait until it is here.")
            self._stop.clear()
            self._state = Downloading(running=True, name=name)
            threading.Thread(target=self._run, args=(name,), daemon=True).start()

    def stop(self) -> None:
        """Stop the download; what came is kept, and another start goes on from there."""
        self._stop.set()

    def _run(self, name: str) -> None:
        ended = Downloading(name=name, stopped=True)
        steps = fetch_model(name)
        try:
            for step in steps:
                self._state = replace(
                    self._state, done_bytes=step.done_bytes, total_bytes=step.total_bytes,
                    left_seconds=step.left_seconds,
                )  # fmt: skip
                if self._stop.is_set():
                    break
            else:
                ended = Downloading(name=name, path=str(model_place(name)))
        except (FootnoteError, OSError) as error:
            ended = Downloading(name=name, failed=str(error))
        finally:
            steps.close()
            self._state = ended


def _state(downloads: Downloads) -> JSONResponse:
    held = [{**asdict(one), "path": str(model_place(one.name))} for one in held_models()]
    return JSONResponse({"offers": [asdict(one) for one in OFFERS], "held": held, **asdict(downloads.state)})


class Ordered(BaseModel):
    """A file of the hub."""

    name: str = Field(min_length=1, max_length=300)


def routes(downloads: Downloads, *, local: bool) -> APIRouter:
    """Return `/model/download`: how far it is, what there is to choose and what is here; by POST a start.

    `/stop` ends it, `/delete` takes a model away. `local`: whether the page may have files fetched to this machine.
    """
    router = APIRouter(prefix="/model/download")
    if not local:
        refused = PlainTextResponse("Models can only be downloaded on the machine that Footnote runs on.", 403)
        router.add_api_route("{rest:path}", lambda: refused, methods=["GET", "POST"], response_model=None)
        return router

    def start(ordered: Ordered) -> Response:
        try:
            downloads.start(ordered.name)
        except ModelError as error:
            return PlainTextResponse(str(error), 400)
        except SettingsError as error:
            return PlainTextResponse(str(error), 409)
        return PlainTextResponse("Started.")

    def stop() -> Response:
        downloads.stop()
        return PlainTextResponse("Stopped.")

    def delete(ordered: Ordered) -> Response:
        try:
            return JSONResponse({"freed_bytes": delete_model(ordered.name)})
        except ModelError as error:
            return PlainTextResponse(str(error), 409)

    router.add_api_route("", lambda: _state(downloads), response_model=None)
    router.add_api_route("", start, methods=["POST"], response_model=None)
    router.add_api_route("/stop", stop, methods=["POST"], response_model=None)
    router.add_api_route("/delete", delete, methods=["POST"], response_model=None)
    return router
