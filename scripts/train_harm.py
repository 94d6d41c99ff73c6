"""Train the two small models of harm in copy, and write their bundles.

    python scripts/train_harm.py --data FOLDER [--only harm|offence] [--vectors FILE] [--pieces FOLDER]

`harm` learns shop copy in both languages from lessons (`harm_lessons_{en,zh}*.toml`), templates (`harm_{en,zh}.toml`)
and shop texts, by words and by meaning as `train_injection.py` does; `offence`, in pure Python, learns
Chinese posts about groups of people from COLD (train). None of the sets' rows enters the repository, only weights.
Thresholds are fitted: of `offence` on COLD's development part, of `harm` on shop texts it has not learnt.
"""

import argparse
import csv
import hashlib
import json
import random
import sys
from array import array
from collections.abc import Iterator
from gzip import decompress
from pathlib import Path
from tomllib import loads
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))
sys.path.insert(0, str(ROOT / "scripts"))

from train_injection import (  # noqa: E402
    SEED,
    TIMES,
    Maker,
    Pieces,
    Row,
    Vectors,
    _lines,
    corpus,
    fit,
    harmless_lessons,
    head,
    held_back,
    judged,
    lessons,
    linear,
    measured,
    of_han,
    packed,
    parted,
    public,
    tried,
    write,
    write_head,
)  # fmt: skip

from goodword.guard.untrusted.reading import plain  # noqa: E402
from goodword.models.injection import Model, logit_of  # noqa: E402

BUNDLES = ROOT / "src/goodword/data/models"
MADE = {"harm": 1500, "benign": 1500}  # texts made a language
HARMLESS = {"diaasq": 4000, "asap": 1000, "clothing": 4000, "polarity": 3000, "pqa": 1500, "banking77": 1000,
            "clinc150": 1000, "goals": 500, "uhgeval": 300, "retail": 1500, "shopping": 6000, "waimai": 3000,
            "chats": 8000}  # fmt: skip
LOGIT, HEAD = 0.5, 0.5  # weights of the logits of words and of meaning
ALARMS = 0.008  # of the harmless texts of shops held back, that may be taken for harm
COPY_ALARMS = 0.01  # of sentences of lively copy
# Of the harmless lessons of this model, most of them written to stand beside a harm; Chinese ones look more alike.
NEIGHBOURS = {"offset": 0.05, "offset_han": 0.015}


