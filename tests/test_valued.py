"""A value that stands right behind the name of what is asked for."""

import pytest

from rag.answering.valued import tells_value


@pytest.mark.parametrize(
    ("question", "sentence", "so"),
    [
        ("How much is the deposit?", "2.2 A deposit of £1,325 is held by the scheme.", True),
        ("how much is our deposit", "The deposits are now fixed at 1,325 euros.", True),
        ("How many retries does it do?", "retries = 4", True),
        ("How many retries does it do?", "Set `retries = 0` to turn retrying off.", False),
        ("When is the party?", "The party is on Saturday 12 July.", True),
        ("When is the party?", "The party is in the barn.", False),
        ("By how many votes did she win?", "Carried by 31 votes to 12.", False),
        ("How many votes did she get?", "Votes: 31", True),
        ("How old was Ben Hale?", "Ben Hale was nineteen.", True),
        ("What is the yearly rent of unit 7?", "Its rent is 9,000.", True),
        ("How much is the deposit?", "Contents of the home up to £40,000 in total", False),
        ("How much is the deposit?", "The deposit is held by a scheme that 40 landlords run.", False),
        ("What is the deposit for?", "A deposit of £1,325 is held.", False),
        ("Who holds the deposit?", "A deposit of £1,325 is held.", False),
        ("How much is ...?", "A deposit of £1,325 is held.", False),
    ],
)
def test_a_value_behind_the_name_of_what_is_asked_is_seen(question, sentence, so):
    assert tells_value(question, sentence) == so
