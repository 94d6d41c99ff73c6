"""Single facts and several: the attributes a question asks for, said by the composer in the question's language."""

from collections.abc import Sequence

from goodword.jobs.asking import lexis, remarks
from goodword.jobs.asking.nouns import Part
from goodword.search import rank
from goodword.search.cut import tokens
from goodword.search.encode import Encoder
from goodword.search.rank import Candidate
from goodword.text import lexicon
from goodword.types import Evidence, Fact, Lang, Market, Money, Product
from goodword.writing import naming, values, voice
from goodword.writing.listing import listing
from goodword.writing.plan import Plan, Planned
from goodword.writing.wording import load as words

CURRENCY: dict[Market, str] = {"cn": "CNY", "us": "USD", "eu": "USD", "uk": "USD"}
_YUAN = {"CNY": "元", "USD": "美元", "EUR": "欧元", "GBP": "英镑"}
NEVER = {"title", "sku", "gtin", "image", "link", "tags", "description", "category"}
_ALIKE = {  # where the attribute asked for is not held, those that may answer it
    "weight": ("gross_weight", "net_content"),
    "capacity": ("net_content",),
    "net_content": ("capacity", "weight", "pieces"),
    "dimensions": (
        "size",
        "size_details",
        "height",
        "length",
        "width",
        "diameter",
        "depth",
        "tile_size",
        "screen_size",
    ),
    "size": ("dimensions", "size_details", "ring_width"),
    "height": ("dimensions",),
    "width": ("dimensions",),
    "length": ("dimensions", "chain_length", "strap_length"),
    "depth": ("dimensions",),
    "diameter": ("dimensions", "cap_diameter"),
    "material": ("composition", "upper_material", "shell_material", "ingredients"),
    "water_resistance": ("features", "water_column"),
    "ingredients": ("material", "allergens"),
    "allergens": ("ingredients",),
    "battery_life": ("working_time",),
    "power_source": ("charging_port", "battery_type"),
    "certification": ("standard", "safety_class"),
    "warning": ("age", "allergens"),
    "age": ("audience", "warning"),
    "output": ("power",),
    "care": ("usage", "dishwasher_safe"),
    "usage": ("brewing", "preparation", "care"),
    "brewing": ("usage", "preparation"),
    "brightness": ("luminous_flux",),
    "scent": ("fragrance", "flavour"),
    "flavour": ("flavour_notes", "scent"),
    "load": ("shelf_load",),
    "seats": ("serves", "sleeps"),
    "storage_conditions": ("drink_within", "storage"),
    "shelf_life": ("best_before", "drink_within", "period_after_opening"),
    "noise": ("noise_level",),
    "comfort_temperature": ("limit_temperature",),
    "connectivity": ("bluetooth_version", "ports"),
    "bluetooth_version": ("connectivity",),
    "closure": ("features",),
    "filter": ("filter_life", "filter_material"),
    "origin": ("harvest",),
    "in_the_box": ("pieces",),
    "compatibility": ("fits", "suitable_hobs", "bed_size", "laptop_size"),
    "lock": ("features",),
    "plug": ("voltage",),
    "movement": ("features",),
    "vegan": ("ingredients", "material"),
    "sugar": ("ingredients",),
    "caffeine": ("ingredients",),
    "audience": ("gender", "age"),
    "gender": ("audience",),
}


def of_key(product: Product, key: str) -> list[Fact]:
    """The facts of an attribute that no other fact disputes; under the shop's name if the lexicon has none."""
    disputed = {f for c in product.conflicts for f in c.facts}
    return [f for f in product.facts if f.key == key and f.id not in disputed and not remarks.kept_back(f)]


def disputed(product: Product, keys: Sequence[str]) -> list[Fact]:
    """Facts in dispute about any of these attributes."""
    of = {c.key for c in product.conflicts} & set(keys)
    ids = {f for c in product.conflicts if c.key in of for f in c.facts}
    return [f for f in product.facts if f.id in ids]


def held_keys(product: Product, keys: Sequence[str]) -> tuple[str, ...]:
    """For each attribute asked for, the one held that answers it."""
    out: list[str] = []
    for key in keys:
        choices = (key, *_ALIKE.get(key, ()))
        found = next((k for k in choices if of_key(product, k)), None)
        if found and found not in NEVER:
            out.append(found)
    return tuple(dict.fromkeys(out))


def said(product: Product, key: str, lang: Lang, market: Market) -> Part | None:
    """One attribute in a sentence that names the product; None where it cannot be said in that language."""
    found = of_key(product, key)
    if key == "price":
        money = [f for f in found if isinstance(f.value, Money)]
        found = [f for f in money if isinstance(f.value, Money) and f.value.currency == CURRENCY[market]] or money[:1]
    own = [f for f in found if f.lang == lang or key == "price"]
    sayable = [f for f in (own or found) if values.say(f, lang, words(lang)) is not None]
    if key in {"price", "stock"}:
        return _plain(product, sayable, lang)
    if not sayable:
        return None
    titles: dict[Lang, Fact] = {f.lang: f for f in reversed(product.facts) if f.key == "title"}
    items = [
        Planned(key=key, say_from={lang: f}, facts=tuple(o.id for o in found), locked=_locked(key)) for f in sayable
    ]
    plan = Plan(product=product, titles=titles, items=tuple(items), left_out=())
    pieces = [p.text for p in listing(plan, lang, voice.load("plain"), per=3)]
    facts = tuple(dict.fromkeys([*sayable, *titles.values()]))
    text = ("" if lang == "zh" else " ").join(pieces)
    return _part(product, text, sayable, facts) if pieces else None


