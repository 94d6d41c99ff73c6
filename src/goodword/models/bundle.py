"""A trained model on disk: one folder of weights, `bundle.json` with the hash of every file, and the model's cards.

Weights are NumPy (.npz, read without pickle), safetensors or Keras files. A folder whose files are not the ones it was
made with is not loaded. One file in `models/` opens one kind of weights: a module with `opened(bundle) -> Classifier`.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from goodword.errors import DataError, InputError
from goodword.plugins import load as plugin

Floats = NDArray[np.float64]
MANIFEST = "bundle.json"
FORMAT = 1


class Classifier(Protocol):
    """What weights do: give each text a logit for each label, in the order of the bundle's labels."""

    def logits(self, texts: Sequence[str], pairs: Sequence[str] | None = None) -> Floats:
        """Shape (texts, labels). `pairs` is the second text of tasks that have one (the aspect, the evidence)."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Bundle:
    """A folder whose files have been verified."""

    folder: Path
    kind: str
    task: str
    labels: tuple[str, ...]
    manifest: Mapping[str, Any]

    @property
    def settings(self) -> Mapping[str, Any]:
        """What the weights' kind needs to know to read them."""
        found: Mapping[str, Any] = self.manifest["settings"]
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class TextModel:
    """A loaded bundle: texts in, probabilities out."""

    bundle: Bundle
    classifier: Classifier

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, in the order of the columns of `probabilities`."""
        return self.bundle.labels

    def probabilities(self, texts: Sequence[str], pairs: Sequence[str] | None = None) -> Floats:
        """Calibrated probabilities, shape (texts, labels); rows sum to one."""
        temperature = float(self.bundle.manifest.get("temperature", 1.0))
        return softmax(self.classifier.logits(texts, pairs) / temperature)

    def predict(self, texts: Sequence[str], pairs: Sequence[str] | None = None) -> list[str]:
        """The likeliest label of each text."""
        return [self.labels[i] for i in self.classifier.logits(texts, pairs).argmax(axis=1)]


def softmax(logits: Floats) -> Floats:
    """Row by row, safe at both ends."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True)) if logits.size else logits
    out: Floats = shifted / shifted.sum(axis=1, keepdims=True) if logits.size else logits
    return out


def find(name: str | Path) -> Path:
    """The folder of a model: a path, or the name of one that is shipped in data/models/.

    Raises:
        InputError: there is neither.
    """
    path = Path(name)
    if (path / MANIFEST).is_file():
        return path
    shipped = Path(str(files("goodword.data").joinpath("models"))) / path.name
    if str(name) == path.name and (shipped / MANIFEST).is_file():
        return shipped
    raise InputError(f"there is no trained model {str(name)!r}", cure="Train one: goodword train")


def read(name: str | Path) -> Bundle:
    """A bundle, every file's hash verified.

    Raises:
        InputError: there is none of that name.
        DataError: it is malformed, from a later version, or a file is missing or altered.
    """
    folder = find(name)
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        made = {k: manifest[k] for k in ("format", "kind", "task", "labels", "files", "settings")}
    except (OSError, ValueError, KeyError, TypeError):
        raise DataError(f"{folder / MANIFEST} is not the list of a model's files. Train it again") from None
    if made["format"] != FORMAT:
        raise DataError(f"{folder} was made by another version of Goodword (format {made['format']}). Train it again")
    for file, sha in made["files"].items():
        path = folder / file
        if Path(file).name != file or not path.is_file() or digest(path) != sha:
            raise DataError(f"{path} is missing or was changed after training. Train the model again")
    return Bundle(folder=folder, kind=made["kind"], task=made["task"], labels=tuple(made["labels"]), manifest=manifest)


def load(name: str | Path) -> TextModel:
    """A model ready to score.

    Raises:
        InputError, DataError: as `read`.
        MissingExtra: its kind needs a library that is not installed.
    """
    bundle = read(name)
    classifier: Classifier = plugin("models", bundle.kind).opened(bundle)
    return TextModel(bundle=bundle, classifier=classifier)


def write(out: Path, manifest: Mapping[str, Any], fill: Callable[[Path], None]) -> Path:
    """A new bundle at `out`, in full or not at all; an older bundle there is replaced.

    Args:
        manifest: all of bundle.json but the hashes.
        fill: puts the files into the folder it is given.

    Raises:
        InputError: `out` holds something that is no bundle, or cannot be written.
    """
    free(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent))
    except OSError as problem:
        raise InputError(
            f"cannot write here ({problem.strerror})", where=str(out), cure="Choose another folder"
        ) from None
    try:
        fill(part)
        hashes = {p.name: digest(p) for p in sorted(part.iterdir())}
        whole = {"format": FORMAT, **manifest, "files": hashes}
        (part / MANIFEST).write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", "utf-8")
        part.chmod(0o755)
        if out.exists():
            shutil.rmtree(out)
        part.replace(out)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return out


def free(out: Path) -> None:
    """Whether a bundle may be written at `out`, asked before the work is done.

    Raises:
        InputError: something that is no bundle is there.
    """
    if out.exists() and not (out / MANIFEST).is_file() and (out.is_file() or any(out.iterdir())):
        raise InputError("this folder holds other things", where=str(out), cure="Name a new folder")


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
