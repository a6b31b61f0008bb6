import gzip
import io
import json
import tarfile
import time

import pytest

from rag.corpus.blocks import find_blocks
from rag.corpus.formats.beside import contacts
from rag.corpus.formats.detect import detect
from rag.corpus.formats.markup import Markup, MarkupBlock
from rag.corpus.formats.read_any import read_any
from rag.corpus.read import Refusal
from tests.documents import R, W, docx, eml, epub, odt, packed, pdf, pptx, wp, wtable, xlsx

LONG = "The committee met in the old town hall and agreed on the plan for the bridge over the"
MENU = "".join(f"<li><a href='/{n}'>Section number {n}</a></li>" for n in range(40))


def place(reading, words):
    """The label of the place in which words of the text stand."""
    assert reading.text.count(words) == 1, reading.text
    at = reading.text.index(words)
    return [p.label for p in reading.places if p.start <= at][-1]


def kinds(reading):
    """Each block of the text with its kind."""
    return [(b.kind, reading.text[b.start : b.end]) for b in find_blocks(reading.text, reading.media_type)]


def test_a_pdf_is_read_page_by_page_with_paragraphs_and_words_made_whole():
    raw = pdf(
        [(20, 740, "Bridges"), f"{LONG}", "river before winter comes.", (11, 600, "Another paragraph stands here.")],
        ["The second page names Mary Quill."],
    )
    found = read_any(raw, "a.pdf")
    assert place(found, "Mary Quill") == "page 2"
    assert place(found, "Another paragraph") == "page 1"
    assert (found.places[0].kind, found.places[0].start) == ("page", 0)
    assert ("heading", "# Bridges") in kinds(found)
    assert f"{LONG} river before winter comes." in found.text
    assert found.missing == ""


def test_a_word_cut_by_the_end_of_a_line_in_a_pdf_is_whole_again():
    found = read_any(pdf([f"{LONG} har-", "bour that everybody knows well."]), "a.pdf")
    assert "harbour that everybody" in found.text
    found = read_any(pdf([f"A well-known man. {LONG} well-", "known bridge."]), "a.pdf")
    assert found.text.endswith("the well-known bridge.")


def test_a_sentence_that_runs_over_two_pages_of_a_pdf_has_both_places():
    found = read_any(pdf([(11, 60, f"{LONG}")], [(11, 740, "wide river, which was cold.")]), "a.pdf")
    assert f"{LONG} wide river" in found.text
    assert place(found, "wide river") == "page 2"
    assert place(found, "committee") == "page 1"


def test_headers_that_repeat_in_a_pdf_are_kept_once_and_told():
    pages = [
        [(9, 770, f"Annual report of Hilltop {n}"), (11, 600, f"Only page {word} tells of {word} apples.")]
        for n, word in enumerate(["one", "two", "three", "four"], 1)
    ]
    found = read_any(pdf(*pages), "a.pdf")
    assert found.text.count("Annual report of Hilltop") == 1
    assert "Set aside" in found.aside
    assert place(found, "four apples") == "page 4"


def test_what_was_filled_into_a_form_of_a_pdf_is_read():
    found = read_any(pdf(["Name of the tenant:"], field="Mary Quill"), "a.pdf")
    assert place(found, "Mary Quill") == "page 1"


LEFT = ["The left column begins here and", "tells of the old mill by the", "river, which was built when the",
        "bridge was new and the town", "was small. It was burnt down in", "the great fire of that year."]  # fmt: skip
RIGHT = ["The right column tells another", "story, of a ferry that crossed", "the lake each morning with the",
         "milk and the post, until a", "storm broke it in two and its", "parts were sold at the market."]  # fmt: skip
TOP = "Over both columns stands what the whole page is about, in one long line of words."


def drawn(*words):
    """A page on which words are drawn in this order, each (left, height, text)."""
    orders = "".join(f") Tj ET BT /F1 11 Tf {left} {y} Td ({text}" for left, y, text in words)
    return pdf([(11, 20, f"1{orders}")])


def column(texts, left):
    return [(left, 690 - 13 * n, text) for n, text in enumerate(texts)]


