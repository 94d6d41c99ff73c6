"""From a question to a reply: who must answer it, what it is about, what the shop holds on it. No model here."""

import re
from collections.abc import Sequence
from dataclasses import replace

from goodword.jobs.asking import facts, lexis, opinions, orders, passages, worked, yesno
from goodword.jobs.asking.holdings import Holdings
from goodword.jobs.asking.identity import Verified
from goodword.jobs.asking.nouns import Part, Reply
from goodword.jobs.asking.passages import Scored
from goodword.jobs.asking.understand import TOGETHER, Asked
from goodword.knowledge.base import Held
from goodword.knowledge.orders import Orders
from goodword.search.cut import tokens
from goodword.text.normalise import fold
from goodword.types import Evidence, Product

_ONE_VALUE = {
    "origin",
    "brand",
    "warranty",
    "age",
    "season",
    "gender",
    "model",
}  # the value answers whatever was guessed
_MEANT = 0.50  # how near an attribute's name must be to the question where no phrasing of ours names it
_OWN = 0.10  # an FAQ entry of the product in focus is believed that much sooner


def reply(
    asked: Asked, holdings: Holdings, who: Verified | None, source: Orders | None, *, ended: bool = False
) -> Reply:
    """The action and the sentences: first who may not be answered, then what only a person may, then evidence."""
    say = lexis.wording(asked.lang)
    wants = asked.intents
    if "other_people" in wants:
        return _set(say["other_people"], "declined", "other_people")
    if "person" in wants:
        return _set(say["person"], "handed_over", "person_asked")
    if "ai" in wants:
        return _set(say["ai"], "answered", "disclosure")
    if "greet" in wants or "thanks" in wants:
        return _set(say["hello" if "greet" in wants else "thanks"], "answered", "courtesy")
    found = _found(asked, holdings)
    now = passages.holding(found, asked.on, asked.market if asked.market_told else None)
    if "order" in wants and not (now and now[0].held.question and now[0].score >= passages.STRONG):
        return orders.reply(asked.text, who, source, holdings, asked.lang, ended=ended)
    for kind in ("medical", "legal", "financial"):
        if kind in wants:
            return _advice(kind, asked, now, holdings)
    if "promise" in wants:
        shown = _best(now, asked, holdings, passages.THRESHOLD)
        meanwhile = (Part(text=say["meanwhile"], origin="set"), *shown) if shown else ()
        return Reply(
            outcome="declined",
            reason="promise",
            parts=(Part(text=say["promise"], origin="set"), *meanwhile),
            products=tuple(p.sku for p in asked.products),
        )
    if asked.gone and not asked.products:
        return _set(say["gone"].replace("{product}", asked.gone[0]), "declined", "gone")
    ranked = tuple((s.held.passage.id, round(s.score, 4)) for s in now[:5])
    return replace(_from_evidence(asked, holdings, found, now), ranked=ranked)


def _from_evidence(asked: Asked, holdings: Holdings, found: Sequence[Scored], now: Sequence[Scored]) -> Reply:
    skus = tuple(p.sku for p in asked.products)
    if clash := _clash(asked, now, holdings):
        return replace(clash, products=skus)
    own = [s for s in now if s.held.sku and s.held.sku in skus]
    if own and own[0].score + _OWN >= passages.STRONG and _same_question(own[0], asked):
        return Reply(outcome="answered", parts=_quoted(own[0], asked, holdings), products=skus)
    if asked.products and (said := _of_products(asked, holdings)):
        strong = now and now[0].score > passages.STRONG and not now[0].held.sku and not asked.keys
        if not strong:
            return said
    best = _best(now, asked, holdings, passages.THRESHOLD)
    if best:
        return Reply(outcome="answered", parts=best, products=skus)
    return _nothing(asked, holdings, found, now)


def _found(asked: Asked, holdings: Holdings) -> list[Scored]:
    """Passages by how well they answer, those of the question's language first where they do as well."""
    skus = tuple(p.sku for p in asked.products)
    ignored = (
        frozenset(t for p in asked.products for f in p.facts if f.key in {"title", "brand"} for t in tokens(f.text))
        | frozenset(t for p in asked.products for t in tokens(p.sku))
        | asked.ignored
    )
    near = holdings.near(asked.text, skus)
    own = [h for h in near if h.passage.lang == asked.lang]
    found = _rated(own, asked, holdings, ignored)
    if not found or found[0].score < passages.THRESHOLD:
        other = _rated([h for h in near if h.passage.lang != asked.lang], asked, holdings, ignored)
        found = sorted([*found, *other], key=lambda s: (-s.score, s.held.passage.id))
    elsewhere = lexis.places(asked.text).elsewhere
    if elsewhere:  # a place we name nowhere is not answered by what holds elsewhere
        found = [s for s in found if any(e in fold(s.held.passage.text).text for e in elsewhere)]
    return found


