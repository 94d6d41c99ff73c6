"""Computed answers: the price of three, the weight of all, which of two is lighter. The guard does every sum again."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from goodword.jobs.asking import facts, lexis
from goodword.jobs.asking.nouns import Part, Working
from goodword.jobs.asking.yesno import converted
from goodword.text import compare, lexicon
from goodword.text.normalise import fold
from goodword.types import Evidence, Fact, Lang, Market, Money, Product, Quantity
from goodword.writing import values
from goodword.writing.wording import load as words

_WORDS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
    "a dozen": 12,
    "a pair": 2,
    "两": 2,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
_MANY = re.compile(
    r"(?:how much (?:for|are|is|do|would|will)|cost of|price (?:of|for)|total|altogether|weight of|weigh|buy|order"
    r"|what (?:would|will|do|does))\b"
    r"[^?]{0,40}?(?<![\w.])(\d{1,4}|two|three|four|five|six|seven|eight|nine|ten|twelve|a dozen|a pair)"
    r"(?![\w.]*\s*(?:inch|cm|mm|ml|kg|g\b|w\b|l\b|gb|mah|%|-))"
    r"|(?:买|要|订|拿|来|下单)\s*(\d{1,4}|[两二三四五六七八九十])\s*(?:件|个|只|瓶|盒|包|双|套|台|条|把|袋|罐|本|支|块|张|份|副|盏)(?!月|小时|人)"
    r"|(\d{1,4}|[两二三四五六七八九十])\s*(?:件|个|只|瓶|盒|包|双|套|台|条|把|袋|罐|本|支|块|张|份|副|盏)(?!月|小时|人)"
    r"[^？?]{0,6}(?:多少钱|什么价|总价|一共|总共|合计|要多少|多重|共重)"
)
_LIMIT = 1000


def times(question: str) -> int | None:
    """How many of it a question asks the price or weight of; None where of one."""
    found = _MANY.search(fold(question).text)
    if not found:
        return None
    said = next(g for g in found.groups() if g)
    number = int(said) if said.isdigit() else _WORDS.get(said, 0)
    return number if 1 < number <= _LIMIT else None


def multiplied(product: Product, key: str, count: int, lang: Lang, market: Market) -> Part | None:
    """The price or weight of so many: '3 × 39.90 USD = 119.70 USD.'"""
    found = facts.of_key(product, key)
    for fact in sorted(found, key=lambda f: f.lang != lang):
        if isinstance(fact.value, Money) and fact.value.currency == facts.CURRENCY[market]:
            one, all_ = fact.value.amount, fact.value.amount * count
            named = (facts.money(fact.value, lang), facts.money(Money(amount=all_, currency=fact.value.currency), lang))
        elif isinstance(fact.value, Quantity) and _exact(fact):
            value = fact.value
            one = value.high or Decimal(0)
            all_ = one * count
            low = Quantity(low=all_, high=all_, unit=value.unit, counter=value.counter)
            said = [values.quantity(q, lang, words(lang)) for q in (value, low)]
            named = (said[0] or "", said[1] or "")
        else:
            continue
        stop = "." if lang == "en" else "。"
        working = Working(op="times", facts=(fact.id,), numbers=(str(one), str(count)), result=str(all_))
        return Part(
            text=f"{count} × {named[0]} = {named[1]}{stop}",
            origin="worked",
            evidence=(_evidence(fact),),
            facts=(fact,),
            product_class=product.product_class,
            working=working,
        )
    return None


def summed(products: Sequence[Product], lang: Lang, market: Market) -> Part | None:
    """The price of several products together."""
    prices = [_price(p, market) for p in products]
    if None in prices:
        return None
    kept = [f for f in prices if f is not None]
    amounts = [f.value.amount for f in kept if isinstance(f.value, Money)]
    currency = facts.CURRENCY[market]
    total = sum(amounts, Decimal(0))
    terms = " + ".join(facts.money(Money(amount=a, currency=currency), lang) for a in amounts)
    stop = "." if lang == "en" else "。"
    working = Working(op="sum", facts=tuple(f.id for f in kept), numbers=tuple(map(str, amounts)), result=str(total))
    return Part(
        text=f"{terms} = {facts.money(Money(amount=total, currency=currency), lang)}{stop}",
        origin="worked",
        evidence=tuple(_evidence(f) for f in kept),
        facts=tuple(kept),
        working=working,
    )


def lesser(a: Product, b: Product, key: str, lang: Lang, market: Market) -> Part | None:
    """Which of two has the lower figure of an attribute, where both have one exact figure of the same kind."""
    one, two = _figure(a, key, lang, market), _figure(b, key, lang, market)
    if one is None or two is None:
        return None
    first, second = _numbers(one, two)
    if first is None or second is None or first == second:
        return None
    lower = a if first < second else b
    label = _label(key, one, lang)
    phrases: Mapping[str, str] = lexis.wording(lang)
    text = phrases["lower"].replace("{product}", facts.called(lower, lang)).replace("{things}", label)
    working = Working(op="less", facts=(one.id, two.id), numbers=(str(first), str(second)), result=lower.sku)
    return Part(
        text=text, origin="worked", evidence=(_evidence(one), _evidence(two)), facts=(one, two), working=working
    )


def again(part: Part, held: Mapping[str, Fact]) -> bool:
    """Whether a calculation comes out the same when it is done again from the facts themselves."""
    work = part.working
    if work is None or any(f not in held for f in work.facts):
        return False
    numbers = [Decimal(n) for n in work.numbers]
    bases = [_amounts(held[f]) for f in work.facts]
    given = numbers[: len(bases)]
    if work.op != "less" and any(g not in b for g, b in zip(given, bases, strict=True)):
        return False
    if work.op == "times":
        return numbers[0] * numbers[1] == Decimal(work.result) and work.result.rstrip("0").rstrip(".") != ""
    if work.op == "sum":
        return sum(numbers, Decimal(0)) == Decimal(work.result)
    if work.op == "less":
        first, second = _numbers(held[work.facts[0]], held[work.facts[1]])
        lower = work.facts[0] if first is not None and second is not None and first < second else work.facts[1]
        return first != second and held[lower].sku == work.result
    return False


def _figure(product: Product, key: str, lang: Lang, market: Market) -> Fact | None:
    if key == "price":
        return _price(product, market)
    found = sorted(facts.of_key(product, key), key=lambda f: f.lang != lang)
    return next((f for f in found if isinstance(f.value, Quantity) and f.value.high is not None), None)


def _price(product: Product, market: Market) -> Fact | None:
    wanted = facts.CURRENCY[market]
    return next(
        (f for f in facts.of_key(product, "price") if isinstance(f.value, Money) and f.value.currency == wanted), None
    )


def _numbers(one: Fact, two: Fact) -> tuple[Decimal | None, Decimal | None]:
    a, b = one.value, two.value
    if isinstance(a, Money) and isinstance(b, Money) and a.currency == b.currency:
        return a.amount, b.amount
    if isinstance(a, Quantity) and isinstance(b, Quantity) and compare.comparable(a, b):
        return a.high, (converted(b, a.unit) if a.unit else b.high)
    return None, None


def _amounts(fact: Fact) -> set[Decimal]:
    value = fact.value
    if isinstance(value, Money):
        return {value.amount}
    return {n for n in (value.low, value.high) if n is not None} if isinstance(value, Quantity) else set()


def _exact(fact: Fact) -> bool:
    value = fact.value
    bare = isinstance(value, Quantity) and value.hedge == "exact" and value.low == value.high and not value.tolerance
    return bare and not re.search(r"per|单|每|/", fact.text)


def _label(key: str, fact: Fact, lang: Lang) -> str:
    attribute = lexicon.load().by_key(key)
    return attribute.labels[lang] if attribute else fact.name


def _evidence(fact: Fact) -> Evidence:
    return Evidence(ref=fact.id, quote=fact.text, start=fact.start, end=fact.start + len(fact.text))
