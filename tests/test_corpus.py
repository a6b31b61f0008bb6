import itertools
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rag.answering.furniture import is_furniture
from rag.corpus.blocks import find_blocks
from rag.corpus.read import Refusal, decode, doc_id_of, normalise, read_bytes, read_document
from rag.corpus.scan import find_files
from rag.corpus.sentences import SentenceSplitter
from rag.corpus.split import PassageSplitter
from rag.corpus.title import find_title, heading_text
from rag.errors import SourceError
from rag.records import Document

PIECES = [*"abcde  \n\n.!?#-|`é\t", "Word. ", "# ", "```\n", "x" * 60]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=200).map("".join)
FRENCH = (
    "Le café était fermé, et les élèves déjà rentrés. Où êtes-vous allés, à la fin de l'été ? Ça nous a étonnés. " * 3
)


def document(text, media_type="text/plain"):
    return Document("d", "/d.txt", "Title", text, media_type, "f")


def squeezed(text):
    return "".join(text.split())


@given(TEXTS, st.sampled_from(["text/plain", "text/markdown"]), st.integers(16, 60))
@example("x" * 5000, "text/plain", 16)
@example("# A\n\ntext here\n\n```\ncode\n\nmore\n", "text/markdown", 16)
def test_passages_are_spans_that_cover_the_text_once(text, media_type, tokens):
    text = normalise(text)
    splitter = PassageSplitter(lambda t: (len(t) + 2) // 3, passage_tokens=tokens, max_tokens=256)
    passages = splitter.split(document(text, media_type))
    assert "".join(squeezed(p.text) for p in passages) == squeezed(text)
    for passage in passages:
        assert passage.text == text[passage.start : passage.end]
        assert (passage.start, passage.end) == (passage.sentences[0].start, passage.sentences[-1].end)
        inside = "".join(squeezed(passage.slice(span)) for span in passage.sentences)
        assert inside == squeezed(passage.text)
    assert [p.passage_id for p in passages] == sorted({p.passage_id for p in passages})
    assert all(a.end <= b.start for a, b in itertools.pairwise(passages))


@given(TEXTS)
def test_nothing_the_embedder_sees_is_longer_than_it_reads(text):
    def count(t):
        return (len(t) + 2) // 3

    splitter = PassageSplitter(count, passage_tokens=240, max_tokens=256)
    for passage in splitter.split(document(normalise(text) * 3)):
        assert sum(count(passage.slice(span)) for span in passage.sentences) + 48 + 2 <= 256


def test_headings_start_passages_and_are_known_to_what_follows():
    text = "# Top\n\nFirst words.\n\n## Deep\n\nSecond words.\n\n# Other\n\nThird words.\n"
    splitter = PassageSplitter(lambda t: len(t.split()), passage_tokens=100, max_tokens=256)
    passages = splitter.split(document(text, "text/markdown"))
    assert [p.headings for p in passages] == [("Top",), ("Top", "Deep"), ("Other",)]
    assert passages[1].text == "## Deep\n\nSecond words."
    assert splitter.embedded_text(passages[1]).startswith("Title > Top\n")


def test_a_wrapped_paragraph_is_one_block_and_long_lines_are_each_their_own():
    wrapped = "The committee met on Monday in the old town hall and agreed\nto build the bridge over the river before winter comes."
    assert len(find_blocks(wrapped, "text/plain")) == 1
    wide = wrapped.replace("\n", " ") + " A weld at the crown may\ncrack under load."
    assert len(find_blocks(wide, "text/plain")) == 1
    long = "A heading that stands alone\n" + "word " * 60 + "end.\n" + "word " * 60 + "end."
    assert [b.kind for b in find_blocks(long, "text/plain")] == ["heading", "paragraph", "paragraph"]


def test_the_title_is_the_headline_not_the_menu_before_it(seeds):
    text = (seeds / "002_5a301db595364d0c.txt").read_text("utf-8")
    assert find_title(text, "text/plain") == "US-Israel Talks Aim for Peace and Security in Gaza"
    assert find_title("Just a sentence that ends here.", "text/plain") == ""


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain", "plain"),
        ("naïve “x”".encode(), "naïve “x”"),
        (b"\xef\xbb\xbfwith a mark", "with a mark"),
        ("two bytes é".encode("utf-16"), "two bytes é"),
        (FRENCH.encode("latin-1"), FRENCH),
    ],
)
def test_text_is_decoded_whatever_its_encoding(raw, text):
    assert decode(raw).removeprefix("\ufeff") == text


def test_binary_bytes_are_refused_in_a_sentence():
    with pytest.raises(Refusal, match=r"binary|encoding"):
        decode(bytes(range(256)) * 50)


