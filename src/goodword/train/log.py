"""Optional records of a run in MLflow or TensorBoard, beside the bundle."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from goodword.errors import InputError, MissingExtra


def known(sinks: Sequence[str]) -> None:
    """Look at names before a run.

    Raises:
        InputError: one is unknown.
    """
    for sink in sinks:
        if sink not in SINKS:
            raise InputError(f"there is no log {sink!r}", cure=f"There is: {', '.join(SINKS)}")


def record(sink: str, manifest: dict[str, Any], folder: Path) -> None:
    """Hand figures, options and files of a finished run to a sink.

    Raises:
        InputError: the sink is unknown.
        MissingExtra: its library is not installed.
    """
    known([sink])
    SINKS[sink](manifest, folder)


def figures(manifest: dict[str, Any]) -> dict[str, float]:
    """The figures of a run by name."""
    m, c = manifest["metrics"], manifest["cost"]
    out = {"accuracy": m["accuracy"][0], "macro_f1": m["macro_f1"][0], "calibration_error": m["calibration_error"]}
    return out | {k: float(c[k]) for k in ("cpu_seconds", "kwh", "usd", "texts_per_cpu_second")}


def _mlflow(manifest: dict[str, Any], folder: Path) -> None:
    """To the tracking store that MLFLOW_TRACKING_URI names, else to files in `mlruns` beside the bundle."""
    try:
        import mlflow

        if not os.environ.get("MLFLOW_TRACKING_URI"):
            os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
            mlflow.set_tracking_uri((folder.resolve().parent / "mlruns").as_uri())
        mlflow.set_experiment(f"goodword-{manifest['task']}")
        with mlflow.start_run(run_name=f"{manifest['recipe']['name']}-{manifest['data']['sha256'][:8]}"):
            options = manifest["recipe"]["options"]
            mlflow.log_params({k: str(v)[:250] for k, v in options.items()} | {"seed": manifest["seed"]})
            mlflow.log_metrics(figures(manifest))
            for row in manifest["history"]:
                mlflow.log_metrics({k: v for k, v in row.items() if k != "epoch"}, step=int(row["epoch"]))
            mlflow.log_artifacts(str(folder), "model")
    except ImportError:
        raise MissingExtra("mlflow", "logging to MLflow") from None


def _tensorboard(manifest: dict[str, Any], folder: Path) -> None:
    """Event files in `<bundle>.logs`, for `tensorboard --logdir`."""
    try:
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.proto.summary_pb2 import Summary
        from tensorboard.summary.writer.event_file_writer import EventFileWriter
    except ImportError:
        raise MissingExtra("tensorboard", "logging to TensorBoard") from None
    writer = EventFileWriter(str(folder.with_name(f"{folder.name}.logs")))
    for row in [*manifest["history"], {"epoch": 0, **{f"test_{k}": v for k, v in figures(manifest).items()}}]:
        values = [Summary.Value(tag=k, simple_value=float(v)) for k, v in row.items() if k != "epoch"]
        writer.add_event(Event(step=int(row["epoch"]), summary=Summary(value=values)))
    writer.close()


SINKS: dict[str, Callable[[dict[str, Any], Path], None]] = {"mlflow": _mlflow, "tensorboard": _tensorboard}
