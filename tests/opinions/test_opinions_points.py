"""Points, needs and taxonomy: the examples in the data fire and stay silent as they must."""

from pathlib import Path

import pytest

from goodword.errors import InputError
from goodword.opinions import needs, points, taxonomy
from goodword.text.pieces import cut


@pytest.mark.parametrize(("point", "text", "fires"), list(points.examples()))
def test_every_example_of_a_point_holds(point: str, text: str, fires: bool) -> None:
    assert any(f.point == point for f in points.find(text)) == fires


@pytest.mark.parametrize(("kind", "text", "fires"), list(needs.examples()))
def test_every_example_of_a_need_holds(kind: str, text: str, fires: bool) -> None:
    assert any(a.kind == kind for a in needs.find(text)) == fires


def test_every_point_has_an_aspect_of_the_taxonomy_and_both_kinds_of_example() -> None:
    kinds: dict[str, set[bool]] = {}
    for point, _, fires in points.examples():
        kinds.setdefault(point, set()).add(fires)
    assert all(found == {True, False} for found in kinds.values())
    assert {p.aspect for p in points.all_points().values()} <= set(taxonomy.shipped().ids)


def test_wishes_are_grouped_by_what_most_of_them_ask_for() -> None:
    said = [(0, "came in more colours"), (1, "had other colours"), (2, "lasted longer"), (2, "came in colours")]
    (group,) = needs.grouped(said)
    assert (group.key, [place for place, _ in group.members]) == ("colour", [0, 1, 2])


def test_a_term_is_in_the_category_of_its_last_listed_word() -> None:
    assert taxonomy.shipped().of(["battery life", "触摸屏", "customer service", "zxqv"]) == [
        "battery", "screen", "service", "other",
    ]  # fmt: skip


def test_the_longest_listed_term_wins() -> None:
    hits = taxonomy.shipped().find(cut(["快递员的服务态度好"]))
    assert [(a, b) for a, b in zip(hits.start.tolist(), hits.end.tolist(), strict=True)] == [(0, 3), (4, 8)]


@pytest.mark.parametrize("text", ["not toml [", "[other]\nx = 1", '[aspect.a]\nen = "A"', "[aspect]\na = 3"])
def test_a_taxonomy_that_is_none_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text(text, "utf-8")
    with pytest.raises(InputError):
        taxonomy.load(tmp_path / "t.toml")
