"""What is told while a model is loaded is told after it, not lost."""

from threading import Thread

import pytest

from rag.answering.llm import LlamaCppModel
from rag.errors import ModelError
from rag.telling import note


def test_a_line_told_while_a_model_is_loaded_is_not_lost(tmp_path, monkeypatch, capfd):
    import llama_cpp
    from llama_cpp._utils import suppress_stdout_stderr

    telling = Thread(target=note, args=("docs: 1 added.",))

    def loading(*_, **__):
        with suppress_stdout_stderr(disable=False):
            telling.start()
            telling.join(0.3)
        raise ValueError("it is none")

    monkeypatch.setattr(llama_cpp, "Llama", loading)
    path = tmp_path / "none.gguf"
    path.write_bytes(b"GGUF")
    with pytest.raises(ModelError, match="it is none"):
        LlamaCppModel(path, context_tokens=64)
    telling.join()
    assert capfd.readouterr().err == "docs: 1 added.\n"
