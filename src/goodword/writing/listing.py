"""A listing: clauses by theme as sentences; the first names the product, later ones say 'it' or its noun."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from goodword.types import Lang
from goodword.writing import grammar
from goodword.writing.clauses import Clause, Item, Setting, clauses
from goodword.writing.naming import Name, name
from goodword.writing.pieces import Piece, once
from goodword.writing.plan import Plan
from goodword.writing.voice import Voice
from goodword.writing.wording import Wording, load, number, themes

_BRIEF = 110  # bytes of clauses that neighbouring sentences may have to become one
_PARTICIPLE = re.compile(r"(?:made|lined|filled|rated|certified|available|offered|packed|powered|graded)\b")
_VERB = re.compile(r"(?:has|have|is|are|comes|come)(?= )")


def listing(plan: Plan, lang: Lang, voice: Voice, *, per: int = 0) -> Iterator[Piece]:
    """The sentences of a listing; `per` is how many facts one may hold where not as many as the voice says."""
    wording = load(lang)
    found = items(plan, lang)
    brand = next((i for i in found if i.key == "brand" and lang in plan.titles), None)
    called = name(plan.titles, brand.fact if brand else None, lang, wording, voice, plan.product.sku)
    if brand and not called.facts:
        brand = None
    if brand:
        called = replace(called, facts=once([*called.facts, *brand.facts]))
    setting = Setting(sku=plan.product.sku, product_class=plan.product.product_class, voice=voice,
                      plural=called.plural, noun=called.noun, short=called.short)  # fmt: skip
    said = _paired([c for item in found if item is not brand for c in clauses(item, lang, setting)], wording)
    most = per or voice.facts_per_sentence + (lang == "zh")
    groups = _named_first(_joined(list(_groups(said, most)), most, fronted=_fronts(setting, 0)))
    yield from _sentences(groups, called, setting, lang, wording)


def _paired(said: Sequence[Clause], wording: Wording) -> list[Clause]:
    """'You can choose black or white. You can choose from sizes …' is one sentence."""
    out: list[Clause] = []
    for clause in said:
        before = out[-1] if out else None
        if before and clause.kind == before.kind == "whole" and clause.shared and before.key == "colour":
            text = before.text.removesuffix(wording.glue("stop")) + clause.shared + wording.glue("stop")
            out[-1] = replace(before, text=text, facts=(*before.facts, *clause.facts))
        else:
            out.append(clause)
    return out


def items(plan: Plan, lang: Lang) -> list[Item]:
    """What the plan states in one language."""
    out: list[Item] = []
    for p in (p for p in plan.items if lang in p.say_from):
        again = any(i.key == p.key for i in out)
        out.append(Item(key=p.key, fact=p.say_from[lang], others=tuple(p.say_from.values()), facts=p.facts,
                        locked=p.locked, again=again))  # fmt: skip
    return out


def _groups(said: Sequence[Clause], most: int) -> Iterator[list[Clause]]:
    """Clauses that share a sentence: neighbours of one theme and kind, split evenly."""
    theme_of = {key: theme for theme, keys in themes().items() for key in keys}
    run: list[Clause] = []

    def kin(clause: Clause) -> tuple[str, str]:
        return theme_of.get(clause.key, "" if clause.kind == "own" else clause.key), clause.kind

    for clause in said:
        if run and (clause.kind == "whole" or kin(clause) != kin(run[-1])):
            yield from _split(run, most)
            run = []
        if clause.kind == "whole":
            yield [clause]
        else:
            run.append(clause)
    yield from _split(run, most) if run else ()


def _split(run: list[Clause], most: int) -> Iterator[list[Clause]]:
    if any(c.tail for c in run):  # what a fact entails follows it, so that fact ends its sentence
        at = next(i for i, c in enumerate(run) if c.tail)
        ordered = [*run[:at], *run[at + 1 :]]
        if ordered:
            yield from _split(ordered, most)
        yield [run[at]]
        return
    count = -(-len(run) // most)
    start = 0
    for n in range(count):
        size = -(-(len(run) - start) // (count - n))
        yield run[start : start + size]
        start += size


def _fronts(setting: Setting, n: int) -> bool:
    """Whether the nth sentence of this product puts a fact before its subject."""
    return setting.voice.openings == "varied" and number(setting.sku, "front", str(n)) % (3 if n else 2) == 0


def _joined(groups: list[list[Clause]], most: int, *, fronted: bool) -> list[list[Clause]]:
    """Neighbouring short sentences are one, where neither is a list of features and the whole stays short."""
    out: list[list[Clause]] = []
    for group in groups:
        before = out[-1] if out else []
        both = [*before, *group]
        room = max(min(2, most), most - len(out) % 2)
        if fronted and len(out) == len(before) == 1 and before[0].lead and most > 1:
            room = most + 1  # 'Made of oak, the stool …' takes a fact without lengthening the rest
        alike = bool(before) and before[0].kind == group[0].kind != "whole"
        plain = not any(c.tail for c in before) and not any(c.key == "features" and "," in c.text for c in both)
        brief = len(both) <= room and sum(len(c.text.encode()) for c in both) <= _BRIEF
        if alike and plain and brief and 1 in {len(before), len(group)}:
            out[-1] = both
        else:
            out.append(group)
    return out


def _named_first(groups: list[list[Clause]]) -> list[list[Clause]]:
    """The first sentence must be able to name the product."""
    at = next((i for i, g in enumerate(groups) if g[0].kind == "shared"), None)
    if at is not None:
        return [groups[at], *groups[:at], *groups[at + 1 :]]
    at = next((i for i, g in enumerate(groups) if g[0].shared and g[0].kind == "own"), None)
    if at is None:
        return groups
    return [groups[at], *groups[:at], *groups[at + 1 :]]


def _sentences(
    groups: list[list[Clause]], called: Name, setting: Setting, lang: Lang, wording: Wording
) -> Iterator[Piece]:
    if called.facts and not (
        groups and (groups[0][0].kind == "shared" or groups[0][0].shared)
    ):  # nothing but bare labels, or nothing at all
        yield Piece(text=called.short + wording.glue("stop"), facts=called.facts)
    again = [a for a in wording.glue("again") if "{noun}" not in a or called.noun]
    nth, fronted = number(setting.sku, "again"), False
    for n, group in enumerate(groups):
        named = called.facts if n == 0 and group[0].kind != "whole" else ()
        facts = once([*named, *(f for c in group for f in c.facts)])
        if group[0].kind == "whole":
            yield Piece(text=group[0].text, facts=facts, locked=group[0].locked)
            continue
        if lang == "zh":
            yield Piece(text=_chinese(group, called.subject if n == 0 else "", wording), facts=facts)
            continue
        if group[0].kind == "own":
            texts = [c.text for c in group]
            if n == 0 and group[0].shared:  # 'The strap material of the watch is metal and the dial is blue.'
                texts[0] = group[0].shared.replace("{subject}", _lowered(called.subject), 1)
            text = wording.series(texts, "join") + wording.glue("stop")
            yield Piece(text=text[:1].upper() + text[1:], facts=facts)
            continue
        subject = called.subject
        if n:
            subject = str(again[nth % len(again)]).replace("{noun}", called.noun)
            subject = subject.split("|")[-1 if called.plural else 0]
            nth += 1
        front = _fronts(setting, n)
        fronted = front and not fronted and len(group) > 1 and bool(group[0].lead)
        yield Piece(text=_english(group, subject, wording, fronted=fronted), facts=facts)


def _english(group: Sequence[Clause], subject: str, wording: Wording, *, fronted: bool) -> str:
    """'The lamp is made of steel and stands 42 cm high.'; fronted, 'Made of steel, the lamp stands 42 cm high.'"""
    rest = list(group[1:] if fronted else group)
    body = wording.series(_merged([c.text for c in rest], wording), "join")
    tail = next((f", {c.tail}" for c in rest if c.tail), "")
    if fronted:
        subject = f"{group[0].lead}, {_lowered(subject)}"
    return f"{subject[:1].upper()}{subject[1:]} {body}{tail}{wording.glue('stop')}"


def _lowered(subject: str) -> str:
    """A subject within a sentence: 'the lamp', but 'Kilovane's lamp'."""
    return subject[:1].lower() + subject[1:] if re.match(r"(?:The|This|These|It|They)\b", subject) else subject


