"""Whether a stated quantity says the same as a held one: units converted, rounding honest, hedges not strengthened."""

from decimal import Decimal
from typing import Literal

from goodword.text import units
from goodword.types import Quantity

Comparison = Literal["same", "weaker", "stronger", "different", "incomparable"]

_ABOUT = Decimal("0.05")  # 'about' may be off by 5 %: our policy, the tighter end of consumer-survey practice
_EXACT = Decimal("0.005")  # a converted figure may be off by half a percent: 222 ml for 7.5 fl oz
_OPEN_ABOVE, _OPEN_BELOW = {"at_least", "over"}, {"up_to", "under"}


def comparable(a: Quantity, b: Quantity) -> bool:
    """Whether both have the same dimension; bare counts compare with counts whose counter agrees or is not given.

    A discount compares with discounts only: '20% off' says nothing of '20% cotton'.
    """
    if "discount" in {a.counter, b.counter} and a.counter != b.counter:
        return False
    if a.unit or b.unit:
        return bool(a.unit and b.unit) and units.dimension(a.unit) == units.dimension(b.unit)
    return not a.counter or not b.counter or a.counter == b.counter


def compare(stated: Quantity, held: Quantity) -> Comparison:
    """How `stated` (in a text) relates to `held` (in a fact).

    same: equal after conversion and honest rounding. weaker: true but vaguer ('about 2 kg' for 1.98 kg).
    stronger: the fact is hedged and the text is not, or the text claims more. different: contradicts.
    """
    if not comparable(stated, held):
        return "incomparable"
    if not (_side(stated.low, stated.unit, held.low, held.unit, stated) and
            _side(stated.high, stated.unit, held.high, held.unit, stated)):  # fmt: skip
        return _one_sided(stated, held)
    if held.hedge != "exact" and stated.hedge == "exact":
        return "stronger"
    if stated.hedge in {held.hedge, "exact"} or {held.hedge, stated.hedge} <= {"about", "typical"}:
        return "same"
    return "weaker" if held.hedge == "exact" else "stronger"


def same(a: Quantity, b: Quantity) -> bool:
    """Whether two quantities of facts agree: equal values whatever the units; hedges may differ."""
    bounds_a, bounds_b = _bounds(a), _bounds(b)
    return comparable(a, b) and all(
        _close(x, a.unit, y, b.unit, _EXACT) for x, y in zip(bounds_a, bounds_b, strict=True)
    )


def overlap(a: Quantity, b: Quantity) -> bool:
    """Whether two quantities leave room for one value: 'up to 2 kg' and 1.8 kg do, 'about 500 g' and 600 g do not."""
    if not comparable(a, b):
        return False
    (a_low, a_high), (b_low, b_high) = _room(a), _room(b)
    return (a_low is None or b_high is None or a_low <= b_high) and (b_low is None or a_high is None or b_low <= a_high)


def _room(q: Quantity) -> tuple[Decimal | None, Decimal | None]:
    """The ends between which the value lies, in base units; 'about' and tolerances widen them."""
    low = None if q.low is None else units.base(q.low, q.unit)
    high = None if q.high is None else units.base(q.high, q.unit)
    if q.hedge in {"about", "typical"}:
        return (low and low - abs(low) * _ABOUT), (high and high + abs(high) * _ABOUT)
    return low, high


def _bounds(q: Quantity) -> tuple[Decimal | None, Decimal | None]:
    """Both ends, an open end closed with the other, so that 'up to 30 h' is comparable with '30 h'."""
    return (q.low if q.low is not None else q.high), (q.high if q.high is not None else q.low)


def _one_sided(stated: Quantity, held: Quantity) -> Comparison:
    """The numbers agree but one of them is open on a side, or the text gives one end of a range, or they differ."""
    low, high = _bounds(stated)
    held_low, held_high = _bounds(held)
    if low is None or high is None or held_low is None or held_high is None:
        return "incomparable"
    same_low = _close(low, stated.unit, held_low, held.unit, _tolerance(stated))
    same_high = _close(high, stated.unit, held_high, held.unit, _tolerance(stated))
    if same_low and same_high:
        if stated.hedge == "exact":
            return "stronger"
        if held.hedge == "exact":
            return "weaker" if stated.hedge in {"up_to", "at_least", "about", "typical"} else "different"
        return "same" if {stated.hedge, held.hedge} <= _OPEN_ABOVE | {"about", "typical"} or \
            {stated.hedge, held.hedge} <= _OPEN_BELOW | {"about", "typical"} else "different"  # fmt: skip
    if held_low != held_high and stated.hedge in _OPEN_BELOW and same_high:
        return "weaker"  # 'up to 60 °C' of a range -20..60 °C
    if held_low != held_high and stated.hedge in _OPEN_ABOVE and same_low:
        return "weaker"
    value, exact = units.base(low, stated.unit), units.base(held_low, held.unit)
    if stated.hedge == "over" and held.hedge == "exact" and exact * Decimal("0.9") <= value < exact:
        return "weaker"  # 'over 200 pages' for 208
    if stated.hedge == "under" and held.hedge == "exact" and exact < value <= exact * Decimal("1.1"):
        return "weaker"
    return "weaker" if held.hedge == "exact" and _rounds_to(stated, held) else "different"


def _rounds_to(stated: Quantity, held: Quantity) -> bool:
    """Whether a bound is the round number next to what is held: 'over 300 pages' and 三百多页 of 352, 'under 400'."""
    bound = stated.low if stated.hedge == "over" else stated.high if stated.hedge == "under" else None
    if not bound or bound <= 0 or held.low is None or held.low != held.high or bound.normalize().as_tuple().digits[1:]:
        return False
    step = Decimal(1).scaleb(bound.adjusted())
    low, high = (bound, bound + step) if stated.hedge == "over" else (bound - step, bound)
    exact = units.base(held.low, held.unit)
    return units.base(low, stated.unit) < exact < units.base(high, stated.unit)


def _side(stated: Decimal | None, su: str, held: Decimal | None, hu: str, q: Quantity) -> bool:
    if stated is None or held is None:
        return stated is held
    return _close(stated, su, held, hu, _tolerance(q))


def _tolerance(stated: Quantity) -> Decimal:
    return _ABOUT if stated.hedge in {"about", "typical"} else _EXACT


def _close(stated: Decimal | None, su: str, held: Decimal | None, hu: str, tolerance: Decimal) -> bool:
    if stated is None or held is None:
        return stated is held
    if su == hu:
        return stated == held or (tolerance > _EXACT and abs(stated - held) <= abs(held) * tolerance)
    a, b = units.base(stated, su), units.base(held, hu)
    return a == b or abs(a - b) <= abs(b) * tolerance
