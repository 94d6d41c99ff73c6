"""The transformer recipe on a tiny BERT made on the spot."""

from pathlib import Path

import numpy as np
import pytest
from tests.train.conftest import Write, reviews

from goodword.errors import InputError
from goodword.models import bundle
from goodword.train import recipe, run
from goodword.train.tasks import task

pytestmark = pytest.mark.slow
OPTIONS = {"length": 32, "batch": 16, "epochs": 2, "rate": 0.003, "accumulate": 1}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("torch", reason="the transformer recipe needs torch and transformers")
    from tests.train.tiny import tiny_bert

    return tiny_bert(tmp_path_factory.mktemp("base"))


@pytest.mark.parametrize("tune", ["full", "lora", "head"])
def test_it_is_tuned_whole_by_adapters_or_at_the_head_and_is_the_same_when_loaded(
    write: Write, tmp_path: Path, base: Path, tune: str
) -> None:
    if tune == "lora":
        pytest.importorskip("peft", reason="LoRA needs peft")
    chosen = recipe.load("transformer").with_options({**OPTIONS, "base": str(base), "tune": tune})
    order = run.Order(task=task("sentiment"), data=write(reviews(300)), out=tmp_path / "m", recipe=chosen)
    done = run.run(order)
    about = done.manifest["about"]
    assert (about["trained_parameters"] == about["parameters"]) == (tune == "full")
    assert {p.suffix for p in done.folder.iterdir()} <= {".safetensors", ".json", ".npz", ".md", ".html", ".txt"}
    texts = done.split.test.texts
    with np.load(done.folder / run.PREDICTIONS) as held:
        np.testing.assert_allclose(bundle.load(done.folder).probabilities(texts), held["chances"], atol=1e-5)


def test_it_takes_a_second_text_and_three_labels(write: Write, tmp_path: Path, base: Path) -> None:
    rows = [{"text": r["text"], "aspect": "value" if i % 2 else "质量", "label": ("a", "b", "c")[i % 3]}
            for i, r in enumerate(reviews(120))]  # fmt: skip
    chosen = recipe.load("transformer").with_options({**OPTIONS, "base": str(base), "epochs": 1})
    done = run.run(run.Order(task=task("aspects"), data=write(rows), out=tmp_path / "m", recipe=chosen))
    assert bundle.load(done.folder).probabilities(["soft", "soft"], ["value", "质量"]).shape == (2, 3)


def test_a_base_that_is_none_is_told_in_one_line(write: Write, tmp_path: Path, base: Path) -> None:
    assert base.is_dir()
    (tmp_path / "empty").mkdir()
    for name, said in (("", "needs a model to start from"), (str(tmp_path / "empty"), "cannot be loaded")):
        chosen = recipe.load("transformer").with_options({**OPTIONS, "base": name})
        order = run.Order(task=task("sentiment"), data=write(reviews(100)), out=tmp_path / "m", recipe=chosen)
        with pytest.raises(InputError, match=said):
            run.run(order)
    assert not (tmp_path / "m").exists()
