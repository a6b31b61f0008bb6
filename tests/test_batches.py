import threading
import time

import numpy as np
import pytest
from fakes import FakeEmbedder
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.cores import free_cores
from rag.batches import Batches, batches, padded
from rag.retrieval.embed import OneCore
from rag.retrieval.fastest import bfloat16_wins


@given(st.lists(st.integers(0, 300)), st.integers(1, 1000))
def test_every_text_is_in_one_batch_with_those_about_as_long(lengths, most):
    found = list(batches(lengths, most))
    assert sorted(place for places in found for place in places) == list(range(len(lengths)))
    order = [lengths[place] for places in found for place in places]
    assert order == sorted(lengths, reverse=True)
    assert all(len(places) == 1 or len(places) * lengths[places[0]] <= most for places in found)


def test_batches_run_side_by_side_and_come_back_in_their_order():
    meeting = threading.Barrier(2, timeout=10)

    def work(places):
        meeting.wait()
        return [place * 10 for place in places]

    found = list(Batches(2).run([200, 100], work))
    assert found == [([0], [0]), ([1], [10])]


def test_what_fails_in_a_batch_is_told():
    with pytest.raises(ZeroDivisionError):
        list(Batches(2).run([200, 100, 130], lambda places: 1 // 0))
    assert list(Batches(2).run([], lambda places: 1 // 0)) == []


def test_rows_are_filled_up_with_zeros():
    assert padded([[1, 2, 3], [], [4]]).tolist() == [[1, 2, 3], [0, 0, 0], [4, 0, 0]]


@pytest.mark.parametrize(
    ("told", "free"),
    [("0.1 0.1 0.1 1/90 7", 4), ("0.1 0.1 0.1 3/90 7", 2), ("9 9 9 40/90 7", 1), ("not a load", 3), (None, 3)],
)
def test_cores_that_others_use_are_not_free(tmp_path, monkeypatch, told, free):
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    load = tmp_path / "loadavg"
    if told:
        load.write_text(told)
    assert free_cores(load) == free


def test_bfloat16_is_taken_only_where_it_is_faster_and_the_same(tmp_path):
    class Timed(FakeEmbedder):
        def __init__(self, seconds, turned=0.0):
            super().__init__()
            self.seconds, self.turned = seconds, turned

        def embed_documents(self, texts):
            until = time.process_time() + self.seconds
            while time.process_time() < until:
                pass
            rows = super().embed_documents(texts) + self.turned
            return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    quick, slow, other = Timed(0), Timed(0.005), Timed(0, turned=0.3)
    notes = tmp_path / "models" / "embedder.json"
    assert bfloat16_wins(lambda: quick, slow, notes)
    assert bfloat16_wins(lambda: 1 / 0, slow, notes), "it is remembered"
    assert not bfloat16_wins(lambda: slow, quick, tmp_path / "slower.json")
    assert not bfloat16_wins(lambda: other, slow, tmp_path / "unlike.json")

    def without():
        raise NotImplementedError

    assert not bfloat16_wins(without, slow, tmp_path / "none.json")
    assert not bfloat16_wins(lambda: quick, slow, tmp_path / "none.json"), "that too is remembered"


def test_a_program_keeps_the_threads_that_it_gave_torch():
    class Torch:
        n = 6
        get_num_threads = staticmethod(lambda: Torch.n)
        set_num_threads = staticmethod(lambda n: setattr(Torch, "n", n))

    one_core = OneCore()
    with one_core.of(Torch):
        other = one_core.of(Torch)
        other.__enter__()
        assert Torch.n == 1
    assert Torch.n == 1, "the other is still at work"
    other.__exit__(None, None, None)
    assert Torch.n == 6
    with pytest.raises(KeyError), one_core.of(Torch):
        raise KeyError
    assert Torch.n == 6
