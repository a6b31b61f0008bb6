"""Keep conversations in the library's folder, for who asks for it. a conversation (JSON) <-> a file, made harmless."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from starlette.concurrency import run_in_threadpool

from rag.corpus.lock import turn_of
from rag.library import Library
from ui.merging import Talk, merged, parsed, says_more

_ID = re.compile(r"[a-z0-9]{4,32}")
_MAX_BYTES = 20_000_000
_DEEPEST = 50
_MARK_DAYS = 90
_TAGS = frozenset(
    "article p div span button details summary h3 table caption thead tbody tr th td mark ol ul li form label input"
    " s br strong time".split()
)
_VOID = frozenset(["input", "br"])
_ATTRIBUTE = re.compile(
    r"class|type|dir|lang|role|scope|name|value|maxlength|tabindex|datetime|hidden|title|(data|aria)-[a-z-]+"
)


class Kept:
    """The conversations on disk, one file each; a file that is torn or was tampered with harms nothing.

    Several browsers may go on with one: what each says stays. Of a deleted one a mark is left, so that none brings it
    back. Marks older than `_MARK_DAYS` go when the next one is made: a browser that was away for longer, and then goes
    on with its own copy, does bring it back.
    """

    def __init__(self, library: Library) -> None:
        self._folder = library.path / "conversations"

    def heads(self) -> list[Talk]:
        """Return id, name and time of each, newest first."""
        found = ((path.stem, self._load(path.stem)) for path in self._folder.glob("*.json"))
        rows = [{"id": talk_id, "name": talk["name"], "when": talk["when"]} for talk_id, talk in found if talk]
        return sorted(rows, key=lambda row: -float(row["when"]))

    def deleted(self) -> dict[str, float]:
        """Return the ids of those that were deleted, and when, in ms."""
        return {mark.stem: made * 1000 for mark, made in self._marks()}

    def read(self, talk_id: str) -> Talk | None:
        """Return a conversation whose answers hold nothing live; None when there is none."""
        talk = self._load(talk_id)
        return _inert(talk) if talk else None

    def write(self, talk_id: str, raw: bytes) -> Talk | None:
        """Keep a conversation with what is kept of it, whole or not at all; return it where it is more than was given.

        Raises `ValueError` for what is none, `LookupError` for one that was deleted.
        """
        sent = talk = parsed(talk_id, raw)
        self._folder.mkdir(parents=True, exist_ok=True)
        with turn_of(self._lock):
            if self._mark(talk_id).exists():
                raise LookupError(talk_id)
            if kept := self._load(talk_id):
                talk = merged(sent, kept)
            partial = self._folder / f".{talk_id}.part"
            partial.write_text(json.dumps(talk), "utf-8")
            partial.replace(self._file(talk_id))
        return _inert(talk) if says_more(talk, sent) else None

    def delete(self, talk_id: str) -> None:
        """Forget a conversation for good."""
        self._file(talk_id).unlink(missing_ok=True)  # first: over a full disk it makes room for the mark
        self._folder.mkdir(parents=True, exist_ok=True)
        with turn_of(self._lock):
            self._mark(talk_id).touch()
            self._file(talk_id).unlink(missing_ok=True)
            for mark, made in self._marks():
                if made < time.time() - _MARK_DAYS * 86_400:
                    mark.unlink(missing_ok=True)

    def _marks(self) -> Iterator[tuple[Path, float]]:
        """Yield the marks of those that were deleted, and when each was made, in s; one that goes meanwhile is none."""
        for mark in self._folder.glob("*.deleted"):
            try:
                made = mark.stat().st_mtime
            except FileNotFoundError:
                continue
            yield mark, made

    @property
    def _lock(self) -> Path:
        return self._folder / ".lock"

    def _file(self, talk_id: str) -> Path:
        return self._folder / f"{talk_id}.json"

    def _mark(self, talk_id: str) -> Path:
        return self._folder / f"{talk_id}.deleted"

    def _load(self, talk_id: str) -> Talk | None:
        try:
            return parsed(talk_id, self._file(talk_id).read_bytes())
        except (OSError, ValueError):
            return None


def _inert(talk: Talk) -> Talk:
    """Return a conversation whose answers hold nothing live."""
    return {**talk, "turns": [{**turn, "html": harmless(str(turn.get("html", "")))} for turn in talk["turns"]]}


def harmless(html: str) -> str:
    """Return a drawn answer, written anew of none but the elements and attributes that answers are drawn with.

    What is nested deeper than any answer is left out.
    """
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser(html).body
    parts: list[str] = []
    depth = 0
    stack: list[Any] = [] if body is None else list(body.iter(include_text=True))[::-1]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
            depth -= 1
        elif node.tag == "-text":
            parts.append(escape(node.text_content or "", quote=False))
        elif node.tag in _TAGS and depth < _DEEPEST:
            named = [(name, value or "") for name, value in node.attributes.items() if _ATTRIBUTE.fullmatch(name)]
            kept = "".join(f' {name}="{escape(value)}"' for name, value in named)
            parts.append(f"<{node.tag}{kept}>")
            if node.tag not in _VOID:
                depth += 1
                stack += [f"</{node.tag}>", *list(node.iter(include_text=True))[::-1]]
    return "".join(parts)


def routes(library: Library) -> APIRouter:
    """Return `/talks` and `/talks/ID`, to read, keep and delete."""
    router, kept = APIRouter(prefix="/talks"), Kept(library)
    unknown = PlainTextResponse("There is no such conversation.", 404)

    def listed() -> JSONResponse:
        return JSONResponse({"kept": kept.heads(), "deleted": kept.deleted()})

    def read(talk_id: str) -> Response:
        talk = kept.read(talk_id) if _ID.fullmatch(talk_id) else None
        return JSONResponse(talk) if talk else unknown

    async def keep(talk_id: str, request: Request) -> Response:
        if not _ID.fullmatch(talk_id):
            return unknown
        raw = b""
        async for piece in request.stream():
            raw += piece
            if len(raw) > _MAX_BYTES:
                return PlainTextResponse("The conversation is too long to be kept on disk.", 413)
        try:
            more = await run_in_threadpool(kept.write, talk_id, raw)
        except ValueError:
            return PlainTextResponse("This is no conversation.", 400)
        except LookupError:
            return PlainTextResponse("This conversation was deleted.", 410)
        except OSError as error:
            return PlainTextResponse(f"The conversation could not be written: {error.strerror}.", 507)
        return JSONResponse(more)

    def delete(talk_id: str) -> PlainTextResponse:
        try:
            if _ID.fullmatch(talk_id):
                kept.delete(talk_id)
        except OSError as error:
            return PlainTextResponse(f"The conversation could not be deleted for good: {error.strerror}.", 507)
        return PlainTextResponse("Deleted.")

    router.add_api_route("", listed)
    router.add_api_route("/{talk_id}", read, response_model=None)
    router.add_api_route("/{talk_id}", keep, methods=["PUT"], response_model=None)
    router.add_api_route("/{talk_id}", delete, methods=["DELETE"])
    return router
