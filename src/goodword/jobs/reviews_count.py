"""From columns to counts: shares with intervals, by aspect, point, time, product and segment. Suspicious ones apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodword.jobs.reviews_columns import Arrays, Columns
from goodword.opinions import points, trends
from goodword.opinions.base import FEELINGS
from goodword.opinions.stats import Share, difference, share, standing_out
from goodword.types import Lang

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]
_LEAST = 5  # reviews below which nothing is told of a part
_PRODUCTS, _TERMS, _DIFFERENCES = 60, 6, 12
_COMPARED = 20  # reviews a product or segment needs to be set against the rest


@dataclass(frozen=True)
class Counter:
    """The arrays, which reviews count, and the words."""

    columns: Columns
    arrays: Arrays
    counts: Mask  # reviews that are not suspicious
    lang: Lang
    clock: trends.Clock | None
    bins: Ints

    @property
    def total(self) -> int:
        """Reviews that count."""
        return int(self.counts.sum())


def counter(columns: Columns, suspicious: Mask, lang: Lang) -> Counter:
    """Ready to count."""
    arrays = columns.arrays()
    counts = ~suspicious
    known = arrays.day[arrays.day >= 0]
    clocked = trends.clock(int(known.min()), int(known.max())) if len(known) else None
    bins = clocked.bins(arrays.day) if clocked else np.full(len(arrays.day), -1)
    return Counter(columns, arrays, counts, lang, clocked, bins)


def told(given: Share) -> dict[str, Any]:
    """A share as JSON."""
    return {"count": given.count, "of": given.of, "share": round(given.value, 4), "low": round(given.low, 4),
            "high": round(given.high, 4)}  # fmt: skip


def of(c: Counter, hit: Mask, among: Mask | None = None) -> Share:
    """The share of the reviews that count (or some of them) for which something holds."""
    base = c.counts if among is None else c.counts & among
    return share(int((hit & base).sum()), int(base.sum()))


def series(c: Counter, hit: Mask, among: Mask | None = None) -> dict[str, Any]:
    """A share over time and where it changes."""
    if c.clock is None:
        return {"step": "", "bins": [], "changes": []}
    base = (c.counts if among is None else c.counts & among) & (c.bins >= 0)
    size = len(c.clock.begins)
    bins = trends.series(c.clock, np.bincount(c.bins[base & hit], minlength=size).tolist(),
                         np.bincount(c.bins[base], minlength=size).tolist())  # fmt: skip
    changed = [{"when": x.when, "before": told(x.before), "after": told(x.after)} for x in trends.changes(bins)]
    return {"step": c.clock.step, "bins": [{"begin": b.begin, **told(b.share)} for b in bins], "changes": changed}


def overview(c: Counter, suspicious: Mask, bad: int) -> dict[str, Any]:
    """The numbers at the top."""
    a = c.arrays
    known = a.day[c.counts & (a.day >= 0)]
    rated = a.rating[c.counts & ~np.isnan(a.rating)]
    return {
        "reviews": len(a.day), "counted": c.total, "suspicious": int(suspicious.sum()), "unreadable": bad,
        "languages": {"en": int((a.lang == 0).sum()), "zh": int((a.lang == 1).sum())},
        "products": len(c.columns.products.of), "rated": len(rated),
        "mean_rating": round(float(rated.mean()), 2) if len(rated) else None,
        "stars": [int((np.rint(rated) == n).sum()) for n in range(1, 6)],
        "from": date.fromordinal(int(known.min())).isoformat() if len(known) else "",
        "to": date.fromordinal(int(known.max())).isoformat() if len(known) else "",
        "content": told(of(c, a.content)), "words_agree": told(_agreement(c)),
        "feelings": {name: told(of(c, a.feeling == n)) for n, name in enumerate(FEELINGS)},
    }  # fmt: skip


def _agreement(c: Counter) -> Share:
    """How often the words say what the stars say; reviews of three stars and undecided words apart."""
    a = c.arrays
    clear = ~np.isnan(a.rating) & (a.rating != 3) & (a.feeling <= 1)
    return of(c, (a.rating >= 4) == (a.feeling == 0), clear)


def aspects(c: Counter) -> list[dict[str, Any]]:
    """Every aspect spoken of, by how much it moves contentment: the points of share it costs and brings."""
    m, size = c.arrays.mention, len(c.arrays.day)
    out = []
    for number, name in enumerate(c.columns.taxonomy.ids):
        own = m["category"] == number
        poles = [_marked(m["review"][own & (m["pole"] == p)], size) for p in range(3)]
        spoken = poles[0] | poles[1] | poles[2]
        mentions = of(c, spoken)
        if mentions.count < _LEAST or name == "other":
            continue
        cost, gain = _moves(c, poles[0] & ~poles[2]), _moves(c, poles[2] & ~poles[0])
        terms = sorted(c.columns.terms.get(number, {}).items(), key=lambda t: (-t[1], t[0]))[:_TERMS]
        out.append({
            "id": name, "name": c.columns.taxonomy.name(name, c.lang), "mentions": told(mentions),
            "positive": told(of(c, poles[2], spoken)), "negative": told(of(c, poles[0], spoken)),
            "cost": round(max(0.0, -cost), 4), "gain": round(max(0.0, gain), 4),
            "terms": [{"term": t, "count": n} for t, n in terms],
            "over_time": series(c, poles[0], None),
        })  # fmt: skip
    return sorted(out, key=lambda r: -(r["cost"] + r["gain"]))


def _marked(places: Ints, size: int) -> Mask:
    out = np.zeros(size, np.bool_)
    out[places] = True
    return out


def _moves(c: Counter, hit: Mask) -> float:
    """How much the share of content reviews would be other without these reviews' difference from the rest."""
    inside, outside = of(c, c.arrays.content, hit), of(c, c.arrays.content, ~hit)
    return inside.of / max(1, c.total) * (inside.value - outside.value) if inside.of and outside.of else 0.0


