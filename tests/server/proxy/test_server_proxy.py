"""The guard proxy as programs use it: the official client, a real server, a real model's server behind it."""

import json
import time
from collections.abc import Callable
from typing import Any

import httpx2 as httpx
import openai
import pytest
from openai import OpenAI

from goodword.app import Goodword
from goodword.store import desk, ledger, statements

pytestmark = pytest.mark.slow
FACTS = {"title": "Trail bottle", "capacity": "750 ml", "material": "stainless steel"}
GOOD, WRONG, UNKNOWN = "The bottle holds 750 ml. ", "The bottle holds 500 ml. ", "It keeps drinks hot for 12 hours. "
Client = Callable[..., OpenAI]


def ask(client: OpenAI, text: str = "How much does it hold?", *, facts: Any = FACTS, **more: Any) -> Any:
    ground = {"facts": facts, "market": "us", **more.pop("ground", {})}
    messages = more.pop("messages", [{"role": "user", "content": text}])
    return client.chat.completions.create(model="m", messages=messages, extra_body={"goodword": ground}, **more)


def streamed(client: OpenAI, **more: Any) -> tuple[str, list[Any]]:
    chunks = list(ask(client, stream=True, **more))
    return "".join(c.choices[0].delta.content or "" for c in chunks if c.choices), chunks


def says(server: Any, *pieces: str, **more: Any) -> None:
    server.replies = [server.reply(pieces=pieces, **more)]