@given(st.text())
def test_text_is_normalised_once_and_never_again(text):
    once = normalise(text)
    assert normalise(once) == once
    assert "\r" not in once
    once.encode("utf-8")


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [("a.pdf", b"x", r"\.pdf"), ("a.png", b"\x89PNG\r\n\x1a\n\0", "an image"), ("big.txt", b"x" * 101, "101 bytes")],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(tmp_path, name, raw, words):
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(Refusal, match=words):
        read_document(tmp_path / name, read_bytes(tmp_path / name, 100), "id")


def test_an_empty_file_is_refused(tmp_path):
    with pytest.raises(Refusal, match="empty"):
        read_document(tmp_path / "a.txt", b" \n ", "id")


def test_ids_do_not_depend_on_where_library_and_documents_lie(tmp_path):
    assert doc_id_of(tmp_path / "a/docs/x.txt", tmp_path / "a") == doc_id_of(tmp_path / "b/docs/x.txt", tmp_path / "b")


def test_files_are_found_once_in_order_and_loops_end(tmp_path):
    (tmp_path / "b").mkdir()
    for name in ("z.txt", "b/a.txt", ".hidden.txt", "odd\nname.txt"):
        (tmp_path / name).write_text("x")
    (tmp_path / "b/loop").symlink_to(tmp_path)
    (tmp_path / ".footnote").mkdir()
    found = [str(p.relative_to(tmp_path)) for p in find_files([tmp_path])]
    assert found == ["b/a.txt", "odd\nname.txt", "z.txt"]


def test_a_source_that_is_gone_is_an_error_not_a_deletion(tmp_path):
    with pytest.raises(SourceError, match="gone"):
        list(find_files([tmp_path / "was-here"]))


@pytest.fixture(scope="module")
def count():
    import tokenizers

    from rag.retrieval.embed import packaged_model

    counter = tokenizers.Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
    counter.no_truncation()
    counter.no_padding()
    return lambda text: len(counter.encode(text, add_special_tokens=False).ids)


WORDS = st.sampled_from(
    ["the", "Hochstein", "antidisestablishmentarianism", "x" * 300, "日本語", "é", "a|b", "naïve", "3.14159", "\n", "\n\n",
     "# Head\n", "| a | b |\n", ".", "supercalifragilistic-expialidocious", "https://example.org/a?b=c&d=e", "🦉", "``` "]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.lists(WORDS, min_size=50, max_size=400), st.text(max_size=400), st.sampled_from(["text/plain", "text/markdown"])
)
def test_the_embedder_never_cuts_anything_off(count, pieces, title, media_type):
    splitter = PassageSplitter(count, passage_tokens=240, max_tokens=256)
    text = normalise(" ".join(pieces) + "\n" + "word " * 300)
    for passage in splitter.split(Document("d", "/d", normalise(title), text, media_type, "f")):
        assert count(splitter.embedded_text(passage)) + 2 <= 256


def test_the_rows_of_a_table_stay_whole_and_know_their_columns():
    rows = "\n".join(f"{year} | {year * 7} | {year % 13}" for year in range(1960, 2020))
    text = f"Trade of the port\n\nThe table gives tons.\n\nYear | Tons | Ships\n{rows}\n\nIt closed in 2020."
    splitter = PassageSplitter(lambda t: len(t.split()), passage_tokens=60, max_tokens=256)
    passages = splitter.split(document(text))
    later = [p for p in passages if p.start > text.index("1970") and "|" in p.text]
    assert len(later) > 1
    assert all("Year | Tons | Ships" in splitter.embedded_text(p) for p in later)
    assert all(line.count("|") == 2 for p in later for line in p.text.splitlines() if "|" in line)
    assert not any(p.headings[-1:] == ("2019 | 14133 | 4",) for p in passages)


TYPED = """
Harbour Working Group                                          J. Example
Request for Comments: 9999                                     March 1999

              The Lantern Transfer Protocol -- 1.1

Table of Contents

   1   Introduction ....................................................1
   1.1    Purpose.......................................................2

1 Introduction

1.1 Purpose

   A server answers within 30 seconds. If it does not, the client goes
   on waiting and

Example                     Standards Track                     [Page 1]
\x0cRFC 9999                     Lanterns                      March 1999

   may say so:

   LIGHT
      Turns a lantern on.

Example                     Standards Track                     [Page 2]
\x0cRFC 9999                     Lanterns                      March 1999

2.  Codes

   Steps are taken in this order:

   5. Look up the code, then

      tell it.

Example                     Standards Track                     [Page 3]
\x0cRFC 9999                     Lanterns                      March 1999

2.1.  Errors

   431 is for a header that is too long.
"""


