"""The review report as files: one HTML page, JSON, or one CSV of everything. Written whole or not at all."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from tomllib import loads
from typing import Any

import jinja2
from markupsafe import Markup

from goodword.catalogue.atomic import replacing
from goodword.catalogue.delimited import harmless
from goodword.errors import InputError
from goodword.jobs import reviews_charts as charts
from goodword.opinions import points

SUFFIXES = (".html", ".json", ".csv")
_SHOWN = 8
_COLUMNS = ("table", "name", "what", "count", "of", "share", "low", "high", "text")


def check(out: Path) -> None:
    """Refuse a name nothing can be written to.

    Raises:
        InputError: another suffix than .html, .json or .csv.
    """
    if out.suffix.lower() not in SUFFIXES:
        raise InputError(f"cannot write {out.suffix or 'a file without suffix'}", where=str(out),
                         cure="Name it .html, .json or .csv")  # fmt: skip


def write(report: Mapping[str, Any], out: Path, shop: str) -> None:
    """The report in the form of the file's suffix.

    Raises:
        InputError: another suffix, or the file cannot be written.
    """
    check(out)
    forms = {".html": lambda: page(report, shop), ".csv": lambda: "\ufeff" + table(report),
             ".json": lambda: json.dumps(report, ensure_ascii=False, indent=1) + "\n"}  # fmt: skip
    text = forms[out.suffix.lower()]()
    with replacing(out) as part:
        part.write_text(text, "utf-8")


def table(report: Mapping[str, Any]) -> str:
    """Every counted thing as a row; cells that a spreadsheet would run are made harmless."""
    held = io.StringIO(newline="")
    writer = csv.writer(held)
    writer.writerow(_COLUMNS)
    for row in _rows(report):
        writer.writerow([harmless(c) if isinstance(c, str) else c for c in row])
    return held.getvalue()


def _rows(report: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    def row(kind: str, name: str, what: str, s: Mapping[str, Any], text: str = "") -> tuple[object, ...]:
        return (kind, name, what, s["count"], s["of"], s["share"], s["low"], s["high"], text)

    yield row("overview", "", "content", report["overview"]["content"])
    for name, share in report["overview"]["feelings"].items():
        yield row("feeling", name, "", share)
    for b in report["over_time"]["bins"]:
        yield row("over time", b["begin"], "content", b)
    for a in report["aspects"]:
        yield row("aspect", a["name"], "mentions", a["mentions"])
        for pole in ("positive", "negative"):
            yield row("aspect", a["name"], pole, a[pole], _joined(a["quotes"][pole]))
    for p in report["points"]:
        yield row("point", p["name"], p["polarity"], p, _joined(p["quotes"]))
    for t in report["topics"]["found"]:
        yield row("topic", " ".join(t["terms"]), t["name"], t, _joined(t["quotes"]))
    yield row("topic", "", "left out", report["topics"]["left_out"])
    for kind in ("wishes", "uses"):
        for g in report["needs"][kind]:
            yield row(kind, g["key"], "", g, _joined(g["quotes"]))
    for d in report["differences"]:
        yield row("difference", d["name"], d["what"], d["here"])
    for p in report["products"]:
        yield row("product", p["id"], "content", p["content"])
        for said in (*p["praise"], *p["complaints"]):
            yield row("product", p["id"], said["name"], said)
    yield row("suspicious", "", "", report["suspicious"]["share"])
    for sentence in report.get("digest", {}).get("sentences", ()):
        yield row("digest", sentence["kind"], sentence["point"], sentence["evidence"], sentence["text"])


def _joined(quotes: list[dict[str, Any]]) -> str:
    return " | ".join(q["text"] for q in quotes)


# ---------------------------------------------------------------- the page


@cache
def _words() -> dict[str, dict[str, str]]:
    found = loads(files("goodword.data").joinpath("opinions/wording.toml").read_text("utf-8"))
    return {k: v for k, v in found.items() if isinstance(v, dict)}


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, trim_blocks=True)
    return environment.from_string(files("goodword.data").joinpath("templates/reviews.html").read_text("utf-8"))


def page(report: Mapping[str, Any], shop: str) -> str:
    """One self-contained page in the report's language."""
    return _template().render(**values(report, shop), data=_embedded(report), tables=_embedded(table(report)))