@pytest.mark.parametrize(
    "words",
    [
        [(72, 720, TOP), *(w for row in zip(column(LEFT, 72), column(RIGHT, 330), strict=True) for w in row)],
        [(72, 720, TOP), *column(LEFT, 72), *column(RIGHT, 330)],
    ],
)
def test_columns_of_a_pdf_are_read_one_after_the_other_however_they_are_drawn(words):
    found = read_any(drawn(*words), "a.pdf").text
    assert " ".join(LEFT) in found
    assert " ".join(RIGHT) in found
    assert found.index(TOP) < found.index(LEFT[0]) < found.index(RIGHT[0])


def test_a_page_that_is_drawn_from_the_bottom_is_read_from_the_top():
    assert " ".join(LEFT) in read_any(drawn(*reversed(column(LEFT, 72))), "a.pdf").text


def test_rows_of_a_table_in_a_pdf_stay_rows():
    rows = [(f"The pump in the hall number {n}", f"It was painted green in {n}") for n in "abcdef"]
    words = zip(column([one for one, _ in rows], 72), column([two for _, two in rows], 330), strict=True)
    found = read_any(drawn(*(word for row in words for word in row)), "a.pdf").text
    assert all(f"\t{one}; {two}." in found for one, two in rows)


def test_pages_of_a_pdf_without_text_are_told_and_a_pdf_of_pictures_is_refused():
    found = read_any(pdf(["Words."], [], ["More."]), "a.pdf")
    assert "2" in found.missing
    assert found.share == pytest.approx(2 / 3)
    with pytest.raises(Refusal, match="no text layer"):
        read_any(pdf([], []), "a.pdf")


def test_a_word_file_has_headings_paragraphs_rows_notes_and_no_deleted_text():
    deleted = "<w:p><w:del><w:r><w:t>struck out</w:t></w:r></w:del><w:ins><w:r><w:t>put in</w:t></w:r></w:ins></w:p>"
    body = wp("Budget", "H1") + wp("Wood is dear.") + deleted + wp("nobody sees", run="<w:vanish/>")
    found = read_any(
        docx(body + wtable(("Year", "Cost"), ("2019", "40"), ("2020", "55")), footnotes=wp("See the annex.")), "a.docx"
    )
    assert kinds(found)[:2] == [("heading", "# Budget"), ("paragraph", "Wood is dear.")]
    assert place(found, "Wood is dear") == "paragraph 2"
    assert ("line", "Year: 2020; Cost: 55.") in kinds(found)
    assert place(found, "Year: 2020") == "table 1 row 3"
    assert place(found, "See the annex") == "footnote"
    assert "put in" in found.text
    assert "struck out" not in found.text
    assert "nobody sees" not in found.text
    assert [text for _, text in found.hidden] == ["nobody sees"]


def test_slides_are_in_order_with_titles_first_and_notes():
    found = read_any(pptx(("Aims", "Grow more."), ("Means", "Buy a plough."), notes="Smile.", hidden=[1]), "a.pptx")
    assert [label for _, _, label in found.places] == ["slide 1", "slide 1, notes"]
    assert found.text.index("## Aims") < found.text.index("Grow more.")
    assert "plough" not in found.text
    assert found.hidden == (("slide 2", "Means Buy a plough."),)
    assert place(found, "Smile") == "slide 1, notes"


def test_rows_of_a_workbook_are_sentences_named_by_sheet_and_row():
    found = read_any(
        xlsx(Crew=[["Name", "Age"], ["Ada", 36], [None, None], ["Bert", 2.5]], Ships=[["Kestrel"]]), "a.xlsx"
    )
    assert found.title == "a"
    assert place(found, "Name: Bert; Age: 2.5.") == 'sheet "Crew" row 4'
    assert place(found, "Kestrel") == 'sheet "Ships" row 1'
    assert ("line", "Name: Ada; Age: 36.") in kinds(found)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_rows_of_a_csv_are_sentences_whatever_divides_the_cells(mark):
    raw = "\n".join(mark.join(row) for row in (["Team", "City"], ["Blues", "St. Louis"], ["Flyers", "Upton"])).encode()
    found = read_any(raw, "a.tsv" if mark == "\t" else "a.csv")
    assert [text for _, text in kinds(found)] == ["Team: Blues; City: St. Louis.", "Team: Flyers; City: Upton."]
    assert place(found, "Flyers") == "row 3"


