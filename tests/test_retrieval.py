import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import make_library, write_files
from hypothesis import given
from hypothesis import strategies as st

from rag.commands import _shown_hit
from rag.errors import LibraryDamaged, SourceError
from rag.records import Hit, Passage, Query, Turn
from rag.retrieval.acronyms import explained, spelt_out
from rag.retrieval.copies import copies_last, documents_first
from rag.retrieval.follow_up import standalone
from rag.retrieval.fuse import fuse
from rag.retrieval.lexical import LexicalIndex, match_expression, searched_words, shared_words, terms_of
from rag.retrieval.search import HybridSearch
from rag.words import content_stems, content_words, names, numbers

SCORES = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-1, 1, allow_nan=False), max_size=8)


@given(SCORES, SCORES, st.floats(0.01, 1), st.floats(0.01, 1))
def test_fusion_ignores_the_order_of_searchers_and_is_a_ranking(one, two, w1, w2):
    weights = {"dense": w1, "lexical": w2}
    fused = fuse({"dense": one, "lexical": two}, weights)
    assert fused == fuse({"lexical": two, "dense": one}, weights)
    assert {row.passage_id for row in fused} == set(one) | set(two)
    assert [(-r.score, r.passage_id) for r in fused] == sorted((-r.score, r.passage_id) for r in fused)
    assert all(-1e-9 <= row.score <= 1 + 1e-9 for row in fused)


def test_fusion_says_what_each_searcher_thought():
    scores = {"dense": {"b": 0.8, "a": 0.4}, "lexical": {"a": 0.9, "b": 0.1}}
    fused = fuse(scores, {"dense": 0.5, "lexical": 0.5})
    assert [(r.passage_id, r.score) for r in fused] == [("a", 0.65), ("b", 0.45)]
    assert fused[0].scores == {"dense": 0.4, "lexical": 0.9}


def test_the_same_passages_from_one_searcher_alone_keep_their_order():
    assert [r.passage_id for r in fuse({"lexical": {"c": 0.9, "b": 0.5, "a": 0.5}}, {"lexical": 1.0})] == list("cab")
    assert fuse({}, {}) == []


def test_common_words_are_left_out_of_a_search_unless_there_are_no_others():
    assert searched_words("Who sent the US envoy to Lebanon, the envoy?") == ["sent", "us", "envoy", "lebanon"]
    assert searched_words("to be or not to be") == ["to", "be", "or", "not"]
    assert searched_words("?!") == []
    assert match_expression(["near", "u.s"]) == '"near" OR "u.s"'


class _Meeting:
    """A searcher that goes on once another looks, and another scores, at the same time."""

    def __init__(self, name, found, error=None):
        self.name, self.found, self.error = name, found, error

    def search(self, query, k):
        MEETING.wait(10)
        if self.error:
            raise self.error
        return [(passage_id, 1.0) for passage_id in self.found]

    def score(self, query, passages):
        MEETING.wait(10)
        return [1.0 if passage.passage_id in self.found else 0.5 for passage in passages]


MEETING = threading.Barrier(2)


def test_the_searchers_look_at_the_same_time_and_an_error_of_either_is_told():
    passages = {name: Passage(name, "d", "/d", "", (), name, 0, 1, ()) for name in "abc"}
    weights = {"dense": 0.4, "lexical": 0.6}

    def search(*searchers):
        found = HybridSearch(searchers, weights, lambda ids: {i: passages[i] for i in ids}, k_searched=5)
        return found.search(Query("q", "q"), 3)

    hits = search(_Meeting("dense", "ab"), _Meeting("lexical", "bc"))
    assert [(hit.passage.passage_id, hit.ranks) for hit in hits] == [
        ("b", {"dense": 2, "lexical": 1}),
        ("c", {"lexical": 2}),
        ("a", {"dense": 1}),
    ]
    for errors in ((LibraryDamaged("torn"), None), (None, LibraryDamaged("torn"))):
        with pytest.raises(LibraryDamaged, match="torn"):
            search(_Meeting("dense", "ab", errors[0]), _Meeting("lexical", "bc", errors[1]))


