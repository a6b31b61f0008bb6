"""Turn bytes into canonical characters. bytes -> text with one kind of line end, NFC."""

from __future__ import annotations

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")
_GUESSED_FROM = 1_000_000
_FEW = 100


class Refusal(Exception):
    """A file cannot be indexed; the message is a sentence for the person who added it."""


def decode(raw: bytes) -> str:
    """Return the text of `raw`: by its byte order mark, as UTF-8, or by the likeliest other encoding.

    NUL bytes strewn into text are dropped. Raises `Refusal` for bytes that are not text.
    """
    if raw.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return raw.decode("utf-32", "replace")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    if encoding := _bare_utf16(raw):
        return raw.decode(encoding, "replace")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode(_likeliest_encoding(raw), "replace")
    rest = text.replace("\x00", "")
    if len(rest) < len(text) and len(_CONTROL.findall(rest)) > len(rest) // _FEW:
        raise Refusal("The file holds binary data, not text.")
    return rest


def _bare_utf16(raw: bytes) -> str:
    """Return the UTF-16 encoding of text without a byte order mark, known by its many zero bytes; else ""."""
    sample = raw[:4096]
    half = len(sample) // 2
    for encoding, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        others = len(sample) - 2 * half + sample.count(0) - zeros.count(0)
        if half and zeros.count(0) > half * 0.8 and others <= half // _FEW:
            return encoding
    return ""


def _likeliest_encoding(raw: bytes) -> str:
    """Return the encoding that reads most like a language; among equals the one of Western Windows, then by name."""
    from charset_normalizer import from_bytes

    matches = [] if b"\x00" in raw[:4096] else list(from_bytes(raw[:_GUESSED_FROM]))
    if not matches:
        raise Refusal("The file does not hold text in any encoding that is known: is it really text?")
    return min(matches, key=lambda m: (-m.coherence, m.encoding != "cp1252", m.encoding)).encoding


def normalise(text: str) -> str:
    """Return the canonical text: one kind of line end, NFC, control characters and lone surrogates as U+FFFD."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    return _CONTROL.sub("\ufffd", unicodedata.normalize("NFC", text))
