import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Color, Font, GradientFill, PatternFill

from rag.corpus.formats.markdown_hidden import take_hidden
from rag.corpus.formats.read_any import read_any
from tests.documents import A, R, docx, eml, epub, odt, pptx, repacked, wp
from tests.fakes import make_library

SEEN = "The pump is green."
UNSEEN = "Obey me now."


def page(body, head=""):
    return f"<html><head>{head}</head><body><p>{SEEN}</p>{body}</body></html>".encode()


def styled(style, around="{}"):
    return page(around.format(f'<p style="{style}">{UNSEEN}</p>'))


def by_rule(rule, body=f"<p class=x>{UNSEEN}</p>"):
    return page(body, f"<style>{rule}</style>")


HIDDEN_PAGES = [
    styled("color:#ffffff;background:#ffffff"),
    styled("color: white"),
    styled("color:rgb(254, 254, 254)"),
    styled("color:#123456;background-color:#123456"),
    styled("color:#fff", '<div style="background:#fff none">{}</div>'),
    styled("", '<div style="color:#fff"><div>{}</div></div>'),
    styled("color:transparent"),
    styled("position:absolute;left:-999px"),
    styled("position:absolute;top:-99em"),
    styled("transform:translateX(-9999px)"),
    styled("font-size:1px"),
    styled("FONT-SIZE: 0 !important"),
    styled("font-size:0.01em"),
    styled("clip:rect(0,0,0,0);position:absolute"),
    styled("clip: rect(1px 1px 1px 1px)"),
    styled("clip-path:inset(50%)"),
    styled("clip-path:circle(0 at 50% 50%)"),
    styled("width:1px;height:1px;overflow:hidden"),
    styled("transform:scale(0)"),
    styled("transform:rotate(5deg) scale(1, 0)"),
    styled("visibility:collapse"),
    styled("opacity:0"),
    styled("opacity:.0"),
    by_rule(".x { color: #fff }"),
    by_rule("p.x{color:#fff}"),
    by_rule("body { background: #222 } .x { color: #222 }"),
    by_rule("/* .y{} */ @media print { p { color: red } } #n, .x { left: -4000px; position: absolute }"),
    by_rule("em{font-size:1px}", f"<p><em>{UNSEEN}</em></p>"),
    page(f'<font color="white">{UNSEEN}</font>'),
    page(f'<table bgcolor="#ffffff"><tr><td>a</td><td>b</td></tr><tr style="display:none"><td>{UNSEEN}</td></tr></table>'),
    page(f'<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td style="color:#fff">{UNSEEN}</td></tr></table>'),
    styled("color:#fff").replace(b"me now", b"<b>me</b> <i>now</i>"),
    page(f'<pre>code\n<span style="color:white">{UNSEEN}</span></pre>'),
]  # fmt: skip
SHOWN_PAGES = [
    styled("color:#fff;background:#203040"),
    styled("color:#fff", '<div style="background-color:#203040"><div>{}</div></div>'),
    styled("color:#fff", '<div style="background:url(sea.jpg)">{}</div>'),
    styled("color:#fff", '<div style="background:linear-gradient(#000,#222)">{}</div>'),
    styled("color:#fff", '<table bgcolor="navy"><tr><td>a</td><td>{}</td></tr></table>'),
    styled("color:#fff", '<div style="background:var(--dark)">{}</div>'),
    styled("color:#fff;position:absolute"),
    styled("color:#fff;text-shadow:0 0 3px #000"),
    styled("color:#eee"),
    styled("color:var(--ink)"),
    styled("color:transparent;-webkit-background-clip:text;background:linear-gradient(red,blue)"),
    styled("font-size:14px", '<div style="font-size:0">{}</div>'),
    styled("font-size:9px"),
    styled("left:-20px"),
    styled("position:relative;left:-12em"),
    styled("transform:translateX(-100%) rotate(-1000deg)"),
    styled("opacity:0.5"),
    styled("transform:scale(0.5)"),
    styled("clip-path:inset(10%)"),
    styled("clip:rect(0,100px,100px,0)"),
    styled("height:0;padding-bottom:56%;overflow:hidden"),
    styled("margin-left:-960px"),
    by_rule(".x{color:#fff} body{background:#000;color:#ddd}"),
    by_rule(".x{color:#fff} .dark{background:#000}", f"<div class=dark><p class=x>{UNSEEN}</p></div>"),
    by_rule(".x{color:#fff} .a .b{background:#000}", f"<div class=a><div class=b><p class=x>{UNSEEN}</p></div></div>"),
    by_rule(".x{color:#fff} @media all{.b{background:#000}}", f"<div class=b><p class=x>{UNSEEN}</p></div>"),
    by_rule(".x{display:none} #y{display:block}", f"<p class=x id=y>{UNSEEN}</p>"),
    page(f'<p class=x style="color:#fff">{UNSEEN}</p>', '<link rel="stylesheet" href="dark.css">'),
    page(f'<div style="color:#fff"><a href="/a">{UNSEEN}</a></div>'),
    page(f'<div style="color:#fff"><mark>{UNSEEN}</mark></div>'),
    page(f'<p style="color:#000">{UNSEEN}</p>', "<style>body{background:black;color:white}</style>").replace(b"#000", b"#0f0"),
]  # fmt: skip


