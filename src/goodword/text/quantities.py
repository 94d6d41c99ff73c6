"""Quantities in running text and in cells: numbers, ranges, dimensions, tolerances, hedges, units.

English and Chinese, half and full width, mixed. Model names (IPX7, E27, iPhone 15, 5G, USB-C 3.2) are no quantities,
nor are dates, ratios (16:9) and numbers with a comma that parts no thousands (see `numbers`).
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache

from goodword.text import compounds, dates, offers, units
from goodword.text.normalise import Folded, fold
from goodword.text.numbers import CHINESE, ENGLISH, FIGURES, number, well_formed
from goodword.types import Hedge, Lang, Quantity

_LONGEST_KEPT, _LONGEST_RECENT = 200, 4000  # cells and titles come again and again, copy only while it is judged
_HEDGES_BEFORE: tuple[tuple[str, Hedge], ...] = (
    (
        r"(?:别|不要|切?勿|不能|不可|不得)(?:超过|大过|高过|高于|多于|大于)|up to|max(?:imum)?\.?|no(?:t)? more than|not over|at most|within|not? exceed(?:ing)?|less than or equal to|n(?:o|ever|ot) (?:louder|longer|heavier|wider|taller|higher|thicker|hotter|larger|bigger|older) than|最长|最高|最多|最大|可达|高达|长达|不超过|不高于|不大于|不多于|至多|≤|<=",  # noqa: E501
        "up_to",
    ),
    (r"at least|min(?:imum)?\.?|no(?:t)? less than|至少|不低于|不少于|不小于|最低|最少|≥|>=", "at_least"),
    (
        r"about|approx(?:imately|\.)?|around|roughly|circa|ca\.|nearly|almost|(?<![v伏])~|≈|约(?:为|需|合|有|是|在)?|大概(?:要|需|是|有)?|差不多(?:要|需|是|有)?|大约|将近|近",
        "about",
    ),
    (
        r"(?<!connects )(?<!connect )(?<!works )(?<!work )(?<!runs )(?<!streams )over"  # 'connects over 2.4 GHz'
        r"|more than|above|超过|大于|高于|超|逾|>",
        "over",
    ),
    (r"under|less than|below|低于|小于|不到|不足|<", "under"),
    (r"typ(?:ical(?:ly)?|\.)?|典型值?", "typical"),
)
_HEDGES_AFTER: tuple[tuple[str, Hedge], ...] = (
    (r"左右|上下(?!铺|床|层|装|颠)|or so|approx\.?", "about"),
    (r"以上|,?\s*(?:and|or|&)\s+(?:over|up\b|above|older|more)|及以上|起|\+(?!\s*\d)|plus\b", "at_least"),
    (
        r"以内|以下|之内|内(?![衬胆含径部裤衣里])|里(?=[吃用喝]完)|(?:or|and) (?:less|below|under|younger)"
        r"|max\.?(?![a-z])|,? at (?:the )?most",
        "up_to",
    ),
    (r"\(?typ\.?(?:ical)?\)?|（典型）|\(典型值?\)|典型值?", "typical"),
)
_ANY = re.compile(rf"\d|[零〇一二两三四五六七八九十百千半]|对折|half|dozen|\b(?:{ENGLISH})\b")
# What looks like a number and counts nothing: dates, ratios, clothing sizes, foreign decimals, 数百, 十几.
_NOTHING = re.compile(
    r"(?<![\d.])(?:\d{1,2}(?P<sep>[/.-])\d{1,2}(?P=sep)(?:\d{4}|\d\d(?![^\s,;)]))|(?:19|20)\d\d[/.-]\d{1,2}[/.-]\d{1,2})(?![\d.])|(?<![\d.])\d{1,4}:\d{1,4}(?![\d.])"
    r"|1[3-9]\d/\d{2,3}[abcy](?![a-z])|(?P<number>\d+(?:[.,]\d+)+)|一年四季|零(?:部?件|配件|食|钱|售|碎|嘴|星|散)|[数几好][十百千万亿]+|[十百千万]+几"
)
_BETWEEN = re.compile(rf"\bbetween(?=\s+{FIGURES}(?:\s*[^\W\d_]{{1,9}})?(?P<and>\s+and)\s+{FIGURES})")
_NETWORK = re.compile(
    r"\s*-?\s*(?:\+|network|phone|smartphone|wireless|lte|modem|router|tablet|signal|mobile|cellular|connect|band|sim|ready|wi-?fi"
    r"|手机|网络|网|全网通|信号|基站|移动|联通|电信|版|通信|通讯|双模|芯片|时代|智能|路由|平板|双卡|频段|速度)"
)
_TEXTILE = re.compile(
    r"\s*(?:polyester|nylon|oxford|cordura|ripstop|fabric|tights|leggings|stockings|涤|尼龙|牛津|锦纶|聚酯|丝袜|天鹅绒|面料)"
)
_NAMED = re.compile(
    r"(?<![a-z\d])(?:iphone|ipad|galaxy|mate|pixel|bluetooth|蓝牙|usb|usb-c|wi-?fi|windows|android|ios|size|尺码|no\.|型号|model|hdmi|series|type|version|v|ps|gen|第)[\s:：]*$"
)  # fmt: skip
_NO_INCH = r"(?!-?\d)(?!\s+(?:\d|(?:one|the|an?|this|total|each|our|your|all|any|its?|stock|store|use|bulk|peace|place|turn|every|each|his|her|their|my|black|white|red|blue|green|grey|gray|pink)\b))"  # noqa: E501
# Characters that make another word of the unit before them: 2升级, 3尺寸, 2周年, 3天然.
_NOT_BEFORE = {
    "升": "级降", "天": "然鹅猫", "尺": "寸码度", "周": "年边到围末", "年": "轻代级货", "岁": "月", "安": "全装卓静心",
    "米": "色饭其", "两": "种个款件条只张把面层次边端侧手人天年用头",
    "瓦": "楞片", "度": "假", "匹": "配", "目": "标的录前", "丝": "绸绒巾袜棉路滑柔",
}  # fmt: skip
_MARKS = {'"', "”"}
_FEW = re.compile(r"[下个天句年次笔口杯只人件种样步日]")
_LIQUOR = re.compile(r"酒|茅台|二锅头|白干|vol")


@cache
def _pattern() -> re.Pattern[str]:
    # Longest form first, so that 'fl oz' beats 'f' and 'mAh' beats 'm'.
    written = sorted(units.forms(), key=len, reverse=True)
    unit = "|".join(re.escape(w) + _border(w) for w in written)
    counters = sorted(units.counters(), key=len, reverse=True)
    count = "|".join(re.escape(w) + (r"(?![a-z])" if w[-1].isascii() else "") for w in counters)
    any_number = rf"(?:{FIGURES}|(?<![a-z])(?:{ENGLISH})(?![a-z])|(?![百千]+(?:克|瓦|米|帕|焦|卡|分))(?:{CHINESE}))"
    first = r"(?=[\d.−零〇一二两三四五六七八九十百千半adefhnost-])"  # at most places no number can begin
    return re.compile(
        rf"{first}(?P<low>(?:(?<![a-z\d._])(?<!\d,)|(?<=\dx)|(?<=\bac)|(?<=\bdc)|(?<=\dv)(?=[\d.]+\s?a(?![a-z]))|(?<=[a-z])(?=[零一二两三四五六七八九十百]))(?<!\bf/)(?<![a-z]-)(?:零下\s*)?[-−]?{any_number}(?:\s*(?:万|亿|千(?!克|瓦|米|帕|焦|卡|赫)|k(?=\s*(?:mah|wh|hz)?\b)(?!g|w|m|p|j|c|h|\b)))?)"
        rf"(?:\s*(?P<lowunit>{unit})(?=\s*(?:[(（]?\s*±|\+/-|-|–|—|~|～|to|至|到)))?"
        rf"(?P<tol>\s*[(（]?\s*(?:±|\+/-)\s*(?P<tolnum>{FIGURES})\s*(?P<tolpct>%)?)?"
        rf"(?P<range>\s*(?:-|–|—|~|～|to|至|到)\s*(?P<high>[-−+]?{FIGURES}\s*(?:万)?))?"
        rf"(?P<more>[多余+](?=\s*(?:{unit}|{count})))?"
        rf"[\s-]*(?:(?P<unit>{unit})|(?P<counter>{count}))?",
    )


def _border(form: str) -> str:
    """What may not follow a unit: letters after letters, 'in' as a word (2 in 1, 3 in stock), an opening quote."""
    if form == "in":
        return r"(?![a-z])" + _NO_INCH
    if form in _NOT_BEFORE:
        return f"(?![{_NOT_BEFORE[form]}])"
    if form in {'"', "”"}:
        return r"(?![a-z]{2})"  # but 24"W is a side
    return r"(?![a-z])" if form[-1].isascii() and form[-1].isalpha() else ""


@cache
def _hedged_at_all() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Whether any hedge stands before or after; most quantities have none."""
    before, after = ("|".join(p for p, _ in rows) for rows in (_HEDGES_BEFORE, _HEDGES_AFTER))
    return re.compile(rf"(?:{before})\s*(?:an?\s+)?[:：]?\s*$"), re.compile(rf"\s*(?:{after})")