def test_a_typed_document_has_numbered_headings_margins_and_terms():
    text = normalise(TYPED)
    assert find_title(text, "text/plain") == "The Lantern Transfer Protocol -- 1.1"
    kinds = {text[b.start : b.end]: (b.kind, b.level) for b in find_blocks(text, "text/plain")}
    assert kinds["1 Introduction"] == ("heading", 2)
    assert kinds["1.1 Purpose"] == kinds["2.1.  Errors"] == ("heading", 3)
    assert kinds["2.  Codes"] == ("heading", 2)
    assert kinds["Table of Contents"] == ("heading", 6)
    assert kinds["5. Look up the code, then"][0] == "line"
    assert kinds["LIGHT\n      Turns a lantern on."][0] == "paragraph"
    assert sum(kind == "margin" for kind, _ in kinds.values()) == 4
    splitter = PassageSplitter(lambda t: len(t.split()), passage_tokens=30, max_tokens=256)
    passages = splitter.split(document(text))
    assert {p.headings for p in passages if "may say so" in p.text} == {("1 Introduction", "1.1 Purpose")}
    assert passages[-1].headings == ("2.  Codes", "2.1.  Errors")


@pytest.mark.parametrize("media_type", ["text/plain", "text/markdown"])
def test_the_lines_of_an_item_belong_together(media_type):
    text = "* Keys are set up to make the arrow\n  delete what is left of it. Others stay.\n* Terminals too.\n  1. As said\n     above.\n"
    blocks = [text[b.start : b.end].split() for b in find_blocks(text, media_type)]
    assert [" ".join(words[:2]) for words in blocks] == ["* Keys", "* Terminals", "1. As"]
    splitter = PassageSplitter(lambda t: len(t.split()), passage_tokens=100, max_tokens=256)
    (passage,) = splitter.split(document(text, media_type))
    assert [" ".join(passage.slice(s).split()) for s in passage.sentences] == [
        "* Keys are set up to make the arrow delete what is left of it.", "Others stay.", "* Terminals too.", "1. As said above.",
    ]  # fmt: skip


def test_a_line_amid_others_that_are_not_finished_is_no_heading():
    text = (
        "Access\n\nLet nobody in:\n\n<Directory />\n    Options None\n    Require all denied\n</Directory>\n\n"
        "Then restart the server. It takes a moment.\nLogging\nEvery request is written down.\n"
    )
    found = [text[b.start : b.end] for b in find_blocks(text, "text/plain") if b.kind == "heading"]
    assert found == ["Access", "Logging"]


def test_underlines_make_headings_by_the_order_in_which_they_come_up():
    text = "Manual\n******\n\nWords.\n\nScope\n=====\n\nMore words.\n\nOther\n*****\n\nWords again.\n"
    found = [(b.kind, b.level, text[b.start : b.end]) for b in find_blocks(text, "text/plain")]
    assert [f for f in found if f[0] == "heading"] == [
        ("heading", 2, "Manual"), ("heading", 3, "Scope"), ("heading", 2, "Other"),
    ]  # fmt: skip
    assert [f[2] for f in found if f[0] == "margin"] == ["******", "=====", "*****"]


@pytest.mark.parametrize(
    "line",
    [
        "2008 net revenue | $252.7",
        "AUDIENCE: Booo —",
        "so what was it? 3.0",
        "lower capital investments",
        "Wait, what?",
        "1,234",
    ],
)
def test_what_only_looks_short_is_no_heading(line):
    assert "heading" not in [b.kind for b in find_blocks(f"{line}\n\nA paragraph follows it here.", "text/plain")]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Forecasting\n\nIt is hard.", "Forecasting"),
        ("A study of newborn mice.\n\nMice were studied.", "A study of newborn mice."),
        ("Dear all,\n\nWe met.", ""),
        ("One line only.", ""),
        ("A paragraph that goes on. " * 20 + "\n\nAnother.", ""),
    ],
)
def test_a_first_line_set_apart_is_the_title(text, title):
    assert find_title(text, "text/plain") == title


ARTICLE = (
    "The old mill at Saltby will grind again in May, the village council said on Monday after a vote on the repair of "
    "its wheel. The council pays half. The mill has stood still since a flood broke the wheel.\n\nThe miller is glad."
)


