"""Saying a value in a language, or finding that it cannot be said there."""

import re
from dataclasses import replace
from decimal import Decimal

from goodword.text import lexicon, units
from goodword.types import (
    Composition,
    Dates,
    Fact,
    Flag,
    Lang,
    Money,
    Part,
    Prose,
    Quantities,
    Quantity,
    Term,
    Terms,
)  # fmt: skip
from goodword.writing.wording import Wording

# Codes, sizes and model names are the same in both languages: IPX7, E27, XL, iPhone 15, 42-44.
_CODE = re.compile(r"[A-Z0-9][A-Za-z0-9+./\- ]{0,5}|(?:[A-Za-z]*[A-Z0-9][\w+./-]*)(?: [A-Z0-9][\w+./-]*)*", re.ASCII)
# Electrical ratings are written alike in both languages: 220 V~ 50 Hz, USB-C: 5V⎓3A, 9V⎓2A.
_RATING = re.compile(r"(?:USB-[AC]\d?(?:/(?:USB-)?[AC]\d?)*:|[\d.,]+\s?(?:V|A|W|Hz|k|m)*[~⎓]?|[\s,/~⎓–-]|V|A|W|Hz)+")
_RATED = {"voltage", "input", "output"}
_PROPER = ("origin.", "certification.")
_COMMON = {"colour", "features", "material", "pattern", "scent", "flavour", "closure", "fit", "assembly"}
_LISTED = {
    "ingredients", "not_included", "not_compatible", "fit", "neckline", "closure", "scent", "flavour", "assembly",
}  # fmt: skip
_OWN_WORDS = {"care", "usage", "storage_conditions", "not_included", "not_compatible"}
_SAFETY = re.compile(r"((?:GB \d+ )?)([ABC])类(?: .*)?")
# What may stand around the quantities of a cell without changing what they say.
_GLUE = re.compile(
    r"(?i)(?:[\s,，、/;；()（）.-]|approx|about|around|circa|max|min|约|大约|左右|up to|typ|vol|最长|最高|最大)*"
)
_COUNTED = re.compile(r"(?:[\d,]+|[一二三四五六七八九十两]+)[\u4e00-\u9fff]")
_WORDED = re.compile(r"(?i)[高宽深长径厚]|height|wide|deep|high|long|diameter|Ø|\bh\b|\bw\b|\bd\b")
_SPELT = re.compile(r"[半一二三四五六七八九十两]{1,2}(?:斤|两|公斤|千克|克|升)")
_SCALED = re.compile(r"((?:US|EU|UK|CN|JP) |(?:美|欧|英|日)码)((?:[\d.]+[\s,，、/]+){2,}[\d.]+)")
_METRIC = {"jin": ("gram", Decimal(500)), "liang": ("gram", Decimal(50)), "chi": ("centimetre", Decimal(100) / 3)}


def say(fact: Fact, lang: Lang, wording: Wording) -> str | None:
    """The value in words of `lang`; None where the fact can only be said in the other language."""
    value = fact.value
    if fact.key == "age":
        return _age(value, fact, lang, wording)
    if fact.key in _RATED and _RATING.fullmatch(fact.text.strip()):
        return fact.text.strip()
    if fact.key in _OWN_WORDS and fact.lang == lang:
        return _own(fact)
    if fact.lang == lang and _verbatim(fact):
        return _own(fact)
    if isinstance(value, Quantity):
        if lang == fact.lang == "zh" and value.counter and _COUNTED.fullmatch(fact.text.strip()):
            return fact.text.strip()  # the shop's own measure word: 50块, 5双, 三件
        if lang == fact.lang == "zh" and _SPELT.fullmatch(fact.text.strip()):
            return fact.text.strip()
        if not _qualified(value, fact.text):
            return quantity(value, lang, wording)
        return _own(fact) if fact.lang == lang else None
    if isinstance(value, Quantities):
        return _several(value, fact, lang, wording)
    if isinstance(value, Terms):
        return _terms(value, fact, lang, wording)
    if isinstance(value, Composition):
        return _composition(value, fact, lang, wording)
    if isinstance(value, Flag):
        attribute = lexicon.load().by_key(fact.key)  # 'capacity: yes' says nothing a buyer could use
        return ("yes" if value.value else "no") if attribute and attribute.kind == "flag" else None
    if isinstance(value, Money):
        return f"{value.currency} {_number(value.amount)}"
    if isinstance(value, Dates):
        return _dates(value, lang)
    return _prose(value, fact, lang)


