"""Of two that are compared each is asked about, unless a text compares them or one of them cannot be looked up."""

import pytest

from rag.answering.parts import parts

TEXTS = (
    "The old bridge was 486 metres long and the new bridge is of steel.",
    "Lagoon Basic is 7 euros a month.",
    "Lagoon Plus is 21 euros a month.",
    "The Lisk Maid and her crew. The Dunmere Star is a ship.",
    "Ida Holm and Jan Berg work at the Tower. The Mill has members.",
    "We sell gas. We sell oil.",
)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Which is cheaper, Lagoon Basic or Lagoon Plus?",
         ("How much does Lagoon Basic cost?", "How much does Lagoon Plus cost?")),
        ("Is Lagoon Plus more expensive than Lagoon Basic?",
         ("How much does Lagoon Plus cost?", "How much does Lagoon Basic cost?")),
        ("How much more does Lagoon Plus cost than Lagoon Basic?",
         ("How much does Lagoon Plus cost?", "How much does Lagoon Basic cost?")),
        ("Which costs more, gas or oil?", ("How much does gas cost?", "How much does oil cost?")),
        ("Which is shorter, the old or the new bridge?", ("How long is the old bridge?", "How long is the new bridge?")),
        ("Was the new bridge longer than the old one?", ("How long was the new bridge?", "How long was the old bridge?")),
        ("Who is older: Ida Holm or Jan Berg?", ("How old is Ida Holm?", "How old is Jan Berg?")),
        ("Which of the two holds more people, the Lisk Maid or the Dunmere Star?",
         ("How many people does the Lisk Maid hold?", "How many people does the Dunmere Star hold?")),
        ("Which carries more EU members, the Lisk Maid or the Dunmere Star?",
         ("How many EU members does the Lisk Maid carry?", "How many EU members does the Dunmere Star carry?")),
        ("Does the Tower have more members than the Mill?",
         ("How many members does the Tower have?", "How many members does the Mill have?")),
        ("How many more members did the Tower have than the Mill?",
         ("How many members did the Tower have?", "How many members did the Mill have?")),
        ("What is the difference in price between Lagoon Basic and Lagoon Plus?",
         ("What is the price of Lagoon Basic?", "What is the price of Lagoon Plus?")),
        ("Compare the capacity of the Lisk Maid and the Dunmere Star.",
         ("What is the capacity of the Lisk Maid?", "What is the capacity of the Dunmere Star?")),
        ("whats the difference between Lagoon Basic and Lagoon Plus",
         ("Tell me about Lagoon Basic.", "Tell me about Lagoon Plus.")),
        ("How does the Lisk Maid differ from the Dunmere Star?",
         ("Tell me about the Lisk Maid.", "Tell me about the Dunmere Star.")),
        ("How do Ida Holm and Jan Berg differ?", ("Tell me about Ida Holm.", "Tell me about Jan Berg.")),
    ],
)  # fmt: skip
def test_each_of_the_compared_is_asked_about(question, asked):
    assert parts(question, TEXTS) == asked


@pytest.mark.parametrize(
    "question",
    [
        "Is gas cheaper than usual?",
        "Is Lagoon Basic cheaper than 20 euros?",
        "Which is cheaper, formal or informal gas?",
        "Compare the price of Lagoon Basic and its limit.",
        "Is Lagoon Basic cheaper than Quillon Gold?",
        "Which is better, gas or oil?",
        "Did Lagoon Plus win more or fewer members than Lagoon Basic?",
        "Is the old bridge longer than the others?",
    ],
)
def test_what_cannot_be_asked_of_each_stays_one_question(question):
    assert parts(question, TEXTS) == (question,)


@pytest.mark.parametrize(
    ("question", "telling"),
    [
        ("Is the new bridge longer than the old one?", "At 512 metres the new bridge is slightly longer."),
        ("Which is cheaper, Lagoon Basic or Lagoon Plus?", "Lagoon Basic is cheaper by 14 euros."),
        ("What is the difference between gas and oil?", "Gas differs from oil in that it is no liquid."),
    ],
)
def test_a_text_that_compares_them_is_asked_itself(question, telling):
    assert parts(question, (*TEXTS, telling)) == (question,)


@pytest.mark.parametrize("beside", ["The old bridge is no longer open.", "The old bridge needs longer cables."])
def test_a_word_alone_compares_nothing(beside):
    assert len(parts("Which is longer, the old or the new bridge?", (*TEXTS, beside))) == 2


def test_what_each_of_two_can_do_is_asked_of_each():
    texts = ("The Lisk Maid is small.", "The Dunmere Star is not.")
    assert parts("How many cars can the Lisk Maid and the Dunmere Star carry?", texts) == (
        "How many cars can the Lisk Maid carry?",
        "How many cars can the Dunmere Star carry?",
    )
