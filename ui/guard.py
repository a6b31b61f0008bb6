"""Guard every address of the page: the password, and headers that keep others out. ASGI app -> ASGI app."""

from __future__ import annotations

import base64
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
"""Gradio's own page needs inline scripts and eval; nothing may come from or go to any other machine."""


class Guard:
    """Asks for the password, if there is one (HTTP Basic, any name), and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, password: str | None = None) -> None:
        self._app = app
        self._password = password

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it with 401."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if self._password and not _knows(Headers(scope=scope), self._password):
            realm = {"WWW-Authenticate": 'Basic realm="Footnote", charset="UTF-8"'}
            await PlainTextResponse("This page needs its password.", 401, realm)(scope, receive, send)
            return

        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD") and _is_foreign(Headers(scope=scope)):
            await PlainTextResponse("Another site may not change anything here.", 403)(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


def _is_foreign(headers: Headers) -> bool:
    """Whether a browser says that another site's page sends this."""
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] != headers.get("host")


def _knows(headers: Headers, password: str) -> bool:
    kind, _, sent = headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return False
    try:
        given = base64.b64decode(sent).partition(b":")[2]
    except ValueError:
        return False
    return secrets.compare_digest(given, password.encode("utf-8"))
