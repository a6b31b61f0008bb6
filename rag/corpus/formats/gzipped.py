"""Unpack a gzipped file. bytes, name -> the bytes inside and their name, or a refusal in a sentence."""

from __future__ import annotations

import zlib
from pathlib import PurePath

from rag.corpus.decode import Refusal
from rag.corpus.formats.detect import MAX_RATIO, MAX_UNPACKED, RATIO_FROM

_NAMED, _EXTRA = 8, 4
_HEAD = 10


def unpack(raw: bytes, name: str) -> tuple[bytes, str]:
    """Return what is in a gzipped file, and the name that it has without the packing.

    Raises `Refusal` when it is torn, would unpack beyond measure, or holds an archive of several files.
    """
    most = min(MAX_UNPACKED, max(RATIO_FROM, MAX_RATIO * len(raw)))
    found, left = bytearray(), raw
    while left.startswith(b"\x1f\x8b"):  # several, one after the other, are one file
        unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            found += unpacking.decompress(left, most + 1 - len(found))
        except zlib.error as error:
            raise Refusal("The file is damaged: what is packed in it is torn.") from error
        if len(found) > most:
            raise Refusal(f"The file has {len(raw):,} bytes but would unpack to more than {most:,}: it is a bomb.")
        if not unpacking.eof:
            raise Refusal("The file is damaged: its end is missing or torn.")
        left = unpacking.unused_data
    if found[257:262] == b"ustar":
        raise Refusal("The file is an archive, which is not read. Unpack it and add the folder.")
    return bytes(found), _inner_name(raw, name)


def _inner_name(raw: bytes, name: str) -> str:
    """Return a file's name without its last ending; where that leaves no ending, the name that was packed with it."""
    outer = PurePath(name).stem if PurePath(name).suffix.lower() == ".gz" else name
    kept = raw[_HEAD:].partition(b"\x00")[0] if raw[3] & _NAMED and not raw[3] & _EXTRA else b""
    inner = PurePath(kept.decode("latin-1").replace("\\", "/")).name
    return inner if inner and not PurePath(outer).suffix else outer
