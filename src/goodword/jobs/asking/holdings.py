"""What answers may rest on: products with their facts, passages, counts of reviews; and how they are found."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from goodword.jobs.asking import concepts, lexis
from goodword.knowledge.base import Held
from goodword.search import encode
from goodword.search.cut import tokens
from goodword.search.encode import Encoder
from goodword.search.index import Index
from goodword.search.lexical import Doc
from goodword.text.normalise import fold
from goodword.types import Lang, Product

_DEEP = 40
_BETWEEN = re.compile(r"\b(?:or|vs\.?|versus|and|than|with)\b|[和与跟比、,，?？]|还是|哪[个款种]", re.IGNORECASE)
_SKU = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)+|[A-Z]{1,4}\d{2,}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """What so many of the reviews of a product say; `reviews` are their ids."""

    id: str
    sku: str
    about: Mapping[str, str]  # language: as a customer would say it
    count: int
    of: int
    reviews: tuple[str, ...] = ()


class Holdings:
    """A shop's knowledge, laid out for answering. Change it with `put_passages` and `put_products`."""

    def __init__(
        self,
        products: Iterable[Product] = (),
        held: Iterable[Held] = (),
        counts: Iterable[Counted] = (),
        *,
        encoder: Encoder | str | None = "packaged",
    ) -> None:
        """Args:
        encoder: None searches by words alone; 'packaged' by the packaged encoder where it is installed.
        """
        self.encoder: Encoder | None = encode.load() if isinstance(encoder, str) else encoder
        self.products: dict[str, Product] = {}
        self.held: dict[str, Held] = {}
        self.counts: dict[str, tuple[Counted, ...]] = {}
        self._index = Index(self.encoder)
        self._df: Counter[str] = Counter()
        self._spoken: Counter[str] = Counter()
        self._langs: set[str] = set()
        self._names: dict[str, set[str]] = defaultdict(set)
        self._name_tokens: dict[str, frozenset[str]] = {}
        self._siblings: dict[tuple[str, Lang], str] | None = None
        self.put_products(products)
        self.put_passages(held)
        by_sku: dict[str, list[Counted]] = defaultdict(list)
        for one in counts:
            by_sku[one.sku].append(one)
        self.counts = {sku: tuple(found) for sku, found in by_sku.items()}

    def put_products(self, products: Iterable[Product]) -> None:
        """Add or replace products."""
        for product in products:
            self.drop_product(product.sku)
            self.products[product.sku] = product
            titles = [product.title, *(f.text for f in product.facts if f.key in {"title", "brand"})]
            words = frozenset(t for title in titles for t in tokens(title))
            self._name_tokens[product.sku] = words
            for word in words:
                self._names[word].add(product.sku)

    def drop_product(self, sku: str) -> None:
        """Forget a product."""
        self.products.pop(sku, None)
        for word in self._name_tokens.pop(sku, frozenset()):
            self._names[word].discard(sku)

    def put_passages(self, held: Iterable[Held]) -> None:
        """Add or replace passages by id; they are found at once."""
        new = list(held)
        self._siblings = None
        for one in new:
            old = self.held.get(one.passage.id)
            if old is not None:
                self._df.subtract(words_of(old))
                self._spoken.subtract(concepts.spoken_of(f"{old.context}\n{old.passage.text}"))
            self.held[one.passage.id] = one
            self._df.update(words_of(one))
            self._langs.add(one.passage.lang)
            self._spoken.update(concepts.spoken_of(f"{one.context}\n{one.passage.text}"))
        self._index.put(Doc(id=h.passage.id, text=f"{h.context}\n{h.passage.text}", group=h.sku) for h in new)

    def rarity(self, word: str) -> float:
        """How telling a word is (idf over the passages); one no passage holds tells most, a market little."""
        if word.startswith("@"):
            return 1.0
        return log(1 + (len(self.held) + 1) / (self._df.get(word, 0) + 0.5))

    def known(self, word: str) -> bool:
        """Whether any passage holds a word."""
        return word.startswith("@") or self._df.get(word, 0) > 0

    def tells(self, word: str) -> float:
        """How telling a concept or word of `concepts` is (idf over the passages)."""
        count = self._spoken.get(word, 0)
        return log(1 + (len(self.held) - count + 0.5) / (count + 0.5))

    def spoken(self, word: str) -> bool:
        """Whether any passage speaks of a concept or word of `concepts`."""
        return self._spoken.get(word, 0) > 0

    def speaks(self, script: str) -> bool:
        """Whether words of a script can stand in the passages at all: an English shop lacks no Chinese word."""
        return script == "~" or script in self._langs

    def sibling(self, name: str, lang: Lang) -> Held | None:
        """The passage that says the same in another language: the same FAQ entry, or the same section by its place."""
        if self._siblings is None:
            self._siblings = _paired(self.held.values())
        other = self._siblings.get((name, lang))
        return self.held.get(other) if other else None

    def near(self, question: str, skus: Sequence[str] = ()) -> list[Held]:
        """Passages that may answer, best first, whatever their dates: of the whole shop and of these products."""
        found = self._index.find(question, _DEEP, ("", *skus))
        return [self.held[h.id] for h in found]

    def named(self, question: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Products a question names (best first, all as good as each other), and codes it gives that no product has."""
        codes = [m.group() for m in _SKU.finditer(question)]
        direct = [sku for code in codes for sku in (code, code.upper()) if sku in self.products]
        if direct:
            return tuple(dict.fromkeys(direct)), ()
        prefixes = {re.sub(r"\d+$", "", s) for s in self.products}
        gone = tuple(c for c in codes if re.sub(r"\d+$", "", c.upper()) in prefixes and re.search(r"\d$", c))
        return self._by_name(question), gone

    def each_named(self, question: str) -> tuple[str, ...]:
        """The products a question names side by side: 'the kettle or the rice cooker', 煎锅和主厨刀."""
        out: list[str] = []
        for piece in _BETWEEN.split(question):
            found, _ = self.named(piece)
            out += [s for s in found[:1] if s not in out]
        return tuple(out)

    def _by_name(self, question: str) -> tuple[str, ...]:
        words = set(tokens(question))
        scores: Counter[str] = Counter()
        matched: dict[str, set[str]] = defaultdict(set)
        total = max(1, len(self.products))
        for word in words:
            skus = self._names.get(word, set())
            if 0 < len(skus) <= max(8, total // 8):
                for sku in skus:
                    scores[sku] += log(1 + total / len(skus))  # type: ignore[assignment]
                    matched[sku].add(word)
        if not scores:
            return ()
        best = max(scores.values())
        top = [s for s, score in scores.items() if score >= best - 1e-9]
        words_matched = matched[top[0]]
        strong = len(words_matched) >= 2 or self._head(top[0], words_matched)
        return tuple(sorted(top)) if strong else ()

    def surely(self, question: str, sku: str) -> bool:
        """Whether a question names this product beyond doubt: its code, or two words of its name besides the brand."""
        product = self.products[sku]
        brands = {t for f in product.facts if f.key == "brand" for t in tokens(f.text)}
        words = {w for w in set(tokens(question)) & self._name_tokens[sku] if not re.search(r"\d", w)} - brands
        return sku.lower() in question.lower() or (len(words) >= 2 and self._head(sku, words))

    def _head(self, sku: str, words: set[str]) -> bool:
        """Whether one matched word is enough: it stands at the end of the name ('kettle', 台灯), and few share it."""
        product = self.products[sku]
        for title in (f.text for f in product.facts if f.key == "title"):
            short = re.split(r"[,，(（]|\s+with\s|\s+for\s", title)[0]
            kept = [t for t in tokens(short) if not re.search(r"\d", t)]
            if kept and any(w in kept[-2:] for w in words):
                return True
        return False


def _paired(every: Iterable[Held]) -> dict[tuple[str, Lang], str]:
    """For a passage and a language: the passage of that language at the same place of the same document."""
    documents: dict[tuple[str, Lang], list[str]] = defaultdict(list)
    for held in every:
        lang = held.passage.lang
        documents[held.document.removesuffix(f".{lang}"), lang].append(held.passage.id)
    out: dict[tuple[str, Lang], str] = {}
    for (document, lang), names in documents.items():
        other: Lang = "zh" if lang == "en" else "en"
        theirs = documents.get((document, other), [])
        if len(theirs) == len(names):
            out |= {(a, other): b for a, b in zip(names, theirs, strict=True)}
    return out


def words_of(held: Held) -> set[str]:
    """What a question and a passage can share: topics, and words outside the phrases that name topics."""
    return shared_words(f"{held.context}\n{held.passage.text}")


def shared_words(text: str) -> set[str]:
    """Topics ('#return') and words of a text."""
    return {f"#{t}" for t in lexis.topics(text)} | set(tokens(text))


def folded(text: str) -> str:
    """A text as patterns see it."""
    return fold(text).text