@pytest.mark.parametrize(
    ("above", "title"),
    [
        ("THE SALTBY COURIER\nHome / News / Sport / Log in\n\nOld mill to grind again in May\n\nBy Ida Holm\n5 May 2024",
         "Old mill to grind again in May"),
        ("Skip to content\nIndependent in the north since 1881\n\nVillage council pays for mill wheel\nMillers are glad of it\n",
         "Village council pays for mill wheel"),
        ("THE COURIER\n\nVILLAGE COUNCIL PAYS FOR MILL WHEEL\n", "VILLAGE COUNCIL PAYS FOR MILL WHEEL"),
        ("Notes of the evening\n\nIt is said that the council will pay, at last.\n", "Notes of the evening"),
        ("What the village talks of\n\nWeather and tides of today\n", "What the village talks of"),
        ("WHAT MILLERS ASK\n(from Ida, May)\n\nQ: Who pays for the wheel?\n", "WHAT MILLERS ASK"),
    ],
)  # fmt: skip
def test_below_a_newspapers_name_and_menus_the_headline_is_the_title(above, title):
    assert find_title(f"{above}\n\n{ARTICLE}", "text/plain") == title


@pytest.mark.parametrize("line", ["# a" + " " * 20_000 + "b", "." * 20_000 + "abcdefgh", "a" + " " * 20_000 + "b\n\nc"])
@pytest.mark.parametrize("media_type", ["text/plain", "text/markdown"])
def test_a_line_made_to_waste_time_wastes_none(line, media_type):
    """The patterns that these lines were made for took from half a minute to hours."""
    start = time.process_time()
    find_title(line, media_type)
    find_blocks(line, media_type)
    is_furniture(line)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("line", "text"), [("# C#", "C#"), ("## Aims ##", "Aims"), ("# #", ""), ("Aims #", "Aims #"), ("#  a  b ", "a  b")]
)
def test_a_heading_says_what_stands_between_its_signs(line, text):
    assert heading_text(line) == text


def test_a_word_ends_a_sentence_and_an_abbreviation_does_not():
    said = [
        "The rent is 900 EUR a month.", "Aoife is in charge, with the lead.", "Overtime is paid in the week.",
        "Orm Ltd. and Dr. Roe of Ga. met Lt. Col. Aas at 5 p.m. on Jan. 3.", "Ask the bank.", "Nobody did, e.g. in Fig. 3.",
    ]  # fmt: skip
    text = " ".join(said)
    assert [text[span.start : span.end] for span in SentenceSplitter().split(text)] == said


def test_sentences_are_the_same_however_much_is_looked_at_together(monkeypatch):
    text = "Dr. Vale met Mr. Orr at 3 p.m. on the pier. “Is it open?” she asked. He did not know! " * 40
    whole = SentenceSplitter().split(text)
    monkeypatch.setattr("rag.corpus.sentences._WINDOW", 200)
    assert SentenceSplitter().split(text) == whole
    endless = SentenceSplitter().split("word " * 100)
    assert "".join(("word " * 100)[s.start : s.end] for s in endless).replace(" ", "") == "word" * 100


@pytest.mark.parametrize(
    ("lines", "media_type"),
    [
        (["[02/06/2025, 18:04] Ada: who has got the printout of the trip", "[02/06/2025, 18:05] Bea: fridge"], "text/plain"),
        (["22:41  First disk of the array reports errors. The\n        mail goes unread.", "23:05  Rebuilding"], "text/plain"),
        (["**Place:** Mezzanine room at the far end of the hall", "**Minutes:** Ada Byrne, from item three on"], "text/markdown"),
        (["Holder: Harrow and Pell of Cork in the county of Cork", "Maker: Lindqvist of Uppsala"], "text/plain"),
    ],
)  # fmt: skip
def test_lines_of_logs_and_chats_and_values_under_names_begin_anew(lines, media_type):
    text = "\n".join(lines)
    assert [text[b.start : b.end] for b in find_blocks(text, media_type)] == lines


def test_a_long_item_is_split_into_its_sentences_and_a_short_one_is_not():
    long = "2. Nineteen people lost their lives on the bridge. Two of them died in hospital, on 29 March and on 11 April of that year."
    text = f"- Own car. You need it.\n{long}\n> {long}\n"
    (passage,) = PassageSplitter(lambda t: len(t.split()), passage_tokens=100, max_tokens=256).split(
        document(text, "text/plain")
    )
    one, two = "Nineteen people lost their lives on the bridge.", long.split(". ")[2]
    found = [passage.slice(span) for span in passage.sentences]
    assert found == ["- Own car. You need it.", f"2. {one}", two, f"> 2. {one}", two]


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("Am 29. Februar 2024 kam er. Er blieb bis zum 3. Mai.", 2),
        ("Den 3. maj kom hun. Så gik hun.", 2),
        ("He came on 3. May was cold.", 2),
        ("It rose to 12. Most left.", 2),
        ("See page 45. August was warm.", 2),
    ],
)
def test_a_date_goes_on_after_the_point_behind_its_day(text, n):
    spans = SentenceSplitter().split(text, 7)
    assert len(spans) == n
    assert "".join(text[a - 7 : b - 7] for a, b in spans).replace(" ", "") == text.replace(" ", "")
