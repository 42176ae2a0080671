"""A curve as SVG, both axes logarithmic: rows along, milliseconds up. No library draws it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.figures import Figure

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640, 400, 70, 60, 40, 30
STYLE = """
text { font: 13px sans-serif; fill: #333 } .grid { stroke: #ddd }
.curve { fill: none; stroke: #06c; stroke-width: 2 }
"""


def write(curve: Sequence[Figure], path: Path) -> None:
    """Draw the medians of *curve*, by their rows."""
    path.write_text("\n".join(_lines(curve)) + "\n", encoding="utf-8")


def _lines(curve: Sequence[Figure]) -> Iterator[str]:
    low, high = _decades([figure.median_ms for figure in curve])
    last = math.ceil(math.log10(max(figure.rows for figure in curve)))

    def across(rows: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log10(rows) / last

    def up(milliseconds: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * (math.log10(milliseconds) - low) / (high - low)

    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"><style>{STYLE}</style>'
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>'
    yield f'<text x="{LEFT}" y="24">Milliseconds to rewind, by rows that the test inserted</text>'
    for power in range(last + 1):
        x = across(10**power)
        yield f'<line class="grid" x1="{x:.0f}" y1="{TOP}" x2="{x:.0f}" y2="{HEIGHT - BOTTOM}"/>'
        yield f'<text x="{x:.0f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{10**power:,}</text>'
    for power in range(low, high + 1):
        y = up(10.0**power)
        yield f'<line class="grid" x1="{LEFT}" y1="{y:.0f}" x2="{WIDTH - RIGHT}" y2="{y:.0f}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.0f}" text-anchor="end">{10.0**power:g} ms</text>'
    points = [(across(figure.rows), up(figure.median_ms), figure.median_ms) for figure in curve]
    yield f'<polyline class="curve" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)}"/>'
    for x, y, milliseconds in points:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="#06c"/>'
        yield f'<text x="{x:.1f}" y="{y - 9:.1f}" text-anchor="middle">{milliseconds:.3g}</text>'
    yield "</svg>"


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """The powers of ten around all *values*."""
    return math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
