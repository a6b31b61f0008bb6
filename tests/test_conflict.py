"""Documents that differ over a number are shown side by side; other differences are not called disagreement."""

import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from rag.answering.conflict import differing
from rag.answering.selection import selected
from rag.records import Evidence, Hit, Passage, Span
from rag.words import content_stems


def said(sentence, answer, doc, odds=2.0):
    passage = Passage(f"{doc}-0", doc, f"/{doc}.txt", doc, (), sentence, 0, len(sentence), (Span(0, len(sentence)),))
    at = sentence.index(answer)
    return Evidence(Hit(passage, 1.0, 1), 0, len(sentence), 1 / (1 + math.exp(-odds)), Span(at, at + len(answer)))


FIFTH = said("Her visit, the fifth since the flood began, was short.", "fifth", "a")
SEVENTH = said("The visit was her seventh since the flood began.", "seventh", "b", 1.0)
ELEVENTH = said("She made her 11th visit since the flood.", "11th", "c", 0.0)


def test_each_value_comes_once_best_first_from_its_own_document():
    again = said("A second look: her fifth visit since the flood.", "fifth", "d", 1.5)
    assert differing([FIFTH, again, SEVENTH, ELEVENTH]) == (FIFTH, SEVENTH, ELEVENTH)


def test_the_same_number_in_other_words_is_no_disagreement():
    assert differing([FIFTH, said("It was her 5th visit since the flood.", "5th", "b")]) == ()


def test_other_numbers_of_the_same_document_another_matter_or_far_below_are_left_out():
    assert differing([FIFTH, said("Her visit since the flood was the seventh.", "seventh", "a")]) == ()
    assert differing([FIFTH, said("Nine boats sank near Oslo.", "Nine", "b")]) == ()
    nine, ten = (
        said(f"The flood took {n} boats of the harbour.", n, n, odds) for n, odds in (("nine", 2), ("ten", -2.5))
    )
    assert differing([nine, ten]) == ()
    assert differing([FIFTH, said("The visit was her seventh since the flood began.", "seventh", "b", -7.5)]) == ()


def test_places_in_a_row_may_rank_further_apart():
    seventh = said("The visit was her seventh since the flood began.", "seventh", "b", -2.5)
    assert differing([FIFTH, seventh]) == (FIFTH, seventh)


def test_a_place_in_a_row_counts_though_the_reader_took_other_words_for_the_answer():
    elsewhere = said("Her visit to Orm on October 3 was the 11th since the flood.", "Orm", "b", -6)
    found = differing([FIFTH, elsewhere])
    assert [one.hit.passage.slice(one.answer) for one in found] == ["fifth", "11th"]
    assert differing([elsewhere, FIFTH]) == ()


def test_a_question_for_a_place_in_a_row_is_answered_with_it_though_other_words_were_read():
    best = said("Her visit, the fifth since October 7, was short.", "October 7", "a")
    told = selected("Which visit is this for her?", [best, SEVENTH])
    assert [one.answer_text for one in told.valued] == ["fifth", "seventh"]
    assert selected("When did it begin?", [best, SEVENTH]).valued[0].answer_text == "October 7"


def test_a_place_in_a_row_needs_the_first_name_of_the_sentence_only_and_may_be_half_doubted():
    best = said("Quill’s visit is her 11th to the Outer Isles.", "11th", "a")
    fifth = said("Quill made her fifth visit since the flood.", "fifth", "b", -3.0)
    other = said("Aas made his second visit to the Outer Isles.", "second", "c", 0.0)
    question = "How often has Quill been to the Outer Isles?"
    assert selected(question, [best, fifth, other], lambda one: 0.8).evidence == (best, fifth)
    assert selected(question, [best, fifth], lambda one: 0.95).evidence == (best,)


def test_another_name_for_the_same_post_differs_where_one_name_is_asked_for_and_it_is_likely():
    anna = said("The head of sales is Anna Brandt, who came from Orm.", "Anna Brandt", "a")
    ben = said("From this month the head of sales is Ben Okafor.", "Ben Okafor", "b", 1.0)
    other = said("The head of purchasing is Jon Aas.", "Jon Aas", "c", 1.0)
    again = said("Mrs Brandt, the head of sales, spoke.", "Mrs Brandt", "d", 1.0)
    evidence = [anna, again, ben, other]

    def told(question, declines=0.1):
        return [one.answer_text for one in selected(question, evidence, lambda one: declines).evidence]

    assert told("Who is the head of sales?") == ["Anna Brandt", "Ben Okafor"]
    assert told("Who met the head of sales?") == ["Anna Brandt"]
    assert told("Who is the head of sales?", 0.3) == ["Anna Brandt"]
    assert selected("Who is the head of sales?", evidence).evidence == (anna,)


