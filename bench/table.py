"""Draw the bench's figures. parts as JSON -> table.md, figures.json, plots."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.plots import bars, lines

_TITLES = {
    "machine": "The machine", "starts": "Cold start", "asking": "A question, warm", "ingest": "Ingest",
    "growth": "Growth", "beside": "Beside others: times of the peers",
}  # fmt: skip
_OURS = "Footnote"
_RATIOS = (
    ("first_p50", "first quote, or first word", 5), ("total_p50", "finished answer", 3),
    ("characters_per_second", "ingest", 3),
)  # fmt: skip


def write_table(out: Path, failed: Sequence[str]) -> Path:
    """Write what the parts under `out` found as a table, as JSON and as plots; return the table's path."""
    parts = {name: _read(out, name) for name in _TITLES if _read(out, name)}
    compared = _compared(parts)
    told = ["# Bench", "", _machine(parts), ""]
    told += [f"The part {part} failed in this run." for part in failed]
    for name, part in parts.items():
        told += ["", f"## {_TITLES[name]}", "", "| what | figure | goal | |", "|---|---|---|---|"]
        told += [_line(row) for row in part["rows"]]
    if len(compared) > 1:
        told += ["", *_beside(compared)]
    plots = _plots(parts, compared)
    for name, drawn in plots.items():
        (out / f"{name}.svg").write_text(drawn, "utf-8")
    told += ["", *(f"![{name}]({name}.svg)" for name in plots)]
    table = out / "table.md"
    table.write_text("\n".join(told) + "\n", "utf-8")
    figures = {"parts": parts, "compared": compared, "ratios": _ratios(compared)}
    (out / "figures.json").write_text(json.dumps(figures, indent=1), "utf-8")
    return table


def _read(out: Path, name: str) -> dict[str, Any]:
    path = out / "parts" / f"{name}.json"
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}


def _machine(parts: Mapping[str, Any]) -> str:
    known = parts.get("machine", {}).get("more", {})
    return (
        f"{known.get('processor', 'unknown processor')}, {known.get('cores', '?')} cores, Python {known.get('python')}."
    )


def _line(row: Mapping[str, Any]) -> str:
    verdict = {True: "met", False: "missed", None: ""}[row["met"]]
    note = f" ({row['note']})" if row["note"] else ""
    return f"| {row['what']}{note} | {_figure(row['value'])} {row['unit']} | {row['goal']} | {verdict} |"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _compared(parts: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what is compared, by name: Footnote's from its own parts, then the peers'."""
    ours = {**parts.get("ingest", {}).get("more", {}).get("compared", {})}
    ours |= parts.get("asking", {}).get("more", {}).get("compared", {})
    peers = parts.get("beside", {}).get("more", {}).get("compared", {})
    return {_OURS: ours, **peers} if "total_p50" in ours and "characters_per_second" in ours else {}


def _ratios(compared: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """Return how many times as fast Footnote is as each peer."""
    ours = compared.get(_OURS, {})
    return {
        name: {
            key: found[key] / ours[key] if key != "characters_per_second" else ours[key] / found[key]
            for key, *_ in _RATIOS
        }
        for name, found in compared.items()
        if name != _OURS
    }


def _beside(compared: Mapping[str, Mapping[str, Any]]) -> list[str]:
    asked = int(compared[_OURS]["answerable"] + compared[_OURS]["unanswerable"])
    lines = [
        f"## Footnote beside others, {asked} questions",
        "",
        "| | first quote or word, p50 · p95 | finished answer, p50 · p95 | ingest, characters/s | right "
        "| declined rightly | install | disk | versions |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, f in compared.items():
        installed = (
            f"{f['install_seconds']:.0f} s | {f['install_gigabytes']:.1f} GB" if "install_seconds" in f else " | "
        )
        versions = ", ".join(f"{package} {version}" for package, version in f.get("versions", {}).items())
        lines.append(
            f"| {name} | {f['first_p50']:.2f} · {f['first_p95']:.2f} s | {f['total_p50']:.2f} · {f['total_p95']:.2f} s "
            f"| {f['characters_per_second']:,.0f} | {f['right']:.0f} of {f['answerable']:.0f} "
            f"| {f['declined']:.0f} of {f['unanswerable']:.0f} | {installed} | {versions} |"
        )
    lines += ["", "| Footnote is faster by | " + " | ".join(told for _, told, _ in _RATIOS) + " |", "|---|---|---|---|"]
    for name, ratios in _ratios(compared).items():
        cells = (
            f"{ratios[key]:.1f} (goal {goal}: {'met' if ratios[key] >= goal else 'missed'})" for key, _, goal in _RATIOS
        )
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def _plots(parts: Mapping[str, Any], compared: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    plots = {}
    if len(compared) > 1:
        for key, told, _ in _RATIOS:
            unit = "characters/s" if key == "characters_per_second" else "seconds, p50"
            plots[f"beside-{key.replace('_', '-')}"] = bars(f"{told}: {unit}", {n: f[key] for n, f in compared.items()})
    sizes = parts.get("growth", {}).get("more", {}).get("growth", {})
    if sizes:
        counts = [int(count) for count in sizes]
        plots["growth-search"] = lines(
            "search without embedding: milliseconds by passages", counts,
            {f"p{p}": [found[f"search_p{p}"] for found in sizes.values()] for p in (50, 95)},
        )  # fmt: skip
        plots["growth-ask"] = lines(
            "question to the finished answer: seconds by passages", counts,
            {f"p{p}": [found[f"ask_p{p}"] for found in sizes.values()] for p in (50, 95)},
        )  # fmt: skip
    return plots
