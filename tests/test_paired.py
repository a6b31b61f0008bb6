"""What is asked of a pair is asked of each of the two, unless it is asked of both together."""

import pytest

from rag.answering.parts import parts


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        (
            "Compare the lengths of the old and the new Merrow Bridge.",
            ("What is the length of the old Merrow Bridge?", "What is the length of the new Merrow Bridge?"),
        ),
        (
            "How many lorries did the second and third convoy have?",
            ("How many lorries did the second convoy have?", "How many lorries did the third convoy have?"),
        ),
        ("What are the prices of the large and small rooms?",
         ("What is the price of the large room?", "What is the price of the small room?")),
        ("How many drivers were there in March 2023, in June 2024 and in July 2024?",
         ("How many drivers were there in March 2023?", "How many drivers were there in June 2024?",
          "How many drivers were there in July 2024?")),
        ("How long is a visit in the 2021 policy and in the 2024 policy?",
         ("How long is a visit in the 2021 policy?", "How long is a visit in the 2024 policy?")),
        ("What were drivers paid before and after 1 October 2024?",
         ("What were drivers paid before 1 October 2024?", "What were drivers paid after 1 October 2024?")),
        ("How many men and how many boats were at work?",
         ("How many men were at work?", "how many boats were at work?")),
    ],
)  # fmt: skip
def test_each_of_the_pair_is_asked_about(question, asked):
    assert parts(question) == asked


@pytest.mark.parametrize(
    "question",
    [
        "What is the difference between the old and the new bridge?",
        "When did the eastern and western churches split?",
        "What empire ruled in the 3rd and 4th centuries?",
        "What is known of the summer and early fall?",
        "Who was interested in music and in art?",
        "What did they avoid before and after noon?",
        "In addition to the northern and southern parts there is one more.",
    ],
)
def test_what_is_asked_of_both_together_is_one_question(question):
    assert parts(question) == (question,)


def test_things_that_the_texts_name_together_are_no_pair():
    question = "What caused the first and second war?"
    assert len(parts(question)) == 2
    assert parts(question, ["The First and Second War were long."]) == (question,)
