"""The ledger: everything said, held, refused, decided and changed, with who; searched, and erased with a reason."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import Connection

from goodword.app import Goodword
from goodword.errors import InputError
from goodword.jobs import dossier
from goodword.server.access import Who, need
from goodword.server.console.about import About, about
from goodword.server.console.links import link, text_page
from goodword.server.console.render import Nav, render
from goodword.server.problems import Missing
from goodword.server.shop import shop_of
from goodword.store import ledger, ledger_find, statements
from goodword.store.ledger import Entry

router = APIRouter(include_in_schema=False)
NAV = Nav(order=80, path="/ledger", label="Ledger")
Shop = Annotated[Goodword, Depends(shop_of)]
Viewer = Annotated[Who, Depends(need("viewer", "ledger"))]
Word = Annotated[str, Query(max_length=200, pattern="^[^\x00-\x1f]*$")]
Day = Annotated[str, Query(pattern=r"^$|^\d{4}-\d\d-\d\d$")]
_PAGE = 40


@router.get("/ledger")
def timeline(
    request: Request, shop: Shop, who: Viewer, kind: Word = "", subject: Word = "", actor: Word = "", text: Word = "",
    since: Day = "", until: Day = "", before: int | None = None,
) -> HTMLResponse:  # fmt: skip
    """The entries, newest first; only an auditor searches their bodies."""
    asked = {"kind": kind, "subject": subject.strip(), "actor": actor.strip(), "since": since, "until": until,
             "text": text.strip() if who.may("auditor", "ledger") else ""}  # fmt: skip
    with shop.store.read() as conn:
        found, reached = _found(conn, asked, before)
        kinds, head = ledger.kinds(conn), ledger.head(conn)
        known = about(conn, (e.subject for e in found))
    last = found[_PAGE - 1].position if len(found) > _PAGE else reached
    older = link("/ledger", **asked, before=last) if last > 1 else ""
    return render(
        request, who, "ledger/list.html", kinds=kinds, head=head, asked=asked,
        days=_days(found[:_PAGE], known, who), reached=reached if reached > 1 and len(found) <= _PAGE else 0,
        older=older, first=link("/ledger", **asked) if before else "", any=bool(found),
        filtered=any(asked.values()),
    )  # fmt: skip


@router.get("/ledger/entry")
def entry(request: Request, shop: Shop, who: Viewer, position: Annotated[int, Query(ge=1)]) -> HTMLResponse:
    """One entry: what was recorded, and how it hangs in the chain."""
    with shop.store.read() as conn:
        found = _entry(conn, position)
        near = {e.position: e for e in ledger.entries(conn, after=position - 2, limit=3)}
        statement = next((s for s in _statements(conn, found)), None)
        known = about(conn, [found.subject])[found.subject]
    body = found.body if who.may("auditor", "ledger") else None
    outcome, text, findings, reason = dossier.readable(found.body or {}) if body else ("", "", "", "")
    return render(
        request, who, "ledger/entry.html", entry=found, hidden=found.body is not None and body is None,
        erased=found.body is None, body=_lines(body), text=text, findings=findings, reason=reason, outcome=outcome,
        before=near.get(position - 1), after=near.get(position + 1), about=known, look=_look(found.kind),
        statement=text_page(statement) if statement else "",
    )  # fmt: skip


@router.post("/ledger/erase")
def erase(
    shop: Shop, who: Annotated[Who, Depends(need("admin", "ledger"))], position: Annotated[int, Form()],
    why: Annotated[str, Form(max_length=500)] = "",
) -> RedirectResponse:  # fmt: skip
    """Erase the body of an entry for good; the chain stays whole and says so."""
    if not why.strip():
        raise InputError("an erasure needs a reason", cure="Say who asked, or what ran out")
    with shop.store.begin() as conn:
        ledger.erase(conn, position, why.strip(), who.name)
    return RedirectResponse(link("/ledger/entry", position=position), 303)


# ---------------------------------------------------------------- what is shown


def _found(conn: Connection, asked: dict[str, str], before: int | None) -> tuple[list[Entry], int]:
    """A page of entries and one more; and how far back words were looked for, 0 where all there is was looked through.

    The entries at and behind that position are still to be searched.
    """
    wanted: dict[str, Any] = {
        "kind": asked["kind"] or None, "subject": begins(asked["subject"]), "actor": asked["actor"] or None,
        "since": asked["since"] or None, "until": f"{asked['until']}T24" if asked["until"] else None,
    }  # fmt: skip
    if not asked["text"]:
        return list(ledger.entries(conn, **wanted, before=before, limit=_PAGE + 1, newest=True)), 0
    found = ledger_find.search(conn, asked["text"], **wanted, before=before, limit=_PAGE + 1)
    return list(found.entries), found.reached


def begins(subject: str) -> str | None:
    """What a person types is how a subject begins, unless they say otherwise."""
    return None if not subject else subject if subject.endswith("*") else f"{subject}*"


def _entry(conn: Any, position: int) -> Entry:
    try:
        return ledger.get(conn, position)
    except InputError:
        raise Missing(f"the ledger has no entry {position}", cure="See the ledger") from None


def _days(found: list[Entry], known: dict[str, About], who: Who) -> list[tuple[str, list[dict[str, Any]]]]:
    """The entries by day, each in one line for a person."""
    out: dict[str, list[dict[str, Any]]] = {}
    reads = who.may("auditor", "ledger")
    for one in found:
        outcome, text, _, reason = dossier.readable(one.body or {}) if reads else ("", "", "", "")
        out.setdefault(one.time[:10], []).append(
            {"entry": one, "look": _look(one.kind), "text": text, "reason": reason, "outcome": outcome,
             "about": known[one.subject], "erased": one.body is None}
        )  # fmt: skip
    return list(out.items())


_LOOKS = {"released": "released", "approved": "approved", "held": "held", "refused": "refused", "rejected": "rejected"}


def _look(kind: str) -> str:
    return _LOOKS.get(kind, "")


def _statements(conn: Any, one: Entry) -> list[str]:
    """The statement an entry released, while it is there."""
    if one.kind not in {"released", "approved"}:
        return []
    name = f"{one.subject}/{one.position}"
    return [name] if statements.get(conn, name) else []


def _lines(body: Any, depth: int = 0) -> list[tuple[int, str, str]]:
    """A body as lines of depth, name and value, so that nobody has to read JSON."""
    if not isinstance(body, dict):
        return []
    out: list[tuple[int, str, str]] = []
    for key, value in body.items():
        if isinstance(value, dict) and value:
            out += [(depth, key, ""), *_lines(value, depth + 1)]
        elif isinstance(value, list) and value and all(isinstance(v, dict) for v in value):
            for n, part in enumerate(value, 1):
                out += [(depth, f"{key} {n}", ""), *_lines(part, depth + 1)]
        else:
            plain = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            out.append((depth, key, plain))
    return out
