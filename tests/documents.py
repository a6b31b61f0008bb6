"""Tiny files of every format, made here."""

import io
import zipfile
from email.message import EmailMessage

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
A = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    f' xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:r="{R}"'
)
TYPES = {"[Content_Types].xml": "<Types/>"}


def packed(members, **options):
    """A zip of the given members."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, **options) as file:
        for name, text in members.items():
            file.writestr(name, text)
    return kept.getvalue()


def pdf(*pages, field="", under="", changed=""):
    """A PDF; each page is a list of (size, y, text), or of texts set in 11 points one under the other.

    `field` is what was filled into a form on every page, `under` what is drawn on it first; `changed` when it was last
    changed, as PDF writes it.
    """
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for page in pages:
        lines = [line if isinstance(line, tuple) else (11, 700 - 13 * n, line) for n, line in enumerate(page)]
        drawn = under + "\n".join(f"BT /F1 {size} Tf 72 {y} Td ({text}) Tj ET" for size, y, text in lines)
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {len(objects)} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >>" + (f" /Annots [{len(objects) + 2} 0 R] >>" if field else " >>")
        )
        kids.append(f"{len(objects)} 0 R")
        if field:
            look = f"BT /F1 11 Tf 2 2 Td ({field}) Tj ET"
            objects.append(
                "<< /Type /Annot /Subtype /Widget /FT /Tx /T (f) /F 4 /Rect [72 400 272 420]"
                f" /V ({field}) /AP << /N {len(objects) + 2} 0 R >> >>"
            )
            objects.append(
                "<< /Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources << /Font << /F1 3 0 R >> >>"
                f" /Length {len(look)} >>\nstream\n{look}\nendstream"
            )
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    objects.append(f"<< /ModDate ({changed}) >>")
    text, offsets = "%PDF-1.4\n", []
    for n, body in enumerate(objects, 1):
        offsets.append(len(text))
        text += f"{n} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    return (
        f"{text}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>\nstartxref\n{len(text)}\n%%EOF\n"
    ).encode("latin-1")


def docx(body, **parts):
    """A Word file with the given XML in its body; styles Heading1 and Title are known."""
    styles = (
        f'<w:styles {W}><w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:styleId="T"><w:name w:val="Title"/></w:style></w:styles>'
    )
    kinds = "".join(f'<Relationship Id="r{n}" Type="{R}/{name}" Target="{name}.xml"/>' for n, name in enumerate(parts))
    return packed(
        {
            **TYPES,
            "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
            "word/styles.xml": styles,
            "word/_rels/document.xml.rels": f"<Relationships>{kinds}</Relationships>",
            **{f"word/{name}.xml": f"<w:x {W}>{text}</w:x>" for name, text in parts.items()},
        }
    )


def wp(text, style="", run=""):
    """A paragraph of a Word file."""
    head = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{head}<w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def wtable(*rows):
    """A table of a Word file."""
    cells = ("".join(f"<w:tc>{wp(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def pptx(*slides, notes="", hidden=(), more=None):
    """A PowerPoint file; a slide is (title, text). `notes` belong to the first; slides in `hidden` are so.

    `more` are other members of the file.
    """
    ids = "".join(f'<p:sldId id="{256 + n}" r:id="r{n}"/>' for n in range(len(slides)))
    links = "".join(f'<Relationship Id="r{n}" Type="{R}/slide" Target="slides/s{n}.xml"/>' for n in range(len(slides)))
    members = {
        **TYPES,
        "ppt/presentation.xml": f"<p:presentation {A}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": f"<Relationships>{links}</Relationships>",
    }
    for n, (title, text) in enumerate(slides):
        show = ' show="0"' if n in hidden else ""
        shapes = _shape(text) + _shape(title, '<p:ph type="title"/>')
        members[f"ppt/slides/s{n}.xml"] = f"<p:sld {A}{show}>{shapes}</p:sld>"
    if notes:
        members["ppt/notes0.xml"] = f"<p:notes {A}>{_shape(notes)}</p:notes>"
        members["ppt/slides/_rels/s0.xml.rels"] = (
            f'<Relationships><Relationship Id="n" Type="{R}/notesSlide" Target="../notes0.xml"/></Relationships>'
        )
    return packed(members | (more or {}))


def _shape(text, placeholder=""):
    return f"<p:sp><p:nvPr>{placeholder}</p:nvPr><p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"


def xlsx(**sheets):
    """An Excel file; each sheet is a list of rows."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def odt(body, styles=""):
    """An OpenDocument text with the given XML, and styles of its own."""
    spaces = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
        ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
        ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    )
    content = f"<office:document {spaces}>{styles}<office:body><office:text>{body}</office:text></office:body></office:document>"
    return packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def epub(*chapters):
    """A book; a chapter is a page's body."""
    container = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
    items = "".join(f'<item id="c{n}" href="c{n}.xhtml"/>' for n in range(len(chapters)))
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    book = f"<package><metadata><title>The Book</title></metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    pages = {f"OPS/c{n}.xhtml": f"<html><body>{body}</body></html>" for n, body in enumerate(chapters)}
    return packed(
        {"mimetype": "application/epub+zip", "META-INF/container.xml": container, "OPS/book.opf": book, **pages}
    )


def eml(text, *, html="", attached=()):
    """A mail; `attached` are (name, bytes)."""
    mail = EmailMessage()
    mail["Subject"] = "Keys for the böat house"
    mail["From"] = "Ada <ada@example.org>"
    mail["To"] = "bert@example.org"
    mail["Message-ID"] = "<1@example.org>"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    for name, raw in attached:
        mail.add_attachment(raw, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def repacked(raw, name, old, new):
    """A packed file with words of one member exchanged."""
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        members = {one: file.read(one).decode() for one in file.namelist()}
    assert old in members[name]
    return packed(members | {name: members[name].replace(old, new)})
