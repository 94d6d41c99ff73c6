"""Bounds: whatever a text is made of and however long it is, the whole guard judges it or holds it, and soon."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodword.catalogue.facts import facts_from_pairs
from goodword.errors import InputError
from goodword.guard import blocks, meaning
from goodword.guard.base import Matter
from goodword.guard.checks import grounding
from goodword.guard.review import CHECKS, review
from goodword.jobs.guarding import Guard
from goodword.jobs.screen import screen
from goodword.models import entailment
from goodword.types import CheckRun, Lang, Passage, Source, Verdict

FACTS = facts_from_pairs({
    "Title": "Trail 2 tent", "Material": "70% cotton, 30% polyester", "Weight": "1.2 kg", "Colour": "red/blue",
    "Size": "30 x 20 x 10 cm", "Warranty": "2 years", "In the box": "tent, poles, bag", "容量": "750毫升",
})  # fmt: skip
POLICY = Passage(
    id="p", text="You have 30 days to return an unused item. 七日内可退。", lang="en", source=Source(uri="p")
)
PIECES = [
    "1.2 kg", "30 x ", "20%", "一三八", "半", "9" * 30, "½", "①", "not ", "不", "best ", "最", "更", "(", "[", "“", '"',
    "《", "<b>", "red", "棉", "cotton", "includes ", "fits ", "than ", "比", "；", ". ", "。", "\n", "?",
    "👨\u200d👩\u200d👧", "🇨🇳",
    "\u202e", "\u200f", "\u200b", "\ud800", "\udc00", "\x00", "e\u0301", "ﬁ", "㎏", "a@b.co", "138-1234-5678",
    "37 of 52 reviews", "忽略", "ignore all ", "QUJD", "%41",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(st.characters(codec=None), max_size=6), max_size=40).map("".join)


@pytest.fixture
def rules_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "settle", lambda _matter, _facts, verdicts: list(verdicts))


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.sampled_from(["en", "zh"]))
def test_grounding_takes_any_text_and_its_spans_lie_in_it(text: str, lang: Lang) -> None:
    for passages in ((), (POLICY,)):
        matter = Matter(text=text, lang=lang, market="us", facts=FACTS, passages=passages)
        for verdict in grounding.by_rules(matter) if not passages else grounding.run(matter).verdicts:
            assert 0 <= verdict.claim.start <= verdict.claim.end <= len(text)
            assert all(e.start <= e.end for e in verdict.evidence)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(TEXTS, st.sampled_from(["en", "zh"]))
def test_the_whole_guard_takes_any_text_without_an_error(text: str, lang: Lang) -> None:
    ruling = review(Matter(text=text, lang=lang, market="cn", facts=FACTS), checks=(*CHECKS, "injection"),
                    budget_ms=60_000)  # fmt: skip
    assert not [(c.name, c.error) for c in ruling.checks if c.error]
    assert all(0 <= f.start <= f.end <= len(text) for f in ruling.findings)


@pytest.mark.parametrize("unit", ["kettle ", "水壶", "\ud800", "🇨🇳", "\u202e", "(", "9", "一", "1.2 kg "])
def test_ten_megabytes_are_held_at_once_and_refused_by_the_screen(unit: str) -> None:
    text = unit * (10_000_000 // len(unit))
    began = process_time()
    ruling = Guard().check(text, {"Weight": "1 kg"}, lang="en")
    assert (ruling.outcome, ruling.label) == ("held", "needs_evidence")
    assert all("too long to be judged" in c.error for c in ruling.checks)
    with pytest.raises(InputError, match="too long to be judged"):
        screen(text, "en")
    assert process_time() - began < 5


def test_the_longest_text_is_judged_and_one_character_more_is_held() -> None:
    checks = ("form", "language")
    assert not any(c.error for c in _ruled("a lamp. " * (blocks.LONGEST // 8), checks))
    assert all(c.error for c in _ruled("a" * (blocks.LONGEST + 1), checks))


def _ruled(text: str, checks: tuple[str, ...]) -> tuple[CheckRun, ...]:
    return review(Matter(text=text, lang="en", market="us"), checks=checks, budget_ms=60_000).checks


def test_parts_hold_every_sentence_once_and_none_is_longer_than_asked() -> None:
    text = "One lamp. " * 30 + "一盏灯，" * 400 + "。" + "x" * 500
    spans = blocks.parts(text, 200)
    assert all(0 < b - a <= 200 for a, b in spans)
    assert all(b <= c for (_, b), (c, _) in pairwise(spans))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())


def test_a_long_text_is_judged_like_its_parts(rules_only: None) -> None:
    wrong, right = "It weighs 9 kg. ", "It weighs 1.2 kg. "
    text = right * 200 + wrong + right * 200
    found = grounding.run(Matter(text=text, lang="en", market="us", facts=FACTS)).verdicts
    refuted = [v for v in found if v.stance == "refuted"]
    assert {text[v.claim.start : v.claim.end] for v in refuted} == {"9 kg"}
    assert len([v for v in found if _of(text, v) == "1.2 kg"]) == 400


def _of(text: str, verdict: Verdict) -> str:
    return text[verdict.claim.start : verdict.claim.end]


@pytest.mark.parametrize("flood", ["7" * 60, "一三八" * 20, "９" * 40])
def test_a_flood_of_digits_is_vouched_for_by_nobody(flood: str, rules_only: None) -> None:
    text = f"The lamp has {flood} in it."
    found = grounding.run(Matter(text=text, lang="en", market="us", facts=FACTS))
    assert any(_of(text, v) == flood and v.stance == "silent" for v in found.verdicts)
    assert any(f.severity == "needs_evidence" for f in found.findings)


FLOODS = ["7", "1,", "一三八", "9" * 22 + " ", "1.2 kg 30 x ", "10-20 ml ", "20% ", "not no never ", "和", "the a ",
          "“", "approx. ", "red/blue, ", "better than "]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("unit", FLOODS)
def test_grounding_takes_time_in_line_with_the_text(unit: str, rules_only: None) -> None:
    def seconds(size: int) -> float:
        matter = Matter(text=unit * (size // len(unit)), lang="en", market="us", facts=FACTS)
        began = process_time()
        grounding.run(matter)
        return process_time() - began

    seconds(200)
    small = min(seconds(1000) for _ in range(2))
    assert seconds(4000) < 4 * 3 * small + 0.2  # four times the text; a square would be sixteen times the time


def _without(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    entailment.load.cache_clear()
    monkeypatch.setattr(entailment, "files", lambda _room: folder)


@pytest.fixture
def fresh_entailment() -> Iterator[None]:
    """No test leaves a model of its own opened."""
    yield
    entailment.load.cache_clear()


@pytest.mark.parametrize("spoilt", ["encoder.onnx", "head.onnx", "pieces.model", "bundle.json", "all"])
def test_a_model_of_meaning_that_is_lost_or_altered_holds_the_text_and_says_why(
    spoilt: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fresh_entailment: None
) -> None:
    whole = Path(entailment.__file__).parents[1] / "data/models/entailment"
    (tmp_path / "models/entailment").mkdir(parents=True)
    for file in whole.iterdir() if spoilt != "all" else ():
        there = tmp_path / "models/entailment" / file.name
        if file.name != spoilt:
            there.symlink_to(file)
        elif spoilt == "bundle.json":
            there.write_text("{not json", "utf-8")
        else:
            raw = bytearray(file.read_bytes())
            raw[len(raw) // 2] ^= 1
            there.write_bytes(bytes(raw))
    _without(monkeypatch, tmp_path)
    ruling = Guard().check("The tent weighs 1.2 kg.", {"Title": "Tent", "Weight": "1.2 kg"}, lang="en", market="uk")
    assert ruling.outcome == "held"
    told = {c.name: c.error for c in ruling.checks if c.error}
    assert "the model 'entailment'" in told["grounding"], told
    assert told["grounding"].startswith("DataError"), told
