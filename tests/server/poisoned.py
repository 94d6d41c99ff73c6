"""A shop in which every field that a feed, a customer or a colleague can fill holds an attack on whoever looks."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

from goodword_pages import links_of  # type: ignore[import-not-found]  # beside this file
from starlette.testclient import TestClient

from goodword.app import Goodword
from goodword.jobs import release
from goodword.jobs.asking import shelf
from goodword.server import people
from goodword.store import conversations, desk
from goodword.types import Draft, Finding, MadeBy, Ruling

PASSWORD = "four words are long"
# Out of text, out of an attribute in either quotes, out of a script and a style; `gwPwned` is what a test listens for.
ATTACK = "\"'><img src=x onerror=gwPwned(1)><script>gwPwned(2)</script><svg onload=gwPwned(3)>{{7*'7'}}"
SHORT = "<img src=x onerror=gwPwned(4)>"
LINK = "javascript:gwPwned(5)"


def poison(shop: Goodword, folder: Path) -> None:
    """Fill it."""
    catalogue_file(folder / "shop.csv")
    shop.recommend().fit([_events(folder / "events.csv")], goods=folder / "shop.csv")
    for _ in shop.describe(folder / "shop.csv"):
        pass
    for product in ("P1", f"P2{SHORT}"):
        for question in (f"Is it waterproof? {ATTACK}", f"I want to speak to a person. {ATTACK}", f"容量多少？{SHORT}"):
            shop.ask(question, product=product)
    with shop.store.read() as conn:
        waiting = list(conversations.handed(conn))
    for case in waiting[:1]:
        shelf.answered(shop.store, case.id, f"Yes. {ATTACK}", who=f"user:{SHORT}", today=datetime.now(UTC).date())
    for place, sku in enumerate(("P1", f"P2{SHORT}", LINK)):
        draft = Draft(sku=sku, text=f"It is red. {ATTACK}", lang="en", market="us", channel="listing", sentences=(),
                      made_by=MadeBy(backend=SHORT, model=ATTACK, note=ATTACK))  # fmt: skip
        finding = Finding(rule=SHORT, severity="needs_evidence", start=0, end=9, authority=ATTACK, advice=ATTACK)
        ruling = Ruling(outcome="held", label="needs_evidence", verdicts=(), findings=(finding,), checks=())
        with shop.store.begin() as conn:
            release.release(conn, draft, ruling, key=f"k{place}{SHORT}", producer="x", actor=f"key:{SHORT}")
    with shop.store.begin() as conn:
        first = next(desk.items(conn)).id
        release.reject(conn, first, who=f"user:{SHORT}", reason=ATTACK)
    people.accept(shop.store, people.invite(shop.store, SHORT, ("viewer",), actor=ATTACK), SHORT, PASSWORD)
    people.make_key(shop.store, f"k{SHORT}", roles=("viewer",), scopes=("ask",), actor=ATTACK)
    people.make_key(shop.store, f"s{SHORT}", kind="storefront", origins=(f"https://{SHORT}",), actor=ATTACK)


def catalogue_file(path: Path) -> None:
    """A feed with the attack in headings, names, numbers, classes and values."""
    quoted = ATTACK.replace('"', '""')
    head = f'sku,title,title_zh,category,brand,price_usd,material,"{quoted}",colour,image_link,link\n'
    rows = [
        f'{sku},"{title}","{quoted}","{quoted}","{SHORT}",9.90,"cotton {quoted}","{quoted}",{colour},{LINK},{LINK}\n'
        for sku, title, colour in (("P1", f"Mug {quoted}", "red"), (f"P2{SHORT}", f"Bag {SHORT}", f'"{SHORT}"'),
                                   ("P3", "Plain lamp", "blue"))
    ]  # fmt: skip
    path.write_text(head + "".join(rows), "utf-8")


def _events(path: Path) -> Path:
    acts = ((f'"P2{SHORT}"', "purchase"), ("P1", "view"), ("P3", "cart"))
    days = [f"2026-0{1 + n % 9}-01T00:00:0{n % 9}Z" for n in range(30)]
    lines = [f'"u{n}{SHORT}",{item},{day},{kind}' for n, day in enumerate(days) for item, kind in acts]
    path.write_text("user,item,time,kind\n" + "\n".join(lines) + "\n", "utf-8")
    return path


def reviews_of(client: TestClient) -> None:
    """Have a report made over reviews that attack."""
    text = f"The strap broke, I am unhappy. {ATTACK}"
    rows = [
        {"id": f"r{n}", "text": text, "product": f"P2{SHORT}" if n % 2 else "P1", "author": SHORT, "rating": 1 + n % 5,
         "time": f"2026-0{1 + n % 6}-01"} for n in range(60)
    ]  # fmt: skip
    body = "\n".join(json.dumps(r) for r in rows)
    made = client.post("/reviews", files={"file": (f"{SHORT}.jsonl", body, "text/plain")})
    assert made.status_code == 303, made.text[:500]
    until = time.monotonic() + 90
    while time.monotonic() < until:
        page = client.get(made.headers["Location"], headers={"Accept": "text/html"})
        if "<svg" in page.text or "report.csv" in page.text:
            return
        time.sleep(0.5)
    raise AssertionError("the report was not made in time")


def crawled(client: TestClient, start: str = "/", most: int = 220) -> Iterator[tuple[str, str]]:
    """Every page that links lead to from `start`, with its text; at most eight that differ in their query alone."""
    waiting, seen = [start], {start}
    kinds: dict[str, int] = {}
    while waiting and most > 0:
        path = waiting.pop(0)
        got = client.get(path, headers={"Accept": "text/html"})
        if not got.headers.get("Content-Type", "").startswith("text/html"):
            continue
        most -= 1
        yield path, got.text

        for href in links_of(got.text):
            whole = urldefrag(urljoin(f"http://testserver{path}", href)).url
            parts = urlsplit(whole)
            own = parts.netloc == "testserver" and parts.scheme == "http"
            kind = "/".join("#" if p.isdigit() else p[:12] for p in parts.path.split("/"))
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            if own and target not in seen and kinds.get(kind, 0) < 8 and "sign-out" not in target:
                seen.add(target)
                kinds[kind] = kinds.get(kind, 0) + 1
                waiting.append(target)
