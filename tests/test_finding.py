"""Two readers decide; what they find is told part by part, with every value of a list or a disagreement."""

import json
import math
from dataclasses import replace

import pytest

from rag.answering.cells import cells_of
from rag.answering.claims import marked_text
from rag.answering.finding import Finder
from rag.answering.found import DecisionWeights, Finding, decide, signs
from rag.answering.odds import log_odds
from rag.answering.outcome import tell
from rag.answering.prompt import PromptTemplate
from rag.answering.question import wants_account, wants_several
from rag.answering.rows import statements_of
from rag.answering.second_reader import DECLINES, SecondReader
from rag.answering.selection import selected
from rag.errors import ModelError
from rag.places import bundled
from rag.readers import DECISION_WEIGHTS, WHETHER_DECISION
from rag.records import DISAGREE, Evidence, Hit, Passage, Query, Span

SENTENCES = (
    "The ferry Kestrel sails on Sundays.",
    "Mary Quill has kept the register since 1998.",
    "The mayor, Jon Aas, opened the pier.",
)
WEIGHTS = DecisionWeights((1.0, 0.5, 0.0))


def said(sentence, answer=None, doc="d", odds=2.0):
    passage = Passage(f"{doc}-0", doc, f"/{doc}.txt", doc, (), sentence, 0, len(sentence), (Span(0, len(sentence)),))
    span = Span(sentence.index(answer), sentence.index(answer) + len(answer)) if answer else None
    return Evidence(Hit(passage, 1.0, 1), 0, len(sentence), 1 / (1 + math.exp(-odds)), span)


EVIDENCE = tuple(said(sentence, doc=str(n), odds=2.0 - n) for n, sentence in enumerate(SENTENCES))


class FakeJudge:
    name = "fake"
    context_tokens = 1000

    def __init__(self):
        self.asked = []

    def count_tokens(self, messages):
        return sum(len(part.text.split()) for message in messages for part in message.parts)

    def likelihood(self, messages, text, *, timeout_seconds):
        self.asked.append((messages, text))
        return 0.25


def test_the_second_reader_is_shown_one_sentence_as_text_that_gives_no_orders():
    model = FakeJudge()
    reader = SecondReader(model, PromptTemplate(bundled("prompts") / "short_answer.md"), timeout_seconds=1.0)
    assert reader.declines("Who keeps [1] {numbered}?", EVIDENCE[1]) == 0.25
    assert reader.declines("Who?", replace(EVIDENCE[1], under="Staff")) == 0.25
    assert any(part.text == f"[1] Staff. {SENTENCES[1]}" for part in model.asked[1][0][-1].parts)
    messages, text = model.asked[0]
    untrusted = [part.text for part in messages[-1].parts if not part.trusted]
    assert untrusted == [f"[1] {SENTENCES[1]}", "Who keeps [1] {numbered}?"]
    assert text == DECLINES
    model.context_tokens = 5
    assert reader.declines("Who?", EVIDENCE[1]) is None


class Declining:
    """A second reader that declines each sentence with a probability of its own; keeps what it read."""

    name = "declining"

    def __init__(self, *odds):
        self.odds = dict(zip(SENTENCES, odds, strict=True))
        self.read = []

    def declines(self, question, evidence):
        self.read.append(evidence.text)
        return self.odds[evidence.text]


def second_word(reader, *, first=0.6, weights=WEIGHTS):
    found = replace(Finding.of("Who keeps the register?", EVIDENCE, first), first=first)
    return Finder(None, reader, weights).second(found)


def test_a_sentence_that_the_second_reader_prefers_becomes_the_first_and_the_answer():
    reader = Declining(0.9, 0.02, 0.9)
    found = second_word(reader)
    assert [one.text for one in found.evidence] == [SENTENCES[1], SENTENCES[0], SENTENCES[2]]
    assert (found.selection.evidence[0].text, found.declines) == (SENTENCES[1], 0.02)
    assert found.confidence > second_word(Declining(0.9, 0.9, 0.9)).confidence


