"""What a publishable key may and may not do, from which pages, and what a customer is told."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from goodword.app import Goodword
from goodword.jobs.asking import identity, shelf
from goodword.server import people
from goodword.server.app import create_app
from goodword.server.widget.pace import Pace
from goodword.store import conversations, ledger

pytestmark = pytest.mark.slow
ORIGIN = "https://shop.example"
SECRET = "a secret of more than sixteen bytes"


@pytest.fixture(scope="module")
def shop_key(sample: Goodword) -> str:
    return people.make_key(sample.store, "front", kind="storefront", origins=(ORIGIN,), actor="test")


@pytest.fixture
def page(sample: Goodword, shop_key: str) -> Iterator[TestClient]:
    """A page of the shop's site."""
    with TestClient(create_app(sample), raise_server_exceptions=False) as client:
        client.headers |= {"Authorization": f"Bearer {shop_key}", "Origin": ORIGIN}
        yield client


def asked(client: TestClient, question: str, **more: Any) -> dict[str, Any]:
    got = client.post("/widget/v1/ask", json={"question": question, **more})
    assert got.status_code == 200, got.text
    events = [block.split("\n") for block in got.text.strip().split("\n\n")]
    assert events[-1][0] == "event: done"
    found: dict[str, Any] = json.loads(events[-1][1].removeprefix("data: "))
    return found


def test_a_question_is_answered_from_the_shop_s_facts_and_recorded_under_the_key(
    page: TestClient, sample: Goodword
) -> None:
    answer = asked(page, "Is it waterproof?", product="EL-002", lang="en")
    assert answer["outcome"] == "answered" and "IPX4" in answer["answer"] and answer["label"]
    assert answer["sentences"][0]["evidence"][0]["quote"] == "IPX4" and "hand_over" not in answer
    with sample.store.read() as conn:
        head = ledger.head(conn)
    assert head and head.kind == "released"
    assert asked(page, "防水吗？", product="EL-002", lang="zh")["answer"].endswith("IPX4。")


def test_a_conversation_goes_on_from_what_the_store_kept_not_from_what_a_page_says(
    page: TestClient, sample: Goodword
) -> None:
    first = asked(page, "Is it waterproof?", product="EL-002", lang="en")
    second = asked(page, "And how much does it weigh?", lang="en", conversation=first["conversation"])
    assert second["conversation"] == first["conversation"] and "4.6 g" in second["answer"]
    elsewhere = asked(page, "And how much does it weigh?", lang="en", conversation="guessed-by-someone")
    assert "4.6 g" not in elsewhere["answer"]
    assert elsewhere["conversation"] != "guessed-by-someone"


def test_a_conversation_of_a_customer_is_closed_to_everybody_else(page: TestClient, sample: Goodword) -> None:
    token = identity.issue(SECRET.encode(), "u0142")
    mine = asked(page, "I want to speak to a person.", lang="en", session=token)["conversation"]
    other = asked(page, "What did I ask?", lang="en", conversation=mine)
    assert other["conversation"] != mine
    assert page.post("/widget/v1/handed", json={"conversation": mine}).json() == {
        "state": "none",
        "answer": "",
        "id": 0,
    }
    own = page.post("/widget/v1/handed", json={"conversation": mine, "session": token}).json()
    assert own["state"] == "waiting"


def test_a_person_s_answer_reaches_the_customer_who_waits(page: TestClient, sample: Goodword) -> None:
    given = asked(page, "I want to speak to a person.", lang="en")
    assert given["outcome"] == "handed_over"
    with sample.store.read() as conn:
        waiting = conversations.waits(conn, given["conversation"])
    assert waiting
    from datetime import UTC, datetime

    shelf.answered(sample.store, waiting.id, "We open at nine.", who="user:li", today=datetime.now(UTC).date())
    got = page.post("/widget/v1/handed", json={"conversation": given["conversation"]}).json()
    assert got == {"state": "answered", "answer": "We open at nine.", "id": waiting.id}
    told = page.post("/widget/v1/conversation", json={"conversation": given["conversation"]}).json()
    assert [(t["by"], t["answer"]) for t in told["turns"]][1:] == [("person", "We open at nine.")]
    assert told["turns"][0]["question"] == "I want to speak to a person." and told["answered"] == waiting.id