@cache
def _hedge(which: str) -> tuple[tuple[re.Pattern[str], Hedge], ...]:
    if which == "before":
        return tuple((re.compile(rf"(?:{p})\s*(?:an?\s+)?[:：]?\s*$"), h) for p, h in _HEDGES_BEFORE)
    return tuple((re.compile(rf"\s*(?:{p})"), h) for p, h in _HEDGES_AFTER)


def find(text: str, lang: Lang | None = None) -> list[Quantity]:
    """Every quantity of `text`, left to right, with spans that slice back. Bare numbers have no unit.

    Args:
        lang: kept for callers that know it; both languages are always read.
    """
    if len(text) > _LONGEST_RECENT:
        return list(_find(text))
    return list(_kept(text) if len(text) <= _LONGEST_KEPT else _recent(text))


@lru_cache(maxsize=8192)
def _kept(text: str) -> tuple[Quantity, ...]:
    return _find(text)


@lru_cache(maxsize=64)
def _recent(text: str) -> tuple[Quantity, ...]:
    return _find(text)


def _find(text: str) -> tuple[Quantity, ...]:
    folded = fold(text)
    if not _ANY.search(folded.text):
        return ()
    whole, special = _prepared(folded, text)
    found = [*special, *_plain(whole, folded, text)]
    found = compounds.merge(_share_units(sorted(found, key=lambda q: q.start), whole), whole)
    home = (_at_home(q, folded) for q in found)
    return tuple(q for q in home if any(c.isnumeric() or c.isalpha() for c in text[q.start : q.end]))


