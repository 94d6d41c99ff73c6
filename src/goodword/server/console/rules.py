"""Rules and models: the law of each market with its articles and examples, the models' cards, audits of fairness."""

from typing import Annotated, cast, get_args

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from markdown_it import MarkdownIt
from markupsafe import Markup

from goodword.app import Goodword
from goodword.errors import DataError
from goodword.guard.law import packs, prove
from goodword.guard.law.packs import Rule
from goodword.jobs import audit_kept
from goodword.llm import weights
from goodword.models import cards
from goodword.server import words
from goodword.server.access import Who, need
from goodword.server.console.judged import sentences, whole
from goodword.server.console.render import Nav, render
from goodword.server.problems import Missing
from goodword.server.shop import shop_of
from goodword.server.work.kinds.fairness import KIND
from goodword.server.work.work import Work, work_of
from goodword.store import tasks
from goodword.text import classes
from goodword.text.language import detect
from goodword.types import Draft, MadeBy, Market

router = APIRouter(include_in_schema=False)
NAV = Nav(order=90, path="/rules", label="Rules & models")
Shop = Annotated[Goodword, Depends(shop_of)]
Viewer = Annotated[Who, Depends(need("viewer", "check"))]
Auditor = Annotated[Who, Depends(need("auditor", "ledger"))]
MARKETS: tuple[Market, ...] = get_args(Market)
_SEVERITIES = ("block", "needs_evidence", "warn", "ok", "system")
_LONGEST = 5000


@router.get("/rules")
def law(
    request: Request, shop: Shop, who: Viewer, market: Annotated[str, Query(pattern="^(cn|eu|us|uk)?$")] = "",
    find: Annotated[str, Query(max_length=200)] = "", severity: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:  # fmt: skip
    """The rules of a market, to look through and to search."""
    said = words.of(request)
    home = dict(shop.settings.market_pairs()).get(said.lang, "cn" if said.lang == "zh" else "us")
    chosen = cast("Market", market or home)
    pack = packs.load(chosen)
    wanted = find.strip().lower()
    rows = [r for r in pack.rules if severity in {"", r.severity} and wanted in _words(r)]
    return render(
        request, who, "rules/list.html", market=chosen, markets=MARKETS, pack=pack, rows=rows, find=find,
        severity=severity, severities=_SEVERITIES, text="", judged=None,
        numbers={s: sum(r.severity == s for r in pack.rules) for s in _SEVERITIES},
        every={m: len(packs.load(m).rules) for m in MARKETS},
    )  # fmt: skip


@router.get("/rules/rule")
def rule(request: Request, who: Viewer, id: Annotated[str, Query(max_length=40)]) -> HTMLResponse:  # noqa: A002
    """One rule whole; its examples are judged as the page is made."""
    name = id.upper()
    market = name[:2].lower()
    if market not in MARKETS:
        raise Missing(f"there is no rule {id!r}", cure="See the rules of each market")
    pack = packs.load(market)
    try:
        found = pack.rule(name)
    except DataError:
        raise Missing(f"there is no rule {id!r}", cure="See the rules of each market") from None
    judged = list(prove.judged(pack, found))
    place = [r.id for r in pack.rules].index(name)
    return render(
        request, who, "rules/rule.html", rule=found, market=market, pack=pack, judged=judged,
        before=pack.rules[place - 1].id if place else "", classes=found.classes,
        after=pack.rules[place + 1].id if place + 1 < len(pack.rules) else "",
    )  # fmt: skip


@router.get("/rules/try")
def try_page(request: Request, who: Viewer) -> HTMLResponse:
    """Where a text is tried against the law of a market."""
    return render(request, who, "rules/try.html", text="", market="", markets=MARKETS, ruling=None,
                  product_class="general", classes=_classes(words.of(request)))  # fmt: skip


@router.post("/rules/try")
def tried(
    request: Request, shop: Shop, who: Viewer, text: Annotated[str, Form(max_length=_LONGEST)] = "",
    market: Annotated[str, Form(pattern="^(cn|eu|us|uk)?$")] = "",
    product_class: Annotated[str, Form(max_length=40)] = "general",
) -> HTMLResponse:  # fmt: skip
    """What the law of a market says of a text; nothing is kept."""
    said = words.of(request)
    known = product_class if product_class in classes.all_ids() else classes.GENERAL
    if not text.strip():
        return try_page(request, who)
    where = cast("Market", market) if market else None
    ruling = shop.check(text, None, market=where, product_class=known, reader=said.lang)
    lang = detect(text)
    draft = Draft(sku="", text=text, lang=lang, market=where or "us", channel="listing", sentences=(),
                  made_by=MadeBy(backend="person"))  # fmt: skip
    return render(
        request, who, "rules/try.html", text=text, market=market, markets=MARKETS, ruling=ruling, draft=draft,
        sentences=sentences(draft, ruling, (), said), whole=whole(draft, ruling, said), product_class=known,
        classes=_classes(said),
    )  # fmt: skip


@router.get("/rules/models")
def models(request: Request, shop: Shop, who: Viewer) -> HTMLResponse:
    """The models at work, each with its card; and the weights of language models, here or not."""
    lang = words.of(request).lang
    return render(request, who, "rules/models.html", cards=cards.listed(lang), chosen=shop.settings.model,
                  weights=weights.listed(shop.settings.model.folder))  # fmt: skip


@router.get("/rules/model")
def model(request: Request, who: Viewer, name: Annotated[str, Query(max_length=80)]) -> HTMLResponse:
    """One model's card."""
    lang = words.of(request).lang
    found = next((c for c in cards.listed(lang) if c.name == name), None)
    if found is None:
        raise Missing(f"no model {name!r} has a card", cure="See the list of models")
    return render(request, who, "rules/model.html", card=found, body=_page_of(found.text))


@router.get("/rules/fairness")
def fairness(request: Request, shop: Shop, who: Viewer) -> HTMLResponse:
    """The last audits: is everyone treated alike?"""
    with shop.store.read() as conn:
        kept = audit_kept.kept(conn)
        last = next(iter(tasks.newest(conn, kinds=[KIND], limit=1)), None)
    return render(request, who, "rules/fairness.html", audits=kept, last=last)


@router.post("/rules/fairness")
def audit(who: Auditor, work: Annotated[Work, Depends(work_of)]) -> RedirectResponse:
    """Audit now."""
    work.take(KIND, {"products": 3}, who.name)
    return RedirectResponse("/rules/fairness", 303)


def _words(rule: Rule) -> str:
    return " ".join((rule.id, rule.law, *rule.says.values(), *rule.rewrite.values())).lower()


def _classes(said: words.Words) -> dict[str, str]:
    """Classes of products with their names, general first."""
    named = {name: classes.load(name).names[said.lang] for name in classes.all_ids()}
    return dict(sorted(named.items(), key=lambda row: (row[0] != classes.GENERAL, row[1])))


def _page_of(markdown: str) -> Markup:
    """A card as HTML. It is a file of ours or of the shop's; markup in it is text all the same."""
    lines = markdown.splitlines()
    body = "\n".join(line for n, line in enumerate(lines) if n or not line.startswith("# "))
    made = MarkdownIt("commonmark", {"html": False}).enable("table").render(body)
    return Markup(made)  # noqa: S704 - HTML in the text is escaped by the renderer
