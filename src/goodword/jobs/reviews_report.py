"""The report on all reviews of a file: read once to count, once more to quote. One JSON object."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from goodword.jobs import reviews_count as count
from goodword.jobs import reviews_digest as digest
from goodword.jobs.reviews_columns import POLES, Columns
from goodword.jobs.reviews_quotes import CANDIDATES, Quotes
from goodword.jobs.reviews_read import Reviews
from goodword.jobs.reviews_score import Scorer, batches, watch
from goodword.opinions import needs, points, topics
from goodword.opinions.authenticity import Watch, flag, told
from goodword.opinions.base import Suspicion
from goodword.opinions.stats import share
from goodword.opinions.taxonomy import OTHER
from goodword.types import Lang

VERSION = 1
_EXAMPLES = 12
Advance = Callable[[str, int], None]
Mask = NDArray[np.bool_]


def report(
    reviews: Reviews, scorer: Scorer, lang: Lang, *, advance: Advance = lambda stage, done: None
) -> dict[str, Any]:
    """Count and quote.

    Args:
        lang: of names and words in the report; quotes stay as they were written.
        advance: told the stage and how many reviews were just done.

    Raises:
        InputError: nothing in the file is a review. DataError: a shipped model is missing.
    """
    columns, seen = Columns(scorer.taxonomy), Watch()
    for batch in batches(reviews):
        scored = scorer.score(batch)
        columns.add(scored)
        watch(seen, scored)
        advance("reading", len(batch))
    suspicions = seen.finish()
    suspicious = np.zeros(len(columns), np.bool_)
    suspicious[[n for n, s in suspicions.items() if s.score >= flag()]] = True
    c = count.counter(columns, suspicious, lang)
    found = _counted(c, suspicious, reviews)
    quotes, spoken = Quotes(), _topics(columns, suspicious)
    _want(c, found, suspicions, quotes)
    at = 0
    for batch in batches(reviews):
        for opinion in batch:
            quotes.read(at, opinion)
            at += 1
        _assign(spoken, batch, at - len(batch), suspicious, quotes)
        advance("quoting", len(batch))
    _quoted(found, quotes)
    found["topics"] = _told_topics(c, spoken, quotes)
    found["suspicious"] = _suspicious(c, suspicions, suspicious, quotes)
    found["alerts"] = _alerts(found)
    return found


def _counted(c: count.Counter, suspicious: Mask, reviews: Reviews) -> dict[str, Any]:
    wished = {place for place, *_ in c.columns.asks["wish"] if c.counts[place]}
    asks = {kind: [(p, w) for p, w, _, _ in c.columns.asks[kind] if c.counts[p]] for kind in ("wish", "use")}
    groups = {kind: needs.grouped(asks[kind]) for kind in asks}
    return {
        "version": VERSION, "lang": c.lang, "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "source": {"file": reviews.plan.path.name, "sha256": reviews.plan.sha256,
                   "columns": dict(reviews.plan.columns)},
        "overview": count.overview(c, suspicious, reviews.bad),
        "over_time": count.series(c, c.arrays.content),
        "aspects": count.aspects(c), "points": count.pointed(c), "differences": count.differences(c),
        "products": count.products(c),
        "needs": {
            "wished": count.told(share(len(wished), c.total)),
            **{f"{kind}s" if kind == "use" else "wishes": [
                {"key": g.key, "said": [w for _, w in g.members[:4]], "members": [p for p, _ in g.members[:CANDIDATES]],
                 **count.told(share(len(g.members), c.total))} for g in groups[kind]] for kind in groups},
        },
    }  # fmt: skip


# ---------------------------------------------------------------- quotes


def _want(c: count.Counter, found: Mapping[str, Any], suspicions: Mapping[int, Suspicion], quotes: Quotes) -> None:
    m, p = c.arrays.mention, c.arrays.point
    numbers = {name: n for n, name in enumerate(c.columns.taxonomy.ids)}
    for row in found["aspects"]:
        for pole in (0, 2):
            kind = c.arrays.content[m["review"]] == (pole == 2)  # a quote for praise comes from who is content
            own = np.flatnonzero(
                (m["category"] == numbers[row["id"]]) & (m["pole"] == pole) & c.counts[m["review"]] & kind
            )
            own = own[np.argsort(-m["sure"][own], kind="stable")][: 4 * CANDIDATES]
            for i in _spread(np.sort(own)).tolist():
                quotes.want(
                    f"aspect:{row['id']}:{POLES[pole]}", int(m["review"][i]), int(m["start"][i]), int(m["end"][i])
                )
    for row in found["points"]:
        said = (p["point"] == c.columns.points.index(row["id"])) & c.counts[p["review"]]
        fitting = said & (c.arrays.content[p["review"]] == (row["polarity"] == "positive"))
        own = np.flatnonzero(fitting if fitting.any() else said)  # praise is quoted from who is content, if anybody
        for i in _spread(own).tolist():
            quotes.want(f"point:{row['id']}", int(p["review"][i]), int(p["start"][i]), int(p["end"][i]))
    spans = {(kind, place): (a, b) for kind in ("wish", "use") for place, _, a, b in reversed(c.columns.asks[kind])}
    for kind, groups in (("wish", found["needs"]["wishes"]), ("use", found["needs"]["uses"])):
        for row in groups:
            for place in row["members"]:
                quotes.want(f"{kind}:{row['key']}", place, *spans[(kind, place)])
    for row in found["products"]:
        mine = c.arrays.product == row["number"]
        for name, ends in (("positive", c.arrays.content), ("negative", ~c.arrays.content)):
            for place in _spread(np.flatnonzero(mine & ends & c.counts)).tolist():
                quotes.want(f"product:{row['id']}:{name}", int(place))
    for place in _worst(suspicions):
        quotes.want(f"suspicious:{place}", place)


def _spread(places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Some of many, spread evenly, the latest among them."""
    if len(places) <= CANDIDATES:
        return places[::-1]
    return places[np.linspace(len(places) - 1, 0, CANDIDATES).astype(np.int64)]


