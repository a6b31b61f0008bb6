"""txtai's local recipe: an Embeddings database with content, the RAG pipeline over a GGUF file."""

from __future__ import annotations

from pathlib import Path

from asked import CORES, MOST_TOKENS, Tell, run
from txtai import LLM, RAG, Embeddings

_TEMPLATE = """\
Answer the following question using the provided context.

Question:
{question}

Context:
{context}
"""


def make(embedder: str, model: str):  # noqa: ANN201  # what asked.run wants
    """Return what indexes and what answers; the documents are cut at blank lines, as its Textractor does."""
    embeddings = Embeddings(path=embedder, content=True, gpu=False)
    writer = LLM(model, method="llama.cpp", n_ctx=4096, n_threads=CORES, n_threads_batch=CORES, verbose=False)
    rag = RAG(embeddings, writer, template=_TEMPLATE, output="flatten")

    def index(folder: Path) -> None:
        texts = [path.read_text("utf-8") for path in sorted(folder.glob("*.txt"))]
        embeddings.index([part.strip() for text in texts for part in text.split("\n\n") if part.strip()])

    def answer(question: str, tell: Tell) -> None:
        for piece in rag(question, maxlength=MOST_TOKENS, stream=True, defaultrole="user"):
            tell(piece)

    return index, answer


if __name__ == "__main__":
    run(["txtai"], make)