def test_a_place_in_a_row_a_date_and_a_count_are_not_compared():
    date = said("On October 7 the flood stopped her visit.", "October 7", "b", 1.0)
    count = said("The flood and her visit cost 30 boats.", "30 boats", "c", 1.0)
    assert differing([FIFTH, date, count]) == ()
    other = said("The flood stopped her visit on 9 October.", "9 October", "d", 1.0)
    assert differing([date, count, other]) == (date, other)


def test_names_are_not_compared_and_nothing_gives_nothing():
    assert (
        differing(
            [said("Ann Lee kept the old mill.", "Ann Lee", "a"), said("Bob Hay kept the old mill.", "Bob Hay", "b")]
        )
        == ()
    )
    assert differing([]) == ()


@given(st.permutations([FIFTH, SEVENTH, ELEVENTH]))
def test_all_values_are_found_in_any_order(evidence):
    assert sorted(one.text for one in differing(evidence)) == sorted(one.text for one in evidence)


def test_dates_differ_by_day_month_or_year_and_not_by_how_much_of_them_is_given():
    one, two, same, part = (
        said(f"The move to the new house is on {date}.", date, date)
        for date in ("14 September 2024", "5 October 2024", "14 Sept 2024", "September 2024")
    )
    assert differing([one, two]) == (one, two)
    assert differing([part, two]) == (part, two)
    assert differing([one, same]) == differing([one, part]) == ()


def test_what_does_not_stand_by_itself_disagrees_with_nothing_and_what_does_may_rank_lower():
    nine, ten = (
        said(f"The flood took {n} boats of the harbour.", n, n, odds) for n, odds in (("nine", 2), ("ten", -2.5))
    )
    assert differing([nine, ten], lambda one: True) == (nine, ten)
    assert differing([nine, ten], lambda one: False) == ()


def test_a_value_of_somebody_else_with_one_of_the_names_is_no_disagreement():
    one = said("Ada Roe, the mayor of the harbour, is 38 years old.", "38", "a")
    other = said("Jon Roe, the mayor of the harbour, is 15 years old.", "15", "b", 1.0)
    same = said("The mayor of the harbour, Ada Roe, is 41 years old.", "41", "c", 1.0)
    assert selected("how old is ada roe", [one, other, same]).evidence == (one, same)
    assert selected("how old is the mayor", [one, other]).shape == "conflict"


def test_asked_which_of_two_is_so_both_are_told_and_words_only_if_all_that_is_told_holds_them():
    question = "Did Jon Aas resign or was he sacked?"
    left = said("Jon Aas, the head of purchasing, has resigned.", "resigned", "a", 3.0)
    sacked = said("Jon Aas was dismissed by the board in March.", "dismissed", "b", 1.0)
    again = said("Mr Aas resigned of his own accord.", "resigned", "c", 1.0)
    beside = said("Jon Aas was born in Orm.", "Orm", "d", -1.0)

    def told(*others, declines=0.1):
        found = selected(question, [left, *others], lambda one: 0.0 if one is left else declines)
        return found.evidence, found.valued

    assert told(sacked) == ((left, sacked), ())
    assert told(again) == ((left, again), (left,))
    assert told(sacked, declines=0.6) == told(beside) == ((left,), (left,))
    assert selected("Did Jon Aas resign?", [left, sacked], lambda one: 0.6).evidence == (left, sacked)
    assert selected(question, [left, sacked]).evidence == (left,)


def test_sentences_that_share_one_word_of_the_question_differ_where_their_passages_hold_the_others():
    def within(before, sentence, answer, doc, odds):
        one, text = said(sentence, answer, doc, odds), f"{before} {sentence}"
        passage = replace(one.hit.passage, text=text, start=-len(before) - 1, end=len(sentence))
        return replace(one, hit=replace(one.hit, passage=passage))

    first = within("The rowing club of Orm meets weekly.", "It was founded in 1921.", "1921", "a", 2.0)
    other = within("A fire hit the rowing club of Orm.", "The house, founded in 1923, burned.", "1923", "b", 1.0)
    apart = within("A fire hit the rowing club of Lund.", "The house, founded in 1924, burned.", "1924", "c", 0.5)
    asked = frozenset(content_stems("When was the rowing club of Orm founded?"))
    assert differing([first, other, apart], named=asked) == (first, other)
    assert differing([first, other, apart]) == ()