def _quoted(found: Mapping[str, Any], quotes: Quotes) -> None:
    lang = found["lang"]
    for row in found["aspects"]:
        row["quotes"] = {pole: quotes.best(f"aspect:{row['id']}:{pole}", lang) for pole in ("positive", "negative")}
    for row in found["points"]:
        row["quotes"] = quotes.best(f"point:{row['id']}", found["lang"])
    for kind, groups in (("wish", found["needs"]["wishes"]), ("use", found["needs"]["uses"])):
        for row in groups:
            row["quotes"] = quotes.best(f"{kind}:{row['key']}", found["lang"])
            del row["members"], row["said"]  # as said they are not scrubbed
        groups[:] = [g for g in groups if g["quotes"]]
    for row in found["products"]:
        row["quotes"] = {pole: quotes.best(f"product:{row['id']}:{pole}", lang) for pole in ("positive", "negative")}
        del row["number"]


# ---------------------------------------------------------------- topics


class _Spoken:
    """The topics of a language and how many reviews speak of each."""

    def __init__(self, found: topics.Topics) -> None:
        self.topics = found
        self.of: list[list[int]] = [[] for _ in found.topics]
        self.out = self.seen = 0


def _topics(columns: Columns, suspicious: Mask) -> dict[Lang, _Spoken]:
    return {
        lang: _Spoken(topics.fit([t for place, t in columns.texts[lang] if not suspicious[place]], lang))
        for lang in columns.texts
    }  # fmt: skip


def _assign(spoken: Mapping[Lang, _Spoken], batch: Sequence[Any], at: int, suspicious: Mask, quotes: Quotes) -> None:
    for lang, held in spoken.items():
        own = [(at + n, o) for n, o in enumerate(batch) if o.lang == lang and not suspicious[at + n]]
        held.seen += len(own)
        for (place, opinion), topic in zip(own, held.topics.assign([o.text for _, o in own]).tolist(), strict=True):
            if topic < 0:
                held.out += 1
                continue
            held.of[topic].append(place)
            key = f"topic:{lang}:{topic}"
            if len(quotes.found[key]) < 2 and len(opinion.text) < 400:
                terms = held.topics.topics[topic].terms[:4]
                where = [x for t in terms if (x := opinion.text.lower().find(t)) >= 0]
                if where:
                    quotes.want(key, place, where[0], where[0] + 1)
                    quotes.read(place, opinion)


