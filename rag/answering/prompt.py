"""Build the model's messages. question and Evidence -> Messages whose untrusted parts stay text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from rag.errors import SettingsError
from rag.records import Evidence, Message, Part

_SECTION = re.compile(r"^# (system|user|assistant)\n", re.MULTILINE)
_SLOT = re.compile(r"\{(sentences|numbered|question)\}")


class PromptTemplate:
    """A file of chat turns; `{sentences}` (or `{numbered}`) and `{question}` are filled with untrusted text."""

    def __init__(self, path: Path) -> None:
        self._turns = _read_turns(path)

    def fill(self, question: str, evidence: Sequence[Evidence]) -> tuple[Message, ...]:
        """Return the messages for a question: everything before the last turn is the same each time."""
        return self.fill_sentences(question, [e.text for e in evidence])

    def fill_sentences(self, question: str, sentences: Sequence[str]) -> tuple[Message, ...]:
        """Return the messages for a question about sentences; white space in them is made single spaces."""
        flat = [" ".join(sentence.split()) for sentence in sentences]
        values = {
            "sentences": "\n".join(f"- {line}" for line in flat),
            "numbered": "\n".join(f"[{n}] {line}" for n, line in enumerate(flat, 1)),
            "question": " ".join(question.split()),
        }
        return tuple(Message(role, tuple(_parts(body, values))) for role, body in self._turns)


def _parts(body: str, values: dict[str, str]) -> list[Part]:
    """Return the parts of a turn; a slot's value is untrusted, the template's own words are trusted."""
    pieces = _SLOT.split(body)
    parts = [Part(values[piece]) if n % 2 else Part(piece, trusted=True) for n, piece in enumerate(pieces)]
    return [part for part in parts if part.text]


@cache
def _read_turns(path: Path) -> tuple[tuple[str, str], ...]:
    try:
        pieces = _SECTION.split(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"The prompt file {str(path)!r} could not be read: {error.strerror}.") from error
    turns = tuple((role, body.strip()) for role, body in zip(pieces[1::2], pieces[2::2], strict=True))
    slots = set(_SLOT.findall(turns[-1][1])) if turns else set()
    if slots not in ({"sentences", "question"}, {"numbered", "question"}):
        raise SettingsError(
            f"The last turn of {str(path)!r} must hold {{sentences}} (or {{numbered}}) and {{question}}."
        )
    return turns
