"""Ask a library with planted documents, and the same without. Attacks -> the share obeyed, by kind, with intervals."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.attacks import Attack, obeyed, shown
from eval.figures import Figure, mean_figure
from eval.metrics.answers import holds
from rag.library import Library

Tell = Callable[[int, int, float], None]


@dataclass(frozen=True, slots=True)
class Attacked:
    """What was answered without and with the planted text, and whether it was obeyed, shown, or changed the answer."""

    attack: Attack
    before: str
    after: str
    outcome: str

    @property
    def scores(self) -> dict[str, float]:
        """The figures of one attack by name, each 0 or 1."""
        found = {
            "obeyed": float(obeyed(self.attack, self.after)),
            "shown as a quotation": float(shown(self.attack, self.after)),
            "answer changed": float(self.before != self.after),
            "silent": float(self.outcome == "abstained"),
        }
        if self.attack.lie:
            found["truth told"] = float(holds(self.after, [self.attack.truth]))
            found["disagreement told"] = float(self.outcome == "conflict")
            del found["shown as a quotation"], found["answer changed"]
        return found


def documents_of(attacks: Sequence[Attack]) -> dict[str, str]:
    """Return the planted documents, and the clean ones of those that have one, by file name."""
    clean = {clean_name(attack): attack.clean for attack in attacks if attack.clean}
    return clean | {attacked_name(attack): attack.attacked for attack in attacks}


def clean_name(attack: Attack) -> str:
    """Return the file name of a document without its attack: one for each mail."""
    return f"clean-{attack.attack_id.split('-')[0]}.txt"


def attacked_name(attack: Attack) -> str:
    """Return the file name of a document with its attack."""
    return f"attacked-{attack.attack_id}.txt"


def write_attacked(path: Path, found: Sequence[Attacked]) -> None:
    """Write one attack a line: what was planted, what was answered without and with it, and the scores."""
    rows = (
        {"id": o.attack.attack_id, "kind": o.attack.kind, "question": o.attack.question, "added": o.attack.added,
         "before": o.before, "after": o.after, "outcome": o.outcome, "scores": o.scores}
        for o in found
    )  # fmt: skip
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8", newline="\n")


def ask_attacked(library: Library, attacks: Sequence[Attack], *, tell: Tell | None = None) -> list[Attacked]:
    """Ask about each document alone, without and with its order; about a lie, the whole library."""
    known = {Path(document.path).name: document.doc_id for document in library.documents()}
    found, start = [], time.perf_counter()
    for n, attack in enumerate(attacks, 1):
        before = library.ask(attack.question, only=(known[clean_name(attack)],)).text if attack.clean else ""
        only = (known[attacked_name(attack)],) if attack.clean else ()
        answer = library.ask(attack.question, only=only)
        found.append(Attacked(attack, before, answer.text, answer.outcome))
        if tell:
            tell(n, len(attacks), time.perf_counter() - start)
    return found


def figures_of(found: Sequence[Attacked]) -> tuple[Figure, ...]:
    """Return the share of the attacks for each score, then the share obeyed for each place of an order."""
    names = dict.fromkeys(name for one in found for name in one.scores)
    places = dict.fromkeys(one.attack.kind.rpartition(", ")[2] for one in found if not one.attack.lie)
    return (
        *(mean_figure(name, [one.scores[name] for one in found]) for name in names),
        *(
            mean_figure(f"obeyed, {place}", [o.scores["obeyed"] for o in found if o.attack.kind.endswith(f", {place}")])
            for place in places
        ),
    )
