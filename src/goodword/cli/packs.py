"""`goodword packs`: the advertising law of each market as data: list it, show a rule, prove its examples."""

from typing import Annotated, Any, cast, get_args

import typer
from rich.cells import cell_len

from goodword.cli import talk
from goodword.errors import InputError
from goodword.guard.law import packs, prove
from goodword.guard.law.packs import Pack, Rule
from goodword.types import Lang, Market

app = typer.Typer(help="Advertising law as data: list, show, test.", no_args_is_help=True)

MarketName = Annotated[str | None, typer.Argument(help="cn, eu, us or uk; all if left out", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="as JSONL on stdout")]


@app.command("list")
def list_(market: MarketName = None, as_json: AsJson = False) -> int:
    """List the rules: id, severity, authority, what they say."""
    for pack in _packs(market):
        if not as_json:
            typer.echo(f"{pack.market}  {pack.title[talk.lang()]}  {pack.checked}")
        for rule in pack.rules:
            if as_json:
                talk.emit(_row(pack, rule))
            else:
                says = f"{rule.says[talk.lang()]} ({rule.law})"
                typer.echo(f"  {rule.id:<13} {rule.severity:<14} [{rule.confidence}] {says}")
    return 0


@app.command("show")
def show(
    rule_id: Annotated[str, typer.Argument(metavar="RULE", help="id of a rule: CN-ABS-01")],
    lang: Annotated[Lang | None, typer.Option("--lang", help="en or zh")] = None,
    as_json: AsJson = False,
) -> int:
    """Show one rule whole: authority, confidence, what it says, exemptions, evidence, rewrite, examples."""
    market = rule_id[:2].lower()
    if market not in get_args(Market):
        raise InputError(f"{rule_id!r} is not known", cure="Rules are named CN-…, EU-…, US-…, UK-…")
    pack = packs.load(cast("Market", market))
    found = [r for r in pack.rules if r.id == rule_id.upper()]
    if not found:
        raise InputError(f"there is no rule {rule_id!r}", cure=f"See: goodword packs list {market}")
    if as_json:
        talk.emit(_row(pack, found[0]))
    else:
        typer.echo("\n".join(_lines(found[0], lang or talk.lang())))
    return 0


@app.command("test")
def test(market: MarketName = None) -> int:
    """Judge every example of every rule; a pack whose examples do not hold is refused with file and rule."""
    worst = 0
    for pack in _packs(market):
        wrong = list(prove.failing(pack))
        told = sum(len(e) for r in pack.rules for kinds in (r.fires, r.silent) for e in kinds.values())
        talk.out(f"{pack.market}: {len(pack.rules)} rules, {told} examples, {len(wrong)} do not hold")
        for line in wrong:
            talk.say(f"  {line}")
        worst = 2 if wrong else worst
    return worst


def _packs(market: str | None) -> list[Pack]:
    if market is not None and market not in get_args(Market):
        raise InputError(f"no market {market!r}", cure=f"One of: {', '.join(get_args(Market))}")
    return [packs.load(m) for m in get_args(Market) if market in {None, m}]


def _row(pack: Pack, rule: Rule) -> dict[str, Any]:
    return {
        "market": pack.market, "id": rule.id, "file": rule.file, "authority": rule.law, "confidence": rule.confidence,
        "checked": rule.checked, "since": rule.since, "severity": rule.severity, "executable": rule.executable,
        "says": dict(rule.says), "rewrite": dict(rule.rewrite), "frames": list(rule.on), "classes": list(rule.classes),
        "unless": [f"{'!' if u.absent else ''}{u.context}:{u.reach}:{u.then}" for u in rule.unless],
        "evidence": list(rule.clears),
        "exempt": dict(rule.exempt), "traps": dict(rule.traps), "open": dict(rule.open),
        "why_system": dict(rule.why_system),
        "fires": {lang: [e.text for e in some] for lang, some in rule.fires.items()},
        "silent": {lang: [e.text for e in some] for lang, some in rule.silent.items()},
    }  # fmt: skip


def _lines(rule: Rule, lang: Lang) -> list[str]:
    unless = ", ".join(f"{'!' if u.absent else ''}{u.context}:{u.reach}:{u.then}" for u in rule.unless)
    rows = [
        (talk.put("authority"), rule.law), (talk.put("confidence"), rule.confidence),
        (talk.put("checked on"), rule.checked), (talk.put("in force since"), rule.since),
        (talk.put("severity"), rule.severity), (talk.put("it says"), rule.says[lang]),
        (talk.put("write instead"), rule.rewrite[lang]), (talk.put("frames"), ", ".join(rule.on) or rule.special),
        (talk.put("classes"), ", ".join(rule.classes) or talk.put("all classes")), (talk.put("except where"), unless),
        (talk.put("cleared by"), ", ".join(rule.clears)), (talk.put("exempt"), rule.exempt.get(lang)),
        (talk.put("traps"), rule.traps.get(lang)), (talk.put("open question"), rule.open.get(lang)),
        (talk.put("not judged"), rule.why_system.get(lang)),
        *((talk.put("fires on"), e.text) for e in rule.fires.get(lang, ())),
        *((talk.put("silent on"), e.text) for e in rule.silent.get(lang, ())),
    ]  # fmt: skip
    return [rule.id, *(f"  {name}{' ' * (14 - cell_len(name))} {value}" for name, value in rows if value)]
