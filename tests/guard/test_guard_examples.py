"""Every check carries examples of both kinds, and they hold."""

from typing import cast

import pytest

from goodword import plugins
from goodword.catalogue.facts import facts_from_pairs
from goodword.errors import DataError
from goodword.guard.base import Check, CheckResult, Matter
from goodword.guard.examples import failing, load
from goodword.types import Lang

NAMES = plugins.names("guard.checks")


@pytest.mark.parametrize("name", NAMES)
def test_every_check_holds_its_own_examples(name: str) -> None:
    check = cast("Check", plugins.load("guard.checks", name))
    facts = {lang: facts_from_pairs(pairs, lang=lang) for lang, pairs in load(check).facts.items()}
    assert not list(failing(check, facts))


class Bare:
    """A check without examples."""

    NAME, VERSION = "bare", "1"
    LANGS: tuple[Lang, ...] = ("en", "zh")

    def run(self, matter: Matter) -> CheckResult:
        return CheckResult()


def test_a_check_without_examples_is_refused() -> None:
    with pytest.raises(DataError, match="'bare' has no examples"):
        load(Bare())


def test_a_check_with_one_kind_of_example_only_is_refused() -> None:
    check = Bare()
    check.NAME, check.LANGS = "form", cast("tuple[Lang, ...]", ("en", "zh", "de"))
    with pytest.raises(DataError, match=r"form\.toml: no 'fires' examples in de"):
        load(check)


def test_an_example_that_does_not_hold_is_named() -> None:
    check = Bare()
    check.NAME = "language"  # the examples of another check, on which this one never fires
    assert any(line.startswith("language (en) stays silent on: ") for line in failing(check, {}))
