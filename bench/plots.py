"""Draw small plots that need no script. figures -> SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

_WIDTH, _LABEL, _ROW = 560, 130, 26
_HEIGHT, _EDGE = 260, 56
_SHADES = ("#1f5fa8", "#9ab8d8")


def bars(title: str, values: Mapping[str, float]) -> str:
    """Return a bar for each value, from 0."""
    room = (_WIDTH - _LABEL - 90) / (max(values.values(), default=1.0) or 1.0)
    drawn = []
    for n, (name, value) in enumerate(values.items()):
        top = 40 + n * _ROW
        drawn.append(
            f'<text x="8" y="{top + 14}">{escape(name)}</text>'
            f'<rect x="{_LABEL}" y="{top}" width="{room * value:.1f}" height="18" fill="{_SHADES[bool(n)]}"/>'
            f'<text x="{_LABEL + room * value + 6:.1f}" y="{top + 14}">{value:,.4g}</text>'
        )
    return _drawn(title, 48 + len(values) * _ROW, "".join(drawn))


def lines(title: str, at: Sequence[int], values: Mapping[str, Sequence[float]]) -> str:
    """Return a line for each name over places on a logarithmic axis; the other axis is from 0."""
    most = max((max(line) for line in values.values()), default=1.0) or 1.0
    low, high = math.log10(min(at)), math.log10(max(at))

    def place(x: int, y: float) -> tuple[float, float]:
        along = (math.log10(x) - low) / ((high - low) or 1.0)
        return _EDGE + along * (_WIDTH - _EDGE - 70), _HEIGHT - _EDGE + 16 - y / most * (_HEIGHT - _EDGE - 40)

    drawn = [f'<line x1="{_EDGE}" x2="{_WIDTH - 40}" y1="{_HEIGHT - 40}" y2="{_HEIGHT - 40}" stroke="#888"/>']
    drawn += [f'<text x="{place(x, 0)[0]:.0f}" y="{_HEIGHT - 20}" text-anchor="middle">{x:,}</text>' for x in at]
    for (name, line), shade in zip(values.items(), _SHADES, strict=False):
        points = [place(x, y) for x, y in zip(at, line, strict=True)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        drawn.append(f'<polyline points="{path}" fill="none" stroke="{shade}" stroke-width="2"/>')
        drawn += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{shade}"/><text x="{x:.1f}" y="{y - 7:.1f}" '
            f'text-anchor="middle">{value:.3g}</text>'
            for (x, y), value in zip(points, line, strict=True)
        ]
        drawn.append(f'<text x="{points[-1][0] + 22:.1f}" y="{points[-1][1] + 4:.1f}">{escape(name)}</text>')
    return _drawn(title, _HEIGHT, "".join(drawn))


def _drawn(title: str, height: int, inside: str) -> str:
    style = "<style>text{font:13px system-ui,sans-serif;fill:#222}</style>"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">'
    ground = f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>'
    return (
        f'{head}<title>{escape(title)}</title>{style}{ground}<text x="8" y="20">{escape(title)}</text>{inside}</svg>\n'
    )
