"""The place that a citation names is where a person finds its words: looked up in the file itself, by other means."""

import csv
import email
import email.policy
import html
import io
import json
import re
import zipfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pypdfium2
import pytest

from rag.answering.claims import cite
from rag.records import Evidence, Hit
from tests.documents import docx, eml, epub, odt, pdf, pptx, repacked, wp, wtable, xlsx
from tests.fakes import make_library

LONG = "The committee met in the old town hall and agreed on the plan for the bridge over the"
HEAD = [(9, 770, "Annual report of Hilltop")]
REPORT = pdf(
    [*HEAD, (20, 740, "Bridges"), (11, 600, "The first span rests on granite.")],
    [*HEAD, (11, 600, "The bell of Hilltop weighs nine tons.")],
    [*HEAD, (11, 600, "A toll of two marks is asked of carts."), (11, 60, LONG)],
    [*HEAD, (11, 740, "wide river, which was cold."), (11, 500, "Carters from Upton pay nothing.")],
    [*HEAD, (11, 600, "The last stone was laid by Mary Quill.")],
)
PLAN = pdf(*[[f"Field number {n} is sown with {crop}."] for n, crop in enumerate("rye oats flax hemp beet".split(), 1)])
SLIDES = pptx(
    ("Aims", "Grow more barley."), ("Means", "Buy a plough."), ("Ends", "Feed the town of Derby."), notes="Smile often."
)
TALK = repacked(
    SLIDES, "ppt/presentation.xml", '"r1"/><p:sldId id="258" r:id="r2"', '"r2"/><p:sldId id="258" r:id="r1"'
)
CREW = xlsx(
    Crew=[["Name", "Rank"], ["Ada", "mate"], [None, None], ["Zeno", "cook"], ["Bert", "purser"]],
    **{"Ships of 1904": [["All ships"], [None], ["Ship", "Tons"], ["Kestrel", 120], ["Heron", 95.5]]},
)
ROWS = b'Town,Note,Toll\nUpton,"by the\nold bridge",12\nDerby,ferry,40\n\nOrbais,mill road,7\n'
CHAPTERS = (
    "<h1>Storm</h1><p>Rain fell on the deck.</p><p>A whale swallowed the anchor.</p>",
    "<p>Then came a calm of nine days.</p>",
    "<h2>Harbour</h2><p>The pilot was called Odile.</p><ul><li>Ropes of hemp</li></ul>",
)
MEMO = docx(
    wp("Budget", "H1") + wp("Wood is dear this year.") + wp("") + wp("Nails are cheap.")
    + wtable(("Item", "Price"), ("Plough", "300"), ("Harrow", "120"))
    + wp("The cellar is dry.") + wtable(("Room", "Key"), ("Attic", "brass")),
    footnotes=wp("Prices are those of March."),
)  # fmt: skip
ODT_TABLE = "".join(
    "<table:table-row>" + "".join(f"<table:table-cell><text:p>{c}</text:p></table:table-cell>" for c in row) + "</table:table-row>"
    for row in (("Sort", "Trees"), ("Quill", "9"), ("Bergamot", "14"))
)  # fmt: skip
ORCHARD = odt(
    '<text:h text:outline-level="1">Orchard</text:h><text:p>Pears stand by the wall.</text:p><text:p/>'
    f"<text:p>Cherries were felled.</text:p><table:table>{ODT_TABLE}</table:table><text:p>The gate is new.</text:p>"
)
INVOICE = (
    rb"{\rtf1\ansi Caf\'e9 Lindqvist owes for coal.\par The coal came by barge.\par\par Payment is due in May.\par}"
)
FEES = b"""<html><body><p>Boats of every kind may moor.</p><h2>Fees</h2><p>Mooring a barge costs six marks.</p>
<table><tr><th>Kind</th><th>Fee</th></tr><tr><td>Punt</td><td>two marks</td></tr><tr><td>Yacht</td><td>nine marks</td></tr></table>
<p>Fees are paid at the lock.</p><h2>Fines</h2><p>Fishing at night costs a crown.</p></body></html>"""
ATTACHED = pdf(["Cover."], ["The oars lie under the stairs."])
LETTER = eml("Dear Bert,\n\nThe lantern hangs in the cellar.\n\nFetch the rudder too.", attached=[("plan.pdf", ATTACHED), ("ropes.csv", ROWS)])  # fmt: skip
BERTHS = [
    {"name": "Gull", "at": {"berth": 9}},
    {"name": "Tern", "old": True},
    {"name": "Wren", "tags": ["blue", "new"]},
]
LANDS = b"<?xml version='1.0'?><lands><land><name>Chad</name></land><land><name>Mali</name><sea/></land><land code='TG'><name>Togo</name></land></lands>"