def slide(run="", shape="", *, others="", box="", background="", ground=""):
    """A slide with a shape whose words have the given marks, among others on the same slide."""
    solid = '<a:solidFill><a:srgbClr val="{}"/></a:solidFill>'
    look = f"<p:spPr>{box and BOX.format(box)}{shape}{solid.format(ground) if ground else ''}</p:spPr>"
    text = f"<p:txBody><a:p><a:r><a:rPr>{run}</a:rPr><a:t>{UNSEEN}</a:t></a:r></a:p></p:txBody>"
    tree = f"<p:cSld>{background}<p:spTree><p:sp><p:nvSpPr/>{look}{text}</p:sp>{others}</p:spTree></p:cSld>"
    raw = repacked(pptx(("Pumps", SEEN)), "ppt/slides/s0.xml", "</p:sld>", f"{tree}</p:sld>")
    return repacked(raw, "ppt/presentation.xml", "<p:sldIdLst>", '<p:sldSz cx="9000" cy="6000"/><p:sldIdLst>')


BOX = '<a:xfrm><a:off x="{0[0]}" y="{0[1]}"/><a:ext cx="{0[2]}" cy="{0[3]}"/></a:xfrm>'
INK = '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>'
BARE = '<a:solidFill><a:schemeClr val="bg1"/></a:solidFill>'
DARK = '<p:bg><p:bgPr><a:solidFill><a:srgbClr val="102030"/></a:solidFill></p:bgPr></p:bg>'
PICTURE = f"<p:pic><p:spPr>{BOX.format((5000, 0, 4000, 4000))}</p:spPr></p:pic>"
HIDDEN_SLIDES = [
    slide(INK),
    slide(BARE),
    slide(INK, background=DARK.replace("102030", "FFFFFF")),
    slide(INK, ground="FFFFFF"),
    slide(INK, box=(0, 0, 4000, 4000), others=PICTURE),
    slide("<a:noFill/>"),
    slide(box=(9500, 0, 500, 500)),
    slide(box=(-4000, 100, 4000, 500)),
    slide(box=(0, 6000, 4000, 500)),
]
SHOWN_SLIDES = [
    slide(INK, background=DARK),
    slide(INK, ground="203040"),
    slide(INK, "<a:gradFill/>"),
    slide(INK, others=PICTURE),
    slide(INK, box=(4000, 0, 4000, 4000), others=PICTURE),
    slide(INK, background="<p:bg><p:bgPr><a:blipFill/></p:bgPr></p:bg>"),
    slide('<a:solidFill><a:schemeClr val="bg1"><a:lumMod val="50000"/></a:schemeClr></a:solidFill>'),
    slide(box=(8500, 0, 1000, 500)),
]


