"""Tell the format of a text by what is in it, and by its name. bytes, ending -> format, or a refusal in a sentence."""

from __future__ import annotations

import re

from rag.corpus.decode import Refusal, decode

_BY_NAME = {
    ".md": "markdown", ".markdown": "markdown", ".mkd": "markdown", ".csv": "table", ".tsv": "table", ".tab": "table",
    ".rst": "rst", ".rest": "rst", ".org": "org", ".eml": "mail", ".html": "html", ".htm": "html", ".xhtml": "html",
    ".mht": "mhtml", ".mhtml": "mhtml", ".json": "records",
    ".jsonl": "records", ".ndjson": "records", ".geojson": "records",
    ".xml": "records", ".txt": "plain", ".text": "plain", ".log": "plain",
}  # fmt: skip
_CODE = frozenset(
    ".py .pyi .js .mjs .ts .tsx .jsx .java .kt .c .h .cc .cpp .hpp .cs .go .rs .rb .php .pl .pm .r .jl .lua .sh .bash"
    " .zsh .ps1 .bat .sql .swift .scala .hs .ml .clj .ex .exs .erl .f90 .pas .m .vb .css .scss .less .vue .svelte"
    " .toml .yaml .yml .ini .cfg .conf .properties .tex .make .mk .cmake .gradle .tf .proto".split()
)
_NEVER_TEXT = frozenset(".pdf .docx .pptx .xlsx .odt .epub .msg .doc .ppt .xls .zip .png .jpg .jpeg .gif".split())
_UNTELLING = ("", ".txt", ".text")
_MAIL_HEADERS = re.compile(r"^(From|To|Subject|Date|Message-ID|MIME-Version|Received|Return-Path):", re.MULTILINE)
_SAVED_PAGE = re.compile(r"(?:[\w-]+:.*\n(?:[ \t].*\n)*){0,9}(?:From: *<Saved by|Snapshot-Content-Location:)")


def detect_text(raw: bytes, ending: str) -> str:
    """Return the format of what is no binary file. Raises `Refusal` for bytes that are not text, or wrongly named."""
    head = decode(raw[:4096] if len(raw) < 4096 or raw[:2] in (b"\xff\xfe", b"\xfe\xff") else _whole_lines(raw))
    if known := _by_its_start(head, ending):
        return known
    if ending in _CODE:
        return "code"
    if ending in _BY_NAME and ending not in _UNTELLING:
        return _BY_NAME[ending]
    if ending in _NEVER_TEXT:
        raise Refusal(f"The file is named {ending} but holds no such document: it is damaged, or wrongly named.")
    headers = set(_MAIL_HEADERS.findall(head[:2000]))
    if len(headers) >= 3 and headers & {"Message-ID", "MIME-Version", "Received"}:
        return "mail"
    return "plain"


def _by_its_start(head: str, ending: str) -> str:
    """Return the format of a text whose first line is enough, "" for others."""
    start = re.sub(r"\A(\s|<\?xml.*?\?>|<!--.*?-->)+", "", head, flags=re.DOTALL).lower()
    if start.startswith(("<!doctype html", "<html", "<head>", "<body")):
        return "html"
    if re.match(r"\s*<\?xml", head):
        return "html" if ending in (".html", ".htm", ".xhtml") else "records"
    return "mhtml" if _SAVED_PAGE.match(head) else ""


def _whole_lines(raw: bytes) -> bytes:
    """Return the first 4,096 bytes without a character cut in two at their end."""
    head = raw[:4096]
    for cut in range(4):
        try:
            head[: len(head) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return head[: len(head) - cut]
    return head