FILES = {
    "notes.txt": f"On the pump\n\nIt is old.\nThe pump was painted green.\n\n{LONG}\nriver. The valve leaks.\n".encode(),
    "guide.md": b"# Guide\n\nWater comes from a well.\n\n## Care\n\n- Grease the axle.\n- Empty the sump.\n\n| Part | Size |\n|---|---|\n| Bolt | 8 |\n",
    "page.html": FEES,
    "report.pdf": REPORT, "plan.pdf": PLAN,
    "memo.docx": MEMO, "talk.pptx": TALK, "crew.xlsx": CREW,
    "rates.csv": ROWS, "rates.tsv": b"Harbour\tDepth\nUlm\t4\nLinz\t6\nPassau\t5\n",
    "tale.epub": epub(*CHAPTERS),
    "letter.eml": LETTER,
    "manual.rst": b"Lathe\n=====\n\n.. contents::\n\nThe chuck holds the work.\n\nOiling\n------\n\nOil the bed every week.\n\nWipe the ways dry.\n",
    "todo.org": b"#+STARTUP: x\n* House\nThe roof needs slate.\n** TODO Garden\n:PROPERTIES:\nThe hedge needs cutting.\nThe pond is silted.\n",
    "orchard.odt": ORCHARD, "invoice.rtf": INVOICE,
    "berths.json": json.dumps(BERTHS).encode(),
    "berths.jsonl": "\n".join([json.dumps(BERTHS[0]), "", *map(json.dumps, BERTHS[1:])]).encode(),
    "lands.xml": LANDS,
    "pump.py": b'"""Drive the pump."""\n\nSPEED = 40\n\n\ndef start():\n    return "primed"\n',
}  # fmt: skip
PLACES = """
notes.txt | On the pump | line 1
notes.txt | It is old. | line 3
notes.txt | The pump was painted green. | line 4
notes.txt | The committee met in the old town hall | line 6
notes.txt | The valve leaks. | line 7
guide.md | Water comes from a well. | line 3
guide.md | Grease the axle. | line 7
guide.md | Empty the sump. | line 8
guide.md | Bolt | line 12
page.html | Boats of every kind may moor. | top of the page
page.html | Mooring a barge costs six marks. | under “Fees”
page.html | Punt | table 1 row 2
page.html | Yacht | table 1 row 3
page.html | Fees are paid at the lock. | under “Fees”
page.html | Fishing at night costs a crown. | under “Fines”
report.pdf | The first span rests on granite. | page 1
report.pdf | The bell of Hilltop weighs nine tons. | page 2
report.pdf | A toll of two marks is asked of carts. | page 3
report.pdf | bridge over the wide river, which was cold. | page 3 to page 4
report.pdf | Carters from Upton pay nothing. | page 4
report.pdf | The last stone was laid by Mary Quill. | page 5
plan.pdf | sown with rye | page 1
plan.pdf | sown with flax | page 3
plan.pdf | sown with hemp | page 4
plan.pdf | sown with beet | page 5
memo.docx | Wood is dear this year. | paragraph 2
memo.docx | Nails are cheap. | paragraph 4
memo.docx | Plough | table 1 row 2
memo.docx | Harrow | table 1 row 3
memo.docx | The cellar is dry. | paragraph 5
memo.docx | Attic | table 2 row 2
memo.docx | Prices are those of March. | footnote
talk.pptx | Grow more barley. | slide 1
talk.pptx | Smile often. | slide 1, notes
talk.pptx | Feed the town of Derby. | slide 2
talk.pptx | Buy a plough. | slide 3
crew.xlsx | Ada | sheet "Crew" row 2
crew.xlsx | Zeno | sheet "Crew" row 4
crew.xlsx | purser | sheet "Crew" row 5
crew.xlsx | Kestrel | sheet "Ships of 1904" row 4
crew.xlsx | 95.5 | sheet "Ships of 1904" row 5
rates.csv | Upton | row 2
rates.csv | Derby | row 3
rates.csv | mill road | row 5
rates.tsv | Ulm | row 2
rates.tsv | Linz | row 3
rates.tsv | Passau | row 4
tale.epub | Rain fell on the deck. | chapter “Storm”
tale.epub | A whale swallowed the anchor. | chapter “Storm”
tale.epub | Then came a calm of nine days. | chapter 2
tale.epub | The pilot was called Odile. | chapter “Harbour”
tale.epub | Ropes of hemp | chapter “Harbour”
letter.eml | Ada <ada@example.org> | header
letter.eml | The lantern hangs in the cellar. | body
letter.eml | Fetch the rudder too. | body
letter.eml | ropes.csv | attachments
letter.eml/plan.pdf | The oars lie under the stairs. | page 2
letter.eml/ropes.csv | Derby | row 3
manual.rst | The chuck holds the work. | line 6
manual.rst | Oil the bed every week. | line 11
manual.rst | Wipe the ways dry. | line 13
todo.org | The roof needs slate. | line 3
todo.org | The hedge needs cutting. | line 6
todo.org | The pond is silted. | line 7
orchard.odt | Pears stand by the wall. | paragraph 2
orchard.odt | Cherries were felled. | paragraph 4
orchard.odt | Bergamot | table 1 row 3
orchard.odt | The gate is new. | paragraph 5
invoice.rtf | Café Lindqvist owes for coal. | paragraph 1
invoice.rtf | The coal came by barge. | paragraph 2
invoice.rtf | Payment is due in May. | paragraph 3
berths.json | Gull | record 1
berths.json | Tern | record 2
berths.json | blue | record 3
berths.jsonl | Gull | line 1
berths.jsonl | Tern | line 3
berths.jsonl | Wren | line 4
lands.xml | Chad | record 1
lands.xml | Mali | record 2
lands.xml | Togo | record 3
pump.py | Drive the pump. | line 1
pump.py | SPEED = 40 | line 3
pump.py | return "primed" | line 7
"""
QUOTES = [tuple(line.split(" | ")) for line in PLACES.strip().split("\n")]


