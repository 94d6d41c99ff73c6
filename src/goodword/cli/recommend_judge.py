"""`goodword recommend evaluate` and `report`: rankers judged on a shop's own past, and what each rule would cost."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from goodword.app import Goodword
from goodword.catalogue.atomic import replacing
from goodword.cli import talk
from goodword.cli.options import Markets, settings_of, split
from goodword.errors import InputError

if TYPE_CHECKING:
    from goodword.evaluate.ranking_report import Evaluation

Events = Annotated[list[Path], typer.Argument(help="events or orders: CSV, TSV, Parquet or JSONL")]
How = Annotated[str, typer.Option("--protocol", help="temporal, leave-last-out or next-basket")]
Rankers = Annotated[str, typer.Option("--ranker", help="rankers, comma between; the first is compared with")]
Lengths = Annotated[str, typer.Option("-k", help="lengths of the lists, comma between")]
Cutoff = Annotated[str | None, typer.Option("--cutoff", help="temporal: the first day that is held back")]
Rebuy = Annotated[
    bool | None, typer.Option("--rebuy/--no-rebuy", help="whether what a shopper has already is to be found")
]
Goods = Annotated[Path | None, typer.Option("--catalogue", help="catalogue file, for categories and variety")]
Groups = Annotated[Path | None, typer.Option("--groups", help="CSV of shoppers and their groups, any columns")]
Rules = Annotated[Path | None, typer.Option("--rules", help="rules whose cost is measured, a TOML file")]


def evaluate(
    events: Events,
    protocol: How = "temporal",
    ranker: Rankers = "auto,popular",
    k: Lengths = "10,20",
    cutoff: Cutoff = None,
    rebuy: Rebuy = None,
    catalogue: Goods = None,
    groups: Groups = None,
    rules: Rules = None,
    log: Annotated[
        Path | None, typer.Option("--log", help="showings with user, item, propensity and reward: what it would earn")
    ] = None,
    market: Markets = None,
    as_json: Annotated[bool, typer.Option("--json", help="the result as JSON on stdout")] = False,
) -> int:
    """Judge rankers in full ranking, with intervals over shoppers; with --rules, what each rule costs."""
    with Goodword(**settings_of(market=market)) as goodword:
        if log is not None:
            return _log(goodword, events, ranker, log, k, as_json=as_json)
        found = _judged(goodword, events, protocol, ranker, k, cutoff, rebuy, catalogue, groups, rules)
    from goodword.evaluate import ranking_report

    if as_json:
        talk.emit(ranking_report.plain(found))
        return 0
    _tell(found)
    return 0


def report(
    events: Events,
    out: Annotated[Path, typer.Option("-o", "--out", help="the page: .html")],
    protocol: How = "temporal",
    ranker: Rankers = "auto,popular",
    k: Lengths = "10,20",
    cutoff: Cutoff = None,
    rebuy: Rebuy = None,
    catalogue: Goods = None,
    groups: Groups = None,
    rules: Rules = None,
    market: Markets = None,
) -> int:
    """Write the evaluation as one page: figures, trade-off curves, what rules cost, gaps between groups."""
    if out.suffix != ".html":
        raise InputError(f"cannot write {out.suffix or 'a file without suffix'}", where=str(out), cure="Name it .html")
    with Goodword(**settings_of(market=market)) as goodword:
        found = _judged(goodword, events, protocol, ranker, k, cutoff, rebuy, catalogue, groups, rules, measured=True)
    from goodword.evaluate import ranking_report

    with replacing(out) as part:
        part.write_text(ranking_report.page(found, talk.lang()), "utf-8")
    talk.say(f"the evaluation is in {out}")
    return 0


def _judged(
    goodword: Goodword, events: list[Path], protocol: str, ranker: str, k: str, cutoff: str | None,
    rebuy: bool | None, catalogue: Path | None, groups: Path | None, rules: Path | None, *, measured: bool = False,
) -> "Evaluation":  # fmt: skip
    from goodword.rankers.extra import need

    need()
    from goodword.evaluate import ranking_all, ranking_split
    from goodword.rankers.rerank import rules as rulebook

    if protocol not in get_args(ranking_split.Protocol):
        raise InputError(f"no protocol {protocol!r}", cure=f"One of: {', '.join(ranking_split.PROTOCOLS)}")
    recommending = goodword.recommend()
    read = recommending.events(events)
    names = split(ranker) or ()
    if not names:
        raise InputError("no ranker was named", cure="Give --ranker auto,popular")
    trial = ranking_all.Trial(
        events=read.events, kinds=read.kinds, protocol=protocol,  # type: ignore[arg-type]  # looked at above
        products=tuple(goodword.products(catalogue)) if catalogue else (),
        market=goodword.settings.market_pairs()[0][1],
        rebuy=rebuy, cutoff=ranking_split.cutoff_of(cutoff) if cutoff else None, ks=_lengths(k),
        groups=ranking_all.read_groups(groups) if groups else None,
        rules=rulebook.load(rules, measuring=True) if rules or measured else None,
        data=", ".join(p.name for p in events),
    )  # fmt: skip
    with talk.err.status("") as status:
        rankers = [(name, recommending.ranker(name, trial.products)) for name in names]
        return ranking_all.evaluate(trial, rankers, status.update)


def _lengths(k: str) -> tuple[int, ...]:
    try:
        found = tuple(sorted({int(part) for part in split(k) or ()}))
    except ValueError:
        found = ()
    if not found or found[0] < 1 or found[-1] > 1000:
        raise InputError(f"{k!r} are no lengths of lists", cure="Write them like 10,20")
    return found


_SHOWN = ("ndcg", "recall", "map", "mrr", "hit_rate", "novelty", "serendipity", "tail_share")


def _tell(found: "Evaluation") -> None:
    from goodword.evaluate.ranking_run import CATALOGUE

    on = found.on
    users, items, events = len(on.users), on.truth.shape[1], len(on.train)
    talk.out(f"{on.protocol}: {users:,} shoppers judged, {items:,} items, {events:,} events learnt from")
    for one in found.figures:
        typer.echo("")
        talk.out(
            f"{one.name}: {one.fit_seconds:.2f} processor seconds to fit, {one.lists_per_second:,.0f} lists a second"
        )
        for k in found.ks:
            for metric in [f"{name}@{k}" for name in _SHOWN]:
                value = one.values[metric]
                typer.echo(f"  {metric:<16} {value.value:.4f}  {value.low:.4f} … {value.high:.4f}")
            for metric in [f"{name}@{k}" for name in CATALOGUE]:
                typer.echo(f"  {metric:<16} {one.catalogue[metric]:.4f}")
        for gap in one.gaps:
            talk.out(f"{gap.column}, {gap.metric}: gap {gap.gap:.4f} ({gap.low:.4f} … {gap.high:.4f}), "
                     f"by chance {gap.chance:.3f}")  # fmt: skip
    for cost in found.costs:
        typer.echo("")
        talk.out(f"rule {cost.rule}: NDCG@{found.k} from {cost.before.value:.4f} to {cost.after.value:.4f}, "
                 f"{cost.relative:+.1%} ({cost.change.low:+.4f} … {cost.change.high:+.4f})")  # fmt: skip
        if cost.share_before == cost.share_before:
            talk.out(f"its share of the places from {cost.share_before:.3f} to {cost.share_after:.3f}")
    exposed = [c for c in found.costs if c.rule.startswith("exposure")]
    if exposed:
        talk.say(
            "To switch an exposure rule on, write the loss you accept into it: accepted_cost = 0.01 is one percent"
        )


def _log(goodword: Goodword, events: list[Path], ranker: str, log: Path, k: str, *, as_json: bool) -> int:
    from dataclasses import asdict

    from goodword.rankers.extra import need

    need()
    from goodword.evaluate.ranking_log import judge_log

    recommending = goodword.recommend()
    read = recommending.events(events)
    name = (split(ranker) or ("auto",))[0]
    found = judge_log(log, recommending.ranker(name).fit(read.events), read.events, k=_lengths(k)[0])
    told: Mapping[str, Any] = {"ranker": name, **asdict(found)}
    if as_json:
        talk.emit(told)
        return 0
    talk.out(f"{found.rows:,} showings, of which {name} would make {found.matched:,}; "
             f"they weigh as much as {found.effective:,.0f}")  # fmt: skip
    for kind in ("logged", "ips", "clipped", "snips"):
        value = told[kind]
        typer.echo(f"  {kind:<8} {value['value']:.4f}  {value['low']:.4f} … {value['high']:.4f}")
    return 0
