"""The digest: a summary whose every sentence is its counts in words, through the one door.

The check recounts each sentence from the report and lets nothing pass that is not exactly so: a sentence that is not
its template filled with its counts, praise without the complaints that were counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any, cast

from sqlalchemy import Connection

from goodword.guard.base import Check, CheckResult, Matter
from goodword.guard.review import review
from goodword.jobs import release
from goodword.types import Claim, Draft, Evidence, Finding, Lang, MadeBy, Market, Ruling, Sentence, Tally, Verdict

HOME: Mapping[Lang, Market] = {"en": "us", "zh": "cn"}
_TOLD = 3  # praises, and complaints
_LEAST = 3  # reviews behind a sentence


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence and what it rests on: which template, its slots, its counts, and whose quotes stand behind it."""

    kind: str
    text: str
    evidence: Mapping[str, Any]
    point: str = ""


@cache
def _words() -> dict[str, dict[str, str]]:
    found = loads(files("goodword.data").joinpath("opinions/digest.toml").read_text("utf-8"))
    return {k: v for k, v in found.items() if isinstance(v, dict)}


def lines(report: Mapping[str, Any], lang: Lang) -> list[Line]:
    """The sentences of a report, the good and the bad."""
    top = report["overview"]
    period = _words()["period"][lang].format_map(top) if top["from"] else ("" if lang == "en" else "全部")
    out = [_line("overall", top["content"], lang, period=period)]
    said = [p for p in report["points"] if p["count"] >= _LEAST]
    for kind, pole in (("praise", "positive"), ("complaint", "negative")):
        chosen = [p for p in said if p["polarity"] == pole][:_TOLD]
        out += [_line(kind, p, lang, point=p["id"], about=p["names"][lang])
                for p in chosen]  # fmt: skip
    if changed := report["over_time"]["changes"]:
        last = changed[-1]
        slots = {f"{when}_{k}": last[when][k] for when in ("before", "after") for k in ("count", "of")}
        shares = {f"{when}_share": _percent(last[when]["share"]) for when in ("before", "after")}
        out.append(_line("change", last["after"], lang, when=last["when"], **slots, **shares))
    if report["needs"]["wished"]["count"] >= _LEAST:
        out.append(_line("wish", report["needs"]["wished"], lang))
    if report["suspicious"]["share"]["count"]:
        out.append(_line("suspicious", report["suspicious"]["share"], lang))
    return out


def _line(kind: str, found: Mapping[str, Any], lang: Lang, *, point: str = "", **slots: object) -> Line:
    evidence = {k: found[k] for k in ("count", "of", "share", "low", "high")} | slots
    return Line(kind, worded(kind, evidence, lang), evidence, point)


def worded(kind: str, evidence: Mapping[str, Any], lang: Lang) -> str:
    """The sentence of a template; shares in per cent."""
    shown = {k: _percent(v) if k in {"share", "low", "high"} else v for k, v in evidence.items()}
    return _words()[kind][lang].format_map(shown)


def _percent(value: float) -> str:
    """14%, and 0.4% where less than one."""
    return f"{value * 100:.1f}%" if 0 < value < 0.01 else f"{value * 100:.0f}%"


# ---------------------------------------------------------------- the check


@dataclass(frozen=True)
class Counted:
    """A guard check: every sentence is its template, filled with counts that the report holds."""

    report: Mapping[str, Any]
    NAME: str = "counted"
    VERSION: str = "1"
    LANGS: tuple[Lang, ...] = ("en", "zh")

    def run(self, matter: Matter) -> CheckResult:
        """Judge a digest."""
        known = {line.text: line for line in lines(self.report, matter.lang)}
        verdicts, findings = [], []
        said = [matter.text[s.start : s.end] for s in matter.sentences]
        for sentence, text in zip(matter.sentences, said, strict=True):
            line = known.get(text)
            claim = Claim(start=sentence.start, end=sentence.end, kind="testimonial")
            if line is None:
                verdicts.append(Verdict(claim=claim, stance="refuted"))
                findings.append(_finding(matter, sentence.start, sentence.end, "reviews.count"))
                continue
            ref = line.point or line.kind
            quote = f"{line.evidence['count']}/{line.evidence['of']}"
            found = Evidence(ref=ref, quote=quote, start=0, end=len(quote), count=int(line.evidence["count"]))
            verdicts.append(Verdict(claim=claim, stance="supported", evidence=(found,)))
        kinds = {known[t].kind for t in said if t in known}
        there = {line.kind for line in known.values()}
        if ("praise" in kinds and "complaint" in there - kinds) or " ".join(said) != " ".join(matter.text.split("\n")):
            findings.append(_finding(matter, 0, len(matter.text), "reviews.one_sided"))
        return CheckResult(verdicts=tuple(verdicts), findings=tuple(findings))


