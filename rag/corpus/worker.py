"""Read files for another process, one after the other. requests on standard input -> readings on standard output."""

from __future__ import annotations

import faulthandler
import json
import os
import sys
import warnings
from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from typing import IO, TYPE_CHECKING, Any

from rag.corpus.decode import Refusal
from rag.corpus.formats.reading import Attached, Reading
from rag.memory import limit_memory
from rag.records import Hidden, Place

if TYPE_CHECKING:
    from rag.corpus.formats.ocr import Ocr, Recognizer

MAX_MEMORY = 1_500_000_000
"""Bytes of address space that a worker may hold; what needs more is refused."""
OCR_MEMORY = 500_000_000
"""Bytes more once OCR is loaded: its models and pages took up to 1.45 GB with all else that a worker loads."""

_GRACE_SECONDS = 5
"""A worker that outlives whoever asked it ends itself so long after its time."""

TOO_MUCH_MEMORY = "The file needs more memory to be read than one file may use."


def main() -> None:
    """Serve until standard input ends."""
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    limit_memory(MAX_MEMORY)
    warnings.simplefilter("ignore")
    while head := requests.readline():
        request = json.loads(head)
        raw = requests.read(request["size"])
        _end_after(request["seconds"])
        send(replies, _answer(raw, request["name"], _ocr(request, replies)))
        faulthandler.cancel_dump_traceback_later()


def send(stream: IO[bytes], message: dict[str, object], body: bytes = b"") -> None:
    """Write a message as one line of JSON, then the bytes that belong to it."""
    stream.write(json.dumps(message).encode("ascii") + b"\n" + body)
    stream.flush()


def reading_of(reply: dict[str, Any]) -> Reading:
    """Return the reading that a reply holds. Raises `Refusal` when it holds one."""
    if "refused" in reply:
        raise Refusal(str(reply["refused"]))
    return _reading(reply)


@cache
def load_recognizer() -> Recognizer:
    """Return what reads pictures, loaded once."""
    from rag.corpus.formats.rapid import RapidRecognizer

    limit_memory(MAX_MEMORY + OCR_MEMORY)
    return RapidRecognizer()


def _ocr(request: dict[str, Any], replies: IO[bytes]) -> Ocr:
    """Return the OCR that a request allows; before every page it asks for more time."""
    from rag.corpus.formats.ocr import PAGE_SECONDS, Ocr

    def told() -> None:
        send(replies, {"page_seconds": PAGE_SECONDS})
        _end_after(PAGE_SECONDS)

    load: Callable[[], Recognizer] | None = None if request["no_ocr"] else load_recognizer
    return Ocr(load, seconds=request["ocr_seconds"], why_not=request["no_ocr"], told=told)


def _end_after(seconds: float) -> None:
    faulthandler.dump_traceback_later(seconds + _GRACE_SECONDS, exit=True)


def _answer(raw: bytes, name: str, ocr: Ocr) -> dict[str, object]:
    from rag.corpus.formats.read_any import read_any

    try:
        reading = read_any(raw, name, ocr=ocr)
    except Refusal as refusal:
        return {"refused": str(refusal)}
    return asdict(reading)


def _reading(fields: dict[str, Any]) -> Reading:
    places = tuple(Place(*place) for place in fields.pop("places"))
    inner = fields.pop("attached", ())
    attached = tuple(
        Attached(one["name"], one["fingerprint"], _reading(one["reading"]) if one["reading"] else None, one["refused"])
        for one in inner
    )
    hidden = tuple(Hidden(*one) for one in fields.pop("hidden", ()))
    return Reading(places=places, attached=attached, hidden=hidden, **fields)


if __name__ == "__main__":
    main()
