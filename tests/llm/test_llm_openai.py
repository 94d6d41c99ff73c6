"""The openai backend against a real HTTP server of that protocol."""

import logging
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from goodword.errors import InputError
from goodword.llm.base import Backend, BackendOptions, Completion, Prompt, choose, open_backend

pytest.importorskip("openai")
KEY = "sk-this-must-never-be-seen"
Ask = Callable[..., Prompt]
Open = Callable[..., Backend]


@pytest.fixture
def open_(server: Any, monkeypatch: pytest.MonkeyPatch) -> Open:
    monkeypatch.setenv("SHOP_KEY", KEY)

    def opened(**options: Any) -> Backend:
        given = {"model": "m-1", "base_url": server.url, "api_key_env": "SHOP_KEY", "retries": 2, "timeout": 5.0}
        return open_backend("openai", BackendOptions(**(given | options)))

    return opened


def one(backend: Backend, prompt: Prompt) -> Completion:
    ((index, completion),) = backend.complete([prompt])
    assert index == 0
    return completion


def reply(server: Any, *replies: dict[str, Any]) -> None:
    kind = type(server.replies[0])
    server.replies = [kind(**r) for r in replies]


def test_it_answers_with_text_tokens_and_cost(server: Any, open_: Open, ask: Ask) -> None:
    backend = open_(price_in=Decimal("0.5"), price_out=Decimal(2), currency="CNY")
    got = one(backend, ask("The mug holds 300 ml.", stop=("END",), seed=7))
    assert (got.text, got.finish, got.error) == ("Hello there.", "stop", "")
    assert (got.tokens_in, got.tokens_cached, got.tokens_out) == (100, 60, 40)
    assert (got.cost, got.currency) == (Decimal("0.00013"), "CNY")
    (sent,) = server.seen
    assert sent["model"] == "m-1" and sent["temperature"] == 0 and sent["seed"] == 7 and sent["stop"] == ["END"]
    assert sent["messages"][0] == {"role": "system", "content": "You rewrite text."}
    assert server.keys == [f"Bearer {KEY}"]


def test_it_streams_the_pieces_to_the_callers_thread(server: Any, open_: Open, ask: Ask) -> None:
    told: list[tuple[int, str, str]] = []
    list(open_().complete([ask()], on_token=lambda i, piece: told.append((i, piece, threading.current_thread().name))))
    here = threading.current_thread().name
    assert told == [(0, "Hello ", here), (0, "there.", here)]


def test_a_caller_can_stop_one_prompt_and_get_the_others(server: Any, open_: Open, ask: Ask) -> None:
    reply(server, {"pieces": ("a ",) * 50, "between": 0.02})
    got = dict(open_(concurrency=2).complete([ask(), ask()], on_token=lambda i, _: i == 0))
    assert got[0].finish == "error" and got[0].error == "stopped by the caller" and len(got[0].text) < 20
    assert got[1].finish == "stop" and got[1].text == "a " * 50


def test_a_json_schema_goes_to_the_server(server: Any, open_: Open, ask: Ask) -> None:
    one(open_(), ask(schema={"type": "object"}))
    assert server.seen[0]["response_format"]["json_schema"]["schema"] == {"type": "object"}
    assert "grammar" not in server.seen[0]


def test_it_waits_as_long_as_a_busy_server_asks(server: Any, open_: Open, ask: Ask) -> None:
    reply(server, {"status": 429, "headers": {"Retry-After": "1"}}, {})
    assert one(open_(), ask()).text == "Hello there."
    assert 1.0 <= server.times[1] - server.times[0] < 3


def test_it_tries_again_after_a_fault_of_the_server(server: Any, open_: Open, ask: Ask) -> None:
    reply(server, {"status": 500}, {})
    assert one(open_(), ask()).text == "Hello there."
    assert len(server.seen) == 2