def told(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = answer.model_extra["goodword"]
    return found


def entries(shop: Goodword, *kinds: str) -> list[ledger.Entry]:
    with shop.store.read() as conn:
        return [e for e in ledger.entries(conn) if e.kind in kinds]


def recorded(shop: Goodword) -> str:
    with shop.store.read() as conn:
        return json.dumps([dict(e.body or {}) for e in ledger.entries(conn)], ensure_ascii=False)


def test_a_grounded_answer_comes_through_labelled_and_recorded(shop: Goodword, client: Client, server: Any) -> None:
    says(server, GOOD, "It is made of stainless steel.")
    answer = ask(client())
    assert answer.choices[0].message.content == f"{GOOD}It is made of stainless steel."
    assert answer.choices[0].finish_reason == "stop" and answer.usage.total_tokens == 140
    goodword = told(answer)
    assert goodword["ruling"] == "released" and goodword["vouched"] and "AIGC" in goodword["mark"]["metadata"]
    with shop.store.read() as conn:
        kept = statements.get(conn, goodword["statement"])
        entry = ledger.get(conn, goodword["ledger"])
        assert ledger.verify(conn).ok
    assert kept and kept.statement.draft.text == answer.choices[0].message.content
    assert entry.actor == "key:program 0" and entry.kind == "released"


def test_a_chinese_answer_is_judged_by_chinese_law(client: Client, server: Any) -> None:
    says(server, "您好！这款水瓶容量为750毫升。")
    good = ask(client(), "容量多少？", facts={"商品名称": "水瓶", "容量": "750毫升"}, ground={"market": "cn"})
    assert good.choices[0].message.content == "您好！这款水瓶容量为750毫升。"
    says(server, "全国第一的水瓶，容量为750毫升。")
    bad = ask(client(), "容量多少？", facts={"商品名称": "水瓶", "容量": "750毫升"}, ground={"market": "cn"})
    assert bad.choices[0].message.content is None and "广告法" in json.dumps(told(bad)["findings"], ensure_ascii=False)


@pytest.mark.parametrize("pieces", [(WRONG,), (GOOD, UNKNOWN), ("It is the best bottle in the world.",)])
def test_block_lets_nothing_leave_that_the_facts_do_not_carry(
    shop: Goodword, client: Client, server: Any, pieces: tuple[str, ...]
) -> None:
    says(server, *pieces)
    answer = ask(client(policy="block"))
    message = answer.choices[0].message
    assert message.content is None and "cannot be given" in message.refusal
    assert answer.choices[0].finish_reason == "content_filter"
    assert not told(answer)["vouched"] and told(answer)["findings"]
    assert pieces[-1].strip() not in answer.to_json()
    with shop.store.read() as conn:
        assert desk.count(conn) == {}
    assert entries(shop, "refused") and not entries(shop, "released")


def test_hold_queues_the_answer_for_a_person_who_may_release_it(shop: Goodword, client: Client, server: Any) -> None:
    says(server, GOOD, UNKNOWN)
    answer = ask(client(policy="hold"))
    goodword = told(answer)
    assert answer.choices[0].message.content is None and goodword["ruling"] == "held"
    released = shop.decide(goodword["desk"], "approved", who="user:li", reason="measured by us")
    assert released.statement and released.statement.draft.text == GOOD + UNKNOWN


def test_rewrite_lets_the_true_sentences_stand_and_mends_the_others(client: Client, server: Any) -> None:
    server.replies = [server.reply(pieces=(GOOD, WRONG)), server.reply(pieces=("It is made of stainless steel.",))]
    answer = ask(client(policy="rewrite"))
    assert answer.choices[0].message.content == "The bottle holds 750 ml. It is made of stainless steel."
    assert told(answer)["mended"] == 1 and told(answer)["left_out"] == 0
    assert "750 ml" in server.seen[1]["messages"][1]["content"]  # the facts, with the sentence that was sent back


def test_rewrite_leaves_out_what_cannot_be_mended(client: Client, server: Any) -> None:
    server.replies = [server.reply(pieces=(GOOD, WRONG)), server.reply(pieces=(WRONG,))]
    answer = ask(client(policy="rewrite"))
    assert answer.choices[0].message.content == GOOD.strip() and told(answer)["left_out"] == 1


def test_annotate_lets_all_leave_and_says_that_nobody_vouches_for_it(
    shop: Goodword, client: Client, server: Any
) -> None:
    says(server, GOOD, WRONG)
    answer = ask(client(policy="annotate"))
    text, goodword = answer.choices[0].message.content, told(answer)
    assert text == GOOD + WRONG and not goodword["vouched"] and goodword["ruling"] == "annotated"
    quoted = [text[f["start"] : f["end"]] for f in goodword["notes"][0]["findings"]]
    assert "500 ml" in quoted and entries(shop, "annotated") and not entries(shop, "released")


@pytest.mark.parametrize("policy", ["block", "hold", "rewrite", "annotate"])
def test_personal_data_the_model_made_up_leaves_under_no_policy(client: Client, server: Any, policy: str) -> None:
    says(server, "Please call Ann Miller at +44 20 7946 0958. ")
    answer = ask(client(policy=policy))
    assert "20 7946" not in answer.to_json() and "Miller" not in answer.to_json()
    text, chunks = streamed(client(policy=policy))
    assert "7946" not in text and "Miller" not in "".join(c.to_json() for c in chunks)


def test_personal_data_never_reaches_the_model_nor_the_ledger_and_comes_back_to_its_owner(
    shop: Goodword, client: Client, server: Any
) -> None:
    def reply(request: dict[str, Any]) -> Any:
        asked = request["messages"][-1]["content"]
        tag = asked[asked.index("<PERSON_") : asked.index(">", asked.index("<PERSON_")) + 1]
        return server.reply(pieces=(f"Dear {tag}, ", "the bottle holds 750 ml."))

    for stream in (False, True):
        server.replies = [reply]
        text = "My name is Wei Zhang, phone 13812345678, mail wei.zhang@example.com. How much does it hold?"
        if stream:
            said, _ = streamed(client(), messages=[{"role": "user", "content": text}])
        else:
            said = ask(client(), text).choices[0].message.content
        assert said == "Dear Wei Zhang, the bottle holds 750 ml."
    sent = json.dumps(server.seen)
    for secret in ("Wei Zhang", "13812345678", "wei.zhang@example.com"):
        assert secret not in sent and secret not in recorded(shop)


def test_only_the_user_s_own_data_comes_back_where_the_key_says_so(client: Client, server: Any) -> None:
    def reply(request: dict[str, Any]) -> Any:
        tags = [m["content"].split("<")[1].split(">")[0] for m in request["messages"]]
        return server.reply(pieces=(f"Dear <{tags[1]}>, also for <{tags[0]}>, the bottle holds 750 ml.",))

    server.replies = [reply]
    messages = [{"role": "system", "content": "The last order was by Ann Miller, ann.miller@example.com."},
                {"role": "user", "content": "I am Wei Zhang. How much does it hold?"}]  # fmt: skip
    said = ask(client(restore="user"), messages=messages).choices[0].message.content or ""
    assert "Miller" not in said and "miller" not in said


def test_a_stream_leaves_sentence_by_sentence_and_ends_with_the_ruling(
    shop: Goodword, client: Client, server: Any
) -> None:
    says(server, "The bottle ", "holds 750", " ml. It is ", "made of stainless steel.")
    text, chunks = streamed(client(), stream_options={"include_usage": True})
    assert text == "The bottle holds 750 ml. It is made of stainless steel."
    pieces = [c.choices[0].delta.content for c in chunks if c.choices and c.choices[0].delta.content]
    assert pieces == ["The bottle holds 750 ml.", " It is made of stainless steel."]
    ends = [c for c in chunks if c.choices and c.choices[0].finish_reason]
    assert ends[0].choices[0].finish_reason == "stop" and told(ends[0])["ruling"] == "released"
    assert chunks[-1].usage.total_tokens == 140
    assert len(entries(shop, "proxy.opened")) == len(entries(shop, "released")) == 1


def test_the_first_sentence_leaves_while_the_model_still_speaks(client: Client, server: Any) -> None:
    ask(client())  # models opened
    says(server, "The bottle holds 750 ml. ", "It is made ", "of stainless steel.", between=1.0)
    stream = ask(client(), stream=True)
    began, first = time.monotonic(), 0.0
    for chunk in stream:
        if chunk.choices and chunk.choices[0].delta.content and not first:
            first = time.monotonic() - began
    assert first < time.monotonic() - began - 0.8


@pytest.mark.parametrize(("policy", "left"), [("block", GOOD), ("hold", GOOD), ("rewrite", GOOD)])
def test_a_stream_never_holds_a_sentence_that_was_not_released(
    shop: Goodword, client: Client, server: Any, policy: str, left: str
) -> None:
    says(server, GOOD, UNKNOWN, "It is made of stainless steel.")
    text, chunks = streamed(client(policy=policy))
    everything = "".join(c.to_json() for c in chunks)
    assert "12 hours" not in everything and text.startswith(left.strip())
    end = next(c for c in chunks if c.choices and c.choices[0].finish_reason)
    if policy == "rewrite":
        assert text.endswith("made of stainless steel.") and told(end)["left_out"] == 1
        return
    assert end.choices[0].finish_reason == "content_filter" and end.choices[0].delta.refusal
    assert text.strip() == left.strip()  # and of that much there is a statement
    released = entries(shop, "released")
    assert [e.body["draft"]["text"].strip() for e in released if e.body] == [left.strip()]  # type: ignore[index]
    with shop.store.read() as conn:
        waiting = list(desk.items(conn))
    assert [GOOD.strip() in w.draft.text and "12 hours" in w.draft.text for w in waiting] == [True] * (policy == "hold")


def test_an_annotated_stream_notes_the_sentence_as_it_leaves(client: Client, server: Any) -> None:
    says(server, GOOD, WRONG)
    text, chunks = streamed(client(policy="annotate"))
    notes = [told(c)["note"] for c in chunks if "note" in (c.model_extra or {}).get("goodword", {})]
    assert text == GOOD + WRONG.rstrip() or text == GOOD + WRONG
    assert len(notes) == 1 and text[notes[0]["start"] : notes[0]["end"]].strip() == WRONG.strip()


@pytest.mark.parametrize(
    ("reply", "status"),
    [({"status": 500, "error": {"message": "<the model's own words>"}}, 503), ({"status": 401}, 502),
     ({"body": b"no json"}, 503), ({"pieces": ("The bottle holds 750 ml. It",), "finish": None}, 503),
     ({"pieces": ()}, 503)],
)  # fmt: skip
def test_an_answer_of_a_model_that_fails_does_not_leave(
    shop: Goodword, client: Client, server: Any, reply: dict[str, Any], status: int
) -> None:
    server.replies = [server.reply(**reply)]
    with pytest.raises(openai.APIStatusError) as failed:
        ask(client())
    assert failed.value.status_code == status
    assert "own words" not in failed.value.response.text and "750 ml" not in failed.value.response.text
    assert not entries(shop, "released", "annotated", "held")


def test_a_stream_that_breaks_off_ends_in_an_error_and_what_left_is_recorded(
    shop: Goodword, client: Client, server: Any
) -> None:
    says(server, GOOD, "It is made of stainless steel. It keeps", finish=None)
    seen = ""
    with pytest.raises(openai.APIError):
        for chunk in ask(client(), stream=True):
            seen += chunk.choices[0].delta.content or ""
    assert seen.strip() == "The bottle holds 750 ml. It is made of stainless steel."
    assert [e.body["draft"]["text"].strip() for e in entries(shop, "released") if e.body] == [seen.strip()]  # type: ignore[index]


def test_a_silent_model_is_given_up(shop: Goodword, client: Client, server: Any) -> None:
    relay = shop.proxy().relay
    relay.client.timeout = 1.0
    says(server, GOOD, before=4.0)
    with pytest.raises(openai.InternalServerError):
        ask(client())
    says(server, GOOD, before=4.0)
    with pytest.raises(openai.APIError):
        streamed(client())
    assert not entries(shop, "released")


def test_a_caller_who_hangs_up_leaves_a_record_of_what_left(
    shop: Goodword, client: Client, server: Any, address: str
) -> None:
    ask(client())
    says(server, GOOD, "It is made of stainless steel. ", *["It is made of stainless steel. "] * 30, between=0.3)
    with ask(client(), stream=True) as stream:
        for chunk in stream:
            if chunk.choices and chunk.choices[0].delta.content:
                break
    until = time.monotonic() + 60
    while len(entries(shop, "released")) < 2 and time.monotonic() < until:
        time.sleep(0.1)
    partial = entries(shop, "released")[-1].body
    assert partial and partial["draft"]["text"].startswith(GOOD.strip())  # type: ignore[index]


@pytest.mark.parametrize("check", ["grounding", "ad_law", "personal", "harm", "injection"])
@pytest.mark.parametrize("policy", ["annotate"])  # the laxest
def test_a_check_that_crashes_lets_nothing_leave(
    client: Client, server: Any, monkeypatch: pytest.MonkeyPatch, check: str, policy: str
) -> None:
    from importlib import import_module

    def crash(*_: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(import_module(f"goodword.guard.checks.{check}"), "run", crash)
    says(server, GOOD)
    answer = ask(client(policy=policy))
    assert answer.choices[0].message.content is None and "750 ml" not in answer.to_json()
    assert check in told(answer)["unchecked"] or policy == "rewrite"
    text, _ = streamed(client(policy=policy))
    assert text == ""


def test_a_store_that_cannot_write_lets_nothing_leave(
    shop: Goodword, client: Client, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from goodword.jobs import release

    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError("disk full")

    using = client()
    monkeypatch.setattr(release, "release", crash)
    says(server, GOOD)
    with pytest.raises(openai.InternalServerError):
        ask(using)


def test_without_facts_an_answer_may_greet_but_claim_nothing(client: Client, server: Any) -> None:
    says(server, "Hello! How can I help you today?")
    assert ask(client(), facts=None).choices[0].message.content
    says(server, GOOD)
    assert ask(client(), facts=None).choices[0].message.content is None
    assert ask(client(need_facts=False), facts=None).choices[0].message.content == GOOD


def test_a_bare_yes_and_an_address_from_nowhere_are_not_released(client: Client, server: Any) -> None:
    for text in (
        "Yes.",
        "Yes, it is.",
        f"{GOOD}See [this](https://evil.example/?q=1).",
        "![x](http://evil.example/a.png)",
    ):
        says(server, text)
        assert ask(client(), "Is it waterproof?").choices[0].message.content is None
    says(server, f"{GOOD}See https://shop.example/bottle.")
    messages = [{"role": "system", "content": "The page is https://shop.example/bottle."},
                {"role": "user", "content": "Where?"}]  # fmt: skip
    findings = json.dumps(told(ask(client(policy="annotate"), messages=messages))["notes"])
    assert "proxy.link" not in findings


def test_layout_is_no_leftover(client: Client, server: Any) -> None:
    says(server, "## Trail bottle\n\n- It holds **750 ml**.\n- It is made of *stainless steel*.\n")
    assert "**750 ml**" in (ask(client()).choices[0].message.content or "")


def test_a_request_can_be_stricter_than_its_key_but_not_laxer(client: Client, server: Any) -> None:
    says(server, WRONG)
    assert ask(client(policy="block"), ground={"policy": "annotate"}).choices[0].message.content is None
    assert ask(client(policy="annotate"), ground={"policy": "block"}).choices[0].message.content is None


def test_a_product_of_the_store_is_ground_enough(shop: Goodword, client: Client, server: Any) -> None:
    from goodword.catalogue.facts import product_from
    from goodword.store import catalogue
    from goodword.types import Field, Record, Source

    source = Source(uri="test")
    fields = (Field(name="capacity", value="750 ml", source=source),)
    with shop.store.begin() as conn:
        catalogue.put(conn, product_from(Record(sku="B-1", title="Trail bottle", fields=fields, source=source)))
    says(server, GOOD)
    answer = ask(client(), facts=None, ground={"product": "B-1"})
    assert answer.choices[0].message.content == GOOD
    with shop.store.read() as conn:
        assert [s.statement.id for s in statements.of_product(conn, "B-1")] == [told(answer)["statement"]]
        assert list(statements.resting_on(conn, "B-1#net_content")) or list(statements.resting_on(conn, "B-1#capacity"))
    with pytest.raises(openai.UnprocessableEntityError, match="no such product"):
        ask(client(), facts=None, ground={"product": "B-2"})


def test_the_visible_label_can_stand_under_the_text(client: Client, server: Any) -> None:
    says(server, GOOD)
    whole = ask(client(), ground={"label": "append"})
    assert whole.choices[0].message.content == f"{GOOD}\n\n{told(whole)['mark']['text']}"
    text, _ = streamed(client(), ground={"label": "append"})
    assert text.endswith(told(whole)["mark"]["text"])


PICTURE = {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://127.0.0.1/x"}}]}


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"n": 2}, "n"),
        ({"response_format": {"type": "json_object"}}, "response_format"),
        ({"logprobs": True}, "logprobs"),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "tools"),
        ({"prediction": {"type": "content", "content": "x"}}, "prediction"),
        ({"messages": [PICTURE]}, "messages[0].content[0]"),
    ],
)
def test_what_the_guard_cannot_answer_for_is_refused_by_name(
    client: Client, server: Any, more: dict[str, Any], place: str
) -> None:
    with pytest.raises(openai.UnprocessableEntityError) as failed:
        ask(client(), **more)
    body = failed.value.response.json()
    assert body["where"] == place and body["error"]["param"] == place and body["status"] == 422
    assert server.seen == []


