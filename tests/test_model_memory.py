"""What a model takes of memory, read from the head of its file."""

import pytest

from rag.answering.model_file import packaged_model
from rag.answering.model_memory import _WORK_BYTES, memory_bytes
from rag.errors import ModelError

TOKENS = 4096


def gguf_file(path, **about):
    """A GGUF file with no weights, the facts `about` it and a long vocabulary before them."""
    gguf = pytest.importorskip("gguf")
    writer = gguf.GGUFWriter(path, "test")
    writer.add_array("tokenizer.ggml.tokens", [f"word{n}" for n in range(5000)])
    writer.add_array("tokenizer.ggml.scores", [float(n) for n in range(5000)])
    for name, value in about.items():
        add = writer.add_array if isinstance(value, list) else writer.add_uint32
        add(f"test.{name.replace('__', '.')}", value)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    return path


@pytest.mark.parametrize(
    ("about", "numbers"),
    [({"block_count": 36, "embedding_length": 2560, "attention__head_count": 32, "attention__head_count_kv": 8,
       "attention__key_length": 128, "attention__value_length": 128}, 36 * 8 * 256),
     ({"block_count": 2, "embedding_length": 64, "attention__head_count": 4}, 2 * 4 * 32),
     ({"block_count": 3, "embedding_length": 64, "attention__head_count": 4, "attention__head_count_kv": [4, 0, 2]}, 6 * 32),
     ({}, 0)],
)  # fmt: skip
def test_weights_cache_and_room_to_work_are_counted(tmp_path, about, numbers):
    path = gguf_file(tmp_path / "a.gguf", **about)
    assert memory_bytes(path, TOKENS) == path.stat().st_size + 2 * numbers * TOKENS + _WORK_BYTES


def test_the_packaged_model_takes_what_its_makers_tell():
    assert (
        memory_bytes(packaged_model(), TOKENS)
        == packaged_model().stat().st_size + 2 * 30 * 3 * 128 * TOKENS + _WORK_BYTES
    )


@pytest.mark.parametrize("kept", [5, 24, 60, 2000])
def test_a_torn_file_is_told(tmp_path, kept):
    path = tmp_path / "torn.gguf"
    path.write_bytes(packaged_model().read_bytes()[:kept])
    with pytest.raises(ModelError, match="could not be loaded"):
        memory_bytes(path, TOKENS)
    (tmp_path / "odd.gguf").write_bytes(b"GGUF" + b"\xff" * 200)
    with pytest.raises(ModelError, match="could not be loaded"):
        memory_bytes(tmp_path / "odd.gguf", TOKENS)
