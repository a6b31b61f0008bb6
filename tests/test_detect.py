import json
from pathlib import Path

import pytest

from rag.corpus.formats.detect import detect
from rag.corpus.formats.read_any import read_any

SEEDS = sorted((Path(__file__).parents[1] / "seeds").glob("*.txt"))
CREW = [{"name": "Ada", "age": 36}, {"name": "Bert", "age": 40}]
LINES = "\n".join(map(json.dumps, CREW))
ROWS = "Name,Age,City\nAda,36,Ulm\nBert,40,Bonn\nCleo,50,Derby\n"


@pytest.mark.parametrize("name", ["a.txt", "noending"])
@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        (json.dumps(CREW), "records", "name: Bert; age: 40."),
        (json.dumps({"crew": CREW}, indent=1), "records", "crew name: Bert; crew age: 40."),
        (LINES, "records", "name: Bert; age: 40."),
        (ROWS, "table", "Name: Bert; Age: 40; City: Bonn."),
        (ROWS.replace(",", ";"), "table", "Name: Bert; Age: 40; City: Bonn."),
        (ROWS.replace(",", "\t"), "table", "Name: Bert; Age: 40; City: Bonn."),
        ("Name\tAge\nAda\t36\nBert\t40\n", "table", "Name: Bert; Age: 40."),
        ('Name,Note\nAda,"pump, green"\nBert,mill\n', "table", "Name: Ada; Note: pump, green."),
        ("<p>The pump</p>\n<p>is <b>green</b>.</p>\n", "html", "is green."),
        ('<div class="x"><h1>Pumps</h1>The pump is green.</div>', "html", "# Pumps"),
        ("<table><tr><th>Name</th><th>Age</th></tr><tr><td>Bert</td><td>40</td></tr></table>", "html", "Name: Bert; Age: 40."),
    ],
)  # fmt: skip
def test_what_is_no_prose_is_read_as_what_it_is(text, kind, words, name):
    assert detect(text.encode(), name) == kind
    assert words in read_any(text.encode(), name).text


@pytest.mark.parametrize(
    "text",
    [
        *(path.read_text() for path in SEEDS),
        "Roses are red, violets are blue\nSugar is sweet, and so are you\nThe mill is old, the pump is new\n",
        "Derby 1,200\nUlm 2,300\nBonn 3,100\nMarch 4,100\n",
        "Dear Ada,\nthe pump is green,\nthe mill is old,\nyours,\n",
        "Abbey\tA house of monks\nAcre\tA measure of land\nAle\tA drink\nAlms\tWhat is given\n",
        "One\t1\nTwo\t2\nThree\t3\n",
        "Town, toll\nDerby, 9\nUlm, 4\n",
        "Go; stay; rest\nRun; walk; sit\nEat; drink; sleep\n",
        "\tif a:\n\t\tb()\n\telse:\n\t\tc()\n",
        "[1] Ada wrote this.\n[2] Bert did not.\n",
        "{ This is a note in braces. }",
        "{torn: json",
        "[" * 5_000,
        "<p> is the sign for a paragraph.\nIt is closed by </p> or not at all",
        "<p align=center>Logo</p>\n\n# Pumps\n\nThe pump is green.",
        "<b>bold</b> words stand here.",
        "Name,Age\nAda,36\n",
        "From Derby at 10:30 in 2024 the bus leaves.\nIt is green.\n",
        "Name,Age\nAda,36\nBert,40,41\n",
    ],
)
def test_prose_and_what_may_be_prose_stay_plain(text):
    assert detect(text.encode(), "a.txt") == "plain"
    assert detect(text.encode(), "README") == "plain"


def test_there_are_seeds():
    assert len(SEEDS) == 5
