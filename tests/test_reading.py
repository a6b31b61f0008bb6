"""Evidence by reading: what is read, how it is ranked, the span, and how sure it is."""

import json
import math
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from fakes import FakeEmbedder

from rag.answering.candidate import RANK_SIGNS, SURE_SIGNS, candidate
from rag.answering.kinds import fits, lacks
from rag.answering.odds import logistic
from rag.answering.read_evidence import ReadingSelector, Weights
from rag.answering.reader import Reading
from rag.answering.windows import under_headings, windows_of
from rag.errors import ModelError
from rag.readers import READER_WEIGHTS, WHETHER_WEIGHTS
from rag.records import Hit, Passage, Query, Span

WEIGHTS = Weights(rank=(1.0, 1.0, 0.5, 0.5, 0.5, -1.0), sure=(1.0, 0.0, -1.0, -1.0, 0.0))


@dataclass
class FakeReader:
    """Finds `wanted` in windows: sure where it stands, doubtful elsewhere."""

    wanted: str
    seen: list = field(default_factory=list)

    def read(self, question, windows):
        self.seen.append((question, list(windows)))
        return [self._reading(window) for window in windows]

    def _reading(self, window):
        words, at = [], 0
        for word in window.split(" "):
            words.append(Span(at, at + len(word)))
            at += len(word) + 1
        hits = [w for w in words if self.wanted in window[w.start : w.end]]
        starts = (
            np.array([1.0 if w in hits[:1] else 0.0 for w in words]) if hits else np.full(len(words), 1 / len(words))
        )
        return Reading(4.0 if hits else -4.0, tuple(words), (True,) * len(words), starts, starts)


def make_hit(*sentences, headings=(), score=1.0, name="a"):
    text = " ".join(sentences)
    spans, at = [], 100
    for sentence in sentences:
        spans.append(Span(at, at + len(sentence)))
        at += len(sentence) + 1
    passage = Passage(f"{name}-0", name, f"/{name}.txt", name, headings, text, 100, 100 + len(text), tuple(spans))
    return Hit(passage, score, 1)


def select(reader, hits, question="Where was the anchor found?", k=10, n_read=24):
    selector = ReadingSelector(reader, FakeEmbedder(), WEIGHTS, n_read=n_read)
    return selector.select(Query(question, question), hits, k)


HIT = make_hit("The harbour is old.", "Divers found the anchor near Skagen.", "It weighs two tons.")


def test_the_sentence_that_reads_best_comes_first_with_its_answer():
    evidence, confidence = select(FakeReader("Skagen"), [HIT])
    assert evidence[0].text == "Divers found the anchor near Skagen."
    assert HIT.passage.slice(evidence[0].answer) == "Skagen."
    assert confidence > 0.5
    assert [e.score for e in evidence] == sorted((e.score for e in evidence), reverse=True)


def test_a_sentence_is_read_with_the_one_before_it_but_the_answer_is_its_own():
    reader = FakeReader("Skagen")
    evidence, _ = select(reader, [HIT])
    assert "Divers found the anchor near Skagen. It weighs two tons." in reader.seen[0][1]
    last = next(e for e in evidence if e.text == "It weighs two tons.")
    assert last.start <= last.answer.start <= last.answer.end <= last.end


def test_words_of_another_kind_yield_to_those_that_are_asked_for():
    text = "On 14 March 2023 at 07:38 the boat sank near Skagen."
    hit = Hit(Passage("p", "d", "/d.txt", "d", (), text, 0, len(text), (Span(0, len(text)),)), 1.0, 1)
    (window,) = windows_of([hit])
    tokens = ("14 March 2023", "07:38", "Skagen")
    places = tuple(Span(text.index(one), text.index(one) + len(one)) for one in tokens)
    shares = np.array([0.7, 0.2, 0.1])
    reading = Reading(2.0, places, (True, True, True), shares, shares)
    words = {
        question: text[slice(*candidate(question, window, 0.5, 0.5, reading).answers[0][0])]
        for question in ("At what time did it sink?", "When did it sink?", "How many boats sank?")
    }
    assert list(words.values()) == ["14 March 2023 at 07:38", "14 March 2023", "14 March 2023"]


def test_nothing_that_reads_well_leaves_little_confidence():
    assert select(FakeReader("Atlantis"), [HIT])[1] < 0.2


def test_names_of_the_question_that_stand_nowhere_lower_the_confidence():
    known = select(FakeReader("Skagen"), [HIT], "where was the anchor found?")[1]
    assert select(FakeReader("Skagen"), [HIT], "where in Norway was the anchor found in 1723?")[1] < known