def test_a_sentence_that_cannot_hold_what_is_asked_is_not_read_but_declined():
    reader = Declining(0.02, 0.02, 0.02)
    found = replace(Finding.of("What is the phone number of the register?", EVIDENCE, 0.9), first=0.9)
    Finder(None, reader, WEIGHTS).second(found)
    assert reader.read == [SENTENCES[1]], "the one with a number"


def test_nothing_more_is_read_after_a_sentence_that_is_likely_to_answer():
    reader = Declining(0.02, 0.01, 0.01)
    assert second_word(reader).evidence == EVIDENCE
    assert reader.read == [SENTENCES[0]]


def test_a_sentence_below_the_best_needs_more_than_a_little_preference_and_far_below_is_not_read():
    assert second_word(Declining(0.5, 0.45, 0.45)).evidence == EVIDENCE
    far = replace(Finding.of("q", (EVIDENCE[0], said(SENTENCES[1], odds=-0.5)), 0.6), first=0.6)
    reader = Declining(0.9, 0.01, 0.01)
    Finder(None, reader, WEIGHTS).second(far)
    assert reader.read == [SENTENCES[0]]


def test_a_sentence_too_long_for_the_second_reader_is_passed_over():
    assert second_word(Declining(None, 0.1, 0.9)).evidence[0].text == SENTENCES[1]
    assert second_word(Declining(None, None, None)).confidence == 0.6


def test_a_second_reader_that_declines_lowers_the_confidence_and_one_that_agrees_raises_it():
    agrees = decide(replace(Finding.of("q", EVIDENCE, 0.6), declines=0.05), WEIGHTS)
    declines = decide(replace(Finding.of("q", EVIDENCE, 0.6), declines=0.98), WEIGHTS)
    assert declines.confidence < 0.6 < agrees.confidence
    assert len(signs(agrees)) == len(WEIGHTS.sure) - 1


def test_the_value_of_the_newest_document_comes_first():
    fifth, seventh, ninth = (
        said(f"It was her {n} visit since the flood.", n, n, odds)
        for n, odds in (("fifth", 2.0), ("seventh", 1.5), ("ninth", 1.0))
    )
    dated = [
        replace(one, hit=replace(one.hit, passage=replace(one.hit.passage, date=day)))
        for one, day in ((fifth, "2021-02-03"), (seventh, ""), (ninth, "2023-02-03"))
    ]
    told = selected("How many visits?", dated)
    assert [one.text.split()[3] for one in told.evidence] == ["ninth", "fifth", "seventh"]


@pytest.mark.parametrize("doubt", [0.9, 0.1])
def test_each_cell_of_a_row_is_judged_by_itself_though_the_first_is_likely(doubt):
    row = said("Boat: Heron; Length: 7; Fee: 9.", "7")
    length, fee = replace(row, statement="The length of Heron is 7."), replace(row, statement="The fee of Heron is 9.")

    class ByCell:
        name = "by cell"

        def declines(self, question, evidence):
            return doubt if evidence.statement == length.statement else 0.001

    found = Finder(None, ByCell(), WEIGHTS).second(Finding.of("What is the fee?", (length, fee), 0.6))
    assert (found.evidence[0], found.declines) == (fee, pytest.approx(0.001))


def test_values_that_differ_answer_when_any_of_them_does():
    visits = ("It was her fifth visit since the flood.", "The visit was her seventh since the flood.")

    class Doubting(Declining):
        def __init__(self, *odds):
            self.odds, self.read = dict(zip(visits, odds, strict=True)), []

    evidence = (said(visits[0], "fifth", "a"), said(visits[1], "seventh", "b", -1.0))
    found = Finding.of("How many visits?", evidence, 0.6)
    unsure = Finder(None, Doubting(0.6, 0.45), WEIGHTS).second(found)
    sure = Finder(None, Doubting(0.6, 0.1), WEIGHTS).second(found)
    assert unsure.selection.shape == sure.selection.shape == "conflict"
    assert (sure.evidence[0].text, sure.declines) == (visits[0], 0.1)
    assert sure.confidence > unsure.confidence


