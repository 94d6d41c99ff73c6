"""Names and addresses that the trained tagger finds, made whole: an address takes in the door it stops short of."""

import re
from collections.abc import Iterator
from functools import cache
from math import exp

from goodword.guard.personal.reading import Reading
from goodword.guard.personal.spans import Span
from goodword.guard.personal.words import given_names, known_names, small_words, table, words
from goodword.models import personal
from goodword.types import Lang

_HAN = re.compile(r"[\u4e00-\u9fff]")
_LONGEST = 240  # characters of an address; longer runs are no such thing
_CHUNK = 4000  # characters tagged at a time, cut at a line end or a mark: memory and time stay in step with the text
_CUT = re.compile(r"[\n。！？!?；;]")
_TITLES = re.compile(r"(?:先生|女士|小姐|太太|老师|师傅|经理|同学|阿姨|叔叔|医生|教授)")
_THINGS = (
    "色款味型布钢版城路区镇市县村省街素剂膏霜液粉"  # what names of things and places end in, and names of people do not
)
_HAN_NAME = re.compile(r"[一-龥·• A-Za-z]+")
# What the tagger must gain, by how the text speaks (see `_mode`): all words known names, some, none.
_LEAST = {"spoken": (0.4, 1.2, 2.5), "prose": (3.0, 6.5, 8.5), "title": (9.0, 11.0, 14.0)}
_LEAN = {"spoken": 1.0, "prose": 0.0, "title": 0.0}
_LEAST_HAN = {"spoken": 0.4, "prose": 3.6, "title": 3.6}
_SURE_NAME, _LOWER_NAME, _LEAST_ADDRESS = 9.0, 6.0, 1.5
_COMPANY = re.compile(
    r"(?:['’]s)?,?[ ](?:S\.?[AL]\b|S\.L|S\.C|S\.N|Inc\b|Ltd|LLC|LLP|PLC|GmbH|AG\b|KG|OHG|e\.V|AB\b|ApS|A/S|HB\b|RFH|Oy\b|Ky\b|B\.?V\b|N\.?V\b|S\.?p\.?A|SPA\b|"  # noqa: E501
    r"SARL|SAS\b|s\.p|s\.r|s\.c|j\.d|d\.o|o\.s|a\.s|z o|Sp\.|Kft|Zrt|Ltda|Group\b|Gruppo|Groep|Holding|Bank\b|Brothers|Orchestra|Records|et Fils|e [Ff]igli|y Asociados|& |and Sons|og Søn)"  # noqa: E501
)
# Words of people talking to each other: product copy speaks of nobody, messages speak of somebody.
_SPOKEN = re.compile(
    r"我|您好|你好|亲[，, ]|吗|谢谢|收件|收货|签收|代收|客服|快递|退货|换货|退款|电话|订单|单子|师傅|麻烦|请问|买的|(?<![解传小])说(?!明)|@|姓名|联系|署名|此致|投诉|同事|闺蜜|老公|老婆|室友|邻居|拼单|下单|卖家|店家|掌柜|小孩|转交|转告|"  # noqa: E501
    r"(?i:\b(?:i|i'm|i've|my|me|he|she|thanks|thank|hi|hello|hey|dear|regards|cheers|sincerely|refund|said|says|asked|told|signed|customer|"
    r"recipient|attn|lives?|lived|wrote|directed|starring|spoke|ordered|returned|loves|parcel|courier|ship to|name|born|address|addresses|located at|deliver to|zip code|postcode|return to|complaint)\b)|@"  # noqa: E501
)
_SENTENCE = re.compile(r"\b(?:is|are|was|were|has|have|will|that|this|to|the|at|it|its|does|can|from)\b")
_DOOR = re.compile(
    r"[ ]?(?:[0-9a-zA-Z一二三四五六七八九十-]{1,6}(?:号楼|号|栋|幢|座|单元|室|楼|层|房|户|组)[0-9a-zA-Z-]{0,6}){1,4}|[-#]?[0-9]{1,5}(?:-[0-9]{1,5}){0,3}室?"  # noqa: E501
)
_FINE = re.compile(r"[0-9]|[号栋幢座室楼单元层组弄]|驿站|丰巢|前台|门卫|柜|[路街巷]")
_POSTED = re.compile(
    r"\b[0-9]{5}\b|\b[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}\b|"
    r"(?i:[0-9].*\b(?:box|street|st|road|rd|avenue|ave|lane|drive|close|court|way|place|square|terrace|apt|suite|flat|rue|via|calle|stra(?:ß|ss)e|platz)\b)",
    re.DOTALL,
)
_DOOR_FIRST = re.compile(r"(?:Apt|Suite|Flat|Unit|Floor)\b")
_STREET_BEFORE = re.compile(
    r"(?:[0-9]+[\w/.]{0,6}[ ](?:[^\W\d_][\w.'’-]*[ ]?){1,4}|(?:[^\W\d_][\w.'’-]*[ ]){1,3}[0-9]+[\w/]{0,5})[,\s]{0,3}$"
)
_TOWN_AFTER = re.compile(
    r",?[ ]?\n?[ >]{0,3}(?:[A-ZÀ-Ž][\w.'’-]*[ ,]{0,2}){1,3}(?:\n?[ >]{0,3}(?:[A-Z]{1,2}[- ])?[0-9]{2,6}(?:[- ][0-9A-Z]{2,4})?\b|(?=\n|$))"  # noqa: E501
)
_LEAST_SPOKEN = -8.0
_WORDY = re.compile(r"[^\W\d_]{2}")
_NO_ADDRESS = re.compile(r"[\"@|£$€™®∅×]")
_CODE = re.compile(
    r"\b(?=[A-Z0-9-]*[0-9])(?=[A-Z0-9-]*[A-Z])[A-Z]*[0-9]*[A-Z]+[0-9]+[A-Z0-9-]{2,}\b|[a-z]+-\d|\d{4}-\d{4}"
)
_NUMBERED = re.compile(
    r"[0-9]|(?i:\b(?:box|street|st|road|rd|avenue|ave|lane|drive|close|court|way|place|square|park|terrace|house|row)\b)"
)


