"""The linear recipe from file to bundle, and what is told of it."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.train.conftest import Write, reviews

from goodword.errors import DataError, InputError
from goodword.models import bundle
from goodword.train import cost, curve, noise, recipe, run, search
from goodword.train.tasks import task


def order(data: Path, out: Path, **more: object) -> run.Order:
    options = {"task": task("sentiment"), "recipe": recipe.load("linear"), **more}
    return run.Order(data=data, out=out, **options)  # type: ignore[arg-type]


@pytest.fixture
def data(write: Write) -> Path:
    return write(reviews(600, noise=0.05))


def test_it_learns_and_is_the_same_when_loaded(data: Path, tmp_path: Path) -> None:
    done = run.run(order(data, tmp_path / "m"))
    assert done.manifest["metrics"]["accuracy"][0] > 0.9
    model = bundle.load(tmp_path / "m")
    assert model.labels == ("negative", "positive")
    assert model.predict(["love it, works very well", "质量太差，非常失望"]) == ["positive", "negative"]
    with np.load(tmp_path / "m" / run.PREDICTIONS) as held:
        np.testing.assert_allclose(model.probabilities(done.split.test.texts), held["chances"], atol=1e-6)


def test_the_same_order_gives_the_same_weights(data: Path, tmp_path: Path) -> None:
    hashes = [run.run(order(data, tmp_path / n)).folder.joinpath("weights.npz").read_bytes() for n in "ab"]
    assert hashes[0] == hashes[1]


def test_three_labels_and_a_second_text(write: Write, tmp_path: Path) -> None:
    rows = []
    for i, r in enumerate(reviews(400)):
        other = {"positive": "negative", "negative": "positive"}[r["label"]]
        bad, good = ("the strap broke", "the colour is lovely")
        text = f"{i}: {bad}, but {good}." if i % 2 else f"{i}: {good} though {bad}."
        aspect, label = [("strap", "negative"), ("colour", "positive"), ("price", "neutral")][i % 3]
        rows.append({"text": text, "aspect": aspect, "polarity": label, "other": other})
    done = run.run(order(write(rows), tmp_path / "m", task=task("aspects")))
    assert done.manifest["metrics"]["accuracy"][0] > 0.95
    model = bundle.load(tmp_path / "m")
    both = ["the strap broke, but the colour is lovely"] * 2
    assert model.predict(both, ["strap", "colour"]) == ["negative", "positive"]
    assert model.probabilities(both, ["strap", "colour"]).shape == (2, 3)


def test_every_figure_has_an_interval_and_parts_are_judged(data: Path, tmp_path: Path) -> None:
    done = run.run(order(data, tmp_path / "m", slices=("product",), licence="own"))
    m = done.manifest
    for value, low, high in [m["metrics"][k] for k in ("accuracy", "macro_f1")]:
        assert low <= value <= high
    assert {s["column"] for s in m["slices"]} >= {"language", "length"}
    for name in ("card.en.md", "card.zh.md", "report.html"):
        text = (tmp_path / "m" / name).read_text("utf-8")
        assert f"{m['metrics']['accuracy'][0]:.3f}" in text and m["data"]["sha256"][:16] in text
    assert "http" not in (tmp_path / "m" / "report.html").read_text("utf-8").replace("http-equiv", "")
    assert m["cost"]["cpu_seconds"] > 0 and m["cost"]["kwh"] > 0


def test_a_changed_weight_is_not_loaded(data: Path, tmp_path: Path) -> None:
    folder = run.run(order(data, tmp_path / "m")).folder
    weights = folder / "weights.npz"
    held = bytearray(weights.read_bytes())
    held[len(held) // 2] ^= 1
    weights.write_bytes(held)
    with pytest.raises(DataError, match="changed after training"):
        bundle.load(folder)


def test_a_bundle_holds_no_pickle_and_no_training_text(data: Path, tmp_path: Path) -> None:
    done = run.run(order(data, tmp_path / "m"))
    names = {p.suffix for p in done.folder.iterdir()}
    assert names == {".npz", ".json", ".md", ".html"}
    words = b"".join(p.read_bytes() for p in done.folder.iterdir() if p.suffix != ".npz")
    assert not any(t.encode() in words for t in done.split.train.texts)


def test_the_audit_finds_most_wrong_labels_and_few_others(write: Write, tmp_path: Path) -> None:
    rows = reviews(800, noise=0.06)
    job_order = order(write(rows), tmp_path / "m")
    parts, _ = run.corpora(job_order)
    whole = parts.train.plus(parts.valid).plus(parts.test)
    found = noise.audit(whole, job_order.recipe.open(), run.job_of(job_order, parts))
    wrong = {i for i, r in enumerate(rows, 2) if r["wrong"] == "1"}
    listed = {s.row for s in found}
    assert len(listed & wrong) >= 0.8 * len(wrong)
    assert len(listed - wrong) <= 0.1 * len(listed)
    assert found[0].margin >= found[-1].margin


def test_a_search_never_ends_below_the_recipe_and_goes_on_from_its_journal(data: Path, tmp_path: Path) -> None:
    asked = order(data, tmp_path / "m")
    parts, _ = run.corpora(asked)
    job = run.job_of(asked, parts)
    fitted = []

    class Counting:
        def fit(self, job: object) -> object:
            fitted.append(1)
            return recipe.load("linear").open().fit(job)  # type: ignore[arg-type]

    first = search.search(Counting(), job, asked.recipe.search, trials=6)  # type: ignore[arg-type]
    once = len(fitted)
    again = search.search(Counting(), job, asked.recipe.search, trials=6)  # type: ignore[arg-type]
    assert first == again and len(fitted) == once
    assert first[0].share == 1.0
    assert any(t.changes != {} for t in first) or first[0].changes == {}


def test_a_killed_search_with_half_a_line_in_its_journal_goes_on(data: Path, tmp_path: Path) -> None:
    asked = order(data, tmp_path / "m", trials=3)
    parts, _ = run.corpora(asked)
    search.search(asked.recipe.open(), run.job_of(asked, parts), asked.recipe.search, trials=3)
    journal = next(run.job_of(asked, parts).work.glob("search-*.jsonl"))
    journal.write_text(journal.read_text("utf-8")[:-30], "utf-8")
    done = run.run(asked)
    assert done.manifest["search"]["trials"] == 3
    assert not run.job_of(asked, parts).work.exists()


def test_a_power_law_is_found_again_with_its_uncertainty() -> None:
    rng = np.random.default_rng(0)
    sizes = [100, 200, 400, 800, 1600, 3200]
    law = curve.Law(floor=0.05, scale=1.2, rate=0.45)
    hardness = rng.random(4000)
    wrong = np.array([hardness < law.error(n) for n in sizes])
    found = curve.fitted(sizes, wrong, seed=0)
    truth = float(law.error(12_800))
    assert found.at(12_800).low <= truth <= found.at(12_800).high
    assert abs(found.at(12_800).value - truth) < 0.015
    assert found.needed(1 - float(law.error(6400))).low <= 6400 <= found.needed(1 - float(law.error(6400))).high
    assert found.needed(0.999).value == float("inf")


def test_an_estimate_is_of_the_right_size(write: Write, tmp_path: Path) -> None:
    asked = order(write(reviews(4000)), tmp_path / "m")
    parts, _ = run.corpora(asked)
    job = run.job_of(asked, parts)
    seen = cost.estimate(asked.recipe.open(), job)
    meter = cost.Meter()
    asked.recipe.open().fit(job)
    spent = meter.stop()
    assert spent["cpu_seconds"] / 5 < seen.cpu_seconds < 5 * spent["cpu_seconds"] + 0.2


def test_an_unknown_recipe_option_or_value_is_named() -> None:
    linear = recipe.load("linear")
    with pytest.raises(InputError, match="no option 'c'"):
        linear.with_options({"c": 1})
    with pytest.raises(InputError, match="option C cannot be 'much'"):
        linear.with_options({"C": "much"})
    with pytest.raises(InputError, match="no recipe 'bert'"):
        recipe.load("bert")


def test_recipes_say_where_they_come_from_and_name_their_learner() -> None:
    for name in recipe.names():
        held = recipe.load(name)
        assert {"en", "zh"} <= held.title.keys() and held.search.keys() <= held.options.keys()


def test_a_model_goes_nowhere_that_holds_other_things(data: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="holds other things"):
        run.run(order(data, tmp_path / "full"))
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["thesis.txt"]


def test_a_manifest_is_json_that_can_be_read_back(data: Path, tmp_path: Path) -> None:
    done = run.run(order(data, tmp_path / "m"))
    held = json.loads((done.folder / "bundle.json").read_text("utf-8"))
    assert held["files"].keys() == {p.name for p in done.folder.iterdir()} - {"bundle.json"}