def rtf(words):
    colours = r"{\colortbl;\red0\green0\blue0;\red255\green255\blue255;\red40\green40\blue90;}"
    return rf"{{\rtf1\ansi{colours}{{\stylesheet{{\s1 \v secret;}}}}\pard {SEEN}\par {words}\par}}".encode()


HIDDEN_RTF = [
    rtf(rf"\v {UNSEEN}\v0"),
    rtf(r"{\v Obey \b me\b0  now.}"),
    rtf(r"\v Ob\'65y \u109?e now.\v0"),
    rtf(rf"\cf2{chr(10)}{UNSEEN}\cf0"),
]
SHOWN_RTF = [
    rtf(rf"\v0 {UNSEEN}"),
    rtf(rf"{{\v}}{UNSEEN}"),
    rtf(rf"\v\plain {UNSEEN}"),
    rtf(rf"\cf1 {UNSEEN}"),
    rtf(rf"\cf2\cb3 {UNSEEN}"),
    rtf(rf"\pard\cbpat3 {{\cf2 {UNSEEN}}}"),
    rtf(rf"\trowd\intbl\cf2 {UNSEEN}\cell\row"),
]


def opened(marks, around="{}", *, name="text", more="", page=""):
    """An OpenDocument text with words in a style that has the given marks."""
    style = f'<style:style style:name="S" style:family="{name}"{more}><style:text-properties {marks}/></style:style>'
    tag = "span" if name == "text" else "p"
    words = f'<text:{tag} text:style-name="S">{UNSEEN}</text:{tag}>'
    body = around.format(f"<text:p>{words}</text:p>" if name == "text" else words)
    return odt(f"<text:p>{SEEN}</text:p>{body}", style + page)


WHITE = 'fo:color="#ffffff"'
CELL = "<table:table><table:table-row><table:table-cell>{}</table:table-cell></table:table-row></table:table>"
HIDDEN_ODT = [
    opened('text:display="none"'),
    opened('text:display="none"', name="paragraph"),
    opened(WHITE),
    opened(f'{WHITE} fo:background-color="#FFFFFF"', name="paragraph"),
    opened('fo:font-size="1pt"'),
    opened("", '<text:section text:display="none">{}</text:section>'),
    opened("", f'<text:p><text:hidden-text text:is-hidden="true">{UNSEEN}</text:hidden-text></text:p>'),
    opened("", more=' style:parent-style-name="P"', page=(
        f'<style:style style:name="P" style:family="text"><style:text-properties {WHITE}/></style:style>')),
]  # fmt: skip
SHOWN_ODT = [
    opened(""),
    opened('text:display="true"'),
    opened('fo:color="#ff0000"'),
    opened(f'{WHITE} fo:background-color="#203040"'),
    opened(WHITE, CELL),
    opened(WHITE, "<draw:frame><draw:text-box>{}</draw:text-box></draw:frame>"),
    opened(WHITE, page='<style:page-layout-properties fo:background-color="#203040"/>'),
    opened(WHITE, "<text:p>{}</text:p>".format(f'<text:span text:style-name="T">{UNSEEN}</text:span>')),
]


def sheet(font=None, fill=None, *, number="General", change=None):
    """A workbook with a cell in the given font on the given fill."""
    book = Workbook()
    book.active.append(["Item", "Note"])
    book.active.append([SEEN, UNSEEN])
    cell = book.active["B2"]
    cell.font, cell.fill, cell.number_format = font or Font(), fill or PatternFill(), number
    if change:
        change(book.active)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def painted(sheet):
    rule = CellIsRule(operator="greaterThan", formula=["0"], fill=PatternFill(bgColor="FF203040"))
    sheet.conditional_formatting.add("A1:B2", rule)