def test_without_a_second_reader_the_first_decides():
    class Selector:
        def select(self, query, hits, k):
            return EVIDENCE[:k], 0.7

    found = Finder(Selector()).second(Finder(Selector()).first(Query("q", "t"), (), 2))
    assert (found.question, found.evidence, found.confidence, found.declines) == ("t", EVIDENCE[:2], 0.7, None)


@pytest.mark.parametrize(
    ("question", "sure"),
    [
        ("Does Mary Quill keep the register?", 0.9),
        ("did Mary or Jon open the pier", 0.9),
        ("Who keeps the register?", 0.2),
        ("Can you give me the phone number of the pier?", 0.2),
        ("Do you have the address of the ferry?", 0.2),
        ("Do we know when the pier was opened?", 0.2),
        ("May 2019 rent: how much was it?", 0.2),
    ],
)
def test_whether_something_is_so_is_decided_by_weights_of_its_own(question, sure):
    finder = Finder(
        None,
        Declining(0.5, 0.5, 0.5),
        DecisionWeights((0.0, 0.0, log_odds(0.2))),
        DecisionWeights((0.0, 0.0, log_odds(0.9))),
    )
    assert finder.second(Finding.of(question, EVIDENCE, 0.6)).confidence == pytest.approx(sure)


@pytest.mark.parametrize("path", [DECISION_WEIGHTS, WHETHER_DECISION])
def test_the_decision_weights_that_come_with_footnote_trust_both_readers(path):
    reads, allows, _ = DecisionWeights.read(path).sure
    assert min(reads, allows) > 0


def test_weights_are_written_and_read_and_others_refused(tmp_path):
    WEIGHTS.write(tmp_path / "w.json")
    assert DecisionWeights.read(tmp_path / "w.json") == WEIGHTS
    (tmp_path / "w.json").write_text(json.dumps({"sure": {}}))
    with pytest.raises(ModelError, match="cannot be read"):
        DecisionWeights.read(tmp_path / "w.json")


def test_a_list_is_asked_for_in_the_plural():
    for question in ("Which countries are in talks?", "Name the ministers.", "Who were the envoys?"):
        assert wants_several(question)
    for question in ("Which country is in talks?", "Who was the envoy?", "What does the crisis need?"):
        assert not wants_several(question)


def test_several_answers_are_told_for_a_list_and_one_otherwise():
    found = (
        said(SENTENCES[1], "Mary Quill"),
        said(SENTENCES[2], "Jon Aas", "e", 1.0),
        said(SENTENCES[0], None, "f", 0.9),
    )
    told = tell([Finding.of("Who are the officers?", found, 0.9)], 0.5)
    assert [claim.text for claim in told.claims] == [
        "Mary Quill", "Jon Aas", f"“{SENTENCES[1]}”", f"“{SENTENCES[2]}”"
    ]  # fmt: skip
    assert tell([Finding.of("Who is the clerk?", found, 0.9)], 0.5).shown == 1


def test_what_somebody_is_does_not_tell_who_did_something_to_them():
    found = (said("The town mourned the mayor Jon Aas, killed by a bear.", "the mayor"),)
    told = tell([Finding.of("who killed jon aas", found, 0.9)], 0.5)
    assert [claim.text for claim in told.claims] == [f"“{found[0].text}”"]
    for question in ("Who is Jon Aas?", "Who mourned?"):
        assert tell([Finding.of(question, found, 0.9)], 0.5).claims[0].text == "the mayor"