def find(reading: Reading, lang: Lang, *, personal_already: bool = False) -> Iterator[Span]:
    """Names and addresses. Chinese characters are read by the Chinese tagger whatever the language of the rest.

    `personal_already` says that the text holds somebody's number or address: then a name is likely too.
    """
    mode = "spoken" if personal_already else mode_of(reading.text)
    for start, end in _chunks(reading.text):
        piece = reading.text[start:end]
        if _HAN.search(piece):
            for tagged in personal.tag(piece, "zh", _LEAN[mode]):
                yield from _chinese(reading, start, tagged, mode)
        if lang == "en" and re.search(r"[A-Za-z]", piece):
            for tagged in personal.tag(piece, "en", _LEAN[mode]):
                yield from _english(reading, start, tagged, mode)


def mode_of(text: str) -> str:
    """How a text speaks: people to each other ('spoken'), in sentences about a thing ('prose'), or as headings do ('title')."""  # noqa: E501
    if _SPOKEN.search(text):
        return "spoken"
    return "prose" if _SENTENCE.search(text) else "title"


def _chunks(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(text):
        end = min(len(text), start + _CHUNK)
        if end < len(text):
            last = max((m.end() for m in _CUT.finditer(text, start + _CHUNK // 2, end)), default=end)
            end = last
        yield start, end
        start = end


def _chinese(reading: Reading, offset: int, tagged: personal.Tagged, mode: str) -> Iterator[Span]:
    start, end = offset + tagged.start, offset + tagged.end
    if end - start > _LONGEST:
        return
    text = reading.text[start:end]
    start, end = start + len(text) - len(text.lstrip(" :：，,")), end - len(text) + len(text.rstrip(" :：，,、"))
    text = reading.text[start:end]
    if tagged.label == "PER":
        end = _whole(reading.text, start, end)
        title = _TITLES.match(reading.text, end)
        end = title.end() if title else end
        if tagged.margin >= _LEAST_HAN[mode] and _may_be_name(reading.text, start, end, tagged.margin):
            yield Span(start=start, end=end, type="PERSON", score=_score(tagged.margin))
        return
    if tagged.margin < (_LEAST_SPOKEN if mode == "spoken" else _LEAST_ADDRESS):
        return
    door = _DOOR.match(reading.text, end)
    end = door.end() if door and not reading.text[door.end() : door.end() + 4].isdigit() else end
    if end - start >= 4 and _FINE.search(reading.text[start:end]) and not _coarse(reading.text[start:end]):
        yield Span(start=start, end=end, type="ADDRESS", score=_score(tagged.margin))


def _may_be_name(text: str, start: int, end: int, margin: float) -> bool:
    """What looks like a name and is none: common words the tagger is not sure of, ends of words, thanks (谢谢叔叔)."""
    name = text[start:end]
    if not 2 <= len(name) <= 20 or not _HAN_NAME.fullmatch(name):
        return False
    if name.startswith("谢") and (name[1] == "谢" or text[start - 1 : start] == "谢"):
        return False
    if margin >= _SURE_NAME:
        return True
    if name[-1] in _THINGS:
        return False
    torn = text[max(0, start - 1) : start + 1] in words() or text[end - 1 : end + 1] in words()
    return name not in words() and name not in _no_names() and not torn


@cache
def _no_names() -> frozenset[str]:
    rows = table("zh_places")
    return frozenset([*rows["provinces"], *rows["cities"], *table("zh_names")["never"]])


def _whole(text: str, start: int, end: int) -> int:
    """Where the name ends: one more character before a mark belongs to it, if names are written with it (欧阳静怡，)."""  # noqa: E501
    rows = table("zh_names")
    surname = 2 if text[start : start + 2] in rows["compound"] else 1 if text[start] in rows["surnames"] else 0
    more = text[end : end + 1]
    if (
        surname
        and end - start == surname + 1
        and more
        and more in rows["given"]
        and not text[end + 1 : end + 2].isalnum()
    ):
        return end + 1
    return end


def _english(reading: Reading, offset: int, tagged: personal.Tagged, mode: str) -> Iterator[Span]:
    start, end = offset + tagged.start, offset + tagged.end
    if end - start > _LONGEST:
        return
    text = reading.text[start:end]
    start += len(text) - len(text.lstrip(" ,.:;>\n\"'“("))
    end -= len(text) - len(text.rstrip(" ,.:;>\n\"'”-"))
    text = reading.text[start:end]
    if tagged.label == "PER":
        if not _COMPANY.match(reading.text, end) and _may_be_latin_name(text, tagged.margin, mode):
            yield Span(start=start, end=end, type="PERSON", score=_score(tagged.margin))
    elif _may_be_address(text, tagged.margin, mode):
        start, end = _stretched(reading.text, start, end)
        yield Span(start=start, end=end, type="ADDRESS", score=_score(tagged.margin))


def _may_be_latin_name(text: str, margin: float, mode: str) -> bool:
    """What looks like a name and is none: words that people write small ('Autumn Bliss'), unless the tagger is sure."""
    parts = [re.sub(r"['’]s$", "", w) for w in re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", text)]
    parts = [w for w in parts if len(w) > 1]
    odd = [w for w in parts if w.lower() not in small_words()]
    listed = sum(w.lower() in known_names() for w in parts)
    if not parts or _HAN.search(text) or (not odd and margin < _SURE_NAME):
        return False
    if not any(w[0].isupper() for w in parts) and margin < (_LOWER_NAME if listed == len(parts) else 2 * _LOWER_NAME):
        return False
    if _town(text) and (mode != "spoken" or text.lower() not in given_names()):
        return False
    if mode != "spoken" and not all(w[0].isupper() for w in parts):
        return False
    return margin >= _LEAST[mode][0 if listed == len(parts) else 1 if listed else 2]


def _stretched(text: str, start: int, end: int) -> tuple[int, int]:
    """An address made whole: the street line before 'Apt. 3', the town and post code on the lines after."""
    if _DOOR_FIRST.match(text, start):
        street = _STREET_BEFORE.search(text[max(0, start - 60) : start])
        start = start - len(street.group()) if street else start
    tail = _TOWN_AFTER.match(text, end)
    return start, tail.end() if tail else end


def _may_be_address(text: str, margin: float, mode: str) -> bool:
    """A house number or a word for a street; where nobody speaks, more of what addresses look like and codes do not."""
    least = _LEAST_SPOKEN if mode == "spoken" else _LEAST_ADDRESS
    if margin < least or len(text) < 5 or not (_NUMBERED.search(text) and _WORDY.search(text)):
        return False
    if _HAN.search(text) or _NO_ADDRESS.search(text):
        return False
    if mode == "spoken" or (_POSTED.search(text) and not _CODE.search(text)):
        return True
    return margin >= _SURE_NAME and "," in text.replace("\n", ",") and text[0].isdigit() and not _CODE.search(text)


def _town(text: str) -> bool:
    return re.sub(r"['’]s$", "", text) in table("en_places")["towns"]


def _score(margin: float) -> float:
    """From what the tagger gains to 0.5..0.95."""
    return round(0.95 - 0.45 * exp(-max(margin, 0.0) / 8), 3)


@cache
def _place() -> re.Pattern[str]:
    rows = table("zh_places")
    names = "|".join([*rows["provinces"], *rows["cities"]])
    return re.compile(rf"(?:(?:{names})[省市]?(?:自治区)?|[一-龥]{{1,4}}[省市区县州])+")


def _coarse(text: str) -> bool:
    """Whether it names no more than a city or district."""
    return bool(_place().fullmatch(text))
