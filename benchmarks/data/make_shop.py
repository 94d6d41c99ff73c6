"""Make the sample shop's events, orders, stock and price history from its products and reviews.

Everything made here is invented and follows from one seed; run it again and the files come out the same:
`python benchmarks/data/make_shop.py`. What the numbers mean is told in `src/goodword/data/shop/README.md`.
"""

import csv
import hashlib
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

SHOP = Path(__file__).parents[2] / "src" / "goodword" / "data" / "shop"
SEED = 20261119
FIRST, LAST = datetime(2025, 11, 20), datetime(2026, 11, 19, 23, 59)  # noqa: DTZ001  (UTC throughout)
SHOPPERS, BOTS, WHOLESALER = 390, ("u0394", "u0395"), "u0396"
TASTES = ("CL FW BG JW CO", "EL TL ST", "HA FU HT KT", "FD TC AL", "TY IN", "PT GD", "SP")
CONSUMABLE = {"FD": 35, "TC": 40, "AL": 60, "CO": 65, "PT": 38}  # days between two purchases
RETURN_SHARE = {"CL": 0.14, "FW": 0.16, "EL": 0.06, "HA": 0.05}
CAMPAIGNS = (
    ("winter", date(2025, 12, 10), date(2025, 12, 15), "0.90"),
    ("midyear", date(2026, 6, 16), date(2026, 6, 20), "0.85"),
    ("november", date(2026, 11, 8), date(2026, 11, 12), "0.85"),
)
# (sku, until, old price): list prices that rose or fell in the year
CHANGES = (
    ("FD-003", date(2026, 4, 30), 69.0),
    ("FD-005", date(2026, 2, 28), 89.0),
    ("EL-002", date(2026, 3, 31), 229.0),
)
# raised shortly before the November campaign, so that "15% off" is not off the lowest price of the last 30 days
RAISED = ("HA-007", "BG-003")


@dataclass(frozen=True, kw_only=True)
class Item:
    """What this script needs to know of one product."""

    sku: str
    cny: float
    usd: float
    stock: int
    pull: float  # how popular it is


@dataclass(frozen=True, kw_only=True, order=True)
class Row:
    """One event."""

    time: datetime
    user: str
    item: str
    kind: str
    quantity: int = 1


def number(text: str) -> float:
    return float(text.replace(",", ""))


