"""The cards of the models that are shipped: what each is for, what it learnt from, how well; whether it is whole."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from goodword.errors import InputError
from goodword.types import Lang

_HIDDEN = {"licences"}
_HEADINGS: Mapping[Lang, str] = {"en": "\n## English\n", "zh": "\n## 中文\n"}
_KEPT = re.compile(r"^- `([\w.]+)` sha256 `([0-9a-f]{64})`", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One model. `text` is Markdown in the language asked for, else in the one there is.

    Attributes:
        whole: every file has the hash it was made with; None where no hash is kept for any of them.
        report: whether there is a page of figures beside the card.
    """

    name: str
    title: str
    lang: Lang
    text: str
    bytes: int
    whole: bool | None
    wrong: tuple[str, ...] = ()
    report: bool = False


def listed(lang: Lang, folder: Path | None = None) -> tuple[Card, ...]:
    """Every model of a folder that has a card, by name; None: those that are shipped."""
    home = folder or Path(str(files("goodword.data").joinpath("models")))
    found = (p for p in sorted(home.iterdir()) if p.is_dir() and p.name not in _HIDDEN)
    return tuple(card for p in found if (card := _card(p, lang)) is not None)


def card(name: str, lang: Lang, folder: Path | None = None) -> Card:
    """One card.

    Raises:
        InputError: no model of that name has a card.
    """
    found = next((c for c in listed(lang, folder) if c.name == name), None)
    if found is None:
        raise InputError(f"no model {name!r} has a card", cure="See the list of models")
    return found


def _card(folder: Path, lang: Lang) -> Card | None:
    named: list[tuple[Lang, Path]] = [(lang, folder / f"card.{lang}.md"), ("en", folder / "card.md")]
    named += [(other, folder / f"card.{other}.md") for other in ("en", "zh") if other != lang]
    spoken, path = next(((n, p) for n, p in named if p.is_file()), (lang, None))
    if path is None:
        return None
    whole = path.read_text("utf-8")
    spoken, text = _part(whole, lang, spoken)
    first = next((line for line in whole.splitlines() if line.startswith("# ")), f"# {folder.name}")
    own = [p for p in folder.iterdir() if p.is_file()]
    checked = dict(_checked(folder))
    return Card(
        name=folder.name, title=_titled(first.removeprefix("# ").strip(), lang), lang=spoken, text=text,
        bytes=sum(p.stat().st_size for p in own), whole=all(checked.values()) if checked else None,
        wrong=tuple(n for n, ok in checked.items() if not ok), report=(folder / "report.html").is_file(),
    )  # fmt: skip


def _part(text: str, lang: Lang, otherwise: Lang) -> tuple[Lang, str]:
    """Of a card in both languages the part in one of them, without the heading that names it; else all of it."""
    cut = {name: text.find(heading) for name, heading in _HEADINGS.items()}
    if min(cut.values()) < 0:
        return otherwise, text
    ends = {name: min((at for at in cut.values() if at > cut[name]), default=len(text)) for name in cut}
    return lang, text[cut[lang] + len(_HEADINGS[lang]) : ends[lang]].strip()


def _titled(title: str, lang: Lang) -> str:
    """'Model card: harm / 模型卡：有害内容' in one language, without saying that it is a card."""
    first, _, second = title.partition(" / ")
    chosen = second if second and lang == "zh" else first
    return re.sub(r"^(?:Model card: |模型卡：)", "", chosen)


def _checked(folder: Path) -> Iterator[tuple[str, bool]]:
    """Files whose hash is kept, and whether they have it still."""
    manifest = folder / "bundle.json"
    if not manifest.is_file():
        lines = _KEPT.findall((folder / "card.md").read_text("utf-8")) if (folder / "card.md").is_file() else []
        yield from ((name, (folder / name).is_file() and _digest(folder / name) == sha) for name, sha in lines)
        return
    told: Mapping[str, Any] = json.loads(manifest.read_text("utf-8"))
    kept = told.get("files") or told.get("sha256")
    hashes: dict[str, str] = dict(kept) if isinstance(kept, Mapping) else {}
    if isinstance(kept, str):
        hashes["weights.bin.gz"] = kept
    if isinstance(told.get("head_sha256"), str):
        hashes["head.npz"] = told["head_sha256"]
    for name, sha in hashes.items():
        path = folder / name
        yield name, path.is_file() and _digest(path) == sha


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
