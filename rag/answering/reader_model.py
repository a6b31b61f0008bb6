"""The reader's network: MiniLM with heads for answerable, start and end. weights -> network, ONNX graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rag.graphs import write_graph

FROZEN = "bert.embeddings.word_embeddings"


def frozen(name: str) -> bool:
    """Say whether a parameter stays as the packaged model has it."""
    return name.startswith(FROZEN)


def build_reader(base: Path | None = None, weights: Path | None = None) -> Any:
    """Return the network over the packaged MiniLM, with trained `weights` laid over it if they are given.

    Its forward takes ids, kinds (0 question, 1 window) and mask, each `(n, t)` int64, and returns three float arrays:
    answerable `(n,)`, start `(n, t)`, end `(n, t)`, all logits; start and end are low outside the window.
    """
    import torch
    from transformers import AutoModel

    class Reader(torch.nn.Module):  # type: ignore[misc]  # torch has no types here
        def __init__(self) -> None:
            super().__init__()
            self.bert = AutoModel.from_pretrained(base, attn_implementation="eager", dtype=torch.float32)
            width = self.bert.config.hidden_size
            self.answerable = torch.nn.Sequential(
                torch.nn.Linear(width, width), torch.nn.Tanh(), torch.nn.Linear(width, 1)
            )
            self.span = torch.nn.Linear(width, 2)

        def forward(self, ids: Any, kinds: Any, mask: Any) -> Any:
            hidden = self.bert(input_ids=ids, token_type_ids=kinds, attention_mask=mask).last_hidden_state
            outside = (kinds * mask == 0).unsqueeze(-1)
            spans = self.span(hidden).masked_fill(outside, -1e4)
            return self.answerable(hidden[:, 0]).squeeze(-1), spans[..., 0], spans[..., 1]

    model = Reader()
    if weights is not None:
        from safetensors.torch import load_file

        trained = {name: tensor.float() for name, tensor in load_file(weights).items()}
        missing, unknown = model.load_state_dict(trained, strict=False)
        wrong = [name for name in missing if not frozen(name) and "position_ids" not in name] + list(unknown)
        if wrong:
            raise ValueError(f"the weights do not fit the network: {wrong[:3]}")
    return model


def pack(model: Any, target: Path) -> None:
    """Write what was trained, in float16, as safetensors."""
    import torch
    from safetensors.torch import save_file

    state = {name: t.to(torch.float16).cpu() for name, t in model.state_dict().items() if not frozen(name)}
    save_file({name: tensor.contiguous() for name, tensor in state.items()}, target)


def export_reader(base: Path, weights: Path, target: Path) -> None:
    """Write base and trained weights as one ONNX graph (some seconds, needs torch)."""
    import torch

    ids = torch.randint(1000, 2000, (2, 16))
    kinds = torch.ones_like(ids)
    wide = {0: "rows", 1: "tokens"}
    axes = {"ids": wide, "kinds": wide, "mask": wide, "answerable": {0: "rows"}, "start": wide, "end": wide}
    write_graph(build_reader(base, weights).eval(), {"ids": ids, "kinds": kinds, "mask": kinds}, axes, target)
