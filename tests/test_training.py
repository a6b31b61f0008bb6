"""What the trained parts learn from: windows, sheets, slips and near words; and how an adapter is laid out."""

import json
from pathlib import Path
from random import Random
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.second_reader import DECLINES
from rag.corpus.sentences import SentenceSplitter
from rag.errors import SourceError
from rag.records import Span
from rag.training import drawing
from rag.training.__main__ import main as training_main
from rag.training.noise import aside, names_in, opposed, roughened, swapped, whether
from rag.training.pairs import MAX_SENTENCES, Meanings, PairMaker
from rag.training.sets import Asked
from rag.training.sheets import SheetMaker
from rag.training.synonyms import near_words, reworded
from rag.training.wordnet import WordNet
from rag.training.written import pairs_of, read_written, sheets_of

MILL = (
    "The mill at Brackley was built by Ida Holm in 1871. It ground barley for the whole valley. "
    "In 1902 the river rose and took the wheel. The mill was sold to the bakers of Orm."
)
PIER = "The pier was opened by Jon Aas in 1911. Its lamps burn oil. The mill stands behind it."

WRITTEN = Path(__file__).parents[1] / "rag" / "training" / "written"


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


def test_a_sheet_answers_in_words_that_it_shows_or_declines():
    sheets = list(SheetMaker(ROWS, Random(2)).draw(80))
    golds = {row.question.lower(): row.text[row.answer.start : row.answer.end] for row in ROWS if row.answer}
    for sheet in sheets:
        for question, reply in sheet.asked:
            gold = golds.get(question.lower())
            if reply != DECLINES:
                assert reply.removesuffix(" [1]") in sheet.shown
            elif gold:
                assert gold not in sheet.shown
    replies = [reply for sheet in sheets for _, reply in sheet.asked]
    assert 0.3 < replies.count(DECLINES) / len(replies) < 0.7
    assert {f"{gold} [1]" for gold in golds.values()} <= set(replies)


def test_a_sheet_asks_what_people_made_unanswerable_and_what_other_paragraphs_answer():
    asked_of = {(q.lower().rstrip("?"), sheet.shown in PIER) for sheet in SheetMaker(ROWS, Random(5)).draw(200)
                for q, reply in sheet.asked if reply == DECLINES}  # fmt: skip
    assert ("who burnt the mill at brackley", False) in asked_of
    assert ("who built the mill at brackley", True) in asked_of


def test_a_question_is_turned_to_another_kind_only_where_the_text_does_not_tell_that():
    told = {aside("When did it rise?", "In 1902 it rose.", Random(seed)) for seed in range(20)}
    assert told == {"On which day did it rise?", "Why did it rise?"}
    assert aside("When did it rise?", "In 1902 it rose because of rain, on 3 May.", Random(0)) is None
    assert aside("Where did it rise?", "It rose in Orm.", Random(0)) in ("When did it rise?", "How long did it rise?")
    assert aside("Who built it?", "Ida built it.", Random(0)) is None


@given(st.text(max_size=120), st.integers(0, 50))
def test_slips_never_fail_nor_empty_a_question(question, seed):
    assert bool(roughened(question, Random(seed)).strip()) == bool(question.strip()) or not question.strip("? ")


def test_another_name_takes_the_place_of_one_that_the_text_holds():
    assert names_in(MILL + " " + PIER) == ["Brackley", "Ida", "Holm", "1871", "1902", "Orm", "Jon", "Aas", "1911"]
    other = swapped("Who sold the mill at Brackley?", ["Jon", "1911"], MILL, Random(0))
    assert other == "Who sold the mill at Jon?"
    assert swapped("Who sold it?", ["Jon"], MILL, Random(0)) is None


class Vectors:
    """Ships and boats are alike, everything else is like nothing."""

    def embed_documents(self, texts):
        kinds = {"boats": (1, 0, 0), "ships": (0.9, 0.44, 0), "vessels": (0.1, 0, 0.99)}
        return np.array([kinds.get(text, (0, 0, 1)) for text in texts], np.float32)


INDEX = {
    "noun": "boat n 1 0 1 1 00000001\nship n 1 0 1 1 00000001\nvessel n 1 0 1 1 00000002\n",
    "verb": "sink v 1 0 1 1 00000003\nrise v 1 0 1 1 00000004\n",
    "adj": "",
    "adv": "",
}
DATA = {
    "noun": "00000001 06 n 02 boat 0 ship 0 001 @ 00000002 n 0000 | a craft\n00000002 06 n 01 vessel 0 000 | a craft\n",
    "verb": "00000003 30 v 01 sink 0 001 ! 00000004 v 0101 | go down\n00000004 30 v 01 rise 0 000 | go up\n",
    "adj": "",
    "adv": "",
}


