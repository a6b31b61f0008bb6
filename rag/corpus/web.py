"""Judge addresses of the web, and say why one failed. URL -> its parts; IP address -> whether it may be reached."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, quote, urlsplit

from rag.errors import SourceError

_NOT_IN_A_URL = re.compile(r"[\x00-\x20\x7f-\x9f\\]")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_PLAIN = "/%:@!$&'()*+,;=~-._"


def is_url(text: object) -> bool:
    """Say whether something given as a source is an address of the web rather than a path."""
    return isinstance(text, str) and re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", text) is not None


def is_public(address: str) -> bool:
    """Say whether an IP address lies in the open internet, also one that stands inside an IPv6 address."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF) if found in _NAT64 else found.ipv4_mapped
        if inner is not None:
            return is_public(str(inner))
        if found.is_site_local or (found.sixtofour is not None and not is_public(str(found.sixtofour))):
            return False
    closed = (found.is_private, found.is_loopback, found.is_link_local, found.is_multicast, found.is_reserved)
    return found.is_global and not (any(closed) or found.is_unspecified)


def judged(url: str) -> SplitResult:
    """Return an address in its parts. Raises `SourceError` for one that is never fetched."""
    if _NOT_IN_A_URL.search(url):
        raise SourceError(f"{url!r} holds spaces or signs that no address of the web has. Check it.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        host = host if ":" in host else host.rstrip(".").encode("idna").decode("ascii")
    except (ValueError, UnicodeError) as error:
        raise SourceError(f"{url!r} is no address of the web ({error}). Check it.") from error
    if parts.scheme not in ("http", "https"):
        raise SourceError(f"{url!r} begins with {parts.scheme}://; only http:// and https:// are fetched.")
    if parts.username is not None or parts.password is not None:
        raise SourceError("The address holds a user name or password, which is never sent. Give it without.")
    if not host or port == 0:
        raise SourceError(f"{url!r} names no machine. Check the address.")
    netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    path = quote(parts.path or "/", safe=_PLAIN)
    query = quote(parts.query, safe=_PLAIN + "?[]|")
    return SplitResult(parts.scheme, netloc, path, query, "")


def what_failed(url: str, error: Exception) -> str:
    """Return what went wrong on the way, for a person."""
    import http.client
    import socket
    import ssl
    import zlib

    host = urlsplit(url).hostname
    if isinstance(error, socket.gaierror):
        return f"The name {host!r} is not known: check the address, and the connection of this machine."
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{url!r} could not prove that it is {host!r} ({error.verify_message}). It was not fetched."
    if isinstance(error, ssl.SSLError | http.client.HTTPException | zlib.error):
        return f"{url!r} did not answer as a web server does ({type(error).__name__}). Check the address."
    if isinstance(error, OSError):
        return f"{url!r} could not be reached: {error.strerror or error}."
    return f"{url!r} could not be fetched ({type(error).__name__}: {error})."