def _told_topics(c: count.Counter, spoken: Mapping[Lang, _Spoken], quotes: Quotes) -> dict[str, Any]:
    rows = []
    for lang, held in spoken.items():
        for n, topic in enumerate(held.topics.topics):
            mine = np.zeros(len(c.arrays.day), np.bool_)
            mine[held.of[n]] = True
            if not mine.any():
                continue
            kinds = [k for k in c.columns.taxonomy.of(list(topic.terms[:6])) if k != OTHER]
            best = max(dict.fromkeys(kinds), key=kinds.count, default="")
            rows.append({
                "lang": lang, "terms": list(topic.terms[:6]), "coherence": topic.coherence, "aspect": best,
                "name": c.columns.taxonomy.name(best, c.lang) if best else "", **count.told(count.of(c, mine)),
                "content": count.told(count.of(c, c.arrays.content, mine)),
                "quotes": quotes.best(f"topic:{lang}:{n}", c.lang),
                "over_time": count.series(c, mine),
            })  # fmt: skip
    seen, out = sum(s.seen for s in spoken.values()), sum(s.out for s in spoken.values())
    return {"found": sorted(rows, key=lambda r: -r["count"]), "left_out": count.told(share(out, seen))}


# ---------------------------------------------------------------- suspicion, alerts


def _worst(suspicions: Mapping[int, Suspicion]) -> list[int]:
    ranked = sorted((n for n, s in suspicions.items() if s.score >= flag()), key=lambda n: (-suspicions[n].score, n))
    return ranked[:_EXAMPLES]


def _suspicious(
    c: count.Counter, suspicions: Mapping[int, Suspicion], suspicious: Mask, quotes: Quotes
) -> dict[str, Any]:
    by_reason: dict[str, int] = {}
    for n, s in suspicions.items():
        if suspicious[n]:
            for reason in s.reasons:
                by_reason[reason.code] = by_reason.get(reason.code, 0) + 1
    examples = [
        {"score": suspicions[n].score, "reasons": [told(r, c.lang) for r in suspicions[n].reasons],
         "codes": [r.code for r in suspicions[n].reasons], "quotes": quotes.best(f"suspicious:{n}", c.lang)}
        for n in _worst(suspicions)
    ]  # fmt: skip
    with_them = count.told(share(int(c.arrays.content.sum()), len(c.arrays.day)))
    return {"share": count.told(share(int(suspicious.sum()), len(c.arrays.day))), "by_reason": by_reason,
            "examples": examples, "content_with_them": with_them}  # fmt: skip


def _alerts(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What changed for the worse or stands out badly, the gravest first."""
    out: list[dict[str, Any]] = []
    out += [{"kind": "content_fell", **c} for c in found["over_time"]["changes"][-1:] if _rose(c, up=False)]
    known = points.all_points()
    for row in found["points"]:
        if row["polarity"] == "negative":
            out += [{"kind": "complaint_rose", "what": row["id"], "name": row["name"], **c}
                    for c in row["over_time"]["changes"][-1:] if _rose(c, up=True)]  # fmt: skip
    for row in found["differences"]:
        bad = row["what"] != "content" and known[row["what"]].polarity == "negative" and row["difference"] > 0
        if bad or (row["what"] == "content" and row["difference"] < 0):
            name = "" if row["what"] == "content" else known[row["what"]].names[found["lang"]]
            out.append({**row, "kind": "stands_out", "name": name, "where": row["name"]})
    if found["suspicious"]["share"]["share"] > 0.05 and found["suspicious"]["share"]["count"] >= 5:
        out.append({"kind": "suspicious", "here": found["suspicious"]["share"]})
    return out[:10]


def _rose(change: Mapping[str, Any], *, up: bool) -> bool:
    return bool((change["after"]["share"] > change["before"]["share"]) == up)


def with_digest(conn: Connection, found: dict[str, Any], lang: Lang, *, producer: str, actor: str) -> dict[str, Any]:
    """The report with its digest, gone through the door."""
    said = digest.released(conn, found, lang, producer=producer, actor=actor)
    by_point = {p["id"]: p["quotes"] for p in found["points"]}
    for sentence in said["sentences"]:
        sentence["quotes"] = by_point.get(sentence["point"], [])
    return found | {"digest": said}


def source(path: Path) -> str:
    """The file's name without its suffix, as a title."""
    return path.stem.replace("_", " ")
