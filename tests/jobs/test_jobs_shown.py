"""A ruled text for a person."""

from hypothesis import given
from hypothesis import strategies as st

from goodword.catalogue.facts import facts_from_pairs
from goodword.guard.base import Matter
from goodword.guard.review import review
from goodword.jobs import shown
from goodword.types import Claim, Finding, Ruling, Verdict

FACTS = facts_from_pairs({"title": "Oakrell Lamp", "material": "oak", "weight": "1.2 kg"}, lang="en")


def ruled(text: str) -> Ruling:
    return review(Matter(text=text, lang="en", market="us", facts=FACTS))


def test_each_claim_is_shown_with_its_stance_and_why() -> None:
    text = "The lamp is made of oak, weighs 2 kg and is stunning."
    parts = {p.text: p for p in shown.stretches(text, ruled(text)) if p.stance}
    assert parts["oak"].stance == "supported"
    assert "material: oak" in shown.why(parts["oak"])
    assert parts["2 kg"].stance == "refuted"
    assert "1.2 kg" in shown.why(parts["2 kg"])
    assert parts["stunning"].stance == "opinion"


def test_a_page_escapes_what_is_in_a_text() -> None:
    text = 'Oak <script>alert("x")</script> lamp.'
    page = shown.page([("a<b", text, ruled(text))], "t")
    assert "<script>" not in page
    assert "a&lt;b" in page


_SPAN = st.tuples(st.integers(-3, 30), st.integers(-3, 30)).map(sorted)


@given(st.text(max_size=25), st.lists(_SPAN, max_size=6), st.lists(_SPAN, max_size=4))
def test_the_stretches_are_the_text(text: str, claims: list[list[int]], findings: list[list[int]]) -> None:
    ruling = Ruling(
        outcome="held", label="needs_evidence", checks=(),
        verdicts=tuple(Verdict(claim=Claim(start=a, end=b, kind="number"), stance="silent") for a, b in claims),
        findings=tuple(Finding(rule="r", severity="warn", start=a, end=b, authority="", advice="")
                       for a, b in findings),
    )  # fmt: skip
    assert "".join(p.text for p in shown.stretches(text, ruling)) == text