def _at_home(q: Quantity, folded: Folded) -> Quantity:
    start, end = folded.home(q.start, q.end)
    return q if (start, end) == (q.start, q.end) else replace(q, start=start, end=end)


def _prepared(folded: Folded, text: str) -> tuple[str, list[Quantity]]:
    """The folded text with all blanked out that the plain pattern must not read, and what is read otherwise."""
    whole = folded.text
    for wide, put in (("，", ";"), ("：", "：")):  # part a list, never thousands, decimals or the sides of a ratio
        if wide in text:
            whole = "".join(put if text[folded.origin[i]] == wide else c for i, c in enumerate(whole))
    for m in _BETWEEN.finditer(whole) if "between" in whole else ():
        whole = f"{whole[: m.start()]}       {whole[m.end() : m.start('and')]} to {' ' * (m.end('and') - m.start('and') - 4)}{whole[m.end('and') :]}"  # noqa: E501
    if "乘" in whole:
        whole = re.sub(r"(?<=\d)乘(?=\d)|(?<=米)乘(?=\d)", "x", whole)
    if " by " in whole:
        whole = re.sub(r"(?<=\d) by (?=\d)", " x  ", whole)
    special, blank = offers.find(whole)
    special += [_hedged_too(q, whole) for q in compounds.find(whole)]
    blank += [(q.start, q.end) for q in special]
    blank += [m.span() for m in _NOTHING.finditer(whole) if not m["number"] or not well_formed(m["number"])]
    if len(whole) == len(text):
        blank += [(a, b) for _, a, b in dates.find_dates(text)]
    for start, end in blank:
        whole = whole[:start] + "\0" * (end - start) + whole[end:]
    return whole, special


