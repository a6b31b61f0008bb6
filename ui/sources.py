"""Draw documents and the list of them as HTML; all of it escaped. Document -> HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from rag.records import Document, FileStatus, Span

_N_LISTED = 200
_AROUND = 20_000
"""Characters of a document shown on either side of a quote: a browser is slow with millions."""


def draw_source(document: Document, span: Span) -> str:
    """Return a document with `span` marked, as much of it as a browser shows at once, and what it is.

    An empty span marks nothing. A span beyond the document is cut to it.
    """
    size = len(document.text)
    start, end = min(span.start, size), min(max(span.start, span.end), size)
    first, last = max(0, start - _AROUND), min(size, end + _AROUND)
    text = document.text
    marked = f'<mark id="fn-mark" tabindex="-1">{escape(text[start:end])}</mark>' if end > start else ""
    shown = escape(text[first:start]) + marked + escape(text[end:last])
    parts = f" Characters {first:,} to {last:,} of {size:,} are shown." if (first, last) != (0, size) else ""
    doc = escape(document.doc_id, quote=True)
    return (
        f'<header><h2 dir="auto">{escape(document.title or Path(document.path).name)}</h2>'
        f'<p class="fn-quiet">{escape(Path(document.path).name)}{_at(start, end)}.{parts} '
        f'<a href="/text?doc={doc}" target="_blank" rel="noreferrer">The whole text</a></p></header>'
        f'<div class="fn-document" dir="auto" tabindex="0">{shown}</div>'
    )


def draw_documents(files: Sequence[FileStatus]) -> str:
    """Return the list of documents: files that are not wholly indexed first, with the reason; then the others."""
    if not files:
        return '<p class="fn-quiet">No documents yet. Add a folder with: footnote add FOLDER</p>'
    refused = sum(file.verdict == "refused" for file in files)
    told = f"{len(files) - refused:,} documents" + (f", {refused:,} files refused" if refused else "")
    ordered = sorted(files, key=lambda file: (file.verdict == "indexed", file.path))
    rows = "".join(_file(file) for file in ordered[:_N_LISTED])
    more = len(files) - _N_LISTED
    rest = f'<p class="fn-quiet">And {more:,} more: footnote list shows them all.</p>' if more > 0 else ""
    return f'<p class="fn-quiet">{told}</p><ul class="fn-documents">{rows}</ul>{rest}'


def _file(file: FileStatus) -> str:
    name, full = escape(file.title or Path(file.path).name), escape(file.path, quote=True)
    if file.verdict == "refused":
        label = f'<span dir="auto" title="{full}">{name}</span>'
    else:
        place = place_of(file.doc_id, 0, 0)
        label = f'<button type="button" class="fn-open" title="{full}" dir="auto" {place}>{name}</button>'
    why = f'<p class="fn-reason">{escape(file.reason)}</p>' if file.reason else ""
    return f'<li data-verdict="{file.verdict}">{label}{why}</li>'


def place_of(doc_id: str, start: int, end: int) -> str:
    """Return the attributes that make an element open a place when it is clicked."""
    return f'data-doc="{escape(doc_id, quote=True)}" data-start="{start}" data-end="{end}"'


def _at(start: int, end: int) -> str:
    return f", characters {start:,} to {end:,}" if end > start else ""
