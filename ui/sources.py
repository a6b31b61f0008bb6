"""Draw a document open at a place, and give its file; all of it escaped. Document -> HTML, a file."""

from __future__ import annotations

import re
from datetime import date
from html import escape
from pathlib import Path
from urllib.parse import quote

from fastapi.responses import Response

from rag.columns import tables_in
from rag.corpus.blocks import SOURCE_CODE
from rag.corpus.place_map import PlaceFinder
from rag.library import Library
from rag.records import Document, Span
from rag.standing import find_again
from ui.words import Say

_AS_WRITTEN = ("text/plain", "text/markdown", SOURCE_CODE)
_HEADING = re.compile(r"^#{1,6} (.*)$", re.MULTILINE)
_ROW = re.compile(r"^\t", re.MULTILINE)
_AROUND = 20_000
"""Characters of a document shown on either side of a quote: a browser is slow with millions."""


def opens(doc_id: str, span: Span, where: str, quote: str = "") -> str:
    """Return the attributes that make an element open a place when it is clicked; `where` is told above it.

    `quote` is what stands there today, or how it begins (ending in " …"), by which it is known again.
    """
    doc, told, words = (escape(text, quote=True) for text in (doc_id, where, " ".join(quote.split())))
    quoted = f' data-quote="{words}"' if words else ""
    return f'data-doc="{doc}" data-start="{span.start}" data-end="{span.end}" data-where="{told}"{quoted}'


def name_and_day(path: str, date: str) -> str:
    """Return a document's file name, and the day it gives itself."""
    return " · ".join(filter(None, [Path(path).name, date]))


def draw_source(document: Document, span: Span, say: Say, quote: str = "") -> str:
    """Return a document with `span` marked, as much of it as a browser shows at once, and what it is.

    An empty span marks nothing. A span beyond the document is cut to it. Where `quote` no longer stands there, since
    the document was changed, that is said, and it is marked where it stands now, if it does.
    """
    size = len(document.text)
    marked = find_again(document.text, span, quote) if quote.strip() else span
    moved = marked is not None and marked.start != span.start
    start = min((marked or span).start, size)
    end = min(max(start, marked.end), size) if marked else start
    first, last = max(0, start - _AROUND), min(size, end + _AROUND)
    parts = (
        f"<p>{escape(say('part_shown', first=first, last=last, size=size))}</p>" if (first, last) != (0, size) else ""
    )
    doc = escape(document.doc_id, quote=True)
    place = PlaceFinder(document)([Span(start, end)])[0].label if moved else ""
    where = " · ".join(filter(None, [name_and_day(document.path, document.date), place, document.origin]))
    changed = say("words_moved") if moved else "" if marked else _words_gone(document, say)
    told = f'<p id="fn-changed" role="status">{escape(changed)}</p>' if changed else ""
    title = escape(document.title or Path(document.path).name)
    return (
        f'<header><h2 dir="auto">{title}</h2><p id="fn-where" dir="auto">{escape(where)}</p>{told}{parts}'
        f'<p class="fn-links"><button type="button" id="fn-only" data-doc-only="{doc}" data-title="{title}">'
        f"{escape(say('ask_only'))}</button>"
        f'<a href="file?doc={doc}" target="_blank" rel="noreferrer" download>{escape(say("open_file"))}</a>'
        f'<a href="text?doc={doc}" target="_blank" rel="noreferrer">{escape(say("whole_text"))}</a></p></header>'
        + _body(document, Span(start, end), Span(first, last))
    )


def _words_gone(document: Document, say: Say) -> str:
    """Return that a quote stands in the document no more, with the day on which its file (or its mail) was changed."""
    path = Path(document.path)
    file = next((found for found in (path, *path.parents) if found.is_file()), None)
    if file is None:
        return say("words_gone")
    return say("words_gone_since", day=date.fromtimestamp(file.stat().st_mtime).isoformat())


def _figure(document: Document, span: Span) -> str:
    """Return the place of the page's picture, which the browser asks for; only PDFs and marked words have one."""
    if document.media_type != "application/pdf" or span.end <= span.start:
        return ""
    doc = escape(document.doc_id, quote=True)
    return f'<figure id="fn-page" data-page="page?doc={doc}&amp;start={span.start}&amp;end={span.end}" hidden></figure>'


def _body(document: Document, marked: Span, shown: Span) -> str:
    """Return a stretch of text with the marked one inside, under the page's picture if there is one.

    Code, and what holds tables that spaces part into columns, is drawn in letters of one width.
    """
    text, figure = document.text, _figure(document, marked)
    plain = document.media_type in _AS_WRITTEN
    start, end = marked
    mark = f'<mark id="fn-mark" tabindex="-1">{escape(text[start:end])}</mark>' if end > start else ""
    before, after = (_drawn(part, plain) for part in (text[shown.start : start], text[end : shown.end]))
    around = before + mark + after
    spaced = document.media_type == SOURCE_CODE or (plain and tables_in(text[shown.start : shown.end].split("\n")))
    look = "fn-document fn-spaced" if spaced else "fn-document"
    return f'<div class="{look}" dir="auto" tabindex="0">{figure}{around}</div>'


def _drawn(text: str, plain: bool) -> str:
    """Return text, escaped; the signs that our readers wrote for headings and rows are drawn, not shown."""
    if plain:
        return escape(text)
    return _ROW.sub("", _HEADING.sub(r"<strong>\1</strong>", escape(text)))


def original(library: Library, document: Document) -> Response:
    """Return a document's file as it is on disk or in its mail: text as plain text, all else to be saved.

    Never shown as a page. Raises `SourceError` when the file is gone.
    """
    raw = library.original(document)
    plain = document.media_type.startswith("text/") and not raw.startswith(b"\x1f\x8b")  # a text may lie there packed
    name = quote(Path(document.path).name)
    return Response(
        raw, media_type="text/plain" if plain else "application/octet-stream",
        headers={
            "Content-Disposition": f"{'inline' if plain else 'attachment'}; filename*=utf-8''{name}",
            "Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff",
        },
    )  # fmt: skip