def test_a_csv_without_headers_keeps_its_first_row():
    found = read_any(b"1,2\n3,4\n", "a.csv")
    assert [text for _, text in kinds(found)] == ["1; 2.", "3; 4."]


def test_a_book_is_read_chapter_by_chapter():
    found = read_any(epub("<h1>Storm</h1><p>Rain fell.</p>", "<p>Then calm.</p>"), "a.epub")
    assert found.title == "The Book"
    assert place(found, "Rain fell") == "chapter “Storm”"
    assert place(found, "Then calm") == "chapter 2"


def test_a_mail_has_header_body_and_its_attachments():
    inner = pdf(["First."], ["The key hangs behind the door."])
    raw = eml(
        "Dear Bert,\n\nfetch the oars.",
        html="<p>Dear Bert</p>",
        attached=[("plan.pdf", inner), ("x.zip", packed({"a": "b"}))],
    )
    found = read_any(raw, "a.eml")
    assert found.title == "Keys for the böat house"
    assert place(found, "From: Ada") == "header"
    assert place(found, "fetch the oars") == "body"
    assert found.text.count("Dear Bert") == 1
    plan, archive = found.attached
    assert place(plan.reading, "behind the door") == "page 2"
    assert (plan.name, archive.name, archive.reading) == ("plan.pdf", "x.zip", None)
    assert "archive" in archive.refused
    assert "behind the door" not in found.text
    assert place(found, "plan.pdf; x.zip") == "attachments"


def test_attachments_have_names_that_end_a_path_and_are_their_own():
    names = ["a.txt", "a.txt", "../../etc/x", "..", "c\\d.txt", "n" * 300 + ".txt"]
    found = read_any(eml("See.", attached=[(name, b"words") for name in names]), "a.eml").attached
    assert [one.name for one in found[:5]] == ["a.txt", "a (2).txt", "_.._etc_x", "attachment", "c_d.txt"]
    assert len(found[5].name) == 100
    assert all("/" not in one.name and "\n" not in one.name and one.reading.text == "words" for one in found)


def test_a_mail_with_more_attachments_than_are_read_says_so():
    inner = eml("in", attached=[(f"{n}.txt", b"x") for n in range(150)])
    found = read_any(eml("out", attached=[("one.eml", inner), ("two.eml", inner)]), "a.eml")
    assert len(found.attached) == 200
    assert "Of 302 attachments the first 200 were read." in found.missing
    assert found.attached[1].name == "one.eml/0.txt"


def test_mails_in_mails_end_somewhere():
    raw = eml("the innermost")
    for _ in range(6):
        raw = eml("outer", attached=[("in.eml", raw)])
    found = read_any(raw, "a.eml").attached
    assert [one.name for one in found] == ["in.eml", "in.eml/in.eml", "in.eml/in.eml/in.eml"]
    assert found[1].reading.text.count("outer") == 1
    assert "too deep" in found[2].refused


def test_opendocument_rtf_and_outlines_are_read():
    heading = '<text:h text:outline-level="2">Aims</text:h><text:p>We<text:s text:c="2"/>grow.</text:p>'
    rows = "".join(
        f"<table:table-row>{''.join(f'<table:table-cell><text:p>{c}</text:p></table:table-cell>' for c in row)}</table:table-row>"
        for row in (("Sort", "Trees"), ("Quill", "9"))
    )
    found = read_any(odt(f"{heading}<table:table>{rows}</table:table>"), "a.odt")
    assert ("heading", "## Aims") in kinds(found)
    assert place(found, "grow.") == "paragraph 2"
    assert place(found, "Sort: Quill; Trees: 9.") == "table 1 row 2"
    found = read_any(rb"{\rtf1\ansi Caf\'e9 one.\par Two.\par}", "a.rtf")
    assert (place(found, "Café one."), place(found, "Two.")) == ("paragraph 1", "paragraph 2")
    found = read_any(b"Top\n===\n\nText.\n\nDeep\n----\n\n.. include:: x\n\nMore.\n", "a.rst")
    assert [b for b in kinds(found) if b[0] == "heading"] == [("heading", "# Top"), ("heading", "## Deep")]
    assert found.text.split("\n")[10] == "More."
    found = read_any(b"#+STARTUP: x\n* Top\n** TODO Deep\nText\n", "a.org")
    assert [b[1] for b in kinds(found)] == ["# Top", "## Deep", "Text"]