PARAGRAPHS = {
    "envoy": "The envoys met near the border with Lebanon. The U.S. envoy flew home on Monday.",
    "ferry": "A ferry to the island leaves at nine, and a second ferry leaves at noon. Der Fährmann wohnt am Café.",
    "mill": "The old mill was rebuilt in 1998 by Mary Quill, who had met the envoy. " + "It grinds corn. " * 20,
}


@pytest.fixture
def lexical(tmp_path):
    library = make_library(tmp_path / "lib", write_files(tmp_path / "docs", **PARAGRAPHS))
    library.sync()
    yield LexicalIndex(library._parts.database.rows), library
    library.close()


@pytest.mark.parametrize(
    "text", ["envoys met", "ferry island noon", "U.S. envoy", "cafe fahrmann", "grinding corn 1998"]
)
def test_what_we_count_is_what_fts5_counts(lexical, text, monkeypatch):
    index, library = lexical
    passages = [p for document in library.documents() for p in library.passages(document)]
    query = Query(text, text)
    monkeypatch.setattr("rag.retrieval.lexical._PAIR_WEIGHT", 0.0)
    ours = dict(zip([p.passage_id for p in passages], index.score(query, passages), strict=True))
    found = index.search(query, 10)
    assert [i for i, _ in found] == sorted((i for i in ours if ours[i]), key=lambda i: (-ours[i], i))
    assert all(0 <= score < 1 for score in ours.values())
    count, mean_length = index._size()
    assert count == len(passages)
    assert mean_length == sum(len(terms_of(f"{p.title} {' '.join(p.headings)} {p.text}")) for p in passages) / count


def test_a_word_that_stands_nowhere_counts_as_lacking(lexical):
    index, library = lexical
    passages = [p for document in library.documents() for p in library.passages(document)]
    known, more = (max(index.score(Query(q, q), passages)) for q in ("ferry island", "ferry island zeppelin"))
    assert 0 < more < known


def test_words_count_less_where_no_passage_holds_many_of_the_query(lexical):
    index, library = lexical
    passages = [p for document in library.documents() for p in library.passages(document)]
    plain = "ferry"
    telling, scarce = (
        max(index.score(Query(q, q), passages)) for q in (plain, f"{plain} zeppelin balloon glider kite")
    )
    assert telling / 5 > 2 * scarce > 0


def test_words_that_stand_side_by_side_in_the_query_count_more_when_they_do_in_the_passage(lexical):
    index = lexical[0]
    apart = Passage("a", "d", "/d", "", (), "The ferry left. An island lay near the mill.", 0, 44, ())
    beside = Passage("b", "d", "/d", "", (), "The mill lay near. An island ferry left the.", 0, 44, ())
    one, other = index.score(Query("island ferry", "island ferry"), [apart, beside])
    assert 0 < one < other < 1


def test_the_commonest_words_are_passed_over_in_a_large_library_but_still_counted(lexical, monkeypatch):
    index, library = lexical
    monkeypatch.setattr("rag.retrieval.lexical._MOST_ROWS", 2)
    query = Query("envoy met ferry", "envoy met ferry")
    assert [Path(library.search("ferry")[0].passage.path).name] == ["ferry.txt"]
    found = [i for i, _ in index.search(query, 10)]
    assert len(found) == 1
    passages = list(library._parts.passages.get(found).values())
    assert index.score(query, passages)[0] > 0


def hit(text, n):
    return Hit(Passage(f"p{n}", f"d{n}", f"/{n}.txt", "", (), text, 0, len(text), ()), 1 - n / 10, n)


def test_copies_of_a_better_hit_come_last_unless_their_numbers_differ():
    one = "The ferry to the island leaves at nine in the morning and comes back at noon from Monday to Friday."
    texts = [
        one,
        one + " Share.",
        "Another story altogether, about the mill that grinds corn.",
        one.replace("nine", "ten"),
    ]
    hits = [hit(text, n) for n, text in enumerate(texts)]
    assert [h.passage.passage_id for h in copies_last(hits, 4)] == ["p0", "p2", "p3", "p1"]
    assert [h.passage.passage_id for h in copies_last(hits, 2)] == ["p0", "p2"]
    assert [h.rank for h in copies_last(hits, 4)] == [1, 2, 3, 4]
    assert copies_last([], 3) == ()


