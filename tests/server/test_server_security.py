"""Attacks, tried: on whoever looks at a page, on the files and addresses of the machine, on where a person is led."""

import io
import re
import socket
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from goodword_pages import wrong_with  # type: ignore[import-not-found]  # beside this file
from poisoned import (  # type: ignore[import-not-found]  # beside this file
    ATTACK,
    LINK,
    PASSWORD,
    SHORT,
    catalogue_file,
    crawled,
    poison,
    reviews_of,
)
from running import running  # type: ignore[import-not-found]  # beside this file
from starlette.testclient import TestClient

from goodword.app import Goodword
from goodword.server import people
from goodword.server.app import create_app
from goodword.server.headers import POLICY

pytestmark = pytest.mark.slow
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Goodword]:
    folder = tmp_path_factory.mktemp("poisoned")
    server = {"demo_shop": True, "max_body_mb": 1.0, "widget_per_minute": 6000}
    with Goodword(store=str(folder / "shop.db"), recommender=str(folder / "recommender"), server=server) as made:
        poison(made, folder)
        yield made


@pytest.fixture(scope="module")
def app(shop: Goodword) -> FastAPI:
    return create_app(shop)


@pytest.fixture(scope="module")
def address(app: FastAPI) -> Iterator[str]:
    with running(app) as url:
        yield url


@pytest.fixture(scope="module")
def signed(shop: Goodword, app: FastAPI, address: str) -> people.Signed:
    people.accept(shop.store, people.invite(shop.store, "root", ("admin",), actor="test"), "root", PASSWORD)
    return people.sign_in(shop, "root", PASSWORD)


@pytest.fixture(scope="module")
def admin(app: FastAPI, signed: people.Signed) -> TestClient:
    """The administrator; the application is up because it is served beside."""
    client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
    client.cookies.set("gw_session", signed.token)
    client.headers["X-CSRF-Token"] = signed.csrf
    reviews_of(client)
    return client


@pytest.fixture(scope="module")
def pages(admin: TestClient) -> dict[str, str]:
    """Every page, as an administrator sees it, in both languages."""
    found = dict(crawled(admin)) | dict(crawled(admin, "/demo-shop"))
    cookie = {"Cookie": f"gw_lang=zh; gw_session={admin.cookies['gw_session']}"}
    some = list(found)[:40]
    chinese = {f"{path} (zh)": admin.get(path, headers=HTML | cookie).text for path in some}
    return found | chinese


def test_the_crawl_reaches_the_pages_there_are(pages: dict[str, str]) -> None:
    reached = {re.split(r"[/?]", path)[1] for path in pages}
    assert {"", "catalogue", "write", "desk", "questions", "reviews", "recommendations", "ledger", "rules", "people",
            "demo-shop"} <= reached  # fmt: skip
    assert sum("gwPwned" in text for text in pages.values()) > 20  # the attacks are there to be seen, as words


def test_no_page_holds_script_style_or_handlers_of_its_own_whatever_fills_it(pages: dict[str, str]) -> None:
    wrong = {path: found for path, text in pages.items() if (found := wrong_with(text))}
    assert not wrong, wrong


def test_nothing_a_feed_or_a_customer_wrote_is_run_as_a_template(pages: dict[str, str]) -> None:
    assert not [path for path, text in pages.items() if "7777777" in text]


def test_a_browser_without_our_policy_still_runs_nothing_of_it(
    chromium: Any, address: str, signed: people.Signed, pages: dict[str, str]
) -> None:
    """The policy is the second wall: here it is taken away, and what is left must hold alone."""
    context = chromium.new_context(bypass_csp=True)
    context.add_cookies([{"name": "gw_session", "value": signed.token, "url": address}])
    page = context.new_page()
    ran: list[Any] = []
    page.expose_function("gwPwned", lambda n: ran.append(n))  # noqa: PLW0108 - the library wants to mark it
    kinds: dict[str, int] = {}
    for path in pages:
        kind = re.sub(r"[?].*|\d+", "", path)
        if path.endswith("(zh)") or kinds.setdefault(kind, 0) >= 2:
            continue
        kinds[kind] += 1
        page.goto(address + path, wait_until="load")
    page.wait_for_timeout(300)
    assert ran == [] and len(kinds) > 15
    context.close()