def test_what_was_said_is_told_again_to_nobody_else_and_erased_for_good(page: TestClient, sample: Goodword) -> None:
    token = identity.issue(SECRET.encode(), "u0143")
    mine = asked(page, "Is it waterproof?", product="EL-002", lang="en", session=token)["conversation"]
    own = {"conversation": mine, "session": token}
    told = page.post("/widget/v1/conversation", json=own).json()["turns"]
    assert "IPX4" in told[0]["answer"] and "IPX4" in told[0]["quotes"] and "AI" in told[0]["label"]
    assert page.post("/widget/v1/conversation", json={"conversation": mine}).json()["turns"] == []
    assert page.post("/widget/v1/erase", json={"conversation": mine}).json() == {"erased": 0}
    assert page.post("/widget/v1/erase", json=own).json() == {"erased": 1}
    assert page.post("/widget/v1/conversation", json=own).json()["turns"] == []
    with sample.store.read() as conn:
        assert ledger.verify(conn).ok and conversations.turns(conn, mine) == []


def test_a_mailer_is_told_every_answer_once_and_in_the_order_they_were_given(
    page: TestClient, sample: Goodword
) -> None:
    from datetime import UTC, datetime

    key = people.make_key(sample.store, "mailer", roles=("viewer",), scopes=("ask",), actor="test")
    token = identity.issue(SECRET.encode(), "u0144")
    mailer = TestClient(page.app, headers={"Authorization": f"Bearer {key}"})

    def new(cursor: str | None) -> tuple[list[dict[str, object]], str | None]:
        got = mailer.get("/v1/ask/answers", params={"cursor": cursor or "", "limit": 1}).json()
        return got["items"], got["next"]

    cursor = None
    while (got := new(cursor))[0]:
        cursor = got[1]
    first = asked(page, "I want to speak to a person.", lang="en", session=token)["conversation"]
    second = asked(page, "请转人工", lang="zh")["conversation"]
    with sample.store.read() as conn:
        numbers = {name: conversations.waits(conn, name).id for name in (first, second)}  # type: ignore[union-attr]
    assert new(cursor) == ([], cursor)
    for name, text in ((second, "可以。"), (first, "Yes, at noon.")):
        shelf.answered(sample.store, numbers[name], text, who="user:li", today=datetime.now(UTC).date())
    (one,), cursor = new(cursor)
    (two,), cursor = new(cursor)
    assert [(m["conversation"], m["text"], m["lang"], m["signed_in"]) for m in (one, two)] == [
        (second, "可以。", "zh", False), (first, "Yes, at noon.", "en", True)
    ]  # fmt: skip
    assert new(cursor) == ([], cursor)
    mine = mailer.get("/v1/ask/answers", params={"customer": "u0144"}).json()["items"]
    assert [m["text"] for m in mine] == ["Yes, at noon."]
    assert mailer.get("/v1/ask/answers", params={"cursor": "nonsense"}).status_code == 422


def test_recommendations_come_with_shares_that_add_up(page: TestClient) -> None:
    got = page.post("/widget/v1/recommend", json={"product": "EL-002", "k": 3, "lang": "zh"}).json()
    assert len(got["items"]) == 3 and got["parameters"] and got["personalised"]
    for item in got["items"]:
        assert item["sku"] != "EL-002" and "Kilovane" in item["reason"] and "AI" in item["label"]
        assert sum(p["share"] for p in item["parts"]) + item["general"] + item["rest"] == pytest.approx(1, abs=0.05)
    general = page.post("/widget/v1/recommend", json={"product": "EL-002", "personal": False}).json()
    assert not general["personalised"] and all(not i["parts"] for i in general["items"])
    assert page.post("/widget/v1/recommend", json={"product": "no such thing"}).status_code == 200


def test_nobody_sees_what_another_bought_by_naming_them(page: TestClient, sample: Goodword) -> None:
    assert page.post("/widget/v1/recommend", json={"shopper": "u0142"}).status_code == 422
    shopper = sample.recommend().fitted.events.user_ids.names[0]
    forged = identity.issue(b"another secret of sixteen", shopper)
    assert not page.post("/widget/v1/recommend", json={"session": forged}).json()["personalised"]
    own = identity.issue(SECRET.encode(), shopper)
    assert page.post("/widget/v1/recommend", json={"session": own}).json()["personalised"]


