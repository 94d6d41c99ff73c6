"""A small shop that shows the widget as customers see it: `/demo-shop`, where the setting `server.demo_shop` is on."""

import secrets
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from goodword.app import Goodword
from goodword.server import people, problems, words
from goodword.server.access import Who, anyone
from goodword.server.console.render import render
from goodword.server.shop import shop_of
from goodword.store import catalogue, statements
from goodword.store import people as kept
from goodword.text.language import detect
from goodword.types import Lang, Product

router = APIRouter(prefix="/demo-shop", include_in_schema=False)
Shop = Annotated[Goodword, Depends(shop_of)]
Anyone = Annotated[Who, Depends(anyone())]
_NAME = "demo shop"
_SHOWN = 12
_LEFT_OUT = frozenset({"title", "price", "stock", "category", "brand"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A product as the shop shows it."""

    sku: str
    title: str
    kind: str
    price: str
    facts: tuple[tuple[str, str], ...] = ()


@router.get("")
def front(request: Request, shop: Shop, who: Anyone) -> Response:
    """The front page: some products of every class."""
    lang = _open(request, shop)
    with shop.store.read() as conn:
        cards = _varied([_card(p, lang) for p in catalogue.products(conn)])
    return render(request, who, "demo_shop.html", cards=cards, card=None, text="", label="", key=_key(request, shop))


@router.get("/{sku}")
def product(request: Request, shop: Shop, who: Anyone, sku: str) -> Response:
    """A product's page, with its released description, the assistant and recommendations that say why."""
    lang = _open(request, shop)
    with shop.store.read() as conn:
        found = catalogue.get(conn, sku)
        if found is None:
            raise problems.Missing("there is no such product")
        market = dict(shop.settings.market_pairs()).get(lang, "cn" if lang == "zh" else "us")
        said = statements.latest(conn, sku, lang, market, "listing")
    return render(request, who, "demo_shop.html", cards=[], card=_card(found, lang), key=_key(request, shop),
                  text=said.draft.text if said else "", label=said.mark.text if said else "")  # fmt: skip


def _open(request: Request, shop: Goodword) -> Lang:
    if not shop.settings.server.demo_shop:
        raise problems.Missing("there is no such page or thing")
    return words.lang_of(request)


def _key(request: Request, shop: Goodword) -> str:
    """A storefront key of this start of the server; those of earlier starts are taken back."""
    made: str | None = getattr(request.app.state, "demo_key", None)
    if made is None:
        with shop.store.begin() as conn:
            for old in kept.keys(conn):
                if old.name.startswith(_NAME) and not old.revoked:
                    kept.revoke(conn, old.id, actor="goodword serve")
        name = f"{_NAME} {secrets.token_hex(4)}"
        made = people.make_key(shop.store, name, kind="storefront", actor="goodword serve")
        request.app.state.demo_key = made
    return made


def _card(product: Product, lang: Lang) -> Card:
    own = [f for f in product.facts if f.lang == lang and not f.derived]
    title = next((f.text for f in own if f.key == "title"), product.title)
    prices = [f for f in product.facts if f.key == "price"]
    wanted = "cny" if lang == "zh" else "usd"
    price = next((f.text for f in prices if wanted in f.name.lower()), prices[0].text if prices else "")
    sign = {"cny": "¥", "usd": "$"}[wanted] if price.replace(".", "").isdigit() else ""
    facts = tuple((f.name, f.text) for f in own if f.key not in _LEFT_OUT and detect(f.name) == lang)
    return Card(sku=product.sku, title=title, kind=product.product_class, price=f"{sign}{price}", facts=facts[:16])


def _varied(cards: list[Card]) -> list[Card]:
    """One of each class by turns."""
    seen: dict[str, int] = {}
    turns = []
    for n, card in enumerate(cards):
        seen[card.kind] = seen.get(card.kind, 0) + 1
        turns.append((seen[card.kind], n))
    return [cards[n] for _, n in sorted(turns)[:_SHOWN]]