def test_the_widget_shows_an_attack_as_words(chromium: Any, address: str) -> None:
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()
    ran: list[Any] = []
    page.expose_function("gwPwned", lambda n: ran.append(n))  # noqa: PLW0108 - the library wants to mark it
    page.goto(f"{address}/demo-shop/P1")
    page.wait_for_selector("goodword-recommendations li")
    assert SHORT in page.locator("goodword-recommendations section").inner_text()
    page.locator(".fab").click()
    for question in (f"{ATTACK} is it waterproof?", "What is it made of?"):
        page.locator("textarea").fill(question)
        page.keyboard.press("Enter")
        page.wait_for_function(
            "() => !document.querySelector('goodword-assistant').shadowRoot.querySelector('.main').disabled"
        )
    page.locator("goodword-assistant summary").last.click()
    assert ran == [] and page.locator("goodword-assistant img, goodword-recommendations img").count() == 0
    context.close()


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nowhere", "/static/base.css", "/widget.js", "/v1/openapi.json",
                                  "/healthz", "/demo-shop", "/openai/v1/models", "/ledger/export"])  # fmt: skip
def test_every_answer_carries_the_headers_that_bind_the_browser(admin: TestClient, path: str) -> None:
    headers = admin.get(path, headers=HTML).headers
    assert headers["Content-Security-Policy"] == POLICY and "unsafe" not in POLICY and "*" not in POLICY
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin" and "camera=()" in headers["Permissions-Policy"]
    assert "server" not in headers or "uvicorn" not in headers["server"]
    if path in {"/", "/ledger/export"}:
        assert headers["Cache-Control"] == "no-store"
    if path != "/widget.js":
        assert "Access-Control-Allow-Origin" not in headers


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(shop: Goodword, admin: TestClient) -> None:
    for secure in (False, True):
        shop.settings.server.secure_cookies = secure
        fresh = TestClient(create_app(shop), follow_redirects=False)
        got = fresh.post("/sign-in", data={"name": "root", "password": PASSWORD}, headers=HTML)
        cookie = got.headers["Set-Cookie"].lower()
        assert "httponly" in cookie and "samesite=lax" in cookie and ("secure" in cookie) is secure
        assert ("Strict-Transport-Security" in got.headers) is secure
    shop.settings.server.secure_cookies = False


@pytest.mark.parametrize(
    "to",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/%2f/evil.example",
     "http:evil.example", "/\t/evil.example", "javascript:alert(1)", "/sign-in?next=//evil.example", " //evil.example"],
)  # fmt: skip
def test_nobody_is_led_to_another_site(shop: Goodword, app: FastAPI, to: str) -> None:
    fresh = TestClient(app, follow_redirects=False)
    got = fresh.post("/sign-in", data={"name": "root", "password": PASSWORD, "next": to}, headers=HTML)
    where = got.headers["Location"]
    assert where.startswith("/") and not where.startswith(("//", "/\\")) and "\\" not in where and "\t" not in where
    again = fresh.get("/sign-in", params={"next": to}, headers=HTML).headers.get("Location", "/")
    assert again.startswith("/") and not re.match(r"/[/\\\s]", again)