@pytest.fixture
def wordnet(tmp_path):
    for kind, index in INDEX.items():
        (tmp_path / f"index.{kind}").write_text("  1 a line of the licence\n" + index)
        (tmp_path / f"data.{kind}").write_text("  1 a line of the licence\n" + DATA[kind])
    return WordNet(tmp_path)


def test_wordnet_gives_synonyms_then_wider_words_in_the_form_asked_for(wordnet):
    assert wordnet.near("boats") == ("ships", "vessels")
    assert wordnet.near("boat") == ("ship", "vessel")
    assert wordnet.near("barley") == ()
    assert wordnet.opposites("sinks") == ("rises",)
    assert wordnet.opposites("boat") == ()


def test_a_folder_without_wordnet_is_told_of(tmp_path):
    with pytest.raises(SourceError, match="wordnet-base"):
        WordNet(tmp_path)


def test_near_words_are_those_of_wordnet_that_are_alike_in_meaning(wordnet):
    near = near_words(["boats ships vessels barley "] * 3, wordnet, Vectors())
    assert near["boats"] == ("ships",)
    assert "barley" not in near
    asked = {reworded("Which boats sank?", "the boats sank", near, Random(seed)) for seed in range(20)}
    assert asked == {"Which ships sank?", "What ships sank?"}
    assert reworded("Whose boats sank?", "nothing of it", near, Random(0)) == "Whose boats sank?"


def test_a_question_is_turned_round_by_an_opposite_or_a_denial():
    def opposites(word):
        return ("rise",) if word == "sink" else ()

    turned = {opposed("Why did the boat sink?", opposites, Random(seed)) for seed in range(20)}
    assert turned == {"Why did the boat rise?", "Why didn't the boat sink?"}
    assert opposed("Who sailed?", opposites, Random(0)) is None


def test_an_answer_is_asked_for():
    assert whether("What is the capital of Orm?", "Brackley") == "Is Brackley the capital of Orm?"
    assert whether("When did the river rise?", "1902.") == "Did the river rise in 1902?"
    assert whether("How many boats did it take?", "nine") == "Did it take nine boats?"
    assert whether("Name the miller.", "Ida") is None


def test_meanings_reword_turn_round_and_choose_rivals():
    meanings = Meanings({"mill": ("works",)}, lambda word: ("lost",) if word == "took" else (), Vectors())
    made = list(PairMaker(ROWS, Random(1), meanings, reworded_share=1).draw(300))
    assert "opposed" in {pair.origin for pair in made}
    assert any("works" in pair.question for pair in made)
    assert all(pair.answerable == (pair.origin == "answer") for pair in made)


def test_rows_of_an_adapter_come_back_from_the_order_that_llama_cpp_wants():
    from rag.training.lora import _apart, _interleaved

    rows = np.arange(24).reshape(12, 2)
    assert (_apart(_interleaved(rows, 3), 3) == rows).all()
    assert _interleaved(np.arange(4).reshape(4, 1), 1).ravel().tolist() == [0, 2, 1, 3]


def test_examples_come_back_from_their_file_and_are_cut_and_padded(tmp_path):
    from rag.training.examples import batches, gather, load, save, shorter, some

    save(
        gather([{"ids": [1, 2, 3], "aims": [1]}, {"ids": [4], "aims": [0]}, {"ids": [5, 6], "aims": [1]}]),
        tmp_path / "e.npz",
    )
    made = load(tmp_path / "e.npz")
    assert [row.tolist() for row in (made["ids"][0], made["ids"][1], made["aims"][2])] == [[1, 2, 3], [4], [1]]
    assert made["ids"].padded([1, 2], -1).tolist() == [[4, -1], [5, 6]]
    rest = some(made, 1, 3)
    assert [rest["ids"][n].tolist() for n in range(len(rest["ids"]))] == [[4], [5, 6]]
    assert len(some(made, 3, 9)["ids"]) == 0
    short = shorter(made, 1)
    assert [row.tolist() for row in (short["ids"][0], short["aims"][0])] == [[4], made["aims"][1].tolist()]
    assert len(short["ids"]) == len(short["aims"]) == 1
    cut = batches(made["ids"].lengths(), 2, Random(0))
    assert sorted(n for batch in cut for n in batch) == [0, 1, 2]
    assert [1, 2] in [sorted(batch) for batch in cut]


