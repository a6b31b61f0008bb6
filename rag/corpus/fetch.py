"""Fetch one address from the web, the only door of Footnote that leads off this machine. URL -> Fetched.

Proxies, cookies and credentials are never used. An address is judged where it counts: a socket is opened to the very
address that was looked up and found public, so that a name which means another machine a moment later gains nothing.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urljoin, urlunsplit

from rag.corpus.web import is_public, judged, what_failed
from rag.errors import SourceError

Resolve = Callable[[str, int], Sequence[tuple[Any, ...]]]
"""(host, port) -> what `socket.getaddrinfo` gives for a stream."""

_MOST_HOPS = 5
_PIECE = 65_536
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave: `url` is where it was found in the end, `media_type` what the server calls it."""

    url: str
    media_type: str
    raw: bytes


def _look_up(host: str, port: int) -> Sequence[tuple[Any, ...]]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def fetch(
    url: str, *, max_bytes: int, timeout_seconds: float, resolve: Resolve = _look_up,
    may_reach: Callable[[str], bool] = is_public,
) -> Fetched:  # fmt: skip
    """Return what an http or https address gives. Raises `SourceError`, in a sentence, when that cannot be had.

    The limits hold for all of it: the look-up, at most five redirects, each judged like the first address, the reply.
    """
    work = _Fetch(url, max_bytes, timeout_seconds, resolve=resolve, may_reach=may_reach)
    thread = threading.Thread(target=work.run, name="fetching", daemon=True)
    thread.start()
    thread.join(timeout_seconds)
    late = thread.is_alive()
    if late:
        work.stop()
    if late or (isinstance(work.error, TimeoutError) and work.error.errno is None):  # the socket's own clock ran out
        raise SourceError(
            f"{url!r} took longer than {timeout_seconds:g} seconds (setting max_fetch_seconds). Try again later."
        )
    if isinstance(work.error, SourceError):
        raise work.error
    if work.error is not None:
        raise SourceError(what_failed(url, work.error)) from work.error
    assert work.fetched is not None
    return work.fetched


class _Fetch:
    """One fetch, in a thread of its own, because nothing else can be given up in the middle of a look-up."""

    def __init__(
        self, url: str, max_bytes: int, seconds: float, *, resolve: Resolve, may_reach: Callable[[str], bool]
    ) -> None:
        self.fetched: Fetched | None = None
        self.error: Exception | None = None
        self._url = url
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._resolve = resolve
        self._may_reach = may_reach
        self._socket: socket.socket | None = None

    def run(self) -> None:
        try:
            self.fetched = self._follow()
        except Exception as error:  # told by the thread that waits
            self.error = error

    def stop(self) -> None:
        """Cut the connection, which ends the thread."""
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                return

    def _follow(self) -> Fetched:
        url = self._url
        for _ in range(_MOST_HOPS + 1):
            parts = judged(url)
            connection = _Pinned(parts, self._connected)
            try:
                connection.request("GET", urlunsplit(("", "", parts.path, parts.query, "")), headers={
                    "User-Agent": "footnote", "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close",
                })  # fmt: skip
                with connection.getresponse() as reply:
                    if reply.status not in _REDIRECTS:
                        return self._taken(url, reply)
                    onward = reply.headers.get("Location", "")
                if not onward:
                    raise SourceError(f"{url!r} says that it moved, but not where to.")
                url = urljoin(
                    url, onward.encode("latin-1", "replace").decode("utf-8", "replace").strip().replace(" ", "%20")
                )
            finally:
                connection.close()
        raise SourceError(f"{self._url!r} sends from one address to the next more than {_MOST_HOPS} times.")

    def _connected(self, host: str, port: int, *, secure: bool) -> socket.socket:
        """Return a socket to the first address of a host that takes one; none of them may be closed to us."""
        found = [(family, address) for family, _, _, _, address in self._resolve(host, port)]
        for _, address in found:
            if not self._may_reach(address[0]):
                raise SourceError(
                    f"{host!r} is {address[0]}, which lies in a private network or on this machine. "
                    "Only public addresses are fetched; save the page as a file and add that."
                )
        error: OSError = OSError("the name has no address")
        for family, address in found:
            self._socket = socket.socket(family, socket.SOCK_STREAM)
            self._socket.settimeout(self._seconds)
            try:
                self._socket.connect(address)
            except OSError as refused:
                self._socket.close()
                error = refused
                continue
            if secure:
                self._socket = ssl.create_default_context().wrap_socket(self._socket, server_hostname=host)
            return self._socket
        raise error

    def _taken(self, url: str, reply: http.client.HTTPResponse) -> Fetched:
        if reply.status in (401, 403):
            raise SourceError(f"{url!r} does not let everyone in ({reply.status} {reply.reason}). Save it as a file.")
        if reply.status != 200:
            raise SourceError(f"{url!r} answered {reply.status} {reply.reason}. Check the address.")
        packed = reply.headers.get("Content-Encoding", "identity").strip().lower()
        if packed not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise SourceError(f"{url!r} sent its page packed as {packed!r}, which was not asked for.")
        unpack = None if packed in ("", "identity") else zlib.decompressobj(47 if "gzip" in packed else 15)
        kept = bytearray()
        while piece := reply.read(_PIECE):
            kept += unpack.decompress(piece, self._max_bytes + 1 - len(kept)) if unpack else piece
            if len(kept) > self._max_bytes:
                raise SourceError(
                    f"{url!r} is larger than {self._max_bytes // 1_000_000} MB (setting max_file_mb). It was not kept."
                )
            if unpack and unpack.eof:  # what a server sends after its page would pile up uncounted
                break
        if (reply.length and not (unpack and unpack.eof)) or (unpack and not unpack.eof) or not kept.strip():
            raise SourceError(
                f"{url!r} {'broke off before its end' if kept.strip() else 'gave an empty page'}. Try again."
            )
        told = reply.headers
        return Fetched(url, told.get_content_type(), _as_said(bytes(kept), told.get_content_charset("")))


class _Pinned(http.client.HTTPConnection):
    """A connection over a socket that was judged; a secure one proves the host's name, whatever its address."""

    def __init__(self, parts: SplitResult, connected: Callable[..., socket.socket]) -> None:
        self._secure = parts.scheme == "https"
        self.default_port = 443 if self._secure else 80
        super().__init__(parts.hostname or "", parts.port or self.default_port)
        self._connected = connected

    def connect(self) -> None:
        """Open the socket."""
        self.sock = self._connected(self.host, self.port, secure=self._secure)


def _as_said(raw: bytes, charset: str) -> bytes:
    """Return a text that only the server names the encoding of as UTF-8 with its mark; all else as it is."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return raw.decode(charset).encode("utf-8-sig")
        except (LookupError, UnicodeError):
            return raw
    return raw