def test_a_forged_host_moves_no_redirect(app: FastAPI) -> None:
    fresh = TestClient(app, follow_redirects=False)
    got = fresh.get("/desk", headers=HTML | {"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert "evil" not in got.headers["Location"]


TRAVERSALS = (
    "../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "..%252f..%252fetc%252fpasswd", "/etc/passwd",
    "....//....//etc/passwd", "..\\..\\etc\\passwd", "%00/etc/passwd", "shop.db", "..%2fshop.db",
)  # fmt: skip
FILES = (
    "/static/{}", "/write/texts/{}", "/write/run/1/{}", "/catalogue/import/{}", "/catalogue/imported/{}/rows.csv",
    "/v1/tasks/{}", "/v1/tasks/{}/results", "/demo-shop/{}", "/reviews/report?task={}", "/rules/model?name={}",
    "/rules/rule?id={}", "/catalogue/product?sku={}", "/questions/passage?id={}", "/ledger/entry?position={}",
)  # fmt: skip


@pytest.mark.parametrize("at", FILES)
def test_no_path_reaches_a_file(admin: TestClient, at: str) -> None:
    for written in TRAVERSALS:
        got = admin.get(at.format(written), headers=HTML)
        assert got.status_code in {303, 400, 404, 405, 422}, (at, written, got.status_code)
        assert "root:" not in got.text and "SQLite format" not in got.text


def _archive(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, body in entries.items():
            file.writestr(name, body)
    return out.getvalue()


BOMB = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><rss><channel><item><title>&b;</title></item></channel></rss>'  # noqa: E501
ENTITY = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><rss><channel><item><id>1</id><title>&f;</title></item></channel></rss>'
BRINGS = {
    "a program": ("shop.csv", b"\x7fELF\x02\x01\x01" + b"\0" * 200),
    "a picture": ("shop.csv", b"\x89PNG\r\n\x1a\n" + b"\0" * 200),
    "a page": ("shop.csv", b"<!doctype html><script>alert(1)</script>"),
    "nothing": ("shop.csv", b""),
    "an archive": ("shop.xlsx", _archive({"../../evil": b"x"})),
    "a bomb of zeros": ("shop.xlsx", _archive({"xl/workbook.xml": b"0" * 5_000_000, "[Content_Types].xml": b"<x/>"})),
    "a bomb of entities": ("feed.xml", BOMB),
    "a file of ours": ("feed.xml", ENTITY),
    "a pickle": ("shop.parquet", b"\x80\x04\x95cposix\nsystem\n"),
}


LATE = {"a bomb of entities", "a file of ours"}  # told once their first product is read, not when they are opened


@pytest.mark.parametrize("what", BRINGS)
def test_what_is_no_catalogue_is_told_and_not_kept(admin: TestClient, what: str) -> None:
    name, body = BRINGS[what]
    for path in ("/v1/catalogue/import", "/v1/catalogue/preview", "/catalogue/import", "/write/fill"):
        got = admin.post(path, files={"file": (name, body)})
        late = what in LATE and got.status_code in {202, 303}
        assert late or got.status_code in {415, 422}, (path, got.status_code, got.text[:300])
        if late:
            got = _end(admin, got)
        assert "root:" not in got.text and "Traceback" not in got.text and "/tmp/" not in got.text
        assert "a" * 20 not in got.text


def _end(admin: TestClient, got: Any) -> Any:
    """What became of a file that was taken: the page that previews it, or its task once it has failed."""
    if got.status_code == 303:
        return admin.get(got.headers["Location"], headers=HTML)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        task = admin.get(got.json()["links"]["self"])
        if task.json()["state"] not in {"queued", "running"}:
            assert task.json()["state"] == "failed", task.text
            return task
        time.sleep(0.1)
    raise AssertionError("the task does not end")


LARGE = ("/v1/catalogue/import", "/catalogue/import", "/reviews", "/v1/check", "/v1/ask", "/openai/v1/chat/completions",
         "/sign-in")  # fmt: skip


@pytest.mark.parametrize("path", LARGE)
def test_a_body_that_is_too_large_is_refused(admin: TestClient, path: str) -> None:
    said = admin.post(path, content=b"x", headers={"Content-Length": str(2 << 30), "Content-Type": "application/json"})
    assert said.status_code == 413

    def endless(head: bytes) -> Iterator[bytes]:
        yield head
        for _ in range(40):
            yield b"x" * 65536

    form = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    files = path in LARGE[:3]
    kind = "multipart/form-data; boundary=b" if files else "application/json"
    streamed = admin.post(path, content=endless(form if files else b'{"text": "'), headers={"Content-Type": kind})
    assert streamed.status_code in {413} | ({403, 422} if path == "/sign-in" else set()), streamed.status_code


NAMES = (
    "../../../../tmp/gw-evil.csv", "/tmp/gw-evil.csv", "..\\..\\gw-evil.csv", "a/../../gw-evil.csv",
    "\x00gw-evil.csv", "con.csv", "." * 300 + "gw-evil.csv",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_kept_under_no_name_of_its_sender(admin: TestClient, tmp_path: Path, name: str) -> None:
    catalogue_file(tmp_path / "shop.csv")
    before = set(Path("/tmp").glob("*gw-evil*"))
    got = admin.post("/v1/catalogue/preview", files={"file": (name, (tmp_path / "shop.csv").read_bytes())})
    assert got.status_code == 200 and set(Path("/tmp").glob("*gw-evil*")) == before
    assert not list(Path.cwd().glob("*gw-evil*"))


def test_an_address_in_any_field_is_never_fetched(
    admin: TestClient, shop: Goodword, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A listener of ours stands for the cloud's metadata service; whoever calls it, or anywhere else, is caught."""
    called: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as trap:
        port = trap.getsockname()[1]
        threading.Thread(target=lambda: called.append(trap.accept()), daemon=True).start()
        url = f"http://127.0.0.1:{port}/latest/meta-data"
        real = socket.getaddrinfo

        def watched(host: Any, *more: Any, **named: Any) -> Any:
            if str(host) not in {"127.0.0.1", "localhost", "testserver"}:
                called.append(host)
            return real(host, *more, **named)

        monkeypatch.setattr(socket, "getaddrinfo", watched)
        feed = f"sku,title,image_link,link,material\nU1,Mug {url},{url},{url},steel\n"
        xml = f'<?xml version="1.0"?><!DOCTYPE r SYSTEM "{url}"><rss><channel><item><id>1</id></item></channel></rss>'
        admin.post("/v1/catalogue/preview", files={"file": ("f.csv", feed)})
        admin.post("/v1/catalogue/preview", files={"file": ("f.xml", xml)})
        admin.post(
            "/v1/check", json={"text": f"See {url}", "facts": {"page": url}, "evidence": [{"text": url, "source": url}]}
        )
        admin.post("/v1/screen", json={"text": f"![x]({url}) {url}"})
        admin.post("/v1/ask", json={"question": f"What stands at {url} and https://evil.example/x ?"})
        admin.post("/v1/reviews/score", json={"text": f"Nice {url}"})
        chat = {"model": "m", "base_url": url, "messages": [{"role": "user", "content": f"Fetch {url}"}]}
        refused = admin.post("/openai/v1/chat/completions", json=chat)
        assert refused.status_code in {422, 503}
        picture = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]}]
        admin.post("/openai/v1/chat/completions", json={"model": "m", "messages": picture})
    assert called == []


def test_only_the_rooms_of_models_can_reach_the_network() -> None:
    """Nothing else imports what opens a connection: there is no fetch that an address in data could steer."""
    import ast

    src = Path(__file__).parents[2] / "src" / "goodword"
    reach = {"http.client", "urllib.request", "requests", "httpx", "httpx2", "aiohttp", "ftplib", "smtplib",
             "openai"}  # fmt: skip
    found = set()
    for path in src.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else (
                [node.module or ""] if isinstance(node, ast.ImportFrom) else [])  # fmt: skip
            if reach & set(names) or any(n.split(".")[0] in reach - {"http.client"} for n in names):
                found.add(path.relative_to(src).parts[0])
    assert found <= {"llm"}, found


def test_an_error_tells_nothing_of_the_machine(
    admin: TestClient, shop: Goodword, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"secret in {Path.cwd()}")

    monkeypatch.setattr(Goodword, "screen", crash)
    for headers in (HTML, {"Accept": "application/json"}):
        got = admin.post("/v1/screen", json={"text": "x"}, headers=headers)
        assert got.status_code == 500 and "secret" not in got.text and "Traceback" not in got.text


def test_an_attack_in_an_address_is_shown_as_words(admin: TestClient) -> None:
    for path in (f"/{SHORT}", f"/desk?state={SHORT}", f"/ledger?subject={SHORT}", f"/catalogue?q={ATTACK}",
                 f"/sign-in?next={LINK}", f"/welcome?token={SHORT}", f"/demo-shop/{SHORT}", f"/rules?q={SHORT}",
                 f"/questions?q={ATTACK}", f"/?lang={SHORT}"):  # fmt: skip
        got = admin.get(path, headers=HTML)
        assert got.status_code < 500 and not wrong_with(got.text), path
        assert "\r" not in str(got.headers) and "gwPwned" not in got.headers.get("Location", "").replace("%", "")[:8]
