"""Several libraries asked as one: the best hits of all, one answer, each citation walks back to its own library."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from fakes import FakeModel, make_library, write_files
from hypothesis import given
from hypothesis import strategies as st

import rag
from rag.__main__ import main
from rag.errors import LibraryDamaged, LibraryEmpty, LibraryMismatch, LibraryMissing, SettingsError, SourceError
from rag.places import cache_folder
from rag.records import Answer, Hit, Passage, Query, Span
from rag.render import place, to_text
from rag.settings import Settings
from rag.several import merged, together

README = Path(__file__).parent.parent / "README.md"
APPLES = "The orchard at Hilltop grew forty sorts of apples. Mary Quill kept the register of apples until spring."
BOATS = "The harbour holds nine boats. The ferry Kestrel sails to the island on Sundays."
MILL = "The mill at Orbais grinds rye. Its wheel was replaced in 1951."


@pytest.fixture
def make(tmp_path):
    made = []

    def build(where, settings=None, identity="fake", **texts):
        """The library of a folder of its own, with the given texts in it."""
        source = write_files(tmp_path / where, **texts)
        library = make_library(source.parent / ".footnote" / source.name, source, settings=settings, identity=identity)
        library.sync()
        made.append(library)
        return library

    yield build
    for library in made:
        library.close()


def test_each_library_answers_through_one_and_its_citations_name_it(make):
    both = together([make("farm", apples=APPLES), make("port", boats=BOATS)])
    for question, name, words in (("Who kept the register of apples?", "farm", "Mary Quill"),
                                  ("Where does the ferry Kestrel sail?", "port", "island")):  # fmt: skip
        answer = both.ask(question)
        cited = answer.citations[0]
        assert (cited.library, words in cited.quote) == (name, True)
        assert both.document(cited.doc_id).text[cited.start : cited.end] == cited.quote
        assert place(cited).endswith(f"library {name}")
        assert f"library {name}" in to_text(answer)
        assert Answer.from_json(answer.to_json()) == answer
        assert [hit.rank for hit in answer.hits] == list(range(1, len(answer.hits) + 1))


def test_hits_are_ranked_by_score_over_all_libraries(make):
    farm, port, mill = make("farm", apples=APPLES), make("port", boats=BOATS), make("mill", mill=MILL)
    hits = together([farm, port, mill]).search("ferry to the island")
    assert hits[0].passage.library == "port"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert {hit.passage.library for hit in hits} == {"farm", "port", "mill"}
    alone = port.search("ferry to the island")[0]
    assert (hits[0].score, hits[0].scores) == (alone.score, alone.scores)
    assert alone.passage.library == ""
    assert [h.passage.passage_id for h in together([mill, port, farm]).search("ferry to the island")] == [
        h.passage.passage_id for h in hits
    ]


def test_files_of_one_name_in_two_libraries_are_two_documents(make):
    """Their ids come from the path within the library: only the library tells them apart."""
    first = make("a/notes", gate="The gate of the castle is 4 metres wide.")
    second = make("b/notes", gate="The gate of the castle is 7 metres wide.")
    assert first.documents()[0].doc_id == second.documents()[0].doc_id
    both = together([first, second])
    answer = both.ask("How wide is the gate of the castle?")
    texts = {both.document(hit.passage.doc_id).text for hit in answer.hits}
    assert len(texts) == 2
    assert {hit.passage.library for hit in answer.hits} == {str(first.path), str(second.path)}
    for cited in answer.citations:
        assert both.document(cited.doc_id).text[cited.start : cited.end] == cited.quote


def test_a_document_of_two_libraries_is_found_and_cited_once(make, tmp_path):
    question = "How does the ferry Kestrel sail, and why?"
    port = make("port", boats=BOATS)
    copy = make("copy", boats_again=BOATS, apples=APPLES)  # the same words at another path
    same = make_library(tmp_path / "x/.footnote/also", tmp_path / "port")  # the very same file
    same.sync()
    for others in ([copy], [same], [copy, same]):
        both = together([port, *others])
        assert len([hit for hit in both.search("ferry Kestrel", 20) if hit.passage.text == BOATS]) == 1
        quotes = [cited.quote for cited in both.ask(question).citations]
        assert len(quotes) == len(set(quotes))
    same.close()


def test_the_same_file_read_again_since_is_taken_from_one_library(make, tmp_path):
    port = make("port", boats=BOATS)
    (tmp_path / "port/boats.txt").write_text(BOATS.replace("Sundays", "Mondays"))
    newer = make_library(tmp_path / "x/.footnote/newer", tmp_path / "port")
    newer.sync()
    hits = together([port, newer]).search("ferry Kestrel")
    assert len({hit.passage.library for hit in hits}) == 1
    newer.close()


def test_spelling_is_mended_by_the_library_that_knows_the_word(make):
    both = together([make("farm", apples=APPLES), make("port", boats=BOATS)])
    query, hits = both.find("Where does the ferry Kestril sail?")
    assert "Kestrel" in query.text
    assert hits[0].passage.library == "port"


def test_only_some_documents_of_some_libraries_are_asked(make):
    both = together([make("farm", apples=APPLES, more="Apples and ferries."), make("port", boats=BOATS)])
    wanted = both.within("apples.txt")
    assert {hit.passage.doc_id for hit in both.search("ferry", only=wanted)} == set(wanted)
    answer = both.ask("Where does the ferry Kestrel sail?", only=wanted)
    assert {hit.passage.library for hit in answer.hits} == {"farm"}
    assert answer.prompt.query.only == wanted
    assert len(both.within("*.txt")) == 3
    with pytest.raises(SourceError, match=r"nothing\.pdf"):
        both.within("nothing.pdf")
    for wrong in ("farm2/abc", "abc"):
        with pytest.raises(SourceError, match="farm, port"):
            both.search("ferry", only=[wrong])
        with pytest.raises(SourceError, match="farm, port"):
            both.document(wrong)


def test_a_follow_up_and_a_given_query_reach_every_library(make):
    both = together([make("farm", apples=APPLES), make("port", boats=BOATS)])
    answer = both.ask("When does it sail?", history=[("Where does the ferry Kestrel go?", "To the island. [1]")])
    assert "Kestrel" in answer.prompt.query.text
    assert both.ask("And?", query="register apples").hits[0].passage.library == "farm"


def test_the_first_library_writes(tmp_path):
    model = FakeModel("The ferry Kestrel sails to the island.")
    first = make_library(tmp_path / "1/farm", write_files(tmp_path / "a", apples=APPLES), model=model)
    second = make_library(tmp_path / "1/port", write_files(tmp_path / "b", boats=BOATS))
    for library in (first, second):
        library.sync()
    both = together([first, second])
    answers = list(both.stream("Where does the ferry Kestrel sail?"))
    assert len(answers) > 1
    assert (answers[-1].outcome, answers[-1].citations[0].library) == ("answered", "port")
    assert set(answers[-1].timings) >= {"search", "total"}
    both.close()


def test_one_that_cannot_be_asked_is_named_and_the_others_do_not_stand_in(make, tmp_path):
    port = make("port", boats=BOATS)
    empty = make("bare")
    for order in ([port, empty], [empty, port]):
        both = together(order)
        for act in (both.ask, both.search):
            with pytest.raises(LibraryEmpty, match="'bare' holds no documents"):
                act("Where does the ferry Kestrel sail?")
    other = make("old", apples=APPLES)
    other.close()
    other = make_library(other.path, tmp_path / "old", identity="another")
    with pytest.raises(LibraryMismatch, match=r"old' was made with"):
        together([port, other]).ask("Where does the ferry Kestrel sail?")
    other.close()


def test_no_library_is_an_error_and_one_given_twice_is_one(make):
    with pytest.raises(LibraryMissing, match="No library"):
        together([])
    port = make("port", boats=BOATS)
    both = together(iter([port, port]))
    assert both.libraries == (port,)
    assert both.ask("Where does the ferry Kestrel sail?").citations[0].library == "port"


def test_scores_of_another_scale_are_not_compared(make):
    one = make("one", apples=APPLES)
    for settings in (Settings(dense_weight=0.9), Settings(use_dense=False)):
        other = make(f"other{settings.dense_weight}", settings=settings, boats=BOATS)
        with pytest.raises(SettingsError, match="'one' and 'other"):
            together([one, other])


def hit(library, doc, score, path, text):
    passage = Passage(f"{doc}-00000", doc, path, "T", (), text, 0, len(text), (Span(0, len(text)),))
    return library, Hit(passage, score, 1)


_FOUND = st.lists(
    st.builds(
        hit, st.sampled_from("abc"), st.sampled_from("de"), st.floats(0, 1), st.sampled_from(["/p", "/q", "/r"]),
        st.sampled_from(["One.", "Two.", "Three."]),
    ),
    max_size=12,
)  # fmt: skip


@given(_FOUND, st.integers(1, 8), st.randoms())
def test_merging_is_a_ranking_without_what_two_libraries_share(hits, k, random):
    found = [(name, Query("q", "q"), tuple(h for lib, h in hits if lib == name)) for name in "abc"]
    got = merged(found, k)
    assert [one.rank for one in got] == list(range(1, len(got) + 1))
    assert len(got) <= k
    order = [(-one.score, one.passage.passage_id) for one in got]
    assert order == sorted(order)
    for key in ("path", "text"):
        holders = {(getattr(one.passage, key), one.passage.library) for one in got}
        assert len({value for value, _ in holders}) == len(holders)
    if hits:
        assert got[0].score == max(one.score for _, one in hits)
    shuffled = random.sample(found, len(found))
    scores = {one.score for _, one in hits}
    if len(scores) == len(hits):
        assert merged(shuffled, k) == got


# --- the command line


@pytest.fixture
def opened(make, monkeypatch, tmp_path):
    """Two libraries as the command line opens them, with fakes in them."""
    made = {"farm": make("farm", apples=APPLES), "port": make("port", boats=BOATS)}

    def open_fake(source=None, *, at=None, settings=None):
        name = Path(at or source).name
        if name not in made:
            raise LibraryDamaged(f"The library {str(at)!r} is damaged.")
        return made[name]

    monkeypatch.setattr("rag.keeping.open_library", open_fake)
    return {name: str(library.path) for name, library in made.items()}


def test_the_command_line_asks_several_libraries(opened, capsys):
    both = ["-l", opened["farm"], "--library", opened["port"]]
    assert main(["ask", *both, "Where does the ferry Kestrel sail?"]) == 0
    shown = capsys.readouterr().out
    assert "[1] “The ferry Kestrel sails to the island on Sundays.”\n    boats.txt · " in shown
    assert shown.rstrip().endswith("library port")
    assert main(["search", *both, "ferry", "-k", "2"]) == 0
    assert "1. port · boats.txt" in capsys.readouterr().out
    assert main(["search", *both, "ferry", "--in", "apples.txt"]) == 0
    assert "boats.txt" not in capsys.readouterr().out


def test_one_library_named_once_or_twice_is_shown_as_before(opened, capsys):
    for names in (["-l", opened["port"]], ["-l", opened["port"], "-l", opened["port"] + "/"]):
        assert main(["search", *names, "ferry"]) == 0
        assert "1. boats.txt" in capsys.readouterr().out


@pytest.mark.parametrize("damage", ["gone", "torn"])
def test_the_command_line_names_the_library_that_fails(make, capsys, damage):
    port, bad = make("port", boats=BOATS), make("bad", apples=APPLES)
    bad.close()
    if damage == "gone":
        shutil.rmtree(bad.path)
    else:
        (bad.path / "library.sqlite").write_bytes(b"this is no database" * 100)
    for order in ([port, bad], [bad, port]):
        named = [part for library in order for part in ("-l", str(library.path))]
        assert main(["search", *named, "ferry"]) == 1
        told = capsys.readouterr()
        assert (told.out, told.err.count("\n"), str(bad.path) in told.err) == ("", 1, True)


@pytest.mark.model
def test_the_examples_of_the_readme_run(seeds, tmp_path, monkeypatch, capsys):
    for folder, numbers in (("papers", "012"), ("letters", "234")):
        (tmp_path / folder).mkdir()
        for number in numbers:
            (file,) = seeds.glob(f"00{number}_*.txt")
            shutil.copy(file, tmp_path / folder)
    monkeypatch.setenv("FOOTNOTE_CACHE", str(cache_folder()))  # the models that were made ready are there
    monkeypatch.setenv("HOME", str(tmp_path))
    text = README.read_text("utf-8")
    command, python = re.search(r"```sh\n(footnote .*?)\n```\n\n```python\n(.*?)```", text, re.DOTALL).groups()
    assert main([str(Path(word).expanduser()) for word in shlex.split(command)[1:]]) == 0
    assert "Amos Hochstein [1]" in (shown := capsys.readouterr().out)
    assert shown.rstrip().endswith("library papers")
    lines = python.rstrip().splitlines()
    named = {}
    exec("\n".join(lines[:-1]), named)
    assert repr(eval(lines[-1].split("  #")[0], named)) == lines[-1].split("# ")[1].replace('"', "'")
    assert isinstance(named["both"], rag.Together)
    named["both"].close()
