"""The guard as a library: one text, or a stream of it."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from goodword import Guard
from goodword.guard.base import CheckResult, Matter
from goodword.types import Lang

FACTS = {
    "title": "Alder Bottle",
    "material": "stainless steel",
    "capacity": "750 ml",
    "insulation time": "12 h",
    "warranty": "2 years",
}
TEXT = (
    "The bottle is made of stainless steel. It holds 750 ml. It keeps drinks hot for 30 hours! Its warranty is 2 years."
)


def chopped(text: str, by: int) -> Iterator[str]:
    return (text[i : i + by] for i in range(0, len(text), by))


def test_no_sentence_leaves_before_its_ruling() -> None:
    sent: list[str] = []

    def pieces() -> Iterator[str]:
        for piece in chopped(TEXT, 7):
            sent.append(piece)
            yield piece

    seen = 0
    for ruled in Guard().stream(pieces(), FACTS):
        assert "".join(sent)[ruled.start : ruled.end] == ruled.text
        assert ruled.ruling.checks
        seen += 1
    assert seen == 4


def test_a_false_sentence_is_stopped_and_the_true_ones_around_it_pass() -> None:
    ruled = list(Guard().stream(chopped(TEXT, 11), FACTS))
    assert [r.released for r in ruled] == [True, True, False, True]


@given(st.text(alphabet="ab 1.。！\n?", max_size=80), st.integers(1, 9))
def test_a_stream_yields_every_character_once_and_in_order(text: str, by: int) -> None:
    ruled = list(Guard(checks=()).stream(chopped(text, by), {}))
    assert "".join(r.text for r in ruled) == text[: ruled[-1].end if ruled else 0]
    assert not text[ruled[-1].end if ruled else 0 :].strip()


def test_a_stream_without_an_end_is_not_kept_for_ever() -> None:
    ruled = list(Guard(checks=()).stream(["word "] * 2000, {}))
    assert max(len(r.text) for r in ruled) < 5000


def test_advice_is_in_the_language_of_its_reader() -> None:
    wrong = "The bottle holds 500 ml."
    english, chinese = (Guard(reader=r).check(wrong, FACTS).findings[0].advice for r in ("en", "zh"))
    assert "fact" in english
    assert "事实" in chinese


def test_a_check_that_fails_in_a_stream_holds_each_sentence() -> None:
    class Broken:
        NAME, VERSION = "broken", "1"
        LANGS: tuple[Lang, ...] = ("en", "zh")

        def run(self, matter: Matter) -> CheckResult:
            raise ZeroDivisionError

    assert not any(r.released for r in Guard(checks=[Broken()]).stream([TEXT], FACTS))
