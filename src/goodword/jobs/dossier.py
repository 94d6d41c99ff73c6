"""The ledger for a regulator: one ZIP file that proves itself, with the bodies that were asked for and no others.

Regulation (EU) 2022/2065 Art. 40 and 67, 电子商务法 25 and 31, 广告法 49 and 53: records are handed over on demand;
Regulation (EU) 2016/679 Art. 5(1)(c): and no more personal data than was asked for.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO, cast

from sqlalchemy import Connection

from goodword.catalogue.delimited import harmless
from goodword.store import chain, ledger
from goodword.store.engine import Store

_COLUMNS = ("position", "time", "kind", "subject", "actor", "outcome", "text", "findings", "reason", "hash")
_TOLD, _IN_MEMORY, _BLOCK = 2000, 4 << 20, 1 << 16
_LATE = 200  # exports that are looked through for one that a stop made begin again
_STAMP = (1980, 1, 1, 0, 0, 0)  # of every file in the ZIP, so that the same ledger gives the same bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Whose bodies are handed over; all of them where nothing is named.

    Attributes:
        subject: this subject, or with a trailing '*' all that begin so.
        since: ISO 8601 day or time, inclusive; `until` exclusive.
    """

    subject: str = ""
    kind: str = ""
    since: str = ""
    until: str = ""

    def holds(self, entry: Mapping[str, Any]) -> bool:
        """Whether an entry of an export was asked for."""
        subject, wanted = str(entry["subject"]), self.subject
        named = subject.startswith(wanted[:-1]) if wanted.endswith("*") else wanted in {"", subject}
        time = str(entry["time"])
        return (
            named
            and self.kind in {"", entry["kind"]}
            and time >= self.since
            and (not self.until or time < self.until)
        )  # fmt: skip

    def told(self) -> str:
        """What was asked for, in one line."""
        named = {"subject": self.subject, "kind": self.kind, "since": self.since, "until": self.until}
        return ", ".join(f"{k} {v}" for k, v in named.items() if v) or "everything / 全部"


_EVERYTHING = Wanted()


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """What was handed over, and where the ledger says so."""

    entries: int
    bodies: int
    sha256: str  # of ledger.jsonl
    found: chain.Verification
    ledger: int


def write(
    store: Store, out: BinaryIO, *, actor: str, wanted: Wanted = _EVERYTHING,
    advance: Callable[[int], None] = lambda _: None, of: str = "",
) -> Made:  # fmt: skip
    """Write the ZIP file, and record in the ledger that it was handed over.

    Args:
        out: a file that can be written anywhere.
        actor: who asked for it.
        of: what is told of as one, though a stop made it begin again; '' : recorded each time.
        advance: called with how many entries more were read; each is read twice, to verify and to write. May raise.
    """
    made = datetime.now(UTC).isoformat(timespec="seconds")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle, store.read() as conn, _Rows() as rows:
        found = ledger.verify(conn, advance=advance)
        head = ledger.anchor(conn)
        written, count = _Written(bundle=bundle), _Count()
        with written.open("ledger.jsonl") as file:
            for line in ledger.export(conn):
                shown = _shown(json.loads(line), wanted, count)
                if wanted.holds(shown):
                    rows.add(shown)
                file.write((json.dumps(shown, ensure_ascii=False, separators=(",", ":")) + "\n").encode())
                if count.entries % _TOLD == 0:
                    advance(_TOLD)
        with written.open("entries.csv") as file:
            for block in rows.blocks():
                file.write(block)
        written.add("anchor.json", chain.anchor_line(head) + "\n")
        written.add("verification.json", json.dumps({**asdict(found), "made": made, "by": actor}, indent=1) + "\n")
        written.add("verify.py", _data("verify.py"))
        told = {"made": made, "who": actor, "asked": wanted.told(), "bodies": count.bodies, "entries": count.entries}
        for lang in ("en", "zh"):
            written.add(f"readme.{lang}.md", _data(f"readme.{lang}.md").format_map(told))
        written.add("sha256.txt", "".join(f"{digest}  {name}\n" for name, digest in written.hashes.items()))
    digest = written.hashes["ledger.jsonl"]
    body = {"asked": asdict(wanted), "entries": count.entries, "bodies": count.bodies, "sha256": digest}
    with store.begin() as conn:
        entry = _recorded(conn, of) or ledger.append(
            conn, "exported", "ledger", body | ({"of": of} if of else {}), actor
        )
    return Made(entries=count.entries, bodies=count.bodies, sha256=digest, found=found, ledger=entry.position)


