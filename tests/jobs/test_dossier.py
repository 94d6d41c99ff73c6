"""The ledger handed over: it proves itself with nothing but Python, and holds the bodies that were asked for."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from goodword.jobs import dossier
from goodword.store import ledger
from goodword.store.engine import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = open_store(tmp_path / "shop.db")
    with opened.begin() as conn:
        for n in range(1, 6):
            body = {"draft": {"text": f"=cmd {n} 纯棉"}, "ruling": {"outcome": "released", "findings": []}}
            ledger.append(conn, "released", f"A{n}/en/us/listing", body, "user:li")
        ledger.erase(conn, 2, "the customer asked", "user:li")
    return opened


def _made(store: Store, folder: Path, **wanted: str) -> Path:
    with (folder / "export.zip").open("wb") as file:
        made = dossier.write(store, file, actor="user:wang", wanted=dossier.Wanted(**wanted))
    assert made.found.ok
    zipfile.ZipFile(folder / "export.zip").extractall(folder / "export")
    return folder / "export"


def _verified(folder: Path) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-I", "verify.py"], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.strip()


def test_an_export_verifies_without_goodword(store: Store, tmp_path: Path) -> None:
    code, told = _verified(_made(store, tmp_path))
    assert code == 0
    assert told.startswith("OK: 6 entries, 5 with their bodies")


def test_only_the_bodies_asked_for_are_handed_over_and_the_chain_still_holds(store: Store, tmp_path: Path) -> None:
    folder = _made(store, tmp_path, subject="A3*")
    code, told = _verified(folder)
    assert code == 0
    assert "6 entries, 1 with their bodies" in told
    whole = (folder / "ledger.jsonl").read_text("utf-8")
    assert "=cmd 3 纯棉" in whole
    assert "=cmd 4" not in whole
    rows = list(csv.DictReader(io.StringIO((folder / "entries.csv").read_text("utf-8-sig"))))
    assert [(r["position"], r["text"]) for r in rows] == [("3", "'=cmd 3 纯棉")]  # no spreadsheet runs it
    assert "A3*" in (folder / "readme.zh.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda lines: lines.__delitem__(2), "BROKEN at entry 4: entry 3 is missing"),
        (lambda lines: lines.__setitem__(3, lines[3].replace("user:li", "user:ma")), "BROKEN at entry 4: its header"),
        (lambda lines: lines.__setitem__(0, lines[0].replace("纯棉", "涤纶")), "BROKEN at entry 1: its body"),
        (lambda lines: lines.pop(), "BROKEN: the anchor names entry 6, the file ends at 5"),
    ],
)
def test_whatever_was_changed_after_the_export_is_named(store: Store, tmp_path: Path, change, told: str) -> None:  # type: ignore[no-untyped-def]
    folder = _made(store, tmp_path)
    lines = (folder / "ledger.jsonl").read_text("utf-8").splitlines()
    change(lines)
    (folder / "ledger.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    code, said = _verified(folder)
    assert code == 1
    assert said.startswith(told)


def test_handing_over_is_itself_recorded_with_who_and_what(store: Store, tmp_path: Path) -> None:
    folder = _made(store, tmp_path, since="2020", kind="released")
    with store.read() as conn:
        last = ledger.head(conn)
    assert last is not None
    assert (last.kind, last.subject, last.actor) == ("exported", "ledger", "user:wang")
    assert last.body is not None
    assert last.body["bodies"] == 4
    found = json.loads((folder / "verification.json").read_text("utf-8"))
    assert (found["ok"], found["length"], found["erased"]) == (True, 6, 1)


def test_a_time_and_a_kind_narrow_what_is_handed_over() -> None:
    entry = {"subject": "A1/en", "kind": "held", "time": "2026-11-24T10:00:00Z"}
    assert dossier.Wanted().holds(entry)
    assert dossier.Wanted(subject="A1*", since="2026-11-24", until="2026-11-25").holds(entry)
    assert not dossier.Wanted(subject="A1").holds(entry)
    assert not dossier.Wanted(until="2026-11-24").holds(entry)
    assert not dossier.Wanted(kind="released").holds(entry)


def test_the_command_writes_the_same_file_whole_or_not_at_all(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from goodword.cli.edge import run

    out = tmp_path / "for the court.zip"
    args = ["ledger", "export", "--store", str(tmp_path / "shop.db"), "--subject", "A1*", "--by", "user:wang"]
    assert run([*args, "-o", str(out)]) == 0
    assert "1 of 6 bodies" in capsys.readouterr().out
    zipfile.ZipFile(out).extractall(tmp_path / "export")
    assert _verified(tmp_path / "export")[0] == 0
    assert run([*args, "-o", str(tmp_path / "ledger.tar")]) == 2
    assert run([*args, "-o", str(tmp_path / "no folder" / "x.zip")]) == 2
    assert sorted(p.name for p in tmp_path.glob("*.zip")) == ["for the court.zip"]
