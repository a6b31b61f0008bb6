"""The gate catches an engine that is broken: ten faults, each planted in an engine that passes without it."""

from dataclasses import replace

import pytest
from fakes import make_library, write_files

import eval.run as runs
from eval.gate import set_baseline, worse
from eval.question_set import Question, Quote
from eval.run import run
from rag.settings import Settings

TOWNS = (
    "Arden Borth Cairn Dunmore Elland Farrow Gretna Holt Inver Jarrow Kelso Luton Melrose Naver Oban Perth Quorn "
    "Ripon Selby Tarbet"
).split()
ABSENT = "Ullapool Vesta Wick Xanten Yarm Zennor Aberlour Brora Cupar Dollar Ely Forres Girvan Huntly Irvine".split()


def town_text(n, town):
    return f"The bridge at {town} was finished in {1801 + 3 * n}. Its keeper lives in the tower of {town}."


def gold(n, town):
    year = str(1801 + 3 * n)
    quote = Quote(f"{town}.txt", f"The bridge at {town} was finished in {year}.")
    return Question(f"town-{n}", "fact", f"When was the bridge at {town} finished?", (), True, ((year,),), (quote,))


def disagreeing(n):
    values = (("green",), ("blue",))
    quotes = (Quote("one.txt", "The gate is green."), Quote("two.txt", "The gate is blue."))
    return Question(f"gate-{n}", "disagree", "What colour is the gate?", (), True, values, quotes)


QUESTIONS = [
    *(gold(n, town) for n, town in enumerate(TOWNS)),
    *(
        Question(f"no-{n}", "not in the documents", f"{town} {town}?", (), False, (), ())
        for n, town in enumerate(ABSENT)
    ),
    *(disagreeing(n) for n in range(10)),
]


def unchanged(answer):
    return answer


class Engine:
    """The fake library, whose answers a fault may change on their way out; it tells disagreements apart by itself."""

    def __init__(self, library, fault=unchanged, conflict=True):
        self._library = library
        self._fault = fault
        self._conflict = conflict

    def __getattr__(self, name):
        return getattr(self._library, name)

    def ask(self, question, *, history=()):
        answer = self._library.ask(question, history=history)
        if self._conflict and "gate" in question:
            answer = replace(answer, text="“The gate is green.” “The gate is blue.” [1]", outcome="conflict")
        return self._fault(replace(answer, timings={"total": 1.0}))


@pytest.fixture
def documents(tmp_path):
    texts = {town: town_text(n, town) for n, town in enumerate(TOWNS)}
    return write_files(tmp_path / "docs", **texts, one="The gate is green.", two="The gate is blue.")


@pytest.fixture
def gate(tmp_path, documents, monkeypatch):
    """Return a function that runs an engine and says what the gate finds, against the whole engine's baseline."""
    monkeypatch.setattr(runs, "yardstick", lambda: 0.01)
    library = make_library(tmp_path / "lib", documents)
    library.sync()
    count = iter(range(100))

    def check(engine):
        folder = tmp_path / f"run{next(count)}"
        run(engine, QUESTIONS, folder)
        return worse(folder, tmp_path / "baseline.json")

    run(Engine(library), QUESTIONS, tmp_path / "good")
    set_baseline(tmp_path / "good", tmp_path / "baseline.json")
    assert check(Engine(library)) == []
    yield lambda fault=unchanged, library=library, conflict=True: check(Engine(library, fault, conflict))
    library.close()


def changed_citations(**changes):
    def fault(answer):
        return replace(
            answer,
            citations=tuple(replace(c, **{k: f(c) for k, f in changes.items()}) for c in answer.citations),
        )

    return fault


def caught(found, measure):
    return any(sentence.startswith(measure) for sentence in found)


def test_a_wrong_passage_cited(gate):
    def fault(answer):
        other = answer.prompt.evidence[-1]
        place = {"doc_id": other.hit.passage.doc_id, "path": other.hit.passage.path, "quote": other.text}
        wrong = tuple(replace(c, **place, start=other.start, end=other.end) for c in answer.citations)
        return replace(answer, citations=wrong)

    assert caught(gate(fault), "citation_precision")


def test_quotes_altered(gate):
    assert caught(gate(changed_citations(quote=lambda c: c.quote.replace("was", "was not"))), "quote_fidelity")


def test_never_abstaining(gate, tmp_path, documents):
    bold = make_library(tmp_path / "bold", documents, settings=Settings(min_confidence=0.0, compose=False))
    bold.sync()
    assert caught(gate(library=bold), "declined")


def test_always_abstaining(gate, tmp_path, documents):
    shy = make_library(tmp_path / "shy", documents, settings=Settings(min_confidence=1.0, compose=False))
    shy.sync()
    assert caught(gate(library=shy), "accuracy")


def test_a_stale_index(gate, documents):
    for path in documents.iterdir():
        path.write_text("A new first line.\n\n" + path.read_text())
    assert caught(gate(), "quote_fidelity")


def test_shuffled_ranks(gate):
    def fault(answer):
        return replace(answer, prompt=replace(answer.prompt, evidence=answer.prompt.evidence[::-1]))

    assert caught(gate(fault), "evidence@1")


def test_truncated_documents(gate, tmp_path, documents):
    whole = {path: path.read_text() for path in documents.iterdir()}
    for path, text in whole.items():
        path.write_text(text[: len(text) // 4])
    cut = make_library(tmp_path / "cut", documents)
    cut.sync()
    for path, text in whole.items():
        path.write_text(text)
    assert caught(gate(library=cut), "accuracy")


def test_citations_off_by_one(gate):
    def fault(answer):
        return replace(answer, text=answer.text.replace("[1]", "[2]"))

    assert caught(gate(fault), "markers")
    assert caught(gate(changed_citations(start=lambda c: c.start + 1, end=lambda c: c.end + 1)), "quote_fidelity")


def test_a_conflict_hidden(gate):
    assert caught(gate(conflict=False), "accuracy") or caught(gate(conflict=False), "value_recall")


def test_latency_doubled(gate):
    assert gate(lambda answer: replace(answer, timings={"total": 2.0})) == [
        "The median answer takes 2.0 times as long as the baseline's."
    ]
