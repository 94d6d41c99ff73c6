"""Addresses of the console's pages. What a shop calls its things stands in the query, where any character may stand."""

from urllib.parse import urlencode


def link(path: str, **values: object) -> str:
    """An address with the values that are not empty."""
    asked = urlencode({k: str(v) for k, v in values.items() if v not in {None, "", False}})
    return f"{path}?{asked}" if asked else path


def product_page(sku: str) -> str:
    """The page of a product."""
    return link("/catalogue/product", sku=sku)


def fact_page(fact: str) -> str:
    """The page of a fact."""
    return link("/catalogue/fact", id=fact)


def text_page(statement: str) -> str:
    """The page of a released text."""
    return link("/write/text", id=statement)
