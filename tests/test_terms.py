"""Terms with their explanations indented below them, as manuals and glossaries have them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.claims import cite
from rag.answering.explained import with_terms
from rag.answering.question import asks_for_term
from rag.answering.windows import under_headings, windows_of
from rag.corpus.blocks import find_blocks
from rag.corpus.formats.read_any import read_any
from rag.corpus.split import PassageSplitter
from rag.records import Document, Evidence, Hit, Query
from rag.render import place
from rag.terms import is_term, term_above, term_in

MANUAL = """OPTIONS
       --quit
           Stop the voyage but the lamps are not put out. They burn on
           until the oil is gone.

           The log is kept.

       -f, --fast  Sail without
           looking back. Nothing is logged.

   Lamps and oil
       Every lamp holds a litre.

.. option:: --random-tack

 Choose the tack by lot.

 It is often used
 to find what hangs on what.
"""


def term_of(text, words):
    found = term_above(text, text.index(words))
    return text[slice(*found)] if found else None


@pytest.mark.parametrize(
    ("words", "term"),
    [
        ("They burn", "--quit"), ("The log", "--quit"), ("looking back", "-f, --fast"), ("Nothing is", "-f, --fast"),
        ("Every lamp", "Lamps and oil"), ("Choose", "--random-tack"), ("to find", "--random-tack"), ("OPTIONS", None),
    ],
)  # fmt: skip
def test_what_stands_indented_under_a_term_explains_it(words, term):
    assert term_of(MANUAL, words) == term


def test_a_sentence_may_begin_with_its_term():
    start = MANUAL.index("--quit")
    first, last = term_in(MANUAL, start, MANUAL.index(" They burn"))
    assert MANUAL[first:last] == "--quit"
    assert term_in(MANUAL, MANUAL.index("The log"), MANUAL.index("-f,")) is None


@pytest.mark.parametrize(
    "line", ["if (x) {", "Dear all,", "It is said that this is so", "- an item", "> quoted", "", "x" * 90]
)
def test_prose_items_and_code_are_no_terms(line):
    assert not is_term(line)


@given(st.text(alphabet="ab. \n\t-:", max_size=200), st.data())
def test_a_term_stands_before_what_explains_it(text, data):
    at = data.draw(st.integers(0, len(text)))
    if found := term_above(text, at):
        start, end = found
        assert 0 <= start < end < at
        assert "\n" not in text[start:end]
        assert text[start:end] == text[start:end].strip()


def test_a_term_far_above_is_looked_for_within_bounds():
    text = "  --quit\n" + "    A line of it.\n" * 2_000
    assert term_above(text, text.index("A line")) == (2, 8)
    assert term_above(text, text.rindex("A line")) is None


def test_a_term_and_the_first_sentence_on_it_stay_together_whatever_letters_it_has():
    blocks = [MANUAL[b.start : b.end] for b in find_blocks(MANUAL, "text/plain")]
    assert any(block.startswith("--quit\n") and "oil is gone." in block for block in blocks)


def test_a_bar_in_prose_makes_no_row():
    text = 'To run both, use one\nexpression that matches either, as in "tue|wed".\n\n   mode={0|1}\n      Any mode.\n'
    assert "row" not in [b.kind for b in find_blocks(text, "text/plain")]
    table = "Hours:\n\na|b\n---|---\n1|2\n\nSay `x|y` for both.\n"
    kinds = [(b.kind, table[b.start : b.end]) for b in find_blocks(table, "text/markdown")]
    assert [words for kind, words in kinds if kind == "row"] == ["a|b", "---|---", "1|2"]


def passages(text, most=200):
    split = PassageSplitter(lambda t: len(t.split()), passage_tokens=most, max_tokens=256)
    return split.split(Document("d", "/manual.txt", "Manual", text, "text/plain", "f"))


def test_a_passage_that_goes_on_with_an_explanation_knows_its_term():
    text = "  --quit\n" + "      Stop the voyage now, whatever the weather may be.\n\n" * 8
    parted = passages(text, most=20)
    assert len(parted) > 2
    assert all("--quit" in one.headings for one in parted[1:])
    assert "--quit" not in parted[0].headings


PAGE = """<h1>Sails</h1><p>These are the orders that every sailor has to know by heart before the first voyage.</p>
<dl><dt>-r</dt><dt><code>--reef</code> <em>n</em></dt><dd><p>Shorten the sail by as many reefs. It takes two hands.</p>
<p>Not in harbour.</p><pre>reef 2
reef 3</pre><dl><dt>--all</dt><dd>All sails at once.</dd></dl><ul><li>In wind</li></ul></dd>
<dt>--strike</dt><dd>Take it down.</dd></dl><p>The end.</p>"""


def test_a_page_s_terms_stand_over_what_explains_them():
    text = read_any(PAGE.encode(), "sails.html").text
    assert text[text.index("-r") : text.index("\n\nThe end")] == (
        "-r\n--reef n\n    Shorten the sail by as many reefs. It takes two hands.\n\n    Not in harbour.\n\n"
        "    reef 2\n    reef 3\n\n    --all\n        All sails at once.\n\n\tIn wind\n\n--strike\n    Take it down."
    )
    assert [term_of(text, words) for words in ("Not in", "reef 3", "All sails", "Take it", "The end")] == [
        "--reef n", "--reef n", "--all", "--strike", None,
    ]  # fmt: skip


def test_a_term_that_the_article_s_finder_drops_is_kept_with_what_explains_it():
    menu = "<nav>" + "<a href=x>Orders</a> " * 30 + "</nav>"
    text = read_any(f"{menu}<main>{PAGE * 4}</main>".encode(), "sails.html").text
    assert "-r\n--reef n\n    Shorten" in text
    assert "Orders Orders" not in text


ITEMS = """Keys of the lamp:

- `burn`: Burns on until
  the oil is gone. It takes a litre.

  Never in harbour.
- **`dim`** (number) — Dims the lamp. Zero is off.
* Plain items hold `code` too. Nothing explains it.
"""


def test_an_item_explains_the_code_that_it_begins_with():
    words = ("It takes", "Never", "Zero", "Nothing", "Keys")
    assert [term_of(ITEMS, one) for one in words] == ["burn", "burn", "dim", None, None]
    read = with_terms("Which key makes the lamp weaker?", windows_of([Hit(one, 1.0, 1) for one in passages(ITEMS)]))
    told = {one.text: (one.hit.passage.slice(one.value), one.sentence_text) for one in read if one.value}
    assert told["burn: Burns on until the oil is gone."] == ("burn", "`burn`: Burns on until\n  the oil is gone.")
    assert told["burn: Burns on until the oil is gone. It takes a litre."][1].endswith("It takes a litre.")


def test_a_passage_that_begins_within_a_line_begins_with_no_term():
    text = "They burn on\n           until the oil is gone.\n\n           The log is kept.\n"
    assert term_above(text, text.index("The log")) is None
    assert term_in(text, 0, text.index("\n\n")) is None
    named = text.replace("They burn on", "--burn")
    assert term_above(named, named.index("The log")) == (0, 6)


QUESTION = "Which option is used to find what hangs on what?"


def test_a_term_that_is_asked_for_is_the_answer():
    found = with_terms(QUESTION, windows_of([Hit(one, 1.0, 1) for one in passages(MANUAL)]))
    (one,) = [w for w in found if "often used" in w.sentence_text]
    assert one.is_statement
    assert one.text.startswith("Use --random-tack to choose the tack by lot. It is often used")
    assert one.hit.passage.slice(one.value) == "--random-tack"
    assert one.sentence_text.startswith("--random-tack")


def test_a_term_that_is_explained_by_an_order_is_read_as_what_one_uses_for_it():
    (passage,) = passages("   --strike\n      Take it down.\n   --reef\n      This option takes two hands.\n")
    found = with_terms("Which option takes the sail down?", windows_of([Hit(passage, 1.0, 1)]))
    assert [one.text for one in found] == ["Use --strike to take it down.", "--reef: This option takes two hands."]


def test_a_heading_that_looks_like_code_is_a_term():
    text = (
        "# Keys\n\n## net.offline\n\nIt sails alone. No lamp is lit.\n\n## Other things\n\nMany lamps are lit here.\n"
    )
    split = PassageSplitter(lambda t: len(t.split()), passage_tokens=200, max_tokens=256)
    found = split.split(Document("d", "/keys.md", "Keys", text, "text/markdown", "f"))
    read = with_terms("Which key puts the lamps out?", windows_of([Hit(one, 1.0, 1) for one in found]))
    told = {one.text: one.value and one.hit.passage.slice(one.value) for one in read}
    assert told["net.offline: It sails alone. No lamp is lit."] == "net.offline"
    assert [value for text, value in told.items() if "Many lamps" in text] == [None]


def test_a_term_that_the_question_names_is_not_its_answer():
    windows = windows_of([Hit(one, 1.0, 1) for one in passages(MANUAL)])
    assert not any(
        w.is_statement for w in with_terms("Which lamps does the quit option put out?", windows) if "voyage" in w.text
    )
    assert with_terms("How much does a lamp hold?", windows) == windows


def test_a_sentence_is_read_under_a_term_that_the_question_names():
    windows = windows_of([Hit(one, 1.0, 1) for one in passages(MANUAL)])
    asked = "Is anything written after --quit?"
    (one,) = [w for w in under_headings(Query(asked, asked), windows) if w.sentence_text == "The log is kept."]
    assert one.under == "--quit"


def test_a_citation_names_the_term_that_its_sentence_explains():
    (passage,) = [one for one in passages(MANUAL) if "The log is kept" in one.text]
    kept = next(span for span in passage.sentences if passage.slice(span) == "The log is kept.")
    citation = cite([Evidence(Hit(passage, 1.0, 1), *kept, 0.9)], 0)
    assert citation.headings[-1] == "--quit"
    assert " · --quit · " in place(citation)


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Which ctest option runs tests in a random order?", True),
        ("What is the command to stop it?", True),
        ("What's the setting that turns it off?", True),
        ("Which term means a lamp that is out?", True),
        ("What is the default value of the timeout option?", False),
        ("What does the quit option do?", False),
        ("What must the variable hold?", False),
        ("which flag of it puts the lamps out", True),
        ("Is there an option for sailing without wind?", True),
        ("What do I pass so that it sails at night?", True),
        ("Is the option on?", False),
        ("Who gave the command?", False),
    ],
)
def test_terms_are_asked_for(question, asks):
    assert asks_for_term(question) is asks