def items(fact: Fact, lang: Lang) -> list[str]:
    """The terms of a fact one by one, in words of `lang`; empty where it has none or one cannot be said."""
    if isinstance(fact.value, Terms):
        if any(t.text.count(a) != t.text.count(b) for t in fact.value.items for a, b in ("()", "（）")):
            return []  # cut within brackets: only the whole says it rightly
        if fact.lang == lang and (divided := _divided(fact)):
            return divided
        said = [_term(t, fact, lang) for t in fact.value.items]
    elif isinstance(fact.value, Composition):
        said = [_part(p, fact, lang) for p in fact.value.parts]
    elif isinstance(fact.value, Prose) and fact.lang == lang and len(fact.text) < 40:
        said = list(re.split(r",\s|、", _own(fact)))
    else:
        return []
    return [] if None in said else [s for s in said if s]


def _verbatim(fact: Fact) -> bool:
    """Whether the shop's own words are safer than typed ones: an attribute we do not know, '12M' of anything."""
    if isinstance(fact.value, Quantity) and fact.value.unit == "metre" and re.fullmatch(r"\d+ ?M", fact.text.strip()):
        return True
    if isinstance(fact.value, Flag) or lexicon.load().by_key(fact.key) is not None:
        return False
    if isinstance(fact.value, Quantity):
        return "岁" in fact.text or fact.value.hedge not in {"exact", "about"}
    return not isinstance(fact.value, Terms) or fact.lang == "zh" or ";" in fact.text


def _divided(fact: Fact) -> list[str]:
    """The terms as the commas divide them where a weaker mark stands inside one: 'white / oak, black / walnut'."""
    pairs = fact.key == "colour" and re.search(r"/.*[,、，;].*/", fact.text)
    listed = fact.lang == "en" and fact.key in {"features", "in_the_box"} and re.search(r" and [^,]*,", fact.text)
    return [t.strip() for t in re.split(r"[,、，;]", _own(fact))] if pairs or listed else []


def _own(fact: Fact) -> str:
    """The value in the shop's own words."""
    return fact.text.strip().rstrip(".。")


def _terms(value: Terms, fact: Fact, lang: Lang, wording: Wording) -> str | None:
    if fact.lang == lang and fact.key == "certification" and re.search(r", (?:class|level|grade) ", fact.text):
        return _own(fact)
    if fact.lang == lang and (fact.key == "origin" or re.search(r"\d,\d{3}|\([^)]*[,/]|（[^）]*[/、，]", fact.text)):
        return _own(fact)
    if fact.key == "origin" and "," in fact.text:
        places = [_term(t, fact, lang) for t in value.items]
        return None if None in places else "".join(p or "" for p in reversed(places))
    if fact.key == "size" and fact.lang == lang and (scaled := _SCALED.fullmatch(fact.text.strip())):
        sizes = [s for s in re.split(r"[\s,，、/]+", scaled[2]) if s]  # 'US 7, 8, 9': the scale is no size
        return scaled[1] + wording.series(sizes)
    if fact.key == "size" and fact.lang == lang == "zh" and fact.text.count("/") > 1:
        return "、".join(fact.text.strip().split("/"))
    if fact.lang == lang and (divided := _divided(fact)):
        return wording.series(divided)
    said = [_term(t, fact, lang) for t in value.items]
    if fact.key == "season" and lang == "zh" and None not in said and len(said) > 1:
        return "、".join((s or "").removesuffix("季") for s in said)
    if fact.key == "season" and lang == "zh" and said and said[0] in {"春", "夏", "秋", "冬"}:
        return f"{said[0]}季"
    spaced = fact.key == "size" and lang == "en" == fact.lang and not re.search(r"[,/;|]", fact.text)
    if spaced and not all(re.fullmatch(r"(?:[2-6]?X*[SML]|\d+(?:[.-]\d+)?)", t.text) for t in value.items):
        return _own(fact).lower() if fact.text.istitle() else _own(fact)  # 'full size' is one size
    return _series(said, wording, fact.key)


