"""Tell the format of a text by what is in it, and by its name. bytes, ending -> format, or a refusal in a sentence."""

from __future__ import annotations

import csv
import json
import re

from rag.corpus.decode import Refusal, decode
from rag.corpus.formats.cells import flat, split_headers

_BY_NAME = {
    ".md": "markdown", ".markdown": "markdown", ".mkd": "markdown", ".csv": "table", ".tsv": "table", ".tab": "table",
    ".rst": "rst", ".rest": "rst", ".org": "org", ".eml": "mail", ".html": "html", ".htm": "html", ".xhtml": "html",
    ".mht": "mhtml", ".mhtml": "mhtml", ".json": "records", ".ipynb": "notebook",
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
_FRAGMENT = re.compile(r"<(p|div|table|h[1-6]|ul|ol|section|article|main)(?:\s[^<>]*)?>", re.IGNORECASE)
_NUMBER = re.compile(r"^\s*[-+(]?[\d.,:%/$€£-]+\)?\s*$")
_FEWEST_ROWS = 3
_MOST_LOOKED_AT = 5_000_000
"""A longer file without a telling name is plain text, whatever it holds."""


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
    return _unnamed(raw, head) if ending in _UNTELLING and len(raw) <= _MOST_LOOKED_AT else "plain"


def _by_its_start(head: str, ending: str) -> str:
    """Return the format of a text whose first line is enough, "" for others."""
    start = re.sub(r"\A(\s|<\?xml.*?\?>|<!--.*?-->)+", "", head, flags=re.DOTALL).lower()
    if start.startswith(("<!doctype html", "<html", "<head>", "<body")):
        return "html"
    if re.match(r"\s*<\?xml", head):
        return "html" if ending in (".html", ".htm", ".xhtml") else "records"
    return "mhtml" if _SAVED_PAGE.match(head) else ""


def _unnamed(raw: bytes, head: str) -> str:
    """Return the format of a text whose name tells nothing: what is not surely another is plain."""
    first = head.lstrip()[:1]
    if first in ("{", "["):
        return "records" if _is_json(decode(raw)) else "plain"
    if first == "<":
        found = _FRAGMENT.match(head.lstrip())
        end = raw.rstrip()[-9:].lower()
        return "html" if found and end.endswith(b">") and b"</" in end else "plain"
    return "table" if any(_is_table(raw, mark) for mark in ",;\t|") else "plain"


def _is_json(text: str) -> bool:
    """Say whether a text is an object or a list of JSON, or has an object on each of several lines."""
    try:
        return bool(json.loads(text))
    except RecursionError:
        return False
    except ValueError:
        lines = [line for line in text.split("\n") if line.strip()]
    try:
        return len(lines) > 1 and all(isinstance(json.loads(line), dict) for line in lines)
    except (ValueError, RecursionError):
        return False


def _is_table(raw: bytes, mark: str) -> bool:
    """Say whether a text is a table whose cells `mark` divides, under a line that names the columns.

    In prose a space follows a comma; in a table none does, and every line has as many. Two columns that tabs divide
    may be a list of terms: one of them holds numbers in a table.
    """
    lines = decode(raw).splitlines() if raw.count(mark.encode()) >= _FEWEST_ROWS else []
    rows = _alike(lines, mark)
    spaced = sum(cell.startswith(" ") for row in rows for cell in row[1:])
    if mark in ",;" and spaced > len(rows) // 10:
        return False
    headers, kept = split_headers(rows) if len(rows) >= _FEWEST_ROWS else ((), ())
    names = [flat(cell) for cell in headers]
    if not names or not all(names[mark != "|" :]) or any(name.endswith((".", "!", "?")) for name in names):
        return False
    return mark in ",;" or len(names) > 2 or all(any(map(_NUMBER.search, row)) for row in kept)


def _alike(lines: list[str], mark: str) -> list[list[str]]:
    """Return the rows of a text if all have as many cells, and more than one; else none."""
    rows: list[list[str]] = []
    try:
        for row in filter(None, csv.reader(lines, delimiter=mark, strict=True)):
            rows.append(row)
            if len(row) < 2 or len(row) != len(rows[0]):
                return []
    except csv.Error:
        return []
    return rows


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
