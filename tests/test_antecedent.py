"""A name is put in place of the pronoun that stands for it, and only where it is sure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.records import Query, Turn
from rag.retrieval.antecedent import resolved
from rag.retrieval.follow_up import standalone

ENVOY = Turn("Who is the harbour master of Orm?", "Captain Ida Holm [1]\n“The post is held by Captain Ida Holm.” [1]")
PUB = Turn("Which pub in Orm sells breakfasts?", "The Anchor, by the gate.")


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        ([ENVOY], "Where is her office?", "Where is Captain Ida Holm's office?"),
        ([ENVOY], "what's she building at the quay?", "what's Captain Ida Holm building at the quay?"),
        ([ENVOY], "Who sent her to Orm?", "Who sent Captain Ida Holm to Orm?"),
        ([ENVOY, Turn("How old is she?", "41 [1]")], "When did she retire?", "When did Captain Ida Holm retire?"),
        ([Turn("Who is Ida Holm?", "She is the master of the Port Board.")], "Is she paid?", "Is Ida Holm paid?"),
        ([Turn("Where does Mrs Brack live?", "At 3 Quay Row.")], "What did she say?", "What did Mrs Brack say?"),
        ([Turn("Who is Orm's harbour master?", "Captain Ida Holm.")], "Is she paid?", "Is Captain Ida Holm paid?"),
        ([Turn("Was the mayor of Orm there?", "Yes, Ida Holm was.")], "Did she speak?", "Did Ida Holm speak?"),
        ([Turn("What was the wage of Jan Berg?", "Jan Aas says £5.")], "Was he glad?", "Was Jan Berg glad?"),
        ([Turn("Who rowed?", "The postman, Enoch Tarn, in a boat.")], "Where is his boat?", "Where is Enoch Tarn's boat?"),
        ([PUB], "Who is the landlord there?", "Who is the landlord in the Anchor?"),
        ([PUB, Turn("How many does it sell?", "300.")], "When does it open?", "When does the Anchor open?"),
        ([Turn("Who made the statue of Hannah Creed?", "Olive Marchetti.")], "When was it unveiled?", "When was the statue of Hannah Creed unveiled?"),
        ([Turn("What date is the lease?", "3rd February 2021.")], "Who signed it?", "Who signed the lease?"),
        ([Turn("When was the mill built?", "1903")], "Who sold it?", "Who sold the mill?"),
        ([Turn("When was the power outage?", "At 6."), Turn("Who noticed it?", "Ida Holm")], "How long did it last?", "How long did the power outage last?"),
        ([Turn("what does the warranty cover?", "Parts.")], "how long does it last?", "how long does the warranty last?"),
        ([Turn("when is the rent due?", "1 March"), Turn("who collects it?", "Ida Holm"), Turn("where is it paid?", "x")],
         "is it refunded?", "is the rent refunded?"),
        ([Turn("what is the rent for unit 7", "£46,000 [1]")], "when is it due", "when is the rent for unit 7 due"),
        ([Turn("When does the school office shut on Fridays?", "At 3.")], "Who runs it?", "Who runs the school office?"),
        ([Turn("When does the car park open?", "At 6.")], "Is it free?", "Is the car park free?"),
        ([Turn("which boat goes to Orm", "The documents do not say.")], "what does it cost", "what does the boat cost"),
        ([Turn("What is Grey Heron?", "A gang. [1]")], "Who did they attack?", "Who did Grey Heron attack?"),
        ([Turn("What grant did Ida mention?", "£275,000.")], "Who leads that?", "Who leads the grant?"),
        ([Turn("how much is the deposit", "£50")], "when do i get it back", "when do i get the deposit back"),
        ([Turn("Whose bid did we take?", "The one from Brandvoort.")], "What do they charge?", "What do Brandvoort charge?"),
        ([Turn("Which gang did it?", "Grey Heron, a gang.")], "Whom had they robbed?", "Whom had Grey Heron robbed?"),
    ],
)  # fmt: skip
def test_a_name_of_the_last_turns_takes_the_place_of_a_pronoun(history, question, expected):
    assert resolved(question, history) == expected


@pytest.mark.parametrize(
    ("history", "question"),
    [
        ([], "Where is her office?"),
        ([ENVOY], "Where is the office?"),
        ([ENVOY], "When did Jan Berg say that he would come?"),
        ([ENVOY], "How far is it?"),
        ([Turn("Who is considering it?", "Negotiators from Egypt, Qatar and Hamas.")], "Where are they meeting?"),
        ([Turn("What happened in Brannock?", "A march.")], "Did he resign?"),
        ([Turn("What happened on 28 May?", "Hail in Orm.")], "Who pays for it?"),
        ([Turn("Who is the mayor?", "Ida Holm.")], "How long has it been?"),
        ([Turn("What did Ida Holm warn against?", "She warned against a quay in Orm.")], "Is it planned?"),
        ([Turn("How long does Gran's cordial keep?", "6 weeks.")], "How long does it keep in the freezer?"),
        ([Turn("Why was Rome called eternal?", "By habit."), Turn("What was its religion?", "Mithraism.")], "When did it fall?"),
        ([Turn("Who keeps it?", "Ida Holm [1]; Jan Berg [2]\n“Both.” [1]")], "How old is he?"),
        ([Turn("Who keeps it?", "The documents disagree.\nIda Holm [1]; Jan Berg [2]")], "How old is he?"),
        ([Turn("Who keeps it?", "The documents do not say.")], "How old is he?"),
        ([Turn("what's the difference between two cards", "The bill.")], "how do I choose, it is overwhelming"),
        ([Turn("Which group won?", "Hezbollah did."), Turn("what attack did it say it began?", "x")], "What was it aimed at?"),
        ([PUB], "Is there a garden?"),
        ([PUB], "How long does it take to walk?"),
        ([Turn("How many people live in Gaza?", "Gaza has 2.3 million.")], "How many of them left?"),
    ],
)  # fmt: skip
def test_a_question_stays_as_it_is_where_no_name_is_sure(history, question):
    assert resolved(question, history) == question


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_any_turns_are_read(asked, answer, question):
    assert resolved(question, []) == question
    assert isinstance(resolved(question, [Turn(asked, answer)] * 2000), str)


def test_the_words_of_the_turn_before_help_to_search_and_are_not_read():
    query = standalone("And where is her office?", [ENVOY])
    assert query.alone == query.asked == "where is Captain Ida Holm's office?"
    assert query.text == "And where is Captain Ida Holm's office? (harbour master orm)"
    leaning = standalone("What did she want to do there?", [ENVOY])
    assert (leaning.alone, leaning.asked) == ("", leaning.text)
    assert Query("q", "q").asked == "q"
