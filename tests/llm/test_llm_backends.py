"""One contract for all backends that need no weights, and what only the composer and the script do."""

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from goodword import plugins
from goodword.errors import InputError, UnknownPlugin
from goodword.llm.backends.composer import Composer
from goodword.llm.backends.scripted import REFUSAL, Act, Scripted
from goodword.llm.base import ROOM, Backend, BackendOptions, Completion, Message, Prompt, missing, open_backend

Ask = Callable[..., Prompt]
BACKENDS: dict[str, Callable[[], Backend]] = {
    "composer": Composer,
    "scripted": lambda: Scripted(lambda p: p.plain[0], concurrency=3),
}


@pytest.mark.parametrize("name", BACKENDS)
def test_every_prompt_is_answered_once_and_told_piece_by_piece(name: str, ask: Ask) -> None:
    backend, told = BACKENDS[name](), dict[int, str]()
    prompts = [ask(f"Sentence {n}, which is long enough.") for n in range(7)]
    got = list(backend.complete(prompts, on_token=lambda i, piece: told.update({i: told.get(i, "") + piece})))
    assert sorted(i for i, _ in got) == list(range(7))
    assert all(c.finish == "stop" and c.text == prompts[i].plain[0] == told[i] for i, c in got)
    assert backend.name == name and backend.model
    assert list(backend.complete([])) == []
    backend.close()
    backend.close()


@pytest.mark.parametrize("name", BACKENDS)
def test_leaving_early_leaves_nothing_running(name: str, ask: Ask) -> None:
    answers = BACKENDS[name]().complete([ask() for _ in range(50)])
    next(answers)
    answers.close()  # type: ignore[attr-defined]
    assert "goodword-pump" not in {t.name for t in threading.enumerate()}


def test_every_backend_says_what_it_lacks() -> None:
    for name in plugins.names(ROOM):
        module = plugins.load(ROOM, name)
        assert name == module.NAME
        assert isinstance(module.missing(BackendOptions()), str) and callable(module.open_backend)


def test_an_unknown_backend_is_told_with_those_there_are() -> None:
    with pytest.raises(UnknownPlugin, match="composer"):
        open_backend("parrot", BackendOptions())


def test_the_composer_joins_as_each_language_does() -> None:
    en = Prompt(messages=(), plain=("It is red.", "It is light."))
    zh = Prompt(messages=(), plain=("它是红色的。", "它很轻。"), lang="zh")
    assert [c.text for _, c in Composer().complete([en, zh])] == ["It is red. It is light.", "它是红色的。它很轻。"]


def test_the_composer_has_nothing_to_say_without_sentences() -> None:
    ((_, got),) = Composer().complete([Prompt(messages=(Message(role="user", content="Sing."),))])
    assert got.finish == "error" and not got.text


def test_the_script_goes_on_in_order_and_keeps_its_last_line(ask: Ask) -> None:
    got = Scripted(["one", "two"]).complete([ask(), ask(), ask()])
    assert [c.text for _, c in got] == ["one", "two", "two"]


def test_the_script_fails_refuses_echoes_and_stalls(ask: Ask) -> None:
    acts = [Act(finish="error", error="down", retryable=True), Act(finish="refusal"), Act(echo=True), Act(stall=0.05)]
    got = [c for _, c in Scripted(acts).complete([ask("A mug.") for _ in range(4)])]
    assert (got[0].finish, got[0].error, got[0].retryable) == ("error", "down", True)
    assert (got[1].finish, got[1].text) == ("refusal", REFUSAL["en"])
    assert got[2].text == "A mug." and got[3].seconds == 0.05


def test_the_script_answers_by_what_it_is_asked(ask: Ask) -> None:
    script: dict[str, str | Act] = {"mug": "About a mug.", "lamp": Act(text="About a lamp.", finish="length")}
    got = [c for _, c in Scripted(script).complete([ask("A lamp."), ask("A mug."), ask("A tent.")])]
    assert [c.text for c in got] == ["About a lamp.", "About a mug.", ""]
    assert [c.finish for c in got] == ["length", "stop", "error"]


def test_a_stalled_script_is_called_off_at_once(ask: Ask) -> None:
    answers = Scripted(["quick", Act(stall=60)]).complete([ask(), ask()])
    next(answers)
    began = time.monotonic()
    answers.close()  # type: ignore[attr-defined]
    assert time.monotonic() - began < 20


def test_a_fault_in_the_script_itself_is_raised(ask: Ask) -> None:
    def broken(prompt: Prompt) -> str:
        raise ZeroDivisionError(prompt.lang)

    with pytest.raises(ZeroDivisionError):
        list(Scripted(broken).complete([ask()]))


def test_the_script_is_read_from_a_file(tmp_path: Path, ask: Ask) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text('{"text": "杯子", "when": "mug"}\n\n{"finish": "refusal"}\n', "utf-8")
    backend = open_backend("scripted", BackendOptions(model=str(path), concurrency=1))
    got = [c for _, c in backend.complete([ask("A mug."), ask("A lamp.")])]
    assert got[0].text == "杯子" and got[1].finish == "refusal" and backend.model == "answers.jsonl"


@pytest.mark.parametrize("line", ["nonsense", "[]", '{"txet": "x"}', json.dumps("x")])
def test_a_line_that_is_no_answer_is_told(tmp_path: Path, line: str) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text('{"text": "fine"}\n' + line, "utf-8")
    with pytest.raises(InputError, match=r"answers\.jsonl, line 2: not an answer"):
        open_backend("scripted", BackendOptions(model=str(path)))


def test_a_script_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert missing("scripted", BackendOptions())
    with pytest.raises(InputError):
        open_backend("scripted", BackendOptions())
    with pytest.raises(InputError, match="cannot be read"):
        open_backend("scripted", BackendOptions(model=str(tmp_path / "none.jsonl")))


def test_a_completion_of_nothing_costs_nothing() -> None:
    assert Completion(text="").cost == BackendOptions().cost(10_000, 10_000) == 0