@pytest.mark.parametrize(
    ("question", "answer", "fit"),
    [
        ("How many boats sank?", "nine", True),
        ("How many boats sank?", "dozens of boats", True),
        ("How many boats sank?", "near Skagen", False),
        ("When did they sink?", "in May", True),
        ("When did they sink?", "on 3 May 1904", True),
        ("When did they sink?", "near Skagen", False),
        ("Who saw it?", "Ann Lee", True),
        ("Who saw it?", "the old boats", False),
        ("Whom did Ann Lee see?", "Ann Lee", False),
        ("How long did the storm last?", "for two days", True),
        ("How long did the storm last?", "the fifth", False),
        ("By how many votes did she win?", "21 September 2023", False),
        ("By how many votes did she win?", "412 in May 2023", True),
        ("How many boats sank?", "at 07:38", False),
        ("At what time did it sink?", "14 March 2023", False),
        ("At what time did it sink?", "at 7:38 on 14 March 2023", True),
        ("At what time does it sail?", "from 9 to 5", True),
        ("What is the number of the resolution?", "Security Council", False),
        ("What does a ticket cost?", "free for children", True),
        ("What does a ticket cost?", "the ferry", False),
        ("What was the fare to the quay?", "300 yards", False),
        ("What was the fare to the quay?", "4 pence for 300 yards", True),
        ("How many people paid the fare?", "300 people", True),
        ("What is the name of the fare dodger?", "Ann Lee", True),
        ("On which date did they sink?", "on Monday", False),
        ("On which date did they sink?", "on 3 May", True),
        ("Why did they sink?", "anything", True),
        ("To which port may they return when the storm is over?", "Skagen", True),
        ("How many of the boats sank?", "the majority", True),
        ("When the boats sank, what was lost?", "the anchor", True),
        ("When the storm was over, who came?", "in May", False),
    ],
)
def test_the_kind_of_an_answer_is_told(question, answer, fit):
    assert fits(question, answer) == fit


@pytest.mark.parametrize(
    ("question", "text", "lacking"),
    [
        ("What is the number of the 2006 resolution?", "A resolution of 2006 calls for calm.", True),
        ("What is the number of the 2006 resolution?", "Resolution 1701 of 2006 calls for calm.", False),
        ("What's the phone number of the club?", "Ring the club when you like.", True),
        ("Which invoice number is it?", "Invoice no. AB-12.", False),
        ("What is the number of visitors?", "Crowds came.", False),
        ("What is the number of the people there?", "Crowds came.", False),
        ("On which exact date did it sink?", "It sank on Monday.", True),
        ("On which date did it sink?", "It sank early in May.", False),
        ("What date is the lease?", "Dated the third of that month.", False),
        ("What is Ann's email?", "Ann reads her mail at night.", True),
        ("What is the e-mail address of Ann Lee?", "Ann Lee: ann@orm.example.", False),
        ("What is the e-mail from Ann about?", "The mill.", False),
        ("Which boat is the quietest?", "The Kestrel copes with waves.", True),
        ("Which boat is the quietest?", "None is quieter than the Kestrel.", False),
        ("What was the highest membership?", "There were 142 members.", True),
        ("What was the highest membership?", "At its peak the club had 167 members.", False),
        ("What did the oldest boat carry?", "It carried rye.", False),
        ("Who sank it?", "Nobody.", False),
    ],
)
def test_a_text_without_a_date_number_or_address_does_not_tell_one(question, text, lacking):
    assert lacks(question, text) == lacking


def test_an_answer_of_another_kind_lowers_the_confidence():
    named = select(FakeReader("Skagen"), [HIT], "where was the anchor found?")[1]
    assert select(FakeReader("found"), [HIT], "who was the anchor found?")[1] < named


def test_headings_are_read_as_context_only():
    hit = make_hit("Found at Skagen pier", "Divers found the anchor there.", headings=("Found at Skagen pier",))
    reader = FakeReader("Skagen")
    evidence, _ = select(reader, [hit])
    assert [e.text for e in evidence] == ["Divers found the anchor there."]
    assert reader.seen[0][1] == ["Found at Skagen pier Divers found the anchor there."]


def test_as_many_windows_again_are_read_twice_when_none_answers_and_no_more():
    reader, sure = FakeReader("Skagen"), FakeReader("Sentence")
    many = make_hit(*(f"Sentence number {n} is here." for n in range(50)))
    select(reader, [many], n_read=7)
    select(sure, [many], n_read=7)
    assert [len(windows) for _, windows in reader.seen] == [7, 7, 7]
    assert len({window for _, windows in reader.seen for window in windows}) == 21
    assert [len(windows) for _, windows in sure.seen] == [7]
    assert select(reader, []) == ((), 0.0)


def test_an_answer_that_shares_no_word_with_the_question_is_found_in_the_second_reading():
    hit = make_hit(*(f"The anchor was found, says paper {n}." for n in range(8)), "Divers hauled it up at Skagen.")
    evidence, confidence = select(FakeReader("Skagen"), [hit], n_read=8)
    assert evidence[0].text == "Divers hauled it up at Skagen."
    assert confidence > 0.5