@pytest.mark.parametrize(
    ("question", "sentence", "answer", "is_told"),
    [
        ("Who killed Aas?", "They mourned the killing of Jon Aas by a bear.", "Jon Aas", False),
        ("Who leads the Harbour?", "The Harbour master Jon Aas spoke.", "Harbour master Jon Aas", True),
        ("Who is Aas?", "The clerk Jon Aas spoke.", "The clerk", True),
        ("On which date did the pier open?", "The pier was opened on Monday by the mayor.", "Monday", False),
        ("When did the pier open?", "The pier was opened on Monday by the mayor.", "Monday", True),
        ("How many boats sank?", "Boats sank near the pier of Oslo that day.", "near the pier", False),
    ],
)
def test_words_that_are_no_answer_by_their_kind_are_not_told_before_the_sentence(question, sentence, answer, is_told):
    told = tell([Finding.of(question, (said(sentence, answer),), 0.9)], 0.5)
    assert [claim.text for claim in told.claims] == [*([answer] if is_told else []), f"“{sentence}”"]


def test_two_parts_that_one_sentence_answers_are_both_told():
    sentence = "Mayor Jon Aas met the clerk, Mary Quill, in Oslo."
    parts = [
        Finding.of("Who is mayor?", (said(sentence, "Jon Aas"),), 0.9),
        Finding.of("who is the clerk?", (said(sentence, "Mary Quill"),), 0.9),
    ]
    told = tell(parts, 0.5)
    assert [claim.text for claim in told.claims] == ["Jon Aas", "Mary Quill", f"“{sentence}”"]
    assert {citation.number for claim in told.claims for citation in claim.citations} == {1}


def test_of_a_list_only_what_stands_by_itself_is_told():
    class Doubting:
        name = "doubting"

        def declines(self, question, evidence):
            return 0.9 if evidence.text == SENTENCES[2] else 0.1

    class Selector:
        def select(self, query, hits, k):
            return (said(SENTENCES[1], "Mary Quill"), said(SENTENCES[2], "Jon Aas", "e", 1.0)), 0.9

    finder = Finder(Selector(), Doubting(), WEIGHTS)
    found = finder.first(Query("Who are the officers?", "Who are the officers?"), (), 2)
    assert found.selection.shape == "list"
    assert [one.text for one in finder.second(found).selection.evidence] == [SENTENCES[1]]


def test_what_only_repeats_the_question_is_no_answer_of_a_list():
    found = (said(SENTENCES[1], "Mary Quill"), said(SENTENCES[2], "Jon Aas", "e", 1.0))
    assert tell([Finding.of("Who are the officers besides Jon Aas?", found, 0.9)], 0.5).shown == 1


@pytest.mark.parametrize("question", ["Why did the mill close?", "how does the lock work", "What is a kestrel?",
                                      "Tell me about the ferry", "What happened to the pier?"])  # fmt: skip
def test_how_and_why_ask_for_an_account(question):
    assert wants_account(question)


@pytest.mark.parametrize("question", ["How many boats sank?", "how long did it last", "What is the name of the ferry?",
                                      "Who opened the pier?"])  # fmt: skip
def test_a_fact_is_no_account(question):
    assert not wants_account(question)


def test_whether_something_is_so_is_told_in_sentences_only():
    found = (said(SENTENCES[1], "Mary Quill"), said(SENTENCES[0], "Sundays", "e", 1.0))
    told = tell([Finding.of("Does the ferry sail?", found, 0.9)], 0.5)
    assert [claim.text for claim in told.claims] == [f"“{SENTENCES[1]}”", f"“{SENTENCES[0]}”"]


def test_what_has_no_bearing_is_not_told_in_an_account():
    question = "Was the pier opened?"
    told = selected(question, EVIDENCE, lambda one: 0.95 if one == EVIDENCE[2] else 0.6)
    assert (told.shape, told.evidence) == ("account", EVIDENCE[:2])
    assert selected("How was the pier opened?", EVIDENCE, lambda one: 0.95).evidence == EVIDENCE[:1]
    assert selected("How was the pier opened?", EVIDENCE).evidence == EVIDENCE
    row = replace(EVIDENCE[1], statement="The mayor of the pier is Jon Aas.")
    assert selected(question, (EVIDENCE[0], row, EVIDENCE[2])).evidence == (EVIDENCE[0], EVIDENCE[2])


