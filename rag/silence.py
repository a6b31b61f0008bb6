"""Keep what others write from being lost. The door to what llama-cpp-python does to stdout and stderr."""

from __future__ import annotations

from typing import Any

_kept: list[object] = []
"""The callback must live as long as llama.cpp may call it."""


def leave_streams_on(llama_cpp: Any) -> None:
    """Have models load without stdout and stderr being turned off meanwhile, and llama.cpp's own log go nowhere.

    Left to itself llama-cpp-python points both streams of the whole process to nothing while it loads a model: what
    any other thread writes then is lost, also where a program that is not ours only imports us.
    """
    if _kept:
        return
    quiet = llama_cpp.llama_log_callback(lambda *_: None)
    llama_cpp.llama_log_set(quiet, None)
    _kept.append(quiet)
    llama_cpp._utils.suppress_stdout_stderr.__enter__ = lambda self: self
    llama_cpp._utils.suppress_stdout_stderr.__exit__ = lambda *_: None
