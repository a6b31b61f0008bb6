"""The real models over a small office's papers: tables, lists, minutes that differ; what people ask of such things."""

import pytest

from rag.assemble import open_library
from rag.records import Turn

pytestmark = [pytest.mark.model, pytest.mark.filterwarnings("default::DeprecationWarning")]

PAPERS = {
    "boats.csv": (
        "Boat,Berth,Length m,Yearly fee EUR,Owner\n"
        "Kestrel,A4,9.2,1450,Mary Quill\nHeron 2,B1,7.5,1180,Jon Aas\nHeron 3,B7,12.1,1990,Lena Moor\n"
        "Sandpiper,C2,6.0,,Tom Birk\n"
    ),
    "rules.md": (
        "# Harbour rules\n\n## Leaving a berth\n\nThe following must be handed in at the office:\n\n- the gate key\n"
        "- the parking permit\n- the electricity card\n\n## How do I start the crane?\n\n1. Lock the boom.\n"
        "2. Turn the red switch to two.\n3. Wait for the green lamp.\n\n"
        "## Dogs\n\nDogs are allowed on the pier but not on the fuel dock.\n"
    ),
    "minutes 2023-02-07.txt": (
        "Harbour board\nMinutes, 7 February 2023\n\n1. Dredging\nThe dredging of the basin will begin on 4 September 2023. "
        "Jon Aas looks after it.\n"
    ),
    "minutes 2023-03-14.txt": (
        "Harbour board\nMinutes, 14 March 2023\n\n1. Dredging\nThe dredger is late. The dredging of the basin will begin on "
        "2 October 2023.\n"
    ),
}


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office") / "papers"
    folder.mkdir()
    for name, text in PAPERS.items():
        (folder / name).write_text(text, "utf-8")
    library = open_library(folder)
    library.sync()
    yield library
    library.close()


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("How long is the Kestrel?", "Length m: 9.2"),
        ("What is the yearly fee of the Heron 2?", "Yearly fee EUR: 1180"),
        ("Who owns the Heron 3?", "Lena Moor"),
        ("Which berth does the Sandpiper have?", "C2"),
        ("How long is the Heron 2?", "Length m: 7.5"),
    ],
)
def test_a_question_about_a_row_is_answered_with_its_cell(office, question, value):
    answer = office.ask(question)
    assert answer.outcome == "quoted"
    assert answer.text.split("\n")[0] == f"{value} [1]"


@pytest.mark.parametrize("question", ["What is the yearly fee of the Sandpiper?", "Which boat is the second longest?"])
def test_an_empty_cell_and_what_only_all_rows_tell_are_not_answered_by_another_row(office, question):
    assert not any("boats.csv" in citation.path for citation in office.ask(question).citations)


def test_the_longest_is_told_by_comparing_all_rows(office):
    answer = office.ask("Which boat is the longest?")
    assert answer.text.startswith("Heron 3 [1]\n“Boat: Heron 3; Berth: B7; Length m: 12.1;")
    assert answer.text.endswith("Found by comparing 4 rows under “Length m” in “boats”.")


def test_a_list_is_told_whole(office):
    keys = office.ask("What must be handed in when I leave my berth?").text
    assert all(item in keys for item in ("gate key", "parking permit", "electricity card"))
    steps = office.ask("How do I start the crane?").text
    assert all(step in steps for step in ("Lock the boom", "red switch", "green lamp"))


def test_two_days_for_one_thing_are_both_told(office):
    answer = office.ask("When does the dredging of the basin begin?")
    assert answer.outcome == "conflict"
    assert answer.text.split("\n")[1] == "2 October 2023 [1]; 4 September 2023 [2]", "the newer document's day first"
    assert [citation.date for citation in answer.citations] == ["2023-03-14", "2023-02-07"]


def test_the_last_question_is_asked_of_another(office):
    asked = "What is the yearly fee of the Heron 2?"
    answer = office.ask("And the Heron 3?", history=[Turn(asked, office.ask(asked).text)])
    assert answer.text.startswith("Yearly fee EUR: 1990 [1]")


def test_a_topic_is_told(office):
    assert "not on the fuel dock" in office.ask("What do the documents say about dogs?").text
    assert office.ask("What do the documents say about whales?").outcome == "abstained"