def values(report: Mapping[str, Any], shop: str) -> dict[str, Any]:
    """What a template needs to show a report: numbers, words in its language, charts as markup."""
    words = _words()[report["lang"]]
    pct = charts.percent
    changes = [words["change_at"].format(when=c["when"], **{k: pct(c[k]["share"]) for k in ("before", "after")})
               for c in report["over_time"]["changes"]]  # fmt: skip
    poles = {k: [p for p in report["points"] if p["polarity"] == k][:_SHOWN] for k in ("positive", "negative")}
    aspects = [a | {"praised": _of_all(a, "positive"), "blamed": _of_all(a, "negative")} for a in report["aspects"]]
    label = (report["digest"]["label"] or {}).get("metadata")
    agree = report["overview"]["words_agree"]
    return {
        "r": dict(report) | {"aspects": aspects}, "o": report["overview"], "w": words, "shop": shop, "pct": pct,
        "bar": _safe(charts.scale), "spark": _safe(charts.spark), "changes": changes, "praise": poles["positive"],
        "complaints": poles["negative"], "point_most": max([p["high"] for k in poles for p in poles[k]], default=1.0),
        "aspect_most": max([a[k]["high"] for a in aspects for k in ("praised", "blamed")], default=1.0),
        "course": Markup(charts.course(report["over_time"], words["over_time"], changes)),  # noqa: S704 - escaped there
        "alerts": [_alert(a, words) for a in report["alerts"]],
        "names": {n: p.names[report["lang"]] for n, p in points.all_points().items()} | {"content": words["content"]},
        "reasons": sorted(report["suspicious"]["by_reason"].items(), key=lambda r: -r[1]),
        "suspicious_slots": {"with": pct(report["suspicious"]["content_with_them"]["share"]),
                             "without": pct(report["overview"]["content"]["share"])},
        "agree": pct(agree["share"]) if agree["of"] else words["none"],
        "aigc": json.dumps(json.loads(label)["AIGC"]) if label else "",
    }  # fmt: skip


def _of_all(aspect: Mapping[str, Any], pole: str) -> dict[str, Any]:
    """The share of all reviews, not of those that speak of the aspect, so that bars of different aspects compare."""
    from goodword.opinions.stats import share

    found = share(aspect[pole]["count"], aspect["mentions"]["of"])
    return {"count": found.count, "of": found.of, "share": found.value, "low": found.low, "high": found.high}


def markup(drawn: str) -> Markup:
    """A chart of `reviews_charts` as markup: its words were escaped when it was drawn."""
    return Markup(drawn)  # noqa: S704


def _safe(draw: Any) -> Any:
    """A chart as markup: its words were escaped when it was drawn."""
    return lambda *args: Markup(draw(*args))  # noqa: S704


def _embedded(value: object) -> Markup:
    """JSON that may stand inside a script element: no '<' in it."""
    return Markup(json.dumps(value, ensure_ascii=False).replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704


def _alert(alert: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, str]:
    kind = alert["kind"]
    if kind == "stands_out" and alert["what"] == "content":
        kind = "stands_out_content"
    head = words[f"alert_{kind}"].format_map({"when": "", "name": "", "where": "", **alert})
    pair = ("before", "after") if "before" in alert else ("here", "rest")
    if pair[1] not in alert:
        return {"head": head, "body": _figure(alert["here"], words)}
    text = words["before_after" if "before" in alert else "here_rest"]
    return {"head": head, "body": text.format(**{k: _figure(alert[k], words) for k in pair})}


def _figure(share: Mapping[str, Any], words: Mapping[str, str]) -> str:
    counted = words["of_reviews"].format(count=share["count"], of=share["of"])
    return f"{charts.percent(share['share'])} ({counted})"
