"""Signing in: one-time links, passwords, lock-out, sessions that end, forms that only our own pages send."""

import re

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from fastapi import FastAPI
from starlette.testclient import TestClient

from goodword.app import Goodword
from goodword.errors import InputError
from goodword.server import people
from goodword.server.console.sign_in import inside
from goodword.store import ledger
from goodword.store import people as kept

PASSWORD = "four words are long"
HTML = {"Accept": "text/html"}


def test_passwords_are_hashed_as_rfc_9106_advises(real_hasher: PasswordHasher) -> None:
    kept = real_hasher.hash("four words are long")
    found = extract_parameters(kept)
    assert found.type is Type.ID and found.memory_cost >= 64 * 1024 and found.time_cost >= 3 and found.salt_len >= 16
    assert real_hasher.verify(kept, "four words are long")


def enter(client: TestClient, name: str, password: str) -> int:
    return client.post("/sign-in", data={"name": name, "password": password}, headers=HTML).status_code


def test_the_first_start_makes_a_link_that_makes_the_administrator_once(goodword: Goodword, client: TestClient) -> None:
    token = people.first_admin(goodword.store)
    assert token and "admin" in client.get("/welcome", params={"token": token}, headers=HTML).text
    form = {"token": token, "name": "li", "password": PASSWORD}
    assert client.post("/welcome", data=form, headers=HTML).status_code == 303
    assert client.get("/account", headers=HTML).status_code == 200
    assert client.post("/welcome", data=form | {"name": "eve"}, headers=HTML).status_code in {403, 422}
    assert people.first_admin(goodword.store) is None
    with goodword.store.read() as conn:
        assert [u.name for u in kept.users(conn)] == ["li"]


def test_a_short_password_is_told_and_leaves_the_link_good(goodword: Goodword, client: TestClient) -> None:
    token = people.first_admin(goodword.store)
    short = client.post("/welcome", data={"token": token, "name": "li", "password": "short"}, headers=HTML)
    assert short.status_code == 422 and "at least 10 characters" in short.text
    assert client.get("/welcome", params={"token": token}, headers=HTML).status_code == 200


def test_no_secret_is_kept_as_it_is(goodword: Goodword) -> None:
    token = people.invite(goodword.store, "li", ("writer",), actor="test")
    people.accept(goodword.store, token, "li", PASSWORD)
    signed = people.sign_in(goodword, "li", PASSWORD)
    key = people.make_key(goodword.store, "erp", roles=("writer",), scopes=("*",), actor="test")
    raw = b"".join(p.read_bytes() for p in __import__("pathlib").Path.cwd().glob("shop.db*"))
    for secret in (token, PASSWORD, signed.token, key):
        assert secret.encode() not in raw
    assert b"$argon2id$" in raw


def test_five_wrong_passwords_rest_the_account_even_for_the_right_one(goodword: Goodword, client: TestClient) -> None:
    people.accept(goodword.store, people.invite(goodword.store, "li", ("viewer",), actor="t"), "li", PASSWORD)
    assert [enter(client, "li", "wrong wrong wrong") for _ in range(5)] == [403] * 5
    assert enter(client, "li", PASSWORD) == 403
    with goodword.store.read() as conn:
        assert any("locked" in (e.body or {}) for e in ledger.entries(conn))


def test_an_unknown_name_and_a_wrong_password_read_the_same(goodword: Goodword, client: TestClient) -> None:
    people.accept(goodword.store, people.invite(goodword.store, "li", ("viewer",), actor="t"), "li", PASSWORD)
    told = [
        client.post("/sign-in", data={"name": n, "password": "no no no no"}, headers=HTML).text for n in ("li", "no")
    ]
    assert told[0].replace('value="li"', "") == told[1].replace('value="no"', "")


def test_signing_out_ends_the_session_on_the_server(goodword: Goodword, client: TestClient) -> None:
    people.accept(goodword.store, people.invite(goodword.store, "li", ("viewer",), actor="t"), "li", PASSWORD)
    assert enter(client, "li", PASSWORD) == 303
    page = client.get("/account", headers=HTML)
    csrf = re.search(r'name="csrf" (?:content|value)="([^"]+)"', page.text)
    assert csrf
    token = client.cookies["gw_session"]
    assert client.post("/sign-out", data={"csrf": csrf[1]}, headers=HTML).status_code == 303
    client.cookies.set("gw_session", token)
    assert client.get("/account", headers=HTML).headers["Location"].startswith("/sign-in")


def test_a_new_password_ends_other_sessions(goodword: Goodword, app: FastAPI, sign_in: object) -> None:
    first = sign_in("viewer", name="li")  # type: ignore[operator]
    second = TestClient(app, follow_redirects=False)
    assert enter(second, "li", PASSWORD) == 303
    wrong = first.post("/account", data={"old": "not this one", "new": "other long words"}, headers=HTML)
    assert wrong.status_code == 422
    changed = first.post("/account", data={"old": PASSWORD, "new": "other long words"}, headers=HTML)
    assert changed.status_code == 303
    assert second.get("/account", headers=HTML).status_code == 303


@pytest.mark.parametrize("headers", [{}, {"X-CSRF-Token": "guessed"}, {"Sec-Fetch-Site": "cross-site"},
                                     {"Origin": "https://evil.example"}])  # fmt: skip
def test_a_form_of_another_site_changes_nothing(sign_in: object, headers: dict[str, str]) -> None:
    client = sign_in("viewer")  # type: ignore[operator]
    del client.headers["X-CSRF-Token"]
    got = client.post("/account", data={"old": PASSWORD, "new": "other long words"}, headers=HTML | headers)
    assert got.status_code == 403


def test_signing_in_cannot_be_made_by_another_site(client: TestClient) -> None:
    got = client.post("/sign-in", data={"name": "a", "password": "b"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert got.status_code == 403 and "another site" in got.json()["detail"]


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\\b", "/\nx", "", "x"]
)
def test_nobody_is_led_to_another_site(path: str) -> None:
    assert inside(path) == "/"
    assert inside("/desk?state=waiting") == "/desk?state=waiting"


def test_the_last_administrator_cannot_be_closed(goodword: Goodword) -> None:
    people.accept(goodword.store, people.first_admin(goodword.store) or "", "li", PASSWORD)
    with pytest.raises(InputError, match="somebody must be left"), goodword.store.begin() as conn:
        kept.change_user(conn, "li", roles=("viewer",), state="active", actor="test")


def test_pages_speak_the_reader_s_language(client: TestClient) -> None:
    assert "登录" in client.get("/sign-in", headers=HTML | {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}).text
    assert "Sign in" in client.get("/sign-in", headers=HTML | {"Accept-Language": "en-GB,zh;q=0.5"}).text
    chosen = client.get("/sign-in", params={"lang": "zh"}, headers=HTML)
    assert 'lang="zh-CN"' in chosen.text and "gw_lang=zh" in chosen.headers["Set-Cookie"]


def test_every_answer_carries_the_headers_that_bind_the_browser(client: TestClient) -> None:
    for path in ("/sign-in", "/nowhere", "/static/base.css", "/account"):
        headers = client.get(path, headers=HTML).headers
        assert (
            "default-src 'none'" in headers["Content-Security-Policy"]
            and "unsafe" not in headers["Content-Security-Policy"]
        )
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Frame-Options"] == "DENY"