@pytest.mark.parametrize("path", ["ask", "recommend", "handed"])
@pytest.mark.parametrize(("origin", "status"), [("https://evil.example", 403), ("null", 403), (None, 200)])
def test_a_key_serves_the_pages_it_was_made_for(page: TestClient, path: str, origin: str | None, status: int) -> None:
    body = {"ask": {"question": "Hi"}, "recommend": {}, "handed": {"conversation": "12345678"}}[path]
    del page.headers["Origin"]
    got = page.post(f"/widget/v1/{path}", json=body, headers={"Origin": origin} if origin else {})
    assert got.status_code == status and "Access-Control-Allow-Origin" not in got.headers


def test_a_browser_is_told_beforehand_which_pages_may_call(page: TestClient) -> None:
    del page.headers["Authorization"]
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    good = page.options("/widget/v1/ask", headers=asks)
    assert good.status_code == 204 and good.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Access-Control-Allow-Credentials" not in good.headers
    bad = page.options("/widget/v1/ask", headers=asks | {"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in bad.headers


def test_a_storefront_key_opens_nothing_else(page: TestClient, sample: Goodword) -> None:
    del page.headers["Origin"]
    for path in ("/account", "/openai/v1/models", "/catalogue"):
        assert page.get(path).status_code == 403
    key = people.make_key(sample.store, "erp", roles=("viewer",), scopes=("ledger",), actor="test")
    page.headers["Authorization"] = f"Bearer {key}"
    assert page.post("/widget/v1/ask", json={"question": "Hi"}).status_code in {401, 403}


def test_one_visitor_may_not_ask_without_end() -> None:
    pace = Pace(6)
    assert [pace.wait("a", 0.0) for _ in range(3)] == [0, 0, 0] and pace.wait("a", 0.0) == pytest.approx(10)
    assert pace.wait("b", 0.0) == 0 and pace.wait("a", 10.0) == 0 and pace.wait("a", 10.0) > 0
    for n in range(30_000):
        pace.wait(f"visitor {n}", 20.0)
    assert len(pace._buckets) <= 20_000


def test_the_pace_is_told_in_the_visitor_s_language(sample: Goodword, shop_key: str) -> None:
    app = create_app(sample)
    app.state.widget_pace = Pace(2)
    with TestClient(app) as client:
        headers = {"Authorization": f"Bearer {shop_key}", "Origin": ORIGIN, "Accept-Language": "zh"}
        got = [client.post("/widget/v1/ask", json={"question": "Hi"}, headers=headers) for _ in range(2)]
    assert [g.status_code for g in got] == [200, 429] and "请求太多" in got[1].text
    assert got[1].headers["Access-Control-Allow-Origin"] == ORIGIN and int(got[1].headers["Retry-After"]) > 0


def test_the_script_is_small_and_may_be_pinned_by_its_hash(page: TestClient) -> None:
    got = page.get("/widget.js")
    assert len(got.content) < 30_000 and got.headers["Content-Type"].startswith("text/javascript")
    assert got.headers["Access-Control-Allow-Origin"] == "*"
    assert got.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert page.get("/widget.js", headers={"If-None-Match": got.headers["ETag"]}).status_code == 304


def test_the_demo_shop_is_closed_unless_it_is_opened(tmp_path: Any) -> None:
    with Goodword(store=str(tmp_path / "s.db")) as shop, TestClient(create_app(shop)) as client:
        assert client.get("/demo-shop").status_code == client.get("/demo-shop/EL-002").status_code == 404
        with shop.store.read() as conn:
            assert ledger.head(conn) is None


def test_the_demo_shop_takes_back_the_keys_of_earlier_starts(sample: Goodword) -> None:
    from goodword.store import people as kept

    for _ in range(2):
        with TestClient(create_app(sample)) as client:
            assert "gw_pub_" in client.get("/demo-shop").text and "gw_pub_" in client.get("/demo-shop/EL-002").text
    with sample.store.read() as conn:
        keys = [k for k in kept.keys(conn) if k.name.startswith("demo shop")]
    assert len([k for k in keys if not k.revoked]) == 1
