"""How fast a model reads is measured by a process of its own, which may end in any way."""

import sys

import pytest

from rag.answering import prefill
from rag.answering.model_file import fastest_copy, packaged_model
from rag.errors import ModelError

_DIES = "import os, signal; os.kill(os.getpid(), signal.SIG{})"


@pytest.mark.model
def test_the_packaged_model_reads_some_tokens_a_second():
    assert prefill.prefill_speed(packaged_model()) > 1


def test_code_for_another_processor_is_told_with_its_cure(monkeypatch, tmp_path):
    monkeypatch.setattr(prefill, "_COMMAND", [sys.executable, "-c", _DIES.format("ILL")])
    with pytest.raises(ModelError, match=r"built for another processor.*CMAKE_ARGS"):
        prefill.prefill_speed(tmp_path / "any.gguf")


@pytest.mark.parametrize(
    ("code", "why"), [(_DIES.format("SEGV"), "ended with -11"), ("raise ValueError('cut short')", "cut short")]
)
def test_a_file_that_ends_its_reader_does_not_end_us(monkeypatch, tmp_path, code, why):
    monkeypatch.setattr(prefill, "_COMMAND", [sys.executable, "-c", code])
    with pytest.raises(ValueError, match=why):
        prefill.prefill_speed(tmp_path / "any.gguf")


def test_copies_that_were_left_half_written_are_deleted(monkeypatch, tmp_path):
    """Each is as large as the model, and a process that dies over it leaves one."""
    from rag.answering import model_file

    monkeypatch.setattr(model_file, "_quantise", lambda path, target: target.write_bytes(b"copy"))
    monkeypatch.setattr(model_file, "prefill_speed", lambda path: 1.0)
    model, folder = tmp_path / "small.gguf", tmp_path / "models"
    model.write_bytes(b"GGUF" + b"\0" * 500_000)
    folder.mkdir()
    stem = model_file._notes(model, folder).stem
    left = folder / f"{stem}.4711.partial"
    left.write_bytes(b"half")
    assert fastest_copy(model, folder) == model
    assert not list(folder.glob("*.partial"))
