"""Turn messages into tokens. Messages -> token ids in which untrusted text never is a control token."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rag.records import Message

_CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_MARK = re.compile("\ue000(\\d+)\ue001")


class ChatFormat:
    """A model's own chat template (ChatML when the file holds none).

    The template is rendered with a mark in place of every part; its own pieces are read with control tokens, as are
    trusted parts, while untrusted parts are read as plain text: `<|im_end|>` in a document is seven ordinary tokens.
    """

    def __init__(self, llm: Any) -> None:
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        self._llm = llm
        self._eos, self._bos = (
            llm._model.token_get_text(t) if t >= 0 else "" for t in (llm.token_eos(), llm.token_bos())
        )
        template = llm.metadata.get("tokenizer.chat_template", _CHATML)
        self._formatter = Jinja2ChatFormatter(template=template, eos_token=self._eos, bos_token=self._bos)

    def tokens(self, messages: Sequence[Message]) -> tuple[list[int], int]:
        """Return the prompt for `messages`, ready for the assistant's turn, and how many tokens of it are fixed.

        The fixed ones come before the first untrusted text: they are the same for every question.
        """
        parts = [part for message in messages for part in message.parts]
        marks = iter(f"\ue000{n}\ue001" for n in range(len(parts)))
        turns = [{"role": m.role, "content": "".join(next(marks) for _ in m.parts)} for m in messages]
        found: list[int] = []
        fixed = None
        trusted = ""
        for n, piece in enumerate(_MARK.split(self._formatter(messages=turns).prompt)):
            if n % 2 == 0 or parts[int(piece)].trusted:
                trusted += piece if n % 2 == 0 else parts[int(piece)].text
                continue
            found += self._tokenize(trusted, special=True)
            fixed = len(found) if fixed is None else fixed
            found += self._tokenize(parts[int(piece)].text, special=False)
            trusted = ""
        found += self._tokenize(trusted, special=True)
        bos = self._llm.token_bos()
        if self._llm.metadata.get("tokenizer.ggml.add_bos_token") == "true" and found[:1] != [bos]:
            found.insert(0, bos)
            fixed = None if fixed is None else fixed + 1
        return found, fixed or 0

    def reply(self, text: str) -> list[int]:
        """Return the tokens of a reply of this text."""
        return self._tokenize(text, special=False)

    def _tokenize(self, text: str, *, special: bool) -> list[int]:
        if not text:
            return []
        return list(self._llm.tokenize(text.encode("utf-8", "replace"), add_bos=False, special=special))