def _age(value: object, fact: Fact, lang: Lang, wording: Wording) -> str | None:
    """An age in its own words, or translated: '8 years and over' is 8岁及以上."""
    if fact.lang == lang:
        return fact.text.rstrip(".。")
    if not isinstance(value, Quantity) or value.hedge not in {"exact", "at_least"}:
        return None
    bare = quantity(replace(value, hedge="exact"), lang, wording)
    if bare is None:
        return None
    years = bare.replace("年", "岁")
    if value.high is not None and value.low != value.high:
        return years
    return f"{years} and over" if lang == "en" else f"{years}及以上"


def _qualified(q: Quantity, text: str) -> bool:
    """Whether the cell says more than its quantity: '220 g per pair' is not '220 g'."""
    return _GLUE.fullmatch(text[: q.start] + text[q.end :]) is None


def quantity(q: Quantity, lang: Lang, wording: Wording) -> str | None:
    """A quantity with its unit, range, tolerance and hedge."""
    unit, scale = q.unit, Decimal(1)
    if lang == "en" and q.unit in _METRIC:
        unit, scale = _METRIC[q.unit]
    low, high = (None if n is None else n * scale for n in (q.low, q.high))
    if low is None and high is None:
        return None
    number = _number(low if low is not None else high or Decimal(0))
    if low is not None and high is not None and low != high:
        number = f"{number}–{_number(high)}" if lang == "en" else f"{number}至{_number(high)}"
    if q.tolerance is not None:
        number += f" ± {_number(q.tolerance * scale)}" if lang == "en" else f"±{_number(q.tolerance * scale)}"
    one = low == high == 1 or (low is None and high == 1)
    body = _united(number, unit, q, lang, one=one)
    if body is None:
        return None
    return wording.hedge(q.hedge, time="time" in units.dimension(unit)).replace("{v}", body)


def _united(number: str, unit: str, q: Quantity, lang: Lang, *, one: bool) -> str | None:
    if not unit:
        if not q.counter:
            return number
        names = units.table()["counters"][q.counter][lang]
        if lang == "zh":
            return number + str(names[0])
        return f"{number} {names[0] if one or len(names) == 1 else names[1]}"
    name = units.units()[unit].say[lang]
    if lang == "zh" or unit == "percent" or name.startswith("°"):
        return f"{number} {name}" if lang == "en" and name.startswith("°") and len(name) > 1 else number + name
    if one and len(name) > 2 and name.endswith("s"):
        name = name[:-1]
    return f"{number} {name}"


def _several(value: Quantities, fact: Fact, lang: Lang, wording: Wording) -> str | None:
    if value.joined == "choice":  # '5 V⎓3 A', '2 × 370 ml', '3 inside, 5 outside': only its own words say it rightly
        pair = re.fullmatch(r"(\d[^,;]* [^,;]*), (\d[^,;]*)", _own(fact))
        both = f"{pair[1]} and {pair[2]}" if pair and lang == "en" and " and " not in fact.text else _own(fact)
        return both if fact.lang == lang else None
    if len({(q.unit, q.counter) for q in value.items}) > 1:  # 500张×5包
        return _own(fact) if fact.lang == lang else None
    if fact.lang == lang and _WORDED.search(fact.text):  # 直径6.6×高24厘米, height 72-118 cm
        return _own(fact)
    numbers = [_number(q.low) for q in value.items if q.low is not None]
    last = quantity(value.items[-1], lang, wording)
    if last is None or len(numbers) < len(value.items):
        return None
    return (" × " if lang == "en" else "×").join([*numbers[:-1], last])