@pytest.mark.parametrize(
    ("given", "finish", "error", "retryable"),
    [
        ({"status": 500, "error": {"message": "out of\x1b memory"}}, "error", "out of  memory (HTTP 500)", True),
        ({"status": 503}, "error", "too busy (HTTP 503)", True),
        ({"status": 429}, "error", "too busy (HTTP 429)", True),
        ({"status": 429, "error": {"code": "insufficient_quota"}}, "error", "quota is used up", False),
        ({"status": 401, "error": {"message": f"bad key {KEY}"}}, "error", "does not accept the key", False),
        ({"status": 404}, "error", "no such model", False),
        ({"status": 400, "error": {"message": "too long"}}, "error", "too long (HTTP 400)", False),
        ({"status": 400, "error": {"code": "content_filter"}}, "refusal", "content filter", False),
        ({"finish": "content_filter"}, "refusal", "", False),
        ({"finish": "length"}, "length", "", False),
        ({"finish": "tool_calls"}, "error", "in a way of its own", False),
        ({"refusal": True, "pieces": ("I cannot.",)}, "refusal", "", False),
        ({"finish": None, "usage": False}, "error", "broke off", True),
        ({"body": b"<html>hello</html>"}, "error", "broke off", True),
        ({"body": b"data: {nonsense\n\n"}, "error", "not what the protocol says", True),
        ({"body": b'data: {"choices": [{"finish_reason": null}]}\n\n'}, "error", "not what the protocol says", True),
        ({"body": b'data: [1, 2]\n\n'}, "error", "not what the protocol says", True),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_a_value_that_says_so(
    server: Any, open_: Open, ask: Ask, given: dict[str, Any], finish: str, error: str, retryable: bool
) -> None:
    reply(server, given)
    got = one(open_(retries=0), ask())
    assert got.finish == finish and error in got.error and got.retryable == retryable
    assert KEY not in got.error


def test_one_bad_answer_does_not_spoil_the_batch(server: Any, open_: Open, ask: Ask) -> None:
    reply(server, {"status": 400}, {})
    got = [completion.finish for _, completion in open_(concurrency=1).complete([ask(), ask(), ask()])]
    assert sorted(got) == ["error", "stop", "stop"]


def test_a_silent_server_and_an_endless_one_run_into_the_timeout(server: Any, open_: Open, ask: Ask) -> None:
    for given in ({"before": 1.5}, {"pieces": ("x",) * 100, "between": 0.05}):
        reply(server, given)
        began = time.monotonic()
        got = one(open_(retries=0, timeout=0.3), ask())
        assert got.finish == "error" and got.retryable
        assert got.error in {"the server did not answer in time", "the model took too long"}
        assert time.monotonic() - began < 20


def test_no_more_calls_are_in_flight_than_allowed(server: Any, open_: Open, ask: Ask) -> None:
    reply(server, {"before": 0.05})
    got = dict(open_(concurrency=3).complete([ask() for _ in range(12)]))
    assert sorted(got) == list(range(12)) and server.busiest == 3


def test_closing_the_iterator_leaves_no_call_running(server: Any, open_: Open, ask: Ask) -> None:
    reply(server, {}, {"pieces": ("x",) * 200, "between": 0.05})
    answers = open_(concurrency=2).complete([ask() for _ in range(6)])
    next(answers)
    began = time.monotonic()
    answers.close()  # type: ignore[attr-defined]
    assert time.monotonic() - began < 20
    assert "goodword-pump" not in {t.name for t in threading.enumerate()}
    while server.busy and time.monotonic() - began < 20:
        time.sleep(0.05)  # the server learns late that nobody listens, and may still read what was on its way
    time.sleep(0.3)
    assert len(server.seen) <= 4 and server.busy == 0


def test_a_server_that_is_not_there_is_told(open_: Open, ask: Ask) -> None:
    got = one(open_(base_url="http://127.0.0.1:9/v1", retries=0), ask())
    assert got.finish == "error" and got.retryable and got.error == "the server cannot be reached"


def test_the_key_is_never_shown_or_logged(server: Any, open_: Open, ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    backend = open_()
    one(backend, ask())
    assert KEY not in repr(backend) + str(vars(backend).get("_options")) + caplog.text


def test_without_key_or_model_it_says_what_is_missing(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    with pytest.raises(InputError, match="NO_SUCH_KEY"):
        open_backend("openai", BackendOptions(model="m", api_key_env="NO_SUCH_KEY"))
    with pytest.raises(InputError, match="no model"):
        open_backend("openai", BackendOptions(base_url=server.url))


def test_an_address_that_is_set_is_chosen_first(server: Any) -> None:
    assert choose(BackendOptions(model="m", base_url=server.url)) == "openai"


def test_a_server_without_keys_is_sent_none_of_ours(server: Any, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    one(open_backend("openai", BackendOptions(model="m", base_url=server.url)), ask())
    assert server.keys == ["Bearer none"]
