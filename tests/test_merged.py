"""A cell that reaches over several rows or columns says what it says of each row, and moves no other cell."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from rag.corpus.formats.cells import spread
from rag.corpus.formats.read_any import read_any
from tests.documents import docx, odt, pptx, repacked, wp

ROWS = ["Country: France; City: Paris; People: 2100.", "Country: France; City: Lyon; People: 520."]


def rows_of(reading):
    return [line.strip() for line in reading.text.split("\n") if "City:" in line]


def workbook():
    book = Workbook()
    for row in (["Country", "City", "People"], ["France", "Paris", 2100], [None, "Lyon", 520]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def word():
    def cell(text, more=""):
        return f"<w:tc><w:tcPr>{more}</w:tcPr>{wp(text)}</w:tc>"

    starts, goes_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = (
        cell("Country") + cell("City") + cell("People"),
        cell("France", starts) + cell("Paris") + cell("2100"),
        cell("", goes_on) + cell("Lyon") + cell("520"),
    )
    return docx(f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>")


def text_document():
    def cell(text, more=""):
        return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"

    rows = (
        cell("Country") + cell("City") + cell("People"),
        cell("France", 'table:number-rows-spanned="2"') + cell("Paris") + cell("2100"),
        "<table:covered-table-cell/>" + cell("Lyon") + cell("520"),
    )
    return odt(f"<table:table>{''.join(f'<table:table-row>{row}</table:table-row>' for row in rows)}</table:table>")


HTML = b"""<table><tr><th>Country</th><th>City</th><th>People</th></tr>
<tr><td rowspan=2>France</td><td>Paris</td><td>2100</td></tr><tr><td>Lyon</td><td>520</td></tr></table>"""


@pytest.mark.parametrize(
    ("raw", "name"), [(HTML, "a.html"), (word(), "a.docx"), (text_document(), "a.odt"), (workbook(), "a.xlsx")]
)
def test_a_cell_that_reaches_down_belongs_to_each_row(raw, name):
    assert rows_of(read_any(raw, name)) == ROWS


def test_a_cell_that_reaches_across_leaves_the_others_in_their_columns():
    html = HTML.replace(b"<td rowspan=2>France</td><td>Paris</td>", b"<td colspan=2>All</td>").replace(
        b"<tr><td>Lyon", b"<tr><td>France</td><td>Lyon"
    )
    assert read_any(html, "a.html").text.split("\n")[-2:] == ["\tCountry: All; People: 2100.", f"\t{ROWS[1]}"]


def test_cells_of_slides_that_belong_to_another_are_none():
    def cell(text, more=""):
        return f"<a:tc {more}><a:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody></a:tc>"

    rows = (
        cell("Country") + cell("City") + cell("People"),
        cell("France", 'rowSpan="2"') + cell("Paris") + cell("2100"),
        cell("", 'vMerge="1"') + cell("Lyon") + cell("520"),
    )
    table = f"<a:tbl>{''.join(f'<a:tr>{row}</a:tr>' for row in rows)}</a:tbl>"
    raw = repacked(pptx(("Cities", "Where they are.")), "ppt/slides/s0.xml", "</p:sld>", f"{table}</p:sld>")
    assert rows_of(read_any(raw, "a.pptx")) == ROWS


CELLS = st.lists(st.lists(st.tuples(st.text(max_size=3), st.integers(1, 4), st.integers(1, 4)), max_size=4), max_size=6)


@given(CELLS)
def test_any_table_is_spread_and_keeps_its_words(rows):
    found = spread(rows)
    assert len(found) == len(rows)
    for row, cells in zip(rows, found, strict=True):
        assert all(text in cells for text, _, _ in row)