_ADVICE = {
    "reviews.count": {
        "en": "This sentence is not what was counted. Count again.",
        "zh": "这句话与统计不符，请重新统计。",
    },
    "reviews.one_sided": {
        "en": "A digest says what was counted, the bad with the good, and nothing else.",
        "zh": "摘要须如实写明统计结果，好评与差评并列，不得另加内容。",
    },
}
_AUTHORITY: Mapping[str, str] = {
    "cn": "反不正当竞争法 第九条", "us": "16 CFR 465.7", "eu": "Directive 2005/29/EC Annex I 23c",
    "uk": "DMCC Act 2024 Sch. 20 para. 13",
}  # fmt: skip


def _finding(matter: Matter, start: int, end: int, rule: str) -> Finding:
    return Finding(rule=rule, severity="block", start=start, end=end, authority=_AUTHORITY[matter.market],
                   advice=_ADVICE[rule][matter.told_in])  # fmt: skip


def draft(found: Sequence[Line], lang: Lang, about: str) -> Draft:
    """The sentences as one text, a line each."""
    at, spans = 0, []
    for line in found:
        spans.append(Sentence(start=at, end=at + len(line.text), facts=(line.point or line.kind,), locked=True))
        at += len(line.text) + 1
    return Draft(sku=about, text="\n".join(line.text for line in found), lang=lang, market=HOME[lang],
                 channel="listing", sentences=tuple(spans),
                 made_by=MadeBy(backend="composer", model="digest"))  # fmt: skip


def judge(given: Draft, report: Mapping[str, Any]) -> Ruling:
    """The guard's ruling on a digest."""
    matter = Matter(text=given.text, lang=given.lang, market=given.market, sentences=given.sentences)
    return review(matter, checks=("language", cast("Check", Counted(report)), "personal", "harm"))


def released(conn: Connection, report: Mapping[str, Any], lang: Lang, *, producer: str, actor: str) -> dict[str, Any]:
    """The digest through the door, as JSON: its sentences where it was released, none where not."""
    found = lines(report, lang)
    written = draft(found, lang, f"reviews:{report['source']['sha256'][:12]}")
    ruling = judge(written, report)
    key = f"digest:{report['source']['sha256']}:{lang}:{written.text}"
    out = release.release(conn, written, ruling, key=key, producer=producer, actor=actor)
    statement = out.statement
    said = [
        {"text": line.text, "kind": line.kind, "point": line.point, "evidence": dict(line.evidence),
         "start": s.start, "end": s.end}
        for line, s in zip(found, written.sentences, strict=True)
    ]  # fmt: skip
    return {"ruling": out.outcome, "ledger": out.ledger, "text": statement.draft.text if statement else None,
            "label": {"text": statement.mark.text, "metadata": statement.mark.metadata} if statement else None,
            "sentences": said if statement else [], "findings": [f.rule for f in ruling.findings]}  # fmt: skip


def tallies(report: Mapping[str, Any], product: str = "") -> tuple[Tally, ...]:
    """What was counted, as evidence the guard reads: 41 of 300 say 'runs small'. In both languages' words.

    Args:
        product: only of that product (its id as in the file of reviews); '' is of all.
    """
    if not product:
        return tuple(Tally(id=f"reviews#{p['id']}", about=f"{p['names']['en']} {p['names']['zh']}", count=p["count"],
                           of=p["of"]) for p in report["points"])  # fmt: skip
    named = {p["id"]: p["names"] for p in report["points"]}
    for row in report["products"]:
        if row["id"] == product:
            return tuple(
                Tally(id=f"reviews:{product}#{p['id']}", count=p["count"], of=p["of"],
                      about=f"{named[p['id']]['en']} {named[p['id']]['zh']}" if p["id"] in named else p["name"])
                for p in (*row["praise"], *row["complaints"])
            )  # fmt: skip
    return ()
