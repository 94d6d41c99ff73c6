"""People in the console: one-time links, roles, keys shown once; for administrators."""

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from goodword.app import Goodword
from goodword.errors import InputError
from goodword.server.app import create_app
from goodword.server.console.people import origin_of
from goodword.store import people as kept


def secret(page: str) -> str:
    return re.search(r'id="secret" value="([^"]+)"', page)[1]  # type: ignore[index]


def test_somebody_new_comes_in_by_a_link_that_works_once(signed: Any, goodword: Goodword) -> None:
    ana = signed("ana")
    link = secret(ana.submit("/people/invite", name="mei", roles=["writer", "viewer"]).text)
    assert link not in ana.get("/people").text  # shown once
    newcomer, late = (TestClient(create_app(goodword), follow_redirects=False) for _ in range(2))
    path = link.partition("testserver")[2]
    assert newcomer.get(path).status_code == 200
    form = {"token": path.partition("token=")[2], "name": "mei", "password": "a long enough one"}
    assert newcomer.post("/welcome", data=form).status_code == 303
    assert late.post("/welcome", data=form).status_code == 422
    assert late.get(path).status_code == 404
    assert "mei" in ana.read("/people")


def test_a_name_that_is_taken_or_no_role_is_told(signed: Any) -> None:
    ana = signed("ana")
    assert "this name is taken" in ana.submit("/people/invite", name="wen", roles=["viewer"]).text
    assert "at least one role is needed" in ana.submit("/people/invite", name="new").text
    assert ana.submit("/people/invite", name="new", roles=["king"]).status_code == 422


def test_roles_change_and_sessions_end(signed: Any) -> None:
    wen, ana = signed("wen"), signed("ana")
    assert wen.get("/questions").status_code == 200
    assert ana.submit("/people/change", name="wen", roles=["auditor"]).status_code == 303
    assert wen.get("/questions", headers={"Accept": "text/html"}).status_code == 303  # to sign in again
    assert ana.submit("/people/change", name="wen", roles=["auditor"], state="disabled").status_code == 303
    assert "no longer active" in ana.read("/people")


def test_the_last_administrator_stays(signed: Any) -> None:
    ana = signed("ana")
    for form in ({"roles": ["viewer"]}, {"roles": ["admin"], "state": "disabled"}):
        refused = ana.submit("/people/change", name="ana", **form)
        assert refused.status_code == 422 and "somebody must be left to administer" in refused.text
    assert ana.get("/people").status_code == 200


def test_a_key_is_shown_once_and_reaches_no_further_than_it_was_made_for(signed: Any, goodword: Goodword) -> None:
    ana = signed("ana")
    page = ana.submit("/people/keys", name="erp", kind="api", roles=["viewer"], scopes=["check"], policy="hold")
    token = secret(page.text)
    assert page.headers["cache-control"] == "no-store"
    shown = ana.get("/people/keys").text
    assert token not in shown and "erp" in shown and "proxy: hold" in shown
    program = TestClient(create_app(goodword), headers={"Authorization": f"Bearer {token}"})
    assert program.post("/v1/check", json={"text": "A mug.", "facts": {"type": "mug"}}).status_code == 200
    assert program.get("/v1/ledger").status_code == 403
    with goodword.store.read() as conn:
        found = kept.keys(conn)[0]
    assert found.policy == {"policy": "hold"} and token not in str(found)
    assert ana.submit("/people/keys/revoke", id=found.id).status_code == 303
    assert program.post("/v1/check", json={"text": "A mug.", "facts": {}}).status_code == 401
    assert "Revoked" in ana.read("/people/keys")


def test_a_key_for_shop_pages_names_their_addresses(signed: Any, goodword: Goodword) -> None:
    ana = signed("ana")
    page = ana.submit(
        "/people/keys", name="web", kind="storefront", origins="https://Shop.example/\nhttps://b.example:8443"
    )
    assert secret(page.text).startswith("gw_pub_") and "data-key=" in page.text
    with goodword.store.read() as conn:
        assert set(kept.keys(conn)[0].origins) == {"https://shop.example", "https://b.example:8443"}
    for wrong in ("", "http://shop.example", "https://shop.example/path", "javascript:alert(1)"):
        assert ana.submit("/people/keys", name="x", kind="storefront", origins=wrong).status_code == 422, wrong


def test_a_key_without_scope_or_with_a_name_that_is_taken_is_told(signed: Any) -> None:
    ana = signed("ana")
    assert ana.submit("/people/keys", name="a", roles=["viewer"]).status_code == 422
    assert ana.submit("/people/keys", name="a", roles=["viewer"], scopes=["ask"]).status_code == 200
    assert ana.submit("/people/keys", name="a", roles=["viewer"], scopes=["ask"]).status_code == 422


@pytest.mark.parametrize("name", ["vic", "wen", "ada", "otto"])
def test_only_administrators_see_people_and_keys(signed: Any, name: str) -> None:
    person = signed(name)
    assert person.get("/people").status_code == 403
    assert person.submit("/people/keys", name="x", roles=["admin"], scopes=["people"]).status_code == 403
    assert person.submit("/people/invite", name="x", roles=["admin"]).status_code == 403
    assert "/people" not in person.get("/questions").text


@pytest.mark.parametrize(
    ("given", "origin"),
    [("https://shop.example:443/", "https://shop.example"), ("http://localhost:3000", "http://localhost:3000"),
     ("https://SHOP.example", "https://shop.example"), ("http://[::1]:8080", "http://[::1]:8080")],
)  # fmt: skip
def test_an_address_is_brought_to_its_origin(given: str, origin: str) -> None:
    assert origin_of(given) == origin


@pytest.mark.parametrize(
    "given",
    [
        "ftp://a.example",
        "https://u:p@a.example",
        "https://a.example?x",
        "https://",
        "a.example",
        "https://a.example:99999",
    ],
)
def test_what_is_no_address_of_a_shop_is_refused(given: str) -> None:
    with pytest.raises(InputError):
        origin_of(given)
