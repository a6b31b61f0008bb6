"""Offer a library to other programs as the tools of an MCP server, at `/mcp`. Shelf -> routes and their lifespan."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from typing import Any

from starlette.routing import BaseRoute

from rag.errors import FootnoteError, SettingsError
from rag.records import Hit, Turn
from ui.adding import Shelf
from ui.footnotes import as_plain
from ui.patience import patiently
from ui.words import speaker

Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]

_ABOUT = (
    "Answers from a folder of documents. Every sentence of an answer stands on an exact place in a document: show the "
    "quotes with it. When the outcome is 'abstained', the documents do not say: tell that, do not guess. Where there "
    "is a note, tell it too."
)
_MOST_HITS = 100


class Tools:
    """What other programs may do with a library: nothing is changed by it."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._library = shelf.library

    def ask(
        self, question: str, history: list[tuple[str, str]] | None = None, only: list[str] | None = None
    ) -> dict[str, Any]:
        """Answer a question from the documents, with a quote and its exact place for every sentence.

        `history` are [question, answer] pairs said before; `only` are doc_ids to answer from (none: all documents).
        `note` says what kept it from being searched as usual; it is empty where nothing did.
        """
        turns = [Turn(*turn) for turn in history or []]
        answers = patiently(lambda: self._library.stream(question, history=turns, only=only or ()), self._shelf)
        answer = list(answers)[-1]
        alone = self._library.by_words_alone
        return {**as_plain(answer, words_alone=alone), "note": speaker("en")("words_alone") if alone else ""}

    def search(self, question: str, k: int = 10, only: list[str] | None = None) -> list[dict[str, Any]]:
        """Return the `k` passages (at most 100) that are nearest to a question, best first; no answer is made.

        `words_alone` says that they were searched by words alone, not by meaning, because the disk is full.
        """
        most = max(1, min(k, _MOST_HITS))
        hits = patiently(lambda: self._library.search(question, most, only=only or ()), self._shelf)
        return [{**_plain_hit(hit), "words_alone": self._library.by_words_alone} for hit in hits]

    def documents(self) -> list[dict[str, Any]]:
        """Return every file of the library and its verdict: indexed, partly (what is missing), or refused (why)."""
        return [
            {
                "doc_id": file.doc_id, "document": file.title or Path(file.path).name, "file": file.path,
                "verdict": file.verdict, "reason": file.reason, "characters": file.characters, "date": file.date,
            }
            for file in self._library.status()
        ]  # fmt: skip


def routes(shelf: Shelf, *, local: bool) -> tuple[list[BaseRoute], list[Lifespan]]:
    """Return the route `/mcp` and what must run around it; when `local`, only names of this machine are answered.

    Raises `SettingsError` when the package mcp is not installed.
    """
    try:
        from mcp.server import MCPServer
        from mcp.server.mcpserver.exceptions import ToolError
        from mcp.server.transport_security import TransportSecuritySettings
        from mcp.types import ToolAnnotations
    except ImportError as error:
        raise SettingsError(
            "--mcp needs the package mcp, 2.3 or newer, which is not installed. Install it: pip install 'mcp>=2.3,<3' "
            "(in a checkout: .venv/bin/pip install -c requirements.lock 'mcp>=2.3,<3')"
        ) from error
    server: Any = MCPServer("footnote", instructions=_ABOUT, version=version("footnote"), log_level="WARNING")
    tools = Tools(shelf)
    for tool in (tools.ask, tools.search, tools.documents):
        hints = ToolAnnotations(read_only_hint=True, open_world_hint=False)
        server.add_tool(_translated(tool, ToolError), annotations=hints)
    app = server.streamable_http_app(
        json_response=True, stateless_http=True,
        transport_security=None if local else TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )  # fmt: skip
    return app.routes, [lambda _: server.session_manager.run()]


def _translated(tool: Callable[..., Any], error_type: type[Exception]) -> Callable[..., Any]:
    """Return a tool whose errors that a person can mend reach the other program as sentences."""

    @wraps(tool)
    def called(*arguments: Any, **named: Any) -> Any:
        try:
            return tool(*arguments, **named)
        except FootnoteError as error:
            raise error_type(str(error)) from error

    return called


def _plain_hit(hit: Hit) -> dict[str, Any]:
    p = hit.passage
    return {
        "rank": hit.rank, "score": hit.score, "text": p.text, "doc_id": p.doc_id, "document": p.title, "file": p.path,
        "start": p.start, "end": p.end, "date": p.date,
    }  # fmt: skip
