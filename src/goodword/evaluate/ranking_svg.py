"""Charts of trade-offs as SVG a screen reader can read: a title, a description, and shapes as well as colours."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import count

WIDTH, HEIGHT = 640, 380
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 24, 16, 52
_SHAPES = 6  # circle, square, triangle, diamond, cross, ring: with as many colours in the style sheet
_CHAR = 6.6  # width of a letter of a label
_numbers = count(1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Dot:
    """One point: its label, place, and interval of y."""

    label: str
    x: float
    y: float
    low: float
    high: float


def scatter(title: str, x: str, y: str, dots: Sequence[Dot], *, joined: bool = False) -> str:
    """Points with their intervals.

    Args:
        title: said to those who do not see the chart, with every point after it.
        joined: whether a line runs through the points in order.
    """
    name = f"chart{next(_numbers)}"
    said = "; ".join(f"{d.label}: {x} {d.x:.3g}, {y} {d.y:.4f} ({d.low:.4f}–{d.high:.4f})" for d in dots)
    xs = _Scale([d.x for d in dots], _LEFT, WIDTH - _RIGHT)
    ys = _Scale([v for d in dots for v in (d.low, d.high)], HEIGHT - _BOTTOM, _TOP)
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{name}t {name}d">',
        f'<title id="{name}t">{escape(title)}</title><desc id="{name}d">{escape(said)}</desc>',
        *_axes(xs, ys, x, y),
    ]
    if joined and len(dots) > 1:
        line = " ".join(f"{xs.at(d.x):.1f},{ys.at(d.y):.1f}" for d in dots)
        parts.append(f'<polyline class="line" points="{line}"/>')
    taken: list[tuple[float, float, float]] = []
    for n, dot in enumerate(dots):
        parts += _dot(n if not joined else 0, dot, xs, ys, taken)
    return "".join([*parts, "</svg>"])


class _Scale:
    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        low, high = min(values, default=0.0), max(values, default=1.0)
        room = (high - low) * 0.08 or abs(high) * 0.1 or 0.1
        self.low, self.high, self._start, self._end = max(low - room, min(0.0, low)), high + room, start, end

    def at(self, value: float) -> float:
        return self._start + (value - self.low) / (self.high - self.low) * (self._end - self._start)

    def ticks(self) -> list[float]:
        return [self.low + (self.high - self.low) * n / 4 for n in range(5)]


def _axes(xs: _Scale, ys: _Scale, x: str, y: str) -> list[str]:
    base = HEIGHT - _BOTTOM
    out = [f'<path class="axis" d="M{_LEFT} {_TOP}V{base}H{WIDTH - _RIGHT}"/>']
    for tick in xs.ticks():
        at = xs.at(tick)
        out.append(f'<text class="tick" x="{at:.1f}" y="{base + 18}" text-anchor="middle">{tick:.3g}</text>')
    for tick in ys.ticks():
        at = ys.at(tick)
        out.append(f'<path class="grid" d="M{_LEFT} {at:.1f}H{WIDTH - _RIGHT}"/>')
        out.append(f'<text class="tick" x="{_LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{tick:.3g}</text>')
    middle = (_LEFT + WIDTH - _RIGHT) / 2
    out.append(f'<text class="name" x="{middle}" y="{HEIGHT - 10}" text-anchor="middle">{escape(x)}</text>')
    out.append(f'<text class="name" transform="translate(14 {(_TOP + base) / 2}) rotate(-90)" '
               f'text-anchor="middle">{escape(y)}</text>')  # fmt: skip
    return out


def _dot(n: int, dot: Dot, xs: _Scale, ys: _Scale, taken: list[tuple[float, float, float]]) -> list[str]:
    x, y = xs.at(dot.x), ys.at(dot.y)
    bar = f'<path class="bar c{n % _SHAPES}" d="M{x:.1f} {ys.at(dot.low):.1f}V{ys.at(dot.high):.1f}"/>'
    width = len(dot.label) * _CHAR
    right = x + 10 + width < WIDTH
    at = y + 4
    left = x + 10 if right else x - 10 - width
    while any(abs(at - b) < 13 and left < a + w and a < left + width for a, b, w in taken):
        at += 13  # below a label that is in the way
    taken.append((left, at, width))
    label = f'<text class="label" x="{left:.1f}" y="{at:.1f}">{escape(dot.label)}</text>'
    return [bar, _shape(n % _SHAPES, x, y), label]


def _shape(kind: int, x: float, y: float) -> str:
    points = (
        f'<circle class="dot c0" cx="{x:.1f}" cy="{y:.1f}" r="5"/>',
        f'<path class="dot c1" d="M{x - 5:.1f} {y - 5:.1f}h10v10h-10z"/>',
        f'<path class="dot c2" d="M{x:.1f} {y - 6:.1f}l6 11h-12z"/>',
        f'<path class="dot c3" d="M{x:.1f} {y - 7:.1f}l6 7l-6 7l-6 -7z"/>',
        f'<path class="cross c4" d="M{x - 5:.1f} {y - 5:.1f}l10 10m0 -10l-10 10"/>',
        f'<circle class="ring c5" cx="{x:.1f}" cy="{y:.1f}" r="5"/>',
    )
    return points[kind]
