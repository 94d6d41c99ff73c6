"""What reviewers say, in counts: so many of so many. Never one reviewer's words, never a share without its number."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from goodword.jobs.asking import lexis
from goodword.jobs.asking.holdings import Counted, Holdings
from goodword.jobs.asking.nouns import Part
from goodword.opinions import points
from goodword.types import Evidence, Lang, Product, Review

_MOST = 3
STARS = "stars"


def count(reviews: Iterable[Review]) -> list[Counted]:
    """For each product: how many of its reviews report each known point, and how many give 4 or 5 stars."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    total: dict[str, list[str]] = defaultdict(list)
    rated: dict[str, list[Review]] = defaultdict(list)
    for review in reviews:
        total[review.sku].append(review.id)
        if review.rating is not None:
            rated[review.sku].append(review)
        for point in {p.point for p in points.find(review.text)}:
            found[review.sku][point].append(review.id)
    known = points.all_points()
    out = []
    for sku, ids in total.items():
        good = [r.id for r in rated[sku] if (r.rating or 0) >= 4]
        out.append(
            Counted(
                id=f"{sku}@{STARS}",
                sku=sku,
                about={"en": "4 or 5 stars", "zh": "4星或5星"},
                count=len(good),
                of=len(rated[sku]),
                reviews=tuple(good),
            )
        )
        for name, named in sorted(found[sku].items(), key=lambda f: (-len(f[1]), f[0])):
            about: Mapping[str, str] = {lang: str(text) for lang, text in known[name].names.items()}
            out.append(
                Counted(id=f"{sku}@{name}", sku=sku, about=about, count=len(named), of=len(ids), reviews=tuple(named))
            )
    return out


def parts(product: Product, holdings: Holdings, lang: Lang) -> tuple[Part, ...]:
    """What reviews of a product say, good and bad alike by how often; empty where there are none."""
    held = holdings.counts.get(product.sku, ())
    stars = [c for c in held if c.id.endswith(f"@{STARS}") and c.of]
    said = [c for c in held if not c.id.endswith(f"@{STARS}")]
    return tuple(_part(c, lang, "stars") for c in stars) + tuple(_part(c, lang, "counted") for c in _both(said))


def _both(said: Sequence[Counted]) -> list[Counted]:
    """The most frequent, and if all are of one kind the most frequent of the other as well: bad news is not hidden."""
    known = points.all_points()
    top = list(said[:_MOST])
    kinds = {known[c.id.partition("@")[2]].polarity for c in top}
    other = next((c for c in said[_MOST:] if known[c.id.partition("@")[2]].polarity not in kinds), None)
    return [*top, *([other] if other and len(kinds) == 1 else [])]


def _part(counted: Counted, lang: Lang, phrase: str) -> Part:
    text = sentence(counted, lang, phrase)
    evidence = Evidence(
        ref=counted.id, quote=counted.about[lang], start=0, end=len(counted.about[lang]), count=counted.count
    )
    return Part(text=text, origin="counted", evidence=(evidence,))


def sentence(counted: Counted, lang: Lang, phrase: str) -> str:
    """A count in words."""
    said = lexis.wording(lang)[phrase].replace("{n}", str(counted.count)).replace("{of}", str(counted.of))
    return said.replace("{things}", counted.about[lang])


def again(part: Part, holdings: Holdings, lang: Lang) -> bool:
    """Whether a counted sentence says what the counts say."""
    ref = part.evidence[0].ref if part.evidence else ""
    held = next((c for c in holdings.counts.get(ref.partition("@")[0], ()) if c.id == ref), None)
    phrase = "stars" if ref.endswith(f"@{STARS}") else "counted"
    return held is not None and part.text == sentence(held, lang, phrase)