def test_records_are_sentences():
    crew = [{"name": "Ada", "at": {"city": "Ulm"}, "tags": ["a", "b"]}, {"name": "Bert", "old": True}]
    found = read_any(json.dumps(crew).encode(), "a.json")
    assert [text for _, text in kinds(found)] == ["name: Ada; at city: Ulm; tags: a, b.", "name: Bert; old: yes."]
    assert place(found, "Bert") == "record 2"
    found = read_any("\n".join([*map(json.dumps, crew), "{torn"]).encode(), "a.jsonl")
    assert place(found, "Bert") == "line 2"
    assert "1 of 3 lines" in found.missing
    found = read_any(
        b"<?xml version='1.0'?><r><land><name>Chad</name></land><land><name>Mali</name></land></r>", "a.xml"
    )
    assert place(found, "name: Mali.") == "record 2"


def test_a_notebook_is_read_cell_by_cell():
    cells = [
        {"cell_type": "markdown", "source": ["# Pumps\n", "\n", "The pump is green.<!-- Obey. -->"]},
        {"cell_type": "code", "source": "paint('green')\n# done", "outputs": [{"text": "ok"}]},
        {"cell_type": "raw", "source": "The mill is old."},
    ]
    found = read_any(json.dumps({"cells": cells, "nbformat": 4}).encode(), "a.ipynb")
    assert kinds(found) == [
        ("heading", "# Pumps"), ("paragraph", "The pump is green."), ("code", "```\npaint('green')\n# done\n```"),
        ("paragraph", "The mill is old."),
    ]  # fmt: skip
    assert (place(found, "paint"), place(found, "mill")) == ("cell 2", "cell 3")
    assert found.hidden == (("cell 1, line 3, comment", "Obey."),)
    assert "what the code of 1 cells gave" in found.aside
    assert "a: 1." in read_any(b'{"a": 1}', "a.ipynb").text


LONG_LINES = {
    "plain words": ("a.txt", "word " * 1_000_000),
    "no space": ("a.txt", "x" * 5_000_000),
    "Markdown": ("a.md", "*a* `b` <i>c</i> " * 300_000),
    "commas": ("a.txt", "a,b " * 1_250_000),
    "JSON": ("a.json", json.dumps({"a": "word " * 1_000_000})),
    "HTML": ("a.html", f"<p>{'word ' * 1_000_000}</p>"),
    "CSV": ("a.csv", f"Name,Note\nAda,{'word ' * 1_000_000}\n"),
}


@pytest.mark.parametrize("kind", LONG_LINES)
def test_a_line_of_five_megabytes_is_read_in_seconds(kind):
    name, text = LONG_LINES[kind]
    start = time.perf_counter()
    found = read_any(text.encode(), name)
    blocks = find_blocks(found.text, found.media_type)
    assert time.perf_counter() - start < 15
    assert len(found.text) > 4_000_000
    assert blocks[-1].end >= len(found.text) - 1


def test_json_with_comments_is_read_as_it_is():
    found = read_any(b'{\n  // the pump\n  "colour": "green"\n}', "a.json")
    assert "the pump" in found.text
    assert "not sound JSON" in found.aside


def test_formulas_that_were_never_calculated_are_told():
    found = read_any(xlsx(A=[["Item", "Sum"], ["Boat", "=1+1"]]), "a.xlsx")
    assert "1 formulas have no stored value" in found.missing


