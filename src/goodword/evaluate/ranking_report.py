"""The evaluation as data and as one self-contained page: figures, trade-offs, what rules cost, gaps between groups."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from tomllib import loads
from typing import Any

import jinja2
import numpy as np

from goodword.evaluate.ranking_intervals import ROUNDS, difference
from goodword.evaluate.ranking_rules import Cost, Curve
from goodword.evaluate.ranking_run import Figures
from goodword.evaluate.ranking_split import Split
from goodword.evaluate.ranking_svg import Dot, scatter
from goodword.types import Lang

_MORE = ("ndcg", "recall", "precision", "hit_rate", "map", "mrr", "coverage", "serendipity", "variety", "tail_share",
         "novelty")  # fmt: skip  # of which more is better
_LESS = ("gini", "miscalibration")
_ACCURACY = ("ndcg", "recall", "precision", "hit_rate", "map", "mrr")


@dataclass(frozen=True, kw_only=True, eq=False)
class Evaluation:
    """Everything an evaluation found."""

    on: Split
    ks: tuple[int, ...]
    figures: tuple[Figures, ...]
    costs: tuple[Cost, ...] = ()
    curves: tuple[Curve, ...] = ()
    data: str = ""
    rules_users: int = 0

    @property
    def k(self) -> int:
        """The first length of a list, on which rules and groups are judged."""
        return min(self.ks)


def plain(found: Evaluation) -> dict[str, Any]:
    """As JSON: the shape of `goodword recommend evaluate --json`. NaN is null."""
    on = found.on
    base = found.figures[0]
    told: dict[str, Any] = {
        "protocol": on.protocol, "rebuy": on.rebuy, "users": len(on.users), "items": on.truth.shape[1],
        "events": len(on.train), "cutoff": on.now, "k": list(found.ks), "interval": 0.95, "rounds": ROUNDS,
        "rankers": [_figures(f, base, found.k) for f in found.figures],
        "rules": [asdict(c) for c in found.costs], "curves": [asdict(c) for c in found.curves],
    }  # fmt: skip
    clean: dict[str, Any] = _no_nan(told)
    return clean


def _figures(one: Figures, base: Figures, k: int) -> dict[str, Any]:
    key = f"ndcg@{k}"
    against = None if one is base else asdict(difference(one.per_user[key], base.per_user[key]))
    return {
        "ranker": one.name, "users": one.users, "metrics": {m: asdict(e) for m, e in one.values.items()},
        "catalogue": dict(one.catalogue), "fit_cpu_seconds": one.fit_seconds,
        "lists_per_cpu_second": one.lists_per_second, "groups": [asdict(g) for g in one.gaps],
        "difference": against and {"base": base.name, "metric": key, **against},
    }  # fmt: skip


def _no_nan(thing: Any) -> Any:
    if isinstance(thing, dict):
        return {k: _no_nan(v) for k, v in thing.items()}
    if isinstance(thing, list | tuple):
        return [_no_nan(v) for v in thing]
    return None if isinstance(thing, float) and not np.isfinite(thing) else thing


def page(found: Evaluation, lang: Lang) -> str:
    """One self-contained HTML page, light and dark."""
    words: dict[str, Any] = _words()[lang]
    on, k = found.on, found.k
    about = words["about"].format(users=f"{len(on.users):,}", items=f"{on.truth.shape[1]:,}",
                                  events=f"{len(on.train):,}", protocol=on.protocol, rounds=ROUNDS)  # fmt: skip
    names = [name for name in words["meaning"] if any(f"{name}@{k}" in f.values or f"{name}@{k}" in f.catalogue
                                                      for f in found.figures)]  # fmt: skip
    return _template().render(
        lang=lang, w={n: v.format(k=k) if isinstance(v, str) and "{k}" in v and "{base}" not in v else v
                      for n, v in words.items()},
        about=about, rebuy=words["rebuy_yes" if on.rebuy else "rebuy_no"], tables=_tables(found, words, names),
        charts=_charts(found, words), costs=[_named(c, words) for c in found.costs],
        before=words["before"].format(k=k), k=k,
        rules_about=words["rules_about"].format(ranker=found.figures[0].name, users=f"{found.rules_users:,}"),
        gaps=[{"ranker": f.name, "groups": list(g.groups.items()), "column": g.column, "metric": g.metric,
               "gap": g.gap, "low": g.low, "high": g.high, "chance": g.chance} for f in found.figures for g in f.gaps],
        meanings=[(name, words["meaning"][name]) for name in names],
        made=words["made"].format(version=version("goodword"), date=datetime.now(UTC).date().isoformat(),
                                  data=found.data),
    )  # fmt: skip


def _tables(found: Evaluation, words: dict[str, Any], names: Sequence[str]) -> list[dict[str, Any]]:
    """One table for each length of list and kind of figure; the last has the speed."""
    base, several = found.figures[0], len(found.figures) > 1
    out = []
    for inside, k in [(i, k) for i in (True, False) for k in found.ks]:
        metrics = [f"{n}@{k}" for n in names if (n in _ACCURACY) == inside]
        best = {m: _best(found.figures, m) for m in metrics}
        heads, last = list(metrics), not inside and k == found.ks[-1]
        rows: list[dict[str, Any]] = [
            {"name": f.name, "cells": [_cell(f, m, best[m]) for m in metrics]} for f in found.figures
        ]
        if inside and several:
            heads.append(words["difference"].format(k=k, base=base.name))
        if last:
            heads += [words["fit"], words["lists"]]
        for row, one in zip(rows, found.figures, strict=True):
            if inside and several:
                row["cells"].append(_against(one, base, k))
            if last:
                row["cells"] += [{"text": f"{one.fit_seconds:.2f}"}, {"text": f"{one.lists_per_second:,.0f}"}]
        out.append({"heads": heads, "rows": rows})
    return out


def _value(one: Figures, metric: str) -> float:
    return one.catalogue[metric] if metric in one.catalogue else one.values[metric].value


def _best(figures: Sequence[Figures], metric: str) -> float | None:
    name = metric.partition("@")[0]
    values = [_value(f, metric) for f in figures if np.isfinite(_value(f, metric))]
    if len(figures) < 2 or not values:
        return None
    return max(values) if name in _MORE else min(values) if name in _LESS else None


def _cell(one: Figures, metric: str, best: float | None) -> dict[str, Any]:
    value = _value(one, metric)
    told = one.values.get(metric)
    return {
        "text": f"{value:.4f}" if np.isfinite(value) else "–", "best": best is not None and value == best,
        "interval": f"{told.low:.4f}–{told.high:.4f}" if told and np.isfinite(told.low) else "",
    }  # fmt: skip


def _against(one: Figures, base: Figures, k: int) -> dict[str, Any]:
    if one is base:
        return {"text": "–"}
    told = difference(one.per_user[f"ndcg@{k}"], base.per_user[f"ndcg@{k}"])
    return {"text": f"{told.value:+.4f}", "interval": f"{told.low:+.4f} … {told.high:+.4f}"}


def _named(cost: Cost, words: dict[str, Any]) -> dict[str, Any]:
    """A cost with the name of its rule in words; a change too small to show is no change."""
    told = {name: getattr(cost, name) for name in Cost.__dataclass_fields__}
    kind, colon, own = cost.rule.partition(": ")
    told["rule"] = words["rule_names"][kind] + (f"{colon}{own}" if own else "")
    told["relative"] = 0.0 if abs(cost.relative) < 5e-4 else cost.relative
    return told


def _charts(found: Evaluation, words: dict[str, Any]) -> list[dict[str, Any]]:
    k = found.k
    out = []
    y = words["ndcg"].format(k=k)
    for name in ("coverage", "tail_share", "novelty"):
        dots = [_dot(f.name, _value(f, f"{name}@{k}"), f.values[f"ndcg@{k}"]) for f in found.figures]
        dots = [d for d in dots if np.isfinite(d.x)]
        x = words[name].format(k=k)
        out.append({"svg": scatter(f"{y} / {x}", x, y, dots), "caption": x, "x": x, "y": y, "dots": dots,
                    "first": words["ranker"]})  # fmt: skip
    for curve in found.curves:
        x = words[curve.other]
        dots = [_dot(p.label, p.other, p.ndcg) for p in curve.points if np.isfinite(p.other)]
        out.append({"svg": scatter(f"{curve.name}: {y} / {x}", x, y, dots, joined=True), "dots": dots,
                    "caption": _caption(curve.name, words), "x": x, "y": y, "first": words["setting"]})  # fmt: skip
    return out


def _caption(name: str, words: dict[str, Any]) -> str:
    kind, _, rest = name.partition(" (")
    return f"{words['rule_names'][kind]} ({rest}" if rest and kind in words["rule_names"] else name


def _dot(label: str, x: float, y: Any) -> Dot:
    return Dot(label=label, x=x, y=y.value, low=y.low, high=y.high)


@cache
def _words() -> dict[str, Any]:
    return loads(files("goodword.data").joinpath("recommend/report.toml").read_text("utf-8"))


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, trim_blocks=True)
    return environment.from_string(files("goodword.data").joinpath("recommend/report.html").read_text("utf-8"))
