"""Read pages that a browser saved as one file. MHTML or webarchive -> Reading of the page, with its address."""

from __future__ import annotations

import plistlib
from dataclasses import replace
from email.message import Message
from urllib.parse import urlsplit

from rag.corpus.decode import Refusal
from rag.corpus.formats.mail import decoded_header, parse_message, parts_of, payload_of, text_of
from rag.corpus.formats.page import read_html
from rag.corpus.formats.reading import Reading
from rag.dates import iso_date


def read_mhtml(raw: bytes, name: str) -> Reading:
    """Return the page in an MHTML file as `read_html` does; its pictures and style sheets are left out."""
    message = parse_message(raw)
    page = next((part for part in parts_of(message) if part.get_content_type() == "text/html"), None)
    if page is None:
        raise Refusal("The saved page holds no HTML. Save it again as a complete page.")
    reading = read_html(text_of(page, payload_of(page)).encode("utf-8", "replace"), name)
    day = iso_date(decoded_header(message, "Date"))
    origin = _origin(_address(message, page), day)
    return replace(reading, title=reading.title or decoded_header(message, "Subject"), origin=origin)


def read_webarchive(raw: bytes, name: str) -> Reading:
    """Return the page in a webarchive of Safari. Raises `Refusal` for one that is torn."""
    try:
        main = plistlib.loads(raw)["WebMainResource"]
        html, url = main["WebResourceData"], str(main.get("WebResourceURL", ""))
        text = html.decode(main.get("WebResourceTextEncodingName") or "utf-8", "replace")
    except (plistlib.InvalidFileException, LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise Refusal("The saved page is damaged and could not be opened. Save it again as HTML.") from error
    return replace(read_html(text.encode("utf-8", "replace"), name), origin=_origin(url, ""))


def _address(message: Message, page: Message) -> str:
    return str(message.get("Snapshot-Content-Location") or page.get("Content-Location") or "").strip()


def _origin(url: str, day: str) -> str:
    """Return where a saved page says that it came from; "" for what is no address of the web."""
    if urlsplit(url).scheme not in ("http", "https") or any(c.isspace() for c in url):
        return ""
    return f"{url}, saved {day}" if day else f"{url}, saved"