def _rated(held: Sequence[Held], asked: Asked, holdings: Holdings, ignored: frozenset[str]) -> list[Scored]:
    """Rated for the whole question, and where a story stands around it for the question alone: the better counts."""
    found = passages.rate(asked.text, held, holdings, ignored)
    if asked.core == asked.text:
        return found
    by_id = {s.held.passage.id: s for s in found}
    for scored in passages.rate(asked.core, held, holdings, ignored):
        name = scored.held.passage.id
        by_id[name] = max(by_id[name], scored, key=lambda s: s.score)
    return sorted(by_id.values(), key=lambda s: (-s.score, s.held.passage.id))


def _best(now: Sequence[Scored], asked: Asked, holdings: Holdings, threshold: float) -> tuple[Part, ...]:
    if not now or now[0].score < threshold or (now[0].held.sku and not _same_question(now[0], asked)):
        return ()
    return _quoted(now[0], asked, holdings)


def _quoted(best: Scored, asked: Asked, holdings: Holdings) -> tuple[Part, ...]:
    said = passages.parts(best, asked.text, holdings, asked.market if asked.market_told else None)
    lang = best.held.passage.lang
    if lang != asked.lang:
        return (Part(text=lexis.wording(asked.lang)[f"from_{lang}"], origin="set"), *said)
    return said


def _same_question(found: Scored, asked: Asked) -> bool:
    """Whether an FAQ entry asks what was asked: most of its words, or its meaning."""
    return found.covered >= 0.6 or found.cosine >= 0.72


def _of_products(asked: Asked, holdings: Holdings) -> Reply | None:
    """From the facts and the counted reviews of the products in focus; None where they say nothing of it."""
    skus = tuple(p.sku for p in asked.products)
    if "compare" in asked.intents and len(asked.products) > 1:
        return _compared(asked)
    if len(asked.products) > 1 and TOGETHER.search(asked.text) and "price" in asked.keys:
        total = worked.summed(asked.products, asked.lang, asked.market)
        return Reply(outcome="answered", parts=(total,), products=skus) if total else None
    product = asked.products[0]
    if "opinions" in asked.intents:
        said = opinions.parts(product, holdings, asked.lang)
        if said:
            tail = Part(text=lexis.wording(asked.lang)["varies"], origin="set")
            return Reply(outcome="answered", parts=(*said, tail), products=skus)
    keys = facts.held_keys(product, asked.keys)
    count = worked.times(asked.text)
    if count and (keys or not asked.keys):
        key = next((k for k in ("price", "weight", "net_content") if k in keys), "price" if not keys else "")
        done = worked.multiplied(product, key, count, asked.lang, asked.market) if key else None
        if done:
            return Reply(outcome="answered", parts=(done,), products=skus)
    if yesno.asks(asked.text) and (judged := _yes_no(product, asked, keys)):
        return judged
    if keys and not (_only_features(keys) and yesno.asks(asked.text)):
        parts = _stated(product, keys[:4], asked)
        if parts:
            missing = tuple(k for k in asked.keys if not facts.held_keys(product, (k,)))
            return Reply(outcome="answered", parts=parts, products=skus, missing=missing)
    if not asked.keys and not yesno.asks(asked.text):
        key, near = facts.by_meaning(product, asked.text, holdings.encoder, asked.lang)
        parts = _stated(product, (key,), asked) if key and near >= _MEANT else ()
        if parts and facts.explains(product, key, asked.text):
            return Reply(outcome="answered", parts=parts, products=skus)
    return None


def _only_features(keys: Sequence[str]) -> bool:
    return set(keys) <= {"features", "connectivity"}


def _yes_no(product: Product, asked: Asked, keys: Sequence[str]) -> Reply | None:
    """Yes or no with the fact that says so; where the facts leave it open, the fact alone if it is about the thing."""
    say = lexis.wording(asked.lang)
    verdict = yesno.judge(product, asked.text, (*keys, *(k for k in asked.keys if k not in keys)), named=asked.named)
    parts = _stated(product, (verdict.key,), asked) if verdict.key else ()
    if verdict.answer == "open" or not parts:
        near = parts or _stated(product, tuple(k for k in keys if not _only_features((k,)))[:2], asked)
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
    if verdict.answer != "not_listed" and yesno.denied(asked.text):
        return Reply(outcome="answered", parts=parts, products=(product.sku,))
    word = Part(text=say[phrase], origin="set", evidence=parts[0].evidence)
    return Reply(outcome="answered", parts=(word, *parts), products=(product.sku,))


def _stated(product: Product, keys: Sequence[str], asked: Asked) -> tuple[Part, ...]:
    """Each attribute in the composer's words, or in the shop's own where it cannot be said in this language."""
    out: list[Part] = []
    for key in keys:
        part = facts.said(product, key, asked.lang, asked.market) or facts.quoted(product, key, asked.lang)
        if part:
            out.append(part)
    return tuple(out)


def _compared(asked: Asked) -> Reply | None:
    a, b = asked.products[:2]
    wanted = [k for k in asked.keys if facts.held_keys(a, (k,)) or facts.held_keys(b, (k,))]
    keys = wanted or _comparable(asked.text) or ["price", "material", "dimensions", "weight"]
    parts: list[Part] = []
    for key in keys[:4]:
        both = [p for product in (a, b) for p in _stated(product, facts.held_keys(product, (key,)), asked)]
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