def items(rng: random.Random) -> dict[str, Item]:
    with (SHOP / "products.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    ranks = list(range(1, len(rows) + 1))
    rng.shuffle(ranks)
    return {
        row["sku"]: Item(
            sku=row["sku"],
            cny=number(row["price_cny"]),
            usd=number(row["price_usd"]),
            stock=int(number(row["stock"])),
            pull=rank**-0.8,
        )
        for row, rank in zip(rows, ranks, strict=True)
    }


def reviews() -> list[dict[str, str]]:
    return [json.loads(line) for line in (SHOP / "reviews.jsonl").read_text("utf-8").splitlines()]


# ---------------------------------------------------------------- prices


def price_rows(stock: dict[str, Item]) -> Iterator[dict[str, object]]:
    """Every price a product has had, without gaps or overlaps; the last is today's."""
    changed = {sku: (until, price) for sku, until, price in CHANGES}
    for index, item in enumerate(stock.values()):
        spans: list[tuple[date, float, str]] = [(FIRST.date(), item.cny, "regular")]
        if item.sku in changed:
            until, old = changed[item.sku]
            spans = [(FIRST.date(), old, "regular"), (until + timedelta(days=1), item.cny, "regular")]
        for number_, (name, start, end, share) in enumerate(CAMPAIGNS):
            if (index + number_) % 3 and item.sku not in RAISED:
                continue
            base = [price for since, price, _ in spans if since <= start][-1]
            if item.sku in RAISED and name == "november":
                base = round(item.cny * 1.15)
                spans.append((start - timedelta(days=12), base, "regular"))
            spans.append((start, round(base * float(share), 1), name))
            spans.append(
                (end + timedelta(days=1), [p for s, p, k in spans if k == "regular" and s <= end][-1], "regular")
            )
            if item.sku in RAISED and name == "november":
                spans[-1] = (spans[-1][0], item.cny, "regular")
        yield from told(item, sorted(spans))


def told(item: Item, spans: list[tuple[date, float, str]]) -> Iterator[dict[str, object]]:
    for n, (since, price, kind) in enumerate(spans):
        until = spans[n + 1][0] - timedelta(days=1) if n + 1 < len(spans) else ""
        yield {
            "sku": item.sku,
            "valid_from": since,
            "valid_until": until,
            "price_cny": f"{price:g}",
            "price_usd": f"{round(item.usd * price / item.cny, 2):.2f}",
            "kind": "regular" if kind == "regular" else "promotion",
            "campaign": "" if kind == "regular" else kind,
        }


def price_at(prices: dict[str, list[dict[str, object]]], sku: str, when: datetime) -> str:
    row = [row for row in prices[sku] if str(row["valid_from"]) <= when.date().isoformat()][-1]
    return str(row["price_cny"])


# ---------------------------------------------------------------- events


def moment(rng: random.Random) -> datetime:
    """A time in the year, busier towards its end and in the evening."""
    day = int(rng.betavariate(1.5, 1.1) * (LAST - FIRST).days)
    hour = rng.choices(range(24), [1, 1, 0, 0, 0, 1, 2, 3, 4, 5, 5, 6, 6, 5, 5, 5, 5, 6, 7, 9, 10, 9, 6, 3])[0]
    return FIRST + timedelta(days=day, hours=hour, minutes=rng.randrange(60), seconds=rng.randrange(60))


def bought_reviewed(rng: random.Random, said: Iterable[dict[str, str]]) -> Iterator[Row]:
    """Whoever reviews has bought before, except the suspicious accounts u0391 to u0393."""
    for review in said:
        if "u0391" <= review["author"] <= "u0393":
            continue
        written = datetime.fromisoformat(review["time"].removesuffix("Z"))
        bought = max(FIRST, written - timedelta(days=rng.randint(4, 30), minutes=rng.randrange(600)))
        yield from purchase(rng, review["author"], review["sku"], bought, may_return=int(review["rating"]) <= 2)


def purchase(rng: random.Random, user: str, sku: str, when: datetime, *, may_return: bool) -> Iterator[Row]:
    quantity = rng.choices((1, 2, 3), (80, 15, 5))[0]
    yield Row(time=when - timedelta(minutes=rng.randint(3, 40)), user=user, item=sku, kind="view")
    if rng.random() < 0.8:
        yield Row(time=when - timedelta(minutes=2), user=user, item=sku, kind="cart", quantity=quantity)
    yield Row(time=when, user=user, item=sku, kind="purchase", quantity=quantity)
    if may_return and rng.random() < RETURN_SHARE.get(sku[:2], 0.03) * 2:
        back = when + timedelta(days=rng.randint(3, 14), hours=rng.randrange(12))
        yield Row(time=back, user=user, item=sku, kind="return", quantity=quantity)


def choose(rng: random.Random, stock: dict[str, Item], user: int) -> str:
    """Four picks in five from the shopper's own taste (number modulo 7), the rest from the whole shop."""
    taste = TASTES[user % len(TASTES)].split()
    pool = [item for item in stock.values() if item.sku[:2] in taste] if rng.random() < 0.8 else list(stock.values())
    return rng.choices(pool, [item.pull for item in pool])[0].sku


def sessions(rng: random.Random, stock: dict[str, Item]) -> Iterator[Row]:
    for user in range(1, SHOPPERS + 1):
        for _ in range(max(1, int(rng.paretovariate(1.3)) % 12)):
            when = moment(rng)
            for _ in range(rng.randint(1, 5)):
                sku = choose(rng, stock, user)
                name = f"u{user:04d}"
                yield Row(time=when, user=name, item=sku, kind="view")
                if rng.random() < 0.16:
                    yield from bought(rng, name, sku, when + timedelta(minutes=6))
                elif rng.random() < 0.12:
                    yield Row(time=when + timedelta(minutes=1), user=name, item=sku, kind="cart")
                when += timedelta(minutes=rng.randint(1, 9), seconds=rng.randrange(60))


def bought(rng: random.Random, user: str, sku: str, when: datetime) -> Iterator[Row]:
    """A purchase, perhaps its return, and for things that run out the purchases that follow it."""
    yield from purchase(rng, user, sku, when, may_return=True)
    every = CONSUMABLE.get(sku[:2])
    while every and rng.random() < 0.6:
        when += timedelta(days=max(7, round(rng.gauss(every, every / 5))), minutes=rng.randrange(300))
        yield from purchase(rng, user, sku, when, may_return=False)


def odd_ones(rng: random.Random, stock: dict[str, Item]) -> Iterator[Row]:
    """Two bots that read every page at an even pace, and one wholesaler who buys by the carton."""
    for bot, days, pause in ((BOTS[0], (40, 131, 222, 313), 2), (BOTS[1], (77, 190, 301), 5)):
        for day in days:
            when = FIRST + timedelta(days=day, hours=3)
            for n, sku in enumerate(stock):
                yield Row(time=when + timedelta(seconds=pause * n), user=bot, item=sku, kind="view")
    for month in range(12):
        for sku in ("ST-005", "ST-002", "FW-004", "CL-009", "FD-001")[month % 2 :: 2]:
            when = FIRST + timedelta(days=30 * month + 4, hours=2, minutes=rng.randrange(50))
            yield Row(time=when, user=WHOLESALER, item=sku, kind="purchase", quantity=rng.choice((60, 80, 120, 200)))


# ---------------------------------------------------------------- orders and stock


def order_rows(
    rng: random.Random, log: list[Row], prices: dict[str, list[dict[str, object]]]
) -> Iterator[dict[str, object]]:
    """200 of the year's last purchases as orders, with where they stand and a hash to prove who asks."""
    returned = {(row.user, row.item): row.time for row in log if row.kind == "return"}
    late = [
        row for row in log if row.kind == "purchase" and row.user != WHOLESALER and row.time.date() >= date(2026, 7, 1)
    ]
    for n, row in enumerate(sorted(rng.sample(late, 200)), 1):
        unit = float(price_at(prices, row.item, row.time))
        shipped = row.time + timedelta(hours=rng.randint(6, 50))
        delivered = shipped + timedelta(days=rng.randint(1, 6), hours=rng.randrange(9))
        back = returned.get((row.user, row.item))
        email = f"{row.user}@example.com"
        yield {
            "order_id": f"GW-{row.time:%Y%m%d}-{n:03d}",
            "user": row.user,
            "placed": stamp(row.time),
            "status": status(shipped, delivered, back if back and back > row.time else None),
            "sku": row.item,
            "quantity": row.quantity,
            "unit_price_cny": f"{unit:g}",
            "total_cny": f"{round(unit * row.quantity, 2):g}",
            "shipped": stamp(shipped) if shipped <= LAST else "",
            "delivered": stamp(delivered) if delivered <= LAST else "",
            "email_sha256": hashlib.sha256(email.encode()).hexdigest(),
        }


def status(shipped: datetime, delivered: datetime, back: datetime | None) -> str:
    if back and back <= LAST:
        return "returned"
    return "delivered" if delivered <= LAST else "shipped" if shipped <= LAST else "packing"


def stock_rows(rng: random.Random, stock: dict[str, Item]) -> Iterator[dict[str, object]]:
    """Two warehouses; what they have on hand adds up to the stock of the product feed."""
    for item in stock.values():
        near = round(item.stock * rng.uniform(0.5, 0.9))
        for warehouse, on_hand in (("hangzhou", near), ("rotterdam", item.stock - near)):
            coming = rng.choice((0, 0, 0, 40, 60, 120))
            yield {
                "sku": item.sku,
                "warehouse": warehouse,
                "on_hand": on_hand,
                "reserved": min(on_hand, rng.choice((0, 0, 1, 2, 4))),
                "incoming": coming,
                "incoming_date": date(2026, 12, rng.randint(1, 28)) if coming else "",
                "updated": "2026-11-20T00:00:00Z",
            }


# ---------------------------------------------------------------- files


def stamp(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


def write(name: str, rows: list[dict[str, object]]) -> None:
    with (SHOP / name).open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)
    print(name, len(rows))


def main() -> None:
    rng = random.Random(SEED)
    stock = items(rng)
    history = list(price_rows(stock))
    prices: dict[str, list[dict[str, object]]] = {}
    for row in history:
        prices.setdefault(str(row["sku"]), []).append(row)
    log = [*bought_reviewed(rng, reviews()), *sessions(rng, stock), *odd_ones(rng, stock)]
    log = sorted(row for row in log if FIRST <= row.time <= LAST)
    write("price_history.csv", history)
    write("orders.csv", list(order_rows(rng, log, prices)))
    write("stock.csv", list(stock_rows(rng, stock)))
    write("events.csv", [
        {
            "user": row.user,
            "item": row.item,
            "time": stamp(row.time),
            "kind": row.kind,
            "quantity": row.quantity,
            "price": price_at(prices, row.item, row.time),
        }
        for row in log
    ])  # fmt: skip


if __name__ == "__main__":
    main()