def test_the_best_hit_of_each_document_comes_first():
    hits = [
        replace(hit(f"text {n}", n), passage=replace(hit(f"text {n}", n).passage, doc_id=f"d{n // 2}"))
        for n in range(5)
    ]
    found = documents_first(hits, 4)
    assert [(h.passage.passage_id, h.rank) for h in found] == [("p0", 1), ("p2", 2), ("p4", 3), ("p1", 4)]


@given(st.lists(st.text("ab .1", max_size=30), max_size=8), st.integers(1, 8))
def test_no_hit_is_lost_while_there_is_room(texts, k):
    hits = [hit(text, n) for n, text in enumerate(texts)]
    kept = copies_last(hits, k)
    assert len(kept) == min(k, len(hits))
    assert len({h.passage.passage_id for h in kept}) == len(kept)


def test_words_names_and_numbers():
    assert content_words("He told us that the US’s envoy left") == ["told", "us", "envoy", "left"]
    assert content_stems("his eleventh trips, the 11th trip") == ["11", "trip", "11", "trip"]
    assert numbers("five of 2.3 million, 1,200 and 2006; the fifth") == {"5", "2.3", "1200", "2006"}
    assert names("Blinken met Yoav Gallant. US officials left") == {"blinken", "yoav", "gallant", "us"}


@pytest.mark.parametrize(
    ("question", "leans"),
    [
        ("And who sent him?", True), ("What about Lebanon?", True), ("Why?", True), ("How many of them left?", True),
        ("Which envoy was sent to the border with Lebanon?", False), ("Who died?", True), ("When was the trip?", True),
        ("What is photosynthesis?", False), ("Who died in Lebanon?", False),
        ("When is the office move?", False), ("Tell me more about Lebanon", False),
        ("Why did Blinken meet Putin in Moscow?", False), ("Why did he leave?", True), ("Why so late?", True),
        ("Is there a cease-fire in Lebanon?", False), ("Who was there?", True), ("Who lives there now?", True),
        ("Did Netanyahu say that Lebanon agreed?", False), ("What was that for?", True), ("Did Hamas do that?", True),
        ("How has Lebanon changed its army?", False), ("Did Lebanon send her?", True),
        ("Is there a gym?", False), ("Can I smoke?", False), ("Is the trip over?", True), ("Is it far?", True),
        ("Tell me about Lebanon", False), ("tell me about insurance", False), ("How long does it take to get a bus?", False),
        ("Is it allowed to smoke in the hall?", False), ("How long did it take?", True), ("What does it cost?", True), ("What is its capital in Lebanon?", True),
        ("Who supplies the chain and what does it cost?", False), ("What does it cost, and who pays?", True),
        ("Tell me more", True), ("When did the 1973 crisis begin?", False),
        ("How do I run only one test in Lebanon?", False), ("Is one day enough for Lebanon?", False), ("Which one is in Lebanon?", True),
    ],
)  # fmt: skip
def test_only_a_question_that_leans_on_the_last_turn_takes_words_from_it(question, leans):
    history = [Turn("Who is Amos Hochstein?", "A special envoy. [1]")]
    query = standalone(question, history)
    assert query.question == question
    assert ("hochstein" in query.text.lower()) is leans
    assert standalone(question, []).text == question


def test_a_chain_of_follow_ups_leads_back_to_what_it_began_with():
    history = [
        Turn("Why was the Eastern Roman Empire called Byzantine?", "After its old capital."),
        Turn("What was its religion?", "Christianity."),
    ]
    words = standalone("When did it fall?", history).text
    assert "religion" in words
    assert "byzantine" in words
    settled = [history[0], Turn("Which city is the capital of modern Turkey?", "Ankara.")]
    assert "byzantine" not in standalone("How large is it?", settled).text


@pytest.mark.parametrize(
    ("pattern", "names"),
    [("ferry.txt", {"ferry.txt"}), ("docs", {"envoy.txt", "ferry.txt", "mill.txt"}), ("docs/", {"envoy.txt", "ferry.txt", "mill.txt"}),
     ("*.txt", {"envoy.txt", "ferry.txt", "mill.txt"}), ("[em]*.txt", {"envoy.txt", "mill.txt"})],
)  # fmt: skip
def test_a_pattern_means_files_and_folders(lexical, pattern, names):
    library = lexical[1]
    only = library.within(pattern)
    assert {Path(library.document(doc_id).path).name for doc_id in only} == names
    assert {hit.passage.doc_id for hit in library.search("envoy ferry mill corn", only=only)} == set(only)


