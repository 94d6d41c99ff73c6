"""The verifier of rewrites: nothing added, dropped or strengthened, in English and Chinese."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tomllib import loads
from typing import get_args

import pytest

from goodword.catalogue.facts import facts_from_pairs
from goodword.guard.rewrite import Fidelity, faithful
from goodword.types import Lang

LANGS: tuple[Lang, ...] = get_args(Lang)
DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Case:
    """Plain sentences and one rewrite of them."""

    lang: Lang
    title: str
    plain: tuple[str, ...]
    text: str
    fault: str = ""

    def verdict(self) -> Fidelity:
        return faithful(self.plain, self.text, facts_from_pairs({"title": self.title}, lang=self.lang), self.lang)


def cases(lang: Lang) -> Iterator[Case]:
    for row in loads((DATA / f"rewrites_{lang}.toml").read_text("utf-8"))["case"]:
        given = {"lang": lang, "title": row["title"], "plain": tuple(row["plain"])}
        yield from (Case(**given, text=text) for text in row["good"])
        yield from (Case(**given, text=text, fault=fault) for fault, text in row["bad"])


BAD = [c for lang in LANGS for c in cases(lang) if c.fault]
PLAIN = {c.plain: c for lang in LANGS for c in cases(lang)}
SPACE: dict[Lang, str] = {"en": " ", "zh": ""}


@pytest.mark.parametrize("case", BAD, ids=lambda c: f"{c.title}: {c.fault}")
def test_it_sends_back_what_changes_the_meaning(case: Case) -> None:
    verdict = case.verdict()
    assert not verdict.ok
    assert verdict.reason
    assert not verdict.pairs


@pytest.mark.parametrize("lang", LANGS)
def test_it_accepts_two_thirds_of_the_faithful_rewrites(lang: Lang) -> None:
    good = [c.verdict().ok for c in cases(lang) if not c.fault]
    assert sum(good) >= len(good) * 2 / 3


def reworded(case: Case, sentences: Sequence[str]) -> Fidelity:
    return Case(case.lang, case.title, case.plain, SPACE[case.lang].join(sentences)).verdict()


@pytest.mark.parametrize("case", PLAIN.values(), ids=lambda c: c.title)
def test_it_accepts_the_plain_sentences_themselves_and_pairs_each_with_itself(case: Case) -> None:
    verdict = reworded(case, case.plain)
    assert verdict.ok, verdict.reason
    assert all(n in verdict.pairs[n] for n in range(len(case.plain)))


@pytest.mark.parametrize("case", PLAIN.values(), ids=lambda c: c.title)
def test_it_sends_back_a_text_that_leaves_out_any_sentence(case: Case) -> None:
    for n in range(1, len(case.plain)):
        assert not reworded(case, case.plain[:n] + case.plain[n + 1 :]).ok, case.plain[n]


@pytest.mark.parametrize("case", PLAIN.values(), ids=lambda c: c.title)
def test_it_sends_back_a_text_with_any_digit_changed(case: Case) -> None:
    text = SPACE[case.lang].join(case.plain)
    for digit in re.finditer(r"\d", text):
        other = str((int(digit.group()) + 1) % 10)
        assert not reworded(case, [text[: digit.start()] + other + text[digit.end() :]]).ok, text[digit.start() - 9 :]


@pytest.mark.parametrize("lang", LANGS)
def test_fact_ids_follow_every_accepted_sentence(lang: Lang) -> None:
    for case in cases(lang):
        if (verdict := case.verdict()).ok:
            assert all(verdict.pairs.values())
            assert set().union(*verdict.pairs.values()) == set(range(len(case.plain)))


def test_it_sends_back_nothing_at_all_and_the_wrong_language() -> None:
    plain = ["The Ash Lamp is 38 cm high."]
    for text in ("", "  ", "这款台灯高38厘米。", "I'm sorry, I can't help with that."):
        assert not faithful(plain, text, None, "en").ok
    assert not faithful([], "The Ash Lamp is 38 cm high.", None, "en").ok


def test_it_needs_no_facts() -> None:
    plain = ["The Ash Lamp is 38 cm high.", "It weighs 2 kg."]
    assert faithful(plain, "Weighing 2 kilograms, the Ash Lamp is 38 cm tall.", None, "en").ok
    assert not faithful(plain, "Weighing 2 kilograms, the Oak Lamp is 38 cm tall.", None, "en").ok


def test_the_reason_is_given_in_the_language_of_the_text() -> None:
    assert faithful(["这款台灯高38厘米。"], "这款台灯高40厘米。", (), "zh").reason == "数字不一致：40厘米"
    assert "40 cm" in faithful(["The lamp is 38 cm high."], "The lamp is 40 cm high.", (), "en").reason
