"""What the trained parts learn from: windows, sheets, slips and near words; and how an adapter is laid out."""

from random import Random
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.second_reader import DECLINES
from rag.corpus.sentences import SentenceSplitter
from rag.records import Span
from rag.training.noise import names_in, roughened, swapped
from rag.training.pairs import MAX_SENTENCES, PairMaker
from rag.training.sets import Asked
from rag.training.sheets import SheetMaker
from rag.training.synonyms import near_words, reworded

MILL = (
    "The mill at Brackley was built by Ida Holm in 1871. It ground barley for the whole valley. "
    "In 1902 the river rose and took the wheel. The mill was sold to the bakers of Orm."
)
PIER = "The pier was opened by Jon Aas in 1911. Its lamps burn oil. The mill stands behind it."


def asked(question, answer, text=MILL):
    at = text.index(answer) if answer else 0
    sentences = tuple(SentenceSplitter().split(text))
    return Asked(question, "Brackley", text, sentences, Span(at, at + len(answer)) if answer else None)


ROWS = (
    asked("Who built the mill at Brackley?", "Ida Holm"),
    asked("When did the river take the wheel?", "1902"),
    asked("To whom was the mill sold?", "the bakers of Orm"),
    asked("Who burnt the mill at Brackley?", None),
    asked("Who opened the pier?", "Jon Aas", PIER),
)


def test_pairs_hold_their_answer_and_near_misses_do_not():
    made = list(PairMaker(ROWS, Random(1)).draw(300))
    golds = {row.question.lower(): row.text[row.answer.start : row.answer.end] for row in ROWS if row.answer}
    assert {pair.origin for pair in made} == {"answer", "unanswerable", "rival", "beside", "swapped"}
    for pair in made:
        assert len(list(SentenceSplitter().split(pair.window))) <= MAX_SENTENCES
        assert pair.answerable == (pair.origin == "answer")
        gold = golds.get(pair.question.lower())
        if pair.answer:
            assert pair.window[pair.answer.start : pair.answer.end] in golds.values()
        elif gold and pair.origin in ("rival", "beside"):
            assert gold.lower() not in pair.window.lower()
    assert 0.3 < sum(pair.answerable for pair in made) / len(made) < 0.6


def test_a_seed_decides_the_pairs():
    one, two, other = (list(PairMaker(ROWS, Random(seed)).draw(20)) for seed in (3, 3, 4))
    assert one == two != other


def test_a_sheet_names_the_sentence_that_answers_or_declines():
    for sheet in SheetMaker(ROWS, Random(2), {}).draw(60):
        for _, reply in sheet.asked:
            if reply == DECLINES:
                continue
            answer, _, number = reply.rpartition(" [")
            assert answer in sheet.sentences[int(number.rstrip("]")) - 1]
    replies = {reply for sheet in SheetMaker(ROWS, Random(2), {}).draw(60) for _, reply in sheet.asked}
    assert DECLINES in replies
    assert len(replies) > 3


@given(st.text(max_size=120), st.integers(0, 50))
def test_slips_never_fail_nor_empty_a_question(question, seed):
    assert bool(roughened(question, Random(seed)).strip()) == bool(question.strip()) or not question.strip("? ")


def test_another_name_takes_the_place_of_one_that_the_text_holds():
    assert names_in(MILL + " " + PIER) == ["Brackley", "Ida", "Holm", "1871", "1902", "Orm", "Jon", "Aas", "1911"]
    other = swapped("Who sold the mill at Brackley?", ["Jon", "1911"], MILL, Random(0))
    assert other == "Who sold the mill at Jon?"
    assert swapped("Who sold it?", ["Jon"], MILL, Random(0)) is None


def test_near_words_are_alike_in_meaning_and_differ_in_stem():
    class Embedder:
        def embed_documents(self, words):
            kinds = {"boat": (1, 0), "boats": (1, 0), "ship": (0.9, 0.44), "barley": (0, 1)}
            return np.array([kinds[word] for word in words], np.float32)

    near = near_words(["boat boats ship barley "] * 30, Embedder())
    assert near["boat"] == ("ship",)
    assert "boats" not in near["boat"]
    assert "barley" not in near.get("ship", ())
    assert reworded("Which boat sank?", "a boat sank", near, Random(0)) == "Which ship sank?"
    assert reworded("Which boat sank?", "nothing of it", near, Random(0)) == "Which boat sank?"


def test_rows_of_an_adapter_come_back_from_the_order_that_llama_cpp_wants():
    from rag.training.lora import _apart, _interleaved

    rows = np.arange(24).reshape(12, 2)
    assert (_apart(_interleaved(rows, 3), 3) == rows).all()
    assert _interleaved(np.arange(4).reshape(4, 1), 1).ravel().tolist() == [0, 2, 1, 3]


@pytest.mark.model
def test_an_adapter_is_read_back_as_it_was_written(tmp_path):
    torch, gguf = pytest.importorskip("torch"), pytest.importorskip("gguf")
    assert gguf
    from rag.training.lora import add_adapter, export_adapter, read_adapter

    def model():
        made = {name: torch.nn.Linear(8, 8, bias=False) for name in ("q_proj", "k_proj", "v_proj", "o_proj")}
        mlp = {name: torch.nn.Linear(8, 8, bias=False) for name in ("gate_proj", "up_proj", "down_proj")}
        block = SimpleNamespace(self_attn=SimpleNamespace(**made), mlp=SimpleNamespace(**mlp))
        return SimpleNamespace(model=SimpleNamespace(layers=[block]))

    config = SimpleNamespace(num_attention_heads=2, num_key_value_heads=2)
    one, two = add_adapter(model(), rank=2, alpha=4.0), add_adapter(model(), rank=2, alpha=4.0)
    for layer in one.values():
        torch.nn.init.normal_(layer.b)
    export_adapter(one, config, tmp_path / "a.gguf", alpha=4.0)
    read_adapter(two, config, tmp_path / "a.gguf")
    for name, layer in one.items():
        assert torch.allclose(layer.a, two[name].a, atol=1e-3)
        assert torch.allclose(layer.b, two[name].b, atol=2e-3)


@pytest.mark.model
def test_questions_that_share_their_sentences_are_read_as_if_each_were_asked_alone():
    torch = pytest.importorskip("torch")
    from transformers import LlamaConfig, LlamaForCausalLM

    from rag.training.writer import branch_loss

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=50, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=2, attn_implementation="sdpa",
    )  # fmt: skip
    model = LlamaForCausalLM(config).to(torch.bfloat16).eval()
    trunk, branches = [1, 2, 3, 4], [([5, 6], [7, 8]), ([9, 10, 11], [12, 13])]
    with torch.no_grad():
        both = float(branch_loss(model, trunk, branches))
        alone = [float(branch_loss(model, trunk, [one])) for one in branches]
    assert both == pytest.approx(sum(alone) / 2, abs=0.03)
