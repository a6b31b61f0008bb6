"""Questions go first: a sync lets them by between two portions, and is never stopped for good."""

import threading
import time

from rag.gate import Gate
from tests.fakes import FakeEmbedder, make_library, write_files


def test_work_gives_way_until_the_last_question_is_answered():
    gate, done = Gate(), threading.Event()
    gate.give_way()
    with gate.asking():
        with gate.asking():
            work = threading.Thread(target=lambda: (gate.give_way(30), done.set()))
            work.start()
        assert not done.wait(0.05)
    assert done.wait(5)
    work.join()


def test_work_goes_on_though_questions_never_end():
    gate = Gate()
    with gate.asking():
        began = time.monotonic()
        gate.give_way(0.05)
        assert 0.04 < time.monotonic() - began < 2


def test_a_sync_waits_while_a_question_is_answered(tmp_path, monkeypatch):
    gate = Gate()
    monkeypatch.setattr("rag.pipeline.QUESTIONS", gate)
    monkeypatch.setattr("rag.keep.QUESTIONS", gate)
    monkeypatch.setattr("rag.sync._BATCH_PASSAGES", 1)
    order = []

    class Told(FakeEmbedder):
        def embed_documents(self, texts):
            if threading.current_thread().name == "syncing":  # not for the question itself
                order.append("embedded")
            return super().embed_documents(texts)

    folder = write_files(tmp_path / "docs", one="Ida Holm keeps the mill.")
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    write_files(folder, two="Jon Aas opened the pier.", three="The ferry sails on Sundays.")
    monkeypatch.setattr("tests.fakes.FakeEmbedder", Told)
    busy = make_library(tmp_path / "lib", folder)
    answers = busy.stream("Who keeps the mill?")
    next(answers)
    sync = threading.Thread(target=busy.sync, name="syncing")
    sync.start()
    time.sleep(0.3)
    assert "embedded" not in order
    for _ in answers:
        pass
    sync.join(20)
    assert order.count("embedded") == 2
    busy.close()
    library.close()


def test_a_document_of_many_passages_is_embedded_in_portions_and_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr("rag.keep._PORTION", 2)
    sizes = []

    class Told(FakeEmbedder):
        def embed_documents(self, texts):
            sizes.append(len(texts))
            return super().embed_documents(texts)

    monkeypatch.setattr("tests.fakes.FakeEmbedder", Told)
    text = "\n\n".join(f"Paragraph {n} tells of heron number {n}. " + "It stands still. " * (20 + n) for n in range(14))
    library = make_library(tmp_path / "lib", write_files(tmp_path / "docs", herons=text))
    library.sync()
    (document,) = library.documents()
    assert len(sizes) > 2
    assert max(sizes) == 2
    assert sum(sizes) == len(library.passages(document))
    assert "heron number 5" in library.search("Paragraph 5 heron number 5")[0].passage.text
    library.close()
