"""Line charts as SVG that need nothing else: colours of the page, light and dark, and words for who cannot see them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

_Place = Callable[[float], float]
WIDTH, HEIGHT = 360, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 10, 10, 38


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line (or, where `dots`, one row of points with vertical intervals)."""

    name: str
    points: Sequence[tuple[float, float]]
    dots: Sequence[tuple[float, float, float, float]] = ()  # x, y, low, high
    dashed: bool = False


def chart(
    title: str, lines: Sequence[Line], *, x: str, y: str, square: bool = False, zero: bool = False,
) -> str:  # fmt: skip
    """A chart. `square`: both axes from 0 to 1; `zero`: the y axis begins at 0."""
    xs = [p[0] for line in lines for p in (*line.points, *line.dots)]
    ys = [v for line in lines for v in (*(p[1] for p in line.points), *(v for d in line.dots for v in d[1:]))]
    if not xs:
        return ""
    x_ticks = [0, 0.25, 0.5, 0.75, 1] if square else ticks(min(xs), max(xs))
    y_ticks = [0, 0.25, 0.5, 0.75, 1] if square else ticks(0 if zero else min(ys), max(ys))
    to_x = _scale(x_ticks[0], x_ticks[-1], _LEFT, WIDTH - _RIGHT)
    to_y = _scale(y_ticks[0], y_ticks[-1], HEIGHT - _BOTTOM, _TOP)
    out = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(described(title, lines))}">']
    out += _grid(x_ticks, y_ticks, to_x, to_y)
    middle = (_TOP + HEIGHT - _BOTTOM) / 2
    out.append(_text((_LEFT + WIDTH) / 2, HEIGHT - 6, x, "middle"))
    out.append(f'<g transform="rotate(-90 12 {middle})">{_text(12, middle, y, "middle")}</g>')
    for number, line in enumerate(lines):
        out += _drawn(line, f"c{number % 6}", to_x, to_y)
    return "".join([*out, "</svg>"])


def _grid(xs: Sequence[float], ys: Sequence[float], to_x: _Place, to_y: _Place) -> list[str]:
    bottom, right, out = HEIGHT - _BOTTOM, WIDTH - _RIGHT, []
    for at, tick in ((to_x(t), t) for t in xs):
        out.append(f'<line class="grid" x1="{at:.1f}" y1="{_TOP}" x2="{at:.1f}" y2="{bottom}"/>')
        out.append(_text(at, bottom + 14, _short(tick), "middle"))
    for at, tick in ((to_y(t), t) for t in ys):
        out.append(f'<line class="grid" x1="{_LEFT}" y1="{at:.1f}" x2="{right}" y2="{at:.1f}"/>')
        out.append(_text(_LEFT - 5, at + 4, _short(tick), "end"))
    return out


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _drawn(line: Line, colour: str, to_x: _Place, to_y: _Place) -> list[str]:
    out, name = [], escape(line.name)
    dash = ' stroke-dasharray="4 4"' if line.dashed else ""
    if path := " ".join(f"{to_x(a):.1f},{to_y(b):.1f}" for a, b in line.points):
        out.append(f'<polyline class="{colour}" points="{path}" fill="none"{dash}><title>{name}</title></polyline>')
    for a, b, low, high in line.dots:
        x, y = f"{to_x(a):.1f}", f"{to_y(b):.1f}"
        told = f"<title>{name}: {b:.3f} [{low:.3f}, {high:.3f}]</title>"
        out.append(f'<line class="{colour}" x1="{x}" y1="{to_y(low):.1f}" x2="{x}" y2="{to_y(high):.1f}"/>')
        out.append(f'<circle class="{colour}" cx="{x}" cy="{y}" r="3">{told}</circle>')
    return out


def described(title: str, lines: Sequence[Line]) -> str:
    """What the chart shows, in words."""
    said = [f"{x.name}: {x.points[0][1]:.3g} → {x.points[-1][1]:.3g}" for x in lines if x.points]
    said += [f"{x.name}: " + ", ".join(f"{_short(a)} {b:.3f}" for a, b, _, _ in x.dots) for x in lines if x.dots]
    return f"{title}. {'; '.join(said)}"


def ticks(low: float, high: float) -> list[float]:
    """Four to seven round numbers around a range."""
    span = (high - low) or abs(high) or 1.0
    step = 10 ** floor(log10(span / 4))
    step = next(step * k for k in (1, 2, 5, 10) if span / (step * k) <= 5)
    first = floor(low / step + 1e-9)
    return [round(step * k, 10) for k in range(first, max(first + 1, ceil(high / step - 1e-9)) + 1)]


def _scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    return lambda value: start + (value - low) / ((high - low) or 1.0) * (end - start)


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:g}"
