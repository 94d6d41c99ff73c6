"""Every route with everybody who could come: a matrix made from the routes themselves, and a table made by hand.

The matrix proves that the gate holds what a route declares. The table, which knows nothing of the declarations, says
what they may be at all: so a route that declares too little fails here too.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from goodword.app import Goodword
from goodword.server import people
from goodword.server.access import ROLES, SCOPES, Access, Gate, Role, access_of, routes_of
from goodword.server.app import create_app
from goodword.server.console import told
from goodword.store.people import KeyKind

pytestmark = pytest.mark.slow
REFUSED = {401, 403}
# Open to everybody. A new one is added here by hand, after a thought.
PUBLIC = {
    ("GET", "/demo-shop"), ("GET", "/demo-shop/{sku}"), ("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/sign-in"),
    ("GET", "/v1/openapi.json"), ("GET", "/welcome"), ("GET", "/widget.js"), ("POST", "/sign-in"),
    ("POST", "/sign-out"), ("POST", "/welcome"),
}  # fmt: skip
# Unsafe by their method, but they only look, ask or judge: open to whoever may look.
LOOKING = re.compile(
    r"/v1/(ask|ask/stream|check|check/batch|screen|describe/estimate|reviews/score|recommend/(for|similar|basket))"
    r"|/rules/try|/account|/write/fill"
)
STRICT: Mapping[str, Role] = {  # the least role that whatever lies under such a path may ask for
    r"/people": "admin",
    r"/v1/ledger/\{position\}/body": "admin",
    r"/ledger/erase": "admin",
    r"/v1/ask/customers": "auditor",
    r"/v1/ledger": "auditor",
    r"/ledger/(verify|export|anchor)": "auditor",
    r"/v1/desk/\{number\}/(approve|reject)": "approver",
    r"/recommendations/rules": "approver",
    r"/openai": "writer",
}
SHOP_PAGES = re.compile(r"/widget/v1/")


@dataclass(frozen=True)
class Come:
    """Somebody who comes, with what they bring."""

    name: str
    headers: Mapping[str, str]
    role: str = ""
    scopes: frozenset[str] = frozenset()
    person: bool = False
    storefront: bool = False

    def may(self, access: Access) -> bool:
        """By the words of the contract: every role looks, an admin may all, a program needs the scope too."""
        if access.kind == "anyone":
            return True
        has = self.role in {access.role, "admin"} or (access.role == "viewer" and self.role != "")
        if access.kind == "storefront":
            return self.storefront or (self.role != "" and (self.person or bool(self.scopes & {"*", "ask"})))
        return has and (self.person or "*" in self.scopes or access.scope in self.scopes)


Everybody = Callable[[Access], Iterator[Come]]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Goodword]:
    with Goodword(store=str(tmp_path_factory.mktemp("roles") / "shop.db")) as made:
        yield made


@pytest.fixture(scope="module")
def application(shop: Goodword) -> FastAPI:
    return create_app(shop)


@pytest.fixture(scope="module")
def client(application: FastAPI) -> Iterator[TestClient]:
    with TestClient(application, follow_redirects=False, raise_server_exceptions=False) as made:
        yield made


@pytest.fixture(scope="module")
def everybody(shop: Goodword) -> Everybody:
    """Nobody, a storefront, persons and programs of every role, with the scope, with every other, and with none."""
    made: dict[tuple[str, frozenset[str]], str] = {}

    def person(*roles: Role) -> Mapping[str, str]:
        name = "-".join(roles) or "none"
        password = "four words are long"
        people.accept(shop.store, people.invite(shop.store, name, roles, actor="test"), name, password)
        signed = people.sign_in(shop, name, password)
        return {"Cookie": f"gw_session={signed.token}", "X-CSRF-Token": signed.csrf}

    def key(role: str, scopes: frozenset[str], *, kind: KeyKind = "api") -> Mapping[str, str]:
        if (role, scopes) not in made:
            made[role, scopes] = people.make_key(
                shop.store, f"key {len(made)}", kind=kind, roles=(role,) if role else (), scopes=scopes, actor="test",
                origins=("https://shop.example",),
            )  # fmt: skip
        return {"Authorization": f"Bearer {made[role, scopes]}"}

    persons = [Come(f"person {r}", person(r), r, person=True) for r in ROLES]
    fixed = [
        Come("nobody", {}), Come("a person of no role", person(), person=True), *persons,
        Come("a forged key", {"Authorization": "Bearer gw_0123456789ab_" + "x" * 43}),
        Come("a forged session", {"Cookie": "gw_session=" + "x" * 43}),
        Come("a storefront", key("", frozenset({"storefront"}), kind="storefront"), storefront=True),
    ]  # fmt: skip

    def all_of(access: Access) -> Iterator[Come]:
        yield from fixed
        own = frozenset({access.scope} if access.scope else ())
        rest = frozenset(SCOPES) - own
        for role in ROLES:
            yield Come(f"program {role} with the scope", key(role, own), role, own)
        yield Come("program admin with every other scope", key("admin", rest), "admin", rest)
        yield Come("program admin without a scope", key("admin", frozenset()), "admin", frozenset())

    return all_of


def routes(application: FastAPI) -> list[tuple[APIRoute, str, Access]]:
    found = [(r, m, access_of(r)) for r in routes_of(application.state.routers) for m in sorted(r.methods or ())]
    return [(r, m, a) for r, m, a in found if a is not None]


def address(route: APIRoute) -> str:
    return re.sub(r"\{[^}]*\}", "1", route.path)


def test_no_route_serves_anybody_it_does_not_name(
    application: FastAPI, client: TestClient, everybody: Everybody
) -> None:
    tried, wrong = 0, []
    for route, method, access in routes(application):
        for come in everybody(access):
            if come.may(access):
                continue
            preflight = method == "OPTIONS" and access.kind == "storefront"
            got = client.request(method, address(route), headers={"Accept": "application/json", **come.headers})
            tried += 1
            if got.status_code not in REFUSED and not preflight:
                wrong.append(f"{method} {route.path}: {come.name} got {got.status_code}")
            client.cookies.clear()
    assert not wrong, "\n".join(wrong)
    assert tried > 700  # the matrix is not empty


def test_every_route_serves_those_it_names(application: FastAPI, shop: Goodword, everybody: Everybody) -> None:
    """The same gate before an empty house, so that nothing is done."""

    async def house(scope: Scope, receive: Receive, send: Send) -> None:
        await Response("passed", 207)(scope, receive, send)

    own = routes_of(application.state.routers)
    gate = Gate(house, routes=own, goodword=shop, answer=told.answer)
    wrong = []
    client = TestClient(gate, follow_redirects=False)
    for route, method, access in routes(application):
        for come in everybody(access):
            got = client.request(method, address(route), headers=dict(come.headers)) if come.may(access) else None
            if got is not None and got.status_code != 207:
                wrong.append(f"{method} {route.path}: {come.name} was refused")
            client.cookies.clear()
    assert not wrong, "\n".join(wrong)


def test_only_a_few_routes_are_open_and_each_was_thought_about(application: FastAPI) -> None:
    found = {(m, r.path) for r, m, a in routes(application) if a.kind == "anyone"}
    assert found <= PUBLIC, found - PUBLIC


def test_whoever_may_only_look_changes_nothing(application: FastAPI) -> None:
    wrong = [
        f"{m} {r.path}" for r, m, a in routes(application)
        if a.kind == "role" and a.role == "viewer" and m not in {"GET", "HEAD"} and not LOOKING.fullmatch(r.path)
    ]  # fmt: skip
    assert not wrong, wrong


def test_what_is_grave_asks_for_a_grave_role(application: FastAPI) -> None:
    wrong = []
    for route, method, access in routes(application):
        for path, role in STRICT.items():
            graver = access.kind == "role" and (access.role in {role, "admin"})
            if re.match(path, route.path) and not graver and not _finer(path, route.path):
                wrong.append(f"{method} {route.path} asks for {access.role or access.kind}, not {role}")
    assert not wrong, "\n".join(wrong)


def _finer(path: str, route: str) -> bool:
    """Whether another line of the table says more of that route."""
    return any(len(other) > len(path) and re.match(other, route) for other in STRICT)


def test_only_the_widget_takes_the_keys_of_shop_pages(application: FastAPI) -> None:
    found = [r.path for r, _, a in routes(application) if a.kind == "storefront"]
    assert found and all(SHOP_PAGES.match(path) for path in found), found


def test_programs_need_a_scope_wherever_they_may_come(application: FastAPI) -> None:
    wrong = [r.path for r, _, a in routes(application) if r.path.startswith(("/v1/", "/openai/")) and a.kind == "role"
             and a.scope not in SCOPES]  # fmt: skip
    assert not wrong, wrong


def test_a_person_s_unsafe_request_without_the_session_s_token_does_nothing(
    application: FastAPI, client: TestClient, everybody: Everybody
) -> None:
    admin = next(c for c in everybody(Access(kind="role")) if c.name == "person admin")
    headers = {"Cookie": admin.headers["Cookie"], "Accept": "application/json"}
    wrong = []
    for route, method, access in routes(application):
        if method in {"GET", "HEAD", "OPTIONS"} or (method, route.path) == ("POST", "/sign-in"):
            continue
        got = client.request(method, address(route), headers=headers)
        if got.status_code not in {400, 403, 415, 422}:
            wrong.append(f"{method} {route.path}: {got.status_code}")
        again = client.request(method, address(route), headers=headers | {"Sec-Fetch-Site": "cross-site"})
        if again.status_code != 403 and access.kind != "anyone":
            wrong.append(f"{method} {route.path} from another site: {again.status_code}")
        client.cookies.clear()
    assert not wrong, "\n".join(wrong)


def test_nobody_at_a_page_is_led_to_sign_in_and_back(client: TestClient) -> None:
    got = client.get("/desk/3?x=1", headers={"Accept": "text/html"})
    assert got.status_code == 303 and got.headers["Location"].startswith("/sign-in?next=/desk/3")
