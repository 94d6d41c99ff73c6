"""Products found by words and meaning, for whoever looks for one: an agent, a page, a person."""

from dataclasses import dataclass

from goodword.search import encode
from goodword.search.index import Index
from goodword.search.lexical import Doc
from goodword.store import catalogue
from goodword.store.engine import Store
from goodword.types import Product

_BY_MEANING = 5_000  # products up to which meaning is searched too: encoding them takes some seconds
_TEXT = 600  # characters of a product that are searched
_SAYS = ("title", "category", "brand", "material", "colour", "features", "function")


@dataclass(frozen=True, slots=True)
class Shelf:
    """Products laid out to be found."""

    index: Index

    def find(self, query: str, k: int) -> list[str]:
        """SKUs, best first."""
        return [hit.id for hit in self.index.find(query, k)]


def shelve(store: Store) -> Shelf:
    """The store's products as they are now."""
    with store.read() as conn:
        many = catalogue.count(conn)
        index = Index(encode.load() if many <= _BY_MEANING else None)
        index.put(Doc(id=p.sku, text=_text(p)) for p in catalogue.products(conn))
    return Shelf(index)


def _text(product: Product) -> str:
    first = [f.text for f in product.facts if f.key in _SAYS]
    rest = [f"{f.name} {f.text}" for f in product.facts if f.key not in _SAYS]
    return " · ".join(dict.fromkeys([product.sku, product.title, *first, *rest]))[:_TEXT]
