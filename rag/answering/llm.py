"""Write text with a local model, the door to llama-cpp-python. Messages -> Deltas."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from rag.answering.chat_format import ChatFormat
from rag.answering.cores import free_cores
from rag.answering.model_file import check_model_file, not_loadable
from rag.errors import ModelError
from rag.records import Delta, Message
from rag.silence import leave_streams_on

T = TypeVar("T")

_Logs = npt.NDArray[np.float64]


class LlamaCppModel:
    """A GGUF model on the processor. One caller at a time; a second one waits. Greedy, so the same each time.

    Closing the iterator of `generate` stops the model at once, while it reads the prompt too. It computes in a thread
    of its own: llama.cpp sets up AMX's tiles once for each thread, and torch, in the same one, would set them up anew.
    """

    def __init__(
        self, path: Path, *, context_tokens: int, threads: int = 0, name: str = "", adapter: Path | None = None
    ) -> None:
        check_model_file(path)
        import llama_cpp

        leave_streams_on(llama_cpp)
        self._library: Any = llama_cpp
        count = threads or free_cores()
        self._threads = threads
        try:
            self._llm: Any = llama_cpp.Llama(
                str(path), n_ctx=context_tokens, n_threads=count, n_threads_batch=count, seed=0, verbose=False,
                lora_path=str(adapter) if adapter else None,
            )  # fmt: skip
        except (ValueError, RuntimeError, OSError, AssertionError) as error:
            raise not_loadable(path, error) from error
        self._format = ChatFormat(self._llm)
        self._lock = threading.Lock()
        self._room = ThreadPoolExecutor(1, "llama")
        self._next: tuple[list[int], _Logs] | None = None
        self._deadline = float("inf")
        self._stopped = threading.Event()
        self._callback = llama_cpp.ggml_abort_callback(self._must_stop)
        llama_cpp.llama_set_abort_callback(self._llm._ctx.ctx, self._callback, None)
        self.name = name or path.stem
        self.context_tokens = int(self._llm.n_ctx())

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Return the length of the prompt that `messages` make, in the model's tokens."""
        return len(self._format.tokens(messages)[0])

    def generate(self, messages: Sequence[Message], *, max_tokens: int, timeout_seconds: float) -> Iterator[Delta]:
        """Yield the reply piece by piece; the last delta has a `finish`: "stop", "length" or "time".

        Raises `ModelError` when prompt and reply do not fit the model's context.
        """
        tokens, fixed = self._format.tokens(messages)
        self._check_room(len(tokens), max_tokens)
        with self._lock:
            self._begin(timeout_seconds)
            try:
                yield from self._deltas(tokens, fixed, max_tokens)
            finally:
                self._deadline = float("inf")

    def likelihood(self, messages: Sequence[Message], text: str, *, timeout_seconds: float) -> float:
        """Return the probability in [0, 1] that the reply begins with the first token of `text`; nothing is written.

        1.0 when the time is over before the prompt is read. Raises `ModelError` when it does not fit the context.
        """
        found = self._weighed(messages, self._format.reply(text)[:1], timeout_seconds)
        return 1.0 if found is None else math.exp(found)

    def log_likelihood(self, messages: Sequence[Message], text: str, *, timeout_seconds: float) -> float | None:
        """Return the natural log of the probability that the reply begins with all of `text`; nothing is written.

        None when the time is over first. Raises `ModelError` when prompt and text do not fit the context.
        """
        return self._weighed(messages, self._format.reply(text), timeout_seconds)

    def _weighed(self, messages: Sequence[Message], reply: list[int], timeout_seconds: float) -> float | None:
        """Return the natural log of the probability of a reply; None when the time is over first."""
        tokens, fixed = self._format.tokens(messages)
        self._check_room(len(tokens), len(reply))
        with self._lock:
            self._begin(timeout_seconds)
            try:
                return self._alone(
                    lambda: float(self._read(tokens, fixed)[reply[0]]) + self._goes_on(len(tokens), reply)
                )
            except RuntimeError as error:
                self._check_stopped(error, "reading")
                return None
            finally:
                self._deadline = float("inf")

    def _alone(self, work: Callable[[], T]) -> T:
        """Return what some work gives in the model's own thread; who is interrupted waiting for it stops it."""
        done = self._room.submit(work)
        try:
            return done.result()
        finally:
            if not done.done():
                self._stopped.set()
                wait([done])

    def _read(self, tokens: list[int], fixed: int) -> _Logs:
        """Read a prompt, unless it is what was read last, and return the log probability of every token to come next.

        The fixed ones are read first, then the others: in other portions rounding differs.
        """
        llm = self._llm
        if self._next is None or self._next[0] != tokens or llm.input_ids[: llm.n_tokens].tolist() != tokens:
            self._keep_only(tokens[:fixed])
            llm.eval(tokens[fixed:])
            self._next = tokens, self._logs(-1)
        return self._next[1]

    def _goes_on(self, start: int, reply: list[int]) -> float:
        """Return the log probability that a reply goes on as it does after its first token; it is forgotten again."""
        llm = self._llm
        if len(reply) == 1:
            return 0.0
        llm._batch.set_batch(reply[:-1], start, logits_all=True)
        llm._ctx.decode(llm._batch)
        found = sum(float(self._logs(n)[token]) for n, token in enumerate(reply[1:]))
        llm._ctx.kv_cache_seq_rm(-1, start, -1)
        return found

    def _check_stopped(self, error: RuntimeError, doing: str) -> None:
        """Forget what was read; raise `ModelError` unless the error came of being stopped."""
        self._llm.reset()
        if not self._must_stop(None):
            raise ModelError(f"The model {self.name} failed while {doing}: {error}") from error

    def _begin(self, timeout_seconds: float) -> None:
        """Set the time to stop at, and the threads: as set, else as many as there are cores free now."""
        self._deadline = time.monotonic() + timeout_seconds
        self._stopped.clear()
        if not self._threads:
            count = free_cores()
            self._library.llama_set_n_threads(self._llm._ctx.ctx, count, count)

    def _logs(self, n: int) -> _Logs:
        """Return the natural log of the probability of every token to come after the `n`-th that was read last."""
        raw = self._library.llama_get_logits_ith(self._llm._ctx.ctx, n)
        logits = np.ctypeslib.as_array(raw, shape=(self._llm.n_vocab(),)).astype(np.float64)
        logits -= logits.max()
        found: _Logs = logits - math.log(np.exp(logits).sum())
        return found

    def _check_room(self, prompt_tokens: int, max_tokens: int) -> None:
        if prompt_tokens + max_tokens > self.context_tokens:
            raise ModelError(
                f"The prompt has {prompt_tokens} tokens and the reply may have {max_tokens}; the model's context holds "
                f"{self.context_tokens}. Raise context_tokens, or use a model with a larger context."
            )

    def stop(self) -> None:
        """Stop the reply that is being written, from any thread; it ends with the finish "time"."""
        self._stopped.set()

    def _keep_only(self, prefix: list[int]) -> None:
        """Have the model remember exactly `prefix`, so that a reply never depends on what was asked before.

        Without this the longest common start is reused, the rest is read in other batches, and rounding differs.
        """
        llm = self._llm
        if llm.n_tokens < len(prefix) or llm.input_ids[: len(prefix)].tolist() != prefix:
            llm.reset()
            llm.eval(prefix)
        llm.n_tokens = len(prefix)

    def _deltas(self, tokens: list[int], fixed: int, max_tokens: int) -> Iterator[Delta]:
        try:
            self._alone(lambda: self._keep_only(tokens[:fixed]))
            stream = self._llm.create_completion(
                tokens, max_tokens=max_tokens, temperature=0.0, repeat_penalty=1.0, stream=True
            )
            while piece := self._alone(lambda: next(stream, None)):
                choice = piece["choices"][0]
                yield Delta(choice["text"], choice["finish_reason"] or "")
                if self._must_stop(None) and not choice["finish_reason"]:
                    stream.close()
                    yield Delta("", "time")
                    return
        except RuntimeError as error:
            self._check_stopped(error, "writing")
            yield Delta("", "time")

    def _must_stop(self, _: object) -> bool:
        return self._stopped.is_set() or time.monotonic() > self._deadline