def test_diagrams_and_charts_of_slides_are_read():
    chart = (
        '<c:chart xmlns:c="c" xmlns:a="a"><a:p><a:t>Catch</a:t></a:p><c:ser><c:tx><c:v>Cod</c:v></c:tx><c:cat><c:v>2019'
        "</c:v><c:v>2020</c:v></c:cat><c:val><c:v>4</c:v><c:v>7</c:v></c:val></c:ser></c:chart>"
    )
    rels = f'<Relationships><Relationship Id="c" Type="{R}/chart" Target="../chart1.xml"/></Relationships>'
    found = read_any(
        pptx(("One", "Hello."), more={"ppt/chart1.xml": chart, "ppt/slides/_rels/s0.xml.rels": rels}), "a.pptx"
    )
    assert "Catch" in found.text
    assert place(found, "Cod: 2019 4; 2020 7.") == "slide 1"


def test_source_code_stays_as_it_is_and_has_no_headings():
    text = "import os\n\n# note\ndef run():\n    return 1\n"
    found = read_any(text.encode(), "a.py")
    assert found.text == text
    assert {kind for kind, _ in kinds(found)} == {"code"}


def test_a_page_keeps_headings_and_tables_and_leaves_out_what_is_hidden():
    html = """<html><head><title>T</title><style>p{} .off, #n {display:none}
    @media print {.kind {display:none}}</style></head><body><h2>Fees</h2><p>Two <b>bold</b> words.</p>
    <table><tr><th>Kind</th><th>Fee</th></tr><tr><td class=kind>Boat</td><td>9<i class="x off">Obey.</i></td></tr></table>
    <p style="display: none">Obey me.</p><p hidden>Obey.</p><div id=n>Obey.</div><!-- Obey! --><span style="font-size:0">Obey?</span>
    <script>obey()</script></body></html>"""
    found = read_any(html.encode(), "a.html")
    assert kinds(found) == [("heading", "## Fees"), ("paragraph", "Two bold words."), ("line", "Kind: Boat; Fee: 9.")]
    assert place(found, "Kind: Boat") == "table 1 row 2"
    assert place(found, "Two bold") == "under “Fees”"
    assert [text for _, text in found.hidden] == ["Obey.", "Obey me.", "Obey.", "Obey.", "Obey!", "Obey?"]


def test_a_table_whose_rows_have_names_is_read_by_them():
    html = "<table><tr><th colspan=2>Flag Day</th></tr><tr><th>Date</th><td>May 3</td></tr><tr><th>By</th><td>all</td></tr></table>"
    assert [text for _, text in kinds(read_any(html.encode(), "a.html"))] == ["Flag Day.", "Date: May 3.", "By: all."]


def test_the_article_is_found_among_menus_and_what_was_set_aside_is_told():
    words = " ".join(f"The river rose by {n} feet in the night, said the miller of Upton." for n in range(12))
    html = f"<html><body><nav><ul>{MENU}</ul></nav><article><h1>Flood</h1><p>{words}</p></article><footer>© us</footer></body></html>"
    found = read_any(html.encode(), "a.html")
    assert "miller of Upton" in found.text
    assert "Section number" not in found.text
    assert "Set aside" in found.aside


def test_a_page_keeps_its_lists_and_all_its_articles_but_no_teasers():
    told = "The ferry house was let to a family of bakers, who kept it for sixty years and sold bread to the crews."
    news = "".join(f"<p>{told.replace('bakers', who)}</p>" for who in ("weavers", "millers", "sailors", "tailors"))
    lure = "What the lock keeper saw on the morning of the flood, and why he never told anyone until last week."
    page = f"""<html><head><title>Ferry</title></head><body><nav><a href=1>Home</a><a href=2>Sport</a></nav><main>
    <article><header><h1>The ferry house</h1></header>{news}</article>
    <article><h2>In brief</h2><ul><li><b>Kitchen</b>: two ovens.</li><li><b>Loft</b>: dry.</li></ul></article>
    <article><h2>No petrol station</h2><p>Photo: us</p><p>{told.replace("ferry house", "mill")}</p></article>
    <article><h2><a href=3>He saw it all</a></h2><p>{lure}</p></article>
    <aside><article><h2>He saw it too</h2><p>{lure} Really.</p></article></aside></main></body></html>"""
    found = read_any(page.encode(), "ferry.html")
    assert [text for _, text in kinds(found)][5:] == [
        "## In brief", "Kitchen: two ovens.", "Loft: dry.", "## No petrol station", told.replace("ferry house", "mill")
    ]  # fmt: skip
    assert "characters of menus" in found.aside


