"""Train the reader: does this window answer the question, and where? Pairs -> weights laid over the packaged MiniLM."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.answering.reader_model import build_reader, frozen, pack
from rag.retrieval.embed import packaged_model
from rag.training.examples import Examples, gather
from rag.training.learn import Pace, learn
from rag.training.pairs import Pair

_NONE = -1

PACE = Pace(batch=32, rate=1.5e-4, decay=0.01)
MAX_TOKENS = 192


def train(examples: Examples, pace: Pace, folder: Path, *, base: Path, start: Path | None = None) -> Path:
    """Train all layers of the model in the folder `base`, or go on from the weights `start`. Returns the weights' path.

    Uses a GPU where there is one.
    """
    import torch

    torch.manual_seed(pace.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = build_reader(base, start).to(device)
    for layer in model.bert.encoder.layer:
        layer.attention.self.dropout.p = 0.0  # costs a fifth of a step's time on a CPU
    for name, parameter in model.named_parameters():
        parameter.requires_grad = not frozen(name)
    model.train()
    target = folder / "reader.safetensors"
    learn(
        [parameter for parameter in model.parameters() if parameter.requires_grad],
        lambda rows: _loss(model, _tensors(examples, rows, device), device),
        examples["ids"].lengths(),
        pace,
        folder=folder,
        keep=lambda: pack(model, target),
    )
    return target


def encode(pairs: Sequence[Pair]) -> Examples:
    """Return pairs as tokens: `ids`, their `kinds`, and in `aims` whether answerable, start, end (-1: no span)."""
    tokenizer = pair_tokenizer()

    def laid() -> Iterator[dict[str, list[int]]]:
        for at in range(0, len(pairs), 256):
            some = pairs[at : at + 256]
            for pair, encoded in zip(some, tokenizer.encode_batch(_texts(some)), strict=True):
                real = sum(encoded.attention_mask)
                aims = [int(pair.answerable), *_token_span(encoded, pair)]
                yield {"ids": encoded.ids[:real], "kinds": encoded.type_ids[:real], "aims": aims}

    return gather(laid())


def pair_tokenizer() -> Any:
    """Return the packaged model's tokenizer, cutting windows that are too long and padding to the longest."""
    import tokenizers

    made: Any = tokenizers.Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
    made.enable_truncation(MAX_TOKENS, strategy="only_second")
    made.enable_padding(pad_id=0)
    return made


def _texts(pairs: Iterable[Pair]) -> list[tuple[str, str]]:
    return [(pair.question[:400], pair.window) for pair in pairs]


def _tensors(examples: Examples, rows: list[int], device: str) -> dict[str, Any]:
    import torch

    ids = examples["ids"].padded(rows, _NONE)
    answerable, start, end = examples["aims"].padded(rows, _NONE).T
    arrays = {"ids": ids.clip(0), "kinds": examples["kinds"].padded(rows, 0), "mask": (ids != _NONE).astype(int)}
    arrays |= {"answerable": answerable.astype("float32"), "start": start, "end": end}
    return {name: torch.tensor(values, device=device) for name, values in arrays.items()}


def _token_span(encoded: Any, pair: Pair) -> tuple[int, int]:
    if pair.answer is None:
        return -1, -1
    inside = [
        n
        for n, (kind, (start, end)) in enumerate(zip(encoded.type_ids, encoded.offsets, strict=True))
        if kind == 1 and start < pair.answer.end and pair.answer.start < end
    ]
    return (inside[0], inside[-1]) if inside else (-1, -1)


def _loss(model: Any, batch: dict[str, Any], device: str) -> Any:
    import torch
    from torch.nn import functional

    with torch.autocast(device, dtype=torch.bfloat16):
        answerable, start, end = model(batch["ids"], batch["kinds"], batch["mask"])
    loss = functional.binary_cross_entropy_with_logits(answerable.float(), batch["answerable"])
    for logits, gold in ((start, batch["start"]), (end, batch["end"])):
        if bool((gold >= 0).any()):
            loss = loss + 0.5 * functional.cross_entropy(logits.float(), gold, ignore_index=-1)
    return loss


def scored(model: Any, pairs: Sequence[Pair], device: str) -> Iterator[tuple[Pair, float, str]]:
    """Yield (pair, probability that it is answerable, the span it would give) for each pair."""
    import torch

    tokenizer = pair_tokenizer()
    model.eval()
    with torch.inference_mode(), torch.autocast(device, dtype=torch.bfloat16):
        for at in range(0, len(pairs), 64):
            some = pairs[at : at + 64]
            encoded = tokenizer.encode_batch(_texts(some))
            inputs = ([getattr(e, name) for e in encoded] for name in ("ids", "type_ids", "attention_mask"))
            answerable, start, end = (x.float() for x in model(*(torch.tensor(x, device=device) for x in inputs)))
            for row, pair in enumerate(some):
                first, last = best_span(start[row].tolist(), end[row].tolist(), encoded[row].type_ids)
                span = pair.window[encoded[row].offsets[first][0] : encoded[row].offsets[last][1]]
                yield pair, float(torch.sigmoid(answerable[row])), span


def best_span(start: Sequence[float], end: Sequence[float], kinds: Sequence[int], longest: int = 30) -> tuple[int, int]:
    """Return the first and last token of the likeliest span in the window (tokens of kind 1)."""
    inside = [n for n, kind in enumerate(kinds) if kind == 1]
    return max(
        ((i, j) for i in inside for j in inside if i <= j < i + longest), key=lambda span: start[span[0]] + end[span[1]]
    )