def test_a_name_that_reads_like_a_pattern_means_the_file_of_that_name(tmp_path):
    folder = tmp_path / "docs [new]"
    library = make_library(tmp_path / "lib", write_files(folder, **{"report [final]": "The mill.", "report f": "x"}))
    library.sync()
    for pattern, stems in (("report [final].txt", ["report [final]"]), ("docs [new]", ["report [final]", "report f"])):
        only = library.within(pattern)
        assert sorted(Path(library.document(doc_id).path).stem for doc_id in only) == sorted(stems)
    assert len(library.within("report [fg].txt")) == 1
    library.close()


def test_a_pattern_that_means_nothing_is_an_error(lexical):
    with pytest.raises(SourceError, match="footnote list"):
        lexical[1].within("*.pdf")


def test_dates_limit_what_is_searched(tmp_path):
    dated = {"old": "2 March 2021", "new": "Published: 2024-02-05", "newer": "2024-03-01"}
    texts = {name: f"{line}\n\nThe {name} ferry sails." for name, line in dated.items()}
    library = make_library(tmp_path / "lib", write_files(tmp_path / "docs", undated="A ferry sails.", **texts))
    library.sync()

    def names(**limits):
        only = library.within(**limits)
        assert {hit.passage.doc_id for hit in library.search("ferry", only=only)} == set(only)
        return {Path(library.document(doc_id).path).stem for doc_id in only}

    assert names(since="2024") == {"new", "newer"}
    assert names(since="2024-02", until="2024-02") == {"new"}
    assert names(until="5 February 2024") == {"old", "new"}
    assert names(pattern="new*", until="2024-02-05") == {"new"}
    assert names() == {"old", "new", "newer", "undated"}
    with pytest.raises(SourceError, match=r"since 2025 \(1 of 4 give none\)"):
        library.within(since="2025")
    for no_date in ("last May", "2024-13", "2024-00", "2024-02-31"):
        with pytest.raises(SourceError, match=f"'{no_date}' was not understood"):
            library.within(until=no_date)
    for since, until in (("2025", "2024"), ("2024-03", "2024-02-29"), ("2024-02-02", "2024-01")):
        with pytest.raises(SourceError, match=f"No day is since {since} and until {until}"):
            library.within(since=since, until=until)
    library.close()


def test_a_search_may_be_limited_to_very_many_documents(lexical):
    only = (*lexical[1].within("ferry.txt"), *(f"no-such-{n}" for n in range(60_000)))
    assert {Path(hit.passage.path).stem for hit in lexical[1].search("envoy ferry", only=only)} == {"ferry"}


def test_a_hit_says_which_words_it_holds(lexical):
    query, hits = lexical[1].find("Which envoys met on Monday, and when was the zeppelin built?")
    assert shared_words(query, hits[0].passage) == ["envoys", "met", "monday"]
    shown = _shown_hit(query, hits[0])
    assert "likeness" in shown
    assert "(envoys, met, monday)" in shown


def test_our_terms_are_the_terms_of_fts5(seeds):
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE t USING fts5 (body, tokenize = 'porter unicode61 remove_diacritics 2')")
    base.execute("CREATE VIRTUAL TABLE v USING fts5vocab (t, row)")
    more = "psychology ontologies forcibly assembly nobly apologies is as U.S. x's naïve Ærø ponies skies 3.14 a_b"
    text = " ".join([*(path.read_text("utf-8") for path in sorted(seeds.glob("*.txt"))), more])
    base.execute("INSERT INTO t VALUES (?)", (text,))
    assert set(terms_of(text)) == {term for (term,) in base.execute("SELECT term FROM v")}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Israel Defense Forces (IDF) said so.", [("Israel Defense Forces", "IDF")]),
        ("when the Federal Reserve (Fed) cut rates", [("Federal Reserve", "Fed")]),
        ("the Department of Motor Vehicles (DMV) and the Bank of England (BoE)",
         [("Department of Motor Vehicles", "DMV"), ("Bank of England", "BoE")]),
        ("He came home (late) with bread (and wine).", []),
        ("", []),
    ],
)  # fmt: skip
def test_short_forms_are_learned_where_a_text_explains_them(text, found):
    assert list(explained(text)) == found


