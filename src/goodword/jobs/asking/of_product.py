"""What the facts and the counted reviews of the products in focus answer: by the attribute that the question needs."""

import re
from collections.abc import Sequence

from goodword.jobs.asking import facts, lexis, opinions, pick, remarks, worked, yesno
from goodword.jobs.asking.holdings import Holdings
from goodword.jobs.asking.nouns import Part, Reply
from goodword.jobs.asking.pick import Picked
from goodword.jobs.asking.understand import TOGETHER, Asked
from goodword.search import encode
from goodword.text.normalise import fold
from goodword.types import Product

_ONE_VALUE = {
    "origin",
    "brand",
    "warranty",
    "age",
    "season",
    "gender",
    "model",
}  # the value answers whatever was guessed
_PART_ALONE = re.compile(
    r"\b(?:sell|buy|order|get|offer)\b.{0,20}\b(?:spare|replacement|extra|another)\b|\bsold separately\b"
    r"|单买|单卖|单独[买卖购]|另外买|有.{0,6}卖吗"
)
_SOLD = re.compile(r"sold|separately|available|refill|spare (?:parts|sold)|单买|单卖|另售|另购|可购")
_BOX = {"in_the_box", "not_included", "accessories"}
_SURE = 0.80  # an attribute that sure answers before counts and sums do
_BESIDE = 0.70  # of the best's chance: the next best is said beside it
_NEAR = 0.15  # an attribute that is shown, though it may not answer


def reply(asked: Asked, holdings: Holdings, picks: Sequence[Picked]) -> Reply | None:
    """From the facts and the counted reviews of the products in focus; None where they say nothing of it."""
    skus = tuple(p.sku for p in asked.products)
    if len(asked.products) > 1 and TOGETHER.search(asked.text) and "price" in asked.keys:
        total = worked.summed(asked.products, asked.lang, asked.market)
        return Reply(outcome="answered", parts=(total,), products=skus) if total else None
    if "compare" in asked.intents and len(asked.products) > 1:
        return _compared(asked, picks)
    product = asked.products[0]
    sure = picks[0].chance if picks else 0.0
    if "opinions" in asked.intents and sure < _SURE:
        said = opinions.parts(product, holdings, asked.lang)
        if said:
            tail = Part(text=lexis.wording(asked.lang)["varies"], origin="set")
            return Reply(outcome="answered", parts=(*said, tail), products=skus)
    keys = facts.held_keys(product, asked.keys)
    count = worked.times(asked.text)
    if count and (keys or not asked.keys) and (sure < _SURE or "price" in keys):
        key = next((k for k in ("price", "weight", "net_content") if k in keys), "price" if not keys else "")
        done = worked.multiplied(product, key, count, asked.lang, asked.market) if key else None
        if done:
            return Reply(outcome="answered", parts=(done,), products=skus)
    if picks:
        return _picked(product, asked, picks)
    return _by_words(product, asked, keys)


def _picked(product: Product, asked: Asked, picks: Sequence[Picked]) -> Reply | None:
    """The attribute that answers, after yes or no where it says so; below the floor what is nearest, and no answer."""
    picks = _beside_parts(product, asked, picks)
    if not picks:
        return None
    best = picks[0]
    keys = [best.key]
    own = [p for p in picks[1:3] if any(f.lang == asked.lang for f in facts.of_key(product, p.key))]
    keys += [p.key for p in own if p.chance >= max(pick.FLOOR, _BESIDE * best.chance)]
    if best.chance >= pick.FLOOR:
        if yesno.asks(asked.text) and (judged := _yes_no(product, asked, keys, among=keys)):
            return judged
        keys = [*(k for k in facts.held_keys(product, asked.keys) if _of(k, picks) >= pick.FLOOR), *keys]
        parts = stated(product, tuple(dict.fromkeys(keys))[:4], asked)
        if parts:
            missing = tuple(k for k in asked.keys if not facts.held_keys(product, (k,)))
            return Reply(outcome="answered", parts=parts, products=(product.sku,), missing=missing)
    if plain := _plainly(product, asked):
        return plain
    near = stated(product, (best.key,), asked) if best.chance >= _NEAR else ()
    if not near:
        return None
    say = lexis.wording(asked.lang)
    lead = say["no_evidence_product"].replace("{product}", facts.called(product, asked.lang))
    return Reply(
        outcome="declined",
        reason="no_evidence",
        parts=(Part(text=lead, origin="set"), Part(text=say["meanwhile"], origin="set"), *near),
        products=(product.sku,),
        missing=asked.keys or (best.key,),
    )


def _plainly(product: Product, asked: Asked) -> Reply | None:
    """Yes or no where the facts say just that and the question nothing else, however unsure the choice: 'in navy?'."""
    if not yesno.asks(asked.text):
        return None
    verdict = yesno.judge(product, asked.text, asked.keys, named=asked.named)
    if verdict.answer not in {"yes", "no"} or yesno.unsaid(product, asked.core, verdict):
        return None
    return _yes_no(product, asked, (verdict.key,), among=(verdict.key,))


