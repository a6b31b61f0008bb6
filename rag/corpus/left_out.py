"""Tell what a walk through folders left out. kinds and names -> a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

Kind = Literal[
    "hidden file", "hidden folder", "folder of tools", "file of tools", "folder of a page", "link", "special"
]

_WORDS: dict[Kind, tuple[str, str]] = {
    "hidden file": ("hidden file", "hidden files"),
    "hidden folder": ("hidden folder", "hidden folders"),
    "folder of tools": ("folder of tools", "folders of tools"),
    "file of tools": ("file of tools", "files of tools"),
    "folder of a page": ("folder saved with a page", "folders saved with pages"),
    "link": ("link to nowhere", "links to nowhere"),
    "special": ("pipe, socket or device", "pipes, sockets or devices"),
}
_FOLDERS = ("hidden folder", "folder of tools", "folder of a page")
_MOST_NAMED = 3


class LeftOut(NamedTuple):
    """A file or folder that was passed over, and why."""

    kind: Kind
    name: str


def left_out_sentence(left_out: Sequence[LeftOut]) -> str:
    """Return what was left out as a sentence that counts it and names its folders; "" for nothing."""
    told = []
    for kind, (one, several) in _WORDS.items():
        names = [found.name for found in left_out if found.kind == kind]
        if names:
            told.append(f"{len(names):,} {one if len(names) == 1 else several}{_named(kind, names)}")
    return f"Left out: {', '.join(told)}." if told else ""


def _named(kind: Kind, names: Sequence[str]) -> str:
    if kind not in _FOLDERS:
        return ""
    different = sorted(set(names))
    more = ", …" if len(different) > _MOST_NAMED else ""
    return f" ({', '.join(f'{name}/' for name in different[:_MOST_NAMED])}{more})"