def _block_model(torch):
    made = {name: torch.nn.Linear(8, 8, bias=False) for name in ("q_proj", "k_proj", "v_proj", "o_proj")}
    mlp = {name: torch.nn.Linear(8, 8, bias=False) for name in ("gate_proj", "up_proj", "down_proj")}
    block = SimpleNamespace(self_attn=SimpleNamespace(**made), mlp=SimpleNamespace(**mlp))
    return SimpleNamespace(model=SimpleNamespace(layers=[block]))


@pytest.mark.model
def test_an_adapter_is_read_back_as_it_was_written(tmp_path):
    torch, gguf = pytest.importorskip("torch"), pytest.importorskip("gguf")
    assert gguf
    from rag.training.lora import add_adapter, export_adapter, read_adapter

    config = SimpleNamespace(num_attention_heads=2, num_key_value_heads=2)
    one, two = add_adapter(_block_model(torch), rank=2, alpha=4.0), add_adapter(_block_model(torch), rank=2, alpha=4.0)
    for layer in one.values():
        torch.nn.init.normal_(layer.b)
    export_adapter(one, config, tmp_path / "a.gguf", alpha=4.0)
    read_adapter(two, config, tmp_path / "a.gguf", alpha=4.0)
    for name, layer in one.items():
        assert torch.allclose(layer.a, two[name].a, atol=1e-3)
        assert torch.allclose(layer.b, two[name].b, atol=2e-3)


@pytest.mark.model
def test_a_smaller_adapter_of_another_scale_is_gone_on_from(tmp_path):
    torch, gguf = pytest.importorskip("torch"), pytest.importorskip("gguf")
    assert gguf
    from rag.training.lora import add_adapter, export_adapter, read_adapter

    config = SimpleNamespace(num_attention_heads=2, num_key_value_heads=2)
    small = add_adapter(_block_model(torch), rank=2, alpha=2.0)
    large = add_adapter(_block_model(torch), rank=3, alpha=12.0)
    for layer in (*small.values(), *large.values()):
        torch.nn.init.normal_(layer.b)
    export_adapter(small, config, tmp_path / "a.gguf", alpha=2.0)
    read_adapter(large, config, tmp_path / "a.gguf", alpha=12.0)
    for name, layer in small.items():
        said = large[name].b @ large[name].a * (12.0 / 3)
        assert torch.allclose(layer.b @ layer.a, said, atol=1e-2)


@pytest.mark.model
def test_a_smaller_adapter_says_what_a_larger_one_of_its_rank_says(tmp_path):
    torch, gguf = pytest.importorskip("torch"), pytest.importorskip("gguf")
    from rag.training.lora import export_adapter, shrink_adapter

    torch.manual_seed(0)
    a, b = torch.randn(2, 12), torch.randn(10, 2)
    twice = SimpleNamespace(a=torch.cat([a, a]), b=torch.cat([b, 2 * b], 1))  # of rank 4 by its size, 2 by what it says
    config = SimpleNamespace(num_attention_heads=2, num_key_value_heads=2)
    export_adapter({"blk.0.ffn_up.weight": twice}, config, tmp_path / "large.gguf", alpha=8.0)
    shrink_adapter([tmp_path / "large.gguf"], tmp_path / "small.gguf", rank=2)
    found = {t.name: torch.tensor(t.data).float() for t in gguf.GGUFReader(str(tmp_path / "small.gguf")).tensors}
    small_a, small_b = found["blk.0.ffn_up.weight.lora_a"], found["blk.0.ffn_up.weight.lora_b"]
    assert small_a.shape == (2, 12)
    assert torch.allclose(small_b @ small_a, 3 * b @ a * 2, atol=0.05)


@pytest.mark.model
def test_questions_that_share_their_sentences_are_read_as_if_each_were_asked_alone():
    torch = pytest.importorskip("torch")
    from transformers import LlamaConfig, LlamaForCausalLM

    from rag.training.examples import gather
    from rag.training.writer import branch_loss, laid

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=50, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=2, attn_implementation="sdpa",
    )  # fmt: skip
    model = LlamaForCausalLM(config).to(torch.bfloat16).eval()
    trunk, branches = [1, 2, 3, 4], [([5, 6], [7, 8]), ([9, 10, 11], [12, 13])]
    with torch.no_grad():
        both = float(branch_loss(model, gather([laid(trunk, branches)]), [0]))
        apart = gather(laid(trunk, [one]) for one in branches)
        alone = [float(branch_loss(model, apart, [n])) for n in (0, 1)]
        together = float(branch_loss(model, apart, [0, 1]))
    assert both == pytest.approx(sum(alone) / 2, abs=0.03)
    assert together == pytest.approx(sum(alone) / 2, abs=0.03)