def _beside_parts(product: Product, asked: Asked, picks: Sequence[Picked]) -> Sequence[Picked]:
    """Without what is in the box, where the question is whether a part is sold alone: one does not tell the other."""
    if not _PART_ALONE.search(fold(asked.text).text):
        return picks
    return [p for p in picks if p.key not in _BOX or any(_SOLD.search(f.text) for f in facts.of_key(product, p.key))]


def _of(key: str, picks: Sequence[Picked]) -> float:
    return next((p.chance for p in picks if p.key == key), 0.0)


def _by_words(product: Product, asked: Asked, keys: tuple[str, ...]) -> Reply | None:
    """As above where no encoder is at hand: by the phrasings that name an attribute."""
    if yesno.asks(asked.text) and (judged := _yes_no(product, asked, keys)):
        return judged
    if keys and not (_only_features(keys) and yesno.asks(asked.text)):
        parts = stated(product, keys[:4], asked)
        if parts:
            missing = tuple(k for k in asked.keys if not facts.held_keys(product, (k,)))
            return Reply(outcome="answered", parts=parts, products=(product.sku,), missing=missing)
    return None


def _only_features(keys: Sequence[str]) -> bool:
    return set(keys) <= {"features", "connectivity"}


def _yes_no(product: Product, asked: Asked, keys: Sequence[str], *, among: Sequence[str] = ()) -> Reply | None:
    """Yes or no with the fact that says so; where the facts leave it open, the fact alone if it is about the thing.

    Args:
        among: attributes that answer; a verdict by any other is none, and an open one is left to them.
    """
    say = lexis.wording(asked.lang)
    verdict = yesno.judge(product, asked.text, (*keys, *(k for k in asked.keys if k not in keys)), named=asked.named)
    if among and (verdict.answer == "open" or verdict.key not in among):
        return None
    if among and all(f.lang != asked.lang for f in facts.of_key(product, verdict.key)):
        return None
    parts = stated(product, (verdict.key,), asked) if verdict.key else ()
    if verdict.answer == "open" or not parts:
        near = parts or stated(product, tuple(k for k in keys if not _only_features((k,)))[:2], asked)
        if not near:
            return None
        told = set(keys) & set(asked.keys)
        if verdict.key or told & _ONE_VALUE or (told and yesno.touches(asked.text, near)):
            return Reply(outcome="answered", parts=near, products=(product.sku,))
        lead = (
            Part(text=say["no_evidence_product"].replace("{product}", facts.called(product, asked.lang)), origin="set"),
            Part(text=say["meanwhile"], origin="set"),
        )
        return Reply(
            outcome="declined", reason="no_evidence", parts=(*lead, *near), products=(product.sku,), missing=asked.keys
        )
    phrase = {"yes": "yes", "no": "no", "not_listed": "not_listed"}[verdict.answer]
    loose = verdict.answer != "no" and verdict.numbers is None and yesno.unsaid(product, asked.core, verdict)
    if loose or (verdict.answer != "not_listed" and yesno.denied(asked.text)):
        return Reply(outcome="answered", parts=parts, products=(product.sku,))
    word = Part(text=say[phrase], origin="set", evidence=parts[0].evidence)
    return Reply(outcome="answered", parts=(word, *parts), products=(product.sku,))


def stated(product: Product, keys: Sequence[str], asked: Asked) -> tuple[Part, ...]:
    """Each attribute in the composer's words, or in the shop's own where it cannot be said in this language."""
    out: list[Part] = []
    for key in keys:
        if key == remarks.KEY:
            out += [p for p in (facts.remarked(product, asked.core, encode.load(), asked.lang),) if p]
            continue
        part, plain = facts.said(product, key, asked.lang, asked.market), facts.quoted(product, key, asked.lang)
        if part and plain and key not in {"price", "stock"} and facts.loses(part, plain):
            part = plain
        if part or plain:
            out.append(part or plain)  # type: ignore[arg-type]
    return tuple(out)


def _compared(asked: Asked, picks: Sequence[Picked]) -> Reply | None:
    a, b = asked.products[:2]
    wanted = [k for k in asked.keys if facts.held_keys(a, (k,)) or facts.held_keys(b, (k,))]
    wanted = wanted or _comparable(asked.text) or [p.key for p in picks[:1] if p.chance >= pick.FLOOR]
    keys = wanted or ["price", "material", "dimensions", "weight"]
    parts: list[Part] = []
    for key in keys[:4]:
        both = [p for product in (a, b) for p in stated(product, facts.held_keys(product, (key,)), asked)]
        lower = worked.lesser(a, b, key, asked.lang, asked.market) if len(both) == 2 else None
        parts += [*both, *([lower] if lower else [])]
    return Reply(outcome="answered", parts=tuple(parts), products=(a.sku, b.sku)) if parts else None


_BY_WORD = (
    ("weight", r"lighter|heavier|轻|重"),
    ("price", r"cheaper|expensive|便宜|贵"),
    ("battery_life", r"last|续航|耐用"),
    ("dimensions", r"bigger|smaller|larger|更大|更小|大小"),
    ("length", r"longer|shorter|长"),
    ("height", r"taller|高"),
    ("capacity", r"hold|容量"),
    ("noise", r"quiet|loud|安静|吵"),
    ("warranty", r"warranty|保修"),
)


def _comparable(text: str) -> list[str]:
    return [key for key, pattern in _BY_WORD if re.search(pattern, fold(text).text)][:1]
