"""Write a torch network as an ONNX graph, so that asking needs no torch. network -> file."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_OPSET = 17


def write_graph(network: Any, inputs: Mapping[str, Any], axes: Mapping[str, Mapping[int, str]], target: Path) -> None:
    """Write `network` with example `inputs` by name; `axes` names the sizes that vary, outputs in order after inputs.

    The file appears whole or not at all.
    """
    import torch

    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(f".{os.getpid()}.partial")
    outputs = [name for name in axes if name not in inputs]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                network, tuple(inputs.values()), str(partial), input_names=list(inputs), output_names=outputs,
                dynamic_axes=axes, dynamo=False, opset_version=_OPSET,
            )  # fmt: skip
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
