"""A small shop for the console's tests: described, with texts that wait, a fact that changed, and people."""

import html
import re
import shutil
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path

from starlette.testclient import TestClient

from goodword.app import Goodword
from goodword.jobs import recall, release
from goodword.jobs.draft import judged
from goodword.server import people
from goodword.store import catalogue
from goodword.types import Draft, MadeBy, Product

SignIn = Callable[..., TestClient]
PASSWORD = "quiet river stone"
# Copy by a hurried writer: what no fact carries waits for a person.
COPY = (
    ("CL-001", "en", "us", "Made of 100% linen. It keeps you cool on the hottest days of the year."),
    ("CL-002", "zh", "cn", "这款T恤为棉质。亲肤透气，穿着舒适一整天。"),
    ("CL-003", "en", "uk", "Made of 100% merino wool. It never pills and lasts for decades."),
)


def said(page: str) -> str:
    """What a page says, without its marks."""
    return html.unescape(" ".join(re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL).split()))


def seed(folder: Path, *, count: int = 12) -> Goodword:
    """A shop with products described in both languages."""
    shop = Goodword(store=str(folder / "shop.db"), langs=("en", "zh"), model={"backend": "composer"}, talk="en")
    with as_file(files("goodword.data").joinpath("shop/products.csv")) as source:
        shutil.copy(source, folder / "products.csv")
    products = list(shop.products(folder / "products.csv"))[:count]
    for _ in shop.describe(products):
        pass
    _held(shop, {p.sku: p for p in products})
    _changed(shop, folder)
    for name, roles in (("ana", ("admin",)), ("wen", ("writer",)), ("ada", ("approver",)), ("vic", ("viewer",))):
        people.accept(shop.store, people.invite(shop.store, name, roles, actor="tests"), name, PASSWORD)
    return shop


def _held(shop: Goodword, products: dict[str, Product]) -> None:
    for sku, lang, market, text in COPY:
        if sku not in products:
            continue
        draft = Draft(sku=sku, text=text, lang=lang, market=market, channel="social", sentences=(),  # type: ignore[arg-type]
                      made_by=MadeBy(backend="person"))  # fmt: skip
        ruling = judged(products[sku], draft)
        with shop.store.begin() as conn:
            release.release(conn, draft, ruling, key=f"test-{sku}-{lang}", producer="goodword", actor="user:wen")


def _changed(shop: Goodword, folder: Path) -> None:
    """A second import in which one colour is another: texts are taken back."""
    text = (folder / "products.csv").read_text("utf-8")
    (folder / "products.csv").write_text(text.replace("white, sky blue, olive", "white, sky blue", 1), "utf-8")
    first = next(iter(shop.products(folder / "products.csv")))
    with shop.store.begin() as conn:
        recall.taken_in(conn, catalogue.put(conn, first), actor="user:wen")


if __name__ == "__main__":
    import sys

    import uvicorn

    from goodword.server.app import create_app

    home = Path(sys.argv[1])
    known = (home / "shop.db").exists()
    home.mkdir(parents=True, exist_ok=True)
    app = (
        Goodword(store=str(home / "shop.db"), langs=("en", "zh"), model={"backend": "composer"})
        if known
        else seed(home)
    )
    uvicorn.run(create_app(app), host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