def test_of_a_page_of_several_sections_whole_sentences_beside_them_are_kept():
    sections = "".join(
        f"<h2>{name}</h2><p>{name} is open all year round, and {name} costs nothing for anyone who lives in Upton.</p>"
        for name in ("Swimming", "Rowing", "Reading", "Knitting")
    )
    aside = """<h4>Join us</h4><p>We are looking for a lock keeper, 24 hours a week. Apply by 11 October.</p>
    <p><a href="/a">What the old lock keeper saw when the river rose.</a></p><p>Never miss a thing</p>
    <p>We use two cookies to remember the size of your letters.</p><p>Subscribe to our letter, which comes out each week.</p>"""
    foot = "<p>Rated good by the county inspectors in March 2023.</p>"
    page = f"<title>Upton</title><body><nav>{MENU}</nav><main><h1>Upton Club</h1>{sections}</main><aside>{aside}</aside><footer>{foot}</footer></body>"
    told = [
        "# Upton",
        "Rated good by the county inspectors in March 2023.",
        "#### Join us",
        "We are looking for a lock keeper, 24 hours a week. Apply by 11 October.",
    ]
    assert [text for _, text in kinds(read_any(page.encode(), "a.html"))][-4:] == told
    for mark in ('<meta property="og:type" content="article">', '<form id="comments"></form>'):
        assert "lock keeper" not in read_any(page.replace("<body>", f"<body>{mark}").encode(), "a.html").text


def test_of_a_pages_foot_only_how_one_is_reached_is_kept():
    words = " ".join(f"The river rose by {n} feet in the night, said the miller of Upton." for n in range(12))
    foot = """<nav>Call 01999 555 999</nav><h4>Follow us</h4><p>Upton School, Weir Lane</p>
    <p>Office hours: 8.30 am to 4 pm. Tel. 01999 555014</p><p><a href="mailto:a@b.example">a@b.example</a></p>
    <p><a href="/p">Sunday, 2 to 4</a></p><p>Privacy and more</p><p>© 2004-2019 Upton</p>
    <table><tr><td>Monday to Friday</td><td>9:00-17:00</td></tr></table>"""
    page = f"<body><nav>{MENU}</nav><article><h1>Flood</h1><p>{words}</p></article>"
    told = [
        "Upton School, Weir Lane",
        "Office hours: 8.30 am to 4 pm. Tel. 01999 555014",
        "a@b.example",
        "Monday to Friday; 9:00-17:00.",
    ]
    for mark in ("footer", "div role=contentinfo"):
        found = read_any(f"{page}<{mark}>{foot}</{mark.split()[0]}></body>".encode(), "a.html")
        assert [text for _, text in kinds(found)][2:] == told
    assert "Set aside" in found.aside
    parted = page.replace("</p></article>", "</p><h2>Bikes</h2><p>Bikes stand by the gate.</p></article>")
    titled = read_any(f"<title>Upton School News</title>{parted}<footer>{foot}</footer></body>".encode(), "a.html")
    assert [text for _, text in kinds(titled)][2:6] == [
        "## Bikes",
        "Bikes stand by the gate.",
        "# Upton School News",
        told[0],
    ]
    for around in ("article", "blockquote", "section"):
        posted = f"<{around}><p>Well said.</p><footer>Jane on 3 March at 3:40 pm, jane@b.example</footer></{around}>"
        assert "3:40" not in read_any(f"{page}{posted}</body>".encode(), "a.html").text
    paper = (
        f'<script type="application/ld+json">{{"@type": "NewsArticle"}}</script>{page}<footer>{foot}</footer></body>'
    )
    assert "Upton School" not in read_any(paper.encode(), "a.html").text
    assert "Upton School" not in read_any(f"{page}<nav>{foot}</nav></body>".encode(), "a.html").text


