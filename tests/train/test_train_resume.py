"""A run killed in the middle goes on to the very same weights as one that was not."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from tests.train.conftest import Write, reviews

from goodword.models import bundle

COMMON = ("--set", "epochs=4", "--set", "patience=0")
SMALL = {
    "keras-lstm": ("keras", ("words=500", "length=12", "embedding=8", "units=8", "batch=16", "dropout=0.2")),
    "transformer": ("torch", ("length=24", "batch=16", "accumulate=2", "rate=0.001")),
}


def command(data: Path, out: Path, recipe: str, options: tuple[str, ...]) -> list[str]:
    sets = [x for o in options for x in ("--set", o)]
    return [sys.executable, "-m", "goodword", "train", "sentiment", "--data", str(data), "--recipe", recipe, "--out",
            str(out), *COMMON, *sets]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("recipe", SMALL)
def test_a_killed_run_ends_with_the_same_weights(write: Write, tmp_path: Path, recipe: str) -> None:
    library, options = SMALL[recipe]
    pytest.importorskip(library, reason=f"the recipe {recipe} needs {library}")
    if recipe == "transformer":
        from tests.train.tiny import tiny_bert

        options = (*options, f"base={tiny_bert(tmp_path / 'base')}")
    data = write(reviews(300))
    subprocess.run(command(data, tmp_path / "whole", recipe, options), check=True, capture_output=True, timeout=250)
    work = tmp_path / ".cut.work"
    with subprocess.Popen(command(data, tmp_path / "cut", recipe, options), stderr=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, start_new_session=True) as running:  # fmt: skip
        for _ in range(2400):  # killed as soon as an epoch has been kept
            if list(work.glob("*/state.json")) or running.poll() is not None:
                break
            time.sleep(0.05)
        os.kill(running.pid, signal.SIGKILL)
    assert running.returncode == -signal.SIGKILL, "it was too fast to be killed"
    assert not (tmp_path / "cut").exists()
    done = subprocess.run(
        command(data, tmp_path / "cut", recipe, options), check=True, capture_output=True, timeout=250
    )
    assert not work.exists(), done.stderr
    names = {p.name for p in (tmp_path / "whole").iterdir()}
    weights = sorted(n for n in names if n.endswith((".safetensors", "weights.npz")))
    for name in weights:
        assert bundle.digest(tmp_path / "whole" / name) == bundle.digest(tmp_path / "cut" / name)
    first, second = (bundle.read(tmp_path / n).manifest for n in ("whole", "cut"))
    assert [h["valid_loss"] for h in first["history"]] == [h["valid_loss"] for h in second["history"]]


@pytest.mark.slow
def test_what_keras_learnt_is_scored_without_keras(write: Write, tmp_path: Path) -> None:
    pytest.importorskip("keras", reason="the Keras recipes need keras")
    script = """
import sys
import numpy as np
from pathlib import Path
from goodword.models import bundle
from goodword.train import recipe, run
from goodword.train.learners import keras_lstm
from goodword.train.tasks import task
seen = {}
real = keras_lstm._arrays
def caught(model):
    seen['model'] = model
    return real(model)
keras_lstm._arrays = caught
for cell in ('lstm', 'mean'):
    options = {'epochs': 1, 'words': 500, 'length': 12, 'embedding': 8, 'units': 8, 'cell': cell}
    order = run.Order(task=task('sentiment'), data=Path(sys.argv[1]), out=Path(sys.argv[2]) / cell,
                      recipe=recipe.load('keras-lstm').with_options(options))
    done = run.run(order)
    net = bundle.load(done.folder).classifier
    texts = [*done.split.test.texts, '', 'x' * 50, ' '.join(['love it'] * 40)]
    rows = net.words.numbers(texts)
    logits = net.logits(texts)
    ours = 1 / (1 + np.exp(logits[:, 0] - logits[:, 1]))
    theirs = seen['model'].predict(rows, verbose=0)[:, 0]
    filled = (rows != 0).any(axis=1) if cell == 'mean' else slice(None)
    np.testing.assert_allclose(ours[filled], theirs[filled], atol=2e-6)
"""
    data = str(write(reviews(200)))
    subprocess.run([sys.executable, "-c", script, data, str(tmp_path)], check=True, timeout=250)
    ask = f"import sys; from goodword.models import bundle; bundle.load({str(tmp_path / 'lstm')!r}).predict(['love it']); print('keras' in sys.modules)"  # noqa: E501
    loaded = subprocess.run([sys.executable, "-c", ask], check=True, capture_output=True, text=True)
    assert loaded.stdout.strip() == "False"


@pytest.mark.slow
def test_early_stopping_gives_back_the_best_epoch(write: Write, tmp_path: Path) -> None:
    pytest.importorskip("keras", reason="the Keras recipes need keras")
    options = ("words=2000", "embedding=16", "rate=0.05", "epochs=30", "patience=2", "dropout=0.0")
    made = command(write(reviews(200, noise=0.3)), tmp_path / "m", "static-embedding", options)
    made = [x for x in made if x not in {"epochs=4", "patience=0"}]
    made = [x for i, x in enumerate(made) if not (x == "--set" and (i + 1 == len(made) or made[i + 1] == "--set"))]
    subprocess.run(made, check=True, capture_output=True, timeout=250)
    m = bundle.read(tmp_path / "m").manifest
    losses = [h["valid_loss"] for h in m["history"]]
    assert len(losses) < 30 and len(losses) == m["about"]["best_epoch"] + 2
    assert m["about"]["best_epoch"] == int(np.argmin(losses)) + 1
