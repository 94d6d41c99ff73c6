"""The public shape of recommendations: what the CLI prints, files hold and HTTP returns."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from goodword.jobs.recommend import Item, Recommended
from goodword.jobs.recommend_rights import Done, Proof, Row
from goodword.jobs.recommend_words import LESS, SHOP
from goodword.rankers.interactions import DATED

_WHY_GENERAL = {
    "": "", "asked": "asked for", "objection": "the shopper wants no list of their own",
    "minor": "the shopper is a minor",
    "unknown": "the shopper is not known", "nothing": "there is nothing to go by",
}  # fmt: skip


def recommended(found: Recommended, skus: tuple[str, ...]) -> dict[str, Any]:
    """One list, as the contract has it.

    Args:
        skus: of the goods, by number, to name the events behind a score.
    """
    return {
        "shopper": found.shopper,
        "personalised": not found.general,
        "because": _WHY_GENERAL[found.general],
        "unknown": list(found.unknown),
        "items": [_item(place, item, skus) for place, item in enumerate(found.items, 1)],
    }


def _item(place: int, item: Item, skus: tuple[str, ...]) -> dict[str, Any]:
    why, said = item.why, item.said
    return {
        "place": place, "sku": item.sku, "title": item.title, "score": item.placed.score,
        "advertisement": item.advertisement, "placed_by": item.placed.how, "rule": item.placed.rule,
        "reason": None if said is None else {
            "text": said.draft.text, "lang": said.draft.lang, "why": _said(item), "label": said.mark.text,
            "statement": said.id, "ledger": said.ledger,
        },
        "contributions": {
            "general": why.general,
            "events": [{"sku": skus[p.item], "kind": p.kind, "time": moment(p.time), "adds": p.adds}
                       for p in why.parts],
            "rest": why.rest, "covered": why.covered,
        },
    }  # fmt: skip


def _said(item: Item) -> str:
    """What the words say, which is less than the reason where that one may not be said."""
    less = item.why.about is not None and item.said is not None and item.said.draft.sku == SHOP
    return LESS.get(item.why.why, "activity") if less else item.why.why


def moment(time: int) -> str | int:
    """ISO 8601 UTC; a position as it is."""
    return datetime.fromtimestamp(time, UTC).isoformat().replace("+00:00", "Z") if time >= DATED else time


def row(shopper: str, found: Recommended) -> list[dict[str, Any]]:
    """One list as rows of a table: one a place."""
    return [
        {"shopper": shopper, "place": n, "sku": i.sku, "score": i.placed.score, "personalised": not found.general,
         "reason": i.said.draft.text if i.said else "", "why": i.why.why, "advertisement": i.advertisement}
        for n, i in enumerate(found.items, 1)
    ]  # fmt: skip


def block(found: Recommended, link: str) -> list[dict[str, Any]]:
    """One list as blocks of an e-mail: item, reason, link. `link` has %s where the product number goes.

    A place that is paid for carries its label in `reason`, so a template cannot lose it.
    """
    return [
        {"sku": i.sku, "title": i.title, "reason": i.said.draft.text if i.said else "",
         "label": i.said.mark.text if i.said else "", "advertisement": i.advertisement,
         "link": link.replace("%s", quote(i.sku, safe=""))}
        for i in found.items
    ]  # fmt: skip


def history(shopper: str, rows: tuple[Row, ...], proof: Proof) -> dict[str, Any]:
    """What is held of a shopper."""
    return {
        "shopper": shopper, "held": proof.held, "no_list_of_their_own": proof.objected,
        "events": [{"sku": r.sku, "kind": r.kind, "time": moment(r.time), "weight": r.weight} for r in rows],
        "ledger": [dict(e) for e in proof.entries], "agrees": proof.agrees,
    }  # fmt: skip


def done(what: Done) -> dict[str, Any]:
    """What a right that was used has done."""
    return {"act": what.act, "events": what.events, "ledger": what.ledger, "before": what.before, "after": what.after}
