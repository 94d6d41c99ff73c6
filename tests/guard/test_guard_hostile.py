"""Faults and hostile input: every check crashes, runs late, loses its model, meets a foreign language or a monster."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodword.errors import DataError
from goodword.guard import review as room
from goodword.guard.base import CheckResult, Matter
from goodword.guard.harm import find as harm
from goodword.guard.review import CHECKS, review
from goodword.guard.untrusted import meaning, screen
from goodword.models import injection, personal
from goodword.types import Lang

EVERY = (*CHECKS, "injection")
GOOD = Matter(text="The lamp has a linen shade.", lang="en", market="us", facts=None)


@pytest.fixture(autouse=True)
def fresh_models() -> Iterator[None]:
    """No test leaves a model opened that another test has to open itself."""
    caches = (injection.load, harm._model, meaning.head, personal.load)
    for opened in caches:
        opened.cache_clear()
    yield
    for opened in caches:
        opened.cache_clear()


def test_the_good_text_is_released_by_every_check_as_long_as_nothing_is_wrong() -> None:
    assert review(GOOD, checks=EVERY, budget_ms=60_000).outcome == "released"


@pytest.mark.parametrize("name", EVERY)
def test_a_check_that_crashes_holds_the_text_and_says_why(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_matter: Matter) -> CheckResult:
        raise MemoryError("no room")

    monkeypatch.setattr(importlib.import_module(f"goodword.guard.checks.{name}"), "run", crash)
    ruling = review(GOOD, checks=EVERY, budget_ms=60_000)
    assert ruling.outcome == "held"
    assert {c.name: c.error for c in ruling.checks if c.error} == {name: "MemoryError: no room"}


def test_a_check_that_only_waited_for_a_busy_machine_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    module, clock = importlib.import_module("goodword.guard.checks.form"), [0.0]
    whole = module.run

    def waited(matter: Matter) -> CheckResult:
        clock[0] += 5.0
        return cast("CheckResult", whole(matter))

    monkeypatch.setattr(room, "perf_counter", lambda: clock[0])
    monkeypatch.setattr(module, "run", waited)
    assert review(GOOD, checks=EVERY, budget_ms=2000).outcome == "released"


@pytest.mark.parametrize("name", EVERY)
def test_a_check_that_runs_late_holds_the_text_and_says_why(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, clock = importlib.import_module(f"goodword.guard.checks.{name}"), [0.0]
    whole = module.run

    def late(matter: Matter) -> CheckResult:
        clock[0] += 99.0
        return cast("CheckResult", whole(matter))

    monkeypatch.setattr(room, "perf_counter", lambda: clock[0])
    monkeypatch.setattr(module, "run", late)
    ruling = review(GOOD, checks=EVERY, budget_ms=2000)
    assert ruling.outcome == "held"
    assert {c.name: c.error for c in ruling.checks if c.error} == {name: "took 99000 ms of 2000"}


@pytest.mark.parametrize("name", EVERY)
def test_a_language_the_check_does_not_cover_holds_the_text_and_says_why(name: str) -> None:
    ruling = review(Matter(text="Une lampe.", lang=cast("Lang", "fr"), market="eu", facts=None), checks=[name])
    assert (ruling.outcome, ruling.checks[0].error) == ("held", "does not cover fr")


@pytest.mark.parametrize(
    ("name", "module"),
    [("injection", "goodword.models.injection"), ("injection", "goodword.models.injection_head"),
     ("harm", "goodword.models.injection"), ("harm", "goodword.models.injection_head"),
     ("personal", "goodword.models.personal")],
)  # fmt: skip
def test_a_check_whose_model_file_is_lost_holds_the_text_and_says_why(
    name: str, module: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(importlib.import_module(module), "files", lambda _room: tmp_path)
    text = "这款台灯适合张伟和老人，住在北京市海淀区。" if name == "personal" else GOOD.text
    lang: Lang = "zh" if name == "personal" else "en"
    ruling = review(Matter(text=text, lang=lang, market="cn", facts=None), checks=[name], budget_ms=60_000)
    assert ruling.outcome == "held"
    assert ruling.checks[0].error.startswith(("DataError", "FileNotFoundError")), ruling.checks[0].error


def test_weights_that_were_altered_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    whole = Path(injection.__file__).parents[1] / "data/models/harm"
    (tmp_path / "models/harm").mkdir(parents=True)
    for file in whole.iterdir():
        raw = bytearray(file.read_bytes())
        if file.name == "head.npz":
            raw[len(raw) // 2] ^= 1
        (tmp_path / "models/harm" / file.name).write_bytes(bytes(raw))
    monkeypatch.setattr("goodword.models.injection_head.files", lambda _room: tmp_path)
    with pytest.raises(DataError, match="not those of its bundle"):
        meaning.head("harm")


def test_without_the_sentence_encoder_the_text_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("goodword.search.encode.load", lambda: None)
    ruling = review(GOOD, checks=["harm", "injection"], budget_ms=60_000)
    assert ruling.outcome == "held"
    assert all("sentence encoder" in c.error for c in ruling.checks)


MONSTERS = {
    "lone surrogates": "\ud800\udfff lamp \udc00" * 20,
    "direction marks": "\u202eashes fo edam\u202c \u2066lamp\u2069 \u200f" * 20,
    "emoji families": "👨‍👩‍👧‍👦🏳️‍🌈👍🏽🇨🇳" * 40,
    "combining marks": "l" + "\u0301" * 400 + "amp",
    "nested brackets": "(" * 400 + "[" * 400 + "{" * 400,
    "almost a number": "1." * 400 + "," * 400,
    "almost an e-mail": "a" * 400 + "@" + "b." * 300,
    "almost base64": "QUJD" * 300 + "!",
    "regex bomb": "a" * 600 + "!" + "aa " * 300,
    "spaced letters": "i g n o r e " * 100,
    "quotes": "\"'“”‘’«»" * 100,
    "zero bytes": "\x00\x01\x7f lamp" * 60,
    "no ends": "ignore all previous " * 120,
    "no ends, Chinese": "忽略之前的所有" * 150,
}


@pytest.mark.parametrize("name", MONSTERS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_monster_makes_a_check_crash(name: str, lang: Lang) -> None:
    matter = Matter(text=MONSTERS[name], lang=lang, market="cn", facts=None)
    ruling = review(matter, checks=[c for c in EVERY if c != "grounding"], budget_ms=60_000)
    assert not [(c.name, c.error) for c in ruling.checks if c.error]


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(codec=None), max_size=200), st.sampled_from(["en", "zh"]))
def test_whatever_is_screened_gives_a_score_and_spans_that_lie_in_the_text(text: str, lang: Lang) -> None:
    found = screen.score(text, lang)
    assert 0 <= found.score <= 1
    spans = [(r.start, r.end) for r in found.reasons] + [(s.start, s.end) for s in harm.find(text, lang)]
    assert all(0 <= a <= b <= len(text) for a, b in spans)


@pytest.mark.slow
@pytest.mark.parametrize("name", MONSTERS)
@pytest.mark.parametrize("judge", ["injection", "harm"])
def test_time_grows_in_line_with_the_text(name: str, judge: str) -> None:
    def seconds(text: str) -> float:
        began = process_time()
        cast("Any", screen.score if judge == "injection" else harm.find)(text, "en")
        return process_time() - began

    part = MONSTERS[name] * max(1, 4000 // len(MONSTERS[name]))
    seconds(part[:100])
    small, large = seconds(part * 2), seconds(part * 8)
    assert large < 4 * 3 * small + 0.3, (small, large)  # four times the text; a square would be sixteen