def _clash(asked: Asked, now: Sequence[Scored], holdings: Holdings) -> Reply | None:
    """Sources in dispute: facts of the product, or two passages that answer alike and give other figures."""
    say = lexis.wording(asked.lang)
    for product in asked.products:
        alike = [*asked.keys, *facts.held_keys(product, asked.keys)]
        if asked.keys and (found := facts.disputed(product, alike)):
            own = [f for f in found if f.lang == asked.lang] or found
            shown = tuple(
                Part(
                    text=f"{f.name}{'：' if f.lang == 'zh' else ': '}{f.text}",
                    origin="quoted",
                    facts=(f,),
                    evidence=(Evidence(ref=f.id, quote=f.text, start=f.start, end=f.start + len(f.text)),),
                )
                for f in {f.text: f for f in own}.values()
            )
            return Reply(
                outcome="handed_over",
                reason="conflict",
                shown=shown,
                parts=(Part(text=say["conflict"], origin="set"), *shown),
            )
    pair = passages.clash(now, asked.text, holdings, asked.market if asked.market_told else None)
    if pair:
        return Reply(
            outcome="handed_over",
            reason="conflict",
            shown=pair,
            parts=(Part(text=say["conflict"], origin="set"), *pair),
        )
    return None


def _advice(kind: str, asked: Asked, now: Sequence[Scored], holdings: Holdings) -> Reply:
    """No advice; but what the shop has written on just this, and its own warnings, are said."""
    say = lexis.wording(asked.lang)
    skus = tuple(p.sku for p in asked.products)
    if now and now[0].score >= passages.STRONG and (now[0].held.sku in skus or not now[0].held.sku):
        return Reply(outcome="answered", parts=_quoted(now[0], asked, holdings), products=skus)
    parts = [Part(text=say[f"advice_{kind}"], origin="set")]
    if kind == "medical" and asked.products:
        keys = facts.held_keys(asked.products[0], ("warning", "allergens", "ingredients"))
        said = _stated(asked.products[0], keys[:2], asked)
        parts += [Part(text=say["meanwhile"], origin="set"), *said] if said else []
    return Reply(outcome="declined", reason="advice", parts=tuple(parts), products=skus)


def _nothing(asked: Asked, holdings: Holdings, found: Sequence[Scored], now: Sequence[Scored]) -> Reply:
    """Why there is no answer: expired, not yet, another place, a product to choose, nothing held, or none of ours."""
    say = lexis.wording(asked.lang)
    skus = tuple(p.sku for p in asked.products)
    missing = asked.keys or tuple(sorted(lexis.topics(asked.text)))
    over = next((s for s in found if s.score >= passages.EXPIRED and s not in now and not _replaced(s, now)), None)
    if over is not None:
        passage = over.held.passage
        until = passage.valid_until or ""
        ended = bool(until) and until < asked.on.isoformat()
        text = (
            say["expired"].replace("{day}", until)
            if ended
            else say["not_yet"].replace("{day}", passage.valid_from or "")
        )
        return Reply(
            outcome="handed_over",
            reason="expired",
            parts=(Part(text=text, origin="set"), _passed(asked)),
            products=skus,
            missing=missing,
        )
    if asked.choices:
        names = [facts.called(holdings.products[s], asked.lang) for s in asked.choices[:3]]
        joint = (", " if asked.lang == "en" else "、").join(names)
        return Reply(
            outcome="declined",
            reason="which_product",
            missing=missing,
            parts=(Part(text=say["which_of"].replace("{products}", joint), origin="set"),),
        )
    if asked.keys and not asked.products and not lexis.topics(asked.text):
        return replace(_set(say["which_product"], "declined", "which_product"), missing=missing)
    elsewhere = lexis.places(asked.text).elsewhere
    if elsewhere:
        named = (", " if asked.lang == "en" else "、").join(e.title() for e in elsewhere)
        text = say["nothing_of_place"].replace("{places}", named)
    elif asked.products:
        text = say["no_evidence_product"].replace("{product}", facts.called(asked.products[0], asked.lang))
    elif not lexis.topics(asked.text) and (not found or found[0].covered < 0.25):
        return replace(_set(say["out_of_scope"], "declined", "out_of_scope"), missing=missing)
    else:
        text = say["no_evidence"]
    return Reply(
        outcome="declined",
        reason="no_evidence",
        missing=missing,
        products=skus,
        parts=(Part(text=text, origin="set"), Part(text=say["offer_person"], origin="set")),
    )


def _replaced(old: Scored, now: Sequence[Scored]) -> bool:
    """Whether something that holds has taken the place of a passage that does not: then the new one is what we hold."""
    asks = old.held.question
    return bool(old.held.superseded_by) or (bool(asks) and any(s.held.question == asks for s in now))


def _passed(asked: Asked) -> Part:
    return Part(text=lexis.wording(asked.lang)["passed_on"], origin="set")


def _set(text: str, outcome: str, reason: str) -> Reply:
    return Reply(outcome=outcome, reason=reason, parts=(Part(text=text, origin="set"),))  # type: ignore[arg-type]
