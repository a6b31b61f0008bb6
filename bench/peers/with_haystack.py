"""Haystack's local recipe: split, embed, keep in memory; retrieve, fill a prompt, llama.cpp as chat generator."""

from __future__ import annotations

from pathlib import Path

from asked import CORES, MOST_TOKENS, Tell, run
from haystack import Pipeline
from haystack.components.builders import ChatPromptBuilder
from haystack.components.converters import TextFileToDocument
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.components.writers import DocumentWriter
from haystack.dataclasses import ChatMessage
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.document_stores.types import DuplicatePolicy
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from haystack_integrations.components.generators.llama_cpp import LlamaCppChatGenerator

_TOP_K = 3
_PROMPT = """\
Given the following information, answer the question.

Context:
{% for document in documents %}
    {{ document.content }}
{% endfor %}

Question: {{question}}
Answer:"""


def make(embedder: str, model: str):  # noqa: ANN201  # what asked.run wants
    """Return what indexes and what answers."""
    store = InMemoryDocumentStore()
    reading = Pipeline()
    reading.add_component("read", TextFileToDocument())
    reading.add_component("split", DocumentSplitter(split_by="word", split_length=200))
    reading.add_component("embed", SentenceTransformersDocumentEmbedder(model=embedder, progress_bar=False))
    reading.add_component("write", DocumentWriter(store, policy=DuplicatePolicy.OVERWRITE))
    for one, two in (("read", "split"), ("split", "embed"), ("embed", "write")):
        reading.connect(one, two)
    asking = Pipeline()
    asking.add_component("embed", SentenceTransformersTextEmbedder(model=embedder, progress_bar=False))
    asking.add_component("find", InMemoryEmbeddingRetriever(store, top_k=_TOP_K))
    asking.add_component("fill", ChatPromptBuilder([ChatMessage.from_user(_PROMPT)], required_variables="*"))
    asking.add_component(
        "write",
        LlamaCppChatGenerator(
            model, n_ctx=4096, generation_kwargs={"max_tokens": MOST_TOKENS},
            model_kwargs={"n_threads": CORES, "n_threads_batch": CORES, "verbose": False},
        ),
    )  # fmt: skip
    asking.connect("embed.embedding", "find.query_embedding")
    asking.connect("find", "fill.documents")
    asking.connect("fill.prompt", "write.messages")
    asking.warm_up()

    def index(folder: Path) -> None:
        reading.run({"read": {"sources": sorted(folder.glob("*.txt"))}})

    def answer(question: str, tell: Tell) -> None:
        def told(chunk) -> None:  # noqa: ANN001  # Haystack's own
            tell(chunk.content or "")

        asked = {"embed": {"text": question}, "fill": {"question": question}}
        asking.run({**asked, "write": {"streaming_callback": told}})

    return index, answer


if __name__ == "__main__":
    run(["haystack-ai", "llama-cpp-haystack", "sentence-transformers-haystack"], make)
