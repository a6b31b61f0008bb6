"""Tell a file's format by what is in it. bytes, name -> format, or a refusal in a sentence."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePath

from rag.corpus.decode import Refusal
from rag.corpus.formats.detect_text import detect_text
from rag.corpus.formats.mailbox import is_mailbox
from rag.corpus.formats.xml import member

_OLE = {
    "EncryptedPackage": "The file is protected with a password. Save a copy without one.",
    "WordDocument": "This is a Word file of the old kind (.doc), which is not read. Save it as .docx.",
    "Workbook": "This is an Excel file of the old kind (.xls), which is not read. Save it as .xlsx.",
    "Book": "This is an Excel file of the old kind (.xls), which is not read. Save it as .xlsx.",
    "PowerPoint Document": "This is a PowerPoint file of the old kind (.ppt), which is not read. Save it as .pptx.",
}
_UNREAD = {
    b"7z\xbc\xaf": "a compressed archive",
    b"Rar!": "a compressed archive", b"BZh": "a compressed archive", b"\xfd7zXZ": "a compressed archive",
    b"\x7fELF": "a program", b"MZ\x90": "a program", b"SQLite format 3": "a database", b"OggS": "a recording",
    b"ID3": "a recording", b"fLaC": "a recording", b"RIFF": "a recording or an image", b"%!PS": "PostScript",
}  # fmt: skip
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
MAX_UNPACKED, MAX_RATIO, RATIO_FROM = 1_000_000_000, 150, 20_000_000
"""A packed file that unpacks to more bytes, or to this many times its size, is taken for a bomb."""

READ = (
    "PDF, Word, PowerPoint, Excel, OpenDocument text, EPUB, HTML, mail, RTF, CSV, JSON, XML and all kinds of plain text"
)


def detect(raw: bytes, name: str) -> str:
    """Return the format, "gzip" for a packed one. Raises `Refusal` for one that is not read."""
    if not raw:
        raise Refusal("The file is empty: it has no bytes.")
    if known := _by_its_start(raw):
        return known
    if raw.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _packed(raw, PurePath(name).suffix.lower())
    if raw.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole(raw, PurePath(name).suffix.lower())
    for magic, kind in _UNREAD.items():
        if raw.startswith(magic) and _is_binary(raw, magic):
            raise Refusal(f"The file is {kind}, which is not read. What is read: {READ}.")
    return detect_text(raw, PurePath(name).suffix.lower())


def _by_its_start(raw: bytes) -> str:
    """Return the format of a file whose first bytes are enough, "" for others."""
    if raw.startswith(b"\x1f\x8b\x08"):
        return "gzip"
    if b"%PDF-" in raw[:1024]:
        return "pdf"
    if is_mailbox(raw):
        return "mbox"
    if raw.startswith(b"bplist00") and b"WebMainResource" in raw:
        return "webarchive"
    if raw.lstrip()[:5] == b"{\\rtf":
        return "rtf"
    return "picture" if any(raw.startswith(magic) and _is_binary(raw, magic) for magic in _PICTURES) else ""


def _is_binary(raw: bytes, magic: bytes) -> bool:
    """Say whether a file that begins so is of that kind; a text may begin with two letters by chance."""
    return b"\x00" in raw[:4096] or len(magic) > 2


def open_packed(raw: bytes) -> zipfile.ZipFile:
    """Open a packed file. Raises `Refusal` when it is torn, protected or would unpack beyond measure."""
    try:
        packed = zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Refusal("The file is damaged: its end is missing or torn.") from error
    size = sum(part.file_size for part in packed.infolist())
    if size > MAX_UNPACKED or (size > RATIO_FROM and size > MAX_RATIO * len(raw)):
        raise Refusal(f"The file has {len(raw):,} bytes but would unpack to {size:,}: it is too large to read.")
    if any(part.flag_bits & 1 for part in packed.infolist()):
        raise Refusal("The file is protected with a password. Save a copy without one.")
    return packed


def _packed(raw: bytes, ending: str) -> str:
    packed = open_packed(raw)
    names = packed.namelist()
    kind = member(packed, "mimetype").decode("ascii", "replace").strip() if "mimetype" in names else ""
    if kind == "application/epub+zip" or "META-INF/container.xml" in names or (not kind and ending == ".epub"):
        return "epub"
    if kind.startswith("application/vnd.oasis.opendocument.text"):
        return "odt"
    for folder, found in (("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx")):
        if "[Content_Types].xml" in names and any(name.startswith(folder) for name in names):
            if found == "xlsx" and any(name.endswith("workbook.bin") for name in names):
                raise Refusal("This is a binary Excel file (.xlsb), which is not read. Save it as .xlsx.")
            return found
    if ending in (".docx", ".pptx", ".xlsx", ".odt"):
        raise Refusal(f"The file is named {ending} but holds no such document: it is an archive of other files.")
    if kind.startswith("application/vnd.oasis.opendocument"):
        raise Refusal("Of the OpenDocument formats only text (.odt) is read. Save it as .xlsx or .pptx.")
    raise Refusal("The file is an archive, which is not read. Unpack it and add the folder.")


def _ole(raw: bytes, ending: str) -> str:
    if "__properties_version1.0".encode("utf-16-le") in raw:
        return "msg"
    for stream, sentence in _OLE.items():
        if stream.encode("utf-16-le") + b"\x00\x00" in raw:
            raise Refusal(sentence)
    if ending == ".msg":  # one that is cut short
        return "msg"
    raise Refusal("The file is an Office file of an old kind, which is not read. Save it in a newer one.")