def _hedged_too(q: Quantity, text: str) -> Quantity:
    hedge, start, end = _hedged(text, q.start, q.end)
    low = None if hedge in {"up_to", "under"} and q.low == q.high else q.low
    return replace(
        q, low=low, high=None if hedge in {"at_least", "over"} else q.high, hedge=hedge, start=start, end=end
    )


def _plain(whole: str, folded: Folded, text: str) -> Iterator[Quantity]:
    at = 0
    while match := _pattern().search(whole, at):
        low, high = match["lowunit"], match["unit"]
        parted = bool(low and match["range"] and _dimension(low) != _dimension(high))  # '220V~50Hz' is no range
        at = match.end("lowunit") if parted else match.end()
        last = match.end("unit") if match["unit"] else match.end("lowunit") if low else match.end("low") + 1
        original = text[folded.origin[last - 1]] if last <= len(whole) else ""
        if original in _MARKS and _closes(text, folded.origin[last - 1]):  # “45合1” is no 1 inch
            continue
        if quantity := _read(match, whole, original, parted=parted):
            yield quantity


def _closes(text: str, at: int) -> bool:
    """Whether a mark closes a quotation: one was opened before it and not closed since."""
    before = text[:at]
    if text[at] == "”" and "“" in before:
        return before.rfind("“") > before.rfind("”")
    opened = [m.start() for m in re.finditer('"', before) if not before[m.start() - 1 : m.start()].isdigit()]
    return text[at] == '"' and len(opened) % 2 == 1


def _dimension(unit: str | None) -> str:
    return units.dimension(units.forms()[unit]) if unit else ""


def _read(match: re.Match[str], text: str, original: str, *, parted: bool) -> Quantity | None:
    low = number(match["low"])
    unit, counter = (match["lowunit"], None) if parted else (match["unit"] or match["lowunit"], match["counter"])
    worded = not any(c.isdigit() for c in match["low"])
    if low is None or (worded and not (unit or counter)) or _is_model(match, text, unit, original):
        return None
    if worded and (counter == "口" or _is_phrase(match, text, unit)):  # 一家三口, 一口价
        return None
    if _is_per(match, text, unit):
        return None
    high = number(match["high"]) if match["range"] and not parted else None
    tolerance = number(match["tolnum"]) if match["tol"] else None
    name = units.forms()[unit] if unit else ""
    first = units.forms()[match["lowunit"]] if match["lowunit"] else name
    if first != name and units.dimension(first) == units.dimension(name):  # '20 Hz - 20 kHz', '3 cm ± 2 mm'
        high, tolerance, name = units.convert(high, name, first), units.convert(tolerance, name, first), first
    if (high is not None and high < low and not unit) or (unit == "年" and 1900 <= low <= 2100):
        return None
    end = _end(match, unit=bool(unit), counter=bool(counter), parted=parted)
    hedge, start, end = _hedged(text, match.start(), end)
    if match["more"] and hedge == "exact":
        hedge = "at_least" if match["more"] == "+" else "over"
    if unit == "d" and original == "D":
        name = "denier_"
    if name == "degree_Celsius" and unit == "度" and _LIQUOR.search(text[max(0, start - 8) : end + 8]):
        name = "percent_volume"
    return Quantity(
        low=None if hedge in {"up_to", "under"} and high is None else low,
        high=high if high is not None else (None if hedge in {"at_least", "over"} else low),
        unit=name,
        counter="" if unit else units.counters().get(counter or "", ""),
        hedge=hedge,
        tolerance=None if match["tolpct"] else tolerance,
        tolerance_percent=tolerance if match["tolpct"] else None,
        start=start,
        end=end,
    )


def _is_phrase(match: re.Match[str], text: str, unit: str | None) -> bool:
    """一度 is 'once', 一两 'one or two', 三两个 'a few', 四周 'all around', 'one in' no inch: no measure."""
    if unit in {"in", "in."} or (unit == "周" and match["low"] == "四"):
        return True
    if len(match["low"]) > 1 or unit not in {"两", "度", "丝"}:
        return False
    return unit != "两" or match["low"] in {"一", "两", "半"} or bool(_FEW.match(text, match.end("unit")))