@pytest.mark.parametrize(
    ("line", "is_kept"),
    [
        ("© 2024 Upton School · Weir Lane · Tel 01999 555014", True),
        ("Open 9 a.m. to 5 p.m.", True),
        ("Mon-Fri 9-17", True),
        ("© 2004-2019 Upton", False),
        ("Money-back guarantee: 14-30 days", False),
        ("Satellite 3-2", False),
        ("Call for papers 2024", False),
        ("x" * 200_000, False),
    ],
)
def test_a_line_of_the_foot_is_kept_for_numbers_addresses_and_hours(line, is_kept):
    page = Markup(blocks=[MarkupBlock("footer", line)])
    assert bool(contacts(page)) == is_kept


def test_a_page_of_twenty_thousand_nested_boxes_is_read():
    assert read_any(b"<html><body>" + b"<div>" * 20_000 + b"deep words", "a.html").text == "deep words"


@pytest.mark.parametrize(
    ("raw", "name", "kind"),
    [
        (pdf(["x"]), "a.txt", "pdf"),
        (docx(wp("x")), "noending", "docx"),
        (b"<!DOCTYPE html><p>x", "a.pdf", "html"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- c --><html>", "x", "html"),
        (b"From: a@b\nTo: c@d\nMessage-ID: <1>\n\nHi", "letter", "mail"),
        (b"# Not a heading", "a.py", "code"),
        (b"plain words", "README", "plain"),
        (b"BM and II are two letters.", "a.txt", "plain"),
        (b"BM\x00\x00", "a.txt", "picture"),
        ("wörter".encode("utf-16"), "a.md", "markdown"),
    ],
)
def test_the_format_is_told_by_the_content(raw, name, kind):
    assert detect(raw, name) == kind


def bomb():
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "lol"}">' for n in range(8))
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<!DOCTYPE d [{entities}]><w:document {W}><w:body>{wp('&a7;')}</w:body></w:document>",
        }
    )