def test_more_ground_than_an_answer_needs_is_refused(client: Client, server: Any) -> None:
    using = client()
    for facts in ({f"f{n}": "x" for n in range(600)}, {"a": "x" * 300_000}):
        with pytest.raises(openai.UnprocessableEntityError):
            ask(using, facts=facts)
    assert server.seen == []


def test_half_a_character_is_told(shop: Goodword, address: str, server: Any) -> None:
    from goodword.server import people

    key = people.make_key(shop.store, "half", roles=("writer",), scopes=("proxy",), actor="test")
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    for content, value in (("\\ud800", "x"), ("x", "\\ud800")):
        body = f'{{"model": "m", "messages": [{{"role": "user", "content": "{content}"}}], "goodword": {{"facts": {{"a": "{value}"}}}}}}'  # noqa: E501
        got = httpx.post(f"{address}/openai/v1/chat/completions", content=body, headers=headers)
        assert got.status_code == 422, got.text
    assert server.seen == []


def test_tools_are_called_only_where_the_key_allows_it_and_only_those_offered(
    shop: Goodword, client: Client, server: Any
) -> None:
    offered = [{"type": "function", "function": {"name": "find_order", "parameters": {"type": "object"}}}]

    def calling(name: str, arguments: str) -> bytes:
        call = {"index": 0, "id": "c1", "type": "function", "function": {"name": name, "arguments": arguments}}
        lines = [{"choices": [{"index": 0, "delta": {"tool_calls": [call]}, "finish_reason": None}]},
                 {"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}]  # fmt: skip
        whole = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        return "".join(f"data: {json.dumps(whole | line)}\n\n" for line in lines).encode() + b"data: [DONE]\n\n"

    text = "I am Wei Zhang, phone 13812345678. Where is my order?"
    tag = "<PHONE_1>"
    server.replies = [server.reply(body=calling("find_order", json.dumps({"phone": tag})),
                                   headers={"Content-Type": "text/event-stream"})]  # fmt: skip
    answer = ask(client(tools=True), text, tools=offered)
    call = answer.choices[0].message.tool_calls[0]
    assert json.loads(call.function.arguments) == {"phone": "13812345678"}
    assert answer.choices[0].finish_reason == "tool_calls"
    assert entries(shop, "proxy.tools") and "13812345678" not in recorded(shop)
    server.replies = [server.reply(body=calling("delete_all", "{}"))]
    with pytest.raises(openai.APIStatusError):
        ask(client(tools=True), text, tools=offered)


def test_who_has_no_key_or_another_scope_is_refused_before_the_model_is_asked(
    shop: Goodword, address: str, server: Any
) -> None:
    from goodword.server import people

    other = people.make_key(shop.store, "other", roles=("writer",), scopes=("ask",), actor="test")
    looks = people.make_key(shop.store, "looks", roles=("viewer",), scopes=("proxy",), actor="test")
    body = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
    for key, status in (("", 401), ("gw_no_no", 401), (other, 403), (looks, 403)):
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        got = httpx.post(f"{address}/openai/v1/chat/completions", json=body, headers=headers)
        assert got.status_code == status
    assert server.seen == []


def test_a_key_with_terms_nobody_understands_can_do_nothing(client: Client, server: Any) -> None:
    for terms in ({"policy": "everything"}, {"polcy": "annotate"}, {"tools": "yes"}):
        with pytest.raises(openai.UnprocessableEntityError):
            ask(client(**terms))
    assert server.seen == []


def test_models_are_those_the_key_may_ask(client: Client, server: Any) -> None:
    assert [m.id for m in client(models=["m", "n"]).models.list()] == ["m", "n"]
    with pytest.raises(openai.UnprocessableEntityError, match="may not ask this model"):
        ask(client(models=["n"]))
