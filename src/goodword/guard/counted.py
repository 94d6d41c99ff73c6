"""Numbers that measure nothing: how many colours or sizes there are, version numbers, any figure left unjudged."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from goodword.guard.base import Matter
from goodword.guard.held import NAMING, Held, evidence
from goodword.guard.words import load, measures, rows, stem
from goodword.text import quantities
from goodword.text.normalise import fold
from goodword.types import Claim, Evidence, Fact, Quantities, Quantity, Stance, Terms, Verdict

_FIGURE = re.compile(r"(?<![a-z0-9.,])\d+(?:[.,]\d+)*(?![\d])")
_WORDS = "two|three|four|five|six|seven|eight|nine|ten"
_VALUES = re.compile(
    rf"(?<![a-z0-9.])(?P<en>\d+|{_WORDS})\s+(?P<things>colou?rs?|shades|sizes|flavou?rs|scents)\b"
    r"|(?P<zh>\d+|[两二三四五六七八九十])(?:种|个|款)?(?P<what>颜色|色(?!号|温)|尺码|码可选|口味|香型|(?<=[个种款])码)"
)
_NUMBER_WORDS = rf"{_WORDS}|eleven|twelve|fifteen|sixteen|twenty|thirty|forty|fifty|sixty|ninety|hundred|dozen"
_EN_NUMBER = re.compile(rf"(?i)(?<![\w-])(?P<n>{_NUMBER_WORDS})(?![\w])")
_ZH_DIGITS = "一二两三四五六七八九十"
_ZH_NUMBER = re.compile(rf"(?P<n>[{_ZH_DIGITS[1:]}]+)(?=[{measures()}{rows('words')['measures']['counted']}])")
_NEXT = re.compile(r"[\s×x*-]*(?P<word>[a-z]+|[\u4e00-\u9fff])")
_LAST = re.compile(r"(?P<word>[a-z]+|[\u4e00-\u9fff])[\s:：.-]*$")
_JOINTS = {"eu", "uk", "us", "and", "or", "to", "at", "和", "或", "与", "及", "至", "到", "为"}
_ONES = {w: n for n, w in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], start=1)}
_COMPOUND = re.compile(rf"(?i)-(?P<ones>{'|'.join(_ONES)})\b")
_CHILDREN = re.compile(r"(?i)\b(?:child(?:ren)?|kids|aged?|ages|babies|toddlers)\b|岁|儿童|孩子|宝宝")
_HALF = re.compile(r"(?i)\s+and a half\b")
_EN_TO = re.compile(rf"(?i)\s*(?:to|or|-)\s*(?P<n>{_NUMBER_WORDS})\b")
_EN_THING = re.compile(r"(?:\d[\d,.]*|[a-z]+)[\s-]+(?P<things>[a-z]+(?:[\s-][a-z]+){0,2})")
_ZH_THING = re.compile(rf"(?:\d+|[{_ZH_DIGITS}]+)[{measures()}]的?(?P<thing>[\u4e00-\u9fff]{{2,4}}|[a-zA-Z][a-zA-Z-]+)")
_EN_HELD = re.compile(
    rf"(?<![\w.])(?P<n>\d+|{_NUMBER_WORDS}|dual|twin)[\s×x-]+(?P<things>[a-z]+(?:[\s-][a-z]+){{0,1}})"
)
_ZH_HELD = re.compile(
    rf"(?P<things>[\u4e00-\u9fff]{{2,6}}?|[a-z][a-z-]+)\s*[×x*]?\s*(?P<n>\d+|[{_ZH_DIGITS}])(?:[{measures()}]|$|[、，,])"
)
_ZH_COUNTED = re.compile(rf"(?P<n>\d+|[{_ZH_DIGITS}])[{measures()}](?P<things>[\u4e00-\u9fff]{{2,6}})")
_BEFORE = re.compile(r"(?i)([a-z][a-z0-9-]*[a-z]|[\u4e00-\u9fff]{2})(?:接?口)?(?:有|共)?$")
_PORTS = re.compile(r"(?i)\s*(?:\w+[ -])?(?:ports?|sockets?|outlets?|devices?)\b|个(?:接|插)?口")
# Lists of which copy says how many they are.
_COUNTABLE = {
    "colour",
    "size",
    "flavour",
    "scent",
    "ingredients",
    "ports",
    "compatibility",
    "capacity",
    "speed_settings",
}
_KEYS = {"c": "colour", "sh": "colour", "si": "size", "f": "flavour", "sc": "scent",
         "颜": "colour", "色": "colour", "尺": "size", "码": "size", "口": "flavour", "香": "scent"}  # fmt: skip


def values(matter: Matter, held: Held) -> Iterator[Verdict]:
    """'three colours' against the colours the facts list."""
    for m in _VALUES.finditer(fold(matter.text).text):
        if len(fold(matter.text).text) != len(matter.text):
            return
        thing = m["things"] or m["what"]
        key = _KEYS.get(thing[:1]) or _KEYS.get(thing[:2], "")
        count = _count(m["en"] or m["zh"])
        claim = Claim(start=m.start(), end=m.end(), kind="number")
        listed = [(f, n) for f in held.facts if f.key == key and (n := _listed(f))]
        for fact, number in listed[:1]:
            stance = "supported" if number == count else "refuted"
            yield Verdict(claim=claim, stance=stance, evidence=(evidence(fact, 0, len(fact.text)),))  # type: ignore[arg-type]


def bound(matter: Matter, held: Held, start: int, end: int) -> tuple[Stance, Evidence] | None:
    """A count against what the facts count of the same thing: 'three USB-A ports' against '2 USB-A, 1 USB-C'."""
    said = _count(
        re.sub(
            r"[^\w.].*|[^\d].*$" if matter.text[start].isdigit() else r"[\s-].*$", "", fold(matter.text[start:end]).text
        )
    )
    if said is None:
        return None
    found = [(fact, a, b, n) for thing in things(matter, start) for fact, a, b, n in _counts(held, thing)]
    for fact, a, b, number in found:
        if number == said:
            return "supported", evidence(fact, a, b)
    if ports := _ports(matter, held, end, said):
        return "supported", evidence(ports, 0, len(ports.text))
    return ("refuted", evidence(*found[0][:3])) if found else None


def _ports(matter: Matter, held: Held, end: int, said: Decimal) -> Fact | None:
    """'three ports' of '2 USB-C, 1 USB-A'."""
    last = end - 1 if matter.lang == "zh" else end
    if not (_PORTS.match(matter.text, last) or _PORTS.match(matter.text, end)):
        return None
    for fact, text in held.folded:
        if fact.key == "ports" and said == sum(
            int(n) for n in re.findall(r"(?<![\w.-])\d+(?=\s*(?:x|×|个|\s)|$)", text)
        ):
            return fact
    return None


def things(matter: Matter, start: int) -> list[str]:
    """The words right after a number, which may name what is counted."""
    if matter.lang == "zh":
        m = _ZH_THING.match(matter.text, start)
        if m and m["thing"].isascii():
            return [m["thing"].lower()]
        if not m and (before := _BEFORE.search(_tail(matter.text, start))):  # USB-C口两个
            return [before[1].lower()]
        return [m["thing"][:n] for n in (4, 3, 2) if len(m["thing"]) >= n] if m else []
    m = _EN_THING.match(fold(matter.text).text, start)
    return [stem(w) for w in m["things"].split() if w not in load("en").glue] if m else []


def _tail(text: str, end: int) -> str:
    """The last characters before a place, no Latin word of them cut."""
    start = max(0, end - 24)
    while start and text[start - 1] != " " and text[start - 1] < "\u3000":
        start -= 1
    return text[start:end]


def _counts(held: Held, thing: str) -> Iterator[tuple[Fact, int, int, Decimal]]:
    """Every number that facts give of a thing, in a value ('8 hooks', 地钉8根) or under its name ('hooks: 8')."""
    for fact, text in held.folded:
        if len(text) != len(fact.text):
            continue
        for m in (_EN_HELD if thing.isascii() and fact.lang == "en" else _ZH_HELD).finditer(text):
            if m["things"].startswith(("per ", "to ", "each ")):  # '8 per panel' counts no panels
                continue
            named = {stem(w) for w in m["things"].split()} if thing.isascii() else {m["things"]}
            number = _count(m["n"]) if thing in named or (not thing.isascii() and m["things"].endswith(thing)) else None
            if number is not None:
                yield fact, *m.span(), number
        for m in () if thing.isascii() else _ZH_COUNTED.finditer(text):
            ends = m["things"].endswith(thing) or m["things"].startswith(thing)
            if ends and (number := _count(m["n"])) is not None:
                yield fact, *m.span(), number
        if not thing.isascii() and f"双{thing[:2]}" in text:
            yield fact, text.index(f"双{thing[:2]}"), text.index(f"双{thing[:2]}") + 1 + len(thing[:2]), Decimal(2)
        value = fact.value
        names = {stem(w) for w in re.findall(r"[a-z]+", fact.name.lower())} if thing.isascii() else {fact.name}
        if isinstance(value, Quantity) and not value.unit and value.low is not None and value.low == value.high and (
            thing in names or (not thing.isascii() and any(thing[:2] in n for n in names))
        ):  # fmt: skip
            yield fact, 0, len(fact.text), value.low


def worded(matter: Matter, held: Held, taken: list[tuple[int, int]]) -> Iterator[Verdict]:
    """Every number said as a word must stand in a fact: the number of something it counts, or of things it lists."""
    done = 0
    for m in (_EN_NUMBER if matter.lang == "en" else _ZH_NUMBER).finditer(matter.text):
        if m.start() < done or any(a < m.end() and m.start() < b for a, b in taken):
            continue
        claim = Claim(start=m.start(), end=m.end(), kind="number")
        number = _count(m["n"].lower())
        if pair := _pair(matter, held, m):
            done = pair[0]
            yield Verdict(claim=replace(claim, end=done), stance=pair[1], evidence=pair[2])
        elif found := bound(matter, held, m.start(), m.end()):
            yield Verdict(claim=claim, stance=found[0], evidence=(found[1],))
        elif fact := counts_so_many(held, number, things(matter, m.start())) or _as_an_age(matter, held, number):
            yield Verdict(claim=claim, stance="supported", evidence=(evidence(fact, 0, len(fact.text)),))
        elif alone := _measured(matter.text, m, held):
            yield Verdict(claim=claim, stance="supported", evidence=(alone,))
        elif m.start() and _listed_before(matter.text, m.start()) == number:  # 33、45、78三种: counts its own list
            yield Verdict(claim=claim, stance="courtesy")
        else:
            yield Verdict(claim=claim, stance="silent")


def _measured(text: str, said: re.Match[str], held: Held) -> Evidence | None:
    """共有七种 of '7种颜色': a number and its measure word at the end of a clause, the thing named before."""
    after = re.match(r"([\u4e00-\u9fff])(?=$|[，。；、！,.;])", text[said.end() :])
    number = _count(said["n"]) if after else None
    if not after or number is None:
        return None
    pattern = re.compile(rf"(?<![\d.])(?:{number}|{said['n']}){after[1]}")
    hits = ((f, pattern.search(t)) for f, t in held.folded if len(t) == len(f.text))
    return next((evidence(f, *m.span()) for f, m in hits if m), None)


def _listed_before(text: str, at: int) -> int:
    """How many things the list that ends at a place names."""
    clauses = re.split(r"[，。；：,;:.]", text[:at])
    clause = clauses[-1] or (clauses[-2] if len(clauses) > 1 else "")
    return len(re.findall(r"、|和|与|及", clause)) + 1 if "、" in clause else 0


def _as_an_age(matter: Matter, held: Held, number: Decimal | None) -> Fact | None:
    """The age a fact gives, where the text speaks of children: 'children of six and over'."""
    if number is None or not _CHILDREN.search(matter.text):
        return None
    return next(
        (h.fact for h in held.quantities if h.fact.key == "age" and number in {h.quantity.low, h.quantity.high}), None
    )


def _pair(matter: Matter, held: Held, said: re.Match[str]) -> tuple[int, Stance, tuple[Evidence, ...]] | None:
    """'three to four' and 三四 against '3-4' of a fact, 'four and a half' against 4.5."""
    if half := _HALF.match(matter.text, said.end()) or _COMPOUND.match(matter.text, said.end()):
        more = _ONES[half["ones"].lower()] if "ones" in half.re.groupindex else Decimal("0.5")
        wanted = (_count(said["n"].lower()) or Decimal(0)) + more
        held_half = next((h for h in held.quantities if wanted in {h.quantity.low, h.quantity.high}), None)
        quote = (evidence(held_half.fact, 0, len(held_half.fact.text)),) if held_half else ()
        return half.end(), "supported" if held_half else "silent", quote
    after = _EN_TO.match(matter.text, said.end()) if matter.lang == "en" else None
    zh = list(said["n"]) if len(said["n"]) == 2 and "十" not in said["n"] else []
    numbers = [said["n"], after["n"]] if after else zh
    if not numbers:
        return None
    low, high = (_count(n.lower()) for n in numbers)
    pattern = re.compile(rf"(?<![\d.]){low}\s*(?:-|–|~|to|或|至|到)\s*{high}(?![\d.])")
    hit = next(((f, m) for f, t in held.folded if (m := pattern.search(t)) and len(t) == len(f.text)), None)
    end = after.end() if after else said.end()
    return end, "supported" if hit else "silent", (evidence(hit[0], *hit[1].span()),) if hit else ()


def counts_so_many(held: Held, number: Decimal | None, things: Sequence[str] = ()) -> Fact | None:
    """A fact that gives that count, or lists so many things.

    Args:
        things: what the text counts; where facts speak of one of them, only those facts may count it.
    """
    if number is None:
        return None
    counts = (
        h.fact for h in held.quantities
        if not h.quantity.unit and number == h.quantity.low == h.quantity.high
        and (h.quantity.counter or isinstance(h.fact.value, Quantity))
    )  # fmt: skip
    listed = (f for f in held.facts if f.key in _COUNTABLE and _listed(f) == number > 1)
    spoken = {f.id for thing in things for f, words in held.folded if _speaks_of(thing, f, words)}
    found = [f for f in (*counts, *listed) if not spoken or f.id in spoken]
    return next((f for f in found if f.key != "title"), next(iter(found), None))


def _speaks_of(thing: str, fact: Fact, text: str) -> bool:
    """Whether a fact is named after a thing, or counts it in its value; the name of the product counts nothing."""
    if fact.key in NAMING:
        return False
    if not thing.isascii():
        return len(thing) > 1 and (
            thing in fact.name or (thing in text and bool(re.search(rf"\d\D{{0,3}}{thing}", text)))
        )
    if thing in {stem(w) for w in re.findall(r"[a-z]+", fact.name.lower())}:
        return True
    return any(thing in {stem(w) for w in m["things"].split()} for m in _EN_HELD.finditer(text))


def _listed(fact: Fact) -> int:
    value = fact.value
    if isinstance(value, Terms) or (isinstance(value, Quantities) and value.joined == "choice"):
        return len(value.items)
    return 0


def _count(written: str) -> Decimal | None:
    if written in {"dual", "twin"}:
        return Decimal(2)
    found = quantities.find(f"{written} pcs" if written.isascii() else f"{written}个") if written else []
    return found[0].low if found else None


def _alike(text: str, said: re.Match[str], fact: Fact, known: str, held: re.Match[str]) -> bool:
    """Whether a figure stands in a text as it does in a fact: beside the same word, or alone in both."""
    if held.group() == re.sub(r"[^\w.]", "", known):
        return True
    after = [_NEXT.match(t, m.end()) for t, m in ((text, said), (known, held))]
    before = [_LAST.search(t[: m.start()]) for t, m in ((text, said), (known, held))]
    if any(a and b and a["word"][:3] == b["word"][:3] for a, b in (after, before)):
        return True
    joints = _JOINTS | set(re.findall(r"[a-z]+|[\u4e00-\u9fff]", fold(fact.name).text))
    return not (after[1] or before[1]) and all(m is None or m["word"] in joints for m in (after[0], before[0]))


def _headed(text: str, said: re.Match[str], fact: Fact) -> bool:
    """'20 length settings' of the fact headed 'length settings'."""
    after = _NEXT.match(text, said.end())
    return bool(after and len(after["word"]) > 2 and after["word"] in fact.name.lower())


def figures(matter: Matter, held: Held, taken: list[tuple[int, int]]) -> Iterator[Verdict]:
    """Every figure outside `taken` must stand in a fact: no number goes unjudged."""
    text = fold(matter.text)
    for m in _FIGURE.finditer(text.text):
        start, end = text.home(*m.span())
        if any(a < end and start < b for a, b in taken):
            continue
        found = as_a_figure(text.text, m, held)
        claim = Claim(start=start, end=end, kind="number")
        yield Verdict(claim=claim, stance="supported" if found else "silent", evidence=found)


def as_a_figure(text: str, said: re.Match[str], held: Held) -> tuple[Evidence, ...]:
    """The fact in which a figure of a folded text stands alike."""
    written = re.compile(rf"(?<![\d.]){re.escape(said.group())}(?!\d|\.\d)")
    for fact, known in held.folded:
        sides = fact.value.items if isinstance(fact.value, Quantities) and fact.value.joined == "dimensions" else ()
        for m in written.finditer(known) if len(known) == len(fact.text) else ():
            if any(q.start <= m.start() < q.end for q in sides):
                continue  # the 60 of 60 × 40 cm counts nothing
            if _alike(text, said, fact, known, m) or _headed(text, said, fact):
                return (evidence(fact, *m.span()),)
    return ()
