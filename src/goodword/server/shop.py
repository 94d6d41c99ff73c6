"""What a request works with: the one `Goodword` of the application."""

from fastapi import Request

from goodword.app import Goodword


def shop_of(request: Request) -> Goodword:
    """The shop's Goodword: a dependency."""
    shop: Goodword = request.app.state.goodword
    return shop
