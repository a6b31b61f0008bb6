"""LlamaIndex's local recipe: SimpleDirectoryReader, VectorStoreIndex, a streaming query engine, all by default."""

from __future__ import annotations

from pathlib import Path

from asked import CORES, MOST_TOKENS, Tell, run
from llama_index.core import Settings, SimpleDirectoryReader, VectorStoreIndex
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.llms.llama_cpp import LlamaCPP

_CONTEXT = 3900


def make(embedder: str, model: str):  # noqa: ANN201  # what asked.run wants
    """Return what indexes and what answers."""
    Settings.embed_model = HuggingFaceEmbedding(model_name=embedder, device="cpu")
    Settings.llm = LlamaCPP(
        model_path=model, temperature=0.1, max_new_tokens=MOST_TOKENS, context_window=_CONTEXT, verbose=False,
        model_kwargs={"n_threads": CORES, "n_threads_batch": CORES},
        messages_to_prompt=lambda messages: _chat([(str(m.role.value), str(m.content)) for m in messages]),
        completion_to_prompt=lambda text: _chat([("user", text)]),
    )  # fmt: skip
    engines = []

    def index(folder: Path) -> None:
        documents = SimpleDirectoryReader(str(folder)).load_data()
        engines[:] = [VectorStoreIndex.from_documents(documents).as_query_engine(streaming=True)]

    def answer(question: str, tell: Tell) -> None:
        for piece in engines[0].query(question).response_gen:
            tell(piece)

    return index, answer


def _chat(messages: list[tuple[str, str]]) -> str:
    told = "".join(f"<|im_start|>{role}\n{text}<|im_end|>\n" for role, text in messages)
    return f"{told}<|im_start|>assistant\n"


if __name__ == "__main__":
    run(["llama-index-core", "llama-index-embeddings-huggingface", "llama-index-llms-llama-cpp"], make)
