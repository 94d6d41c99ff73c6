"""Names of people by the words around them: 收件人, 'my name is', 黄女士, Mr Patel. What has no such words is the tagger's."""  # noqa: E501

import re
from collections.abc import Iterator
from functools import cache

from goodword.guard.personal.reading import Reading
from goodword.guard.personal.spans import Span
from goodword.guard.personal.tagged import mode_of
from goodword.guard.personal.words import given_names, known_names, small_words, table, words

_LATIN = r"[A-Z][A-Za-z'’-]+(?:[ ][A-Z][A-Za-z'’.-]*){1,3}"
_LATIN_CUED = re.compile(
    r"(?:姓名|户名|收款人|收件人|收货人|联系人|英文名|旅客|乘客|本人|我叫|我是|护照名?|持卡人|署名)[^\w]{0,3}(?:是|为|叫)?[^\w]{0,2}"
    rf"(?P<name>{_LATIN})(?![A-Za-z])"
)
_WORD = r"[^\W\d_]+(?:['’-][^\W\d_]+)*"
# The title itself is covered; the name after it must be capitalised, unless the title is.
_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mister|Mx|Dr|Prof|Professor|Sir|Madam|Capt|Captain|Rev|Auntie|Aunt|Uncle|Grandma|Grandpa|"
    rf"Granny|Nurse|mr|mrs|ms|dr)\b\.?[ ](?P<name>(?:{_WORD}[ ])?(?:(?:van|von|de|der|den|la|el|al|bin|O'|St\.)[ ]){{0,2}}{_WORD})"  # noqa: E501
)
_NAME = rf"(?P<name>[A-Z](?:{_WORD}|\.)?(?:[ ](?:(?:van|von|de|der|den|la|el|al|bin|da|di|du)[ ]){{0,2}}[A-Z](?:{_WORD}|\.)?){{0,3}})"  # noqa: E501
_LEAD = r"(?:[\"“'(]|(?:mr|mrs|ms|dr)\.?[ ])?"
# Said in a sentence: a blank, and the name.
_SAID = re.compile(
    r"\b(?i:my (?:full |first |last |sur)?name(?:'s| is)|name on (?:the|my) (?:card|account|order|parcel) is|in the name of|under the name(?: of)?|"  # noqa: E501
    r"change (?:it|the name) to|registered to|signed (?:for )?by|authori[sz]e|c/o|care of|what's your (?:full |last |first )?name\?|"  # noqa: E501
    rf"(?:sur|maiden |last |first )name is|i am called|(?:they|everyone) calls? me|made out to|attn:?|love from)[ ]{_LEAD}{_NAME}"  # noqa: E501
)
# Headings and closings: a colon, comma or line end, and the name.
_HEADED = re.compile(
    r"(?i:(?<![\w ])(?:full |customer |contact |first |last )?name|(?<![\w])recipient|account holder|cardholder|contact person|attention|signed|"  # noqa: E501
    r"(?<![\w])(?:contact|customer|user|passenger|guest|patient|buyer)|(?<![\w])surname|yours (?:sincerely|faithfully|truly)|"  # noqa: E501
    rf"(?:kind |best |warm )?regards|sincerely|cheers|many thanks|thanks|thank you|best|love|ship to|deliver to|from|to)[ ]?(?:[:,—]|[ ]-[ ]|(?=\n))\s{{0,3}}{_LEAD}{_NAME}(?=$|[^\w]*(?:\n|$)|[ ]?[,;|/(]|[ ]-|\.[ ])"  # noqa: E501
)


_HEADING = re.compile(
    r"(?i:.{0,9}name|recipient|account|card|contact|attention|signed|customer|passenger|guest|patient|buyer|surname|ship|deliver)"
)


# What a name that the lists know may follow: 'this is', 'my nephew,'.
_KIN = re.compile(
    r"(?:\b(?:[Tt]his is|[Ii]t's|I'm|I am|[Hh]ere is)|\b(?:[Mm]y|[Oo]ur) (?:husband|wife|partner|son|daughter|nephew|niece|mum|mom|dad|sister|brother|friend|boss|"  # noqa: E501
    r"colleague|neighbou?r|flatmate|boyfriend|girlfriend|fianc[eé]e?|owner|manager),?|\b[Cc]all|\b[Aa]sk(?: for)?|\b(?:spoke|talked|chatted) (?:to|with)|\bserved by)"  # noqa: E501
    r"[ ](?P<name>[A-Z][^\W\d_A-Z]+(?:[ ][A-Z][^\W\d_]+(?:-[A-Z][^\W\d_]+)?)?)"
)


def find(reading: Reading) -> Iterator[Span]:
    """Names with a sign beside them."""
    yield from _chinese(reading)
    for match in _LATIN_CUED.finditer(reading.text):
        yield Span(start=match.start("name"), end=match.end("name"), type="PERSON", score=0.93, sure=True)
    yield from _western(reading)


