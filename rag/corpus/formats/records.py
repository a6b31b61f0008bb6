"""Read JSON, JSON Lines and XML as records. bytes -> Reading with a sentence for each record."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rag.corpus.blocks import SOURCE_CODE
from rag.corpus.decode import Refusal, decode, normalise
from rag.corpus.formats.cells import flat
from rag.corpus.formats.reading import Reading, TextWriter
from rag.corpus.formats.xml import local, parse_xml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_DEEPEST = 100
_NOT_SAID = ("{http://www.w3.org/XML/1998/namespace}", "{http://www.w3.org/2001/XMLSchema-instance}")
"""Attributes of these tell a program how to read the file."""


def read_records(raw: bytes, name: str) -> Reading:
    """Return each record as `field: value; field: value.`; places are records, or lines of JSON Lines."""
    text = decode(raw).strip()
    if not text:
        raise Refusal("The file is empty: there is no text to search.")
    if text.startswith("<"):
        return _xml(text)
    try:
        found = json.loads(text)
    except RecursionError as error:
        raise Refusal("The JSON is nested too deeply to be read.") from error
    except ValueError as error:
        return _json_lines(text, error, is_lines=name.lower().endswith(("l", "ndjson")))
    records = found if isinstance(found, list) else _only_list(found)
    return _reading(((f"record {n}", record) for n, record in enumerate(records, 1)), "application/json", "")


def _only_list(found: Any) -> list[Any]:
    """Return what a single object holds, one of its fields at a time: a field that lists records gives each of them."""
    if not isinstance(found, dict):
        return [found]
    records: list[Any] = []
    for key, value in found.items():
        if isinstance(value, list) and value and all(isinstance(entry, dict) for entry in value):
            records.extend({key: entry} for entry in value)
        else:
            records.append({key: value})
    return records


def _json_lines(text: str, error: ValueError, *, is_lines: bool) -> Reading:
    records: list[tuple[str, Any]] = []
    torn = 0
    lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    for n, line in lines:
        try:
            records.append((f"line {n}", json.loads(line)))
        except (ValueError, RecursionError):
            torn += 1
    if not records or (not is_lines and torn):
        return Reading("", normalise(text), SOURCE_CODE, aside=f"It is not sound JSON ({error}): read as plain text.")
    missing = f"{torn:,} of {len(lines):,} lines are not JSON and were left out." if torn else ""
    return _reading(iter(records), "application/jsonl", missing, 1 - torn / len(lines))


def _reading(records: Iterator[tuple[str, Any]], media_type: str, missing: str, share: float = 1.0) -> Reading:
    writer = TextWriter()
    for label, record in records:
        writer.place("record", label)
        if isinstance(record, str) and len(record) > 200:
            writer.paragraph(record)
        elif fields := "; ".join(_fields(record, "", 0)):
            writer.row(fields + ".")
    if not len(writer):
        raise Refusal("The file holds no text to search.")
    return writer.reading("", media_type, missing=missing, share=share)


def _fields(value: Any, name: str, depth: int) -> Iterator[str]:
    """Yield `name: value` for everything inside a value, names of nested fields joined by spaces."""
    if depth > _DEEPEST:
        raise Refusal("The file is nested too deeply to be read.")
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _fields(inner, f"{name} {key}".strip(), depth + 1)
    elif isinstance(value, list) and any(isinstance(entry, dict | list) for entry in value):
        for entry in value:
            yield from _fields(entry, name, depth + 1)
    elif isinstance(value, list):
        shown = ", ".join(flat(str(entry)) for entry in value if entry is not None)
        if shown:
            yield f"{name}: {shown}" if name else shown
    elif value is not None and (shown := flat(_shown(value))):
        yield f"{name}: {shown}" if name else shown


def _shown(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _xml(text: str) -> Reading:
    without = re.sub(r"\A\s*<\?xml[^>]*\?>", "", text)
    root = parse_xml(without.encode(), "the file")
    records = list(root) if len(root) > 1 else [root]
    is_drawing = local(root) == "svg"
    told = [("outermost element", _own(root, is_drawing=is_drawing))] * (len(root) > 1)
    told += [(f"record {n}", _leaves(record, is_drawing=is_drawing)) for n, record in enumerate(records, 1)]
    writer = TextWriter()
    for label, leaves in told:
        if fields := "; ".join(leaves):
            writer.place("record", label)
            writer.row(fields + ".")
    writer.must_hold("The file holds no text to search.")
    return writer.reading("", "application/xml")


def _leaves(record: Element, *, is_drawing: bool) -> Iterator[str]:
    """Yield what every element holds, on any depth, without recursion."""
    stack = [record]
    while stack:
        element = stack.pop()
        yield from _own(element, is_drawing=is_drawing)
        stack.extend(reversed(list(element)))
        if tail := flat(element.tail or ""):
            yield tail


def _own(element: Element, *, is_drawing: bool) -> Iterator[str]:
    """Yield `name attribute: value` for each attribute, `name: text` for an element's text.

    The attributes of a drawing are left out: they are shapes.
    """
    for key, value in () if is_drawing else element.attrib.items():
        if not key.startswith(_NOT_SAID) and (words := flat(value)):
            yield f"{local(element)} {key.rsplit('}', 1)[-1]}: {words}"
    if words := flat(element.text or ""):
        yield f"{local(element)}: {words}"