def number(label):
    return int(re.findall(r"\d+", label)[-1])


def at_line(raw, label):
    return raw.decode().split("\n")[number(label) - 1]


def on_page(raw, label):
    with pypdfium2.PdfDocument(raw) as book:
        pages = [book[int(n) - 1].get_textpage().get_text_range() for n in re.findall(r"\d+", label)]
    return " ".join(page.removeprefix(HEAD[0][2]) for page in pages)


def in_row_of_sheet(raw, label):
    name = re.fullmatch(r'sheet "(.*)" row \d+', label)[1]
    return [str(cell.value) for cell in openpyxl.load_workbook(io.BytesIO(raw))[name][number(label)]]


def in_row(raw, label, mark=","):
    return list(csv.reader(io.StringIO(raw.decode()), delimiter=mark))[number(label) - 1]


def members(raw):
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def named(element, name):
    return [e for e in element.iter() if e.tag.endswith(f"}}{name}")]


def words(element):
    return "".join(element.itertext())


def of_office(raw, label, part, table, row, paragraph):
    if label == "footnote":
        return members(raw)["word/footnotes.xml"]
    root = ElementTree.fromstring(members(raw)[part])
    tables = named(root, table)
    if label.startswith("table"):
        return words(named(tables[int(label.split()[1]) - 1], row)[number(label) - 1])
    inside = {id(e) for one in tables for e in one.iter()}
    alone = [e for e in root.iter() if id(e) not in inside and e.tag.rpartition("}")[2] in paragraph]
    return words(alone[number(label) - 1])


