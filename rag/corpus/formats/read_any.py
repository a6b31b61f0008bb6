"""Read a file of any format. bytes, name -> Reading, or a refusal in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from rag.corpus.decode import Refusal
from rag.corpus.formats import (
    book,
    gzipped,
    mail,
    mailbox,
    notebook,
    opendocument,
    outline,
    outlook,
    page,
    pdf,
    picture,
    plain,
    records,
    rtf,
    saved_page,
    sheet,
    slides,
    table,
    word,
)  # fmt: skip
from rag.corpus.formats.detect import detect
from rag.corpus.formats.ocr import Ocr
from rag.corpus.formats.reading import Reading

_DEEPEST = 3
_TEXTS = ("plain", "markdown", "code", "rst", "org", "table", "records", "html")
"""What is read also where it is gzipped; of other files the page shows the original, which must be there as it is."""

READERS: dict[str, Callable[[bytes, str], Reading]] = {
    "plain": plain.read_plain, "markdown": plain.read_markdown, "code": plain.read_code, "rst": outline.read_rst,
    "org": outline.read_org, "table": table.read_table, "records": records.read_records,
    "notebook": notebook.read_notebook, "html": page.read_html,
    "docx": word.read_docx, "pptx": slides.read_pptx, "xlsx": sheet.read_xlsx,
    "mhtml": saved_page.read_mhtml, "webarchive": saved_page.read_webarchive,
    "odt": opendocument.read_odt, "epub": book.read_epub, "rtf": rtf.read_rtf,
}  # fmt: skip
MAILS: dict[str, Callable[[bytes, str, mail.ReadInner], Reading]] = {
    "mail": mail.read_mail, "msg": outlook.read_msg, "mbox": mailbox.read_mailbox,
}  # fmt: skip
SCANNED: dict[str, Callable[[bytes, str, Ocr], Reading]] = {"pdf": pdf.read_pdf, "picture": picture.read_picture}


def read_any(raw: bytes, name: str, *, depth: int = 0, ocr: Ocr | None = None) -> Reading:
    """Return what a file holds. Raises `Refusal`, and nothing else, when that is nothing.

    `depth` is how many mails the file lies in; `ocr` reads its pictures (None: they are told as missing).
    """
    try:
        return _read(raw, name, depth, ocr or Ocr())
    except Refusal:
        raise
    except MemoryError as error:
        raise Refusal("The file needs more memory to be read than one file may use.") from error
    except RecursionError as error:
        raise Refusal("The file is nested too deeply to be read.") from error
    except Exception as error:  # whatever a parser raises over a torn file is that file's verdict
        raise Refusal(f"The file is damaged, or of a kind that is not understood ({type(error).__name__}).") from error


def _read(raw: bytes, name: str, depth: int, ocr: Ocr) -> Reading:
    kind = detect(raw, name)
    if kind == "gzip":
        raw, name = gzipped.unpack(raw, name)
        kind = detect(raw, name)
        if kind not in _TEXTS:
            raise Refusal("The file is packed, and what is in it is no text. Unpack it and add what was in it.")
    if kind in MAILS:
        if depth >= _DEEPEST:
            raise Refusal("It lies too deep: a mail in a mail in a mail.")
        return MAILS[kind](raw, name, partial(read_any, depth=depth + 1, ocr=ocr))
    reading = SCANNED[kind](raw, name, ocr) if kind in SCANNED else READERS[kind](raw, name)
    if not reading.text.strip():
        raise Refusal("The file is empty: there is no text to search.")
    return reading