def test_an_acronym_is_searched_in_full_once():
    hits = [hit("The Israel Defense Forces (IDF) named it.", 0)]
    asked = Query("What did the IDF say?", "What did the IDF say?")
    once = spelt_out(asked, hits)
    assert once.text == "What did the IDF say? (Israel Defense Forces)"
    assert spelt_out(once, hits) == once
    assert spelt_out(asked, []) == asked
    follows = Query("And what did it say?", "What did the IDF say? (war)", alone="What did the IDF say?")
    assert spelt_out(follows, hits).alone == once.text


def test_whom_an_answer_named_is_carried_on_and_not_what_else_it_said():
    history = [
        Turn("Who won the regatta?", "Ada Roe [1]\n“That is the prize Ada Roe took home from Orm.” [1]"),
        Turn("How old is she?", "38 [1]\n“The keeper, aged 38, smiled.” [1]"),
    ]
    words = standalone("How much did she win?", history).text
    assert {"ada", "roe", "regatta"} <= set(content_words(words))
    assert not {"prize", "keeper", "smiled"} & set(content_words(words))
    silent = [*history, Turn("How much did she win?", "The documents do not say."), Turn("thanks!", "")]
    assert "Ada" in (query := standalone("And where did she train?", silent).text)
    assert "documents" not in query


@pytest.mark.parametrize(
    ("asked", "question", "query"),
    [
        (["phone number of the Cork office?"], "And Dresden?", "phone number of the Dresden office?"),
        (
            ["When does a P2 ticket get its answer?", "And P4?"],
            "What about P3?",
            "When does a P3 ticket get its answer?",
        ),
        (["Who spoke for the United States?"], "And for Israel?", "Who spoke for Israel?"),
        (["What does the Lumeter 10 cost?"], "and the Lumeter 15?", "What does the Lumeter 15 cost?"),
        (["Lumeter 10 cost?", "And the Lumeter 15?"], "What about the Lumeter 20?", "Lumeter 20 cost?"),
        (["What is Israel's position?"], "and Egypt?", "What is Egypt's position?"),
        (["What did Vale tell Quill?"], "And Aas?", "What did Vale tell Aas?"),
        (["When was the 2019 report printed?"], "and for 2020?", "When was the 2020 report printed?"),
        (["Who drove in June 2024?"], "And in May?", "Who drove in May 2024?"),
        (["Who drove in June 2024?"], "And in May 2025?", "Who drove in May 2025?"),
        (["How much is the rent?"], "and in 2024?", "How much is the rent in 2024?"),
        (["What did Vale say?"], "And in Doha", "What did Vale say in Doha?"),
        (["What did Vale say in Cork?"], "And in Doha?", "What did Vale say in Doha?"),
        (["Who met Vale?"], "And with Aas?", "Who met Aas?"),
        (["what does the spectra 200 weigh?"], "and the spectra 300?", "what does the spectra 300 weigh?"),
    ],
)
def test_a_question_that_only_names_another_is_the_last_one_of_that(asked, question, query):
    assert standalone(question, [Turn(one, "An answer.") for one in asked]).text == query


TEXTS = ["Our offices: Cork keeps Ann Quill, and Dresden keeps Tobias Vale. The price stays.", "A price of the month."]


@pytest.mark.parametrize(
    ("asked", "question", "query"),
    [
        (["who is ann quill"], "and tobias vale?", "who is Tobias Vale"),
        (["phone number of the cork office?", "and dresden"], "and cork?", "phone number of the Cork office?"),
        (["who is ann quill"], "and the price?", None),
        (["Who is Ann Quill?"], "and the dresden office that closed?", None),
    ],
)
def test_names_without_capitals_are_known_by_those_of_the_texts(asked, question, query):
    found = standalone(question, [Turn(one, "An answer.") for one in asked], lambda words: TEXTS)
    assert found.question == question
    assert found.text == query if query else found.text.startswith(question)


@pytest.mark.parametrize(
    "question", ["And the president?", "What about Dresden?", "And why?", "And who paid for Dresden?", "Dresden?"]
)
def test_a_question_that_asks_something_is_not_the_last_one_of_another(question):
    query = standalone(question, [Turn("Who keeps the office in Cork?", "Ann [1]")])
    assert query.text.startswith(question)