def _plain(product: Product, facts: Sequence[Fact], lang: Lang) -> Part | None:
    """The price or the stock, which no listing states: '39.90 USD: Linen Shirt'."""
    if not facts:
        return None
    fact = facts[0]
    value = money(fact.value, lang) if isinstance(fact.value, Money) else fact.text
    label = {"price": ("price", "价格"), "stock": ("stock", "库存")}[fact.key][lang == "zh"]
    name = called(product, lang)
    text = f"The {label} of {name} is {value}." if lang == "en" else f"{name}的{label}为{value}。"
    return _part(product, text, facts[:1], (fact, *(f for f in product.facts if f.key == "title")))


def quoted(product: Product, key: str, lang: Lang) -> Part | None:
    """The shop's own words for an attribute that can only be said in the other language."""
    found = sorted(of_key(product, key), key=lambda f: f.lang != lang)
    if not found or key in NEVER:
        return None
    fact = found[0]
    text = f"{fact.name}{'：' if fact.lang == 'zh' else ': '}{fact.text}"
    return Part(
        text=text, origin="quoted", evidence=(_evidence(fact),), facts=(fact,), product_class=product.product_class
    )


def remarked(product: Product, question: str, encoder: Encoder | None, lang: Lang) -> Part | None:
    """The sentence of the shop's free text that is nearest to the question, word for word."""
    found = sorted(of_key(product, remarks.KEY), key=lambda f: f.lang != lang)[:1]
    for fact in found:
        spans = remarks.sentences(fact)
        at = 0
        if encoder is not None and len(spans) > 1:
            made = encoder.encode([question, *(fact.text[a:b] for a, b in spans)])
            at = int((made[1:] @ made[0]).argmax())
        start, end = spans[at]
        told = Evidence(ref=fact.id, quote=fact.text[start:end], start=fact.start + start, end=fact.start + end)
        return Part(
            text=told.quote, origin="quoted", evidence=(told,), facts=(fact,), product_class=product.product_class
        )
    return None


def by_meaning(product: Product, question: str, encoder: Encoder | None, lang: Lang) -> tuple[str, float]:
    """The attribute whose name is nearest to the question, and how near; ('', 0) where there is none."""
    keys: dict[str, Fact] = {}
    for fact in sorted(product.facts, key=lambda f: f.lang != lang):
        if fact.key not in NEVER and fact.key not in {"price", "stock", "brand"}:
            keys.setdefault(fact.key, fact)
    if not keys or encoder is None:
        return "", 0.0
    facts = list(keys.values())
    asked = set(tokens(question))
    exact = [f for f in facts if (own := set(tokens(f.name)) - lexis.fillers()) and own <= asked]
    if exact:
        return exact[0].key, 1.0
    scores = rank.load().score(question, [Candidate(name=f.name, text=f.text) for f in facts], encoder)
    best = int(scores.argmax())
    near = encoder.encode([question, facts[best].name, f"{facts[best].name} {facts[best].text}"])
    return facts[best].key, float(max(near[1] @ near[0], near[2] @ near[0]))


def explains(product: Product, key: str, question: str) -> bool:
    """Whether hardly a word of a question is left that neither the attribute nor the product has to do with."""
    held = {t for f in product.facts if f.key in {key, "title", "brand"} for t in tokens(f"{f.name} {f.text}")}
    left = {t for t in set(tokens(question)) - held - lexis.fillers() if len(t) > 1}
    return len(left) <= 1


def loses(said: Part, plain: Part) -> bool:
    """Whether a sentence leaves out a figure or a code that the shop's own words hold."""
    return bool(_figures(plain.text) - _figures(said.text))


def _figures(text: str) -> set[str]:
    return {t for t in tokens(text.replace(",", "")) if any(c.isdigit() for c in t) and t.isalnum()}


def called(product: Product, lang: Lang) -> str:
    """What to call a product in a language: its short title."""
    titles = {f.lang: f.text for f in reversed(product.facts) if f.key == "title"}
    return naming.short(titles.get(lang, product.title), lang)


def money(value: Money, lang: Lang) -> str:
    """'39.90 USD', 259元."""
    if lang == "zh":
        return f"{value.amount}{_YUAN.get(value.currency, value.currency)}"
    return f"{value.amount} {value.currency}"


def _part(product: Product, text: str, said_from: Sequence[Fact], facts: Sequence[Fact]) -> Part:
    return Part(
        text=text,
        origin="stated",
        evidence=tuple(_evidence(f) for f in said_from),
        facts=tuple(facts),
        product_class=product.product_class,
    )


def _evidence(fact: Fact) -> Evidence:
    return Evidence(ref=fact.id, quote=fact.text, start=fact.start, end=fact.start + len(fact.text))


def _locked(key: str) -> bool:
    attribute = lexicon.load().by_key(key)
    return bool(attribute and attribute.locked)