def test_whether_something_is_so_is_no_matter_of_other_numbers():
    votes = (said("The plan for the week was rejected by three to one.", "three to one", "a"),
             said("The plan for the week names four votes.", "four", "b", 1.5))  # fmt: skip
    assert selected("Was the plan for the week accepted?", votes).shape == "account"
    assert selected("How many votes did the plan for the week get?", votes).shape == "conflict"


def test_an_account_goes_on_in_the_passage_of_the_best_but_not_far_down_in_others():
    text = "It shut. " * 9
    passage = Passage("p", "d", "/d.txt", "d", (), text, 0, len(text), ())
    beside = [Evidence(Hit(passage, 1.0, 1), 9 * n, 9 * n + 8, 0.8 - 0.05 * n) for n in range(7)]
    others = [said(sentence, doc=str(n), odds=-0.2 * n) for n, sentence in enumerate(SENTENCES)]
    ranked = (beside[0], others[0], beside[1], others[1], *beside[2:], others[2])
    question = "Why did the mill close?"
    bearing = selected(question, ranked, lambda one: 0.95 if one in (beside[1], beside[2]) else 0.5)
    assert bearing.evidence == (beside[0], others[0], beside[3], beside[4])
    assert selected(question, ranked).evidence == ranked[:3]


@pytest.mark.parametrize("question", ["What was the purpose of the lock?", "what does to moor mean on a ship",
                                      "What caused the flood?", "Where did the name come from?"])  # fmt: skip
def test_words_answer_what_asks_for_a_purpose_or_a_cause_and_more_sentences_tell_of_it(question):
    found = (said(SENTENCES[1], "the register"), said(SENTENCES[2], "the pier", "e", 1.9))
    told = tell([Finding.of(question, found, 0.9)], 0.5)
    assert [claim.text for claim in told.claims] == ["the register", f"“{SENTENCES[1]}”", f"“{SENTENCES[2]}”"]


@pytest.mark.parametrize("question", ["What is the length of the pier?", "What did the mayor say?", "Who made it?"])
def test_a_fact_is_told_by_one_sentence(question):
    found = (said(SENTENCES[1], "Mary Quill"), said(SENTENCES[2], "Jon Aas", "e", 1.9))
    assert tell([Finding.of(question, found, 0.9)], 0.5).shown == 1


def test_names_differ_where_sentences_share_much_of_the_question():
    here = said("Captain Jon Aas, an Estonian, was freed.", "Estonian", "a")
    there = said("Captain Jon Aas, 54, a Latvian, stood at the helm.", "Latvian", "b", 1.9)
    mate = said("The captain's mate, a Dane, slept.", "Dane", "c", 1.8)
    question = "What nationality is Captain Jon Aas?"
    told = selected(question, (here, there, mate), lambda one: 0.1)
    assert (told.shape, [one.answer_text for one in told.evidence]) == ("conflict", ["Estonian", "Latvian"])
    assert selected(question, (here, there), lambda one: 0.3).shape == "one"
    assert selected(question, (here, there)).shape == "one"
    assert selected("What nationality is Jon?", (here, there), lambda one: 0.1).shape == "one"


def test_an_account_tells_the_sentences_near_the_best_and_no_single_words():
    found = (
        said(SENTENCES[1], "Mary Quill"),
        said(SENTENCES[0], "Sundays", "d", 1.0),
        said(SENTENCES[2], None, "e", -3.0),
    )
    told = tell([Finding.of("How is the ferry kept?", found, 0.9)], 0.5)
    assert [claim.text for claim in told.claims] == [f"“{SENTENCES[1]}”", f"“{SENTENCES[0]}”"]


