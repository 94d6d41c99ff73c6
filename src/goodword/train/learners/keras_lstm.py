"""The reference model in Keras 3: words → padding → Embedding(64) → LSTM(128) → sigmoid or softmax, Adam.

`cell = "mean"` puts a mean of static embeddings in the LSTM's place. Keras trains; the weights are written as NumPy
arrays and scored without Keras (models/recurrent.py). Every epoch is checkpointed with the optimiser's state, and the
order of the rows follows from seed and epoch, so a killed run goes on to the very same weights.
"""

import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from goodword.errors import InputError, MissingExtra
from goodword.models.recurrent import KNOWN, WEIGHTS, Net
from goodword.models.words import learnt
from goodword.train.base import Job, Step, Trained
from goodword.train.stop import Checkpoints, Progress, class_weights, validation

_NAMES = {
    "lstm": ("embedding", "kernel", "recurrent", "gates", "dense", "bias"),
    "mean": ("embedding", "dense", "bias"),
}


def fit(job: Job) -> Trained:
    """Train, stop early, and give back the best epoch's weights.

    Raises:
        MissingExtra: Keras or its backend is not installed.
        InputError: an option out of range.
    """
    keras, o = _keras(job), job.options
    if o["cell"] not in _NAMES:
        raise InputError(f"cell {o['cell']!r} is not known", where="recipe", cure="Write lstm or mean")
    words = learnt(job.train.texts, job.train.pairs, most=int(o["words"]), length=int(o["length"]),
                   pairs=bool(o["word_pairs"]))  # fmt: skip
    rows = words.numbers(job.train.texts, job.train.pairs)
    codes = job.train.codes(job.labels)
    model = _model(keras, job, len(words.known) + 3, len(rows))
    kept = Checkpoints(job, "keras")
    kept.heal()
    progress, best = Progress(), _arrays(model)
    if found := kept.load():
        progress = found[0]
        best = _restore(model, found[1])
    weight = class_weights(codes, len(job.labels), str(o["class_weight"]))
    while not progress.over(int(o["epochs"]), int(o["patience"])):
        order = np.random.default_rng([job.seed, progress.epoch]).permutation(len(rows))
        told = model.fit(
            rows[order], codes[order], batch_size=int(o["batch"]), epochs=1, verbose=0, shuffle=False,
            sample_weight=weight[codes[order]], callbacks=[_told(keras, job, progress.epoch)],
        )  # fmt: skip
        if not np.isfinite(told.history["loss"][0]):
            raise InputError("the training diverged: the loss is no number any more", where="recipe",
                             cure="Lower the learning rate: --set rate=0.0003")  # fmt: skip
        checked = _net(model, words, o).logits(job.valid.texts, job.valid.pairs)
        figures = validation(checked, job.valid.codes(job.labels), job.labels)
        if progress.add({"loss": float(told.history["loss"][0]), **figures}):
            best = _arrays(model)
        kept.save(progress, partial(_keep, model, best))
        job.watch(Step(done=progress.epoch, total=float(o["epochs"]), unit="epoch", loss=figures["valid_loss"],
                       metric=figures["valid_macro_f1"]))  # fmt: skip
    net = Net(words=words, weights=dict(zip(_NAMES[o["cell"]], best, strict=True)))

    def save(folder: Path) -> None:
        with (folder / WEIGHTS).open("wb") as file:
            np.savez_compressed(file, **net.weights)  # type: ignore[arg-type]
        (folder / KNOWN).write_text(json.dumps(words.known, ensure_ascii=False), "utf-8")
        kept.clear()

    return Trained(
        kind="recurrent", classifier=net, save=save, history=progress.history,
        settings={"length": words.length, "pairs": words.pairs},
        about={"parameters": int(sum(w.size for w in best)), "best_epoch": progress.best_epoch,
               "backend": keras.backend.backend(), "library": f"keras {keras.__version__}"},
    )  # fmt: skip