def main() -> None:
    """Train what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", choices=("harm", "offence"))
    parser.add_argument("--vectors", type=Path, help="keeps the sentence vectors for the next run")
    parser.add_argument("--pieces", type=Path, help="keeps every finished fit for the next run")
    parser.add_argument("--out", type=Path, default=BUNDLES)
    given = parser.parse_args()
    for name, train in (("harm", harm), ("offence", offence)):
        if given.only in {None, name}:
            train(given.data, Vectors(given.vectors), Pieces(given.pieces), given.out)


def harm(data: Path, read: Vectors, pieces: Pieces, out: Path) -> None:
    """Shop copy in both languages: words and meaning. A first fit, without some lessons, puts the operating point."""
    rows = [(plain(t).text, y, n) for t, y, n in made(random.Random(SEED))]  # noqa: S311
    kept = [row for row in corpus(data, []) if row[1] == 0 and not row[2].startswith("made")]
    rows += [row for row in kept if row[2] not in {"cold", "deepset"}]
    told, shop = list(lessons("harm", [])) + harmless_lessons("injection"), held_back(data, [])
    point = {"logit": LOGIT, "head": HEAD}
    first = rows + parted([r for r in told if not tried(r)]) * TIMES
    words, parts = linear(first, "harm", pieces), head(first, read, pieces)
    asked = [r for r in told if tried(r)]
    lines = judged([t for t, _, _ in asked], "harm", words, parts, read, point)
    others = judged([t for t, _ in shop], "harm", words, parts, read, point)
    own = np.array([name.startswith("copy") for _, name in shop])
    harmless = np.array([label == 0 for _, label, _ in asked])
    beside = harmless & (np.arange(len(asked)) < sum(map(tried, lessons("harm", []))))
    offsets = {}
    for name, sort in (("offset", False), ("offset_han", True)):
        of_lines, of_shop = (of_han([t for t, *_ in texts]) == sort for texts in (asked, shop))
        near = [_point(lines[of_lines & beside], NEIGHBOURS[name]), _point(others[of_shop & ~own], ALARMS),
                _point(others[of_shop & own], COPY_ALARMS)]  # fmt: skip
        found = float((lines[of_lines & ~harmless] > max(near)).mean())
        print(name, {"lessons, shops, copy": near, "found": found}, file=sys.stderr)
        offsets[name] = round(-max(near), 3)
    rows += parted(told) * TIMES
    words, parts = linear(rows, "harm", pieces), head(rows, read, pieces)
    about = write_head(out / "harm", parts)
    digest = hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()
    write(out / "harm", *words, {
        "evidence": 0, "logit": LOGIT, "head": HEAD, **offsets, "threshold": 0.0, **about, "seed": SEED,
        "corpus_sha256": digest, "held_back": len(shop), "tried": len(asked),
    })  # fmt: skip


def _point(logits: "np.ndarray[Any, Any]", alarms: float) -> float:
    """The logit above which no more than that share stands."""
    return float(np.quantile(logits, 1 - alarms))


def offence(data: Path, _read: Vectors, _pieces: Pieces, out: Path) -> None:
    """Chinese posts about groups."""
    cold = data / "ship/cold-zh"
    rng = random.Random(SEED)  # noqa: S311
    rows: list[Row] = [(r["TEXT"], int(r["label"]), "cold") for r in csv.DictReader(_lines(cold / "train.csv.gz"))]
    rows += [(t, 0, name) for t, name in harmless(data, rng) if name in {"diaasq", "asap"}]
    rng.shuffle(rows)
    weights, bias, model = fitted(rows, "harm")
    dev = list(csv.DictReader(_lines(cold / "dev.csv.gz")))
    scored = sorted((logit_of(plain(r["TEXT"]).text, model, "harm"), r["label"] == "1") for r in dev)
    threshold = best(scored)
    right = sum((logit >= threshold) == label for logit, label in scored) / len(scored)
    save(out / "offence", rows, weights, bias, round(threshold, 3), {"cold_dev_accuracy": round(right, 4)})


def made(rng: random.Random) -> Iterator[Row]:
    """Harm and hard benign copy, alone and beside benign copy."""
    for lang in ("en", "zh"):
        maker = Maker(loads((ROOT / "scripts" / f"harm_{lang}.toml").read_text("utf-8")), rng)
        texts = {kind: list(dict.fromkeys(maker.rows(kind, n))) for kind, n in MADE.items()}
        joint = " " if lang == "en" else "。"
        for kind, label in (("harm", 1), ("benign", 0)):
            for text in texts[kind]:
                yield text, label, f"made {lang}"
                if rng.random() < 0.2:
                    yield rng.choice(texts["benign"]) + joint + text, label, f"made {lang}"


def harmless(data: Path, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Shop texts, questions and answers."""
    for sets in (public(data / "ship"), measured(data / "measure")):
        for name, rows in sets:
            texts = [t for t, _ in rows if t and len(t) > 3] if name in HARMLESS else []
            rng.shuffle(texts)
            yield from ((t, name) for t in texts[: HARMLESS.get(name, 0)])


def fitted(rows: list[Row], about: str) -> tuple[list[float], float, Model]:
    """Weights, and the model as it will be shipped."""
    weights, bias = fit(rows, about)
    raw, scale = packed(weights)
    model = Model(weights=array("b", decompress(raw)), scale=scale, bias=bias, evidence=0, logit=1, head=0, offset=0,
                  threshold=0)  # fmt: skip
    return weights, bias, model


def save(
    folder: Path, rows: list[Row], weights: list[float], bias: float, threshold: float, more: dict[str, Any]
) -> None:
    """Write the bundle."""
    digest = hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()
    print(folder.name, {"threshold": threshold, **more}, file=sys.stderr)
    about = {"evidence": 0, "logit": 1, "offset": 0, "threshold": threshold, "seed": SEED, "corpus_sha256": digest}
    write(folder, weights, bias, about | more)


def best(scored: list[tuple[float, bool]]) -> float:
    """The logit from which most are told rightly."""
    right = top = sum(label for _, label in scored)  # all taken for offence
    at = scored[0][0]
    for (logit, label), following in zip(scored, [*scored[1:], scored[-1]], strict=True):
        right += -1 if label else 1
        if right > top:
            top, at = right, (logit + following[0]) / 2
    return at


if __name__ == "__main__":
    main()
