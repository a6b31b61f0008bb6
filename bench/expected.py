"""Say which verdict is right for each file of a folder with a manifest. lines of the manifest -> verdicts.

Rules; the first that fits a file holds:

1. A file that was looked at by hand (`_BY_HAND`, each with the reason): what it is says nothing of what it holds.
2. A file made bad on purpose: what its `expect` promises (`_PROMISED`). Where that leaves a choice ("recovered or clear
   error"), either is right.
3. What needs a password, and what has no bytes, is refused.
4. A PDF in which neither pypdf nor MuPDF found a character is refused: without OCR there is nothing in it to search.
5. Archives (.zip) and Word files of the old kind (.doc) are refused; a .doc of the same bytes as a .docx is a .docx.
6. Everything else is indexed, and wholly: "partly" is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

Entry = Mapping[str, Any]
"""A line of the manifest: file, category, sha256, `ref` (what other libraries found) or `expect`."""

_BY_HAND = {
    "unstructured/eml/empty.eml": "refused",  # white space
    "unstructured/fake-text-all-whitespace.txt": "refused",  # three line ends
    "unstructured/empty.xlsx": "refused",  # a sheet without a value
    "unstructured/password_protected.xlsx": "refused",  # encrypted, which its category does not say
    "unstructured/picture.pptx": "refused",  # one slide, a picture, no words
    "unstructured/test-image-jpg-mime.pptx": "refused",  # the same
    "unstructured/pdf/layout-parser-paper-with-empty-pages.pdf": "partly",  # its second page has no text
}
_PROMISED = {
    "clear error": ("refused",),
    "clear error or partial text, no crash": ("refused", "partly"),
    "text recovered or clear error": ("indexed", "partly", "refused"),
    # HTML in a file named .pdf: what is turned down is its name. It is read as the page that it is, by what is in it,
    # as every file is; a person who saved a page under a wrong name finds it all the same.
    "rejected by content sniffing": ("indexed",),
    "refused or bounded; memory < 500 MB": ("refused",),
    "size limit hit, clear error": ("refused",),
    "never written outside": ("refused",),  # nor is it a book: it has no container
    "NULs stripped, text kept": ("indexed",),
    "decoded, no mojibake": ("indexed",),
    "decoded or clear error": ("indexed", "refused"),
    "no crash on store": ("indexed",),
    "chunked in bounded time": ("indexed",),
    "reported as empty, 0 chunks": ("refused",),
    "reported as empty": ("refused",),
    "no RecursionError": ("indexed",),
    "0 chunks, script not indexed": ("refused",),
    "answer unaffected; hidden text dropped or flagged": ("indexed",),
    "normalised for search": ("indexed",),
    "no crash": ("indexed",),
    "indexed, citation shows name": ("indexed",),
}


def right_verdicts(entry: Entry, manifest: Sequence[Entry]) -> tuple[str, ...]:
    """Return the verdicts that are right for a file. Raises `KeyError` for an `expect` that is not known here."""
    file, ref = entry["file"], entry.get("ref") or {}
    if file in _BY_HAND:
        return (_BY_HAND[file],)
    if entry["category"] == "synthetic-bad":
        return _PROMISED[entry["expect"]]
    if entry["category"] in ("password-needed", "empty-file"):
        return ("refused",)
    if "pages" in ref:
        return ("indexed",) if ref.get("pypdf_chars") or ref.get("mupdf_chars") else ("refused",)
    ending = PurePath(file).suffix
    if ending == ".zip" or (ending == ".doc" and not _is_docx(entry, manifest)):
        return ("refused",)
    return ("indexed",)


def _is_docx(entry: Entry, manifest: Sequence[Entry]) -> bool:
    """Say whether the manifest lists the same bytes under the newer ending."""
    return any(one["sha256"] == entry["sha256"] and one["file"].endswith(".docx") for one in manifest)
