"""Stop an answer whose reader goes away, so that no model writes for nobody. answers -> what is sent of them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Generator
from typing import TypeVar

import anyio
from fastapi import Request
from starlette.concurrency import run_in_threadpool

T = TypeVar("T")


async def pumped(lines: Generator[str, None, None], stop: threading.Event) -> AsyncIterator[str]:
    """Pass the lines on from a thread. When the reader goes away, the answer is stopped and its model let go.

    It is told so at once, not only with its next line, which may be long in coming.
    """
    turn = threading.Lock()

    def following() -> str | None:
        with turn:
            return next(lines, None)

    def close() -> None:
        with turn:
            lines.close()

    try:
        while True:
            line = await asyncio.shield(asyncio.ensure_future(run_in_threadpool(following)))
            if line is None:
                break
            yield line
    finally:
        stop.set()
        with anyio.CancelScope(shield=True):
            await run_in_threadpool(close)


async def awaited(made: Callable[[], T], request: Request, stop: threading.Event) -> T:
    """Return what is made in a thread; `stop` is set as soon as who asked for it goes away."""

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        stop.set()

    watching = asyncio.create_task(watch())
    try:
        found: T = await run_in_threadpool(made)
        return found
    finally:
        watching.cancel()