def pointed(c: Counter) -> list[dict[str, Any]]:
    """Every point reported, the most reported first."""
    size, p = len(c.arrays.day), c.arrays.point
    out = []
    for number, name in enumerate(c.columns.points):
        hit = _marked(p["review"][p["point"] == number], size)
        found = of(c, hit)
        if found.count < 2:
            continue
        point = points.all_points()[name]
        out.append({
            "id": name, "name": point.names[c.lang], "names": dict(point.names), "aspect": point.aspect,
            "polarity": point.polarity, **told(found), "over_time": series(c, hit), "products": _worst(c, hit),
        })  # fmt: skip
    return sorted(out, key=lambda r: -r["count"])


def _worst(c: Counter, hit: Mask) -> list[dict[str, Any]]:
    """The products a point is said of most."""
    own = c.arrays.product[hit & c.counts & (c.arrays.product >= 0)]
    if not len(own):
        return []
    all_of = np.bincount(c.arrays.product[c.counts & (c.arrays.product >= 0)], minlength=len(c.columns.products.of))
    count = np.bincount(own, minlength=len(all_of))
    names = c.columns.products.all
    return [{"product": names[n], "count": int(count[n]), "of": int(all_of[n])}
            for n in np.argsort(-count, kind="stable")[:3].tolist() if count[n]]  # fmt: skip


def differences(c: Counter) -> list[dict[str, Any]]:
    """Products and segments that stand out from the rest, at a false discovery rate of 5 %."""
    tests: list[tuple[dict[str, Any], float]] = []
    size = len(c.arrays.day)
    hits = {n: _marked(c.arrays.point["review"][c.arrays.point["point"] == k], size)
            for k, n in enumerate(c.columns.points)}  # fmt: skip
    for kind, column, names in (("product", c.arrays.product, c.columns.products.all),
                                ("segment", c.arrays.segment, c.columns.segments.all)):  # fmt: skip
        rows = c.counts & (column >= 0)
        places = column[rows]
        sizes = np.bincount(places, minlength=len(names))
        had = {what: np.bincount(places[hit[rows]], minlength=len(names))
               for what, hit in (("content", c.arrays.content), *hits.items())}  # fmt: skip
        for number in np.argsort(-sizes, kind="stable")[:_PRODUCTS].tolist():
            if sizes[number] < _COMPARED or sizes[number] > c.total - _COMPARED:
                continue
            for what, counts in had.items():
                inside, of_all = int(counts[number]), int(sizes[number])
                one, rest = share(inside, of_all), share(int(counts.sum()) - inside, len(places) - of_all)
                if one.count + rest.count < 2 * _LEAST:
                    continue
                found = difference(one, rest)
                tests.append(({"kind": kind, "name": names[number], "what": what, "here": told(one), "rest": told(rest),
                               "difference": round(found.value, 4), "low": round(found.low, 4),
                               "high": round(found.high, 4)}, found.p))  # fmt: skip
    kept = standing_out([p for _, p in tests])
    found_out = [row | {"p": float(f"{p:.2g}")} for (row, p), keep in zip(tests, kept, strict=True) if keep]
    return sorted(found_out, key=lambda r: -abs(r["difference"]))[:_DIFFERENCES]


def products(c: Counter) -> list[dict[str, Any]]:
    """Each product with enough reviews: contentment, what is praised and complained of, its course."""
    names, column, size = c.columns.products.all, c.arrays.product, len(c.arrays.day)
    sizes = np.bincount(column[c.counts & (column >= 0)], minlength=len(names)) if names else np.zeros(0, np.int64)
    known = points.all_points()
    out = []
    for number in np.argsort(-sizes, kind="stable")[:_PRODUCTS].tolist():
        if sizes[number] < _LEAST:
            break
        mine = column == number
        rated = c.arrays.rating[mine & c.counts & ~np.isnan(c.arrays.rating)]
        own = mine[c.arrays.point["review"]]
        said: Mapping[int, Share] = {
            k: of(c, _marked(c.arrays.point["review"][own & (c.arrays.point["point"] == k)], size), mine)
            for k in np.unique(c.arrays.point["point"][own]).tolist()
        }  # fmt: skip
        ranked = sorted(((c.columns.points[k], s) for k, s in said.items() if s.count), key=lambda x: -x[1].count)
        out.append({
            "id": names[number], "reviews": int(sizes[number]), "content": told(of(c, c.arrays.content, mine)),
            "mean_rating": round(float(rated.mean()), 2) if len(rated) else None,
            "praise": [_named(c, n, s) for n, s in ranked if known[n].polarity == "positive"][:3],
            "complaints": [_named(c, n, s) for n, s in ranked if known[n].polarity == "negative"][:3],
            "over_time": series(c, c.arrays.content, mine), "number": number,
        })  # fmt: skip
    return out


def _named(c: Counter, point: str, found: Share) -> dict[str, Any]:
    return {"id": point, "name": points.all_points()[point].names[c.lang], **told(found)}