def _keras(job: Job) -> Any:
    """Keras with the backend the recipe names, seeded."""
    wanted = str(job.options["backend"])
    if "keras" not in sys.modules:
        os.environ["KERAS_BACKEND"] = wanted
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
        os.environ.setdefault("CUDA_VISIBLE_DEVICES", os.environ.get("CUDA_VISIBLE_DEVICES", ""))
    try:
        import keras
    except ImportError:
        raise MissingExtra("keras", "the Keras recipe") from None
    if keras.backend.backend() != wanted:
        raise InputError(
            f"Keras already runs on {keras.backend.backend()}, not on {wanted}", where="recipe",
            cure="Start again with KERAS_BACKEND set",
        )  # fmt: skip
    keras.utils.clear_session()
    keras.utils.set_random_seed(job.seed)
    if wanted == "tensorflow":
        import tensorflow

        tensorflow.config.experimental.enable_op_determinism()
    return keras


def _model(keras: Any, job: Job, words: int, rows: int) -> Any:
    o, layers = job.options, keras.layers
    penalty = keras.regularizers.L2(float(o["l2"])) if o["l2"] else None
    out = len(job.labels) if len(job.labels) > 2 else 1
    mean = o["cell"] == "mean"
    stack = [
        keras.Input((int(o["length"]),), dtype="int32"),
        layers.Embedding(words, int(o["embedding"]), mask_zero=mean),
        layers.GlobalAveragePooling1D() if mean else layers.LSTM(int(o["units"]), kernel_regularizer=penalty),
        *([layers.Dropout(float(o["dropout"]), seed=job.seed)] if o["dropout"] else []),
        layers.Dense(out, activation="sigmoid" if out == 1 else "softmax", kernel_regularizer=penalty),
    ]
    model = keras.Sequential(stack)
    rate: Any = float(o["rate"])
    if o["schedule"] == "cosine":
        rate = keras.optimizers.schedules.CosineDecay(rate, int(o["epochs"]) * -(-rows // int(o["batch"])))
    elif o["schedule"] != "constant":
        raise InputError(f"schedule {o['schedule']!r} is not known", where="recipe", cure="Write constant or cosine")
    loss = "binary_crossentropy" if out == 1 else "sparse_categorical_crossentropy"
    model.compile(optimizer=keras.optimizers.Adam(rate), loss=loss)
    model.optimizer.build(model.trainable_variables)
    return model


def _arrays(model: Any) -> list[Any]:
    return [np.array(w) for w in model.get_weights()]


def _net(model: Any, words: Any, options: Any) -> Net:
    return Net(words=words, weights=dict(zip(_NAMES[options["cell"]], _arrays(model), strict=True)))


def _everything(model: Any) -> list[Any]:
    """All that the next epoch depends on: weights, states of the random generators, the optimiser."""
    return [*model.variables, *model.optimizer.variables]


def _keep(model: Any, best: list[Any], folder: Path) -> None:
    now = {f"now{i}": np.array(v) for i, v in enumerate(_everything(model))}
    np.savez(folder / "arrays.npz", **now, **{f"best{i}": b for i, b in enumerate(best)})  # type: ignore[arg-type]


def _restore(model: Any, folder: Path) -> list[Any]:
    with np.load(folder / "arrays.npz", allow_pickle=False) as held:
        for i, variable in enumerate(_everything(model)):
            variable.assign(held[f"now{i}"])
        return [held[f"best{i}"] for i in range(len(model.get_weights()))]


def _told(keras: Any, job: Job, epoch: int) -> Any:
    """Tells where the epoch stands, some fifty times."""

    class Told(keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
            steps = self.params["steps"] or 1
            if batch % max(1, steps // 50) == 0:
                part = (batch + 1) / steps
                loss = (logs or {}).get("loss")
                job.watch(Step(done=epoch + part, total=float(job.options["epochs"]), unit="epoch", loss=loss))

    return Told()
