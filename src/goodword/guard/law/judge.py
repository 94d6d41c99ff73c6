"""The order of judgement: normalise, frame, class, exemption, facts, evidence, verdict, statements due.

Three answers: ok, needs evidence, violation. A text whose pack does not load raises, so the review holds it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from goodword.errors import InputError
from goodword.guard.base import Matter
from goodword.guard.law import frames, packs, weigh
from goodword.guard.law.frames import Frame
from goodword.guard.law.packs import Pack, Rule, Unless, Weight
from goodword.guard.law.scope import Scene
from goodword.text import evasion
from goodword.text.normalise import Folded
from goodword.types import Finding, Severity

LONGEST = 200_000  # characters; no advertisement is longer, and what is not judged is held
_MOST = 8  # findings of one rule in one text
_NEAR = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A frame found in a reading of the text."""

    frame: Frame
    start: int
    end: int
    read: Folded
    scene: Scene
    home: tuple[int, int]
    masked: bool = False  # found only behind masked spelling


def judge(matter: Matter, pack: Pack | None = None) -> tuple[Finding, ...]:
    """The findings of the pack of the matter's market.

    Raises:
        DataError: the pack or the frames do not load.
        InputError: the text is too long for one judgement.
    """
    if len(matter.text) > LONGEST:
        raise InputError(f"{len(matter.text)} characters are too long for one advertisement", cure="Split the text")
    pack = pack or packs.load(matter.market)
    hits: dict[str, list[Hit]] = {}
    for hit in _hits(matter.text):
        hits.setdefault(hit.frame.id, []).append(hit)
    out = [f for rule in pack.rules if rule.executable and packs.covers(rule, matter.product_class)
           for f in _findings(rule, hits, matter)]  # fmt: skip
    return tuple(sorted(out, key=lambda f: (f.start, f.end, f.rule)))


def _hits(text: str) -> Iterator[Hit]:
    """Every frame that counts, in the text as written and then behind masked spelling."""
    read = evasion.plain(text)
    taken: list[tuple[str, int, int]] = []
    for hit in _read(read, masked=False):
        taken.append((hit.frame.id, *hit.home))
        if counts(hit):
            yield hit
    bare = evasion.unmasked(read)
    if bare is read:
        return
    for hit in _read(bare, masked=True):
        again = any(f == hit.frame.id and a < hit.home[1] and hit.home[0] < b for f, a, b in taken)
        if hit.frame.hidden and not again and counts(hit):
            yield hit


def _read(read: Folded, *, masked: bool) -> Iterator[Hit]:
    scene = Scene(read.text)
    for frame, start, end in frames.load().find(read.text):
        yield Hit(frame=frame, start=start, end=end, read=read, scene=scene, home=read.home(start, end), masked=masked)


def counts(hit: Hit) -> bool:
    """Whether a hit is said in earnest: not denied, not asked and answered no, not merely mentioned."""
    frame, scene = hit.frame, hit.scene
    if frame.doctor and scene.precaution(hit.start):
        return False
    if not frame.polarity:
        return True
    return not (
        scene.denied(hit.start, hit.end)
        or scene.mentioned(hit.start, hit.end)
        or scene.asked_and_answered(hit.start, hit.end)
    )


def _findings(rule: Rule, hits: dict[str, list[Hit]], matter: Matter) -> Iterator[Finding]:
    if rule.special in {"contradiction", "approved_text"}:
        yield from _special(rule, matter)
    told = 0
    for frame in rule.on:
        for hit in hits.get(frame, ()):
            if told == _MOST:
                return
            if (verdict := _verdict(rule, hit, matter)) not in {"ok", "system"}:
                told += 1
                yield _finding(rule, verdict, *hit.home, matter)


def _verdict(rule: Rule, hit: Hit, matter: Matter) -> Weight:
    if rule.special == "masked" and not hit.masked:
        return "ok"
    verdict = next((u.then for u in rule.unless if _in_company(u, hit) != u.absent), rule.severity)
    if verdict in {"ok", "system"}:
        return verdict
    said = matter.text[hit.home[0] : hit.home[1]]
    first, last = hit.scene.clause(hit.start, hit.end)
    return weigh.weighed(rule, verdict, said, hit.scene.text[first:last], matter)


def _in_company(unless: Unless, hit: Hit) -> bool:
    context, text = frames.load().contexts[unless.context], hit.scene.text
    if unless.reach == "near":
        return context.within(text, hit.start - _NEAR, hit.end + _NEAR)
    if unless.reach == "before":
        return context.within(text, hit.start - _NEAR, hit.start)
    if unless.reach == "after":
        return context.within(text, hit.end, hit.end + _NEAR)
    if unless.reach == "clause":
        return context.within(text, *hit.scene.clause(hit.start, hit.end))
    if unless.reach == "sentence":
        first, last = hit.scene.sentence(hit.start)
        return context.within(text, first, max(last, hit.end))
    known = hit.scene.contexts
    if context.id not in known:
        known[context.id] = context.within(text, 0, len(text))
    return known[context.id]


def _special(rule: Rule, matter: Matter) -> Iterator[Finding]:
    if rule.special == "contradiction":
        for verdict in weigh.contradictions(matter):
            yield _finding(rule, "block", verdict.claim.start, verdict.claim.end, matter)
    elif (texts := weigh.approved(matter)) and matter.text not in texts:  # emitted byte for byte or not at all
        yield _finding(rule, "block", 0, len(matter.text), matter)


def _finding(rule: Rule, verdict: Weight, start: int, end: int, matter: Matter) -> Finding:
    severity: Severity = "block" if verdict == "block" else "warn" if verdict == "warn" else "needs_evidence"
    says, rewrite = rule.says[matter.told_in], rule.rewrite[matter.told_in]
    advice = f"{says} Write instead: {rewrite}" if matter.told_in == "en" else f"{says}可改为：{rewrite}"
    return Finding(rule=rule.id, severity=severity, start=start, end=end, authority=rule.law, advice=advice)
