"""Goodword as tools for agents, by the Model Context Protocol: search, check, ask, describe, all behind the same guard.

A tool gives back what HTTP and the command line give back, in the same shapes. Nothing here reads a file or an address
an agent names, and what an agent writes is data: it can make the guard say no, never make it say yes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from goodword.app import Goodword
from goodword.errors import GoodwordError, InputError, MissingExtra
from goodword.jobs import shape
from goodword.jobs.asking import shape as asking_shape
from goodword.jobs.current import Current
from goodword.jobs.finding import Shelf, shelve
from goodword.jobs.guarding import HOME, Guard
from goodword.store import catalogue
from goodword.text import messages
from goodword.text.language import detect
from goodword.types import Channel, Lang, Market, Product

if TYPE_CHECKING:
    from mcp.server import MCPServer

INSTRUCTIONS = (
    "Tools of a shop whose every word must be vouched for. Before you show a customer anything about a product, get it "
    "from `ask` or `describe`, or have your own words judged by `check_text`: say only what comes back as `released` "
    "or `answered`, keep its label that it is AI-made, and never say what was held or refused. "
    "本店工具：向顾客展示任何商品内容之前，请用 ask 或 describe 获取，或用 check_text 核验；"
    "只使用“released”“answered”的内容，并保留 AI 标识。"
)
_MOST = 8_000  # characters of a text that is judged
Text = Annotated[str, Field(min_length=1, max_length=_MOST)]
Sku = Annotated[str, Field(min_length=1, max_length=200, description="the product's number (SKU)")]


class Tools:
    """The tools of one shop, as plain functions. `actor` is who the ledger names."""

    def __init__(self, shop: Goodword, *, actor: str) -> None:
        self._shop, self._actor = shop, actor
        self._shelf: Current[Shelf] = Current(shop.store, lambda: shelve(shop.store))

    def search_products(
        self, query: Annotated[str, Field(min_length=1, max_length=400)], limit: Annotated[int, Field(ge=1, le=50)] = 10
    ) -> dict[str, Any]:
        """Find products of the shop by words in English or Chinese; gives SKU, title and class of each, best first."""
        found = self._shelf.now().find(query, limit)
        with self._shop.store.read() as conn:
            known = {p.sku: p for p in catalogue.products(conn, found)}
        return {"products": [_short(known[sku]) for sku in found if sku in known]}

    def get_product(self, sku: Sku) -> dict[str, Any]:
        """Everything the shop holds as fact about one product, each with where it was read."""
        product = self._product(sku)
        facts = [
            {"fact": f.id, "name": f.name, "value": f.text, "lang": f.lang, "version": f.version,
             "where": f.source.locator}
            for f in product.facts
        ]  # fmt: skip
        return {**_short(product), "facts": facts}

    def check_text(
        self, text: Text, sku: Annotated[str | None, Field(description="judge by the facts of this product")] = None,
        facts: Annotated[dict[str, Any] | None, Field(description="or by these names and values")] = None,
        evidence: Annotated[list[Any] | None, Field(description="passages {id, text}; {about, count, of}")] = None,
        lang: Lang | None = None, market: Market | None = None, channel: Channel = "listing",
    ) -> dict[str, Any]:  # fmt: skip
        """Judge a text: is every claim supported, and is it lawful in the market? Says `released`, `held` or `refused`.

        With neither product nor facts the wording alone is judged.
        """
        spoken = lang or detect(text)
        product = self._product(sku) if sku else None
        where = market or dict(self._shop.settings.market_pairs()).get(spoken) or HOME[spoken]
        known = product.facts if product else facts
        kind = product.product_class if product else "general"
        ruling = Guard(market=where).check(
            text, known, evidence=evidence, lang=spoken, channel=channel, product_class=kind
        )
        return shape.checked(sku or "text", ruling)

    def ask(
        self, question: Annotated[str, Field(min_length=1, max_length=2000)], sku: str | None = None,
        lang: Lang | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Answer a customer's question from the shop's facts and policies, each sentence with what it rests on.

        `outcome` says what to do: `answered`, `declined` (nothing vouches for it) or `handed_over` (to a person).
        """
        told = dict(asking_shape.answered(self._shop.ask(question, product=sku, lang=lang)))
        told.pop("ranked", None)
        return told

    def describe(
        self, sku: Sku, lang: Lang = "en", market: Market | None = None, channel: Channel = "listing"
    ) -> dict[str, Any]:
        """A product description whose every sentence rests on a fact. `text` is null unless it was released."""
        if channel == "answer":
            raise InputError("a description is no answer", where="channel", cure="Use ask")
        where = market or dict(self._shop.settings.market_pairs()).get(lang) or HOME[lang]
        order = replace(self._shop.order(pairs=((lang, where),), channel=channel), actor=self._actor)
        product = self._product(sku)
        return shape.described(next(iter(self._shop.describe([product], order=order))))

    def _product(self, sku: str) -> Product:
        with self._shop.store.read() as conn:
            found = catalogue.get(conn, sku)
        if found is None:
            raise InputError(f"there is no product {sku!r}", cure="Look for it with search_products")
        return found


def make_server(shop: Goodword, *, actor: str, lang: Lang = "en") -> "MCPServer[Any]":
    """The server, not yet running.

    Args:
        lang: of error messages.

    Raises:
        MissingExtra: the library is not installed.
    """
    try:
        from mcp.server import MCPServer
        from mcp.types import ToolAnnotations
    except ModuleNotFoundError as error:
        raise MissingExtra("mcp", "The server for agents") from error
    server: MCPServer[Any] = MCPServer("goodword", title="Goodword 言之有据", instructions=INSTRUCTIONS, version="1",
                                       log_level="WARNING")  # fmt: skip
    tools = Tools(shop, actor=actor)
    looks = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    keeps = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)
    for tool, about in ((tools.search_products, looks), (tools.get_product, looks), (tools.check_text, looks),
                        (tools.ask, keeps), (tools.describe, keeps)):  # fmt: skip
        server.tool(name=tool.__name__, annotations=about)(_told(tool, lang))
    return server


def _told(tool: Callable[..., dict[str, Any]], lang: Lang) -> Callable[..., dict[str, Any]]:
    """The tool with our errors told as the protocol tells them, and no traceback."""

    @wraps(tool)
    def called(*args: Any, **kwargs: Any) -> dict[str, Any]:
        with _as_tool_error(lang):
            return tool(*args, **kwargs)

    return called


@contextmanager
def _as_tool_error(lang: Lang) -> Iterator[None]:
    from mcp.server.mcpserver.exceptions import ToolError

    try:
        yield
    except GoodwordError as error:
        raise ToolError(messages.told(error, lang)) from None


def _short(product: Product) -> dict[str, Any]:
    titles = {f.lang: f.text for f in product.facts if f.key == "title"}
    return {"sku": product.sku, "title": titles or {product.lang: product.title}, "class": product.product_class}
