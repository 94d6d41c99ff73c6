"""Charts of the review report as SVG with a title and a description, drawn with the page's own colours."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

_WIDE, _TALL = 720, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 14, 18, 30


def percent(value: float) -> str:
    """14%, and 0.4% where less than one."""
    return f"{value * 100:.1f}%" if 0 < value < 0.01 else f"{value * 100:.0f}%"


def course(over_time: Mapping[str, Any], title: str, changes: Sequence[str]) -> str:
    """A share over time as a line with its interval, and a mark at every change."""
    bins = [b for b in over_time["bins"] if b["of"]]
    if len(bins) < 2:
        return ""
    wide, tall = _WIDE - _LEFT - _RIGHT, _TALL - _TOP - _BOTTOM
    xs = [_LEFT + wide * n / (len(bins) - 1) for n in range(len(bins))]

    def y(share: float) -> float:
        return _TOP + tall * (1 - share)

    band = " ".join(f"{x:.1f},{y(b['high']):.1f}" for x, b in zip(xs, bins, strict=True))
    band += " " + " ".join(f"{x:.1f},{y(b['low']):.1f}" for x, b in reversed(list(zip(xs, bins, strict=True))))
    line = " ".join(f"{x:.1f},{y(b['share']):.1f}" for x, b in zip(xs, bins, strict=True))
    told = "; ".join(f"{b['begin']}: {percent(b['share'])} ({b['count']}/{b['of']})" for b in bins)
    parts = [_open(_WIDE, _TALL, title, told)]
    parts += [
        f'<line class="grid" x1="{_LEFT}" x2="{_WIDE - _RIGHT}" y1="{y(share):.1f}" y2="{y(share):.1f}"/>'
        f'<text x="{_LEFT - 6}" y="{y(share) + 4:.1f}" text-anchor="end">{share * 100:.0f}%</text>'
        for share in (0, 0.25, 0.5, 0.75, 1)
    ]
    step = max(1, -(-len(bins) // 4))
    for n in range(0, len(bins), step):
        anchor = "start" if n == 0 else "end" if n == len(bins) - 1 else "middle"
        label = bins[n]["begin"] if over_time["step"] in {"day", "week"} else bins[n]["begin"][:7]
        parts.append(f'<text x="{xs[n]:.1f}" y="{_TALL - 8}" text-anchor="{anchor}">{label}</text>')
    for change, words in zip(over_time["changes"], changes, strict=True):
        at = next((x for x, b in zip(xs, bins, strict=True) if b["begin"] >= change["when"]), xs[-1])
        parts.append(f'<line class="turn" x1="{at:.1f}" x2="{at:.1f}" y1="{_TOP}" y2="{_TALL - _BOTTOM}"/>'
                     f"<title>{escape(words)}</title>")  # fmt: skip
    parts.append(f'<polygon class="band" points="{band}"/><polyline class="line" points="{line}"/>')
    for x, b in zip(xs, bins, strict=True):
        parts.append(f'<circle class="dot" cx="{x:.1f}" cy="{y(b["share"]):.1f}" r="3.5"><title>{b["begin"]}: '
                     f'{percent(b["share"])} ({b["count"]}/{b["of"]})</title></circle>')  # fmt: skip
    return "".join([*parts, "</svg>"])


def spark(over_time: Mapping[str, Any], title: str) -> str:
    """A small line for a table."""
    bins = [b for b in over_time["bins"] if b["of"]]
    if len(bins) < 3:
        return ""
    xs = [2 + 86 * n / (len(bins) - 1) for n in range(len(bins))]
    line = " ".join(f"{x:.1f},{2 + 20 * (1 - b['share']):.1f}" for x, b in zip(xs, bins, strict=True))
    told = f"{bins[0]['begin']} {percent(bins[0]['share'])} – {bins[-1]['begin']} {percent(bins[-1]['share'])}"
    return f'{_open(90, 24, title, told, small=True)}<polyline class="line" points="{line}"/></svg>'


def scale(share: float, low: float, high: float, most: float, kind: str) -> str:
    """A bar with its interval as a whisker, `most` being the whole width."""

    def x(v: float) -> float:
        return min(100.0, 100 * v / most) if most else 0.0

    return (f'<svg class="bar {kind}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
            f'<rect class="track" width="100" height="8"/><rect class="fill" width="{x(share):.1f}" height="8"/>'
            f'<rect class="whisker" x="{x(low):.1f}" width="{max(0.4, x(high) - x(low)):.1f}" y="3.2" height="1.6"/>'
            "</svg>")  # fmt: skip


def _open(wide: int, tall: int, title: str, told: str, *, small: bool = False) -> str:
    kind = "spark" if small else "chart"
    return (f'<svg class="{kind}" viewBox="0 0 {wide} {tall}" role="img"><title>{escape(title)}</title>'
            f"<desc>{escape(told)}</desc>")  # fmt: skip