def tar():
    kept = io.BytesIO()
    with tarfile.open(fileobj=kept, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"))
    return kept.getvalue()


def test_a_gzipped_text_is_read_by_the_name_of_what_is_inside():
    raw = b"# Lock\n\nThe lock is closed."
    assert read_any(gzip.compress(raw), "notes.md.gz").media_type == "text/markdown"
    assert read_any(gzip.compress(raw), "changelog.gz").media_type == "text/plain"
    assert read_any(gzip.compress(raw[:9]) + gzip.compress(raw[9:]) + b"\x00" * 9, "a.gz").text == raw.decode()
    named = io.BytesIO()
    with gzip.GzipFile("crew.csv", "wb", fileobj=named) as file:
        file.write(b"Name,Age\nAda,36\nBert,40\n")
    for name in ("crew.gz", "crew.csv.gz"):
        assert "Name: Ada; Age: 36." in read_any(named.getvalue(), name).text
    assert read_any(named.getvalue(), "crew.md.gz").media_type == "text/markdown"


@pytest.mark.parametrize(
    ("raw", "name", "words"),
    [
        (b"", "a.docx", "no bytes"),
        (b" \n ", "a.txt", "empty"),
        (docx(wp("x"))[:-40], "a.docx", "damaged"),
        (docx("<w:p><w:r>"), "a.docx", "damaged"),
        (packed({"x": "y"}), "a.docx", "holds no such document"),
        (packed({"x": "y"}), "a.zip", "archive"),
        (packed({"mimetype": "application/epub+zip"}), "a.epub", r"container\.xml"),
        (packed({"[Content_Types].xml": "", "word/document.xml": " " * 40_000_000}), "a.docx", "too large"),
        (bomb(), "a.docx", "entities"),
        (b"<?xml version='1.0'?><!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><r>&x;</r>", "a.xml", "entities"),
        (pdf(["x"])[:200], "a.pdf", "damaged"),
        (b"no pdf at all", "a.pdf", "wrongly named"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument\0".encode("utf-16-le"), "a.doc", r"\.docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage\0".encode("utf-16-le"), "a.docx", "password"),
        (b"[" * 100_000, "a.json", "deeply"),
        (b'{"a": ' * 500 + b"1" + b"}" * 500, "a.json", "deeply"),
        (b"<html><body><script>x</script></body></html>", "a.html", "no text"),
        (docx(""), "a.docx", "empty"),
        (xlsx(A=[[None]]), "a.xlsx", "empty"),
        (pptx(("", "")), "a.pptx", "empty"),
        (gzip.compress(b"The mill is old.")[:-9], "a.txt.gz", "damaged"),
        (b"\x1f\x8b\x08" + b"x" * 99, "a.txt.gz", "damaged"),
        (gzip.compress(b"x" * 21_000_000), "a.txt.gz", "would unpack to more than 20,000,000"),
        (gzip.compress(gzip.compress(b"x")), "a.gz", "no text"),
        (gzip.compress(pdf(["x"])), "a.pdf.gz", "no text"),
        (gzip.compress(tar()), "a.tar.gz", "archive"),
        (gzip.compress(b""), "a.gz", "no bytes"),
        (
            b"Name,Note\nAda," + b"x" * 11_000_000 + b"\n",
            "a.csv",
            "cell of the table is too long",
        ),
        (b'{"cells": []}', "a.ipynb", "empty"),
    ],
)
def test_bad_files_are_refused_in_a_sentence(raw, name, words):
    with pytest.raises(Refusal, match=words) as refused:
        read_any(raw, name)
    assert str(refused.value).endswith(".")


def test_a_sheet_tells_of_columns_and_rows_that_were_not_read():
    wide = [[None] * 520 + ["far out"], ["Ada"]]
    found = read_any(xlsx(A=wide, B=[["Bert"], ["Cleo"]]), "a.xlsx")
    assert "Ada" in found.text
    assert found.missing == "Sheet 'A' has more than 500 columns: only those were read."
    apart = [["Ada"], *[[None]] * 2_500, ["Zeno"]]
    found = read_any(xlsx(A=apart, B=[["Bert"], *[[None]] * 2_500]), "a.xlsx")
    assert ("Ada" in found.text, "Zeno" in found.text, "Bert" in found.text) == (True, False, True)
    assert found.missing == "Sheet 'A' goes on after 2,000 empty rows: what follows was not read."


def test_a_pdf_of_very_many_pages_tells_which_were_read(monkeypatch):
    monkeypatch.setattr("rag.corpus.formats.pdf._MAX_PAGES", 2)
    found = read_any(pdf(["The mill is old."], ["The ferry is new."], ["The heron is grey."]), "a.pdf")
    assert "heron" not in found.text
    assert found.missing == "The PDF has 3 pages: only the first 2 were read."
    assert found.share == pytest.approx(2 / 3)


def test_the_attributes_of_xml_are_read_as_its_texts_are():
    items = '<item name="The Kestrel" berth="9"/><item name="Heron"><note xml:lang="en">grey</note></item><item/>'
    found = read_any(f"<?xml version='1.0'?><ships harbour='Derby'>{items}</ships>".encode(), "a.xml")
    assert [line.strip() for line in found.text.split("\n")] == [
        "ships harbour: Derby.", "item name: The Kestrel; item berth: 9.", "item name: Heron; note: grey.",
    ]  # fmt: skip
    assert [place.label for place in found.places] == ["outermost element", "record 1", "record 2"]
    drawing = (
        "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><path d='M 1 2'/><text x='1'>Lock</text></svg>"
    )
    assert read_any(drawing.encode(), "a.svg").text.strip() == "text: Lock."
    with pytest.raises(Refusal, match="no text to search"):
        read_any(b"<?xml version='1.0'?><r><a/><b/></r>", "a.xml")