def test_a_part_that_the_documents_do_not_answer_is_named():
    sure = Finding.of("Who keeps the register?", EVIDENCE[1:2], 0.9)
    unsure = Finding.of("When did she die?", EVIDENCE[:1], 0.1)
    told = tell([sure, unsure], 0.5)
    assert (told.outcome, told.silent_on, told.confidence) == ("quoted", ("When did she die?",), 0.9)
    assert tell([unsure], 0.5).outcome == tell([], 0.5).outcome == "abstained"


def test_a_part_on_which_the_documents_disagree_is_named_and_another_part_keeps_its_words():
    sentences = ("It was her fifth visit since the flood.", "The visit was her seventh since the flood.")
    visits = Finding.of(
        "How many visits?", tuple(said(s, s.split()[n], s) for s, n in zip(sentences, (3, 4), strict=True)), 0.9
    )
    keeps = Finding.of("Who keeps the register? (Quill)", (said(SENTENCES[1], "Mary Quill"),), 0.9)
    told = tell([visits, keeps], 0.5)
    assert (told.outcome, told.opening, told.differ_on) == ("quoted", "", ("How many visits?",))
    assert [claim.text for claim in told.claims][:3] == ["fifth", "seventh", "Mary Quill"]
    assert tell([visits], 0.5).outcome == "conflict"
    unsure = replace(keeps, confidence=0.1)
    assert tell([visits, unsure], 0.5).silent_on == ("Who keeps the register?",)


def test_values_that_differ_are_all_told_newest_evidence_after_them():
    found = (said("It was her fifth visit since the flood.", "fifth", "a"), EVIDENCE[0],
             said("The visit was her seventh since the flood.", "seventh", "b", 1.0))  # fmt: skip
    told = tell([Finding.of("How many visits?", found, 0.9)], 0.5)
    assert (told.outcome, told.opening, told.shown) == ("conflict", DISAGREE, 2)
    assert [claim.text for claim in told.claims[:2]] == ["fifth", "seventh"]
    assert [c.number for claim in told.claims for c in claim.citations] == [1, 2, 1, 2]
    assert marked_text(told.claims).startswith("fifth [1]; seventh [2]\n“It was her fifth visit")


STOCK = (
    "Name: Chain; Price EUR: 18.90; Supplier: Hartmann.",
    "Name: Battery; Price EUR: 489.00; Supplier: Nordlast.",
)


def stocked(n, value, statement, *, odds):
    text = "".join(f"\t{row}\n" for row in STOCK)
    spans = [Span(text.index(row), text.index(row) + len(row)) for row in STOCK]
    passage = Passage("p", "d", "/d.csv", "d", (), text, 0, len(text), tuple(spans))
    at = text.index(value)
    score = 1 / (1 + math.exp(-odds))
    hit = Hit(passage, 1.0, 1)
    return Evidence(hit, spans[n].start, spans[n].end, score, Span(at, at + len(value)), statement)


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which supplier delivers glass?", False), ("Who heads sales?", False),
        ("Which supplier delivers the battery?", True), ("Which supplier delivers the chain?", True),
    ],
)  # fmt: skip
def test_a_row_that_the_question_does_not_name_answers_only_where_no_other_row_does(question, answers):
    class Alike:
        name = "alike"

        def declines(self, question, evidence):
            return 0.1

    rows = (
        stocked(1, "Nordlast", "The supplier of Battery is Nordlast.", odds=2.0),
        stocked(0, "Hartmann", "The supplier of Chain is Hartmann.", odds=1.5),
    )
    best, other = rows if "chain" not in question else rows[::-1]
    found = Finding(question, (best, other), 0.6, 0.6, selected(question, (best, other)))
    declines = Finder(None, Alike(), WEIGHTS).second(found).declines
    assert declines < 0.1 if answers else declines == 1.0


