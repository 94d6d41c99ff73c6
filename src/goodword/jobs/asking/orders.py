"""A customer's own orders, told to that customer. Nothing here is reached without a `Verified`, and text makes none."""

import re
from collections.abc import Sequence
from datetime import datetime

from goodword.jobs.asking import facts, lexis
from goodword.jobs.asking.holdings import Holdings
from goodword.jobs.asking.identity import Verified
from goodword.jobs.asking.nouns import Part, Reply
from goodword.knowledge.orders import Order, Orders
from goodword.types import Evidence, Lang

_NUMBER = re.compile(r"\b[A-Z]{2,4}-\d{6,8}-\d{2,6}\b|\b\d{8,20}\b", re.IGNORECASE)
_MOST = 3


def reply(
    question: str, who: Verified | None, orders: Orders | None, holdings: Holdings, lang: Lang, *, ended: bool
) -> Reply:
    """The orders asked about, or why they are not told."""
    phrases = lexis.wording(lang)
    if who is None or orders is None:
        text = phrases["identity_ended" if ended else "identity"]
        return Reply(outcome="declined", reason="identity", parts=(Part(text=text, origin="set"),))
    mine = [o for o in orders.of(who) if o.customer == who.customer]  # a connector that gives more is not believed
    if not mine:
        return Reply(outcome="answered", parts=(Part(text=phrases["no_orders"], origin="set"),), personal=True)
    asked = {n.upper() for n in _NUMBER.findall(question)}
    wanted = [o for o in mine if o.id.upper() in asked] if asked else mine[: 1 if _single(question) else _MOST]
    if not wanted:
        return Reply(outcome="declined", reason="identity", parts=(Part(text=phrases["no_order"], origin="set"),))
    said = tuple(_part(o, holdings, lang) for o in wanted)
    return Reply(
        outcome="answered",
        parts=said,
        personal=True,
        products=tuple(dict.fromkeys(s for o in wanted for s, _ in o.lines)),
    )


def told(order: Order, holdings: Holdings, lang: Lang) -> str:
    """One order in one sentence."""
    names = []
    for sku, count in order.lines:
        product = holdings.products.get(sku)
        name = facts.called(product, lang) if product else sku
        names.append(f"{count} × {name}")
    phrases = lexis.wording(lang)
    status = phrases.get(f"status.{order.status}", order.status)
    day = _day(order.placed)
    text = phrases["order"].replace("{order}", order.id).replace("{day}", day).replace("{status}", status)
    return text.replace("{things}", (", " if lang == "en" else "、").join(names))


def again(part: Part, mine: Sequence[Order], holdings: Holdings, lang: Lang) -> bool:
    """Whether a sentence tells one of these orders and nothing else."""
    return any(part.text == told(o, holdings, lang) for o in mine)


def _part(order: Order, holdings: Holdings, lang: Lang) -> Part:
    text = f"{order.id} {order.status}"
    return Part(
        text=told(order, holdings, lang),
        origin="told",
        evidence=(Evidence(ref=f"order:{order.id}", quote=text, start=0, end=len(text)),),
    )


def _single(question: str) -> bool:
    return bool(
        re.search(
            r"\b(?:order|parcel|package|delivery|shipment)\b(?!s)|last|latest|订单|包裹|快递", question, re.IGNORECASE
        )
    )


def _day(time: str) -> str:
    try:
        return datetime.fromisoformat(time).date().isoformat()
    except ValueError:
        return time
