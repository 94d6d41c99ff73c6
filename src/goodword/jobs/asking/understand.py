"""What a question is about: its text with what it follows on, the products in focus, the attributes it asks for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from goodword.jobs.asking import lexis
from goodword.jobs.asking.holdings import Holdings
from goodword.jobs.asking.nouns import Question
from goodword.search.cut import tokens
from goodword.text import segment
from goodword.text.normalise import fold
from goodword.types import Lang, Market, Product

_PRONOUN = re.compile(
    r"\b(?:it|its|it's|they|them|their|this|these|that one|this one|the product|the item)\b"
    r"|它|这个|这款|这件|该商品|此款|那个|那款|这双|这条|这台|这只|这瓶"
)
_FOLLOWS = re.compile(r"^(?:and|what about|how about|or|also|then|but)\b|^(?:那|那么|还有|再问|另外)|呢[？?]?$")
TOGETHER = re.compile(r"together|in total|altogether|both|一共|总共|合计|一起")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A question understood: its text with what it follows on, the products in focus, the attributes it asks for."""

    text: str
    lang: Lang
    market: Market
    market_told: bool
    on: date
    products: tuple[Product, ...]
    keys: tuple[str, ...]
    intents: frozenset[str]
    gone: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()  # products it may mean, where it means one of several
    ignored: frozenset[str] = frozenset()  # words of it that are somebody's data
    named: bool = False  # whether the question itself names the product, rather than looking at it
    bare: str = ""  # the question without the names of products, where it names any

    @property
    def core(self) -> str:
        """The sentences that ask, where a story stands around them."""
        spans = segment.sentences(self.text)
        asking = [self.text[a:b] for a, b in spans if self.text[a:b].rstrip(" ”\"'").endswith(("?", "？"))]
        return " ".join(asking) if asking and len(asking) < len(spans) else self.text


def understand(question: Question, holdings: Holdings, lang: Lang, market: Market, on: date) -> Asked:
    """What a question is about; pronouns and fragments are filled in from the turns before."""
    text = _without_self(question.text.strip())
    intents = lexis.intents(text)
    last = question.history[-1] if question.history else None
    named, gone = holdings.named(text)
    keys = lexis.attributes(_without_names(text, named[:1], holdings))
    if last is not None and _FOLLOWS.search(fold(text).text) and not keys and len(tokens(text)) <= 6:
        keys = lexis.attributes(last.question)
        text = text if named else f"{last.question} {text}"
    if ("compare" in intents or TOGETHER.search(text)) and len(each := holdings.each_named(text)) > 1:
        named = each
        keys = lexis.attributes(_without_names(text, named, holdings))
    skus: tuple[str, ...] = named if len(named) == 1 or "compare" in intents or TOGETHER.search(text) else ()
    choices = named if len(named) > 1 and not skus else ()
    if question.product:
        focus = question.product
        if "compare" not in intents and not any(holdings.surely(text, s) for s in (*skus, *choices)):
            skus, choices = (), ()  # a word that some product's name holds does not change what is looked at
        if choices and focus in choices:
            choices, skus = (), (focus,)
        elif not skus:
            skus, choices = (focus,), ()
        elif "compare" in intents and focus not in skus:
            skus = (focus, *skus)
    elif not skus and not choices and question.history and (_PRONOUN.search(text) or keys or _FOLLOWS.search(text)):
        skus = next((t.products for t in reversed(question.history[-12:]) if t.products), ())
        skus = skus if "compare" in intents else skus[:1]
    held = tuple(holdings.products[s] for s in skus if s in holdings.products)
    lost = tuple(s for s in skus if s not in holdings.products)
    told = question.market is not None or bool(lexis.places(text).markets)
    where = lexis.places(text).markets
    return Asked(
        text=text,
        lang=lang,
        market=next(iter(where)) if len(where) == 1 else market,
        market_told=told,
        on=on,
        products=held,
        keys=keys,
        intents=intents,
        gone=(*lost, *gone),
        choices=choices,
        named=bool(named) and not question.product,
        bare=_without_names(text, named, holdings).strip() if named else "",
    )


_OF_SELF = re.compile(
    r"^(?:hi,? |hello,? )?(?:i am|i'm|i am called|my name is|call me|i come from|i was born)\b"
    r"|^(?:i do not have|i use a|money is)\b"
    r"|^(?:我是|我叫|我今年|我老家|我出生|我信|我不信|我坐|我手头|我不差)"
)
_STAYS = re.compile(
    r"\b(?:live|living|located|based|ship|deliver|order|ordered|bought|buy|return|looking|interested|trying|asking)\b"
    r"|住|收货|寄|买|订|退|换|想|要|找"
)


def _without_self(text: str) -> str:
    """A question without what customers say of themselves: who asks must not change what is answered.

    Where they live, what they bought and what a doctor told them stays: it is about the question.
    """
    spans = segment.sentences(text)
    kept = [text[a:b] for a, b in spans if not _only_of_self(text[a:b])]
    return " ".join(kept) if kept and len(kept) < len(spans) else text


def _only_of_self(sentence: str) -> bool:
    low = fold(sentence).text
    return bool(_OF_SELF.search(low)) and not _STAYS.search(low) and "?" not in low and not lexis.intents(sentence)


def _without_names(text: str, skus: Sequence[str], holdings: Holdings) -> str:
    """A question without the words of the product it names: a power bank is no question of power."""
    names = {
        w
        for s in skus
        if s in holdings.products
        for f in holdings.products[s].facts
        if f.key == "title"
        for w in re.findall(r"[a-z][a-z'-]+", fold(f.text).text)
        if len(w) > 2
    }
    bare = {n.rstrip("s") for n in names}
    text = _without_chinese(text, skus, holdings)
    return re.sub(
        r"[A-Za-z][A-Za-z'-]+",
        lambda m: "" if fold(m.group()).text.rstrip("s") in bare else m.group(),
        text,
    )


def _without_chinese(text: str, skus: Sequence[str], holdings: Holdings) -> str:
    """Without the stretches of two characters and more that stand in the Chinese title of the product."""
    titles = " ".join(
        f.text for s in skus if s in holdings.products for f in holdings.products[s].facts if f.key == "title"
    )
    out, at = [], 0
    while at < len(text):
        end = next((e for e in range(len(text), at + 1, -1) if text[at:e] in titles), 0)
        named = end and all("\u3400" <= c <= "\u9fff" for c in text[at:end])
        if not named:
            out.append(text[at])
        at = end if named else at + 1
    return "".join(out)
