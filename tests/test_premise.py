"""A sentence that denies what a question takes for done answers nothing of it."""

import pytest

from rag.answering.premise import denies, is_question


@pytest.mark.parametrize(
    ("question", "sentence", "so"),
    [
        ("In which year did the Board turn the fen into fields?", "In 1923 the Board wanted to turn the fen into fields.", True),
        ("When did Orm appeal the ruling?", "In May Orm said that it will not appeal the ruling.", True),
        ("When was the boat sold?", "They refused to sell the boat in 1904.", True),
        ("Who sells the boat?", "Ann Lee refused to sell the boat.", True),
        ("Who did Ann refuse to meet?", "Ann refused to meet the mayor.", False),
        ("When did the wall recover?", "It did not recover until 1620.", False),
        ("When did the ferry sail?", "The ferry did not sail on Sunday; it sailed on Monday.", False),
        ("Did the ferry sail?", "The ferry did not sail.", False),
        ("Why did the ferry sail?", "The ferry never sailed.", False),
        ("When will the bridge open?", "They hope to open it in May.", False),
        ("Who was the first keeper?", "He never once let the light fail.", False),
        ("Who carries passengers?", "No passengers were carried.", False),
    ],
)  # fmt: skip
def test_what_was_only_meant_or_not_done_is_seen(question, sentence, so):
    assert denies(question, sentence) == so


@pytest.mark.parametrize(
    ("sentence", "asks"),
    [
        ("Can I bring my dog?", True),
        ("**Can I bring my dog?**", True),
        ("Q: Who holds the key?", True),
        ("3) When do you open?", True),
        ("Tom asked, “When does it end?”", False),
        ("Is it open? It is.", False),
        ("Bring your dog.", False),
        ("", False),
    ],
)
def test_a_question_answers_nothing(sentence, asks):
    assert is_question(sentence) == asks


def test_verbs_with_a_past_of_their_own_are_known():
    assert denies("When was the fair held?", "They plan to hold the fair on 22 June.")
    assert denies("Who bought the mill?", "Ann Lee never buys the mill.")
    assert not denies("Who bought the mill?", "Ann Lee bought the mill to hold fairs.")
