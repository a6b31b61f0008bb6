"""What is only polite is no part of what is asked."""

import pytest

from rag.courtesies import is_pleasantry, without_courtesies
from rag.records import Query, Turn
from tests.fakes import make_library, write_files


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("Can you tell me when the mill closed?", "when the mill closed?"),
        ("Hi, could you please tell me who owns it? Thanks!", "who owns it?"),
        ("I'd like to know which room it is. Please answer in one sentence.", "which room is it?"),
        ("Tell me what the least and greatest notices are.", "what are the least and greatest notices?"),
        ("Tell me who the envoy was, please", "who was the envoy?"),
        ("Do you know, why did it close", "why did it close"),
        ("Please explain to us how the pump works.", "how the pump works"),
        ("Where is the pier, please?", "Where is the pier, please?"),
        ("Where is the pier? Thank you very much.", "Where is the pier?"),
        ("Can you tell me about the mill?", "Can you tell me about the mill?"),
        ("Do you know the rent?", "Do you know the rent?"),
        ("Who did Anna tell what she saw?", "Who did Anna tell what she saw?"),
        ("Who said thanks?", "Who said thanks?"),
        ("I live nearby and keep wondering what is going to be done with the mill. Can you tell me?",
         "what is going to be done with the mill"),
        ("When did it sink? Do you know?", "When did it sink?"),
        ("How many boats sank, any idea?", "How many boats sank"),
        ("I am not sure how long the notice is, can you help?", "how long is the notice?"),
        ("I know who did it. Where is he?", "I know who did it. Where is he?"),
        ("We know how it works, but when does it open?", "We know how it works, but when does it open?"),
        ("We can learn what by reading?", "We can learn what by reading?"),
        ("Do you know?", "Do you know?"),
    ],
)  # fmt: skip
def test_courtesies_are_no_part_of_what_is_asked(question, left):
    assert without_courtesies(question) == left


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("thanks!", True), ("Thank you very much.", True), ("ok, got it", True), ("hello", True), ("Good morning!", True),
        ("What is good?", False), ("thanks for the fish", False), ("hide", False), ("thank you " * 300 + "x", False),
    ],
)  # fmt: skip
def test_a_line_that_greets_or_thanks_asks_nothing(line, is_one):
    assert is_pleasantry(line) is is_one


def test_what_is_asked_is_searched_without_courtesies_also_by_what_follows_it(tmp_path):
    library = make_library(tmp_path / "library", write_files(tmp_path / "docs", a="The pier is 300 metres long."))
    library.sync()
    polite = "Can you tell me how long the pier is? Thanks!"
    assert library.find(polite)[0] == Query(polite, "how long is the pier?")
    assert library.find("Where is it?", history=[Turn(polite, "")])[0].text == "Where is the pier? (long)"
    assert library.find("And why? Thanks!", history=[Turn("How long is it?", "")])[0].question == "And why? Thanks!"
    assert library.find(" how long ")[0].text == " how long "
