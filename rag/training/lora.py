"""Train a few numbers beside a frozen language model, and hand them to llama.cpp. GGUF model -> GGUF adapter.

Low-rank adaptation (Hu et al. 2021, arXiv 2106.09685): every linear layer W gets B @ A * alpha / rank beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

LAYERS = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
"""The linear layers of a Llama block, as transformers and as GGUF names them."""


def load_model(path: Path, dtype: Any = None) -> Any:
    """Return the model of a GGUF file as transformers has it, in bfloat16 or another type, all of it frozen."""
    import torch
    from transformers import AutoModelForCausalLM

    attention = "sdpa" if torch.cuda.is_available() else "eager"  # a fifth quicker on a CPU, with a mask of branches
    model = AutoModelForCausalLM.from_pretrained(
        str(path.parent), gguf_file=path.name, dtype=torch.float32, attn_implementation=attention
    )
    for parameter in model.parameters():
        parameter.requires_grad = False
    return model.to(dtype or torch.bfloat16)


def add_adapter(model: Any, *, rank: int, alpha: float) -> dict[str, Any]:
    """Put an adapter beside every linear layer of the blocks; return its layers by their GGUF name."""
    import torch
    from torch.nn import functional

    class Adapted(torch.nn.Module):  # type: ignore[misc]  # torch has no types here
        def __init__(self, base: Any) -> None:
            super().__init__()
            self.base = base
            device = base.weight.device
            self.a = torch.nn.Parameter(torch.empty(rank, base.in_features, device=device))
            self.b = torch.nn.Parameter(torch.zeros(base.out_features, rank, device=device))
            torch.nn.init.kaiming_uniform_(self.a, a=5**0.5)

        def forward(self, x: Any) -> Any:
            low = functional.linear(x, self.a.to(x.dtype)) * (alpha / rank)
            return self.base(x) + functional.linear(low, self.b.to(x.dtype))

    found = {}
    for n, block in enumerate(model.model.layers):
        for name, gguf_name in LAYERS.items():
            room, leaf = name.split(".")
            adapted = Adapted(getattr(getattr(block, room), leaf))
            setattr(getattr(block, room), leaf, adapted)
            found[f"blk.{n}.{gguf_name}.weight"] = adapted
    return found


def export_adapter(layers: dict[str, Any], config: Any, target: Path, *, alpha: float) -> None:
    """Write the adapter as a GGUF file that llama.cpp lays over the model it was trained on.

    GGUF stores the rows of q and k in another order than transformers does (pairs of the rotary embedding side by
    side), so the same rows of B are moved.
    """
    heads = _heads(config)
    rows = ((name, a, b, heads.get(name.split(".")[2])) for name, a, b in _matrices(layers))
    _write(target, [(n, a, b if count is None else _interleaved(b, count)) for n, a, b, count in rows], alpha=alpha)


def read_adapter(layers: dict[str, Any], config: Any, source: Path, *, alpha: float) -> None:
    """Put the numbers of a GGUF adapter that `export_adapter` or `shrink_adapter` wrote into layers of this `alpha`.

    One of a smaller rank fills the first rows; B is zero beside the others, so that they say nothing yet. Raises
    KeyError for another's adapter.
    """
    import torch

    heads = _heads(config)
    read = _scaled(source, 1.0)
    for name, layer in layers.items():
        a, b = read[name]
        count = heads.get(name.split(".")[2])
        rank, scale = len(a), alpha / len(layer.a)
        layer.a.data[:rank].copy_(torch.tensor(a))
        layer.b.data.zero_()
        layer.b.data[:, :rank].copy_(torch.tensor((b if count is None else _apart(b, count)) / scale))


def shrink_adapter(sources: Sequence[Path], target: Path, *, rank: int) -> None:
    """Write the adapter of `rank` that comes nearest to the mean of others, by the truncated SVD of each product B @ A.

    Eckart and Young 1936; the mean of weights is a model soup (Wortsman et al. 2022). The scale is worked into both
    halves alike, so that alpha is the rank.
    """
    import numpy as np

    parts = [_scaled(source, 1 / len(sources)) for source in sources]
    layers = []
    for name in sorted(parts[0]):
        a = np.concatenate([part[name][0] for part in parts])
        b = np.concatenate([part[name][1] for part in parts], axis=1)
        left, small_left = np.linalg.qr(b)
        right, small_right = np.linalg.qr(a.T)
        u, sizes, v = np.linalg.svd(small_left @ small_right.T)
        root = np.sqrt(sizes[:rank])
        layers.append((name, (root[:, None] * v[:rank]) @ right.T, (left @ u[:, :rank]) * root))
    _write(target, layers, alpha=float(rank))


def _scaled(source: Path, share: float) -> dict[str, tuple[Any, Any]]:
    """Return A and B of each layer of a GGUF adapter, its scale and share worked into B."""
    import gguf
    import numpy as np

    reader = gguf.GGUFReader(str(source))
    tensors = {tensor.name: np.array(tensor.data, dtype=np.float32) for tensor in reader.tensors}
    scale = share * float(reader.fields["adapter.lora.alpha"].contents())
    names = [name.removesuffix(".lora_a") for name in tensors if name.endswith(".lora_a")]
    pairs = ((name, tensors[f"{name}.lora_a"], tensors[f"{name}.lora_b"]) for name in names)
    return {name: (a, b * (scale / len(a))) for name, a, b in pairs}


def _write(target: Path, layers: Iterable[tuple[str, Any, Any]], *, alpha: float) -> None:
    import gguf
    import numpy as np

    writer = gguf.GGUFWriter(str(target), "llama")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", alpha)
    for name, a, b in layers:
        writer.add_tensor(f"{name}.lora_a", np.ascontiguousarray(a).astype(np.float16))
        writer.add_tensor(f"{name}.lora_b", np.ascontiguousarray(b).astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _heads(config: Any) -> dict[str, int]:
    return {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}


def _interleaved(rows: Any, heads: int) -> Any:
    size = rows.shape[0] // heads // 2
    return rows.reshape(heads, 2, size, rows.shape[1]).swapaxes(1, 2).reshape(rows.shape)


def _apart(rows: Any, heads: int) -> Any:
    size = rows.shape[0] // heads // 2
    return rows.reshape(heads, size, 2, rows.shape[1]).swapaxes(1, 2).reshape(rows.shape)


def _matrices(layers: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for name, layer in layers.items():
        yield name, layer.a.detach().float().cpu().numpy(), layer.b.detach().float().cpu().numpy()