def test_the_asker_learns_what_people_asked_of_each_sentence_and_oftener_what_it_does_not_answer():
    from rag.training.asker import KINDS, lessons, places

    taught = lessons((*ROWS, asked("Whose property did it become?", "the bakers of Orm")), Random(0))
    unanswered = [lesson for lesson in taught if lesson[0].endswith(KINDS["none"])]
    sentence = "The mill at Brackley was built by Ida Holm in 1871."
    assert unanswered == 3 * [(f"{MILL}\n\nSentence: {sentence}\n{KINDS['none']}", " Who burnt the mill at Brackley?")]
    answered = [reply for prompt, reply in taught if prompt.endswith(KINDS["far"])]
    assert answered == [" Whose property did it become? Answer: the bakers of Orm"]
    found = places(ROWS, Random(0))
    assert len({one.sentence for one in found}) == len(found)
    last = next(one for one in found if one.sentence.startswith("The mill was sold"))
    assert last.before == ("It ground barley for the whole valley.", "In 1902 the river rose and took the wheel.")
    assert last.window == MILL


def test_what_was_asked_becomes_sheets_with_the_kind_of_each_question(tmp_path):
    import json

    from rag.training.examples import gather, save
    from rag.training.invented import ANSWERED, TURNED_DOWN, UNANSWERED, sheets

    places = [{"sentence": "Ida Holm built it.", "before": ["One.", "Two."], "window": ""}]
    (tmp_path / "places.jsonl").write_text("\n".join(map(json.dumps, places)) + "\n", "utf-8")
    said = ((0, " Who burnt it?"), (0, " Who burnt it?"), (0, " no question"), (1, " Whose work is it? Answer: Ida Holm"),
            (1, " Whose mill? Answer: Jon Aas"), (1, " Which mill?"))  # fmt: skip
    rows = [{"place": [0], "kind": [kind], "ids": [ord(letter) for letter in text]} for kind, text in said]
    save(gather(rows), tmp_path / "asked-000.npz")
    made = list(sheets(tmp_path, lambda ids: "".join(map(chr, ids)), Random(4)))
    assert len(made) == 1
    sheet, kinds = made[0]
    assert sheet.shown.endswith("Ida Holm built it.")
    assert kinds == [UNANSWERED, ANSWERED, TURNED_DOWN]
    assert [reply for _, reply in sheet.asked] == [DECLINES, "Ida Holm [1]", DECLINES]
    assert sheet.asked[1][0] == sheet.asked[2][0]


def test_an_invented_question_is_learned_from_only_where_the_reader_is_in_doubt():
    from rag.training.invented import ANSWERED, TURNED_DOWN, UNANSWERED, _kept

    kinds = [0, UNANSWERED, UNANSWERED, UNANSWERED, ANSWERED, ANSWERED, ANSWERED, TURNED_DOWN]
    first = [1, 1, 0, 1, 1, 0, 1, 1]
    said = np.array([-9.0, -1, -1, -1, -0.1, -0.2, -3, -1])
    declines = np.array([0.9, 0.5, 0, 0.01, 0.1, 0, 0.1, 0.2])
    assert _kept(kinds, first, said, declines, Random(0)).tolist() == [1, 1, 1, 0, 1, 1, 0, 0]


def test_examples_of_two_files_are_joined_and_what_one_lacks_is_zero():
    from rag.training.examples import gather, joined

    both = joined([gather([{"ids": [1, 2], "aims": [3]}]), gather([{"ids": [4], "aims": [5, 6], "kind": [1, 2]}])])
    assert [[both[name][n].tolist() for n in (0, 1)] for name in ("ids", "aims", "kind")] == [
        [[1, 2], [4]],
        [[3], [5, 6]],
        [[0], [1, 2]],
    ]


_WRITTEN = """# The ferry | note
1. The ferry was built in 1931.
2. It carries 40 people; the old one carried 25.
3. In bad weather it stays in the harbour, because its bow is low.
para: How many of us fit on board? => 2: 40
many: What have the boats' loads been? => 2: 40 people; the old one carried 25
why: Why is there no crossing in a gale? => 3
none: When was the old ferry sold?
para: How old is the boat | is it new? => 1: 1931
"""