def test_copies_of_a_sentence_are_shown_once_and_order_of_hits_changes_nothing():
    other = make_hit("Divers found the anchor near Skagen.", "The town is small.", name="b")
    one, two = select(FakeReader("Skagen"), [HIT, other]), select(FakeReader("Skagen"), [other, HIT])
    assert one == two
    assert len({e.text for e in one[0]}) == len(one[0])


def test_weights_are_read_back_and_a_broken_file_is_named(tmp_path):
    WEIGHTS.write(tmp_path / "w.json")
    assert Weights.read(tmp_path / "w.json") == WEIGHTS
    for text in ("{", "{}", json.dumps({"rank": {}, "sure": {}}), "[]"):
        (tmp_path / "bad.json").write_text(text)
        with pytest.raises(ModelError, match=r"bad\.json"):
            Weights.read(tmp_path / "bad.json")


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Is the anchor old?", "The old anchor is very old."),
        ("So is the anchor old or new?", "The old anchor is very old."),
        ("How old is the anchor?", "Divers came from Skagen."),
    ],
)
def test_questions_whether_something_is_so_are_weighed_by_themselves(question, first):
    hit = make_hit("The harbour lies there.", "Divers came from Skagen.", "The old anchor is very old.")
    whether = Weights(rank=(0.1, 0.0, 9.0, 9.0, 1.0, -1.0), sure=(0.0, 0.0, 0.0, 0.0, 2.0))
    selector = ReadingSelector(FakeReader("Skagen"), FakeEmbedder(), WEIGHTS, n_read=24, whether=whether)
    evidence, confidence = selector.select(Query(question, question), [hit], 3)
    assert evidence[0].text == first
    assert (confidence == pytest.approx(logistic(2.0))) == (first != "Divers came from Skagen.")


@pytest.mark.parametrize("path", [READER_WEIGHTS, WHETHER_WEIGHTS])
def test_the_weights_that_come_with_footnote_are_whole(path):
    weights = Weights.read(path)
    assert len(weights.rank) == len(RANK_SIGNS)
    assert len(weights.sure) == len(SURE_SIGNS) + 1
    assert all(map(math.isfinite, (*weights.rank, *weights.sure)))
    signs = dict(zip(RANK_SIGNS, weights.rank, strict=True))
    assert signs.pop("furniture") <= 0
    assert all(weight >= 0 for weight in signs.values())


def test_who_somebody_is_is_read_only_where_that_name_stands():
    hit = make_hit("Anna Brandt told them of it.", "She is the head of sales.", "The head of purchasing is Jon Aas.")
    reader = FakeReader("head")
    evidence, _ = select(reader, [hit], "who is anna brandt")
    assert {one.text for one in evidence} == {"She is the head of sales.", "Anna Brandt told them of it."}
    assert all("purchasing" not in window for _, windows in reader.seen for window in windows)
    assert any("purchasing" in one.text for one in select(reader, [hit], "Who is Ida Holm?")[0])


def test_who_somebody_is_is_not_told_by_a_sentence_whose_answer_is_another():
    hit = make_hit("Present are Jon Aas and Mary Quill.", "The master here is Jon Aas.")
    evidence, _ = select(FakeReader("master"), [hit], "Who is Jon Aas?")
    assert [one.text for one in evidence] == ["The master here is Jon Aas."]


def test_a_sentence_is_read_under_the_heading_that_says_of_what_it_speaks():
    hit = make_hit("It is open daily.", "Call before nine.", headings=("Leave", "Sick days:"))
    reader = FakeReader("nine")
    evidence, _ = select(reader, [hit], "When must I call if I am sick?")
    assert "Sick days. It is open daily. Call before nine." in reader.seen[0][1]
    assert (evidence[0].text, evidence[0].answer_text, evidence[0].under) == ("Call before nine.", "nine.", "Sick days")
    assert evidence[0].read_text == "Sick days. Call before nine."
    assert select(reader, [hit], "When must I call?")[0][0].read_text == "Call before nine."


def test_what_follows_a_question_on_its_own_line_is_read_under_it_and_the_question_answers_nothing():
    hit = make_hit(
        "**Can I bring my dog?**",
        "No, they disturb the birds.",
        "Guide dogs may come.",
        "Boats may not.",
        "The old pier closes at nine in the evening.",
    )
    text = hit.passage.text.replace("dog?** No", "dog?**\nNo")
    hit = replace(hit, passage=replace(hit.passage, text=text))
    windows = under_headings(Query("May I bring a dog", "May I bring a dog"), windows_of([hit]))
    assert [(one.sentence_text, one.under) for one in windows] == [
        ("No, they disturb the birds.", "Can I bring my dog"),
        ("Guide dogs may come.", "Can I bring my dog"),
        ("Boats may not.", "Can I bring my dog"),
        ("The old pier closes at nine in the evening.", ""),
    ]