def _end(match: re.Match[str], *, unit: bool, counter: bool, parted: bool) -> int:
    if parted:
        return match.end("lowunit")
    if match["unit"] and unit:
        return match.end("unit")
    if counter:
        return match.end("counter")
    for group in ("range", "tol", "lowunit", "low"):
        if match[group]:
            return match.end(group)
    return match.end()


def _is_per(match: re.Match[str], text: str, unit: str | None) -> bool:
    """The 100 g of '12 g/100 g' and the 24 h of 'g/m²/24h' say per what."""
    per = text[match.start() - 1 : match.start()] == "/" and match["low"] in {"1", "100", "24", "1000"}
    return per and bool(unit) and not match["range"]


def _is_model(match: re.Match[str], text: str, unit: str | None, original: str) -> bool:
    """Numbers inside names: 'iPhone 15', 'PM2.5', 'Size 42', '5G', '4K', 'Bluetooth 5.3', 'No. 3', 5号."""
    before = text[max(0, match.start() - 14) : match.start()]
    if _NAMED.search(before):
        return not match["unit"] or match["unit"] in {"m", "s", "a", "l", "h", "v"}
    end = match.end("low")
    after = text[end : end + 2]
    low = number(match["low"])
    if unit == "k":
        return low is not None and low < 1000  # 4K, 18K gold; 2700K is a colour temperature
    if unit == "d" and original == "D":  # 3D, EOS 600D; 600D Oxford is denier
        return not (match["unit"] and _TEXTILE.match(text, match.end("unit")))
    if unit == "g" and match["low"] in {"1", "2", "3", "4", "5", "6"}:
        return _is_network(match, text, original)
    if unit == "a" and after[:1] == " " and re.match(r"\s+[a-z]", text[match.end("unit") :] if match["unit"] else ""):
        return True  # 'twice or 2 a day'
    return bool(re.match(r"(?:[a-wyz]\d|[gkp](?![a-z\d.])|d(?![a-z])|号(?!码))", after)) and not unit


def _is_network(match: re.Match[str], text: str, original: str) -> bool:
    """'5G' is a network, '5g' a weight, unless the words around say otherwise."""
    end = match.end("unit") if match["unit"] else match.end("lowunit")
    if _NETWORK.match(text, end) or re.search(r"(?:支持|网络|network|support)\s*[:：]?\s*$", text[: match.start()]):
        return True
    joined = (
        re.match(r"\s*[x×*/±]", text[end:]) or re.search(r"\d\s*[x×*]\s*$", text[: match.start()]) or match["range"]
    )
    return original == "G" and not joined


def _hedged(text: str, start: int, end: int) -> tuple[Hedge, int, int]:
    before = text[max(0, start - 22) : start]
    any_before, any_after = _hedged_at_all()
    if before and any_before.search(before):
        for pattern, hedge in _hedge("before"):
            hit = pattern.search(before)
            if hit and not (
                hit.group()[0].isalpha() and hit.group()[0].isascii() and before[: hit.start()][-1:].isalpha()
            ):
                return hedge, start - len(before) + hit.start(), end
    if end < len(text) and any_after.match(text, end):
        for pattern, hedge in _hedge("after"):
            if hit := pattern.match(text, end):
                return hedge, start, hit.end()
    return "exact", start, end


def _share_units(found: list[Quantity], text: str) -> list[Quantity]:
    """'120x60x75 cm': a unit given once, at the end, holds for the numbers joined to it; in '6 x 330 ml' 6 counts."""
    for i in range(len(found) - 2, -1, -1):
        q, following = found[i], found[i + 1]
        if q.unit or q.counter or not (following.unit or following.counter):
            continue
        between = text[q.end : following.start]
        times = re.fullmatch(r"\s*[x×*]\s*", between)
        if times and following.unit and units.dimension(following.unit) not in {"[length]", "[pixel_x]"}:
            continue
        summed = re.fullmatch(r"\s*\+\s*", between) and not re.search(r"[x×*]\s*$", text[: q.start])  # 40+5cm
        if times or summed or re.fullmatch(r"\s*(?:[/、;,]|和|或|and|or)\s*", between):
            found[i] = replace(q, unit=following.unit, counter=following.counter)
    return found