def cells(question, row, headers, *, others=()):
    """Return the evidence for the cells of a row under these headers, the first ranked best by far."""
    text = "".join(f"\t{line}\n" for line in (row, *others))
    spans = [Span(text.index(line), text.index(line) + len(line)) for line in (row, *others)]
    passage = Passage("p", "d", "/d.csv", "d", (), text, 0, len(text), tuple(spans))
    told = {one.header: one for one in statements_of(question, passage, cells_of(passage, spans[0]))}
    return [
        Evidence(Hit(passage, 1.0, 1), *spans[0], 0.9 - 0.3 * (n > 0), told[header].value, told[header].text)
        for n, header in enumerate(headers)
    ]


class Even:
    """A second reader that finds every sentence as likely to answer."""

    name = "even"

    def declines(self, question, evidence):
        return 0.2


PART = "Part: Brake pad; Price EUR: 8,90; Cost EUR: 4,10; In stock: 36; Min. stock: 20; delivery_days: 3; Ext.: 14; Due: Friday."


@pytest.mark.parametrize(
    ("question", "headers", "told"),
    [
        ("How much is the brake pad?", ("Min. stock", "Price EUR"), "8,90"),
        ("How much is the brake pad?", ("Min. stock", "Price EUR", "Cost EUR"), "8,90"),
        ("what do brake pads cost", ("In stock", "Price EUR"), "8,90"),
        ("How many brake pads are in stock?", ("Min. stock", "In stock"), "36"),
        ("How long is the delivery of the brake pad?", ("In stock", "delivery_days"), "3"),
        ("What extension has the brake pad?", ("In stock", "Ext."), "14"),
        ("At what time is the brake pad there?", ("Due", "In stock"), "36"),
    ],
)
def test_the_cell_is_told_whose_column_is_asked_for(question, headers, told):
    evidence = tuple(cells(question, PART, headers))
    found = Finder(None, Even(), WEIGHTS).second(Finding.of(question, evidence, 0.6))
    assert found.evidence[0].answer_text == told
    assert found.first == 0.6


@pytest.mark.parametrize(
    ("question", "is_found"), [("What does a brake pad cost?", True), ("What does a brake pad cost in Lisbon?", False)]
)
def test_a_row_that_holds_all_of_the_question_is_read_though_it_ranks_far_below(question, is_found):
    row = tuple(replace(one, score=0.01) for one in cells(question, PART, ("In stock", "Price EUR")))
    found = Finder(None, Even(), WEIGHTS).second(Finding.of(question, (said("A pad cost nothing."), *row), 0.6))
    assert (found.evidence[0].answer_text == "8,90") == is_found


def test_of_each_row_only_the_cell_that_is_asked_for_is_told_beside_another():
    question = "How much is the brake pad?"
    here = cells(question, PART, ("Price EUR",))
    there = [
        replace(one, hit=replace(one.hit, passage=replace(one.hit.passage, passage_id="q", doc_id="e")), score=0.8)
        for one in cells(question, PART.replace("8,90", "9,20"), ("In stock", "Price EUR"))
    ]
    found = Finder(None, Even(), WEIGHTS).second(Finding.of(question, (*here, *there), 0.6))
    assert {one.answer_text for one in found.selection.evidence} <= {"8,90", "9,20"}


@pytest.mark.parametrize(
    ("question", "is_silent"),
    [("How many saddles are in stock?", True), ("What is the minimal stock of saddles?", False)],
)
def test_a_row_with_nothing_under_the_column_that_is_asked_for_does_not_answer(question, is_silent):
    row = "Part: Saddle; Price EUR: 34,95; Min. stock: 4."
    evidence = tuple(cells(question, row, ("Min. stock", "Price EUR"), others=(PART[: PART.index("; deliv")] + ".",)))
    found = Finder(None, Even(), WEIGHTS).second(Finding.of(question, evidence, 0.6))
    assert (found.declines == 1.0) == is_silent
