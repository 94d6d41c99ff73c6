"""How a product is named in a text: its short name, with its brand where the name lacks it, and its noun."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from goodword.types import Fact, Lang
from goodword.writing import grammar
from goodword.writing.voice import Voice, allows
from goodword.writing.wording import Wording, fill, pick, turn

_PLURAL_HEAD = re.compile(r"(?i)(?<!s)s$|\b(?:people|earbuds|socks)$")
_SINGULAR = re.compile(r"(?i)(?:glass|dress|mattress|compass|canvas|chess|press|harness|lens|tennis|bus)$")
_SIZE = (
    r"[\d.,×x*/]+(?:[\s-]?(?:cm|mm|m|ml|L|l|g|kg|oz|W|litres?|mAh|lm|lb|lbs|in|ft|Wh|V|[Pp]ieces|[Pp]airs|[Pp]ack))?"
)
_TRAILING = re.compile(rf"(?:\s+{_SIZE})+$")
_INNER = re.compile(rf"(?<=[a-z])(?:\s+{_SIZE})+(?=\s+with\b)")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ZH_SIZE = re.compile(r"[\d.,×x*]+[\u4e00-\u9fff]{1,2}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Name:
    """How a product is called first, what a later sentence may call it, and the facts that name it."""

    subject: str
    short: str
    noun: str
    plural: bool
    facts: tuple[str, ...]


def short(title: str, lang: Lang) -> str:
    """The title without what trails it: sizes, and in Chinese the words after the name itself."""
    name = re.split(r"\s*(?:(?<!\d),|,(?!\d)|[，|（(：]|:(?=\s))\s*|\s+[-–—]\s+", title.strip())[0]
    if lang == "en":
        name = _INNER.sub("", name)
        return _TRAILING.sub("", name) or name
    words = name.split()
    han = next((i for i, w in enumerate(words) if _HAN.search(w) and not _ZH_SIZE.fullmatch(w)), None)
    return name if han is None else " ".join(words[: han + 1])


def name(titles: Mapping[Lang, Fact], brand: Fact | None, lang: Lang, wording: Wording, voice: Voice, sku: str) -> Name:
    """The name of a product in a text. A title that holds a banned word is not said."""
    title = titles.get(lang)
    text = short(title.text, lang) if title else ""
    if title is None or not text or not allows(voice, text):
        return Name(subject=str(wording.glue("unnamed")[0]), short="", noun="", plural=False, facts=())
    head = re.split(r"(?i)\s+(?:with|for|of|in)\s+", text)[0]
    plural = lang == "en" and bool(_PLURAL_HEAD.search(head)) and not _SINGULAR.search(head)
    facts: tuple[str, ...] = (title.id,)
    templates = wording.glue("subject")
    if brand:
        facts, templates = (title.id, brand.id), wording.glue("branded")
    template = pick(templates, sku, "subject") if voice.openings == "varied" else templates[0]
    template = next((t for t in (template, *turn(templates, sku)) if allows(voice, t)), template)
    if plural and template.startswith("This"):
        template = template.replace("This", "These", 1)
    if re.match(r"(?i)the |这款|this ", text):
        template = template.replace("The {title}", "{title}").replace("这款{title}", "{title}").replace("This ", "")
    subject = fill(template, title=text, brand=brand.text.strip() if brand else "")
    if brand and lang == "zh" and text[:1].isascii():  # 'Kilovane LED台灯'
        subject = re.sub(rf"(?<={re.escape(brand.text.strip()[-1:])})(?={re.escape(text)})", " ", subject, count=1)
    noun = grammar.noun(head) if lang == "en" else ""
    return Name(subject=subject, short=text, noun=noun if allows(voice, noun) else "", plural=plural, facts=facts)
