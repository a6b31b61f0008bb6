"""A question is taken apart where it asks several things, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.parts import parts

RULES = (
    "The least notice is two weeks. Tenants may ask for more.",
    "The greatest notice that may be asked for is a year. The terms and conditions of the lease are in annex B.",
    "The height of the tower is 40 m; its weight, with the bells, is 900 t.",
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When did the mill close?", ("When did the mill close?",)),
        (
            "When was the mill built, and who sold it to Brackley's bakers?",
            ("When was the mill built?", "who sold it to Brackley's bakers? (mill built)"),
        ),
        ("Which room and what time is the exam in?", ("Which room is the exam in?", "what time is the exam in?")),
        ("What happened and what time did it end?", ("What happened?", "what time did it end? (happened)")),
        ("Who pays for hotels, and how much may one cost?",
         ("Who pays for hotels?", "how much may one cost? (pays hotels)")),
        ("Who pays for hotels, and who pays for trains?", ("Who pays for hotels?", "who pays for trains?")),
        ("What did Ida Holm open and where did she live?",
         ("What did Ida Holm open?", "where did she live? (Ida Holm)")),
        ("Do the documents agree on the length of the pier?", ("What is the length of the pier?",)),
        ("Do all reports differ about how long the pier is?", ("how long the pier is?",)),
        ("Do the sailors agree on the price?", ("Do the sailors agree on the price?",)),
        ("Who sold the mill? When was that?", ("Who sold the mill? When was that?",)),
        ("Apart from boats, what does the harbour hold?", ("Apart from boats, what does the harbour hold?",)),
        ("Who wrote “What and why” ?", ("Who wrote “What and why” ?",)),
        ("When the list is full, what happens to the key?", ("When the list is full, what happens to the key?",)),
        ("On the pier, where boats are moored, who is in charge?",
         ("On the pier, where boats are moored, who is in charge?",)),
        ("How do I stop the pump, when I want to read the gauge?",
         ("How do I stop the pump, when I want to read the gauge?",)),
        ("When was the mill built, where was it sold?", ("When was the mill built?", "where was it sold? (mill built)")),
        ("While nobody knows where and how it sank, what was found?",
         ("While nobody knows where and how it sank, what was found?",)),
        ("In a list which is full, what happens to the key?", ("In a list which is full, what happens to the key?",)),
        ("What did the letter say of Ida Holm, who built the mill?",
         ("What did the letter say of Ida Holm, who built the mill?",)),
        ("What may one eat when fasting and when breast-feeding?",
         ("What may one eat when fasting and when breast-feeding?",)),
        ("In the lease, what is the rent and when is it due?",
         ("In the lease, what is the rent?", "when is it due? (lease rent)")),
        ("What year and where was it built?", ("What year was it built?", "where was it built?")),
        ("Who built the mill and when it was sold?", ("Who built the mill?", "when it was sold? (built mill)")),
        ("Where was the crew brought, and at which inn did the cook stay?",
         ("Where was the crew brought?", "at which inn did the cook stay?")),
        ("What did she lift first, and with which barge?", ("What did she lift first, and with which barge?",)),
        ("Where and when did the Borgny sink?", ("Where did the Borgny sink?", "when did the Borgny sink?")),
        ("In the war, when and why was it sold?", ("In the war, when was it sold?", "In the war, why was it sold?")),
    ],
)  # fmt: skip
def test_a_question_is_taken_apart_only_where_each_part_asks_something(question, expected):
    assert parts(question) == expected


@given(st.text(max_size=200))
def test_any_text_has_at_least_one_part(text):
    assert 1 <= len(parts(text)) <= 3


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What are the least and greatest notices for a flat?",
         ("What is the least notice for a flat?", "What is the greatest notice for a flat?")),
        ("What is the height and weight of the tower?",
         ("What is the height of the tower?", "What is the weight of the tower?")),
        ("What are the height, weight and bells of the tower?",
         ("What is the height of the tower?", "What is the weight of the tower?", "What are the bells of the tower?")),
        ("What are the terms and conditions of the lease?", ("What are the terms and conditions of the lease?",)),
        ("What are the height and colour of the tower?", ("What are the height and colour of the tower?",)),
        ("What is the least and greatest notice?", ("What is the least and greatest notice?",)),
        ("Who is the tower and notice of the least?", ("Who is the tower and notice of the least?",)),
    ],
)  # fmt: skip
def test_two_things_are_asked_for_one_by_one_where_the_texts_hold_them_apart(question, expected):
    assert parts(question, RULES) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who are the mayors of Kiel and Rome?", ("Who is the mayor of Kiel?", "Who is the mayor of Rome?")),
        ("Who were the leaders of the two unions, the DHW and the NQL?",
         ("Who was the leader of the DHW?", "Who was the leader of the NQL?")),
        ("What are the house rules in Kiel, Rome and the NQL?",
         ("What are the house rules in Kiel?", "What are the house rules in Rome?", "What are the house rules in the NQL?")),
        ("Who are the people of Kiel and of Rome?", ("Who are the people of Kiel and of Rome?",)),
        ("Who are the mayors elected in Kiel and in Rome?",
         ("Who is the mayor elected in Kiel?", "Who is the mayor elected in Rome?")),
        ("To which parties do Kiel, Rome and the NQL belong?",
         ("To which party does Kiel belong?", "To which party does Rome belong?", "To which party does the NQL belong?")),
        ("What do DHW and NQL stand for?", ("What does DHW stand for?", "What does NQL stand for?")),
        ("How have Kiel and Rome each answered the offer?",
         ("How has Kiel answered the offer?", "How has Rome answered the offer?")),
        ("Which offers did Kiel and Rome discuss?", ("Which offers did Kiel and Rome discuss?",)),
        ("Which two towns did Kiel and Rome found?", ("Which two towns did Kiel and Rome found?",)),
        ("What business did Kiel and Rome start?", ("What business did Kiel and Rome start?",)),
        ("Between what years did Kiel and Rome trade?", ("Between what years did Kiel and Rome trade?",)),
        ("When did Kiel and Rome join?", ("When did Kiel and Rome join?",)),
        ("How many votes did Kiel and Rome cast?", ("How many votes did Kiel and Rome cast?",)),
        ("Which parties do Trinidad and Tobago have?", ("Which parties do Trinidad and Tobago have?",)),
        ("Who are the kings of Trinidad and Tobago?", ("Who are the kings of Trinidad and Tobago?",)),
        ("Who are the mayors of Kiel and Paris?", ("Who are the mayors of Kiel and Paris?",)),
        ("Who are the rules of houses in Kiel and Rome?", ("Who are the rules of houses in Kiel and Rome?",)),
    ],
)  # fmt: skip
def test_what_is_asked_of_several_is_asked_of_each_that_the_texts_name_apart(question, expected):
    texts = ("Kiel has a mayor; so has Rome.", "The DHW, and later the NQL.", "Trinidad and Tobago is one state.")
    assert parts(question, texts) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When were Kiel and Rome founded?", ("When was Kiel founded?", "When was Rome founded?")),
        ("Who are Ida Holm and Jan Berg?", ("Who is Ida Holm?", "Who is Jan Berg?")),
        ("When were the mill and the gym built?", ("When was the mill built?", "When was the gym built?")),
        ("How much do the mill and the gym cost?", ("How much does the mill cost?", "How much does the gym cost?")),
        ("What do the mill and the gym cost", ("What does the mill cost?", "What does the gym cost?")),
        ("How long are the gym and the swimming pool?", ("How long is the gym?", "How long is the swimming pool?")),
        ("When are the gym and the swimming pool open?", ("When is the gym open?", "When is the swimming pool open?")),
        ("When were the rules and the gym changed?", ("When were the rules changed?", "When was the gym changed?")),
        ("Where are Ida Holm, Kiel and the mill?", ("Where is Ida Holm?", "Where is Kiel?", "Where is the mill?")),
        ("How are Ida Holm and Jan Berg related?", ("How are Ida Holm and Jan Berg related?",)),
        ("When were Ida Holm and Jan Berg married?", ("When were Ida Holm and Jan Berg married?",)),
        ("Where are the bread and the wine?", ("Where are the bread and the wine?",)),
        ("When were Kiel and Paris founded?", ("When were Kiel and Paris founded?",)),
    ],
)  # fmt: skip
def test_what_several_are_is_asked_of_each(question, expected):
    texts = ("Kiel is old. Rome is older.", "Ida Holm rowed.", "Jan Berg sat.", "The mill and a gym.", "The rules stand.",
             "A gym stands by the swimming pool.", "The bread and the wine are blessed.")  # fmt: skip
    assert parts(question, texts) == expected
