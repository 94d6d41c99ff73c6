"""What the widget recommends: beside a product, for what was looked at on the page, or for everyone, each with why.

A publishable key proves no shopper. A list of a shopper's own needs the token the shop's sign-in makes; without it
nobody can ask what somebody else bought.
"""

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from goodword.app import Goodword
from goodword.errors import InputError
from goodword.server import words
from goodword.server.access import Who, storefront
from goodword.server.shop import shop_of
from goodword.server.widget.customers import customer_of
from goodword.server.widget.origins import sharing
from goodword.store import catalogue
from goodword.types import Lang, Product

if TYPE_CHECKING:  # they need libraries that come with an extra
    from goodword.jobs.recommend import Item, Recommended
    from goodword.jobs.recommend_entry import Recommending

router = APIRouter(prefix="/widget/v1", tags=["widget"])
_LEAST = 0.03  # of the score: what adds less is no reason worth a line


class Suggest(BaseModel):
    """What a page shows: a product, a basket, what was looked at on it. The token is the shop's own sign-in's."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"product": "EL-002", "k": 3}})

    product: str | None = Field(None, max_length=200)
    basket: list[str] = Field(default_factory=list, max_length=50)
    seen: list[str] = Field(default_factory=list, max_length=50)
    k: int = Field(4, ge=1, le=12)
    session: str | None = Field(None, max_length=1024)
    personal: bool = Field(True, description="false: a list that is the same for everyone")
    lang: Lang | None = None


@router.post("/recommend", summary="What to show beside a product, and why")
def suggest(
    request: Request,
    shop: Annotated[Goodword, Depends(shop_of)],
    who: Annotated[Who, Depends(storefront())],
    asked: Suggest,
) -> Response:
    """A list with its reasons as words and as shares. Without a fitted recommender it is empty."""
    spoken = asked.lang or words.lang_of(request)
    made = shop.recommend(lang=spoken)
    try:
        skus = made.fitted.goods.skus
    except InputError:
        return JSONResponse({"items": [], "personalised": False, "parameters": []}, headers=sharing(request, who))
    found = _list(made, asked, customer_of(shop, asked.session), frozenset(skus))
    body = {
        "items": [_item(row, _titles(shop, item, skus, spoken)) for row, item in _rows(found, skus)],
        "personalised": found.general == "",
        "parameters": list(made.parameters()),
    }
    return JSONResponse(body, headers=sharing(request, who))


def _list(made: "Recommending", asked: Suggest, customer: str | None, known: frozenset[str]) -> "Recommended":
    """The shopper's own list where they have proven who they are, else one about what the page shows."""
    from goodword.jobs.recommend import Ask, Seen

    beside = asked.product if asked.product in known else None
    basket = [sku for sku in asked.basket if sku in known]
    ask = Ask(k=asked.k, personal=asked.personal, extra=tuple(Seen(sku=s) for s in asked.seen if s in known),
              skip=(beside,) if beside else ())  # fmt: skip
    if customer is not None or not asked.personal:
        return made.for_shopper(customer or "", ask)
    if basket:
        return made.basket(basket, ask)
    return made.similar(beside, ask) if beside else made.for_shopper("", ask)


def _rows(found: "Recommended", skus: tuple[str, ...]) -> list[tuple[dict[str, Any], "Item"]]:
    from goodword.jobs.recommend_shape import recommended

    return list(zip(recommended(found, skus)["items"], found.items, strict=True))


def _item(row: dict[str, Any], titles: dict[str, str]) -> dict[str, Any]:
    given = row["contributions"]
    whole = given["general"] + given["rest"] + sum(e["adds"] for e in given["events"])
    parts = [] if whole <= 0 else [
        {"sku": e["sku"], "title": titles.get(e["sku"], e["sku"]), "kind": e["kind"], "share": e["adds"] / whole}
        for e in given["events"] if e["adds"] / whole >= _LEAST
    ]  # fmt: skip
    named = sum(p["share"] for p in parts)
    general = given["general"] / whole if whole > 0 else 0.0
    return {
        "sku": row["sku"], "title": titles.get(row["sku"], row["title"]), "advertisement": row["advertisement"],
        "reason": row["reason"]["text"] if row["reason"] else "",
        "label": row["reason"]["label"] if row["reason"] else "",
        "parts": parts, "general": general, "rest": max(1.0 - named - general, 0.0),
    }  # fmt: skip


def _titles(shop: Goodword, item: "Item", skus: tuple[str, ...], lang: Lang) -> dict[str, str]:
    wanted = {item.sku, *(skus[p.item] for p in item.why.parts)}
    with shop.store.read() as conn:
        return {p.sku: _title(p, lang) for p in catalogue.products(conn, sorted(wanted))}


def _title(product: Product, lang: Lang) -> str:
    titles = [f for f in product.facts if f.key == "title"]
    return next((f.text for f in titles if f.lang == lang), titles[0].text if titles else product.title)
