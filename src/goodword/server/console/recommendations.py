"""Recommendations: try a shopper, see why each item stands there, and what variety and fairness would cost."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from goodword.app import Goodword
from goodword.errors import InputError, MissingExtra
from goodword.server import words
from goodword.server.access import Who, need
from goodword.server.api.recommend import recommending
from goodword.server.console.links import link
from goodword.server.console.render import Nav, render
from goodword.server.shop import shop_of
from goodword.server.work.kinds.rule_costs import KIND
from goodword.server.work.work import Work, work_of
from goodword.store import tasks
from goodword.store.tasks import Task

if TYPE_CHECKING:
    from goodword.jobs.recommend import Ask, Item, Recommended
    from goodword.jobs.recommend_entry import Recommending
    from goodword.rankers.rerank.rules import Rules

router = APIRouter(include_in_schema=False)
NAV = Nav(order=70, path="/recommendations", label="Recommendations")
PATH = "/recommendations"
Shop = Annotated[Goodword, Depends(shop_of)]
Viewer = Annotated[Who, Depends(need("viewer", "recommend"))]
Word = Annotated[str, Query(max_length=300, pattern="^[^\x00-\x1f]*$")]
_EXAMPLES, _SHARES = 12, 8
GROUPS = ("newer_than_days", "sellers_smaller_than", "sellers", "skus")


@router.get("/recommendations")
def page(
    request: Request, shop: Shop, who: Viewer, shopper: Word = "", product: Word = "", seen: Word = "", age: str = "",
    consent: bool = False, general: bool = False, variety: str = "", k: Annotated[int, Query(ge=1, le=30)] = 6,
) -> HTMLResponse:  # fmt: skip
    """A list as this shopper would see it, and the same under other rules."""
    said = words.of(request)
    asked = {"shopper": shopper.strip(), "product": product.strip(), "seen": seen.strip(), "age": age.strip(),
             "consent": consent, "general": general, "k": k}  # fmt: skip
    try:
        told = recommending(request)
        fitted = told.fitted
    except (InputError, MissingExtra) as error:
        return render(request, who, "recommendations/empty.html", error=said.told(error))
    last = _measured(shop)
    base = _base(told, last)
    values: dict[str, Any] = {"asked": asked, "error": "", "list": None, "tried": None, "examples": _examples(told)}
    try:
        rules = _tried(request, base, variety)
        values |= _lists(told, asked, rules)
    except InputError as error:
        rules, values["error"] = base, said.told(error)
    return render(
        request, who, "recommendations/page.html", card=fitted.card, parameters=told.parameters(), last=last,
        stale=bool(last and last.result and last.result.get("fitted") != fitted.card.get("fitted")),
        dials=_dials(fitted.rules, base, rules, last), status=422 if values["error"] else 200, **values,
    )  # fmt: skip


@router.post("/recommendations/measure")
def measure(
    request: Request, shop: Shop, work: Annotated[Work, Depends(work_of)],
    who: Annotated[Who, Depends(need("writer", "recommend"))], name: Annotated[str, Form(max_length=80)] = "",
    group: Annotated[str, Form()] = "", value: Annotated[str, Form(max_length=500)] = "",
) -> RedirectResponse:  # fmt: skip
    """Measure what the rules cost; with a new rule for giving some goods a fair share of places, if one is named."""
    from goodword.jobs import recommend_trial

    told = recommending(request)
    rules = _base(told, _measured(shop))
    if name.strip():
        rules = recommend_trial.exposing(rules, {"name": name.strip(), "share": 0.1, **_group(group, value)})
    work.take(KIND, {"rules": rules.model_dump(mode="json")}, who.name)
    return RedirectResponse(link(PATH) + "#dials", 303)


@router.post("/recommendations/rules")
async def put_on(request: Request, shop: Shop, who: Annotated[Who, Depends(need("approver", "recommend"))]) -> Response:
    """Put the tried weights on from now on, at the cost that was measured."""
    from anyio import to_thread

    form = {str(k): str(v) for k, v in (await request.form()).items()}
    await to_thread.run_sync(_put_on, request, shop, who, form)
    return RedirectResponse(link(PATH, shopper=form.get("shopper", "")), 303)


def _put_on(request: Request, shop: Goodword, who: Who, form: dict[str, str]) -> None:
    from goodword.evaluate import ranking_tried
    from goodword.jobs import recommend_trial

    told = recommending(request)
    last = _measured(shop)
    base = _base(told, last)
    shares = {r.name: _share(form.get(f"share_{n}", "")) for n, r in enumerate(base.exposure)}
    rules = recommend_trial.changed(base, variety_weight=_share(form.get("variety", "")),
                                    shares={k: v for k, v in shares.items() if v is not None})  # fmt: skip
    result = (last.result if last else None) or {}
    costs = {r.name: ranking_tried.loss(result, r.name, r.share) for r in rules.exposure}
    costs["variety"] = ranking_tried.loss(result, _curve_of_variety(rules), rules.variety.weight)
    recommend_trial.apply(told.folder, shop.store, rules, actor=who.name,
                          cost={k: v for k, v in costs.items() if v is not None})  # fmt: skip


# ---------------------------------------------------------------- what is shown


def _lists(told: "Recommending", asked: dict[str, Any], rules: "Rules") -> dict[str, Any]:
    """The list as it is, and as it would be under the rules that are tried."""
    from goodword.jobs import recommend_trial
    from goodword.jobs.recommend import Recommender

    if not asked["shopper"] and not asked["product"]:
        return {}
    ask = _ask(asked)
    recommender = told.recommender
    now = _made(recommender, asked, ask)
    goods = recommender.fitted.goods
    out: dict[str, Any] = {"list": now, "rows": _rows(now.items, goods.skus, recommender), "tried": None,
                           "width": recommend_trial.width(now, goods)}  # fmt: skip
    if rules != recommender.fitted.rules:
        other = Recommender(replace(recommender.fitted, rules=rules), recommender.store, told.voice)
        then = _made(other, asked, ask)
        before = {i.sku: n for n, i in enumerate(now.items, 1)}
        out |= {"tried": then, "tried_rows": _rows(then.items, goods.skus, recommender), "before": before,
                "tried_width": recommend_trial.width(then, goods)}  # fmt: skip
    return out


def _made(recommender: Any, asked: dict[str, Any], ask: "Ask") -> "Recommended":
    found: Recommended
    if asked["product"]:
        found = recommender.similar(asked["product"], ask)
    else:
        found = recommender.for_shopper(asked["shopper"], ask)
    return found


def _ask(asked: dict[str, Any]) -> "Ask":
    from goodword.jobs.recommend import Ask, Seen

    age = asked["age"]
    if age and not age.isdigit():
        raise InputError(f"{age} is no age", cure="Give whole years")
    skus = [s.strip() for s in asked["seen"].replace("，", ",").split(",") if s.strip()]
    return Ask(k=asked["k"], personal=not asked["general"], age=int(age) if age else None, consent=asked["consent"],
               extra=tuple(Seen(sku=s) for s in skus[:50]))  # fmt: skip


def _rows(items: "tuple[Item, ...]", skus: tuple[str, ...], recommender: Any) -> list[dict[str, Any]]:
    """Each item with the parts of its score; bars share one scale, so that items compare."""
    from goodword.jobs import recommend_trial
    from goodword.jobs.recommend_shape import moment

    found = [(item, recommend_trial.bars(item, skus)) for item in items]
    most = max((abs(b.adds) for _, bars in found for b in bars), default=1.0)
    return [
        {"item": item, "bars": [
            {"bar": b, "wide": round(max(0.4, 50 * abs(b.adds) / most), 2), "minus": b.adds < 0,
             "name": recommender.title_of(b.sku) if b.sku else "", "day": str(moment(b.time))[:10] if b.time else ""}
            for b in bars]}
        for item, bars in found
    ]  # fmt: skip


def _dials(on: "Rules", base: "Rules", tried: "Rules", last: Task | None) -> list[dict[str, Any]]:
    """What may be turned: variety, and each rule of exposure, with what was measured of it."""
    turned = {r.name: r.share for r in tried.exposure}
    curves = {c["name"]: c for c in ((last.result or {}).get("curves", ()) if last else ())}
    set_shares = {r.name: r.share for r in on.exposure}
    weight = on.variety.weight if on.variety.method != "none" else 0.0
    other = tried.variety.weight if tried.variety.method != "none" else 0.0
    out = [{"name": "variety", "field": "variety", "now": weight, "tried": other,
            "curve": curves.get(_curve_of_variety(on)), "most": 0.7, "rule": None}]  # fmt: skip
    for n, rule in enumerate(base.exposure):
        out.append({"name": rule.name, "field": f"share_{n}", "now": set_shares.get(rule.name, 0.0),
                    "tried": turned.get(rule.name, 0.0), "curve": curves.get(rule.name), "most": 0.3,
                    "rule": rule})  # fmt: skip
    return [{**dial, "chart": _chart(dial)} for dial in out]


def _chart(dial: dict[str, Any]) -> dict[str, Any] | None:
    """The measured curve in a box of 300 by 90, and where the dial stands on it."""
    curve = dial["curve"]
    points = [p for p in curve["points"] if p["ndcg"] is not None] if curve else []
    if len(points) < 2 or not points[0]["ndcg"]:
        return None
    xs = [float(p["label"]) for p in points]
    high = float(max(p["high"] for p in points))
    wide = max(xs[-1], 1e-9)

    def x(value: float) -> float:
        return round(8 + 284 * min(value, xs[-1]) / wide, 1)

    def y(value: float) -> float:
        return round(6 + 74 * (1 - value / high), 1)

    band = [f"{x(a)},{y(p['high'])}" for a, p in zip(xs, points, strict=True)]
    band += [f"{x(a)},{y(p['low'])}" for a, p in reversed(list(zip(xs, points, strict=True)))]
    first = points[0]["ndcg"]
    return {
        "line": " ".join(f"{x(a)},{y(p['ndcg'])}" for a, p in zip(xs, points, strict=True)), "band": " ".join(band),
        "dots": [(x(a), y(p["ndcg"]), p) for a, p in zip(xs, points, strict=True)],
        "now": x(dial["now"]), "tried": x(dial["tried"]), "first": first,
        "loss_now": _loss(xs, points, dial["now"]), "loss_tried": _loss(xs, points, dial["tried"]),
        "table": [(a, p["ndcg"], 1 - p["ndcg"] / first) for a, p in zip(xs, points, strict=True)],
    }  # fmt: skip


def _loss(xs: list[float], points: list[dict[str, Any]], at: float) -> float:
    import numpy as np

    return 1 - float(np.interp(at, xs, [p["ndcg"] for p in points])) / float(points[0]["ndcg"])


# ---------------------------------------------------------------- rules


def _measured(shop: Goodword) -> Task | None:
    """The last measurement that has not failed, done or under way."""
    with shop.store.read() as conn:
        found = tasks.newest(conn, kinds=[KIND], limit=5)
    return next((t for t in found if t.state not in {"failed", "cancelled"}), None)


def _base(told: "Recommending", last: Task | None) -> "Rules":
    """The rules that are on, and the exposure rules that were measured without being on, at no share yet."""
    from goodword.jobs import recommend_trial
    from goodword.rankers.rerank.rules import made

    rules = told.fitted.rules
    there = {r.name for r in rules.exposure}
    for rule in made(last.request["rules"]).exposure if last else ():
        if rule.name not in there:
            rules = recommend_trial.exposing(rules, rule.model_dump())
    return rules


def _tried(request: Request, base: "Rules", variety: str) -> "Rules":
    """The rules with what the dials were turned to; an exposure rule that is not on counts only where it was turned."""
    from goodword.jobs import recommend_trial

    given = request.query_params
    shares = {r.name: _share(given.get(f"share_{n}", "")) for n, r in enumerate(base.exposure)}
    off = {r.name: 0.0 for r in base.exposure if r.accepted_cost is None and shares[r.name] is None}
    turned = {k: v for k, v in shares.items() if v is not None}
    return recommend_trial.changed(base, variety_weight=_share(variety), shares={**turned, **off})


def _share(text: str) -> float | None:
    try:
        return float(text) if text.strip() else None
    except ValueError:
        raise InputError(f"{text!r} is no number", cure="Write it like 0.2") from None


def _group(group: str, value: str) -> dict[str, Any]:
    """Whom a new exposure rule is for."""
    if group not in GROUPS:
        raise InputError("an exposure rule says for whom", cure="Choose a group of goods")
    if group in {"newer_than_days", "sellers_smaller_than"}:
        if not value.strip().isdigit():
            raise InputError(f"{value!r} is no number", cure="Give a whole number")
        return {group: int(value)}
    names = [v.strip() for v in value.replace("，", ",").split(",") if v.strip()]
    return {group: names[:200]}


def _curve_of_variety(rules: "Rules") -> str:
    return f"variety ({rules.variety.method if rules.variety.method != 'none' else 'mmr'})"


def _examples(told: "Recommending") -> list[str]:
    """Some shoppers to try."""
    from goodword.jobs.recommend import GONE

    return [n for n in told.fitted.events.user_ids.names[:200] if not n.startswith(GONE)][:_EXAMPLES]
