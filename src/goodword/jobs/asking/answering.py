"""From a question to a reply: who must answer it, what it is about, what the shop holds on it. No model here."""

import re
from collections.abc import Sequence
from dataclasses import replace

from goodword.jobs.asking import concepts, facts, lexis, needs, of_product, orders, passages, pick
from goodword.jobs.asking.holdings import Holdings
from goodword.jobs.asking.identity import Verified
from goodword.jobs.asking.nouns import Part, Reply
from goodword.jobs.asking.passages import Scored
from goodword.jobs.asking.pick import Picked
from goodword.jobs.asking.understand import Asked
from goodword.knowledge.base import Held
from goodword.knowledge.orders import Orders
from goodword.search.cut import tokens
from goodword.text.normalise import fold
from goodword.types import Evidence

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
    if "order" in wants and not (now and _of_rules(now[0], asked, holdings)):
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
    picks = pick.ranked(asked.products[0], asked, holdings.encoder) if asked.products else []
    if clash := _clash(asked, now, holdings, picks):
        return replace(clash, products=skus)
    own = [s for s in now if s.held.sku and s.held.sku in skus]
    if own and own[0].score + _OWN >= passages.STRONG and _same_question(own[0], asked):
        return Reply(outcome="answered", parts=_quoted(own[0], asked, holdings), products=skus)
    said = of_product.reply(asked, holdings, picks) if asked.products else None
    if said and said.outcome == "answered":
        strong = now and now[0].score > passages.STRONG and not now[0].held.sku
        if not strong or (asked.keys and not picks) or (picks and picks[0].chance >= now[0].score):
            return said
    best = _best(now, asked, holdings, passages.THRESHOLD)
    if best:
        return Reply(outcome="answered", parts=best, products=skus)
    return said or _nothing(asked, holdings, found, now)


_OF_ORDERS = {"faulty", "lost", "change_address", "cancel", "order_change", "return_how", "return_window", "cancelled"}


_SURE_RULE = 0.5
_MAY = re.compile(
    r"\b(?:can|could|may|might) (?:i|we|you|it|the)\b|\bam i allowed|\bis it (?:possible|too late)|\bwhat if\b"
    r"|\b(?:how long|until when) (?:can|may|do) i\b|[能可]不[能可]|[能可][以改换退免取加]|行不行|行吗"
)


def _of_rules(found: Scored, asked: Asked, holdings: Holdings) -> bool:
    """Whether a question that speaks of 'my order' asks for a rule: what to do, not where it is."""
    if found.score >= _SURE_RULE and _MAY.search(fold(asked.text).text):
        return True
    if found.score < passages.STRONG:
        return False
    if found.held.question and found.cosine >= 0.72:
        return True
    if holdings.encoder is None:
        return bool(found.held.question)
    top = needs.matter_of(asked.text, holdings.encoder)
    return top[0] in _OF_ORDERS and top[1] >= 0.6


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
    if not found or found[0].score < passages.STRONG:
        other = _rated([h for h in near if h.passage.lang != asked.lang], asked, holdings, ignored)
        found = sorted([*found, *other], key=lambda s: (-s.score, s.held.passage.id))
    found = _in_own_words(found, asked, holdings)
    elsewhere = lexis.places(asked.text).elsewhere
    if (
        elsewhere
    ):  # a place we name nowhere is not answered by what holds elsewhere, unless the product is sent nowhere else
        found = [s for s in found if s.held.sku or passages.of_the_rest(s.held) or _speaks_of(s.held, elsewhere)]
    return found


def _speaks_of(held: Held, places: Sequence[str]) -> bool:
    """Whether a passage names one of some places, in either language."""
    text = fold(held.passage.text).text
    return any(p in text or concepts.spoken_of(p) & concepts.spoken_of(held.passage.text) for p in places)


def _in_own_words(found: Sequence[Scored], asked: Asked, holdings: Holdings) -> list[Scored]:
    """What is found in the other language, in the question's language where the shop says it there too."""
    out: dict[str, Scored] = {}
    for one in found:
        own = one.held
        if own.passage.lang != asked.lang:
            own = holdings.sibling(own.passage.id, asked.lang) or own
        name = own.passage.id
        if name not in out or out[name].score < one.score:
            out[name] = replace(one, held=own)
    return sorted(out.values(), key=lambda s: (-s.score, s.held.passage.id))


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
    if not now or now[0].score < threshold:
        return ()
    if now[0].held.sku and now[0].score < passages.STRONG and not _same_question(now[0], asked):
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


def _clash(asked: Asked, now: Sequence[Scored], holdings: Holdings, picks: Sequence[Picked]) -> Reply | None:
    """Sources in dispute: facts of the product, or two passages that answer alike and give other figures."""
    say = lexis.wording(asked.lang)
    for product in asked.products:
        alike = [*asked.keys, *facts.held_keys(product, asked.keys)]
        if picks and picks[0].chance >= pick.FLOOR:
            alike = [p.key for p in picks[:2] if p.chance >= pick.FLOOR]
        if (asked.keys or picks) and (found := facts.disputed(product, alike)):
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
    if kind == "medical" and asked.products and (told := _of_allergy(asked, holdings)):
        return Reply(outcome="answered", reason="advice", parts=(*parts, *told), products=skus)
    if kind == "medical" and asked.products:
        keys = facts.held_keys(asked.products[0], ("warning", "allergens", "ingredients"))
        said = of_product.stated(asked.products[0], keys[:2], asked)
        parts += [Part(text=say["meanwhile"], origin="set"), *said] if said else []
    return Reply(outcome="declined", reason="advice", parts=tuple(parts), products=skus)


_ALLERGIES = {"gluten", "nuts", "dairy", "latex", "nickel"}


def _of_allergy(asked: Asked, holdings: Holdings) -> tuple[Part, ...]:
    """What the record says of the thing a customer is allergic to; no advice, but a fact."""
    if holdings.encoder is None:
        return ()
    wants = needs.needs_of(asked.core, holdings.encoder)
    if max(wants, key=lambda n: wants[n], default="") not in _ALLERGIES:
        return ()
    best = pick.ranked(asked.products[0], asked, holdings.encoder)[:1]
    return of_product.stated(asked.products[0], [p.key for p in best if p.chance >= pick.FLOOR], asked)


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
    elif not lexis.topics(asked.text) and (not found or found[0].covered < 0.25) and not _of_shop(asked, holdings):
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


def _of_shop(asked: Asked, holdings: Holdings) -> bool:
    """Whether a question is of a kind shops are asked."""
    return holdings.encoder is not None and needs.matter_of(asked.text, holdings.encoder)[0] != needs.NONE


def _replaced(old: Scored, now: Sequence[Scored]) -> bool:
    """Whether something that holds has taken the place of a passage that does not: then the new one is what we hold."""
    asks = old.held.question
    return bool(old.held.superseded_by) or (bool(asks) and any(s.held.question == asks for s in now))


def _passed(asked: Asked) -> Part:
    return Part(text=lexis.wording(asked.lang)["passed_on"], origin="set")


def _set(text: str, outcome: str, reason: str) -> Reply:
    return Reply(outcome=outcome, reason=reason, parts=(Part(text=text, origin="set"),))  # type: ignore[arg-type]
