"""Records of a run in MLflow and TensorBoard, where they are installed; one clear line where they are not."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.train.conftest import Write, reviews

from goodword.cli.edge import run


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("sink", "trace"), [("tensorboard", "m.logs/events.*"), ("mlflow", "mlruns/*/*/metrics/accuracy")]
)
def test_a_run_is_recorded_or_the_missing_library_is_named(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    sink: str, trace: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOODWORD_TALK", "en")
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    code = run(["train", "sentiment", "--data", str(write(reviews(100))), "--out", "m", "--log", sink])
    if find_spec(sink):
        assert code == 0 and list(tmp_path.glob(trace))
    else:
        assert code == 2 and f"goodword[{sink}]" in capsys.readouterr().err
    assert (tmp_path / "m" / "bundle.json").is_file()


def test_an_unknown_record_is_told_before_the_run(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                  capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOODWORD_TALK", "en")
    assert run(["train", "sentiment", "--data", str(write(reviews(100))), "--out", "m", "--log", "wandb"]) == 2
    assert "there is no log 'wandb'" in capsys.readouterr().err and not (tmp_path / "m").exists()
