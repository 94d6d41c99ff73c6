"""Orders, read for one proven customer at a time through a connector: a shop's own, or this one over a CSV file."""

import csv
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from goodword.errors import InputError

_NEEDED = {"order_id", "user", "placed", "status", "sku"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """One order of one customer; times in ISO 8601, '' where not yet."""

    id: str
    customer: str
    placed: str
    status: str
    lines: tuple[tuple[str, int], ...]  # sku, how many
    shipped: str = ""
    delivered: str = ""


class Customer(Protocol):
    """Someone whose identity is proven; see jobs/asking/identity.py, which alone makes one."""

    @property
    def customer(self) -> str:
        """Their id."""
        ...


class Orders(Protocol):
    """What a connector offers: there is no way to ask for another's orders, or for all."""

    def of(self, who: Customer) -> Sequence[Order]:
        """The orders of this customer, newest first."""
        ...


class CsvOrders:
    """Orders from a CSV export with the columns order_id, user, placed, status, sku, quantity, shipped, delivered."""

    def __init__(self, path: Path) -> None:
        """Raises InputError: the file cannot be read or lacks a column."""
        self._of: dict[str, list[Order]] = defaultdict(list)
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = csv.DictReader(file)
                if missing := _NEEDED - set(rows.fieldnames or ()):
                    raise InputError(f"there is no column {min(missing)}", where=str(path))
                for number, row in enumerate(rows, 2):
                    self._take(row, f"{path}, row {number}")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"the orders cannot be read: {error}", where=str(path)) from None

    def _take(self, row: dict[str, str], where: str) -> None:
        count = (row.get("quantity") or "1").strip()
        if not row["order_id"] or not row["user"] or not count.isdigit():
            raise InputError("this order has no id, no customer or no quantity", where=where)
        self._of[row["user"]].append(
            Order(
                id=row["order_id"],
                customer=row["user"],
                placed=row["placed"],
                status=row["status"],
                lines=((row["sku"], int(count)),),
                shipped=row.get("shipped") or "",
                delivered=row.get("delivered") or "",
            )
        )

    def of(self, who: Customer) -> Sequence[Order]:
        """See `Orders`."""
        return sorted(self._of.get(who.customer, ()), key=lambda o: o.placed, reverse=True)