def test_sums_shares_lengths_of_time_and_counts_do_not_differ_from_each_other():
    told = [
        ("Late kit costs £10 a day for the flood pumps.", "10"),
        ("Late claims for the flood pumps: within 60 days.", "60"),
        ("Late pumps lose 5% of the flood deposit.", "5%"),
        ("Of the late flood pumps 12 came back.", "12"),
    ]
    found = [said(sentence, answer, f"d{n}", 2 - n / 10) for n, (sentence, answer) in enumerate(told)]
    for n, one in enumerate(found):
        assert differing([one, *found[:n], *found[n + 1 :]]) == ()


def test_sums_differ_from_sums_and_days_from_weeks():
    fee = [
        said("The late fee of the pumps is £10 a day.", "10", "a"),
        said("A late fee for pumps: 12 pounds.", "12", "b"),
    ]
    assert differing(fee) == tuple(fee)
    loan = [
        said("Pumps are lent for three days.", "three", "a"),
        said("Pumps may be lent for two weeks.", "two weeks", "b"),
    ]
    assert differing(loan) == tuple(loan)


def test_what_a_row_counts_is_said_by_its_column():
    def cell(row, value, odds=1.0):
        one = said(row, value, "table", odds)
        return replace(one, statement=f"It is {value}.")

    loan = said("Nobody keeps the drone for more than three days.", "three", "a")
    assert differing([loan, cell("Item: Drone; How many: 1; Days of loan: 5; Keep: dry.", "1")]) == ()
    five = cell("Item: Drone; How many: 1; Days of loan: 5; Keep: dry.", "5")
    assert differing([loan, five]) == (loan, five)


def test_what_is_sure_to_answer_may_say_it_in_other_words():
    first = said("The light was first shown on 1 November.", "1 November", "a")
    other = said("The tower first shone on 14 November.", "14 November", "b", 1.0)
    apart = said("Two boats came home on 16 May.", "16 May", "c", 1.0)
    far = said("It was dark on 18 November.", "18 November", "d", -4.0)
    evidence, question = [first, other, apart, far], "When was the lighthouse lit?"
    assert selected(question, evidence, lambda one: 0.05).evidence == (first, other)
    assert selected(question, evidence, lambda one: 0.15).evidence == (first,)


def test_another_name_that_is_sure_to_answer_differs_only_where_one_is_asked_for():
    mabey = said("Complaints are dealt with by Terence Mabey, the reception manager.", "Terence Mabey", "a")
    lund = said("Complaints go to Beatrix Lund, practice manager, in writing.", "Beatrix Lund", "b", 1.0)
    loose = said("The practice manager is Jon Aas.", "Jon Aas", "c", 1.0)
    evidence = [mabey, lund, loose]

    def told(question):
        return selected(question, evidence, lambda one: 0.05).evidence

    assert told("Who deals with complaints?") == (mabey, lund)
    assert told("Who spoke of complaints?") == (mabey,)


def test_what_says_the_same_with_another_value_differs_though_its_answer_is_half_declined():
    raised = said("The greenhouse heating budget was raised to 48,200 euros.", "48,200 euros", "a")
    cut = said("The greenhouse heating budget was cut to 41,500 euros.", "41,500 euros", "b", 1.9)
    other = said("The school heating budget of last winter was cut to 7,100 euros.", "7,100 euros", "c", 1.8)
    doubts = {"48,200 euros": 0.34, "41,500 euros": 0.51, "7,100 euros": 0.6}

    def declines(one):
        return doubts[one.answer_text]

    question = "What is the greenhouse heating budget?"
    assert selected(question, [raised, cut, other], declines).evidence == (raised, cut)
    assert selected(question, [raised, cut, other], declines, over_time=True).evidence == (raised, cut)
    doubts["41,500 euros"] = 0.95
    assert selected(question, [raised, cut, other], declines).shape == "one"


def test_a_length_does_not_differ_from_a_depth_in_another_unit():
    far = said("Mill Creek lies 11 km from the sea.", "11 km", "a")
    deep = said("Mill Creek is 8 m deep at the sea.", "8 m", "b", 1.8)
    assert differing([far, deep]) == ()
    assert len(differing([far, said("Mill Creek lies 12 kilometres from the sea.", "12", "c", 1.8)])) == 2
    assert len(differing([far, said("Mill Creek lies 12 from the sea.", "12", "c", 1.8)])) == 2