def test_written_documents_are_read_with_all_sentences_that_answer(tmp_path):
    (tmp_path / "a.txt").write_text(_WRITTEN + "\n# The quay | note\n1. It is long.\nnone: How long?\n", "utf-8")
    both = read_written(tmp_path) + read_written(tmp_path, kept_out=True)
    ferry = next(document for document in both if document.title == "The ferry")
    assert [document.title for document in sorted(both, key=lambda d: d.title)] == ["The ferry", "The quay"]
    assert ferry.sentences[1] == "It carries 40 people; the old one carried 25."
    assert [(q.kind, dict(q.answers)) for q in ferry.questions] == [
        ("para", {1: "40"}),
        ("many", {1: "40 people; the old one carried 25"}),
        ("why", {2: ""}),
        ("none", {}),
        ("para", {0: "1931"}),
    ]
    assert ferry.questions[4].text == "How old is the boat | is it new?"


def test_a_line_of_a_written_document_that_is_not_understood_is_named(tmp_path):
    (tmp_path / "a.txt").write_text("# The ferry | note\n1. It sails.\nwho: Does it?\n", "utf-8")
    with pytest.raises(SourceError, match=r"Line 3 of .*a\.txt.*'who: Does it\?'"):
        read_written(tmp_path)
    (tmp_path / "a.txt").write_text("# The ferry | note\n1. It sails.\npara: Does it? => 1: swims\n", "utf-8")
    with pytest.raises(SourceError, match=r"Line 3 of .*do not stand where it says.*swims"):
        read_written(tmp_path)
    with pytest.raises(SourceError, match=r"no \.txt files"):
        read_written(tmp_path / "none")


def test_sheets_of_written_documents_ask_for_what_a_sentence_says_and_for_what_it_does_not(tmp_path):
    (tmp_path / "a.txt").write_text(_WRITTEN, "utf-8")
    documents = read_written(tmp_path) + read_written(tmp_path, kept_out=True)
    sheets = sheets_of(documents, 300, Random(0))
    assert {s.shown for s in sheets if len(s.shown) < 32} == {"The ferry was built in 1931."}
    alone = [s for s in sheets if s.shown == documents[0].sentences[1]]
    replies = {(q, reply) for s in alone for q, reply in s.asked}
    assert ("How many of us fit on board?", "40 [1]") in replies
    assert ("When was the old ferry sold?", DECLINES) in replies
    assert ("Why is there no crossing in a gale?", DECLINES) in replies
    assert not {q for q, reply in replies if reply == DECLINES} & {"How many of us fit on board?"}
    after = next(s for s in sheets if s.shown.startswith("It carries") and s.shown.endswith("low."))
    assert {reply for _, reply in after.asked} - {DECLINES}


def test_pairs_of_written_documents_hold_the_words_that_answer(tmp_path):
    (tmp_path / "a.txt").write_text(_WRITTEN, "utf-8")
    documents = read_written(tmp_path) + read_written(tmp_path, kept_out=True)
    pairs = pairs_of(documents, 400, Random(0))
    told = {pair.window[pair.answer.start : pair.answer.end] for pair in pairs if pair.answer}
    assert told == {"40", "40 people; the old one carried 25", "1931"}
    assert 0.35 < sum(pair.answerable for pair in pairs) / len(pairs) < 0.55
    for pair in pairs:
        assert pair.answerable or "sold" in pair.question or pair.answer is None


def test_the_answers_of_all_written_documents_stand_where_they_say():
    for folder in (WRITTEN, WRITTEN / "second"):
        trained_on, kept_out = read_written(folder), read_written(folder, kept_out=True)
        assert len(trained_on) > 1.5 * len(kept_out)


def test_what_is_measured_on_is_of_the_written_documents_that_were_kept_out():
    kept = [document.sentences for document in read_written(WRITTEN, kept_out=True)]
    shown = [sheet.shown for sheet in drawing.held_written_sheets(WRITTEN)["written"]]
    read = [pair.window for pair in drawing.held_written_pairs(WRITTEN)["written"]]
    assert len(shown) == 120
    assert len(read) == 800
    for one in (*shown, *read):
        assert any(any(one.endswith(sentence) for sentence in sentences) for sentences in kept), one


@pytest.mark.model
def test_an_adapter_is_measured_on_written_documents(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(drawing, "_HELD_SHEETS", 2)
    (tmp_path / "shipped.gguf").write_bytes((WRITTEN.parents[1] / "models" / "writer.gguf").read_bytes())
    given = ["training", "writer", "--written", str(WRITTEN), "--out", str(tmp_path), "--only", "measure"]
    monkeypatch.setattr("sys.argv", given)
    assert training_main() == 0
    figures = json.loads((tmp_path / "figures.json").read_text("utf-8"))["written"]
    assert json.loads(capsys.readouterr().out)["written"] == figures
    assert figures["unanswerable"] > 0
    assert figures["answerable"] > 0