def on_slide(raw, label):
    held = members(raw)
    order = re.findall(r'sldId id="\d+" r:id="(\w+)"', held["ppt/presentation.xml"])
    wanted = order[int(re.findall(r"\d+", label)[0]) - 1]
    target = re.search(rf'Id="{wanted}" [^>]*Target="([^"]+)"', held["ppt/_rels/presentation.xml.rels"])[1]
    if label.endswith("notes"):
        notes = re.search(r'Target="\.\./([^"]+)"', held[f"ppt/slides/_rels/{Path(target).name}.rels"])[1]
        return held[f"ppt/{notes}"]
    return held[f"ppt/{target}"]


def in_chapter(raw, label):
    parts = [text for name, text in sorted(members(raw).items()) if name.endswith(".xhtml")]
    if title := re.fullmatch("chapter “(.*)”", label):
        (found,) = [part for part in parts if f">{title[1]}</h" in part]
        return found
    return parts[number(label) - 1]


def in_part_of_mail(raw, label):
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    if label == "header":
        return " ".join(map(str, mail.values()))
    if label == "body":
        return mail.get_body(("plain",)).get_content()
    return [part.get_filename() for part in mail.iter_attachments()]


def on_web_page(raw, label):
    text = raw.decode()
    if label.startswith("table"):
        return text.split("<tr>")[number(label)].partition("</tr>")[0]
    outside = re.sub(r"<table>.*</table>", "", text, flags=re.DOTALL)
    parts = re.split(r"<h2>(.*?)</h2>", outside)
    return parts[0] if label == "top of the page" else dict(zip(parts[1::2], parts[2::2], strict=True))[label[7:-1]]


def in_rtf(raw, label):
    text = raw.decode("latin-1").replace(r"\'e9", "é").replace(r"{\rtf1\ansi ", "")
    return [part for part in text.split(r"\par") if part.strip(" {}")][number(label) - 1]


LOOK = {
    ".txt": at_line, ".md": at_line, ".rst": at_line, ".org": at_line, ".py": at_line, ".jsonl": at_line,
    ".html": on_web_page, ".pdf": on_page, ".xlsx": in_row_of_sheet, ".csv": in_row,
    ".tsv": lambda raw, label: in_row(raw, label, "\t"),
    ".docx": lambda raw, label: of_office(raw, label, "word/document.xml", "tbl", "tr", ["p"]),
    ".odt": lambda raw, label: of_office(raw, label, "content.xml", "table", "table-row", ["p", "h"]),
    ".pptx": on_slide, ".epub": in_chapter, ".eml": in_part_of_mail, ".rtf": in_rtf,
    ".json": lambda raw, label: json.dumps(json.loads(raw)[number(label) - 1]),
    ".xml": lambda raw, label: words(ElementTree.fromstring(raw)[number(label) - 1]),
}  # fmt: skip


def raw_of(path):
    mail, _, inner = path.partition("/")
    if not inner:
        return FILES[path]
    message = email.message_from_bytes(FILES[mail], policy=email.policy.default)
    return next(part.get_content() for part in message.iter_attachments() if part.get_filename() == inner)


def flat(text):
    return " ".join(text.split())


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("places") / "docs"
    folder.mkdir()
    for name, raw in FILES.items():
        (folder / name).write_bytes(raw)
    made = make_library(folder.parent / "lib", folder)
    made.sync()
    yield made
    made.close()


def test_there_are_quotes_from_every_format():
    counts = Counter(Path(path).suffix for path, _, _ in QUOTES)
    assert len(QUOTES) >= 60
    assert set(counts) == set(LOOK)
    assert min(counts.values()) >= 3


@pytest.mark.parametrize(("path", "quote", "label"), QUOTES)
def test_the_cited_place_is_where_a_person_finds_the_quote(library, path, quote, label):
    folder = library.sources()[0]
    (document,) = [one for one in library.documents() if one.path == str(folder / path)]
    (citation,) = [
        cite([Evidence(Hit(passage, 1.0, 1), *span, 1.0)], 0)
        for passage in library.passages(document)
        for span in passage.sentences
        if quote in flat(passage.slice(span))
    ]
    assert citation.place == label
    assert citation.page == (int(label.split()[1]) if label.startswith("page") else None)
    there = LOOK[Path(path).suffix](raw_of(path), label)
    if isinstance(there, list):
        assert quote in there
    else:
        assert quote in flat(html.unescape(there))