def _merged(phrases: Sequence[str], wording: Wording) -> list[str]:
    """A verb that several phrases begin with is said once: 'has a hood, two pockets and a zip'."""
    groups: dict[str, list[str]] = {}
    for n, phrase in enumerate(phrases):
        verb = _VERB.match(phrase)
        object_ = phrase[verb.end() + 1 :] if verb else ""
        state = "!" if _PARTICIPLE.match(object_) else ""
        alone = "in " if verb and verb.group()[0] != "c" else "(?!in )"
        name = verb.group() + state if verb and not re.match(rf"for |by |not |no |{alone}", object_) else f"{n}"
        held = groups.get(name, [])
        if any("," in o for o in [*held, object_]) and len(held) > 1:  # a list within a list of three is hard to read
            name = f"{n}"
        groups.setdefault(name, []).append(object_ if name[0].isalpha() else phrase)
    return [o[0] if v.isdigit() else f"{v.rstrip('!')} {wording.series(o)}" for v, o in groups.items()]


def _chinese(group: Sequence[Clause], subject: str, wording: Wording) -> str:
    """Clauses after a comma each; one that is no predicate is set off from the subject."""
    clauses_: list[str] = []
    for c in group:
        text = c.text + (f"，{c.tail}" if c.tail else "")
        if clauses_ and text.endswith("设计") and clauses_[-1].endswith("设计"):  # 圆领、长袖设计
            clauses_[-1] = f"{clauses_[-1].removesuffix('设计')}、{text}"
        else:
            clauses_.append(text)
    comma = "" if not subject or grammar.predicate(clauses_[0]) else "，"
    return subject + comma + "，".join(clauses_) + str(wording.glue("stop"))