def _recorded(conn: Connection, of: str) -> ledger.Entry | None:
    """The entry that already tells of this export."""
    late = ledger.entries(conn, kind="exported", newest=True, limit=_LATE) if of else ()
    return next((e for e in late if (e.body or {}).get("of") == of), None)


def _shown(entry: dict[str, Any], wanted: Wanted, count: "_Count") -> dict[str, Any]:
    """An entry without its body where that was not asked for."""
    count.entries += 1
    if "body" in entry:
        if wanted.holds(entry):
            count.bodies += 1
        else:
            del entry["salt"], entry["body"]
    return entry


@dataclass
class _Count:
    entries: int = 0
    bodies: int = 0


@dataclass
class _Written:
    """The ZIP file and the hashes of what is in it."""

    bundle: zipfile.ZipFile
    hashes: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, text: str) -> None:
        with self.open(name) as file:
            file.write(text.encode())

    def open(self, name: str) -> "_Hashed":
        info = zipfile.ZipInfo(name, _STAMP)
        info.compress_type = zipfile.ZIP_DEFLATED
        return _Hashed(name, self.bundle.open(info, "w", force_zip64=True), self.hashes)


class _Hashed:
    """A file of the ZIP that is hashed as it is written."""

    def __init__(self, name: str, file: IO[bytes], hashes: dict[str, str]) -> None:
        self._name, self._file, self._hashes, self._sha = name, file, hashes, hashlib.sha256()

    def write(self, data: bytes) -> None:
        self._sha.update(data)
        self._file.write(data)

    def __enter__(self) -> "_Hashed":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._hashes[self._name] = self._sha.hexdigest()


class _Rows:
    """The entries asked for as a table; cells that a spreadsheet would run are made harmless."""

    def __init__(self) -> None:
        self._file = cast("IO[bytes]", SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115 - closed at the end
        self._text = io.TextIOWrapper(self._file, "utf-8-sig", newline="")
        self._out = csv.writer(self._text)
        self._out.writerow(_COLUMNS)

    def __enter__(self) -> "_Rows":
        return self

    def __exit__(self, *_: object) -> None:
        self._text.close()

    def add(self, entry: Mapping[str, Any]) -> None:
        body = json.loads(entry["body"]) if "body" in entry else {}
        told = readable(body)
        head = [entry[name] for name in ("position", "time", "kind", "subject", "actor")]
        self._out.writerow([harmless(c) if isinstance(c, str) else c for c in (*head, *told, entry["hash"])])

    def blocks(self) -> Iterator[bytes]:
        self._text.flush()
        self._file.seek(0)
        yield from iter(lambda: self._file.read(_BLOCK), b"")


def readable(body: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """Of the body of an entry: outcome, text, findings and reason, each '' where it has none."""
    draft, ruling = body.get("draft"), body.get("ruling")
    text = str(draft.get("text", "")) if isinstance(draft, Mapping) else str(body.get("text", ""))
    outcome = str(ruling.get("outcome", "")) if isinstance(ruling, Mapping) else ""
    found = ruling.get("findings", ()) if isinstance(ruling, Mapping) else ()
    findings = "; ".join(f"{f['rule']} [{f['authority']}]" for f in found)
    return outcome, text, findings, str(body.get("reason") or body.get("why") or "")


def _data(name: str) -> str:
    return files("goodword.data").joinpath(f"export/{name}").read_text("utf-8")
