"""The composer: planned facts as sentences, in English and Chinese, deterministic and grounded by construction."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from goodword.text import classes, lexicon
from goodword.types import Channel, Fact, Flag, Lang, Prose, Quantities, Quantity, Sentence, Terms
from goodword.writing import values
from goodword.writing.plan import Plan, Planned
from goodword.writing.voice import Voice
from goodword.writing.wording import Wording, fill, load, pick, themes

VERSION = "1"
_PER_SENTENCE = 3
_PLURAL_HEAD = re.compile(r"(?i)(?<!s)s$|\b(?:people|earbuds|socks)$")
_TRAILING = re.compile(r"(?:\s+[\d.,×x*]+(?:\s?(?:cm|mm|m|ml|L|l|g|kg|oz|W|litres?|mAh))?)+$")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SIZE = re.compile(r"[\d.,×x*]+[\u4e00-\u9fff]{1,3}")
# A place that a verb can take; anything more ('beans from Ethiopia') is a sentence of its own.
_PLACE = {
    "en": re.compile(r"(?:the )?[A-Z][\w'’-]*(?:(?:,? | and |/)[A-Z][\w'’-]*)*"),
    "zh": re.compile(r"[\u4e00-\u9fff、和]{2,10}"),
}
_SENTENCE_LIKE = {"en": 40, "zh": 14}
_SINGULAR = re.compile(r"(?i)(?:glass|dress|mattress|compass|canvas|chess|press|harness|lens|tennis|bus)$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Composed:
    """A composed text and the facts of each of its sentences."""

    text: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Piece:
    text: str
    facts: tuple[str, ...]
    locked: bool = False


def compose(plan: Plan, lang: Lang, *, voice: Voice, channel: Channel = "listing") -> Composed:
    """The text of a plan in one language. The same plan and voice always give the same text."""
    wording = load(lang)
    pieces = list(_CHANNELS[channel](plan, lang, wording))
    between = "\n" if channel in {"bullets", "seo"} else wording.glue("space")
    return join([_voiced(p, voice) for p in pieces], between)


def join(pieces: list[_Piece], between: str) -> Composed:
    """Pieces as one text with their spans."""
    text, sentences = "", []
    for piece in pieces:
        text += between if text else ""
        start = len(text)
        text += piece.text
        sentences.append(Sentence(start=start, end=len(text), facts=piece.facts, locked=piece.locked))
    return Composed(text=text, sentences=tuple(sentences))


def _voiced(piece: _Piece, voice: Voice) -> _Piece:
    if piece.locked or not voice.preferred:
        return piece
    text = piece.text
    for word, instead in voice.preferred.items():
        edge = r"(?<!\w){}(?!\w)" if word.isascii() else "{}"
        text = re.sub(edge.replace("{}", re.escape(word)), instead.replace("\\", r"\\"), text)
    return _Piece(text=text, facts=piece.facts, locked=piece.locked)


def _listing(plan: Plan, lang: Lang, wording: Wording) -> Iterator[_Piece]:
    """Sentences by theme: the first names the product, the next ones say 'it', locked ones come last."""
    theme_of = {key: name for name, keys in themes().items() for key in keys}
    subject, subject_facts, plural = _subject(plan, lang, wording)
    run: list[tuple[Planned, str]] = []
    started = False

    def flush() -> Iterator[_Piece]:
        nonlocal run, started
        if run:
            yield _sentence(run, wording, subject if not started else _again(wording, plural), plural,
                            () if started else subject_facts)  # fmt: skip
            started, run = True, []

    for item in (i for i in plan.items if lang in i.say_from):
        phrase = _phrase(plan, item, lang, wording, plural=plural)
        theme = theme_of.get(item.key, item.key)
        turn = bool(run) and theme_of.get(run[-1][0].key, run[-1][0].key) != theme
        full = len(run) >= _PER_SENTENCE or (turn and len(run) > 1)
        if phrase is None or full:
            yield from flush()
        if phrase is None:
            if not started:  # name the product before the first bare label
                started = True
                if subject_facts:
                    yield _Piece(text=_opening(subject, plan, lang), facts=subject_facts)
            yield _whole(item, lang, wording)
        else:
            run.append((item, phrase))
    yield from flush()
    if not started and subject_facts:  # a product of which the shop holds no more than its name
        yield _Piece(text=_opening(subject, plan, lang), facts=subject_facts)


def _opening(subject: str, plan: Plan, lang: Lang) -> str:
    name = classes.load(plan.product.product_class).names[lang]
    title = plan.titles[lang].text
    return f"{title}." if lang == "en" else f"{title}。" if name else subject


def _sentence(
    run: list[tuple[Planned, str]], wording: Wording, subject: str, plural: bool, subject_facts: tuple[str, ...]
) -> _Piece:
    phrases = _merged([p for _, p in run])
    body = wording.series(phrases, "join") if len(phrases) > 1 else phrases[0]
    space = wording.glue("space") if subject else ""
    text = f"{subject}{space}{body}{wording.glue('stop')}"
    facts = (*subject_facts, *(f for item, _ in run for f in item.facts))
    return _Piece(text=text[:1].upper() + text[1:], facts=tuple(dict.fromkeys(facts)))


def _merged(phrases: list[str]) -> list[str]:
    """'has a …, has b' → 'has a … and b': a verb shared by neighbours is said once."""
    out: list[str] = []
    for phrase in phrases:
        verb = phrase.split(" ")[0]
        if out and verb in {"has", "have"} and out[-1].split(" ")[0] == verb and " and " not in out[-1]:
            out[-1] += " and" + phrase[len(verb) :]
        else:
            out.append(phrase)
    return out


def _again(wording: Wording, plural: bool) -> str:
    return str(wording.glue("again")[0]).split("|")[1 if plural else 0] if wording.lang == "en" else ""


def _subject(plan: Plan, lang: Lang, wording: Wording) -> tuple[str, tuple[str, ...], bool]:
    """How the product is named first, the fact it is named from, and whether that is a plural."""
    title = plan.titles.get(lang)
    if title is None:
        return str(wording.glue("unnamed")[0]), (), False
    name = _short(title.text.strip(), lang)
    if lang == "zh":  # '女士圆领T恤 三件装': what follows the space is a note on the name
        name = re.split(r"(?<=[\u4e00-\u9fff])\s+(?=\S)", name)[0]
    head = re.split(r"(?i)\s+(?:with|for|of|in)\s+", name)[0]
    plural = lang == "en" and bool(_PLURAL_HEAD.search(head)) and not _SINGULAR.search(head)
    template = pick(wording.glue("subject"), plan.product.sku, "subject")
    if plural and template.startswith("This"):
        template = template.replace("This", "These", 1)
    if re.match(r"(?i)the |这款|this ", name):
        template = "{title}"
    return fill(template, title=name), (title.id,), plural


def _short(title: str, lang: Lang) -> str:
    """The title without what trails it: sizes, and in Chinese the words after the name itself."""
    name = re.split(r"\s*(?:(?<!\d),|,(?!\d)|[，|（(])\s*|\s+[-–—]\s+", title)[0]
    if lang == "en":
        return _TRAILING.sub("", name) or name
    words = name.split()
    han = next((i for i, w in enumerate(words) if _HAN.search(w) and not _SIZE.fullmatch(w)), None)
    name = name if han is None else " ".join(words[: han + 1])
    return name + " " if name[-1:].isascii() else name


def _phrase(plan: Plan, item: Planned, lang: Lang, wording: Wording, *, plural: bool) -> str | None:
    """The verb phrase of a planned fact, or None where it needs a sentence of its own."""
    fact = item.say_from[lang]
    said = values.say(fact, lang, wording)
    choices = wording.phrases(item.key)
    if item.locked or said is None or wording.whole(item.key):
        return None
    if _own_sentence(fact, said, lang):
        return None
    if isinstance(fact.value, Flag):
        return fill(choices[0 if fact.value.value else 1], plural=plural) if len(choices) == 2 else None
    if choices:
        if item.key == "size" and isinstance(fact.value, Terms) and len(fact.value.items) == 1:
            choices = wording.phrases("one_size")
        if item.key == "colour" and not re.search(r", | and |、|和", said) and lang == "zh":
            choices = choices[1:]
        return fill(pick(choices, plan.product.sku, item.key), plural=plural, v=said)
    if isinstance(fact.value, Quantity | Quantities):
        return fill(wording.fallback("quantity"), plural=plural, name=_label(item, lang), v=said)
    return None


def _own_sentence(fact: Fact, said: str, lang: Lang) -> bool:
    """Whether a value reads as a clause of its own, or does not fit the verb of its attribute."""
    if fact.key == "shelf_life" and not re.match(r"(?:about |up to |约|最长)?[\d一二两三四五六七八九十]", said):
        return True
    if fact.key == "origin" and isinstance(fact.value, Terms):
        return _PLACE[lang].fullmatch(said) is None
    if fact.key == "storage" and "℃" in said.replace("°C", "℃"):
        return True
    return isinstance(fact.value, Prose) and len(said) > _SENTENCE_LIKE[lang]


def _whole(item: Planned, lang: Lang, wording: Wording) -> _Piece:
    said = values.say(item.say_from[lang], lang, wording) or ""
    templates = wording.whole(item.key)
    name = _label(item, lang)
    template = templates[0] if templates else wording.fallback("other")
    if said.lower().startswith(template.partition("{")[0].strip(" :：").lower() or "\0"):  # '不含：不含充电头'
        template = "{v}" + template[-1]
    text = fill(template, v=said, name=name, Name=name[:1].upper() + name[1:])
    return _Piece(text=text, facts=item.facts, locked=item.locked)


def _label(item: Planned, lang: Lang) -> str:
    attribute = lexicon.load().by_key(item.key)
    fact = item.say_from[lang]
    odd = item.key == "storage" and isinstance(fact.value, Quantity) and fact.value.unit.startswith("degree")
    if odd:
        return "storage temperature" if lang == "en" else "贮存温度"
    if attribute:
        return attribute.labels[lang]
    return re.sub(r"\s*[(（].*?[)）]\s*$", "", item.say_from[lang].name).replace("_", " ").strip().lower()


def _bullets(plan: Plan, lang: Lang, wording: Wording) -> Iterator[_Piece]:
    for item in (i for i in plan.items if lang in i.say_from):
        said = values.say(item.say_from[lang], lang, wording) or ""
        label = _label(item, lang)
        colon = ": " if lang == "en" else "："
        yield _Piece(text=f"{label[:1].upper()}{label[1:]}{colon}{said}", facts=item.facts, locked=item.locked)


def _title(plan: Plan, lang: Lang, wording: Wording) -> Iterator[_Piece]:
    """The title with the first facts it does not hold yet, while they fit (60 or 30 characters)."""
    title = plan.titles.get(lang)
    limit = 60 if lang == "en" else 30
    name = title.text if title else classes.load(plan.product.product_class).names[lang]
    facts = [title.id] if title else []
    for item in (i for i in plan.items if lang in i.say_from):
        said = values.say(item.say_from[lang], lang, wording) or ""
        longer = f"{name}, {said}" if lang == "en" else f"{name} {said}"
        if said and len(longer) <= limit and said.lower() not in name.lower() and not item.locked:
            name, facts = longer, [*facts, *item.facts]
    yield _Piece(text=name, facts=tuple(facts))


def _seo(plan: Plan, lang: Lang, wording: Wording) -> Iterator[_Piece]:
    """Two lines: the SEO title (≤ 60 characters) and a meta description (≤ 155, ≤ 80 in Chinese)."""
    yield from _title(plan, lang, wording)
    limit = 155 if lang == "en" else 80
    line: list[_Piece] = []
    for piece in _listing(plan, lang, wording):
        if sum(len(p.text) + 1 for p in line) + len(piece.text) <= limit:
            line.append(piece)
    if line:
        text = wording.glue("space").join(p.text for p in line)
        yield _Piece(text=text, facts=tuple(dict.fromkeys(f for p in line for f in p.facts)))


def _social(plan: Plan, lang: Lang, wording: Wording) -> Iterator[_Piece]:
    for piece, _ in zip(_listing(plan, lang, wording), range(2), strict=False):
        yield piece


_CHANNELS = {"listing": _listing, "bullets": _bullets, "title": _title, "seo": _seo, "social": _social}
