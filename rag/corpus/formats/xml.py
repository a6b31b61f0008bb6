"""Parse XML that may be hostile, the door to defusedxml. bytes -> elements, or a refusal in a sentence."""

from __future__ import annotations

import posixpath
import zipfile
from typing import TYPE_CHECKING

from rag.corpus.decode import Refusal
from rag.dates import iso_date

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def parse_xml(raw: bytes, what: str) -> Element:
    """Return the root element. Raises `Refusal` for XML that is torn or that declares entities of its own."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(raw, forbid_dtd=False, forbid_entities=True)
    except DefusedXmlException as error:
        raise Refusal(f"The XML of {what} declares entities of its own, which can blow up: it is not read.") from error
    except (ParseError, ValueError, LookupError) as error:
        raise Refusal(f"The file is damaged: the XML of {what} is torn ({error}).") from error
    return root


def member(packed: zipfile.ZipFile, name: str) -> bytes:
    """Return a member of a packed file. Raises `Refusal` when it is missing or torn."""
    try:
        return packed.read(name)
    except KeyError as error:
        raise Refusal(f"The file is damaged: its part {name!r} is missing.") from error
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise Refusal(f"The file is damaged: its part {name!r} is torn.") from error
    except Exception as error:
        if type(error).__name__ != "error":  # zlib.error has no better name
            raise
        raise Refusal(f"The file is damaged: its part {name!r} is torn.") from error


def relations(packed: zipfile.ZipFile, name: str) -> dict[str, tuple[str, str]]:
    """Return the relations of an Office part: id -> (last word of the type, name of the target)."""
    folder, file = posixpath.split(name)
    path = posixpath.join(folder, "_rels", f"{file}.rels")
    if path not in packed.namelist():
        return {}
    found = {}
    for relation in parse_xml(member(packed, path), path):
        target = relation.get("Target", "")
        if relation.get("TargetMode") != "External":
            whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[relation.get("Id", "")] = (relation.get("Type", "").rsplit("/", 1)[-1], whole)
    return found


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rsplit("}", 1)[-1]


def attribute(element: Element, name: str) -> str:
    """Return an attribute whatever its namespace; "" when there is none."""
    return next((value for key, value in element.attrib.items() if key.rsplit("}", 1)[-1] == name), "")


def office_properties(packed: zipfile.ZipFile) -> tuple[str, str]:
    """Return the title and the day of the last change in an Office file's properties, each "" when it is not there."""
    if "docProps/core.xml" not in packed.namelist():
        return "", ""
    try:
        root = parse_xml(member(packed, "docProps/core.xml"), "the properties")
    except Refusal:
        return "", ""
    return first_text(root, "title"), iso_date(first_text(root, "modified", "created"))


def first_text(root: Element, *names: str) -> str:
    """Return the text of the first element under `root` that has the first of these names, or the next; else ""."""
    texts = ((e.text or "").strip() for name in names for e in root.iter() if local(e) == name)
    return next(filter(None, texts), "")