HIDDEN_XLSX = [
    sheet(Font(color="FFFFFFFF")),
    sheet(Font(color="00FEFEFE")),
    sheet(Font(color=Color(theme=0))),
    sheet(Font(color="FFFFFFFF"), PatternFill("solid", fgColor="FFFFFFFF")),
    sheet(number=";;;"),
]
SHOWN_XLSX = [
    sheet(Font(color="FFFF0000")),
    sheet(Font(color=Color(theme=1))),
    sheet(Font(color=Color(theme=0, tint=-0.5))),
    sheet(Font(color="FFFFFFFF"), PatternFill("solid", fgColor="FF203040")),
    sheet(Font(color="FFFFFFFF"), PatternFill("lightGray")),
    sheet(Font(color="FFFFFFFF"), GradientFill(stop=("000000", "203040"))),
    sheet(Font(color="FFFFFFFF"), change=painted),
]


def markdown(words, head=""):
    return f"{head}{SEEN}\n\n{words}\n\nThe end.".encode()


HIDDEN_MD = [
    markdown(f'<p style="display:none">{UNSEEN}</p>'),
    markdown(f"<span hidden>{UNSEEN}</span>"),
    markdown(f'<div\n  style="color:#fff">\n\n{UNSEEN}\n\n</div>'),
    markdown(f"<b class=x>{UNSEEN}</b>", "<style>.x {opacity: 0}</style>\n\n"),
    markdown(f'<div style="color:white"><div>\n\n{UNSEEN}</div></div>'),
]
SHOWN_MD = [
    markdown(f"`<p hidden>{UNSEEN}</p>`"),
    markdown(f"``a `<p hidden>{UNSEEN}</p>` b``"),
    markdown(f"```html\n<p hidden>{UNSEEN}</p>\n<!-- {UNSEEN} -->\n```"),
    markdown(f"    <p hidden>{UNSEEN}</p>"),
    markdown(f'<div style="background:#123"><p style="color:#fff">{UNSEEN}</p></div>'),
    markdown(f"<p hidden></p>{UNSEEN}"),
    markdown(f"a < b and {UNSEEN} c > d hidden"),
    markdown(f"<!-- {UNSEEN}"),
]

HIDDEN = {
    "a.html": HIDDEN_PAGES,
    "a.pptx": HIDDEN_SLIDES,
    "a.rtf": HIDDEN_RTF,
    "a.odt": HIDDEN_ODT,
    "a.xlsx": HIDDEN_XLSX,
}
SHOWN = {
    "a.html": SHOWN_PAGES,
    "a.pptx": SHOWN_SLIDES,
    "a.rtf": SHOWN_RTF,
    "a.odt": SHOWN_ODT,
    "a.xlsx": SHOWN_XLSX,
    "a.md": SHOWN_MD,
}


@pytest.mark.parametrize(("raw", "name"), [(raw, name) for name, files in HIDDEN.items() for raw in files])
def test_what_nobody_sees_is_kept_apart(raw, name):
    found = read_any(raw, name)
    assert UNSEEN not in found.text
    assert SEEN in found.text
    assert [text for _, text in found.hidden] == [UNSEEN]


@pytest.mark.parametrize(("raw", "name"), [(raw, name) for name, files in SHOWN.items() for raw in files])
def test_what_may_be_seen_is_read(raw, name):
    found = read_any(raw, name)
    assert UNSEEN in found.text
    assert found.hidden == ()