def _number(value: Decimal) -> str:
    """Plain digits, thousands by comma from 10,000, no trailing noise of a conversion."""
    value = round(value, 2) if value.as_tuple().exponent < -3 else value  # type: ignore[operator]
    text = f"{value.normalize():f}"
    whole, dot, rest = text.partition(".")
    return (f"{int(whole):,}" if abs(int(whole)) >= 10_000 else whole) + dot + rest


def _term(term: Term, fact: Fact, lang: Lang) -> str | None:
    if fact.key == "ingredients" and fact.lang == lang:
        return term.text
    if term.concept and (named := lexicon.load().say(term.concept, lang)):
        if len(term.text) == 1 and term.text.isascii():
            return named  # 'F' is said as women
        if named.lower() == term.text.lower():  # 'wi-fi' as Wi-Fi, 'V-neck' as it is
            return max(named, _cased(term, lang), key=lambda w: sum(c.isupper() for c in w))
        return _cased(term, lang) if fact.lang == lang else named
    if fact.lang == lang:
        return _cased(term, lang) if fact.key in _COMMON else term.text
    return term.text if _CODE.fullmatch(term.text) else None


def _cased(term: Term, lang: Lang) -> str:
    """'White' in a cell is 'white' in a sentence; names of places and standards keep their capitals."""
    proper = (term.concept or "").startswith(_PROPER)
    ordinary = lang == "en" and re.match(r"[A-Z][a-z]", term.text) and term.text[1:].islower() and not proper
    return term.text[:1].lower() + term.text[1:] if ordinary and not re.search(r"\d", term.text) else term.text


def _series(items: list[str | None], wording: Wording, key: str = "") -> str | None:
    """All of the items or nothing: a set with members left out would say something else."""
    said = [i for i in items if i]
    name = "place" if key == "origin" else "plain" if key in _LISTED else "series"
    return wording.series(said, name) if said and len(said) == len(items) else None


def _composition(value: Composition, fact: Fact, lang: Lang, wording: Wording) -> str | None:
    if any(p.where and fact.lang != lang for p in value.parts):
        return None
    return _series([_part(p, fact, lang) for p in value.parts], wording)


def _part(part: Part, fact: Fact, lang: Lang) -> str | None:
    name = _term(part.term, fact, lang)
    if name is None:
        return None
    share = f"{_number(part.percent)}% {name}" if part.percent is not None and lang == "en" else name
    if part.percent is not None and lang == "zh":
        share = f"{_number(part.percent)}%{name}"
    if not part.where:
        return share
    return f"{share} ({part.where.lower()})" if lang == "en" else f"{share}（{part.where}）"


def _dates(value: Dates, lang: Lang) -> str | None:
    if value.start != value.end or not value.start:
        return None
    if lang == "en":
        return value.start
    parts = value.start.split("-")
    return "".join(f"{int(n)}{unit}" for n, unit in zip(parts, "年月日", strict=False))


def _prose(value: Prose, fact: Fact, lang: Lang) -> str | None:
    text = value.text.strip().rstrip(".。")
    if fact.key == "safety_class" and lang == "en" and (safety := _SAFETY.fullmatch(text)):
        return f"class {safety[2]}" + (f" ({safety[1].strip()})" if safety[1] else "")
    concept = lexicon.load().exact(text)
    if fact.lang == lang and concept and not concept.startswith(_PROPER):
        named = lexicon.load().say(concept, lang) or ""
        return named if named.lower() == text.lower() else text  # 'Stainless Steel' within a sentence
    if fact.lang == lang or _CODE.fullmatch(text):
        return text
    return lexicon.load().say(concept, lang) if concept else None