def _chinese(reading: Reading) -> Iterator[Span]:
    titled, cued = _patterns()
    for match in titled.finditer(reading.text):
        if not _holds(reading.text, match):
            continue
        yield Span(start=match.start(), end=match.end(), type="PERSON", score=0.88)
    for match in cued.finditer(reading.text):
        yield Span(start=match.start("name"), end=match.end("name"), type="PERSON", score=0.9, sure=True)


def _holds(text: str, match: re.Match[str]) -> bool:
    """Whether the surname is one and no end of a word before it: 方老师您好, but not 对老师; 卓工, but not 安卓工程师."""  # noqa: E501
    start, surname = match.start(), match.group("surname")
    before = text[max(0, start - 1) : start]
    if surname in table("zh_names")["wordlike"] and before.isalnum():
        return False
    whole = text[start : match.start("title")]
    return before + surname[0] not in words() and (
        len(whole) < 2 or whole in table("zh_names")["compound"] or whole not in words()
    )


def beside(reading: Reading) -> Iterator[Span]:
    """Names that stand by themselves between marks, in a text that holds somebody's number or address."""
    for match in _alone().finditer(reading.text):
        if match.group() not in words() and match.group() not in table("zh_names")["never"]:
            yield Span(start=match.start(), end=match.end(), type="PERSON", score=0.75)


@cache
def _alone() -> re.Pattern[str]:
    rows = table("zh_names")
    compound = "|".join(rows["compound"])
    plain = "".join(c for c in rows["surnames"] if c not in rows["wordlike"])
    return re.compile(
        rf"(?:(?<=^)|(?<=[\s，,：:/、；;|】】（(]))(?:(?:{compound})[一-龥]{{1,2}}|[{plain}][一-龥]{{1,2}})(?=收?(?:$|[\s，,：:/；;|（(]))"
    )


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    rows = table("zh_names")
    compound = "|".join(rows["compound"])
    surname = f"(?:{compound}|[{rows['surnames']}])"
    title = "|".join(rows["title"])
    titled = re.compile(
        rf"(?P<surname>{surname})(?:[{rows['given']}]{{1,2}})??(?P<title>{title})(?![一-龥]?(?:专用|推荐款|风|款|裙|装|课))"
    )
    end = r"(?=$|[^\w·]|[0-9]|[收电手住女先地性订名号单购买申是的在同])"
    words = "|".join(sorted(rows["certain"], key=len, reverse=True))
    cued = re.compile(
        rf"(?:{words})(?:[^\w\n]{{0,4}}|\n)(?:是|为|叫|填|写)?[^\w\n]{{0,2}}"
        rf"(?P<name>(?:{compound})[一-龥]{{1,2}}|[{rows['surnames']}][一-龥]{{1,2}}|[一-龥]{{2,8}}·[一-龥]{{1,8}}){end}"
    )  # fmt: skip
    return titled, cued


def _western(reading: Reading) -> Iterator[Span]:
    speaks = mode_of(reading.text) == "spoken"
    for match in _TITLED.finditer(reading.text):
        name = match.group("name")
        start, end = match.start(), match.end()
        words = name.split()
        if not words[-1][0].isupper() and len(words) > 1 and words[0][0].isupper():
            end, words = match.start("name") + len(words[0]), words[:1]
        shown = words[0][0].isupper() or (match.group()[:2] in {"mr", "ms"} and len(words[0]) > 2)
        # Where nobody speaks, 'Dr. Somebody's Soap' is a brand.
        if shown and (speaks or (match.group()[0] in "MPGAU" and not re.search(r"['’]s$", words[0]))):
            yield Span(start=start, end=end, type="PERSON", score=0.9)
    for match in _KIN.finditer(reading.text):
        parts = match.group("name").lower().split()
        if parts[0] in known_names() and not _no_name().search(match.group("name")):
            known = parts[0] not in small_words() or len(parts) > 1 or parts[0] in given_names()
            if known and parts[0].capitalize() not in table("en_places")["towns"]:
                yield Span(start=match.start("name"), end=match.end("name"), type="PERSON", score=0.8)
    for pattern, score in ((_SAID, 0.87), (_HEADED, 0.84)):
        for match in pattern.finditer(reading.text):
            if pattern is _HEADED and not speaks and not _HEADING.match(match.group()):
                continue
            if not _no_name().search(match.group("name")):
                yield Span(start=match.start("name"), end=match.end("name"), type="PERSON", score=score, sure=True)


@cache
def _no_name() -> re.Pattern[str]:
    """Words after 'Regards,' or 'Name:' that name nobody."""
    return re.compile(rf"\b(?:{'|'.join(table('cues')['never']['name'])})\b", re.IGNORECASE)