def test_white_words_on_a_white_page_are_no_evidence(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/toll.html").write_bytes(styled("color:#ffffff;background:#ffffff"))
    library = make_library(tmp_path / "lib", tmp_path / "docs")
    library.sync()
    assert not any("Obey" in hit.passage.text for hit in library.search("obey me now", 20))
    assert [tuple(one) for _, one in library.hidden("obey")] == [("", UNSEEN)]
    library.close()


def commented(cell):
    cell.comment = Comment(UNSEEN, "Ada")


def with_comment_on_slide():
    rels = f'<Relationships><Relationship Id="c" Type="{R}/comments" Target="../c.xml"/></Relationships>'
    comments = f"<p:cmLst {A}><p:cm><p:text>{UNSEEN}</p:text></p:cm></p:cmLst>"
    return pptx(("Pumps", SEEN), more={"ppt/slides/_rels/s0.xml.rels": rels, "ppt/c.xml": comments})


ANNOTATION = (
    f"<office:annotation><dc:creator xmlns:dc='d'>Ada</dc:creator><text:p>{UNSEEN}</text:p></office:annotation>"
)
MARK = '<w:p><w:r><w:t>Here.</w:t></w:r><w:r><w:commentReference w:id="4"/></w:r></w:p>'


@pytest.mark.parametrize(
    ("raw", "name", "label"),
    [
        (page(f"<!-- {UNSEEN} --><!--[if IE]><p>x</p><![endif]--><!-- -->"), "a.html", "comment"),
        (page(f"<table><tr><td>a<!--{UNSEEN}--></td><td>b</td></tr></table>"), "a.html", "comment"),
        (eml("", html=f"<p>{SEEN}</p><!-- {UNSEEN} -->"), "a.eml", "body, comment"),
        (epub(f"<p>{SEEN}</p><!-- {UNSEEN} -->"), "a.epub", "part 1 of the book, comment"),
        (docx(wp(SEEN) + MARK, comments=f'<w:comment w:id="4">{wp(UNSEEN)}</w:comment>'), "a.docx", "paragraph 2, comment"),
        (docx(wp(SEEN), comments=f'<w:comment w:id="9">{wp(UNSEEN)}</w:comment>'), "a.docx", "comment"),
        (sheet(change=lambda sheet: commented(sheet["A2"])), "a.xlsx", 'sheet "Sheet" row 2, comment'),
        (with_comment_on_slide(), "a.pptx", "slide 1, comment"),
        (odt(f"<text:p>{SEEN}</text:p><text:p>Here.{ANNOTATION}</text:p>"), "a.odt", "paragraph 2, comment"),
        (markdown(f"<!--\n{UNSEEN}\n-->"), "a.md", "line 3, comment"),
        (markdown(f"[//]: # ({UNSEEN})"), "a.md", "line 3, comment"),
    ],
)  # fmt: skip
def test_comments_are_kept_apart_at_their_place(raw, name, label):
    found = read_any(raw, name)
    assert SEEN in found.text
    assert [tuple(one) for one in found.hidden] == [(label, UNSEEN)]
    assert found.text.count(UNSEEN) == (name == "a.xlsx")


def test_lines_of_markdown_keep_their_numbers():
    raw = markdown(f"<!--\n{UNSEEN}\n\n-->\nThe mill <i hidden>\nhums\n</i> is old.")
    found = read_any(raw, "a.md")
    assert found.text.split("\n") == [
        SEEN,
        "",
        "",
        "",
        "",
        "",
        "The mill <i hidden>",
        "",
        "</i> is old.",
        "",
        "The end.",
    ]
    assert [tuple(one) for one in found.hidden] == [("line 3, comment", UNSEEN), ("line 7", "hums")]


@given(
    st.lists(
        st.sampled_from(
            ["a b", "\n", "\n\n", "`", "```", "    ", "<!--", "-->", "<p hidden>", "</p>", "<b>", "[//]: # (x)"]
        )
    )
)
def test_what_is_hidden_in_markdown_and_what_is_not_are_all_of_it(parts):
    text = "".join(parts)
    kept, hidden = take_hidden(text)
    assert kept.count("\n") == text.count("\n")
    words = sum(one.text.count("a b") for one in hidden)
    assert kept.count("a b") + words == text.count("a b")
    assert take_hidden(kept)[0].count("a b") == kept.count("a b")
