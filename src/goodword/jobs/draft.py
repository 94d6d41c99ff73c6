"""From a plan to a judged draft: the composer's text, the guard's ruling, and the sentences that had to go."""

from collections.abc import Sequence
from dataclasses import replace

from goodword.guard.base import Matter
from goodword.guard.review import review
from goodword.types import Channel, Draft, Fact, Lang, MadeBy, Market, Product, Ruling, Sentence
from goodword.writing import compose
from goodword.writing.plan import Plan
from goodword.writing.voice import Voice


def composed(
    product: Product, planned: Plan, lang: Lang, market: Market, channel: Channel, voice: Voice
) -> tuple[Draft, Ruling]:
    """The composer's draft of a plan with the guard's ruling on it."""
    written = compose.compose(planned, lang, voice=voice, channel=channel)
    made = MadeBy(backend="composer", model=f"composer-{compose.VERSION}")
    draft = Draft(sku=product.sku, text=written.text, lang=lang, market=market, channel=channel,
                  sentences=written.sentences, made_by=made)  # fmt: skip
    ruling = judged(product, draft)
    return (draft, ruling) if ruling.outcome == "released" else _repaired(product, draft, ruling)


def judged(product: Product, draft: Draft) -> Ruling:
    """Facts in conflict vouch for nothing: the guard does not see them, save the title that names the product."""
    return review(Matter(text=draft.text, lang=draft.lang, market=draft.market, product_class=product.product_class,
                         facts=vouching(product), channel=draft.channel, sentences=draft.sentences))  # fmt: skip


def vouching(product: Product) -> tuple[Fact, ...]:
    """The facts a text may rest on."""
    disputed = {f for c in product.conflicts for f in c.facts}
    return tuple(f for f in product.facts if f.id not in disputed or f.key == "title")


def _repaired(product: Product, draft: Draft, ruling: Ruling) -> tuple[Draft, Ruling]:
    """Drop the sentences that findings stand in, if others remain; the judged text is the shorter one.

    A locked sentence (a warning, an age) is never dropped: its text goes to a person whole.
    """
    bad = [s for s in draft.sentences if any(f.start < s.end and s.start < f.end for f in ruling.findings)]
    good = [s for s in draft.sentences if s not in bad]
    if not bad or len(good) < 2 or any(s.locked for s in bad) or draft.sentences[0] in bad:
        return draft, ruling
    shorter = _cut(draft, good)
    again = judged(product, shorter)
    return (shorter, again) if again.outcome == "released" else (draft, ruling)


def _cut(draft: Draft, sentences: Sequence[Sentence]) -> Draft:
    between = "\n" if draft.channel in {"bullets", "seo"} else " " if draft.lang == "en" else ""
    text, kept = "", []
    for s in sentences:
        text += between if text else ""
        written = draft.text[s.start : s.end]
        kept.append(replace(s, start=len(text), end=len(text) + len(written)))
        text += written
    return replace(draft, text=text, sentences=tuple(kept))
